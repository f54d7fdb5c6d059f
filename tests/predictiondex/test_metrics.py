"""/metrics: every name that rules and dashboards ask for, true, and with bounded labels."""

import json
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone
from prometheus_client import Histogram
from prometheus_client.parser import text_string_to_metric_families

from mlcore.jobs import task_runs
from mlcore.models import DriftReport, EvaluationReport, TaskRun
from mlcore.monitoring import exporter
from mlcore.serving import telemetry

pytestmark = pytest.mark.django_db
DUEL = {
    "pokemon_a_id": "pikachu",
    "pokemon_b_id": "charizard",
    "move_a_id": "thunderbolt",
    "move_b_id": "flamethrower",
}


@pytest.fixture
def scrape(client):
    """{(name, labels)}: value of everything at /metrics."""

    def read():
        response = client.get("/metrics")
        assert response.status_code == 200
        return {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(response.content.decode())
            for sample in family.samples
        }

    return read


@pytest.fixture
def gained(scrape):
    """What calling something adds to a counter."""

    def difference(act, name, **labels):
        key = (name, tuple(sorted(labels.items())))
        before = scrape().get(key, 0)
        act()
        return scrape().get(key, 0) - before

    return difference


@pytest.fixture
def predict(client, champion, warm):
    def post(**changes):
        body = json.dumps(DUEL | changes)
        return client.post("/api/v1/predict/battle/", body, content_type="application/json")

    return post


def value(samples, name, **labels):
    return samples[name, tuple(sorted(labels.items()))]


def series(samples, name):
    return {labels for key, labels in samples if key == name}


# --- HTTP ---------------------------------------------------------------------------------------


def test_api_requests_are_counted_by_route(client, warm, gained):
    route = {"route": "api:pokemon-detail", "method": "GET"}

    def ask():
        return client.get("/api/v1/pokemon/25/")

    assert gained(ask, "api_requests_total", **route, status="200") == 1
    assert gained(ask, "api_request_duration_seconds_count", **route) == 1
    assert gained(ask, "api_request_duration_seconds_bucket", **route, le="10.0") == 1


def test_pages_are_no_api_requests(client, warm, scrape):
    before = series(scrape(), "api_requests_total")
    client.get("/about/")
    assert series(scrape(), "api_requests_total") == before


def test_labels_of_requests_are_bounded(client, warm, scrape):
    def ask(number):
        client.get(f"/api/v1/nonsense-{number}/")
        client.get(f"/api/v1/pokemon/nobody-{number}/")
        client.generic(f"BREW{number}", "/api/v1/pokemon/")
        client.post("/api/v1/predict/battle/", b"x" * 2_000_000, content_type="text/plain")

    ask(0)
    before = series(scrape(), "api_requests_total")
    for number in range(1, 6):
        ask(number)
    samples = scrape()
    assert series(samples, "api_requests_total") == before
    labels = [dict(pairs) for pairs in before]
    assert {"unmatched"} <= {row["route"] for row in labels}
    assert {"OTHER"} <= {row["method"] for row in labels}
    assert not any("nonsense" in str(row) or "nobody" in str(row) for row in labels)


# --- predictions --------------------------------------------------------------------------------


def test_predictions_are_counted_by_source_and_version(predict, gained):
    labels = {"source": "api", "model": "duel", "version": "v7"}
    assert gained(predict, "model_predictions_total", **labels) == 1
    assert gained(predict, "model_prediction_duration_seconds_count", source="api") == 1


def test_refused_predictions_are_counted(predict, gained):
    labels = {"route": "api:predict-battle", "method": "POST", "status": "400"}
    answers = []

    def ask():
        answers.append(predict(move_a_id="splish-splash-splosh"))

    assert gained(ask, "api_requests_total", **labels) == 1
    assert answers[0].status_code == 400


def test_confidence_is_that_of_the_favorite(predict, gained):
    p = predict().json()["win_probability"]
    sure = max(p, 1 - p)
    name, labels = "model_prediction_confidence", {"source": "api"}
    assert gained(predict, f"{name}_sum", **labels) == pytest.approx(sure)

    def even():
        return predict(pokemon_b_id="pikachu", move_b_id="thunderbolt")

    assert gained(even, f"{name}_bucket", **labels, le="0.5") == 1
    assert gained(even, f"{name}_bucket", **labels, le="1.0") == 1


