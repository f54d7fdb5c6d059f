"""Retraining: the pipeline's stages in order, and promotion if the gate allows."""

from collections.abc import Callable
from typing import Any

from django.conf import settings

from mlcore.game.gamedata import GameData
from mlcore.models import ModelKind, ModelVersion
from mlcore.monitoring import retraining
from mlcore.pipeline.battle_value import BattlePipeline
from mlcore.pipeline.stages import MakeDataset, Order, Pipeline, Step
from mlcore.serving.live_versions import live_versions, seed_of

Say = Callable[[str], None]
Progress = Callable[[float, float], None]


def retrain(
    game: GameData, order: Order, *, say: Say, progress: Progress, make_dataset: MakeDataset
) -> dict[str, Any]:
    """Data set, training, evaluation, gate, promotion; gives the version that serves then, or
    whose rollout has begun.

    Raises pipeline.GateRefused when the new model may not serve, and RolloutRefused.
    """

    def overall(step: Step, done: int, total: int) -> None:
        progress(list(Step).index(step) + done / max(total, 1), len(Step))

    pipeline = Pipeline(game, order, say, progress=overall, make_dataset=make_dataset)
    return _promoted(pipeline.all(rollout=goes_in_steps(game)))


def goes_in_steps(game: GameData) -> bool:
    """Whether a new model goes live in steps: if that is wanted, and nothing is wrong with the live
    one."""
    live = live_versions().get(ModelKind.DUEL)
    return (
        settings.RETRAIN_ROLLOUT
        and live is not None
        and retraining.reason_to_retrain(game, live) is None
    )


def retrain_battle_value(
    game: GameData,
    *,
    profile: str | None = None,
    seed: int | None = None,
    say: Say,
    progress: Progress,
) -> dict[str, Any]:
    """``retrain`` for the value of battle states."""
    if seed is None:
        seed = next_seed(game, ModelKind.BATTLE)
    profile = profile or settings.BATTLE_RETRAIN_PROFILE
    return _promoted(BattlePipeline(game, profile, seed, say, progress=progress).all())


def order_of(
    game: GameData,
    *,
    profile: str | None = None,
    duels: int | None = None,
    plays: int | None = None,
    seed: int | None = None,
    tune: bool = False,
) -> Order:
    """What to make of duels. Without a seed: ``next_seed``. ``tune``: search parameters first."""
    if seed is None:
        seed = next_seed(game, ModelKind.DUEL)
    return Order.of_profile(
        profile or settings.RETRAIN_PROFILE, duels=duels, plays=plays, seed=seed, tune=tune
    )


def next_seed(game: GameData, kind: ModelKind) -> int | None:
    """Draws other battles than any version of these game data; None for the profile's seed.

    A version that was refused counts, too: the same order would only be refused again.
    """
    live = live_versions().get(kind)
    used = [live.seed or 0] if live and live.data_fingerprint == game.fingerprint else []
    rows = ModelVersion.objects.filter(model=kind, data_fingerprint=game.fingerprint)
    used += [seed_of(kind, metadata) or 0 for metadata in rows.values_list("metadata", flat=True)]
    return max(used) + 1 if used else None


def _promoted(row: ModelVersion) -> dict[str, Any]:
    return {"version": row.version, "data_fingerprint": row.data_fingerprint}
