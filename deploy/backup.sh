#!/bin/sh
# Back up PostgreSQL, which holds the models too: a folder a backup, checked before it counts.
#   backup.sh            once
#   backup.sh schedule   every day at BACKUP_HOUR (UTC), and ten minutes after one that failed
# PostgreSQL is found by PGHOST, PGPORT, PGUSER and PGPASSWORD. Old backups are deleted only after a new one.
set -eu

: "${BACKUP_DIR:?set BACKUP_DIR to the folder of backups}"
: "${BACKUP_DATABASES:=predictiondex mlflow}"
: "${BACKUP_KEEP:=14}"
: "${BACKUP_HOUR:=3}"

once() {
  name=$(date -u +%Y%m%dT%H%M%SZ)
  making=$BACKUP_DIR/.making-$name
  rm -rf "$BACKUP_DIR"/.making-*
  mkdir -p "$making"
  for database in $BACKUP_DATABASES; do
    pg_dump --format=custom --file="$making/$database.dump" --dbname="$database"
    pg_restore --list "$making/$database.dump" >/dev/null
  done
  (cd "$making" && sha256sum -- *.dump >SHA256SUMS)
  sync
  mv "$making" "$BACKUP_DIR/$name"
  # Their names are times: newest first, and what is beyond the last to keep goes.
  find "$BACKUP_DIR" -mindepth 1 -maxdepth 1 -name '[0-9]*T*Z' | sort -r | tail -n "+$((BACKUP_KEEP + 1))" |
    while read -r old; do rm -rf "$old"; done
  echo "backup $name: $(du -sh "$BACKUP_DIR/$name" | cut -f1)"
}

if [ "${1:-}" != schedule ]; then
  once
  exit
fi
while true; do
  now=$(date -u +%s)
  wait=$(((BACKUP_HOUR * 3600 - now % 86400 + 86400) % 86400))
  # The first one at once: nobody knows when there was one before.
  find "$BACKUP_DIR" -mindepth 1 -maxdepth 1 -name '[0-9]*T*Z' | grep -q . || wait=0
  sleep "$((wait + 1))"
  until "$0"; do
    echo "backup FAILED; trying again in ten minutes" >&2
    sleep 600
  done
done
