"""/model/: the model card of the champion, in words."""

import pytest
from django.utils import timezone

from battles.site import model_card as model_page
from mlcore.datasets import sampling, splits
from mlcore.evaluation import model_card, slices
from mlcore.game import gamedata
from mlcore.models import DriftReport, EvaluationReport, ModelVersion

pytestmark = pytest.mark.django_db
SCORES = {
    "duels": 20_357,
    "log_loss": 0.1172,
    "log_loss_floor": 0.1160,
    "brier": 0.0365,
    "brier_floor": 0.0365,
    "ece": 0.0006,
    "ece_bins": 15,
    "accuracy": 0.948,
    "best_accuracy": 0.947,
    "clear_favourites": 19_000,
    "clear_favourites_right": 0.9975,
    "mse": 0.0009,
    "mse_above_noise": 0.0001,
    "mse_standard_error": 0.00002,
}
CURVE = [
    {"low": 0.0, "high": 0.5, "count": 10_000, "predicted": 0.1, "observed": 0.09},
    {"low": 0.5, "high": 1.0, "count": 10_357, "predicted": 0.9, "observed": 0.91},
]


@pytest.fixture
def trained(serve, warm):
    """A champion with a complete card."""
    slices = {
        "mechanic: drain": {**SCORES, "duels": 900, "mse_above_noise": 0.002},
        "class: mixed": {**SCORES, "duels": 9_000},
    }
    metrics = {
        "holdout": SCORES,
        "holdout_reliability": CURVE,
        "holdout_slices": slices,
        "holdout_baselines": {"closed_form": SCORES, "base_stat_total": SCORES},
        "unseen": SCORES,
        "plain_split": {"accuracy": 0.9918, "f1": 0.99, "roc_auc": 0.999},
        "best_move": {"mean_regret": 0.001, "standard_error": 0.0004, "matchups": 150},
    }
    metadata = {
        "kind": "xgboost",
        "trees": 39,
        "metrics": metrics,
        "created_at": "2026-11-23T08:00:00+00:00",
        "model_sha256": "ab" * 32,
        "gate": {"passed": True, "checks": [{"name": "swap error", "passed": True}]},
        "dataset": {
            "name": "duels-220000-abc",
            "battles": 5_610_336,
            "unseen_species": [1, 2],
            "recipe": {"duels": 220_000, "plays": 8, "more_plays": 56},
        },
    }
    return serve("v3", **metadata)


def test_it_works(page, words, trained):
    text = words(page("/model/"))
    for expected in ("Model v3", "99.8%", "39 trees", "220,000 duels", "Moves that drain"):
        assert expected in text, expected
    assert "has changed since" not in text


def test_it_speaks_french(page, words, trained):
    text = words(page("/fr/model/"))
    assert "Quand il dit 70 %, cela arrive 7 fois sur 10" in text
    assert "99,8 %" in text
    assert "Capacités qui drainent" in text


def test_weakest_slice_comes_first(page, words, trained):
    text = words(page("/model/"))
    assert text.index("Moves that drain") < text.index("Physical vs special")
    # The root of 0.002 + 2 * 0.00002, in points.
    assert "≤ 4.5" in text


SCORES_OF_BATTLES = {
    "starts": 600,
    "squared_error": 0.0036,
    "favorites": 0.991,
    "calibration_error": 0.012,
}


def test_the_model_of_well_played_battles_has_its_section(page, words, trained, serve_value):
    report = {"one ply": {"all": SCORES_OF_BATTLES, "contested": SCORES_OF_BATTLES}}
    gate = {"passed": True, "checks": [{"name": "swap error", "passed": True}]}
    order = {"rounds": 9, "battles": 30_000, "exploring": 9}
    value = serve_value(metrics=report, gate=gate, settings=order)
    text = words(page("/model/"))
    assert value.version in text
    # The root of the squared error, in points.
    for expected in ("If both play well", "All matchups 6.0 99.1% 1.20% 600", "270,000 battles"):
        assert expected in text, expected
    card = model_card.as_markdown(model_card.card(trained, gamedata.current()))
    assert "| one ply | 600 contested | 0.0036 | 0.9910 | 0.0120 |" in card
    assert "small battle" not in text + card
    assert "Si les deux jouent bien" in words(page("/fr/model/"))


EXACT = {
    "games": 12,
    "states": 2400,
    "network_error": 0.06,
    "one_ply_error": 0.033,
    "exploitability": 0.024,
}


def test_small_battles_that_were_solved_are_told(page, words, trained, serve_value):
    serve_value(metrics={"exact games": {"all": EXACT}})
    text = words(page("/model/"))
    assert "In 12 small battles that can be solved exactly" in text
    assert "off by 3.3 points on average" in text
    assert "gains 2.4 points" in text
    card = model_card.as_markdown(model_card.card(trained, gamedata.current()))
    assert "In 12 small battles that were solved exactly (2400 states): mean error 0.0330" in card
    assert "| exact games" not in card


def test_drift_of_both_models_is_told(page, words, trained, serve_value):
    now = timezone.now()
    for model, version, requests in (("duel", "v3", 300), ("battle", serve_value().version, 1)):
        DriftReport.objects.create(
            window_start=now,
            window_end=now,
            model=model,
            model_version=version,
            requests=requests,
            verdict="drifted",
            worst=2.0,
            findings=[],
        )
    text = words(page("/model/"))
    assert "drifted (300 requests)" in text
    assert "drifted (1 request)" in text


