"""Which version of a model is live: a small file names it, and every process follows that file.

A pointer is JSON: ``version`` and the SHA-256 of the version's files (``sha256`` of the model,
``metadata_sha256`` of its metadata). It is swapped in one step, and every process looks at it at
most every two seconds. A version that cannot be trusted is refused and the one in memory stays.
"""

import json
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

from django.conf import settings

POLL_SECONDS = 2.0

Served = TypeVar("Served")


class Follower(Generic[Served]):
    """What this process has loaded of one kind of model, and when it last looked at the pointer.

    name     of the pointer's file in ``settings.MODELS_DIR``
    load     called with that folder and what the pointer says; raises one of ``refusals``, or
             ValueError, KeyError or TypeError, if the version cannot be trusted
    absent   why nothing answers while there is no pointer
    default  loads what answers without a pointer, or when the version it names is refused and
             nothing is in memory; raises one of ``refusals``
    """

    def __init__(
        self,
        what: str,
        name: str,
        load: Callable[[Path, dict[str, Any]], Served],
        *,
        refusals: tuple[type[Exception], ...],
        absent: str,
        default: Callable[[], Served] | None = None,
        logger: logging.Logger,
    ) -> None:
        self.what = what
        self.name = name
        self.load = load
        self.refusals = refusals
        self.distrusted: tuple[type[Exception], ...] = (*refusals, ValueError, KeyError, TypeError)
        self.absent = absent
        self.default = default
        self.logger = logger
        self.lock = threading.Lock()
        self.directory: Path | None = None
        self.pointer: bytes | None = None
        self.served: Served | None = None
        self.reason = absent
        self.checked_at = float("-inf")

    def get(self, *, force: bool = False) -> Served | None:
        """What is live; None if nothing is, ``reason`` then says why.

        The pointer is looked at if that was long ago, or right now with ``force``.
        """
        directory = Path(settings.MODELS_DIR)
        fresh = time.monotonic() - self.checked_at < POLL_SECONDS and not force
        stale = not fresh or directory != self.directory
        # While another thread looks, the version in memory answers, if there is one.
        if stale and self.lock.acquire(blocking=self.served is None or force):
            try:
                self._look(directory)
            finally:
                # Not before: while the first version is loading, other threads wait for it.
                self.checked_at = time.monotonic()
                self.lock.release()
        return self.served

    def _look(self, directory: Path) -> None:
        if directory != self.directory:
            self.directory, self.pointer, self.served = directory, None, None
        try:
            pointer = (directory / self.name).read_bytes()
        except FileNotFoundError:
            if self.pointer is not None or self.served is None:
                self.pointer, self.reason = None, self.absent
                self.served = self._default()
            return
        except OSError as error:
            self.logger.error("cannot read the pointer of the %s: %s", self.what, error)
            return
        if pointer == self.pointer:
            return
        self.pointer = pointer  # a bad one is not tried again until it changes
        try:
            named = json.loads(pointer)
            self.served = self.load(directory, named)
            self.logger.info("%s %s loaded", self.what, named["version"])
        except self.distrusted as error:
            self.reason = f"the {self.what} was refused: {error}"
            kept = "keeping the old one" if self.served is not None else "none"
            self.logger.error("%s; %s", self.reason, kept)
            if self.served is None:
                self.served = self._default()

    def _default(self) -> Served | None:
        if self.default is None:
            return None
        try:
            return self.default()
        except self.refusals as error:
            self.reason = f"the {self.what} was refused: {error}"
            self.logger.error("%s", self.reason)
            return None
