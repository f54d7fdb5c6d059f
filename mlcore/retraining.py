"""A better model, made and proven while the old one serves - and when that is called for."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from mlcore import gamedata, live_quality, predictor, task_runs
from mlcore.gamedata import GameData
from mlcore.models import TaskRun
from mlcore.pipeline import MakeDataset, Order, Pipeline
from mlcore.predictor import Champion
from pokedex.models import GameDataVersion

#: The steps of a pipeline that say how far they are, in their order.
STEPS = (
    "playing duels",
    "features of train",
    "features of validation",
    "searching",
    "fitting",
    "features of holdout",
    "features of unseen",
)


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

    def step(name: str, done: int, total: int) -> None:
        progress(STEPS.index(name) + done / max(total, 1), len(STEPS))

    pipeline = Pipeline(game, order, say, progress=step, make_dataset=make_dataset)
    row = pipeline.all()
    return {"version": row.version, "data_fingerprint": row.data_fingerprint}


def order_of(
    game: GameData,
    champion: Champion | None,
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


def reason_to_retrain(game: GameData, champion: Champion) -> str | None:
    """Why a new model is called for; None when none is."""
    if champion.fingerprint != game.fingerprint:
        return f"the game data changed ({game.fingerprint[:12]})"
    if live_quality.is_degraded(champion.version):
        return f"the live quality of {champion.version} fell below the gate"
    return None


def start_due_retraining() -> TaskRun | None:
    """Order a retraining when one is called for and none is under way; gives its run.

    Facts that were changed a moment ago may be changed again, so they are left to settle. For
    one reason a retraining is ordered once in ``RETRAIN_COOLDOWN_SECONDS``.
    """
    try:
        reason = reason_to_retrain(gamedata.current(), predictor.current())
    except (predictor.NoChampion, gamedata.IncompleteGameData):
        return None
    if reason is None:
        return None
    now = timezone.now()
    settled = now - timedelta(seconds=settings.RETRAIN_QUIET_SECONDS)
    if GameDataVersion.objects.filter(updated_at__gt=settled).exists():
        return None
    runs = TaskRun.objects.filter(task="retrain")
    cooled = now - timedelta(seconds=settings.RETRAIN_COOLDOWN_SECONDS)
    if runs.filter(state__in=TaskRun.OPEN).exists():
        return None
    if runs.filter(reason=reason, queued_at__gt=cooled).exists():
        return None
    return task_runs.order("retrain", reason=reason)
