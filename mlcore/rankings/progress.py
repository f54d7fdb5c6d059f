"""One computation at a time, and how far it has come."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from mlcore.lib import atomic, locks
from mlcore.rankings import compute as rankings_compute

#: So long a process that was just started may take before it holds the lock.
START_SECONDS = 30


def state_path() -> Path:
    return Path(settings.VAR_DIR) / "rankings.json"


def _lock_path() -> Path:
    return state_path().with_suffix(".lock")


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the right to compute; raises Locked when another process has it."""
    with locks.hold(_lock_path(), "the rankings are being computed by another process"):
        try:
            yield
        finally:
            state_path().unlink(missing_ok=True)


@dataclass(frozen=True)
class Running:
    """A computation under way; ``share`` of it is done, ``seconds`` it will take yet."""

    share: float
    seconds: float | None


def running() -> Running | None:
    """How far the computation is that some process on this machine is at; None when none is."""
    state = _read_state()
    if not locks.is_held(_lock_path()):
        # Somebody may have started a process that is not there yet.
        starting = state and not state[1] and time.time() - state[2] < START_SECONDS
        return Running(0.0, None) if starting else None
    if state and state[0]:
        done, total, since = state
        return Running(done / total, max(0.0, time.time() - since) * (total - done) / done)
    return Running(0.0, None)


def _read_state() -> tuple[int, int, float] | None:
    """Duels done, duels to do (0 while starting), and since when."""
    try:
        state = json.loads(state_path().read_text())
        return int(state["done"]), int(state["total"]), float(state["since"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_state(done: int, total: int, since: float) -> None:
    state = {"done": done, "total": total, "since": since}
    atomic.write(state_path(), json.dumps(state).encode())


class Reporter:
    """Writes the state file, at most twice a second, and tells a listener."""

    def __init__(self, listener: rankings_compute.Progress | None) -> None:
        self.listener = listener
        self.since = time.time()
        self.wrote_at = float("-inf")

    def __call__(self, done: int, total: int) -> None:
        if self.listener:
            self.listener(done, total)
        if time.monotonic() - self.wrote_at >= rankings_compute.REPORT_SECONDS or done == total:
            self.wrote_at = time.monotonic()
            write_state(done, total, self.since)
