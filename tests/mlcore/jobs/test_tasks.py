"""What the tasks do, when they start by themselves, and how they are ordered and followed."""

import io
import json
from datetime import timedelta

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from mlcore import tasks as tasks_module
from mlcore.game import gamedata
from mlcore.jobs import schedule, task_runs
from mlcore.models import EvaluationReport, ModelKind, ModelVersion, PredictionLog, TaskRun
from mlcore.monitoring import live_quality, retention, retraining
from mlcore.pipeline import registry, retrain
from mlcore.serving import champion as champion_store
from mlcore.serving import prediction_log
from pokedex.game_data_version import GameDataVersion

pytestmark = pytest.mark.django_db
S = TaskRun.State
#: A record of a request in which nothing could be answered.
NOTHING = prediction_log.pack(
    {
        f"{name}_{side}": np.zeros((0, width)[: 1 + (width > 0)], dtype=np.int64)
        for side in "ab"
        for name, width in {
            "form": 0, "level": 0, "nature": 0, "friendship": 0, "ivs": 6, "avs": 6, "moves": 1
        }.items()
    },
    np.zeros(0),
)  # fmt: skip


@pytest.fixture
def ordered(monkeypatch):
    """Orders are written down and handed to nobody."""
    monkeypatch.setattr(task_runs, "dispatch", lambda run, wait=0: None)
    return TaskRun.objects.all()


@pytest.fixture
def settled(champion, facts_change):
    """A champion of today's facts; facts that have settled."""
    gamedata.refreshed()
    GameDataVersion.objects.update(updated_at=timezone.now() - timedelta(days=1))
    return champion


def report(version="v7", verdict="degraded", **fields):
    now = timezone.now()
    return EvaluationReport.objects.create(
        window_start=now,
        window_end=now,
        model_version=version,
        duels=500,
        plays=400,
        verdict=verdict,
        **dict.fromkeys(EvaluationReport.MEASURED, 0),
        scores={},
        slices={},
        reliability=[],
        **fields,
    )


def log(**fields):
    return PredictionLog.objects.create(
        source="api",
        model_version="v7",
        data_fingerprint="f",
        duel_count=0,
        record=NOTHING,
        **fields,
    )


# --- every task is what it says -----------------------------------------------------------------


def test_each_task_has_work_a_limit_and_its_own_name():
    assert set(tasks_module.WORK) == set(task_runs.KINDS)
    for name in task_runs.KINDS:
        task = getattr(tasks_module, name)
        assert task.name == f"mlcore.tasks.{name}"
        assert task.soft_time_limit < task.time_limit
        assert task.acks_late


def test_the_schedule_calls_a_task_without_a_row(db):
    tasks_module.prune_logs(days=30)
    row = TaskRun.objects.get()
    assert (row.task, row.state, row.reason) == ("prune_logs", S.SUCCEEDED, "schedule")
    assert row.arguments == {"days": 30}


def test_a_task_without_a_champion_fails_and_says_so(no_battle_value):
    with pytest.raises(champion_store.NoChampion):
        tasks_module.check_drift()
    row = TaskRun.objects.get()
    assert (row.state, row.error) == (
        S.FAILED,
        "NoChampion: no champion yet: run manage.py ml --mode=all",
    )


def test_promoting_a_version_that_is_not_there_fails():
    with pytest.raises(LookupError, match="no version 'v99'"):
        tasks_module.promote(version="v99")


def test_a_promotion_that_is_under_way_is_waited_for(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    with registry.one_at_a_time():
        tasks_module.promote(version="v1")
    row = TaskRun.objects.get()
    assert row.state == S.QUEUED
    assert row.not_before > timezone.now()


# --- retention ----------------------------------------------------------------------------------


def test_old_logs_go_and_young_ones_stay(settings, tmp_path):
    settings.DATASETS_DIR = tmp_path
    young = log()
    old = log()
    PredictionLog.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=91))
    deleted = retention.prune_logs()
    assert deleted["PredictionLog"] == 1
    assert list(PredictionLog.objects.all()) == [young]
    assert retention.prune_logs()["PredictionLog"] == 0


def test_the_newest_data_sets_stay(settings, tmp_path):
    import os

    settings.DATASETS_DIR = tmp_path
    for age in range(5):
        folder = tmp_path / f"duels-1-{age}"
        folder.mkdir()
        os.utime(folder, (1_000 - age, 1_000 - age))
    assert retention.prune_logs()["datasets"] == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"duels-1-{age}" for age in range(3)
    ]


