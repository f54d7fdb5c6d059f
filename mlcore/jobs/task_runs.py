"""Background tasks as rows in the database: submitted, claimed, watched, cancelled.

``submit`` writes a row and dispatches its id. With a broker the id goes to a Celery worker;
without one a short task runs at once and a long one in its own process (``manage.py run_task``).
The receiver calls ``execute``, which claims the row: only one claim succeeds, and the database
allows one running row per task, so a repeated or late message does nothing.

During a run a thread writes a heartbeat and the progress every few seconds. A row without a
heartbeat for ``settings.TASK_DEAD_SECONDS`` is marked dead, and dispatched again while it has
attempts left and the task was not submitted again since.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from celery import current_app
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import DatabaseError, IntegrityError, InterfaceError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from mlcore.lib import detached, log_context
from mlcore.models import TaskRun

logger = logging.getLogger(__name__)

#: How often a run writes its heartbeat and checks whether it was cancelled, in seconds.
TICK_SECONDS = 2.0
#: Maximum attempts per run, counting deaths and transient failures.
MAX_ATTEMPTS = 3
#: Seconds before the first retry; doubled for each further one.
FIRST_RETRY_SECONDS = 30
#: Only this many characters at the end of a run's log are kept.
_LOG_KEPT = 20_000
#: An unclaimed run is sent to the broker again after this time.
_SEND_AGAIN = timedelta(minutes=5)
#: A run that died longer ago than this is not restarted.
_TAKE_UP = timedelta(hours=6)

State = TaskRun.State


@dataclass(frozen=True)
class Kind:
    """How a task runs: its time limit in seconds, and whether a request can wait for it."""

    limit: int
    short: bool = False


KINDS: dict[str, Kind] = {
    "retrain": Kind(limit=6 * 3600),
    "retrain_battle_value": Kind(limit=24 * 3600),
    "evaluate_predictions": Kind(limit=1800),
    "check_drift": Kind(limit=1800),
    "refresh_rankings": Kind(limit=3600),
    "promote": Kind(limit=300),
    "rollback": Kind(limit=300),
    "roll_out": Kind(limit=300),
    "judge_rollout": Kind(limit=1800),
    "prune_logs": Kind(limit=600, short=True),
}


class Cancelled(Exception):
    """The run was cancelled, or another process claimed its row."""


class Retryable(Exception):
    """A transient failure: the run is tried again."""


class UnknownTask(ValueError):
    """There is no such task; the message lists those that exist."""


# --- submitting ----------------------------------------------------------------------------------


def submit(
    task: str, *, reason: str, arguments: dict[str, Any] | None = None, by: str = ""
) -> TaskRun:
    """Submit a task; returns its row.

    If the same task with the same arguments is already queued, returns that row. Raises
    UnknownTask.
    """
    run = create(task, reason=reason, arguments=arguments, by=by)
    if run.sent_at is None:
        transaction.on_commit(lambda: dispatch(run))
    return run


def create(
    task: str, *, reason: str, arguments: dict[str, Any] | None = None, by: str = ""
) -> TaskRun:
    """The row of a task, without dispatching it; the caller runs it."""
    if task not in KINDS:
        raise UnknownTask(f"There is no task {task!r}; there are {', '.join(KINDS)}.")
    arguments = arguments or {}
    for waiting in TaskRun.objects.filter(task=task, state=State.QUEUED, cancel_asked=False):
        if waiting.arguments == arguments:
            return waiting
    return TaskRun.objects.create(
        task=task,
        reason=reason[:200],
        arguments=arguments,
        requested_by=by[:150],
        request_id=log_context.request_id(),
    )


def dispatch(run: TaskRun, *, wait: float = 0) -> None:
    """Send a run to the broker, its own process, or this one, after at least ``wait`` seconds.

    If the broker does not answer, the row stays queued; ``redispatch_stale`` tries later.
    """
    if not settings.CELERY_TASK_ALWAYS_EAGER:
        try:
            celery_task(run.task).apply_async(kwargs={"run_id": run.pk}, countdown=wait or None)
        except (BrokerError, OSError) as error:
            logger.warning("%s waits for the broker: %s", run, error)
            return
        _note_sent(run)
    elif KINDS[run.task].short:
        _note_sent(run)
        try:
            celery_task(run.task).apply(kwargs={"run_id": run.pk}, throw=True)
        except Exception:
            logger.exception("%s failed", run)
    else:
        _note_sent(run)
        _start_process(run)


def _note_sent(run: TaskRun) -> None:
    TaskRun.objects.filter(pk=run.pk).update(sent_at=timezone.now())


def celery_task(name: str) -> Any:
    """A Celery task by its name."""
    # Celery imports the task modules, so that nothing here depends on what they import.
    current_app.loader.import_default_modules()
    return current_app.tasks[f"mlcore.tasks.{name}"]


def _start_process(run: TaskRun) -> None:
    log = Path(settings.VAR_DIR) / "tasks" / f"{run.task}.log"
    detached.manage(log, "run_task", str(run.pk), "--nice")


def cancel(run: TaskRun) -> bool:
    """Cancel a run: at once if queued, soon if running; False if it has ended."""
    now = timezone.now()
    if TaskRun.objects.filter(pk=run.pk, state=State.QUEUED).update(
        state=State.CANCELLED, cancel_asked=True, ended_at=now
    ):
        return True
    return bool(TaskRun.objects.filter(pk=run.pk, state=State.RUNNING).update(cancel_asked=True))


# --- watching ------------------------------------------------------------------------------------


def mark_dead_runs() -> int:
    """Mark running rows without a recent heartbeat as dead; returns how many."""
    silent = timezone.now() - timedelta(seconds=settings.TASK_DEAD_SECONDS)
    count = TaskRun.objects.filter(state=State.RUNNING, heartbeat_at__lt=silent).update(
        state=State.DEAD,
        ended_at=timezone.now(),
        error=f"Its process has not been heard of for {settings.TASK_DEAD_SECONDS} s.",
    )
    if count:
        logger.error("%d task run(s) were found dead", count)
    return count


def redispatch_stale() -> int:
    """Dispatch runs that the broker lost, and dead ones to restart; returns how many."""
    now = timezone.now()
    long_ago = now - _SEND_AGAIN
    waiting = Q(state=State.QUEUED, queued_at__lt=now - timedelta(seconds=5)) & (
        Q(sent_at=None) | Q(sent_at__lt=long_ago)
    )
    dead = Q(state=State.DEAD, attempts__lt=MAX_ATTEMPTS, ended_at__gt=now - _TAKE_UP) & (
        Q(sent_at=None) | Q(sent_at__lt=F("ended_at")) | Q(sent_at__lt=long_ago)
    )
    rows = [
        run
        for run in TaskRun.objects.filter(waiting | dead, cancel_asked=False).order_by("id")
        if (run.not_before is None or run.not_before < now)
        and (run.state == State.QUEUED or not _has_younger(run))
    ]
    for run in rows:
        dispatch(run)
    return len(rows)


def _has_younger(run: TaskRun) -> bool:
    return TaskRun.objects.filter(task=run.task, pk__gt=run.pk).exists()


# --- executing -----------------------------------------------------------------------------------


class ClaimedRun:
    """A claimed run, as its work sees it: reports progress and checks for cancellation."""

    def __init__(self, row: TaskRun) -> None:
        self.row = row
        # The row, until another process claims it.
        self.held = TaskRun.objects.filter(pk=row.pk, state=State.RUNNING, attempts=row.attempts)
        self._stop = threading.Event()
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._share = 0.0
        self._message = ""
        self._lines = row.log.splitlines()
        self._thread = threading.Thread(target=self._beat, name=f"heartbeat {row}", daemon=True)

    def say(self, words: str) -> None:
        """Add a line to the run's log. Raises Cancelled if it was cancelled."""
        logger.info("%s: %s", self.row.task, words)
        with self._lock:
            self._lines.append(f"{timezone.now():%H:%M:%S} {words}")
            self._message = words[:300]
        self.check()

    def progress(self, done: int | float, total: int | float) -> None:
        """Report progress. Raises Cancelled if the run was cancelled."""
        with self._lock:
            self._share = min(1.0, done / total) if total else 0.0
        self.check()

    def part(self, number: int, parts: int) -> Callable[[int, int], None]:
        """Progress of one of the run's parts, which count alike."""

        def advance(done: int, total: int) -> None:
            self.progress(number * total + done, parts * total)

        return advance

    @property
    def stop(self) -> threading.Event:
        """Set when the run is cancelled, for work that polls it."""
        return self._stop

    def check(self) -> None:
        """Raises Cancelled if the run was cancelled."""
        if self._stop.is_set():
            raise Cancelled

    def told(self) -> dict[str, Any]:
        """The row's progress fields."""
        with self._lock:
            return {
                "progress": self._share,
                "message": self._message,
                "log": "\n".join(self._lines)[-_LOG_KEPT:],
            }

    def __enter__(self) -> "ClaimedRun":
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._ended.set()
        self._thread.join(timeout=10)

    def _beat(self) -> None:
        try:
            while not self._ended.wait(TICK_SECONDS):
                try:
                    self._tell()
                except (DatabaseError, InterfaceError) as error:
                    # The work continues; without a database the run is marked dead elsewhere.
                    logger.warning("heartbeat of %s: %s", self.row, error)
                    connection.close()
        finally:
            connection.close()

    def _tell(self) -> None:
        if not self.held.update(heartbeat_at=timezone.now(), **self.told()):
            self._stop.set()  # marked dead, perhaps claimed by another process
        elif self.held.filter(cancel_asked=True).exists():
            self._stop.set()


