#!/usr/bin/env bash
# The suite against a real PostgreSQL and a real Redis.
set -euo pipefail
cd "$(dirname "$0")/.."

: "${DATABASE_URL:=postgres://postgres@127.0.0.1:5432/postgres}"
: "${REDIS_URL:=redis://127.0.0.1:6379/9}"
export DATABASE_URL REDIS_URL
CELERY_BROKER_URL=
export CELERY_BROKER_URL
# Servers that are missing fail the tests that start their own.
export REQUIRE_SERVERS=1

.venv/bin/python - <<'PY'
import os, sys
import psycopg, redis
try:
    psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=5).close()
    redis.Redis.from_url(os.environ["REDIS_URL"], socket_timeout=5).ping()
except Exception as error:
    sys.exit(f"PostgreSQL and Redis are needed for the integration tests: {error}")
PY
# Engine, features and documents know of no server: make test is enough for them.
.venv/bin/python -m pytest -q -n 2 -m "not browser and not slow and not integration" \
  --ignore-glob='tests/mlcore/[be]*' --ignore=tests/mlcore/game --ignore=tests/mlcore/learning \
  --ignore=tests/mlcore/lib --ignore=tests/ops
# Those with servers of their own, one after the other: they measure time.
.venv/bin/python -m pytest -q -m "integration and not browser and not nightly"
