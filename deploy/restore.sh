#!/bin/sh
# Put a backup back: restore.sh FOLDER. Stop web, worker and beat before, start them after.
# Databases that are there are replaced, each as a whole or not at all. Backups of releases up to 0.1
# hold the models apart, which then go to VAR_DIR; the next setup takes them into the database.
set -eu

folder=$(cd "${1:?restore.sh FOLDER: which backup?}" && pwd)
archive=$folder/models.tar.gz
[ ! -e "$archive" ] || : "${VAR_DIR:?set VAR_DIR to the folder for the models}"

(cd "$folder" && sha256sum --check --quiet SHA256SUMS)
for dump in "$folder"/*.dump; do
  database=$(basename "$dump" .dump)
  psql --quiet --dbname="$database" --command "SELECT 1" >/dev/null 2>&1 || createdb "$database"
  # Not --clean: it cannot drop the keys that partitions share with their table.
  # Beside the backups, which have room for it: /tmp may be memory.
  statements=$(mktemp "$(dirname "$folder")/.restoring-XXXXXX")
  echo "DROP SCHEMA public CASCADE; CREATE SCHEMA public;" > "$statements"
  pg_restore --no-owner --file=- "$dump" >> "$statements"
  psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 --single-transaction --output=/dev/null \
    --dbname="$database" --file="$statements"
  rm "$statements"
done
if [ -e "$archive" ]; then
  mkdir -p "$VAR_DIR"
  making=$(mktemp -d "$VAR_DIR/.restoring-XXXXXX")
  tar -xzf "$archive" -C "$making"
  chmod 755 "$making/models"
  if [ -e "$VAR_DIR/models" ]; then
    mv "$VAR_DIR/models" "$making/before"
  fi
  mv "$making/models" "$VAR_DIR/models"
  rm -rf "$making"
fi
echo "restored $(basename "$folder")"