def claim(number: int) -> TaskRun | None:
    """Claim a run for this process; None if it cannot be claimed.

    Queued runs can be claimed, and dead ones that have attempts left and no newer run of their
    task - unless another run of the same task is under way.
    """
    mark_dead_runs()
    row = TaskRun.objects.filter(pk=number).first()
    if row is None:
        return None
    may_be_claimed = Q(state=State.QUEUED)
    if not _has_younger(row):
        may_be_claimed |= Q(state=State.DEAD, attempts__lt=MAX_ATTEMPTS)
    now = timezone.now()
    try:
        with transaction.atomic():
            taken = TaskRun.objects.filter(may_be_claimed, pk=number, cancel_asked=False).update(
                state=State.RUNNING,
                started_at=now,
                heartbeat_at=now,
                ended_at=None,
                not_before=None,
                attempts=F("attempts") + 1,
                error="",
                worker=f"{socket.gethostname()}:{os.getpid()}",
            )
    except IntegrityError:
        return None  # another run of this task is under way
    return TaskRun.objects.get(pk=number) if taken else None


def execute(number: int, work: Callable[..., dict[str, Any] | None]) -> TaskRun | None:
    """Claim a run and do its work; None if it could not be claimed.

    ``work`` gets the ClaimedRun and the row's arguments, and returns the result to store. Raises
    Retryable if the run is to be tried again (its row is then queued), else whatever the work
    raised, after recording it. A cancelled run raises nothing.
    """
    row = claim(number)
    if row is None:
        return None
    with log_context.of_request(row.request_id):
        logger.info("%s begins: %s", row, row.reason, extra={"task_run_id": row.pk})
        with ClaimedRun(row) as run:
            try:
                result = work(run, **row.arguments)
            except BaseException as error:
                _note_failure(run, error)
                raise_again = _as_retryable(row, error)
            else:
                _end(run, State.SUCCEEDED, progress=1.0, result=result or {})
                raise_again = None
        row.refresh_from_db()
        logger.info("%s ends", row, extra={"task_run_id": row.pk})
    if raise_again is not None:
        raise raise_again
    return row


