"""Predictions by the champion, logged."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import numpy as np
from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from mlcore.engine.specs import Setups
from mlcore.game.gamedata import GameData
from mlcore.learning import features
from mlcore.learning import model as learning_model
from mlcore.lib import log_context, serial_writes
from mlcore.models import ModelKind, PredictionLog
from mlcore.serving import callers, prediction_log, rollout, telemetry
from mlcore.serving import champion as champion_store


class LogUnavailable(Exception):
    """A prediction could not be recorded, so it must not be answered."""


def warm_up(game: GameData) -> None:
    """Pay for imports, model loading and compiled kernels before the first request does."""
    form = Setups.flat(np.zeros(1, dtype=np.int32))
    move = np.flatnonzero(game.tables.damaging)[:1]
    try:
        predict(game, form, move, form, move)
    except champion_store.NoChampion:
        features.build_features(game.tables, form, move, form, move)


def predict(
    game: GameData, a: Setups, move_a: np.ndarray, b: Setups, move_b: np.ndarray
) -> np.ndarray:
    """P(A wins) of k duels, float64 (k,): pure, one batched model call. Raises NoChampion."""
    return learning_model.predict_with(champion_store.current(), game, a, move_a, b, move_b)


def predict_and_log(
    game: GameData,
    a: Setups,
    move_a: np.ndarray,
    b: Setups,
    move_b: np.ndarray,
    *,
    source: str,
    champion: learning_model.Model,
    built: features.Features | None = None,
) -> np.ndarray:
    """``predict_with``, recorded as one PredictionLog row that is committed before it returns.

    Raises LogUnavailable when the record cannot be written.
    """
    with telemetry.timed(source):
        probabilities = learning_model.predict_with(champion, game, a, move_a, b, move_b, built)
    log(
        game,
        (a, move_a, b, move_b),
        probabilities,
        source=source,
        model=ModelKind.DUEL,
        version=champion.version,
    )
    return probabilities


def log(
    game: GameData,
    duels: prediction_log.Duels,
    probabilities: np.ndarray,
    *,
    source: str,
    model: ModelKind,
    version: str,
) -> None:
    """Record one answered request as one PredictionLog row, committed before it returns.

    ``duels``: what was asked, duels or match-ups. Raises LogUnavailable.
    """
    columns = prediction_log.columns_of(game.tables, duels)
    record = prediction_log.pack(columns, probabilities)
    log_record(game, record, probabilities.tolist(), source=source, model=model, version=version)


def log_record(
    game: GameData,
    record: bytes,
    probabilities: list[float],
    *,
    source: str,
    model: ModelKind,
    version: str,
    first: Callable[[], None] | None = None,
) -> None:
    """``log`` of what has been packed already.

    ``first`` is called within the same write; what it raises is raised, and nothing is recorded.
    """
    try:
        with serial_writes.together() if first else nullcontext():
            if first:
                first()
            caller = log_context.caller()
            fields: dict[str, Any] = {
                "source": source,
                "model": model,
                "model_version": version,
                "data_fingerprint": game.fingerprint,
                "request_id": log_context.request_id(),
                "caller": callers.number_of(caller.name, timezone.now()),
                "with_key": caller.with_key,
                "duel_count": len(probabilities),
                "record": record,
            }
            number = PredictionLog.insert(**fields)
    except (DatabaseError, InterfaceError) as error:
        telemetry.LOG_FAILURES.inc()
        raise LogUnavailable("the prediction could not be recorded") from error
    rollout.shadow(game, fields)
    telemetry.count_predictions(source, model, version, probabilities)
    champion_store.logger.info(
        "prediction %d: %d %s(s) by %s for %s",
        number,
        len(probabilities),
        "duel" if model == ModelKind.DUEL else "match-up",
        version,
        source,
        extra={
            "prediction_id": number,
            "duels": len(probabilities),
            "model_version": version,
            "source": source,
        },
    )
