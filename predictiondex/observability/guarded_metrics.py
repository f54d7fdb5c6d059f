"""Files of counters that a full disk cannot turn into a crash.

prometheus_client maps each file into memory with a hole for what is to come. Where the disk has no
block for the hole, writing to it kills the process (SIGBUS). Here the room is written before it is
mapped; what gets none is counted in memory: /metrics lacks it, and the site goes on.
"""

import logging
import mmap
from pathlib import Path

from prometheus_client import mmap_dict, values

logger = logging.getLogger(__name__)


class GuardedDict(mmap_dict.MmapedDict):
    """A file whose every byte is on the disk before it is mapped, or memory."""

    def __init__(self, filename: str, read_mode: bool = False) -> None:
        try:
            _reserve(filename, mmap_dict._INITIAL_MMAP_SIZE)
            super().__init__(filename, read_mode)
        except OSError as error:
            _warn(error)
            self._f = None
            self._fname = filename
            self._capacity = mmap_dict._INITIAL_MMAP_SIZE
            self._m = mmap.mmap(-1, self._capacity)
            self._positions: dict[str, int] = {}
            self._used = 8
            mmap_dict._pack_integer(self._m, 0, self._used)

    def _init_value(self, key: str) -> None:
        capacity = self._capacity
        while self._used + len(key.encode()) + 40 > capacity:
            capacity *= 2
        if capacity > self._capacity:
            self._grow(capacity)
        super()._init_value(key)

    def _grow(self, capacity: int) -> None:
        if self._f is not None:
            try:
                _reserve(self._fname, capacity)
                return
            except OSError as error:
                _warn(error)
                self._f.close()
                self._f = None
        larger = mmap.mmap(-1, capacity)
        larger[: self._capacity] = self._m[:]
        self._m, self._capacity = larger, capacity


def _reserve(filename: str, size: int) -> None:
    """Make the file at least so long, with no holes; as it was when that fails."""
    path = Path(filename)
    before = path.stat().st_size if path.exists() else 0
    if before >= size:
        return
    try:
        with path.open("ab", buffering=0) as file:
            missing = size - before
            while missing:
                missing -= file.write(bytes(missing))
    except OSError:
        if before:
            with path.open("r+b") as file:
                file.truncate(before)
        else:
            path.unlink(missing_ok=True)
        raise


def _warn(error: OSError) -> None:
    logger.warning("some metrics of this process stay in its memory: %s", error)


def install() -> None:
    """From now on in this process, and in those that it forks."""
    values.MmapedDict = GuardedDict  # type: ignore[misc]
