"""Locks by name: each belongs to its process and ends with it, however it ends.

On PostgreSQL a lock is an advisory one on a connection of its own, and holds among all machines; it
needs a session, which a pooler of transactions does not keep. Otherwise it is a file in VAR_DIR.
"""

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection
from filelock import FileLock, Timeout

#: Seconds to wait for a file's lock.
_WAIT_SECONDS = 0.1
_POLL_SECONDS = 0.01
#: The first half of PostgreSQL's keys; the second is made of the name.
_SPACE = 0x5E7D
#: PostgreSQL notices within a minute that a holder's machine is gone.
_KEEPALIVES = {"idle": 30, "interval": 10, "count": 3}


class Locked(Exception):
    """Another process holds the lock; the text says what it is doing."""


@contextmanager
def hold(name: str, reason: str) -> Iterator[None]:
    """Hold the lock; raises Locked with ``reason`` while another process does."""

    def refuse() -> None:
        raise Locked(reason)

    with in_turn(name, refuse):
        yield


@contextmanager
def in_turn(name: str, waiting: Callable[[], object]) -> Iterator[None]:
    """Hold the lock; ``waiting`` is called once if another process has it first."""
    alone = _of_the_database if connection.vendor == "postgresql" else of_this_folder
    with alone(name, waiting):
        yield


@contextmanager
def of_this_folder(name: str, waiting: Callable[[], object]) -> Iterator[None]:
    """``in_turn`` among the processes of this VAR_DIR, whatever the database."""
    path = Path(settings.VAR_DIR) / f"{name}.lock"
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


@contextmanager
def _of_the_database(name: str, waiting: Callable[[], object]) -> Iterator[None]:
    key = (_SPACE, zlib.crc32(name.encode()) - 2**31)
    own = connection.copy()
    try:
        with own.cursor() as cursor:
            for setting, value in _KEEPALIVES.items():
                cursor.execute(f"SET tcp_keepalives_{setting} = {value}")
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
            if not cursor.fetchone()[0]:
                waiting()
                cursor.execute("SELECT pg_advisory_lock(%s, %s)", key)
        yield
    finally:
        own.close()  # and with its session the lock
