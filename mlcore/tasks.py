"""The background tasks: thin, each of one name with the function that does its work.

A task is called with the number of its TaskRun, or, by the schedule, with the arguments of the
work; then it writes the row itself. ``mlcore.jobs.task_runs`` says how runs are claimed and
watched.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from mlcore.game import gamedata
from mlcore.jobs import dataset_workers, task_runs
from mlcore.jobs.task_runs import KINDS, Cancelled, ClaimedRun, Retryable
from mlcore.lib import locks
from mlcore.models import ModelKind, ModelVersion, Rollout, TaskRun
from mlcore.monitoring import (
    drift,
    live_quality,
    log_days,
    log_totals,
    retention,
    retraining,
)
from mlcore.pipeline import battle_value, registry, rollouts
from mlcore.pipeline import retrain as pipeline_retrain
from mlcore.pipeline.rollouts import RolloutRefused
from mlcore.pipeline.stages import GateRefused
from mlcore.rankings import compute as rankings_compute
from mlcore.rankings import refresh
from mlcore.serving.well_played import NoBattleValue

Work = Callable[..., dict[str, Any] | None]
#: The work of each task, by name.
WORK: dict[str, Work] = {}
#: Seconds after which a run that finds another one at work tries again.
BUSY_SECONDS = 30
#: Seconds a minute that adding up the prediction log may take.
_ADD_UP_SECONDS = 20.0


def _task(work: Work) -> Any:
    """A Celery task that carries out one run."""
    name = work.__name__
    WORK[name] = work

    @shared_task(
        name=f"mlcore.tasks.{name}",
        soft_time_limit=KINDS[name].limit,
        time_limit=KINDS[name].limit + 60,
    )
    @wraps(work)
    def start(run_id: int | None = None, reason: str = "schedule", **arguments: Any) -> None:
        if run_id is None:
            run_id = task_runs.create(name, reason=reason, arguments=arguments).pk
        try:
            done = task_runs.execute(run_id, work)
        except Retryable:
            done = None
        if done is None:
            _try_later(run_id)

    return start


def _try_later(run_id: int) -> None:
    """A run that is queued still waits for another one to end, or for a failure to pass."""
    row = TaskRun.objects.filter(pk=run_id, state=TaskRun.State.QUEUED).first()
    if row is None or settings.CELERY_TASK_ALWAYS_EAGER:
        return
    wait = BUSY_SECONDS
    if row.not_before:
        wait = max(1, round((row.not_before - timezone.now()).total_seconds()))
    task_runs.dispatch(row, wait=wait)


@_task
def retrain(run: ClaimedRun, **options: Any) -> dict[str, Any]:
    game = gamedata.current()
    order = pipeline_retrain.order_of(game, **options)
    return _through_the_gate(
        run,
        pipeline_retrain.retrain,
        game,
        order,
        make_dataset=dataset_workers.make_dataset,
    )


@_task
def retrain_battle_value(run: ClaimedRun, **options: Any) -> dict[str, Any]:
    return _through_the_gate(
        run, pipeline_retrain.retrain_battle_value, gamedata.current(), **options
    )


def _through_the_gate(
    run: ClaimedRun, work: Callable[..., dict[str, Any]], *arguments: Any, **options: Any
) -> dict[str, Any]:
    """Retrain. A challenger that may not go live is an answer, not a failure."""
    try:
        result = work(*arguments, say=run.say, progress=run.progress, **options)
    except locks.Locked as reason:
        raise Retryable(str(reason)) from reason
    except (GateRefused, RolloutRefused) as refusal:
        run.say(str(refusal))
        return {"refused": str(refusal)}
    if ModelVersion.objects.filter(version=result["version"], is_champion=True).exists():
        _rank_anew()  # else a rollout began
    return result


@_task
def evaluate_predictions(run: ClaimedRun, **options: Any) -> dict[str, Any]:
    reports = live_quality.evaluate_predictions(
        gamedata.current(),
        threads=settings.ENGINE_THREADS,
        say=run.say,
        progress=run.progress,
        **_window(options),
    )
    retraining.start_due_retraining()
    return {row.model_version: row.verdict for row in reports}


@_task
def check_drift(run: ClaimedRun, **options: Any) -> dict[str, Any]:
    game = gamedata.current()
    options = _window(options)
    reports = [
        drift.check_drift(game, live, say=run.say, **options) for live in drift.live_models(game)
    ]
    return {row.model_version: row.verdict for row in reports}


@_task
def refresh_rankings(run: ClaimedRun, *, force: bool = False) -> dict[str, Any]:
    made: dict[str, Any] = {}
    is_complete = True
    for number, play in enumerate(refresh.PLAYS):
        try:
            row = refresh.refresh(
                play,
                force=force,
                threads=settings.ENGINE_THREADS,
                progress=run.part(number, len(refresh.PLAYS)),
                stop=run.stop,
            )
        except rankings_compute.Interrupted as reason:
            raise Cancelled from reason
        except NoBattleValue as reason:
            run.say(f"No ranking of well-played battles: {reason}.")
            is_complete = False
            continue
        if row is not None:
            seconds = round(made.get("seconds", 0.0) + row.seconds, 1)
            made = {"version": made.get("version", row.model_version), "seconds": seconds}
    if is_complete and not made:
        run.say("The rankings are up to date.")
    return made


@_task
def prune_logs(run: ClaimedRun, *, days: int | None = None) -> dict[str, Any]:
    return retention.prune_logs(days=days, progress=run.progress)


@_task
def promote(run: ClaimedRun, *, version: str) -> dict[str, Any]:
    try:
        with registry.one_at_a_time():
            row = ModelVersion.objects.get(version=version)
            if not row.can_answer(gamedata.current().fingerprint):
                raise LookupError(f"{version} was trained on other game data and cannot answer")
            registry.promote(version)
    except locks.Locked as reason:
        raise Retryable(str(reason)) from reason
    except ModelVersion.DoesNotExist as reason:
        raise LookupError(f"there is no version {version!r}") from reason
    _rank_anew()
    return {"version": row.version}


@_task
def rollback(run: ClaimedRun, *, model: str = ModelKind.DUEL, version: str = "") -> dict[str, Any]:
    """Go back, if given to ``version`` or not at all."""
    try:
        if ModelKind(model) == ModelKind.BATTLE:
            version = battle_value.rollback(gamedata.current(), version)
        else:
            version = registry.rollback(version).version
    except locks.Locked as reason:
        raise Retryable(str(reason)) from reason
    _rank_anew()
    return {"version": version}


@_task
def roll_out(run: ClaimedRun, *, version: str) -> dict[str, Any]:
    try:
        with registry.one_at_a_time():
            rollouts.start(version, by=run.row.requested_by)
    except locks.Locked as reason:
        raise Retryable(str(reason)) from reason
    return {"version": version}


@_task
def judge_rollout(run: ClaimedRun, **options: Any) -> dict[str, Any]:
    try:
        row = rollouts.judge(
            gamedata.current(), threads=settings.ENGINE_THREADS, say=run.say, **options
        )
    except locks.Locked as reason:
        raise Retryable(str(reason)) from reason
    if row is None:
        return {}
    if row.stage == Rollout.Stage.LIVE:
        _rank_anew()
    return {"version": row.version, "stage": row.stage}


def _rank_anew() -> None:
    task_runs.submit("refresh_rankings", reason="another champion serves")


def _window(options: dict[str, Any]) -> dict[str, Any]:
    """``hours`` as the start of a window that ends now; other options as they are."""
    options = dict(options)
    hours = options.pop("hours", None)
    if hours is not None:
        options["since"] = timezone.now() - timedelta(hours=hours)
    return options


# Beside the runs: what keeps them going, a moment of work every minute. ---------------------------


@shared_task(name="mlcore.tasks.watch", soft_time_limit=50, time_limit=55)
def watch() -> None:
    """Mark dead runs, dispatch waiting ones again, submit a retraining or the judgment of a rollout
    if one is due, and keep the prediction log's days and totals up."""
    task_runs.mark_dead_runs()
    task_runs.redispatch_stale()
    retraining.start_due_retraining()
    rollouts.order_due_judgment()
    log_days.make_ahead()
    log_totals.add_up(seconds=_ADD_UP_SECONDS)


@shared_task(
    name="mlcore.tasks.play_chunk", ignore_result=False, soft_time_limit=600, time_limit=660
)
def play_chunk(**chunk: Any) -> str | None:
    return dataset_workers.play_chunk(**chunk)
