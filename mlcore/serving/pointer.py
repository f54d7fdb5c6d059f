"""Which version of a model is live: a small file names it, and every process follows that file.

A pointer is JSON: ``version`` and the SHA-256 of the version's files (``sha256`` of the model,
``metadata_sha256`` of its metadata). It is swapped in one step, and every process looks at it at
most every two seconds. A version that cannot be trusted is refused and the one in memory stays; so
it does when the pointer is missing. What was refused is tried again, for the fault may pass.
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
#: A version that was refused is tried again after so long.
RETRY_SECONDS = 10.0

Served = TypeVar("Served")


class Follower(Generic[Served]):
    """What this process has loaded of one kind of model, and when it last looked at the pointer.

    name     of the pointer's file in ``settings.MODELS_DIR``
    load     called with that folder and what the pointer says; whatever it raises, the version
             is refused
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
        self.absent = absent
        self.default = default
        self.logger = logger
        self.lock = threading.Lock()
        self.directory: Path | None = None
        self.pointer: bytes | None = None
        self.served: Served | None = None
        self.reason = absent
        #: What is wrong with the pointer or the version it names; empty if nothing is.
        self.trouble = ""
        self.retry_at = float("-inf")
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
                if force:
                    self.retry_at = float("-inf")
                self._look(directory)
            finally:
                # Not before: while the first version is loading, other threads wait for it.
                self.checked_at = time.monotonic()
                self.lock.release()
        return self.served

    def _look(self, directory: Path) -> None:
        if directory != self.directory:
            self.directory, self.pointer, self.served, self.trouble = directory, None, None, ""
        try:
            pointer = (directory / self.name).read_bytes()
        except FileNotFoundError:
            if self.served is None:
                self.pointer, self.reason = None, self.absent
                self.served = self._default()
            elif self.pointer is not None:
                self._note(f"{self.name} is missing")
            return
        except OSError as error:
            self._note(f"{self.name} cannot be read: {error.strerror}")
            return
        if pointer == self.pointer and (not self.trouble or time.monotonic() < self.retry_at):
            return
        self.pointer, self.retry_at = pointer, time.monotonic() + RETRY_SECONDS
        try:
            named = json.loads(pointer)
            self.served = self.load(directory, named)
        except Exception as error:  # also a defect must not take down what answers
            self._note(f"the {self.what} was refused: {error}")
            if self.served is None:
                self.served = self._default()
        else:
            self.trouble = ""
            self.logger.info("%s %s loaded", self.what, named["version"])

    def _note(self, trouble: str) -> None:
        """Keep what is wrong; log it unless it has been logged."""
        if trouble != self.trouble:
            kept = "keeping the old one" if self.served is not None else "none"
            self.logger.error("%s; %s", trouble, kept)
        self.trouble = self.reason = trouble

    def _default(self) -> Served | None:
        if self.default is None:
            return None
        try:
            return self.default()
        except self.refusals as error:
            self.reason = f"the {self.what} was refused: {error}"
            self.logger.error("%s", self.reason)
            return None
