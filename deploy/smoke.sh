#!/usr/bin/env bash
# Whether what is pinned installs on another Python and works there: smoke.sh PYTHON, two minutes.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
uv=.venv/bin/uv
python=$folder/bin/python

"$uv" venv --quiet --allow-existing --python "$1" "$folder"
"$uv" pip install --quiet --python "$python" --require-hashes -r requirements.txt -r requirements-dev.txt
export VAR_DIR=$folder/var NUMBA_CACHE_DIR=$folder/numba
"$python" manage.py check
"$python" -m pytest -q -p no:cacheprovider \
  tests/mlcore/engine/test_stats.py tests/pokedex/test_import_pokedex.py \
  tests/battles/api/predict/test_api_with_a_real_model.py
