"""The challenger of a rollout in a serving process: it answers unseen, or a share of the callers.

Which challenger that is, and how far it has come, is followed like the champion's pointer
(``mlcore/serving/pointer.py``), so that all processes change within two seconds. Rows of Rollout
hold it; ``mlcore/pipeline/rollouts.py`` moves them. Nothing is kept as a file: while the database
is away nothing is answered, since nothing can be logged.

In shadow, the challenger is asked by the process that answered, after its answer was sent: about
one duel of a share of the requests, the one that live quality would judge. Its answer is a row of
the prediction log of its own (source ``shadow``), which is judged like any served answer. In the
canary it answers a share of the callers, and each caller always or never.

It cannot harm an answer: when it fails, the champion answers in its place and the rollout is
stopped, for all processes. Answers that take long are counted.
"""

import hashlib
import logging
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any, cast

import numpy as np
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.db.models import F

from mlcore.game.gamedata import GameData
from mlcore.learning import model as learning_model
from mlcore.learning.model import Model
from mlcore.lib import afterwards, log_context
from mlcore.models import ModelKind, PredictionLog, Rollout
from mlcore.serving import callers, prediction_log, telemetry
from mlcore.serving import champion as champion_store
from mlcore.serving.pointer import Follower

logger = logging.getLogger(__name__)

#: Source of what is answered unseen, in the prediction log.
SHADOW = "shadow"
#: An answer that takes longer is slow: the bar of the alert PredictionLatencyHigh.
SLOW_SECONDS = 0.5
#: What is answered unseen is lost rather than let requests wait for a thread.
_PATIENCE_SECONDS = 0.5
#: What is followed while no rollout is under way.
_NONE = {"version": "none"}
#: What a loaded model is known by.
_SAME = ("version", "sha256", "metadata_sha256")


@dataclass(frozen=True, eq=False)
class Challenger:
    """A rollout as this process has it. ``named``: what is followed, see ``_ask``."""

    model: Model
    named: dict[str, Any]

    @property
    def number(self) -> int:
        return int(self.named["number"])

    @property
    def stage(self) -> str:
        return str(self.named["stage"])

    def answers(self, caller: str) -> bool:
        """Whether this caller is one of those that the canary answers."""
        return (
            self.stage == Rollout.Stage.CANARY
            and bool(caller)
            and _place(self.model.version, caller) < self.named["canary_share"]
        )

    @cached_property
    def in_canary(self) -> Model:
        """The challenger, with the champion behind it."""
        return cast(Model, _Canary(self))


def _ask() -> dict[str, Any]:
    """What the database says of the rollout that is under way."""
    fields = ("pk", "pointer", "champion", "stage", "shadow_share", "canary_share")
    row = (
        Rollout.objects.filter(model=ModelKind.DUEL, stage__in=Rollout.OPEN).values(*fields).first()
    )
    return _NONE if row is None else {"number": row.pop("pk")} | row.pop("pointer") | row


def _load(directory: Path, named: dict[str, Any]) -> tuple[Challenger, ...]:
    if named == _NONE:
        return ()
    for before in _follower.served or ():
        if all(before.named[name] == named[name] for name in _SAME):
            return (Challenger(before.model, named),)
    return (Challenger(champion_store.load(directory, named), named),)


#: The challenger, if there is one: what is empty is there all the same, so that no thread waits for
#: another one that looks.
_follower: Follower[tuple[Challenger, ...]] = Follower(
    "challenger",
    _ask,
    "challenger.json",
    _load,
    refusals=(),
    absent="no rollout is under way",
    default=tuple,
    keep=False,
    logger=logger,
)


def current(*, force: bool = False) -> Challenger | None:
    """The rollout that is under way against the version that is live; looks at most every two
    seconds, or right now with ``force``."""
    for challenger in _follower.get(force=force) or ():
        if challenger.named["champion"] == champion_store.current().version:
            return challenger
    return None


def trouble() -> str:
    """Why the challenger cannot be loaded here; empty if it can."""
    return _follower.trouble


def answering() -> Model:
    """What answers the caller of this request: the champion, or a challenger in its canary.

    Who asked is known by the prediction log's own name for callers. Raises NoChampion.
    """
    champion = champion_store.current()
    challenger = current()
    if challenger is None or not challenger.answers(log_context.caller().name):
        return champion
    return challenger.in_canary


