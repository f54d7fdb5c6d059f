"""Locks between processes: on PostgreSQL among all machines, else among those of one folder."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from django.db import connection

from mlcore.lib import locks

pytestmark = pytest.mark.django_db
_HOLDER = """
import time, django
django.setup()
from mlcore.lib import locks
with locks.hold("work", "busy"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "made"


def is_held(name="work"):
    try:
        with locks.hold(name, ""):
            return False
    except locks.Locked:
        return True


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the lock; on PostgreSQL its folder is another, too."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "predictiondex.settings"}
    if connection.vendor == "postgresql":
        named = connection.settings_dict
        where = f"{named['USER']}:{named['PASSWORD']}@{named['HOST']}:{named['PORT']}"
        environment |= {
            "DATABASE_URL": f"postgres://{where}/{named['NAME']}",
            "VAR_DIR": str(tmp_path / "elsewhere"),
        }
    else:
        environment |= {"DATABASE_URL": "sqlite://:memory:", "VAR_DIR": str(tmp_path / "made")}
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLDER], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_second_holder_is_refused_with_the_reason():
    with (
        locks.hold("work", "first"),
        pytest.raises(locks.Locked, match="under way"),
        locks.hold("work", "under way"),
    ):
        pytest.fail("two hold the lock")
    with locks.hold("work", "again"):
        assert is_held()
        assert not is_held("other")


def test_lock_is_released_by_an_exception():
    with pytest.raises(ZeroDivisionError), locks.hold("work", ""):
        1 / 0  # noqa: B018
    assert not is_held()


def test_killed_process_frees_its_lock(holder):
    assert is_held()
    holder.send_signal(signal.SIGKILL)
    holder.wait(10)
    end = time.monotonic() + 5
    while is_held() and time.monotonic() < end:
        time.sleep(0.05)  # PostgreSQL has to notice
    assert not is_held()


def test_who_waits_is_told_so_and_gets_his_turn(holder):
    told = threading.Event()
    killer = threading.Thread(target=lambda: told.wait(30) and holder.kill())
    killer.start()
    with locks.in_turn("work", told.set):
        assert told.is_set()
        assert holder.wait(10) == -signal.SIGKILL
    killer.join()


def test_forked_child_does_not_free_the_lock_of_its_parent():
    with locks.of_this_folder("work", pytest.fail):
        child = os.fork()
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)
        with pytest.raises(KeyError), locks.of_this_folder("work", lambda: {}["refused"]):
            pytest.fail("two hold the lock")