def test_many_chances_are_observed_as_each_would_be(gained):
    """Beside a histogram that is told of one after the other."""
    chances = [0.0, 0.2, 0.5, 0.5 + 1e-15, 0.55, 0.7, 0.95, 1.0] * 3
    alone = Histogram("alone", "One by one", buckets=telemetry.CONFIDENCE_BUCKETS, registry=None)
    for chance in chances:
        alone.observe(round(max(chance, 1 - chance), 12))
    expected = {
        (sample.name.removeprefix("alone"), sample.labels.get("le")): sample.value
        for metric in alone.collect()
        for sample in metric.samples
        if not sample.name.endswith("_created")
    }
    assert len(expected) > 6
    for (name, bound), value in expected.items():
        labels = {"source": "many"} | ({"le": bound} if bound else {})
        once = gained(
            lambda: telemetry.count_predictions("many", "duel", "v7", chances),
            f"model_prediction_confidence{name}",
            **labels,
        )
        assert once == pytest.approx(value), (name, bound)


def test_a_record_that_cannot_be_written_is_counted(predict, gained, full_disk):
    answers = []
    before = {"source": "api", "model": "duel", "version": "v7"}
    assert gained(lambda: answers.append(predict()), "prediction_log_failures_total") == 1
    assert answers[0].status_code == 503
    assert gained(predict, "model_predictions_total", **before) == 0


# --- state --------------------------------------------------------------------------------------


def report(version, *, end=None, **measured):
    end = end or timezone.now()
    fields = dict.fromkeys(EvaluationReport.MEASURED, 0) | measured
    return EvaluationReport.objects.create(
        window_start=end - timedelta(hours=1),
        window_end=end,
        model_version=version,
        duels=500,
        plays=400,
        verdict="good",
        scores={},
        slices={},
        reliability=[{"predicted": 0.1, "observed": 0.12, "count": 30}],
        **fields,
    )


def test_live_quality_is_that_of_the_newest_evaluation(scrape):
    report("v1", end=timezone.now() - timedelta(hours=3))
    end = timezone.now()
    report("v2", end=end, accuracy=0.9, log_loss_excess=0.02, brier_excess=0.01, ece=0.03)
    row = report("v3", end=end, accuracy=0.95)
    samples = scrape()
    assert value(samples, "model_accuracy", version="v2") == 0.9
    assert value(samples, "model_live_log_loss_excess", version="v2") == 0.02
    assert value(samples, "model_live_brier_excess", version="v2") == 0.01
    assert value(samples, "model_live_ece", version="v2") == 0.03
    assert value(samples, "model_live_samples", version="v3") == 500
    assert len(series(samples, "model_accuracy")) == 2
    at = row.created_at.timestamp()
    evaluated = value(samples, "model_live_evaluated_timestamp_seconds", version="v3")
    assert evaluated == pytest.approx(at)
    for name, number in (("predicted", 0.1), ("observed", 0.12), ("count", 30)):
        assert value(samples, f"model_live_reliability_{name}", version="v3", bin="00") == number
    limit = value(samples, "model_promotion_gate_log_loss_excess_limit")
    assert limit == 0.01


def test_the_value_of_battle_states_has_figures_of_its_own(scrape, serve_value, game):
    live = serve_value()
    end = timezone.now()
    report("v2", end=end, log_loss_excess=0.02)
    report(live.version, end=end, model="battle", brier_excess=0.03)
    samples = scrape()
    assert value(samples, "battle_value_info", version=live.version) == 1
    assert value(samples, "battle_value_game_data_match") == 1
    assert value(samples, "battle_value_live_squared_error", version=live.version) == 0.03
    assert value(samples, "battle_value_live_squared_error_limit") == 0.02
    assert value(samples, "battle_value_live_samples", version=live.version) == 500
    assert len(series(samples, "model_live_log_loss_excess")) == 1


