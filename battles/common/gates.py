"""How much is done at once in one process, and who waits for it."""

import threading
from collections.abc import Callable
from typing import Any, TypeVar

ViewT = TypeVar("ViewT", bound=Callable[..., Any])


class Busy(Exception):
    """There is no place, and none to wait in either."""


class Gate:
    """Lets ``places`` in at once; ``waiting`` more may wait, and for so many seconds at most."""

    def __init__(self, places: int, waiting: int, seconds: float) -> None:
        self.waiting = waiting
        self.seconds = seconds
        self._places = threading.BoundedSemaphore(places)
        self._lock = threading.Lock()

    def enter(self) -> None:
        """Take a place. Raises Busy."""
        if self._places.acquire(blocking=False):
            return
        with self._lock:
            if self.waiting <= 0:
                raise Busy
            self.waiting -= 1
        try:
            if not self._places.acquire(timeout=self.seconds):
                raise Busy
        finally:
            with self._lock:
                self.waiting += 1

    def leave(self) -> None:
        self._places.release()


def uses_engine(view: ViewT) -> ViewT:
    """Mark a view that plays battles or asks the models for much: few of them run at once."""
    view.uses_engine = True  # type: ignore[attr-defined]
    return view


def is_engine_work(view: Callable[..., Any]) -> bool:
    """Whether the view, or the class that it was made of, is marked."""
    return any(getattr(one, "uses_engine", False) for one in (view, getattr(view, "cls", None)))
