"""How the engine is compiled.

One source serves both ways: compiled by Numba, or interpreted when NUMBA_DISABLE_JIT=1 (tests
run both and compare). Compiled kernels are cached on disk. Numba's own cache looks only at the
file of a function, not at the functions it calls in other files, so the cache directory is
named after a hash of all sources with kernels: an edit anywhere compiles anew, and never mixes.

All kernels release the GIL, so that threads can play different battles at once.
"""

import hashlib
import os
from pathlib import Path

import numba
from numba import config as numba_config

_ENGINE_DIR = Path(__file__).parent
#: Whose kernels call each other; known here by their places only.
_SOURCES = (_ENGINE_DIR, _ENGINE_DIR.parent / "exact", _ENGINE_DIR.parent / "battle_value")


def source_hash() -> str:
    """Hex digest over the sources of engine and exact solver, in the order of their names."""
    digest = hashlib.sha256()
    for folder in _SOURCES:
        for path in sorted(folder.glob("*.py")):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


if "NUMBA_CACHE_DIR" not in os.environ:
    _var = Path(os.environ.get("VAR_DIR", _ENGINE_DIR.parents[1] / "var"))
    setattr(numba_config, "CACHE_DIR", str(_var / "numba" / source_hash()))  # noqa: B010


def kernel(function):
    """Compile ``function`` when it is first called: cached, without the GIL, allocating nothing.

    Called with a constant, a Numba function is compiled anew for each constant. That doubles
    the time of compilation and brings nothing here, so constants are passed as what they are:
    integers.
    """
    dispatcher = numba.njit(
        cache=True, nogil=True, error_model="numpy", _nrt=False, no_cfunc_wrapper=True
    )(function)
    if not numba_config.DISABLE_JIT:
        resolve = dispatcher.get_call_template
        dispatcher.get_call_template = lambda args, kws: resolve(
            tuple(numba.types.unliteral(arg) for arg in args), kws
        )
    return dispatcher
