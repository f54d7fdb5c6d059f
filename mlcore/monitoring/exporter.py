"""What operators watch: counters of this process, and the state read when somebody looks.

Counters and histograms are prometheus_client's, which adds up the workers of a server by files
(PROMETHEUS_MULTIPROC_DIR). State comes from the database and the disk at each scrape, so that it
is the same whichever worker of whichever server answers; what tasks did is state, too.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.db.models import Count, DurationField, ExpressionWrapper, F, Max, Q, Sum
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.registry import Collector

from mlcore.game import gamedata
from mlcore.jobs.task_runs import KINDS
from mlcore.models import DriftReport, EvaluationReport, ModelKind, Rollout, TaskRun
from mlcore.serving import champion as champion_store
from mlcore.serving import well_played
from pokedex.game_data_version import GameDataVersion

logger = logging.getLogger(__name__)

#: A broker that is asked how long its queue is gets so long to answer, in seconds.
_BROKER_SECONDS = 0.5


class StateCollector(Collector):
    """Everything that is read when it is asked for. A part that cannot be read is left out."""

    def collect(self) -> Iterable[Metric]:
        parts: tuple[Callable[[], Iterable[Metric]], ...] = (
            _champion,
            _live_quality,
            _battle_value,
            _rollout,
            _drift,
            _tasks,
            _queue,
        )
        for part in parts:
            try:
                yield from list(part())
            except (DatabaseError, InterfaceError) as error:
                logger.warning("metrics of %s are left out: %s", part.__name__.strip("_"), error)


def _gauge(name: str, text: str, value: float | None) -> GaugeMetricFamily:
    """A number without labels; None when there is none."""
    family = GaugeMetricFamily(name, text)
    if value is not None:
        family.add_metric([], value)
    return family


def _labelled(
    name: str, text: str, labels: list[str], samples: Iterable[tuple[list[str], float]]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=labels)
    for values, number in samples:
        family.add_metric(values, number)
    return family


def _champion() -> Iterator[Metric]:
    yield _gauge(
        "model_promotion_gate_log_loss_excess_limit",
        "Live log-loss above the best possible from which quality counts as degraded",
        EvaluationReport.MAX_LOG_LOSS_EXCESS,
    )
    changed = GameDataVersion.objects.values_list("updated_at", flat=True).first()
    yield _gauge(
        "model_game_data_changed_timestamp_seconds",
        "When the game data were last changed",
        changed.timestamp() if changed else None,
    )
    try:
        champion = champion_store.current()
    except champion_store.NoChampion:
        return
    info = [([champion.version], 1.0)]
    yield _labelled("model_champion_info", "The version that serves", ["version"], info)
    metadata = champion.metadata
    if trained := metadata.get("created_at"):
        yield _gauge(
            "model_champion_trained_timestamp_seconds",
            "When the champion was made",
            datetime.fromisoformat(trained).timestamp(),
        )
    holdout = (metadata.get("metrics") or {}).get("holdout") or {}
    yield _gauge(
        "model_champion_holdout_log_loss",
        "Log-loss of the champion on the holdout",
        holdout.get("log_loss"),
    )
    try:
        match = champion.fingerprint == gamedata.current().fingerprint
    except gamedata.IncompleteGameData:
        return
    yield _gauge(
        "model_game_data_match", "1 when the champion learned from today's game data", match
    )


_LIVE = {
    "model_accuracy": ("accuracy", "Share of battles called correctly"),
    "model_live_log_loss_excess": ("log_loss_excess", "Log-loss above the best possible"),
    "model_live_brier_excess": ("brier_excess", "Brier score above the best possible"),
    "model_live_ece": ("ece", "Expected calibration error"),
}
_BINS = {
    "model_live_reliability_predicted": ("predicted", "Mean of what was predicted"),
    "model_live_reliability_observed": ("observed", "Mean of what happened"),
    "model_live_reliability_count": ("count", "Duels of the bin"),
}


def _newest_reports(model: ModelKind) -> list[EvaluationReport]:
    """The reports of the newest evaluation of one kind of model, one a version."""
    reports = EvaluationReport.objects.filter(model=model)
    newest = reports.order_by("-created_at", "-id").first()
    if newest is None:
        return []
    return list(reports.filter(window_end=newest.window_end).defer("slices", "scores"))


def _judged(name: str, text: str, rows: list[EvaluationReport]) -> Metric:
    """How many were judged: none where too few asked, so that nobody alarms on their figures."""
    unjudged = EvaluationReport.Verdict.TOO_FEW
    samples = [
        ([row.model_version], 0.0 if row.verdict == unjudged else float(row.duels)) for row in rows
    ]
    return _labelled(name, text, ["version"], samples)


def _live_quality() -> Iterator[Metric]:
    """The newest evaluation: a report of each version that answered in its window."""
    rows = _newest_reports(ModelKind.DUEL)
    if not rows:
        return
    for name, (field, text) in _LIVE.items():
        samples = [([row.model_version], float(getattr(row, field))) for row in rows]
        yield _labelled(name, text, ["version"], samples)
    yield _judged("model_live_samples", "Served duels that the verdict rests on", rows)
    yield _labelled(
        "model_live_evaluated_timestamp_seconds",
        "When served predictions were last judged",
        ["version"],
        [([row.model_version], row.created_at.timestamp()) for row in rows],
    )
    for name, (key, text) in _BINS.items():
        samples = [
            ([row.model_version, f"{index:02}"], float(point[key]))
            for row in rows
            for index, point in enumerate(row.reliability)
        ]
        yield _labelled(name, text, ["version", "bin"], samples)


_BATTLE_LIVE = {
    "battle_value_live_squared_error": ("brier_excess", "Squared error above noise"),
}


def _battle_value() -> Iterator[Metric]:
    """The value of battle states: which one is live, and how true its served answers were."""
    yield _gauge(
        "battle_value_live_squared_error_limit",
        "Live squared error above noise from which matchups count as degraded",
        EvaluationReport.MAX_BATTLE_BRIER_EXCESS,
    )
    value = well_played.loaded()
    if value is not None:
        info = [([value.version], 1.0)]
        yield _labelled("battle_value_info", "The value that is live", ["version"], info)
        try:
            match = value.metadata.get("data_fingerprint") == gamedata.current().fingerprint
        except gamedata.IncompleteGameData:
            pass
        else:
            text = "1 when the value of battle states learned from today's game data"
            yield _gauge("battle_value_game_data_match", text, match)
    rows = _newest_reports(ModelKind.BATTLE)
    for name, (field, text) in _BATTLE_LIVE.items():
        samples = [([row.model_version], float(getattr(row, field))) for row in rows]
        yield _labelled(name, text, ["version"], samples)
    yield _judged("battle_value_live_samples", "Served matchups that the verdict rests on", rows)
    yield _labelled(
        "battle_value_live_evaluated_timestamp_seconds",
        "When served matchups were last judged",
        ["version"],
        [([row.model_version], row.created_at.timestamp()) for row in rows],
    )


_ROLLOUT = {
    "model_rollout_log_loss_difference": ("difference", "Log-loss above the champion's"),
    "model_rollout_log_loss_difference_low": ("low", "Lower end of its interval"),
    "model_rollout_log_loss_difference_high": ("high", "Upper end of its interval"),
    "model_rollout_duels": ("duels", "Duels that the difference was measured on"),
}


def _rollout() -> Iterator[Metric]:
    """The newest rollout: its stage, its share, and how it was judged last."""
    row = Rollout.objects.first()
    if row is None:
        return
    stages = Rollout.Stage
    yield _labelled(
        "model_rollout_stage",
        "1 for the stage of the newest rollout",
        ["version", "stage"],
        [([row.version, stage], float(stage == row.stage)) for stage in stages.values],
    )
    shares = {
        stages.SHADOW: row.shadow_share,
        stages.CANARY: row.canary_share,
        stages.LIVE: 1.0,
        stages.STOPPED: 0.0,
    }
    yield _labelled(
        "model_rollout_share",
        "Share of requests in shadow, of callers in the canary",
        ["version"],
        [([row.version], shares[stages(row.stage)])],
    )
    yield _labelled(
        "model_rollout_slow_answers",
        "Answers of the stage that took too long",
        ["version"],
        [([row.version], float(row.slow))],
    )
    if row.by_itself and row.ended_at is not None:
        yield _labelled(
            "model_rollout_stopped_timestamp_seconds",
            "When the newest rollout stopped itself",
            ["version"],
            [([row.version], row.ended_at.timestamp())],
        )
    for name, (key, text) in _ROLLOUT.items():
        samples = [([row.version], float(row.figures[key]))] if row.figures else []
        yield _labelled(name, text, ["version"], samples)


def _drift() -> Iterator[Metric]:
    """The newest drift report of each kind of model."""
    rows = [DriftReport.objects.filter(model=kind).first() for kind in ModelKind]
    newest = [row for row in rows if row is not None]
    for name, key, text in (
        ("model_drift_psi", "statistic", "Population stability index of what is asked"),
        ("model_drift_threshold", "limit", "Index from which a feature counts as drifted"),
    ):
        samples = [
            ([row.model, finding["name"]], float(finding[key]))
            for row in newest
            for finding in row.findings
            if finding["test"] == "psi"
        ]
        yield _labelled(name, text, ["model", "feature"], samples)
    yield _labelled(
        "model_drift_checked_timestamp_seconds",
        "When drift was last checked",
        ["model"],
        [([row.model], row.created_at.timestamp()) for row in newest],
    )


def _tasks() -> Iterator[Metric]:
    state = TaskRun.State
    counts = dict.fromkeys(((task, value) for task in KINDS for value in state.values), 0)
    by_state = TaskRun.objects.order_by().values_list("task", "state").annotate(Count("pk"))
    counts |= {(task, value): count for task, value, count in by_state if task in KINDS}
    yield _labelled(
        "task_runs_total",
        "Runs of tasks that are kept, by what became of them",
        ["task", "state"],
        (([task, value], count) for (task, value), count in counts.items()),
    )
    ended: list[Any] = list(
        TaskRun.objects.order_by()
        .filter(task__in=KINDS)
        .values("task")
        .annotate(
            times=Count("pk", filter=Q(started_at__isnull=False, ended_at__isnull=False)),
            took=Sum(ExpressionWrapper(F("ended_at") - F("started_at"), DurationField())),
            succeeded=Max("ended_at", filter=Q(state=state.SUCCEEDED)),
            failed=Max("ended_at", filter=Q(state__in=(state.FAILED, state.DEAD))),
        )
    )
    durations = SummaryMetricFamily(
        "task_run_duration_seconds", "How long runs of tasks took", labels=["task"]
    )
    for row in ended:
        took = row["took"].total_seconds() if row["took"] else 0.0
        durations.add_metric([row["task"]], count_value=row["times"], sum_value=took)
    yield durations
    for name, key, text in (
        ("task_last_success_timestamp_seconds", "succeeded", "When a run last succeeded"),
        ("task_last_failure_timestamp_seconds", "failed", "When a run last failed or died"),
    ):
        samples = [([row["task"]], row[key].timestamp()) for row in ended if row[key]]
        yield _labelled(name, text, ["task"], samples)
    now = timezone.now()
    due = Q(not_before=None) | Q(not_before__lt=now)
    oldest = (
        TaskRun.objects.filter(due, state=state.QUEUED)
        .order_by("queued_at")
        .values_list("queued_at", flat=True)
        .first()
    )
    yield _gauge(
        "task_oldest_queued_seconds",
        "How long the oldest task that nobody has begun has been waiting",
        (now - oldest).total_seconds() if oldest else 0.0,
    )


@lru_cache(maxsize=1)
def _broker(url: str) -> Any:
    import redis

    return redis.Redis.from_url(
        url, socket_timeout=_BROKER_SECONDS, socket_connect_timeout=_BROKER_SECONDS
    )


def _queue() -> Iterator[Metric]:
    """Messages that wait at the broker; left out while it does not answer."""
    from redis.exceptions import RedisError

    url = settings.CELERY_BROKER_URL
    lengths = dict.fromkeys((queue.name for queue in settings.CELERY_TASK_QUEUES), 0)
    if url.startswith(("redis://", "rediss://")):
        try:
            lengths = {name: _broker(url).llen(name) for name in lengths}
        except RedisError as error:
            logger.warning("the lengths of the queues are left out: %s", error)
            return
    samples = [([name], float(length)) for name, length in lengths.items()]
    yield _labelled("task_queue_length", "Messages that no worker has taken", ["queue"], samples)
