#!/usr/bin/env bash
# All tests a change needs: fast ones first, then those that train, then those that drive a browser.
set -euo pipefail
cd "$(dirname "$0")/.."
PY=.venv/bin/python

$PY -m pytest -q -n 2 -m "not browser and not slow and not integration"
$PY -m pytest -q -m "slow and not browser and not integration" || [ $? -eq 5 ]
# A browser has its moods: a test that fails there is tried once more, and the first try is listed.
$PY -m pytest -q -n 2 --dist worksteal --reruns 1 -r aR -m "browser and not integration" || [ $? -eq 5 ]
