#!/bin/sh
# Prints a Python to make the environment with: a CPython from 3.11 to 3.13 that has venv.
#   find_python.sh         the first that is found, else one that uv brings
#   find_python.sh 3.13    only that version, and only if it is there already
# PYTHON=... names one, which is checked and not replaced. UV_HOME is where uv is put when only pip
# is there to bring it.
set -eu

named=${PYTHON:-}
wanted=${1:-}

# Fails unless $1 is a Python that will do. Debian's packages leave ensurepip out of a Python whose
# venv is a package of its own; pyenv has a command for every version, whether or not it is chosen.
will_do() {
  "$1" -c "
import sys
wanted = '$wanted'
fits = (3, 11) <= sys.version_info[:2] <= (3, 13)
if wanted:
    fits = '%d.%d' % sys.version_info[:2] == wanted
if not fits or sys.implementation.name != 'cpython':
    sys.exit(1)
import ensurepip, venv
" >/dev/null 2>&1
}

if [ -n "$named" ] && [ -z "$wanted" ]; then
  if will_do "$named"; then
    echo "$named"
    exit 0
  fi
  echo "PYTHON=$named is no CPython from 3.11 to 3.13 with venv." >&2
  exit 1
fi

# The oldest first: it is what the image runs.
for python in python3.11 python3.12 python3.13 python3 python \
  "${PYENV_ROOT:-${HOME:-/nowhere}/.pyenv}"/versions/3.1[123].*/bin/python; do
  if command -v "$python" >/dev/null && will_do "$python"; then
    command -v "$python"
    exit 0
  fi
done
[ -z "$wanted" ] || exit 1

uv=$(command -v uv || true)
if [ -z "$uv" ]; then
  home=${UV_HOME:-var/uv}
  for python in python3 python; do
    if [ ! -x "$home/bin/uv" ]; then
      "$python" -m pip install --quiet --disable-pip-version-check --target "$home" uv \
        >/dev/null 2>&1 || true
    fi
    if [ -x "$home/bin/uv" ]; then
      uv=$home/bin/uv
      break
    fi
  done
fi
if [ -n "$uv" ]; then
  echo "No Python from 3.11 to 3.13 is here: uv brings one." >&2
  if "$uv" python install 3.11 >&2; then
    python=$("$uv" python find --managed-python 3.11)
    if will_do "$python"; then
      echo "$python"
      exit 0
    fi
  fi
fi

cat >&2 <<'TEXT'
A CPython from 3.11 to 3.13 with venv is needed, and none was found. Any of these will do:
  apt install python3-venv        where python3 is one of these versions (Debian 12, Ubuntu 24.04)
  pyenv install 3.13              or another way to get python3.11, python3.12 or python3.13
  https://docs.astral.sh/uv/      uv on the PATH: it fetches a Python by itself
  make run PYTHON=/path/to/python one that is somewhere else
TEXT
exit 1
