"""Who may begin a rollout, who orders its judgments, and where it is watched."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from mlcore import tasks
from mlcore.models import (
    ModelFile,
    ModelVersion,
    Rollout,
    TaskRun,
)
from mlcore.pipeline import registry, retrain, rollouts
from mlcore.serving import rollout
from tests.rolling_out import judge

pytestmark = pytest.mark.django_db
SHADOW, CANARY, LIVE, STOPPED = Rollout.Stage


# --- who may begin -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda row: row.delete(), "there is no version"),
        (lambda row: ModelVersion.objects.update(model="battle"), "is no model of duels"),
        (lambda row: ModelVersion.objects.update(metadata={}), "did not pass the gate"),
        (lambda row: registry.serve(row.version), "is live already"),
        (lambda row: rollouts.start(row.version), "another rollout is under way"),
    ],
    ids=["unknown", "battle", "refused", "live", "second"],
)
def test_it_says_who_may_not_begin(good, change, reason):
    change(ModelVersion.objects.get(version=good))
    with pytest.raises(CommandError, match=f"No rollout: .*{reason}"):
        call_command("rollout", "start", good)


def test_files_that_are_gone_cannot_begin(good, settings):
    ModelFile.objects.filter(bundle=good).delete()
    for path in settings.MODELS_DIR.glob(f"*{good}.*"):
        path.unlink()
    with pytest.raises(CommandError, match="no longer kept"):
        call_command("rollout", "start", good)


def test_nothing_begins_without_a_champion(export):
    with pytest.raises(CommandError, match="nothing to compare"):
        call_command("rollout", "start", export())


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["start"], "Give a version"),
        (["stop", "v1"], "Give a version"),
        (["stop"], "No rollout is under way"),
        (["start", "v2", "--canary-share", "1.5"], "--canary-share must be from 0.001 to 1.0"),
        (["start", "v2", "--duels", "3"], "--duels must be from 50 to 2000"),
        (["start", "v2", "--hours", "0"], "--hours must be from 1 to 720"),
    ],
)
def test_the_command_says_what_is_wrong(champion, given, words):
    with pytest.raises(CommandError, match=words):
        call_command("rollout", *given)


def test_the_command_shows_and_stops(champion, good, capsys):
    call_command("rollout", "status")
    call_command("rollout", "start", good)
    call_command("rollout", "judge")
    call_command("rollout", "stop")
    call_command("rollout", "status")
    said = capsys.readouterr().out
    for words in (
        "There has been no rollout.",
        f"{good} answers 10% of requests unseen.",
        f"{good} beside {champion}: shadow since",
        f"Stopped: {champion} answers everybody.",
        "stopped by hand",
    ):
        assert words in said


# --- by itself -----------------------------------------------------------------------------------


@pytest.fixture
def ordered(monkeypatch):
    """Runs that were ordered; nobody carries them out."""
    monkeypatch.setattr("mlcore.jobs.task_runs.dispatch", lambda run, **options: None)
    return TaskRun.objects.filter(task="judge_rollout")


def test_the_watch_orders_a_judgment(good, start, ordered, settings):
    settings.ROLLOUT_JUDGE_SECONDS = 60
    rollouts.order_due_judgment()
    start(good)
    rollouts.order_due_judgment()
    assert not ordered.exists(), "it has just begun"
    Rollout.objects.update(started_at=timezone.now() - timedelta(minutes=2))
    rollouts.order_due_judgment()
    rollouts.order_due_judgment()
    assert ordered.count() == 1
    ordered.update(state=TaskRun.State.FAILED)
    rollouts.order_due_judgment()
    assert ordered.count() == 1, "one that failed is not ordered anew every minute"
    ordered.update(state=TaskRun.State.SUCCEEDED)
    Rollout.objects.update(judged_at=timezone.now())
    rollouts.order_due_judgment()
    assert ordered.count() == 1


def test_a_retrained_model_goes_in_steps_unless_it_is_urgent(champion, export, game, settings):
    assert not retrain.goes_in_steps(game)
    settings.RETRAIN_ROLLOUT = True
    assert retrain.goes_in_steps(game)
    registry.serve(export(data_fingerprint="other facts"))
    assert not retrain.goes_in_steps(game), "what is live is wrong about today's facts"


def test_the_tasks_begin_and_judge(good, champion, ask, start):
    tasks.roll_out(version=good, reason="test")
    Rollout.objects.update(shadow_share=1.0, duels=100)
    rollout.current(force=True)
    ask(110)
    tasks.judge_rollout(reason="test", plays=200)
    begun, judged = TaskRun.objects.filter(task__endswith="out").order_by("id")
    assert begun.result == {"version": good}
    assert judged.result == {"version": good, "stage": "canary"}
    assert f"{good} answers 10% of the callers" in judged.log


def test_rankings_follow_what_goes_live_not_what_begins(champion, good, start, ordered):
    run = SimpleNamespace(say=print, progress=None)
    ranked = TaskRun.objects.filter(task="refresh_rankings")

    def began(**options):
        return {"version": start(good).version}

    def promoted(**options):
        return {"version": registry.promote(good).version}

    tasks._through_the_gate(run, began)
    assert not ranked.exists()
    tasks._through_the_gate(run, promoted)
    assert ranked.exists()


# --- in the admin --------------------------------------------------------------------------------

VERSIONS, ROLLOUTS = "/admin/mlcore/modelversion/", "/admin/mlcore/rollout/"


def test_the_admin_begins_and_shows_each_judgment(
    game, admin_client, good, champion, ask, start, monkeypatch
):
    orders = []
    monkeypatch.setattr("mlcore.jobs.task_runs.dispatch", lambda run, **options: orders.append(run))
    row = ModelVersion.objects.get(version=good)
    data = {"action": "roll_out", "_selected_action": [row.pk]}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("django.db.transaction.on_commit", lambda call: call())
        answer = admin_client.post(VERSIONS, data)
    assert answer.headers["Location"] == ROLLOUTS
    assert [(run.task, run.arguments) for run in orders] == [("roll_out", {"version": good})]

    begun = start(good)
    page = f"{ROLLOUTS}{begun.pk}/change/"
    assert "Not judged yet." in admin_client.get(page).content.decode()
    ask(110)
    judge(game)
    shown = admin_client.get(page).content.decode()
    figures = Rollout.objects.get().history[0]["figures"]
    assert f"{figures['difference']:.5f}" in shown.replace("−", "-")
    assert "answers 50% of the callers" in shown

    listed = admin_client.get(ROLLOUTS).content.decode()
    assert f"{VERSIONS}rollback/duel/" in listed
    confirm = admin_client.get(f"{VERSIONS}rollback/duel/").content.decode()
    assert f"Make {champion} live?" in confirm
    assert f"The rollout of {good} ends." in confirm


# --- watched -------------------------------------------------------------------------------------


def test_metrics_tell_where_it_stands(game, client, champion, bad, ask, start):
    start(bad)
    ask(110)
    row = judge(game)
    text = client.get("/metrics").content.decode()
    for line in (
        f'model_rollout_stage{{stage="stopped",version="{bad}"}} 1.0',
        f'model_rollout_stage{{stage="shadow",version="{bad}"}} 0.0',
        f'model_rollout_share{{version="{bad}"}} 0.0',
        f'model_rollout_duels{{version="{bad}"}} 110.0',
        f'model_rollout_log_loss_difference{{version="{bad}"}} {row.figures["difference"]}',
        f'model_rollout_stopped_timestamp_seconds{{version="{bad}"}}',
        f'model_champion_info{{version="{champion}"}} 1.0',
    ):
        assert line in text, line
