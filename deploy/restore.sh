#!/bin/sh
# Put a backup back: restore.sh FOLDER. Stop web, worker and beat before, start them after.
# Databases that are there are replaced, each as a whole or not at all; so are the models.
set -eu

folder=$(cd "${1:?restore.sh FOLDER: which backup?}" && pwd)
: "${VAR_DIR:?set VAR_DIR to the folder for the models}"

(cd "$folder" && sha256sum --check --quiet SHA256SUMS)
for dump in "$folder"/*.dump; do
  database=$(basename "$dump" .dump)
  psql --quiet --dbname="$database" --command "SELECT 1" >/dev/null 2>&1 || createdb "$database"
  pg_restore --clean --if-exists --no-owner --exit-on-error --single-transaction --dbname="$database" "$dump"
done
mkdir -p "$VAR_DIR"
making=$(mktemp -d "$VAR_DIR/.restoring-XXXXXX")
tar -xzf "$folder/models.tar.gz" -C "$making"
chmod 755 "$making/models"
if [ -e "$VAR_DIR/models" ]; then
  mv "$VAR_DIR/models" "$making/before"
fi
mv "$making/models" "$VAR_DIR/models"
rm -rf "$making"
echo "restored $(basename "$folder")"