def test_the_newest_rounds_of_self_play_and_all_reports_stay(settings, tmp_path):
    settings.DATASETS_DIR, settings.VAR_DIR = tmp_path / "datasets", tmp_path
    kept = tmp_path / "battle_value"
    for name in ("a", "b", "c", "d"):
        (kept / name / "round-0").mkdir(parents=True)
    (kept / "report-1.json").touch()
    assert retention.prune_logs()["self_play"] == 1
    assert len(list(kept.iterdir())) == 4
    assert (kept / "report-1.json").exists()


@pytest.mark.parametrize("days", [0, -3])
def test_logs_are_kept_for_a_day_at_least(days):
    with pytest.raises(ValueError, match="at least a day"):
        retention.prune_logs(days=days)


# --- when a retraining starts -------------------------------------------------------------------


def test_nothing_is_retrained_without_a_reason(settled, ordered):
    assert retraining.start_due_retraining() is None
    assert not ordered.exists()


def test_degraded_quality_starts_a_retraining_once(settled, ordered):
    report()
    assert retraining.start_due_retraining() is None  # one window may be chance
    report()
    run = retraining.start_due_retraining()
    assert run.reason == "the live quality of v7 fell below the gate"
    assert retraining.start_due_retraining() is None
    TaskRun.objects.update(state=S.FAILED)
    assert retraining.start_due_retraining() is None  # not again at once
    long_ago = timezone.now() - timedelta(days=1)
    TaskRun.objects.update(queued_at=long_ago)
    assert retraining.start_due_retraining() is not None


@pytest.mark.parametrize("order", ["the schedule", "somebody", "another version"])
def test_the_cooldown_does_not_ask_why_the_last_retraining_was_ordered(
    settled, ordered, serve, order
):
    if order == "another version":
        report("v6")
        report("v6")
        serve("v6")
        assert retraining.start_due_retraining() is not None
        serve("v7")
    else:
        task_runs.submit("retrain", reason=f"by {order}", by="staff")
    TaskRun.objects.update(state=S.SUCCEEDED)
    report()
    report()
    assert retraining.start_due_retraining() is None
    TaskRun.objects.update(queued_at=timezone.now() - timedelta(hours=7))
    assert retraining.start_due_retraining().reason == "the live quality of v7 fell below the gate"


def test_facts_that_changed_since_do_not_wait_for_the_cooldown(settled, ordered, serve):
    task_runs.submit("retrain", reason="the live quality of v7 fell below the gate")
    now = timezone.now()
    TaskRun.objects.update(state=S.SUCCEEDED, queued_at=now - timedelta(hours=2))
    serve(data_fingerprint="another")
    assert retraining.start_due_retraining() is None  # it has seen the facts of yesterday
    GameDataVersion.objects.update(updated_at=now - timedelta(hours=1))
    assert retraining.start_due_retraining() is not None
    TaskRun.objects.update(state=S.FAILED)
    assert retraining.start_due_retraining() is None  # once for these facts


def test_quality_of_another_version_starts_nothing(settled, ordered):
    report("v6")
    report("v6")
    assert retraining.start_due_retraining() is None


def test_changed_game_data_start_a_retraining_when_they_have_settled(settled, ordered, serve):
    serve(data_fingerprint="another")
    GameDataVersion.bump()
    assert retraining.start_due_retraining() is None
    GameDataVersion.objects.update(updated_at=timezone.now() - timedelta(hours=1))
    assert retraining.start_due_retraining().reason.startswith("the game data changed (")


def test_without_a_champion_nothing_is_retrained(no_champion, ordered):
    assert retraining.start_due_retraining() is None


def test_retraining_draws_other_duels_than_the_champion_saw(game, serve):
    serve(dataset={"recipe": {"seed": 4}})
    assert retrain.order_of(game).recipe.seed == 5
    assert retrain.order_of(game, seed=9).recipe.seed == 9
    serve(dataset={"recipe": {"seed": 4}}, data_fingerprint="another")
    assert retrain.order_of(game).recipe.seed == 1
    assert retrain.order_of(game, duels=700).recipe.duels == 700


@pytest.mark.django_db
def test_a_refused_version_is_not_ordered_again(game):
    assert retrain.next_seed(game, ModelKind.BATTLE) == 2
    ModelVersion.objects.create(
        model=ModelKind.BATTLE,
        version="refused",
        sha256="0" * 64,
        data_fingerprint=game.fingerprint,
        metrics={},
        metadata={"settings": {"seed": 2}},
    )
    assert retrain.next_seed(game, ModelKind.BATTLE) == 3


