#!/bin/sh
# Numba takes only a cache that it may write to: what was compiled into the image is copied out of it.
set -eu
[ -d "$NUMBA_CACHE_DIR" ] || cp -r /opt/numba "$NUMBA_CACHE_DIR"
exec "$@"