def _is_retryable(error: BaseException) -> bool:
    return isinstance(error, Retryable | DatabaseError | InterfaceError | ConnectionError)


def _as_retryable(row: TaskRun, error: BaseException) -> BaseException | None:
    if isinstance(error, Cancelled):
        return None
    if _is_retryable(error) and row.attempts < MAX_ATTEMPTS:
        again = Retryable(str(error))
        again.__cause__ = error
        return again
    return error


def _note_failure(run: ClaimedRun, error: BaseException) -> None:
    if isinstance(error, Cancelled):
        _end(run, State.CANCELLED)
        return
    words = (
        "It took longer than it may."
        if isinstance(error, SoftTimeLimitExceeded)
        else f"{type(error).__name__}: {error}"
    )
    if _is_retryable(error) and run.row.attempts < MAX_ATTEMPTS:
        wait = timedelta(seconds=retry_seconds(run.row.attempts))
        _end(run, State.QUEUED, error=words, ended_at=None, not_before=timezone.now() + wait)
    else:
        _end(run, State.FAILED, error=words)


def retry_seconds(attempts: int) -> int:
    """Seconds to wait after that many attempts."""
    return int(FIRST_RETRY_SECONDS * 2 ** max(0, attempts - 1))


def _end(run: ClaimedRun, state: State, **fields: Any) -> None:
    """Leave the running state if this process still holds the run; survives a short outage."""
    values = {"ended_at": timezone.now(), **run.told(), **fields, "state": state}
    for pause in (1, 2, 4, 8, None):
        try:
            run.held.update(**values)
            return
        except (DatabaseError, InterfaceError) as error:
            if connection.in_atomic_block or pause is None:
                raise
            logger.warning("the end of %s cannot be noted yet: %s", run.row, error)
            connection.close()
            time.sleep(pause)