def test_changed_game_data_retrain_the_value_of_battle_states(settled, ordered, serve_value, game):
    assert retrain.next_seed(game, ModelKind.BATTLE) == 2  # the shipped one learned by seed 1
    serve_value(data_fingerprint="another")
    assert retrain.next_seed(game, ModelKind.BATTLE) is None
    run = retraining.start_due_retraining()
    assert run.task == "retrain_battle_value"
    assert run.reason.startswith("the game data changed (")


def test_a_degraded_value_of_battle_states_is_retrained_once_a_cooldown(
    settled, ordered, serve_value, settings
):
    live = serve_value()
    report(live.version, model="battle")
    report(live.version, model="battle")
    run = retraining.start_due_retraining()
    assert run.task == "retrain_battle_value"
    assert run.reason == f"the live quality of {live.version} fell below the gate"
    TaskRun.objects.update(state=S.SUCCEEDED)
    settings.RETRAIN_COOLDOWN_SECONDS = 0  # of duels
    assert retraining.start_due_retraining() is None
    settings.BATTLE_RETRAIN_COOLDOWN_SECONDS = 0
    assert retraining.start_due_retraining() is not None


def test_one_model_is_retrained_at_a_time(settled, ordered, serve, serve_value):
    serve(data_fingerprint="another")
    serve_value(data_fingerprint="another")
    assert retraining.start_due_retraining().task == "retrain"
    assert retraining.start_due_retraining() is None
    TaskRun.objects.update(state=S.SUCCEEDED)
    assert retraining.start_due_retraining().task == "retrain_battle_value"
    assert ordered.count() == 2


def test_an_evaluation_that_finds_slipping_starts_a_retraining(settled, ordered, monkeypatch):
    def evaluate(game, **options):
        return [report(), report()]

    monkeypatch.setattr(live_quality, "evaluate_predictions", evaluate)
    tasks_module.evaluate_predictions()
    assert TaskRun.objects.get(task="evaluate_predictions").result == {"v7": "degraded"}
    assert TaskRun.objects.get(task="retrain").state == S.QUEUED


# --- the schedule -------------------------------------------------------------------------------


def test_default_schedule_is_written_once_and_stays_as_it_was_changed():
    assert schedule.create_default_schedule() == len(schedule.DEFAULTS)
    PeriodicTask.objects.filter(name="retrain").update(enabled=False)
    assert schedule.create_default_schedule() == 0
    assert not PeriodicTask.objects.get(name="retrain").enabled
    known = {f"mlcore.tasks.{name}" for name in (*task_runs.KINDS, "watch")}
    assert set(PeriodicTask.objects.values_list("task", flat=True)) <= known


def test_schedule_is_changed_in_the_admin(admin_client):
    schedule.create_default_schedule()
    page = admin_client.get("/admin/django_celery_beat/periodictask/").content.decode()
    assert "mlcore.tasks.retrain" in page or "retrain" in page
    row = PeriodicTask.objects.get(name="retrain")
    assert (
        admin_client.get(f"/admin/django_celery_beat/periodictask/{row.pk}/change/").status_code
        == 200
    )


# --- the command --------------------------------------------------------------------------------


def run_task(*arguments, **options):
    output = io.StringIO()
    call_command("run_task", *arguments, stdout=output, **options)
    return output.getvalue()


def test_command_carries_out_an_order(ordered):
    row = task_runs.submit("prune_logs", reason="test")
    assert run_task(str(row.pk)) == f"prune_logs {row.pk}: succeeded.\n"
    with pytest.raises(CommandError, match="can no longer be run"):
        run_task(str(row.pk))


def test_command_carries_out_a_new_run(db):
    assert "succeeded" in run_task("prune_logs", arguments='{"days": 10}')
    assert TaskRun.objects.get().arguments == {"days": 10}


@pytest.mark.parametrize(
    ("arguments", "options", "words"),
    [
        (["nonsense"], {}, "There is no task 'nonsense'; there are retrain"),
        (["987654"], {}, "There is no task run 987654"),
        (["prune_logs"], {"arguments": "{"}, "not JSON"),
        (["prune_logs"], {"arguments": "[]"}, "must be an object"),
        (["prune_logs"], {"arguments": '{"days": 0}'}, "at least a day"),
        (["prune_logs"], {"arguments": '{"dayz": 1}'}, "dayz"),
    ],
)
def test_command_rejects(arguments, options, words):
    with pytest.raises(CommandError, match=words):
        run_task(*arguments, **options)


# --- the admin ----------------------------------------------------------------------------------


