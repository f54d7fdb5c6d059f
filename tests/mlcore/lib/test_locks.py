"""Locks between processes."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from mlcore.lib import locks

_HOLDER = """
import pathlib, subprocess, sys, time
from mlcore.lib import locks
with locks.hold(pathlib.Path(sys.argv[1]), "busy"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "made" / "work.lock"


def test_second_holder_is_refused_with_the_reason(path):
    with (
        locks.hold(path, "first"),
        pytest.raises(locks.Locked, match="under way"),
        locks.hold(path, "under way"),
    ):
        pytest.fail("two hold the lock")
    with locks.hold(path, "again"):
        assert locks.is_held(path)


def test_lock_that_was_never_held_is_free_and_leaves_no_file(path):
    assert not locks.is_held(path)
    assert not path.exists()


def test_lock_is_released_by_an_exception(path):
    with pytest.raises(ZeroDivisionError), locks.hold(path, ""):
        1 / 0  # noqa: B018
    assert not locks.is_held(path)


def test_killed_process_frees_its_lock(path):
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(path)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline() == "held\n"
        assert locks.is_held(path)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        assert not locks.is_held(path)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_forked_child_does_not_free_the_lock_of_its_parent(path):
    with locks.hold(path, ""):
        child = os.fork()
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)
        assert locks.is_held(path)


def test_looking_does_not_refuse_a_holder(path):
    """Pages look all the time; a computation that starts meanwhile must get its lock."""
    path.parent.mkdir()
    path.touch()
    stop = threading.Event()

    def look():
        while not stop.is_set():
            locks.is_held(path)

    lookers = [threading.Thread(target=look) for _ in range(2)]
    for looker in lookers:
        looker.start()
    try:
        for _ in range(20):
            with locks.hold(path, "refused"):
                pass
    finally:
        stop.set()
        for looker in lookers:
            looker.join()


def test_looking_needs_no_right_to_write():
    """The site may run as another user than the command that computes."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "work.lock")
        path.touch(mode=0o444)
        Path(directory).chmod(0o755)
        assert _held_for_another_user(path) == 0
        path.chmod(0o644)
        with locks.hold(path, ""):
            path.chmod(0o444)
            assert _held_for_another_user(path) == 1


def _held_for_another_user(path):
    """``is_held`` as a process without special rights answers it; 2 when it raises."""
    child = os.fork()
    if child == 0:
        answer = 2
        try:
            if os.geteuid() == 0:
                os.setuid(65534)
            answer = int(locks.is_held(path))
        finally:
            os._exit(answer)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
