"""A better model, made and proven while the old one serves - and when that is called for."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from mlcore.game import gamedata
from mlcore.game.gamedata import GameData
from mlcore.jobs import task_runs
from mlcore.learning.model import Model
from mlcore.models import TaskRun
from mlcore.monitoring import live_quality
from mlcore.serving import champion as champion_store
from pokedex.game_data_version import GameDataVersion


def reason_to_retrain(game: GameData, champion: Model) -> str | None:
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
        reason = reason_to_retrain(gamedata.current(), champion_store.current())
    except (champion_store.NoChampion, gamedata.IncompleteGameData):
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
    return task_runs.submit("retrain", reason=reason)