def test_a_button_orders_a_retraining(admin_client, ordered):
    task_runs.create("check_drift", reason="test")
    page = admin_client.get("/admin/mlcore/taskrun/").content.decode()
    form = page.index('formaction="/admin/mlcore/taskrun/order/retrain/"')
    assert "Train the model of duels now" in page
    assert "Run retrain" not in page
    # A form within the list's own form would be none.
    assert form < page.index('<form id="changelist-form"')
    answer = admin_client.post("/admin/mlcore/taskrun/order/retrain/", follow=True)
    row = ordered.get(task="retrain")
    assert (row.task, row.reason, row.requested_by) == ("retrain", "asked in the admin", "admin")
    assert f"/admin/mlcore/taskrun/{row.pk}/change/" in answer.content.decode()


def test_a_button_needs_post_and_a_known_task(admin_client, ordered):
    assert admin_client.get("/admin/mlcore/taskrun/order/retrain/").status_code == 405
    answer = admin_client.post("/admin/mlcore/taskrun/order/nonsense/", follow=True)
    assert "There is no task" in answer.content.decode()
    assert not ordered.exists()


def test_staff_without_the_right_order_nothing(client, django_user_model, ordered):
    client.force_login(django_user_model.objects.create(username="reader", is_staff=True))
    assert client.post("/admin/mlcore/taskrun/order/retrain/").status_code == 403
    client.logout()
    assert client.post("/admin/mlcore/taskrun/order/retrain/").status_code == 302
    assert not ordered.exists()


def test_a_run_is_followed_and_cancelled(admin_client, ordered):
    row = task_runs.create("retrain", reason="test")
    TaskRun.objects.filter(pk=row.pk).update(
        state=S.RUNNING, progress=0.42, started_at=timezone.now(), heartbeat_at=timezone.now()
    )
    assert "42 %" in admin_client.get("/admin/mlcore/taskrun/").content.decode()
    page = admin_client.get(f"/admin/mlcore/taskrun/{row.pk}/change/").content.decode()
    assert f"/admin/mlcore/taskrun/{row.pk}/cancel/" in page
    admin_client.post(f"/admin/mlcore/taskrun/{row.pk}/cancel/")
    row.refresh_from_db()
    assert row.cancel_asked


def test_runs_are_cancelled_in_bulk(admin_client, ordered):
    rows = [task_runs.create(name, reason="test") for name in ("retrain", "check_drift")]
    data = {"action": "cancel", "_selected_action": [row.pk for row in rows]}
    admin_client.post("/admin/mlcore/taskrun/", data)
    assert set(ordered.values_list("state", flat=True)) == {S.CANCELLED}


VERSIONS = "/admin/mlcore/modelversion/"


@pytest.fixture
def versions(game):
    """Two versions of each kind; the second is live, the first was."""
    now = timezone.now()
    return [
        ModelVersion.objects.create(
            model=kind,
            version=name,
            sha256="",
            data_fingerprint=game.fingerprint,
            promoted_at=now,
            is_champion=is_live,
        )
        for kind, name, is_live in (
            ("duel", "v1", False), ("duel", "v2", True),
            ("battle", "ab12", False), ("battle", "cd34", True),
        )
    ]  # fmt: skip


@pytest.mark.parametrize("at", [0, 2])
def test_a_promotion_is_confirmed_and_ordered(admin_client, ordered, versions, at):
    row = versions[at]
    page = f"{VERSIONS}{row.pk}/promote/"
    data = {"action": "promote", "_selected_action": [row.pk]}
    assert admin_client.post(VERSIONS, data).headers["Location"] == page
    shown = admin_client.get(page).content.decode()
    assert f"Make {row.version} live?" in shown
    assert "did not pass" not in shown
    admin_client.post(page)  # without the form's version
    assert not ordered.exists()
    admin_client.post(page, {"version": row.version})
    assert (ordered.get().task, ordered.get().arguments) == ("promote", {"version": row.version})


@pytest.mark.parametrize(("kind", "before"), [("duel", "v1"), ("battle", "ab12")])
def test_a_rollback_names_its_version_before_it_is_ordered(
    admin_client, ordered, versions, kind, before
):
    page = f"{VERSIONS}rollback/{kind}/"
    assert page in admin_client.get(VERSIONS).content.decode()
    assert f"Make {before} live?" in admin_client.get(page).content.decode()
    admin_client.post(page, {"version": "v2"})  # what was live before has changed meanwhile
    assert not ordered.exists()
    admin_client.post(page, {"version": before})
    arguments = {"model": kind, "version": before}
    assert (ordered.get().task, ordered.get().arguments) == ("rollback", arguments)


