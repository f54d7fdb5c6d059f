#!/usr/bin/env bash
# New containers of `web` beside the old ones, then the old ones go: no request is lost.
#   VERSION=0.3.0 deploy/rollout.sh [how many web there are to be; as many as now]
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t old < <(docker compose ps --quiet web)
count=${1:-${#old[@]}}
if [ ${#old[@]} -eq 0 ]; then
  exec docker compose up --detach --wait --scale "web=${1:-1}"
fi

# Services that an older release did not have.
docker compose up --detach --no-recreate --wait postgres cache broker mlflow
# Migrations only add, so that the old ones go on working.
docker compose up --detach --no-deps --force-recreate setup
if [ "$(docker wait "$(docker compose ps --all --quiet setup)")" != 0 ]; then
  docker compose logs --tail 50 setup
  exit 1
fi
docker compose up --detach --no-deps --no-recreate --wait --scale "web=$((${#old[@]} + count))" web
for container in "${old[@]}"; do
  # gunicorn answers what it has been asked; who comes later is refused, and the proxy asks another.
  docker stop --time 30 "$container" >/dev/null
  docker rm "$container" >/dev/null
done
docker compose up --detach --no-deps --no-recreate --scale "web=$count" web
docker compose up --detach --no-deps proxy worker beat
