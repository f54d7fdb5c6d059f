"""File locks between processes: each belongs to its process and ends with it, however it ends."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

#: Seconds to wait for a lock: long enough for another process's ``is_held`` to let go of it.
_WAIT_SECONDS = 0.1
_POLL_SECONDS = 0.01


class Locked(Exception):
    """Another process holds the lock; the text says what it is doing."""


@contextmanager
def hold(path: Path, reason: str) -> Iterator[None]:
    """Hold the lock at ``path``; raises Locked with ``reason`` while another process does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path, timeout=_WAIT_SECONDS)
    try:
        lock.acquire(poll_interval=_POLL_SECONDS)
    except Timeout as error:
        raise Locked(reason) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def in_turn(path: Path, waiting: Callable[[], object]) -> Iterator[None]:
    """Hold the lock at ``path``; ``waiting`` is called once if another process has it first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    try:
        lock.acquire(timeout=_WAIT_SECONDS, poll_interval=_POLL_SECONDS)
    except Timeout:
        waiting()
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def is_held(path: Path) -> bool:
    """Whether some process holds the lock at ``path``.

    Looking takes a shared lock for a moment, which needs no right to write.
    """
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False