def test_a_value_of_other_game_data_is_told(page, words, champion, warm, serve_value):
    serve_value(data_fingerprint="f" * 64)
    assert "it can’t answer until it is retrained" in words(page("/model/"))


def test_changed_game_data_is_told(page, words, trained, serve):
    serve(**trained.metadata | {"data_fingerprint": "0" * 64})
    assert "has changed since this model was trained" in words(page("/model/"))


def test_older_versions_are_listed(page, words, trained):
    ModelVersion.objects.create(version="v1", sha256="a", data_fingerprint="f" * 64, metrics={})
    text = words(page("/model/"))
    assert "never live" in text


def test_a_champion_that_recorded_little_still_has_a_page(page, champion, warm):
    page("/model/")


def test_no_champion_is_a_503(page, no_champion):
    assert page("/model/", status=503).headers["Retry-After"] == "30"


def test_every_slice_and_rule_has_words(game_data, db):
    from mlcore.learning import baselines

    named = {
        *(f"mechanic: {name}" for name in slices._MECHANICS),
        *(f"scenario: {name}" for name in sampling.SCENARIOS),
    }
    assert named <= set(model_page.SLICE_WORDS)
    assert set(model_page.BASELINE_WORDS) == set(baselines.BASELINES)
    assert set(model_page.SPLIT_WORDS) == set(splits.HOLDOUTS)


def test_card_as_markdown_says_the_same(trained):
    card = model_card.as_markdown(model_card.card(trained, gamedata.current()))
    for expected in ("battle winner v3", "39 trees", "mechanic: drain", "0.9975", "## Gate"):
        assert expected in card, expected


def live_report(version="v3", **changes):
    """A report on served answers, kept."""
    from django.utils import timezone

    scores = {
        **SCORES,
        "log_loss_excess": 0.0012,
        "log_loss_excess_standard_error": 0.0001,
        "brier_excess": 0.0002,
    }
    fields = {
        "window_start": timezone.now(),
        "window_end": timezone.now(),
        "model_version": version,
        "data_fingerprint": "f" * 64,
        "duels": 1_234,
        "plays": 400,
        "verdict": EvaluationReport.Verdict.GOOD,
        "scores": scores,
        "slices": {"source: api": scores, "class: mixed": {**scores, "log_loss_excess": 0.5}},
        "reliability": CURVE,
        **{name: scores[name] for name in EvaluationReport.MEASURED},
    }
    return EvaluationReport.objects.create(**{**fields, **changes})


def test_live_quality_is_shown(page, words, trained):
    live_report()
    text = words(page("/model/"))
    assert "Live results" in text
    assert "1,234" in text
    assert "0.0012" in text
    assert "less accurate than they should be" not in text


def test_degraded_answers_are_told(page, words, trained):
    live_report(verdict=EvaluationReport.Verdict.DEGRADED, log_loss_excess=0.2)
    response = page("/model/")
    assert "less accurate than they should be" in words(response)
    assert 'class="notable"' in response.content.decode()


def test_reports_on_other_versions_are_not_the_champions(page, words, trained):
    live_report("v2")
    assert "No live predictions of this version have been checked yet" in words(page("/model/"))


def test_admin_charts_the_reports(admin_client):
    row = live_report()
    live_report(verdict=EvaluationReport.Verdict.DEGRADED, log_loss_excess=0.2)
    listed = admin_client.get("/admin/mlcore/evaluationreport/")
    assert listed.status_code == 200
    assert listed.content.decode().count('<svg viewBox="-48') == 2
    shown = admin_client.get(f"/admin/mlcore/evaluationreport/{row.pk}/change/").content.decode()
    assert 'viewBox="-16 -4 122 122"' in shown
    assert shown.index("class: mixed") < shown.index("source: api")
    assert "style=" not in shown[shown.index("Reliability") :]


def test_regret_is_a_bound_that_is_never_nothing(page, words, trained):
    # 0.001 + 2 * 0.0004
    assert "costs at most 0.18% of win probability" in words(page("/model/"))
    assert model_page.regret_bound({"mean_regret": -0.0001, "standard_error": 0.0}) == "0.01%"
    assert model_page.regret_bound({"mean_regret": 0.0, "standard_error": 0.00006}) == "0.02%"


def test_best_possible_is_never_below_what_was_reached():
    part = {
        "name": "holdout",
        "scores": {**SCORES, "accuracy": 0.953, "best_accuracy": 0.951},
        "baselines": {},
        "reliability": [],
        "slices": [],
    }
    assert model_page.split_context(part)["best_accuracy"] is False
    part["scores"] = {**SCORES, "accuracy": 0.953, "best_accuracy": 0.957}
    assert model_page.split_context(part)["best_accuracy"] == "95.7%"


def test_diagram_is_drawn_once_and_both_models_are_named(page, words, trained):
    response = page("/model/")
    assert response.content.decode().count('class="ideal"') == 1
    assert "Every probability" not in words(response)
    assert "Model v3 predicts duels" in words(response)
