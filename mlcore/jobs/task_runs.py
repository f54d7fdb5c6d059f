"""Background work, remembered in the database: ordered, claimed, watched, cancelled.

Whoever wants work done calls ``submit``: it writes a row and hands its number on. With a broker the
number goes to a Celery worker; without one a short task runs at once and a long one in a process
of its own (``manage.py run_task``). Whoever gets the number calls ``execute``, which claims the
row: of all that try, one wins, and the database allows one running row of each task. A message
that comes twice, or comes late, therefore does nothing.

While a run is under way a thread says every few seconds that its process lives and how far it is.
A row that has not been heard of for ``settings.TASK_DEAD_SECONDS`` is marked dead by whoever
notices, and handed on again as long as it has attempts left and nobody ordered another one.
"""

import logging
import os
import socket
import subprocess
import sys
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

from mlcore.lib import log_context
from mlcore.models import TaskRun

logger = logging.getLogger(__name__)

#: How often a run looks whether it is to stop, and says how far it is, in seconds.
TICK_SECONDS = 2.0
#: Times that a run is started, deaths and passing failures included.
MAX_ATTEMPTS = 3
#: Seconds to the first retry; doubled for each further one.
FIRST_RETRY_SECONDS = 30
#: Characters of a run's log that are kept, the newest.
_LOG_KEPT = 20_000
#: An order that nobody has claimed is handed to the broker again after so long.
_SEND_AGAIN = timedelta(minutes=5)
#: A run that died longer ago than this is left alone.
_TAKE_UP = timedelta(hours=6)

State = TaskRun.State


@dataclass(frozen=True)
class Kind:
    """How a task is run: its limit in seconds, and whether a request can wait for it."""

    limit: int
    short: bool = False


KINDS: dict[str, Kind] = {
    "retrain": Kind(limit=6 * 3600),
    "evaluate_predictions": Kind(limit=1800),
    "check_drift": Kind(limit=1800),
    "refresh_rankings": Kind(limit=3600),
    "promote": Kind(limit=300),
    "rollback": Kind(limit=300),
    "prune_logs": Kind(limit=600, short=True),
}


class Cancelled(Exception):
    """Somebody asked the run to stop, or its row was taken away."""


class Retryable(Exception):
    """A failure that is likely to pass: the run is tried again."""


class UnknownTask(ValueError):
    """There is no such task; says which there are."""


# --- ordering -----------------------------------------------------------------------------------


def submit(
    task: str, *, reason: str, arguments: dict[str, Any] | None = None, by: str = ""
) -> TaskRun:
    """Have a task done; gives the row to follow it by.

    An order that waits already with the same arguments is not repeated: its row is given. Raises
    UnknownTask.
    """
    run = create(task, reason=reason, arguments=arguments, by=by)
    if run.sent_at is None:
        transaction.on_commit(lambda: dispatch(run))
    return run


def create(
    task: str, *, reason: str, arguments: dict[str, Any] | None = None, by: str = ""
) -> TaskRun:
    """The row of an order, without handing it on: for whoever carries it out himself."""
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
    """Give a run to the broker, to a process of its own, or to this one; not before ``wait`` s.

    A broker that does not answer leaves the row queued; ``redispatch_stale`` tries later.
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
    """A task of Celery by its name."""
    # Celery finds the tasks by their modules' names, so that nothing here imports what they do.
    current_app.loader.import_default_modules()
    return current_app.tasks[f"mlcore.tasks.{name}"]


def _start_process(run: TaskRun) -> None:
    folder = Path(settings.VAR_DIR) / "tasks"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{run.task}.log").open("ab") as output:
        subprocess.Popen(
            [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), "run_task", str(run.pk)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            cwd=settings.BASE_DIR,
        )


def cancel(run: TaskRun) -> bool:
    """Stop a run: at once when it waits, soon when it works; False when it has ended."""
    now = timezone.now()
    if TaskRun.objects.filter(pk=run.pk, state=State.QUEUED).update(
        state=State.CANCELLED, cancel_asked=True, ended_at=now
    ):
        return True
    return bool(TaskRun.objects.filter(pk=run.pk, state=State.RUNNING).update(cancel_asked=True))


# --- watching -----------------------------------------------------------------------------------


def mark_dead_runs() -> int:
    """Mark running rows dead whose process has not been heard of; gives how many."""
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
    """Hand on runs that the broker never got or lost, and dead ones to be taken up; how many."""
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


# --- carrying out -------------------------------------------------------------------------------


class ClaimedRun:
    """A claimed run, as the work sees it: to say how far it is, and to learn that it is to stop."""

    def __init__(self, row: TaskRun) -> None:
        self.row = row
        # The row as long as nobody else has taken it up.
        self.held = TaskRun.objects.filter(pk=row.pk, state=State.RUNNING, attempts=row.attempts)
        self._stop = threading.Event()
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._share = 0.0
        self._message = ""
        self._lines = row.log.splitlines()
        self._thread = threading.Thread(target=self._beat, name=f"heartbeat {row}", daemon=True)

    def say(self, words: str) -> None:
        """A line for those who follow the run. Raises Cancelled when it is to stop."""
        logger.info("%s: %s", self.row.task, words)
        with self._lock:
            self._lines.append(f"{timezone.now():%H:%M:%S} {words}")
            self._message = words[:300]
        self.check()

    def progress(self, done: int | float, total: int | float) -> None:
        """How much of the work is done. Raises Cancelled when it is to stop."""
        with self._lock:
            self._share = min(1.0, done / total) if total else 0.0
        self.check()

    @property
    def stop(self) -> threading.Event:
        """Set when the run is to stop, for work that looks by itself."""
        return self._stop

    def check(self) -> None:
        """Raises Cancelled when the run is to stop."""
        if self._stop.is_set():
            raise Cancelled

    def told(self) -> dict[str, Any]:
        """The fields of the row that say how far the run is."""
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
                    # The work goes on; a database that stays away makes it dead for the others.
                    logger.warning("heartbeat of %s: %s", self.row, error)
                    connection.close()
        finally:
            connection.close()

    def _tell(self) -> None:
        if not self.held.update(heartbeat_at=timezone.now(), **self.told()):
            self._stop.set()  # marked dead, and maybe taken up by another process
        elif self.held.filter(cancel_asked=True).exists():
            self._stop.set()


def claim(number: int) -> TaskRun | None:
    """Take a run for this process; None when it is not to be had.

    To be had are queued runs, and dead ones that have attempts left and no younger run after
    them - unless another run of the same task is under way.
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
    """Claim a run and do its work; None when it could not be claimed.

    ``work`` gets the Run and the order's arguments, and gives what is to be kept as the result.
    Raises Retryable when it is to be tried again (the row is queued then), else what the work
    raised, after noting it. A cancelled run raises nothing.
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
    """How long to wait after that many attempts."""
    return int(FIRST_RETRY_SECONDS * 2 ** max(0, attempts - 1))


def _end(run: ClaimedRun, state: State, **fields: Any) -> None:
    """Leave the running state if this process still holds the run; waits a short outage out."""
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
