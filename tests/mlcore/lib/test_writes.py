"""Writers of one process take turns where the database lets in one at a time."""

import threading
import time
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection

from battles.models import RateCount
from mlcore.lib import serial_writes


class Cursor:
    """Writes for a while, and keeps how many did so at once."""

    together = most = 0
    counting = threading.Lock()

    def __enter__(self):
        return self

    def __exit__(self, *raised):
        pass

    def execute(self, statement, parameters):
        with self.counting:
            Cursor.together += 1
            Cursor.most = max(Cursor.most, Cursor.together)
        time.sleep(0.02)
        with self.counting:
            Cursor.together -= 1
        self.parameters = parameters
        return self

    def fetchone(self):
        return self.parameters

    def fetchall(self):
        return [self.parameters]


@pytest.fixture
def writers(monkeypatch):
    """A function: so many writers at once that four threads got to, and what they were given."""
    monkeypatch.setattr(Cursor, "most", 0)

    def run(vendor, *, in_atomic_block=False):
        connection = SimpleNamespace(
            vendor=vendor,
            in_atomic_block=in_atomic_block,
            cursor=Cursor,
            wrap_database_errors=nullcontext(),
            ensure_connection=lambda: None,
            connection=SimpleNamespace(execute=lambda *given: Cursor().execute(*given)),
        )
        monkeypatch.setattr(serial_writes, "connections", {"default": connection})
        got = []
        threads = [
            threading.Thread(target=lambda n=n: got.append(serial_writes.write("...", [n])))
            for n in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return Cursor.most, sorted(got)

    return run


def test_with_sqlite_one_writes_at_a_time(writers):
    assert writers("sqlite") == (1, [0, 1, 2, 3])


def test_a_server_takes_all_at_once(writers):
    most, got = writers("postgresql")
    assert most > 1
    assert got == [0, 1, 2, 3]


def test_within_a_transaction_nobody_waits_for_a_turn(writers):
    with serial_writes._turn:
        assert writers("sqlite", in_atomic_block=True)[1] == [0, 1, 2, 3]


def test_the_turn_is_over_when_a_statement_fails(writers, monkeypatch):
    writers("sqlite")

    def fail(self, statement, parameters):
        raise RuntimeError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(Cursor, "execute", fail)
        with pytest.raises(RuntimeError):
            serial_writes.write("...", [])
    assert serial_writes.write("...", [7]) == 7


@pytest.mark.django_db
def test_a_value_comes_back():
    assert serial_writes.write("SELECT %s", [41]) == 41


_COUNTED = f"""
    INSERT INTO {RateCount._meta.db_table} (caller, "window", used) VALUES (%s, %s, %s)
    RETURNING used
"""


def _callers():
    return set(RateCount.objects.values_list("caller", flat=True))


@pytest.mark.django_db(transaction=True)
def test_an_error_of_the_database_is_django_s():
    with pytest.raises(IntegrityError):
        serial_writes.write(_COUNTED, ["a", 1, None])
    assert serial_writes.write(_COUNTED, ["a", 1, 5]) == 5
    assert _callers() == {"a"}


@pytest.mark.django_db(transaction=True)
def test_what_is_written_together_is_kept_unless_the_database_fails():
    def write(*rows, then=None):
        with serial_writes.together():
            for row in rows:
                serial_writes.write(_COUNTED, row)
            if then:
                raise then

    write(["a", 1, 1], ["b", 1, 1])
    with pytest.raises(LookupError):
        write(["c", 1, 1], then=LookupError)
    with pytest.raises(IntegrityError):
        write(["d", 1, 1], ["e", 1, None])
    # Elsewhere each statement is for itself.
    assert _callers() - {"d"} == {"a", "b", "c"}
    assert ("d" in _callers()) == (connection.vendor != "sqlite")
