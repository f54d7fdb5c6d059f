"""Single statements that write and that requests wait for, and how many threads may wait."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

_turn = threading.Lock()
_state = threading.local()


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
    here = connections[DEFAULT_DB_ALIAS]
    if here.vendor != "sqlite" or here.in_atomic_block:
        with here.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchone()[0]
    if getattr(_state, "together", False):
        return _written(here, statement, parameters)
    with _a_turn(patience), _at_most(here, patience):
        return _written(here, statement, parameters)


@contextmanager
def together() -> Iterator[None]:
    """What is written in this block is one transaction of SQLite; elsewhere nothing changes.

    It is kept whatever ends the block, but for an error of the database. Raises OperationalError
    when the database is not free.
    """
    here = connections[DEFAULT_DB_ALIAS]
    if here.vendor != "sqlite" or here.in_atomic_block:
        yield
        return
    with _a_turn(None):
        _execute(here, "BEGIN IMMEDIATE")
        _state.together = True
        try:
            yield
        except DatabaseError:
            raise
        except BaseException:
            _execute(here, "COMMIT")
            raise
        else:
            _execute(here, "COMMIT")
        finally:
            _state.together = False
            if here.connection.in_transaction:
                _execute(here, "ROLLBACK")


@contextmanager
def _a_turn(patience: float | None) -> Iterator[None]:
    with queue.place():
        if not _turn.acquire(timeout=-1 if patience is None else patience):
            raise OperationalError("others are writing")
        try:
            yield
        finally:
            _turn.release()


def _written(here: BaseDatabaseWrapper, statement: str, parameters: Sequence[Any]) -> Any:
    return _execute(here, statement.replace("%s", "?"), parameters)[0][0]


def _execute(
    here: BaseDatabaseWrapper, statement: str, parameters: Sequence[Any] = ()
) -> list[tuple[Any, ...]]:
    """The rows that SQLite itself returns: what Django does around a statement costs far more.

    A statement that returns something fails when its rows are fetched, not before.
    """
    here.ensure_connection()
    with here.wrap_database_errors:
        return here.connection.execute(statement, parameters).fetchall()


@contextmanager
def _at_most(here: BaseDatabaseWrapper, patience: float | None) -> Iterator[None]:
    """SQLite waits for others no longer than so many seconds."""
    if patience is None:
        yield
        return
    usual = settings.DATABASES["default"]["OPTIONS"]["timeout"]
    _execute(here, f"PRAGMA busy_timeout = {int(1000 * patience)}")
    try:
        yield
    finally:
        _execute(here, f"PRAGMA busy_timeout = {int(1000 * usual)}")