def test_drift_tells_index_and_limit_of_each_feature(scrape):
    now = timezone.now()
    for model, index in (("duel", 0.5), ("duel", 0.05), ("battle", 0.07)):
        row = DriftReport.objects.create(
            window_start=now,
            window_end=now,
            model=model,
            model_version="v1",
            requests=500,
            verdict="stable",
            worst=0.5,
            findings=[
                {"name": "species", "test": "psi", "statistic": index, "limit": 0.1, "rows": []},
                {"name": "level", "test": "ks", "statistic": 0.2, "limit": 0.4, "rows": []},
            ],
        )
    samples = scrape()
    assert value(samples, "model_drift_psi", model="duel", feature="species") == 0.05
    assert value(samples, "model_drift_psi", model="battle", feature="species") == 0.07
    assert value(samples, "model_drift_threshold", model="duel", feature="species") == 0.1
    assert len(series(samples, "model_drift_psi")) == 2
    checked = value(samples, "model_drift_checked_timestamp_seconds", model="battle")
    assert checked == pytest.approx(row.created_at.timestamp())


def test_champion_and_game_data(scrape, serve, warm):
    serve(
        created_at="2026-11-23T10:00:00+00:00",
        metrics={"holdout": {"log_loss": 0.117}},
        data_fingerprint="f" * 64,
    )
    samples = scrape()
    assert value(samples, "model_champion_info", version="v7") == 1
    assert value(samples, "model_champion_trained_timestamp_seconds") == 1795428000
    assert value(samples, "model_champion_holdout_log_loss") == 0.117
    assert value(samples, "model_game_data_match") == 0
    assert value(samples, "model_game_data_changed_timestamp_seconds") > 1.7e9
    serve()
    assert value(scrape(), "model_game_data_match") == 1


def test_without_a_champion_nothing_is_said_about_one(scrape, no_champion):
    samples = scrape()
    assert not series(samples, "model_champion_info")
    assert value(samples, "model_promotion_gate_log_loss_excess_limit") == 0.01


def run(task, state, *, took=0.0, **fields):
    now = timezone.now()
    return TaskRun.objects.create(
        task=task,
        reason="test",
        state=state,
        started_at=now - timedelta(seconds=took),
        ended_at=now,
        **fields,
    )


def test_tasks_are_told_from_their_rows(scrape):
    last = run("retrain", "succeeded", took=100)
    failed = run("retrain", "failed", took=50)
    run("check_drift", "dead")
    samples = scrape()
    assert value(samples, "task_runs_total", task="retrain", state="succeeded") == 1
    assert value(samples, "task_runs_total", task="retrain", state="cancelled") == 0
    took = value(samples, "task_run_duration_seconds_sum", task="retrain")
    assert took == pytest.approx(150, abs=0.1)
    assert value(samples, "task_run_duration_seconds_count", task="retrain") == 2
    success = value(samples, "task_last_success_timestamp_seconds", task="retrain")
    assert success == pytest.approx(last.ended_at.timestamp())
    failure = value(samples, "task_last_failure_timestamp_seconds", task="retrain")
    assert failure == pytest.approx(failed.ended_at.timestamp())
    assert value(samples, "task_last_failure_timestamp_seconds", task="check_drift")


def test_labels_of_tasks_are_bounded(scrape):
    run("something-old", "succeeded")
    samples = scrape()
    assert len(series(samples, "task_runs_total")) == len(task_runs.KINDS) * len(TaskRun.State)
    assert not any("something-old" in str(key) for key in samples)


def test_waiting_tasks(scrape, settings):
    settings.CELERY_BROKER_URL = ""
    samples = scrape()
    assert value(samples, "task_queue_length", queue="celery") == 0
    assert value(samples, "task_oldest_queued_seconds") == 0
    task_runs.create("retrain", reason="test")
    TaskRun.objects.update(queued_at=timezone.now() - timedelta(seconds=90))
    assert value(scrape(), "task_oldest_queued_seconds") == pytest.approx(90, abs=5)


def test_a_broker_that_is_away_leaves_its_queue_out(scrape, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    assert not series(scrape(), "task_queue_length")


def test_a_database_that_is_away_leaves_the_rest(scrape, monkeypatch):
    def fail():
        raise OperationalError("gone")

    monkeypatch.setattr(exporter, "_tasks", fail)
    samples = scrape()
    assert not series(samples, "task_runs_total")
    assert series(samples, "model_promotion_gate_log_loss_excess_limit")


def test_scraping_reads_little(client, champion, warm, django_assert_max_num_queries):
    # Two of them ask which models are live, as every process does every two seconds.
    with django_assert_max_num_queries(10):
        client.get("/metrics")


def test_database_and_cache_are_instrumented(scrape):
    assert any(name.startswith("django_db_execute_total") for name, _ in scrape())
