"""Single statements that write and that requests wait for, and how many threads may wait."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection

_turn = threading.Lock()


class WriteQueue:
    """Threads of this process that wait for SQLite's write lock, which may be held for long.

    A server has fewer ``places`` than threads, so that one of them can always answer what needs no
    write, /healthz among it. Whoever finds no place waits until those in the queue have waited for
    a moment, and is then told that the database is locked.
    """

    MOMENT_SECONDS = 0.25

    def __init__(self) -> None:
        self.places = 10_000
        self.began: dict[int, float] = {}
        self.changed = threading.Condition()

    @contextmanager
    def place(self) -> Iterator[None]:
        """Be in the queue; raises OperationalError when it is full and does not move."""
        me = threading.get_ident()
        if me in self.began:
            yield
            return
        with self.changed:
            while len(self.began) >= self.places:
                left = min(self.began.values()) + self.MOMENT_SECONDS - time.monotonic()
                if left <= 0:
                    raise OperationalError("database is locked, and others are waiting for it")
                self.changed.wait(left)
            self.began[me] = time.monotonic()
        try:
            yield
        finally:
            with self.changed:
                del self.began[me]
                self.changed.notify()

    def watch(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict
    ) -> Any:
        """Django's wrapper of statements: those that may have to wait for the lock get a place."""
        waits = sql.startswith("BEGIN") or (
            not context["connection"].in_atomic_block
            and sql.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE")
        )
        with self.place() if waits else nullcontext():
            return execute(sql, params, many, context)


queue = WriteQueue()


def write(statement: str, parameters: Sequence[Any], *, patience: float | None = None) -> Any:
    """Carry out one statement that returns one value, and give the value.

    Raises OperationalError if the database does not answer, or SQLite is not free within
    ``patience`` seconds; None: as long as the database's settings allow.

    SQLite lets one in at a time, and who finds it taken sleeps for a millisecond and then for
    longer and longer before he looks again. The threads of a process take turns instead, so that
    the next one is woken at once. Within a transaction nobody waits for his turn: whoever has it
    might be waiting for this very transaction.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return _written(statement, parameters)
    with queue.place():
        if not _turn.acquire(timeout=-1 if patience is None else patience):
            raise OperationalError("others are writing")
        try:
            with _at_most(patience):
                return _written(statement, parameters)
        finally:
            _turn.release()


def _written(statement: str, parameters: Sequence[Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchone()[0]


@contextmanager
def _at_most(patience: float | None) -> Iterator[None]:
    """SQLite waits for others no longer than so many seconds."""
    if patience is None:
        yield
        return
    usual = settings.DATABASES["default"]["OPTIONS"]["timeout"]
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {int(1000 * patience)}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(1000 * usual)}")
