"""What is kept, and for how long."""

import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.utils import timezone

from mlcore.game import gamedata
from mlcore.models import (
    AskedOnDay,
    DriftReport,
    EvaluationReport,
    PredictionLog,
    SampledAnswer,
    TaskRun,
)
from mlcore.monitoring import log_days, log_totals
from mlcore.serving import model_files

#: Data sets that stay, the newest, and rounds of self-play that a training can go on from: each can
#: be made again from its recipe.
DATASETS_KEPT = 3
_AT_ONCE = 1_000
#: What has not been added up yet may take so long before it is deleted.
_ADD_UP_SECONDS = 300.0
#: What ages, and the column that tells its age.
_AGING: tuple[tuple[type[Model], str], ...] = (
    (PredictionLog, "created_at"),
    (SampledAnswer, "asked__day"),
    (AskedOnDay, "day"),
    (EvaluationReport, "created_at"),
    (DriftReport, "created_at"),
    (TaskRun, "ended_at"),
)


def prune_logs(
    *, days: int | None = None, progress: Callable[[int, int], None] = lambda done, total: None
) -> dict[str, Any]:
    """Delete logs, reports and ended runs older than ``days``, files of retired models, and all but
    the newest data sets and rounds of self-play.

    Days of the prediction log that are partitions go whole, the rest row by row in small
    transactions, so that nobody waits long. Gives what was deleted, by name.
    """
    days = settings.LOG_RETENTION_DAYS if days is None else days
    if days < 1:
        raise ValueError(f"logs are kept for at least a day, not {days}")
    before = timezone.now() - timedelta(days=days)
    first = before.astimezone(UTC).date()
    log_totals.add_up(seconds=_ADD_UP_SECONDS)
    dropped = log_days.drop_before(first)
    log_days.make_ahead()
    deleted: dict[str, Any] = {}
    for done, (model, column) in enumerate(_AGING):
        progress(done, len(_AGING))
        limit = first if column.endswith("day") else before
        if model is PredictionLog and log_days.days():
            limit = datetime.combine(first, time.min, UTC)  # a day goes when all of it is old
        old = model._default_manager.filter(**{f"{column}__lt": limit}).order_by(column)
        count = dropped if model is PredictionLog else 0
        while keys := list(old.values_list("pk", flat=True)[:_AT_ONCE]):
            count += model._default_manager.filter(pk__in=keys).delete()[0]
        deleted[model.__name__] = count
    with suppress(gamedata.IncompleteGameData):
        deleted["model_files"] = model_files.prune(gamedata.current().fingerprint)
    deleted["datasets"] = _prune(Path(settings.DATASETS_DIR).glob("duels-*"))
    deleted["self_play"] = _prune((Path(settings.VAR_DIR) / "battle_value").glob("*/"))
    return deleted


def _prune(folders: Iterable[Path]) -> int:
    """Delete all folders but the newest; gives how many."""
    newest_first = sorted(folders, key=lambda path: path.stat().st_mtime, reverse=True)
    for path in newest_first[DATASETS_KEPT:]:
        shutil.rmtree(path, ignore_errors=True)
    return len(newest_first[DATASETS_KEPT:])
