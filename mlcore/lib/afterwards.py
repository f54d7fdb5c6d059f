"""Work that a request leaves behind: done by its thread once the answer is on its way."""

import logging
import threading
from collections import deque
from collections.abc import Callable

logger = logging.getLogger(__name__)

#: What one thread keeps at most, where no server ever does it.
_MOST = 8


class _Waiting(threading.local):
    def __init__(self) -> None:
        self.work: deque[Callable[[], None]] = deque(maxlen=_MOST)


_waiting = _Waiting()


def later(work: Callable[[], None]) -> None:
    """Leave work to this thread. A server that does not call ``work_off`` never does it."""
    _waiting.work.append(work)


def work_off() -> None:
    """Do what this thread has waiting. Nothing is raised: nobody waits for it any more."""
    while _waiting.work:
        work = _waiting.work.popleft()
        try:
            work()
        except Exception:
            logger.exception("work after an answer failed")