@lru_cache(maxsize=4096)
def _place(version: str, caller: str) -> float:
    """Where a caller stands among all, in [0, 1): other callers are first in each rollout."""
    key = hashlib.sha256(b"rollouts" + settings.SECRET_KEY.encode()).digest()
    text = f"{version} {callers.network_of(caller)}".encode()
    return int.from_bytes(hashlib.blake2b(text, key=key, digest_size=8).digest()) / 2**64


class _Canary(threading.local):
    """A challenger that answers as a Model does; once it fails, the champion answers instead.

    That is so for each thread by itself: another one may be between an answer of the challenger's
    and what belongs to it, its version and the place where it is remembered.
    """

    def __init__(self, challenger: Challenger) -> None:
        self._number = challenger.number
        self._model = challenger.model

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def margins(self, rows_ab: np.ndarray, rows_ba: np.ndarray) -> np.ndarray:
        return self._asked(lambda model: model.margins(rows_ab, rows_ba))

    def contributions(self, rows: np.ndarray) -> np.ndarray:
        return self._asked(lambda model: model.contributions(rows))

    def _asked(self, ask: Callable[[Model], np.ndarray]) -> np.ndarray:
        try:
            with _watched(self._number):
                return _sound(ask(self._model))
        except Exception:
            self._model = champion_store.current()
            return ask(self._model)


def _sound(answer: np.ndarray) -> np.ndarray:
    if not np.isfinite(answer).all():
        raise ArithmeticError("its answer is not a number")
    return answer


@contextmanager
def _watched(number: int) -> Iterator[None]:
    """Stop the rollout for all when the block fails; count it when it takes long."""
    started = time.perf_counter()
    try:
        yield
    except Exception as error:
        logger.exception("the challenger failed")
        reason = f"the challenger failed to answer: {type(error).__name__}: {error}"
        _note(lambda: Rollout.end(number, Rollout.Stage.STOPPED, reason, by_itself=True))
        raise
    if time.perf_counter() - started > SLOW_SECONDS:
        _note(lambda: Rollout.objects.filter(pk=number).update(slow=F("slow") + 1))


def _note(write: Callable[[], Any]) -> None:
    try:
        write()
    except (DatabaseError, InterfaceError) as error:
        logger.error("what the challenger did could not be noted: %s", error)


# In shadow ---------------------------------------------------------------------------------------


def shadow(game: GameData, asked: dict[str, Any]) -> None:
    """Let the challenger answer, too, if there is one in shadow and the lot says so.

    asked: the fields of the request's PredictionLog row. A request about several pairs counts only
    with an API key (``mlcore.monitoring.log_totals``), and is asked about only then.
    """
    if asked["model"] != ModelKind.DUEL or not log_context.caller().name:
        return
    for challenger in _follower.get() or ():
        if challenger.stage != Rollout.Stage.SHADOW:
            return
        if asked["model_version"] != challenger.named["champion"]:
            return
        counts = asked["with_key"] or prediction_log.is_pairs(asked["record"])
        # By chance and not by what is asked: whoever knew how could spare it his questions.
        if counts and random.random() < challenger.named["shadow_share"]:
            afterwards.later(partial(_answer_unseen, game, challenger, asked))


def _answer_unseen(game: GameData, challenger: Challenger, asked: dict[str, Any]) -> None:
    """Ask the challenger about one of the request's duels, and log what it says."""
    columns = prediction_log.unpack(prediction_log.one_row(asked["record"])).columns
    duels = prediction_log.duels_of(game.tables, columns)
    with telemetry.timed(SHADOW), _watched(challenger.number):
        chances = _sound(learning_model.predict_with(challenger.model, game, *duels))
    fields = asked | {
        "source": SHADOW,
        "model_version": challenger.model.version,
        "duel_count": 1,
        "record": prediction_log.pack(columns, chances),
    }
    try:
        PredictionLog.insert(patience=_PATIENCE_SECONDS, **fields)
    except (DatabaseError, InterfaceError) as error:
        logger.warning("what the challenger answered could not be recorded: %s", error)
        return
    telemetry.count_predictions(SHADOW, ModelKind.DUEL, challenger.model.version, chances.tolist())
