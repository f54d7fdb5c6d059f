#!/usr/bin/env bash
# All tests a change needs: fast ones first, then those that train, then those that drive a browser.
set -euo pipefail
cd "$(dirname "$0")/.."
PY=.venv/bin/python

$PY -m pytest -q -n 2 -m "not browser and not slow and not integration"
$PY -m pytest -q -m "slow and not browser and not integration" || [ $? -eq 5 ]
$PY -m pytest -q -n 2 --dist worksteal -m "browser and not integration" || [ $? -eq 5 ]
