"""Which version of a model is live: a pointer names it, and every process follows the pointer.

A pointer names a ``version`` and the SHA-256 of the version's files (``sha256`` of the model,
``metadata_sha256`` of its metadata). The database holds it for all machines; every process looks at
it at most every two seconds, fetches what its folder of models lacks
(``mlcore/serving/model_files.py``), and keeps the pointer as a JSON file in that folder, swapped in
one step. That file decides while the database is away or names no version.

A version that cannot be trusted is refused and the one in memory stays; so it does when the pointer
is missing. What was refused is tried again, for the fault may pass.
"""

import json
import logging
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.db import DatabaseError, InterfaceError

from mlcore.lib import atomic
from mlcore.models import LivePointer, ModelKind
from mlcore.serving import model_files

POLL_SECONDS = 2.0
#: A version that was refused is tried again after so long.
RETRY_SECONDS = 10.0

Served = TypeVar("Served")


def set_live(kind: ModelKind, named: dict[str, str]) -> None:
    """Let a version go live on every machine: what a pointer says of it, see above."""
    LivePointer.objects.update_or_create(
        model=kind, defaults={"sha256": "", "metadata_sha256": ""} | named
    )


def live(kind: ModelKind) -> dict[str, Any] | None:
    """What the database's pointer says; None if it names no version."""
    fields = ("version", "sha256", "metadata_sha256")
    row = LivePointer.objects.filter(model=kind).values(*fields).first()
    return row and {name: value for name, value in row.items() if value}


class Follower(Generic[Served]):
    """What this process has loaded of one kind of model, and when it last looked at the pointer.

    ask      the database for its pointer; gives None if it names no version
    name     of the pointer's file in ``settings.MODELS_DIR``
    load     called with that folder and what the pointer says; whatever it raises, the version
             is refused
    absent   why nothing answers while there is no pointer
    default  loads what answers without a pointer, or when the version it names is refused and
             nothing is in memory; raises one of ``refusals``
    keep     whether the pointer is kept as a file, and what is in memory when a version is
             refused; else what is in memory decides while the database is away, and nothing is
             kept of what is no longer named
    """

    def __init__(
        self,
        what: str,
        ask: Callable[[], dict[str, Any] | None],
        name: str,
        load: Callable[[Path, dict[str, Any]], Served],
        *,
        refusals: tuple[type[Exception], ...],
        absent: str,
        default: Callable[[], Served] | None = None,
        keep: bool = True,
        logger: logging.Logger,
    ) -> None:
        self.what = what
        self.ask = ask
        self.name = name
        self.load = load
        self.refusals = refusals
        self.absent = absent
        self.default = default
        self.keep = keep
        self.logger = logger
        self.lock = threading.Lock()
        self.directory: Path | None = None
        self.pointer: bytes | None = None
        self.served: Served | None = None
        self.reason = absent
        #: What is wrong with the pointer or the version it names; empty if nothing is.
        self.trouble = ""
        self.retry_at = float("-inf")
        self.keep_at = float("-inf")
        #: Whether the pointer's file could be written when it last had to be.
        self.is_kept = keep
        self.checked_at = float("-inf")

    def get(self, *, force: bool = False) -> Served | None:
        """What is live; None if nothing is, ``reason`` then says why.

        The pointer is looked at if that was long ago, or right now with ``force``.
        """
        given = settings.MODELS_DIR
        directory = given if isinstance(given, Path) else Path(given)
        fresh = time.monotonic() - self.checked_at < POLL_SECONDS and not force
        stale = not fresh or directory != self.directory
        # While another thread looks, the version in memory answers, if there is one.
        if stale and self.lock.acquire(blocking=self.served is None or force):
            try:
                if force:
                    self.retry_at = self.keep_at = float("-inf")
                self._look(directory)
            finally:
                # Not before: while the first version is loading, other threads wait for it.
                self.checked_at = time.monotonic()
                self.lock.release()
        return self.served

    def _look(self, directory: Path) -> None:
        if directory != self.directory:
            self.directory, self.pointer, self.served, self.trouble = directory, None, None, ""
            self.keep_at, self.is_kept = float("-inf"), self.keep
        live, away = self._ask_the_database()
        if away and self.served is not None and not self.is_kept:
            return  # the file is older than what is in memory
        path = directory / self.name
        try:
            on_disk = path.read_bytes()
        except OSError as error:
            on_disk = None
            if live is None:
                self._without_pointer(error, away)
                return
        pointer = live or on_disk
        if pointer != self.pointer or (self.trouble and time.monotonic() >= self.retry_at):
            self._follow(directory, pointer or b"")
        if live not in (None, on_disk) and not self.trouble:
            self._keep(path, live or b"")

    def _ask_the_database(self) -> tuple[bytes | None, bool]:
        """Its pointer if it names a version, and whether it did not answer."""
        try:
            named = self.ask()
        except (DatabaseError, InterfaceError):
            return None, True
        if named is None:
            return None, False
        return (json.dumps(named, indent=2, sort_keys=True) + "\n").encode(), False

    def _without_pointer(self, error: OSError, away: bool) -> None:
        if not isinstance(error, FileNotFoundError):
            self._note(f"{self.name} cannot be read: {error.strerror}")
        elif self.pointer is not None and self.served is not None:
            self._note(f"{self.name} is missing")
        elif self.served is None:
            self.pointer, self.reason = None, self.absent
            if away:
                self.reason = f"the database is away and {self.name} is missing"
            self.served = self._default()

    def _follow(self, directory: Path, pointer: bytes) -> None:
        self.pointer, self.retry_at = pointer, time.monotonic() + RETRY_SECONDS
        try:
            named = json.loads(pointer)
            self.served = self._load(directory, named)
        except Exception as error:  # also a defect must not take down what answers
            if not self.keep:
                self.served = None
            self._note(f"the {self.what} was refused: {error}")
            if self.served is None:
                self.served = self._default()
        else:
            self.trouble = ""
            if self.served:  # there may be nothing to load
                self.logger.info("%s %s loaded", self.what, named["version"])

    def _load(self, directory: Path, named: dict[str, Any]) -> Served:
        """The version as the directory has it, else with files from the database."""
        try:
            return self.load(directory, named)
        except Exception as error:
            refusal = error
        try:
            if not model_files.fetch(named["version"], directory):
                raise refusal
        except (DatabaseError, InterfaceError, KeyError, TypeError):
            raise refusal from None
        except OSError as error:  # read-only or full: no reason not to serve
            self.logger.warning("the %s stays in memory alone: %s", self.what, error)
            with tempfile.TemporaryDirectory() as folder:
                model_files.fetch(named["version"], Path(folder))
                return self.load(Path(folder), named)
        return self.load(directory, named)

    def _keep(self, path: Path, pointer: bytes) -> None:
        """Write the database's pointer to its file, for times when the database is away."""
        if not self.keep or time.monotonic() < self.keep_at:
            return
        try:
            atomic.write(path, pointer)
            self.is_kept = True
        except OSError as error:
            self.is_kept = False
            self.keep_at = time.monotonic() + RETRY_SECONDS
            self.logger.warning("%s cannot be written: %s", path, error)

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
