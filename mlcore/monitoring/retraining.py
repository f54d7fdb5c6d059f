"""A better model, made and proven while the old one serves - and when that is called for."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from mlcore.game import gamedata
from mlcore.game.gamedata import GameData
from mlcore.jobs import task_runs
from mlcore.models import ModelKind, TaskRun
from mlcore.monitoring import live_quality
from mlcore.serving.live_versions import LiveVersion, live_versions
from pokedex.game_data_version import GameDataVersion

#: The task that retrains each kind of model.
TASKS = {ModelKind.DUEL: "retrain", ModelKind.BATTLE: "retrain_battle_value"}


def _cooldown(kind: ModelKind) -> timedelta:
    """Between two retrainings of one kind of model, unless the facts changed meanwhile."""
    if kind == ModelKind.BATTLE:
        return timedelta(seconds=settings.BATTLE_RETRAIN_COOLDOWN_SECONDS)
    return timedelta(seconds=settings.RETRAIN_COOLDOWN_SECONDS)


def open_runs() -> dict[str, TaskRun]:
    """Retrainings that wait or are under way, by task."""
    runs = TaskRun.objects.filter(task__in=TASKS.values(), state__in=TaskRun.OPEN).defer("log")
    return {run.task: run for run in runs}


def reason_to_retrain(game: GameData, live: LiveVersion) -> str | None:
    """Why a new version is called for; None when none is."""
    if live.data_fingerprint != game.fingerprint:
        return f"the game data changed ({game.fingerprint[:12]})"
    if live_quality.is_degraded(live.version):
        return f"the live quality of {live.version} fell below the gate"
    return None


def start_due_retraining() -> TaskRun | None:
    """Order a retraining when one is called for and none is under way; gives its run.

    Facts that were changed a moment ago may be changed again, so they are left to settle. One kind
    of model is retrained at a time, and once in its cooldown, whoever ordered that and why: facts
    that changed since then do not wait for its end.
    """
    try:
        game = gamedata.current()
    except gamedata.IncompleteGameData:
        return None
    now = timezone.now()
    changed = GameDataVersion.objects.values_list("updated_at", flat=True).first()
    settled = now - timedelta(seconds=settings.RETRAIN_QUIET_SECONDS)
    if open_runs() or (changed and changed > settled):
        return None
    for kind, live in live_versions().items():
        reason = reason_to_retrain(game, live)
        if reason is None:
            continue
        since = now - _cooldown(kind)
        if changed and live.data_fingerprint != game.fingerprint:
            since = max(since, changed)
        if not TaskRun.objects.filter(task=TASKS[kind], queued_at__gt=since).exists():
            return task_runs.submit(TASKS[kind], reason=reason)
    return None
