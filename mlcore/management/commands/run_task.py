"""``manage.py run_task``: a background task in this process, in place of a Celery worker."""

import json
import os
import signal
import time

from celery.exceptions import SoftTimeLimitExceeded
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from mlcore.jobs import task_runs
from mlcore.jobs.task_runs import KINDS, Retryable
from mlcore.models import TaskRun
from mlcore.tasks import BUSY_SECONDS, WORK


class Command(BaseCommand):
    help = (
        "Run a task in this process: a queued run by its number, or a new run by the task's name "
        f"({', '.join(KINDS)}). Waits while another run of the same task is in progress. The "
        "exit code is 1 if it fails."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", help="number of a queued run, or name of a task")
        parser.add_argument("--arguments", default="{}", help="arguments of a new run, as JSON")
        parser.add_argument("--reason", default="command line", help="reason for a new run")
        parser.add_argument("--nice", action="store_true", help="run at the lowest CPU priority")

    def handle(self, *args: object, **options: object) -> None:
        if options["nice"]:
            os.nice(19)
        number = self.number_of(str(options["run"]), str(options["arguments"]), options)
        signal.signal(signal.SIGTERM, _stop)
        signal.signal(signal.SIGALRM, _too_long)
        while True:
            row = TaskRun.objects.get(pk=number)
            signal.alarm(KINDS[row.task].limit)
            try:
                ended = task_runs.execute(number, WORK[row.task])
            except Retryable as reason:
                self.stderr.write(f"{reason}; trying again.")
                ended = None
            except Exception as error:
                raise CommandError(f"{row.task} failed: {error}") from error
            finally:
                signal.alarm(0)
            if ended is not None:
                self.stdout.write(f"{ended.task} {ended.pk}: {ended.get_state_display()}.")
                return
            row.refresh_from_db()
            if row.state != TaskRun.State.QUEUED:
                raise CommandError(f"{row} can no longer be run.")
            wait = BUSY_SECONDS if row.not_before is None else _until(row.not_before)
            time.sleep(max(1.0, wait))

    def number_of(self, run: str, arguments: str, options: dict[str, object]) -> int:
        if run.isdigit():
            row = TaskRun.objects.filter(pk=int(run)).first()
            if row is None:
                raise CommandError(f"There is no task run {run}.")
            return row.pk
        try:
            given = json.loads(arguments)
        except ValueError as error:
            raise CommandError(f"--arguments is not JSON: {error}") from error
        if not isinstance(given, dict):
            raise CommandError('--arguments must be an object like {"days": 30}.')
        try:
            return task_runs.create(run, reason=str(options["reason"]), arguments=given).pk
        except task_runs.UnknownTask as reason:
            raise CommandError(str(reason)) from reason


def _until(moment: object) -> float:
    return float((moment - timezone.now()).total_seconds())  # type: ignore[operator]


def _stop(signum: int, frame: object) -> None:
    raise SystemExit("stopped by a signal")


def _too_long(signum: int, frame: object) -> None:
    raise SoftTimeLimitExceeded
