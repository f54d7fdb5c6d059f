"""Writers of one process take turns where the database lets in one at a time."""

import threading
import time
from contextlib import nullcontext
from types import SimpleNamespace

import pytest

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
