"""The warning on every page of the admin, the button under it, and the first page's overview."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from mlcore.game import gamedata
from mlcore.jobs import task_runs
from mlcore.models import DriftReport, EvaluationReport, ModelVersion, TaskRun
from mlcore.monitoring import overview
from pokedex.models import Move

pytestmark = pytest.mark.django_db
WARNING = "The live model was trained on older data."
PAGES = [
    "admin:index",
    "admin:pokedex_move_changelist",
    "admin:pokedex_move_add",
    "admin:pokedex_move_import",
    "admin:password_change",
    "admin:admin_logentry_changelist",
]


@pytest.fixture
def ordered(monkeypatch):
    """Orders are written down and go nowhere."""
    handed = []
    monkeypatch.setattr(task_runs, "dispatch", handed.append)
    return handed


@pytest.fixture
def curator(client, django_user_model):
    user = django_user_model.objects.create(username="oak", is_staff=True)
    user.groups.add(Group.objects.get(name="curator"))
    client.force_login(user)
    return client


@pytest.fixture
def aged(serve, warm):
    """The champion was trained on other facts."""
    return serve(data_fingerprint="f" * 64)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_warns_of_an_aged_champion(curator, aged, name):
    page = curator.get(reverse(name)).content.decode()
    assert WARNING in page
    assert f'action="{reverse("retrain")}"' in page


@pytest.mark.parametrize("name", PAGES)
def test_no_page_warns_of_a_young_one(curator, champion, warm, name):
    assert WARNING not in curator.get(reverse(name)).content.decode()


def test_no_page_warns_without_a_champion(curator, no_champion):
    page = curator.get(reverse("admin:index")).content.decode()
    assert WARNING not in page
    assert "No model is live yet" in page


def test_visitors_see_no_warning(client, aged):
    assert WARNING not in client.get(reverse("admin:login")).content.decode()
    assert WARNING not in client.get("/about/").content.decode()


def test_the_page_after_a_change_warns_at_once(curator, champion, warm):
    """Processes look for changes every two seconds; who made one sees it without waiting."""
    Move.objects.filter(slug="pound").update(power=45)
    assert WARNING in curator.get(reverse("admin:index")).content.decode()
    gamedata.forget()


def test_a_spelling_does_not_age_the_champion(curator, champion, warm):
    Move.objects.filter(slug="pound").update(name_fr="Écras-face")
    assert WARNING not in curator.get(reverse("admin:index")).content.decode()
    gamedata.forget()


def test_the_button_orders_a_retraining(curator, aged, ordered, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = curator.post(reverse("retrain"), follow=True)
    run = TaskRun.objects.get()
    assert (run.task, run.requested_by, ordered) == ("retrain", "oak", [run])
    page = response.content.decode()
    assert f"Retraining submitted: run {run.pk}" in page
    assert "Retraining in progress (queued)" in page
    assert f'action="{reverse("retrain")}"' not in page


def test_an_aged_value_of_battle_states_is_told_and_retrained(
    curator, champion, serve_value, warm, ordered
):
    words = "Answers if both play well are unavailable."
    assert words not in curator.get(reverse("admin:index")).content.decode()
    serve_value(data_fingerprint="f" * 64)
    page = curator.get(reverse("admin:index")).content.decode()
    assert words in page
    assert WARNING not in page
    page = curator.post(reverse("retrain"), follow=True).content.decode()
    assert TaskRun.objects.get().task == "retrain_battle_value"
    assert "Retraining in progress (queued)" in page
    assert f'action="{reverse("retrain")}"' not in page


def test_both_are_retrained_by_one_press(curator, aged, serve_value, ordered):
    serve_value(data_fingerprint="f" * 64)
    curator.post(reverse("retrain"))
    tasks = set(TaskRun.objects.values_list("task", flat=True))
    assert tasks == {"retrain", "retrain_battle_value"}


def test_without_an_aged_model_nothing_is_retrained(curator, champion, warm, ordered):
    response = curator.post(reverse("retrain"), follow=True)
    assert "No retraining is due" in response.content.decode()
    assert not TaskRun.objects.exists()


def test_a_second_press_orders_no_second_one(curator, aged, ordered):
    TaskRun.objects.create(task="retrain", reason="", state=TaskRun.State.RUNNING)
    response = curator.post(reverse("retrain"), follow=True)
    assert "already running" in response.content.decode()
    assert TaskRun.objects.count() == 1


def test_the_button_is_for_those_who_edit_facts(client, django_user_model, aged, ordered):
    client.force_login(django_user_model.objects.create(username="gary", is_staff=True))
    assert WARNING in client.get(reverse("admin:index")).content.decode()
    assert reverse("retrain") not in client.get(reverse("admin:index")).content.decode()
    assert client.post(reverse("retrain")).status_code == 403
    client.logout()
    assert client.post(reverse("retrain")).status_code == 302
    assert client.get(reverse("retrain")).status_code == 302
    assert not TaskRun.objects.exists()


def test_a_curator_retrains_but_orders_nothing_else(curator, aged, ordered):
    assert curator.get(reverse("retrain")).status_code == 405
    for task in ("rollback", "promote", "retrain"):
        order = reverse("admin:mlcore_taskrun_order", args=[task])
        assert curator.post(order).status_code == 403
    assert not TaskRun.objects.exists()


def window_of(now):
    return {
        "window_start": now,
        "window_end": now,
        "model_version": "v7",
        "data_fingerprint": "f",
    }


def quality_report(**changes):
    """A report on v7, good in all respects that are not changed."""
    values = {
        "duels": 1234,
        "plays": 400,
        "verdict": EvaluationReport.Verdict.GOOD,
        "log_loss_excess": 0.0,
        "brier_excess": 0.0,
        "ece": 0.0,
        "accuracy": 0.9,
        "clear_favourites": 1000,
        "clear_favourites_right": 1.0,
        "scores": {},
        "slices": {},
        "reliability": [],
    }
    return EvaluationReport.objects.create(**window_of(timezone.now()), **values | changes)


def test_the_overview_says_it_at_a_glance(curator, serve, warm):
    serve(
        data_fingerprint="f" * 64,
        metrics={"holdout": {"clear_favourites_right": 0.9975, "log_loss": 0.1172, "ece": 0.0006}},
        gate={"checks": [{"passed": True}, {"passed": True}, {"passed": False}]},
    )
    now = timezone.now()
    ModelVersion.objects.create(version="v7", sha256="a", data_fingerprint="f", promoted_at=now)
    window = window_of(now)
    quality_report(
        verdict=EvaluationReport.Verdict.DEGRADED,
        log_loss_excess=0.0123,
        clear_favourites_right=0.91,
    )
    DriftReport.objects.create(
        **window, requests=500, verdict=DriftReport.Verdict.DRIFTED, worst=2.0, findings=[]
    )
    TaskRun.objects.create(task="check_drift", reason="", state=TaskRun.State.FAILED)
    Move.objects.filter(slug="pound").update(is_curated=True)
    page = curator.get(reverse("admin:index")).content.decode()
    for said in (
        ">v7<",
        "live since",
        "99.8%",
        "91.0%",
        "0.1172",
        "2 of 3 release checks passed",
        ">degraded<",
        "1234 live predictions checked",
        "drifted",
        "1 row is curated",
        "changed since the live model was trained",
        "check_drift",
        "failed",
    ):
        assert said in page, said
    # Links lead nowhere that a curator may not go.
    assert reverse("admin:mlcore_taskrun_changelist") not in page
    gamedata.forget()


def test_the_overview_without_anything_says_what_to_do(curator, no_champion, facts_change):
    Move.objects.all().delete()
    page = curator.get(reverse("admin:index")).content.decode()
    for said in ("No model is live yet", "not checked yet", "incomplete", "none yet"):
        assert said in page


def test_the_warning_costs_few_queries(aged, django_assert_num_queries):
    with django_assert_num_queries(2):
        overview.ageing()


def test_the_overview_speaks_french(curator, aged):
    page = curator.get("/fr/admin/").content.decode()
    assert "Le modèle en service a été entraîné sur des données plus anciennes." in page
    assert "En un coup d’œil" in page


def test_a_version_shows_what_was_measured(admin_client):
    scores = {
        "duels": 20_000,
        "log_loss": 0.1172,
        "log_loss_floor": 0.1160,
        "brier": 0.04,
        "brier_floor": 0.03,
        "ece": 0.0006,
        "clear_favourites_right": 0.9973,
    }
    point = {"low": 0.0, "high": 0.07, "count": 812, "predicted": 0.0123, "observed": 0.0119}
    row = ModelVersion.objects.create(
        version="v7",
        sha256="a",
        data_fingerprint="f",
        metrics={
            "holdout": scores,
            "holdout_reliability": [point],
            "holdout_slices": {"mechanic: drain": scores},
        },
        metadata={
            "gate": {"checks": [{"name": "swap error", "passed": False, "value": "1", "bar": "0"}]}
        },
    )
    ModelVersion.objects.create(version="v8", sha256="b", data_fingerprint="f")
    listed = admin_client.get(reverse("admin:mlcore_modelversion_changelist")).content.decode()
    assert "0.1172 (0.1160)" in listed
    shown = admin_client.get(reverse("admin:mlcore_modelversion_change", args=[row.pk]))
    page = shown.content.decode()
    for words in ("0.9973", "swap error", "mechanic: drain", "0.0123", "0.01000"):
        assert words in page, words


def test_figures_of_a_report_are_rounded(admin_client):
    row = quality_report(log_loss_excess=0.00014291606526278282)
    for address in (
        reverse("admin:mlcore_evaluationreport_changelist"),
        reverse("admin:mlcore_evaluationreport_change", args=[row.pk]),
    ):
        page = admin_client.get(address).content.decode()
        assert "0.00014<" in page
        assert "0.000142" not in page