def test_the_confirmation_warns(admin_client, versions):
    row = versions[0]
    ModelVersion.objects.filter(pk=row.pk).update(
        metadata={"gate": {"passed": False}}, data_fingerprint="other"
    )
    page = admin_client.get(f"{VERSIONS}{row.pk}/promote/").content.decode()
    assert "did not pass its release checks" in page
    assert "trained on other game data" in page


def test_a_value_of_other_game_data_is_not_promoted(admin_client, ordered, versions):
    row = versions[2]
    ModelVersion.objects.filter(pk=row.pk).update(data_fingerprint="other")
    page = f"{VERSIONS}{row.pk}/promote/"
    answer = admin_client.post(page, {"version": row.version}, follow=True)
    assert "so it cannot answer" in answer.content.decode()
    assert not ordered.exists()
    with pytest.raises(LookupError, match="trained on other game data"):
        tasks_module.promote(version=row.version)


@pytest.mark.parametrize("kind", ["duel", "battle"])
def test_without_an_earlier_version_nothing_is_rolled_back(admin_client, no_champion, kind):
    answer = admin_client.get(f"{VERSIONS}rollback/{kind}/", follow=True)
    assert "no earlier version" in answer.content.decode()
    assert admin_client.get(f"{VERSIONS}rollback/nonsense/").status_code == 404


def test_without_the_right_nothing_goes_live(client, django_user_model, ordered, versions):
    client.force_login(django_user_model.objects.create(username="reader", is_staff=True))
    for page in (f"{versions[0].pk}/promote/", "rollback/duel/"):
        assert client.post(VERSIONS + page, {"version": "v1"}).status_code == 403
    assert not ordered.exists()


@pytest.mark.parametrize("task", ["promote", "rollback"])
def test_what_is_live_changes_by_no_other_button(admin_client, ordered, task):
    admin_client.post(f"/admin/mlcore/taskrun/order/{task}/")
    assert not ordered.exists()


def test_only_one_version_is_promoted(admin_client, ordered, versions):
    data = {"action": "promote", "_selected_action": [row.pk for row in versions]}
    answer = admin_client.post("/admin/mlcore/modelversion/", data, follow=True)
    assert "Select one version." in answer.content.decode()
    assert not ordered.exists()


def test_an_aged_champion_is_told(admin_client, settled, serve):
    words = "The live model was trained on older data."
    assert words not in admin_client.get("/admin/mlcore/modelversion/").content.decode()
    serve(data_fingerprint="another")
    assert words in admin_client.get("/admin/mlcore/modelversion/").content.decode()


# --- the API ------------------------------------------------------------------------------------


def test_staff_follow_runs_by_the_api(admin_client, ordered):
    row = task_runs.create("retrain", reason="test", arguments={"seed": 3})
    (run,) = admin_client.get("/api/v1/tasks/").json()["results"]
    assert (run["id"], run["task"], run["state"]) == (row.pk, "retrain", "queued")
    assert run["arguments"] == {"seed": 3}
    detail = admin_client.get(f"/api/v1/tasks/{row.pk}/").json()
    assert detail["log"] == []
    answer = admin_client.delete(f"/api/v1/tasks/{row.pk}/")
    assert (answer.status_code, answer.json()["state"]) == (202, "cancelled")
    again = admin_client.delete(f"/api/v1/tasks/{row.pk}/")
    assert again.status_code == 400
    assert "already ended" in again.json()["detail"]
    assert admin_client.get("/api/v1/tasks/987654/").status_code == 404


@pytest.mark.parametrize("method", ["get", "delete"])
def test_others_are_refused_by_the_api(client, django_user_model, ordered, method):
    row = task_runs.create("retrain", reason="test")
    for user in (None, django_user_model.objects.create(username="player")):
        if user:
            client.force_login(user)
        answer = getattr(client, method)(f"/api/v1/tasks/{row.pk}/")
        assert answer.status_code == 403
        assert json.loads(answer.content)["status"] == 403
        assert client.get("/api/v1/tasks/").status_code == 403


def test_staff_without_the_right_cancel_nothing_by_the_api(client, django_user_model, ordered):
    row = task_runs.create("retrain", reason="test")
    client.force_login(django_user_model.objects.create(username="reader", is_staff=True))
    assert client.get(f"/api/v1/tasks/{row.pk}/").status_code == 200
    assert client.delete(f"/api/v1/tasks/{row.pk}/").status_code == 403
    row.refresh_from_db()
    assert row.state == S.QUEUED


def test_every_task_that_can_be_ordered_has_words():
    from mlcore import admin

    assert set(admin._ORDER_WORDS) == set(task_runs.KINDS) - set(admin._CONFIRMED)
