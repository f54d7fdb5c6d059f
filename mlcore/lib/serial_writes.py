"""Single statements that write and that requests wait for."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection

_turn = threading.Lock()


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
