"""Retraining: the pipeline's stages in order, and promotion if the gate allows."""

from collections.abc import Callable
from typing import Any

from django.conf import settings

from mlcore.game.gamedata import GameData
from mlcore.learning.model import Model
from mlcore.pipeline.stages import MakeDataset, Order, Pipeline, Step


def retrain(
    game: GameData,
    order: Order,
    *,
    say: Callable[[str], None],
    progress: Callable[[float, float], None],
    make_dataset: MakeDataset,
) -> dict[str, Any]:
    """Data set, training, evaluation, gate, promotion; gives the version that serves then.

    Raises pipeline.GateRefused when the new model may not serve.
    """

    def overall(step: Step, done: int, total: int) -> None:
        progress(list(Step).index(step) + done / max(total, 1), len(Step))

    pipeline = Pipeline(game, order, say, progress=overall, make_dataset=make_dataset)
    row = pipeline.all()
    return {"version": row.version, "data_fingerprint": row.data_fingerprint}


def order_of(
    game: GameData,
    champion: Model | None,
    *,
    profile: str | None = None,
    duels: int | None = None,
    plays: int | None = None,
    seed: int | None = None,
) -> Order:
    """What to make. Without a seed: other duels than those that the champion learned from."""
    if seed is None and champion is not None and champion.fingerprint == game.fingerprint:
        recipe = (champion.metadata.get("dataset") or {}).get("recipe") or {}
        seed = int(recipe.get("seed", 0)) + 1
    return Order.of_profile(
        profile or settings.RETRAIN_PROFILE, duels=duels, plays=plays, seed=seed
    )
