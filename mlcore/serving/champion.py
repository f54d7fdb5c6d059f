"""The model that serves: the champion in memory, swapped while running, asked in batches.

``champion.json`` in ``settings.MODELS_DIR`` names the version that serves, with the SHA-256 of
both of its files. Every process looks at it at most every two seconds. An artefact that cannot
be trusted is refused and the champion in memory goes on. What can serve is XGBoost (UBJ) or a
linear model (JSON).

Nothing here imports MLflow, pandas or scikit-learn, and xgboost only when a model is loaded.
"""

import json
import logging
import threading
import time
from pathlib import Path

from django.conf import settings

from mlcore.learning import model as learning_model

logger = logging.getLogger(__name__)

POINTER_NAME = "champion.json"
POLL_SECONDS = 2.0


class NoChampion(Exception):
    """No model can answer; the text says why and what to do."""


class _Holder:
    """The champion of this process and when its pointer was last looked at."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.directory: Path | None = None
        self.pointer: bytes | None = None
        self.champion: learning_model.Model | None = None
        self.reason = "no champion yet: run manage.py ml --mode=all"
        self.checked_at = float("-inf")

    def get(self, *, force: bool = False) -> learning_model.Model:
        directory = Path(settings.MODELS_DIR)
        fresh = time.monotonic() - self.checked_at < POLL_SECONDS and not force
        stale = not fresh or directory != self.directory
        # Whoever finds the lock taken goes on with the champion in memory, if there is one.
        if stale and self.lock.acquire(blocking=self.champion is None or force):
            try:
                self._look(directory)
            finally:
                self.lock.release()
        champion = self.champion
        if champion is None:
            raise NoChampion(self.reason)
        return champion

    def _look(self, directory: Path) -> None:
        if directory != self.directory:
            self.directory, self.pointer, self.champion = directory, None, None
        self.checked_at = time.monotonic()
        try:
            pointer = (directory / POINTER_NAME).read_bytes()
        except FileNotFoundError:
            self.pointer, self.champion = None, None
            self.reason = "no champion yet: run manage.py ml --mode=all"
            return
        except OSError as error:
            logger.error("cannot read the champion pointer: %s", error)
            return
        if pointer == self.pointer:
            return
        self.pointer = pointer  # a bad one is not tried again until it changes
        try:
            named = json.loads(pointer)
            self.champion = learning_model.load(
                directory, str(named["version"]), named["sha256"], named["metadata_sha256"]
            )
            logger.info("champion %s loaded", self.champion.version)
        except (learning_model.BadArtefact, ValueError, KeyError, TypeError) as error:
            self.reason = f"the champion was refused: {error}"
            logger.error("%s; %s", self.reason, "keeping the old one" if self.champion else "none")


_holder = _Holder()


def current() -> learning_model.Model:
    """The champion; looks for a new pointer at most every two seconds. Raises NoChampion."""
    return _holder.get()


def reload() -> learning_model.Model:
    """The champion after looking at the pointer right now (after a promotion, in tests)."""
    return _holder.get(force=True)
