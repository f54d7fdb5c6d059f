"""Who computes rankings, and how far that is: a background task, one at a time on all machines."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from mlcore.jobs import task_runs
from mlcore.models import TaskRun

TASK = "refresh_rankings"
#: So long a computation that was just ordered may take before some process has it.
START_SECONDS = 30


@dataclass(frozen=True)
class Running:
    """A computation under way; ``share`` of it is done, ``seconds`` it will take yet."""

    share: float
    seconds: float | None


def start(reason: str) -> None:
    """Begin in a worker; without a broker in a process that outlives this one, behind all others.

    An order that waits is handed on again, should it have been lost.
    """
    run = task_runs.create(TASK, reason=reason)
    transaction.on_commit(lambda: task_runs.dispatch(run))


def running() -> Running | None:
    """How far the computation is that some process is at; None when none is. One query."""
    runs = TaskRun.objects.filter(task=TASK, state__in=TaskRun.OPEN, cancel_asked=False)
    run = runs.order_by("-state", "-id").defer("log").first()  # "running" before "queued"
    if run is None:
        return None
    now = timezone.now()
    if run.state == TaskRun.State.QUEUED or run.started_at is None:
        since = run.sent_at or run.queued_at
        return Running(0.0, None) if now - since < timedelta(seconds=START_SECONDS) else None
    heard_of = run.heartbeat_at or run.started_at
    if now - heard_of > timedelta(seconds=settings.TASK_DEAD_SECONDS):
        return None
    if not run.progress:
        return Running(0.0, None)
    taken = (now - run.started_at).total_seconds()
    return Running(run.progress, max(0.0, taken * (1 - run.progress) / run.progress))
