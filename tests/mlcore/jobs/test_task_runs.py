"""Runs of tasks: claimed once, watched, cancelled, tried again."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from mlcore.jobs import task_runs
from mlcore.jobs.task_runs import Cancelled, Retryable, execute
from mlcore.lib import detached, log_context
from mlcore.models import TaskRun

pytestmark = pytest.mark.django_db
S = TaskRun.State


@pytest.fixture
def queued():
    def make(task="check_drift", **fields):
        return TaskRun.objects.create(task=task, reason="test", **fields)

    return make


@pytest.fixture
def dispatched(monkeypatch):
    """What was handed on, in place of handing it on."""
    numbers = []
    monkeypatch.setattr(task_runs, "dispatch", lambda run, wait=0: numbers.append(run.pk))
    return numbers


def silent(row, **fields):
    """The row as a process leaves it that was killed."""
    long_ago = timezone.now() - timedelta(seconds=600)
    changed = {"state": S.RUNNING, "heartbeat_at": long_ago, "attempts": 1} | fields
    TaskRun.objects.filter(pk=row.pk).update(**changed)
    row.refresh_from_db()
    return row


def test_it_works(queued):
    def work(run, *, hours):
        run.say("half of it")
        run.progress(1, 2)
        return {"hours": hours}

    row = execute(queued(arguments={"hours": 3}).pk, work)
    assert row.state == S.SUCCEEDED
    assert row.result == {"hours": 3}
    assert row.progress == 1
    assert row.message == "half of it"
    assert row.log.endswith("half of it")
    assert row.started_at <= row.ended_at
    assert row.attempts == 1


def test_a_message_that_comes_twice_does_nothing(queued):
    row = queued()
    calls = []
    assert execute(row.pk, lambda run: calls.append(1))
    assert execute(row.pk, lambda run: calls.append(2)) is None
    assert execute(10**9, lambda run: calls.append(3)) is None
    assert calls == [1]


def test_one_run_of_a_task_at_a_time(queued):
    first, second, other = queued(), queued(), queued("prune_logs")
    assert task_runs.claim(first.pk)
    assert task_runs.claim(second.pk) is None
    assert task_runs.claim(other.pk)
    second.refresh_from_db()
    assert second.state == S.QUEUED
    with pytest.raises(IntegrityError), transaction.atomic():
        TaskRun.objects.filter(pk=second.pk).update(state=S.RUNNING)


def test_a_failure_is_kept_and_raised(queued):
    def work(run):
        raise ValueError("no such thing")

    row = queued()
    with pytest.raises(ValueError):
        execute(row.pk, work)
    row.refresh_from_db()
    assert (row.state, row.error) == (S.FAILED, "ValueError: no such thing")


def test_a_passing_failure_is_tried_again_with_backoff_then_fails(queued):
    def work(run):
        raise OperationalError("the database went away")

    row = queued()
    waits = []
    for _ in range(task_runs.MAX_ATTEMPTS - 1):
        with pytest.raises(Retryable):
            execute(row.pk, work)
        row.refresh_from_db()
        assert row.state == S.QUEUED
        waits.append((row.not_before - timezone.now()).total_seconds())
    assert waits[1] == pytest.approx(2 * waits[0], rel=0.1)
    with pytest.raises(OperationalError):
        execute(row.pk, work)
    row.refresh_from_db()
    assert row.state == S.FAILED


def test_a_waiting_run_is_cancelled_at_once(queued):
    row = queued()
    assert task_runs.cancel(row)
    assert execute(row.pk, lambda run: {}) is None
    assert not task_runs.cancel(row)


def test_a_working_run_is_cancelled_at_its_next_step(queued):
    def work(run):
        assert task_runs.cancel(run.row)
        run._tell()  # what the heartbeat does every few seconds
        run.progress(1, 10)
        raise AssertionError("it went on")

    row = execute(queued().pk, work)
    assert row.state == S.CANCELLED
    assert row.ended_at


def test_a_silent_run_is_dead_and_another_can_start(queued):
    row = silent(queued())
    other = queued()
    assert task_runs.claim(other.pk)
    row.refresh_from_db()
    assert row.state == S.DEAD
    assert "not been heard of" in row.error


def test_a_run_that_is_heard_of_is_not_dead(queued):
    silent(queued(), heartbeat_at=timezone.now())
    assert task_runs.mark_dead_runs() == 0


def test_a_dead_run_is_taken_up_again_but_not_for_ever(queued, dispatched):
    row = silent(queued())
    task_runs.mark_dead_runs()
    assert task_runs.redispatch_stale() == 1
    assert dispatched == [row.pk]
    assert execute(row.pk, lambda run: {}).attempts == 2
    spent = silent(row, attempts=task_runs.MAX_ATTEMPTS)
    task_runs.mark_dead_runs()
    assert task_runs.redispatch_stale() == 0
    assert task_runs.claim(spent.pk) is None


def test_a_dead_run_with_a_younger_one_is_left_alone(queued, dispatched):
    row = silent(queued())
    execute(queued().pk, lambda run: {})
    assert task_runs.redispatch_stale() == 0
    assert task_runs.claim(row.pk) is None


def test_a_process_that_was_given_up_ends_nothing(queued):
    def work(run):
        silent(row, attempts=2)  # it was marked dead and taken up by another one
        run._tell()
        run.check()

    row = queued()
    execute(row.pk, work)
    row.refresh_from_db()
    assert row.state == S.RUNNING


def test_the_same_order_is_not_queued_twice(dispatched, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        first = task_runs.submit("retrain", reason="a")
        assert task_runs.submit("retrain", reason="b").pk == first.pk
        assert task_runs.submit("retrain", reason="c", arguments={"seed": 5}).pk != first.pk
    assert set(dispatched) == {first.pk, first.pk + 1}


def test_only_known_tasks_can_be_ordered():
    with pytest.raises(task_runs.UnknownTask, match="there are retrain, "):
        task_runs.submit("format_disk", reason="test")


def test_an_order_remembers_its_request():
    with log_context.of_request("edge-request-1"):
        row = task_runs.create("retrain", reason="test")
    assert row.request_id == "edge-request-1"
    seen = []
    execute(row.pk, lambda run: seen.append(log_context.request_id()))
    assert seen == ["edge-request-1"]


class Broker:
    """Where messages go: takes them, or is away."""

    def __init__(self, away=False):
        self.sent, self.away = [], away

    def apply_async(self, **message):
        if self.away:
            raise BrokerError("connection refused")
        self.sent.append(message)


@pytest.fixture
def broker(settings, monkeypatch):
    settings.CELERY_TASK_ALWAYS_EAGER = False
    made = Broker()
    monkeypatch.setattr(task_runs, "celery_task", lambda name: made)
    return made


def test_an_order_goes_to_the_broker(broker, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        row = task_runs.submit("retrain", reason="test")
    assert broker.sent == [{"kwargs": {"run_id": row.pk}, "countdown": None}]
    row.refresh_from_db()
    assert row.sent_at


def test_an_order_waits_for_a_broker_that_is_away(broker, django_capture_on_commit_callbacks):
    broker.away = True
    with django_capture_on_commit_callbacks(execute=True):
        row = task_runs.submit("retrain", reason="test")
    row.refresh_from_db()
    assert (row.state, row.sent_at) == (S.QUEUED, None)
    TaskRun.objects.update(queued_at=timezone.now() - timedelta(seconds=20))
    broker.away = False
    assert task_runs.redispatch_stale() == 1
    assert task_runs.redispatch_stale() == 0
    assert len(broker.sent) == 1


def test_a_message_that_was_lost_is_sent_again(broker, queued):
    long_ago = timezone.now() - timedelta(minutes=10)
    row = queued(sent_at=long_ago)
    TaskRun.objects.update(queued_at=long_ago)
    assert task_runs.redispatch_stale() == 1
    assert broker.sent[0]["kwargs"] == {"run_id": row.pk}


def test_without_a_broker_a_short_task_runs_at_once(settings, django_capture_on_commit_callbacks):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    with django_capture_on_commit_callbacks(execute=True):
        row = task_runs.submit("prune_logs", reason="test")
    row.refresh_from_db()
    assert row.state == S.SUCCEEDED
    assert row.result["PredictionLog"] == 0


def test_without_a_broker_a_long_task_gets_a_process(
    settings, tmp_path, monkeypatch, django_capture_on_commit_callbacks
):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    settings.VAR_DIR = tmp_path
    started = []
    monkeypatch.setattr(
        detached.subprocess, "Popen", lambda command, **options: started.append((command, options))
    )
    with django_capture_on_commit_callbacks(execute=True):
        row = task_runs.submit("retrain", reason="test")
    ((command, options),) = started
    assert command[2:] == ["run_task", str(row.pk), "--nice"]
    assert options["start_new_session"]


def test_cancelled_is_no_failure_of_the_worker(queued):
    def work(run):
        raise Cancelled

    assert execute(queued().pk, work).state == S.CANCELLED
