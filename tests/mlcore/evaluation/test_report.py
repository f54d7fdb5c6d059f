"""The evaluation report: every figure there, on every holdout and slice, as data and as a page."""

import json
from dataclasses import replace

import numpy as np
import pytest
from sklearn import metrics

from mlcore.datasets.splits import HOLDOUTS
from mlcore.evaluation import gate, model_comparison, plots, report
from mlcore.learning import metrics as evaluation
from mlcore.learning import training


def test_report_is_json_and_says_everything(pipeline):
    written = json.loads(json.dumps(pipeline.report))
    for split in HOLDOUTS:
        part = written["splits"][split]
        assert {
            "log_loss", "log_loss_floor", "brier", "brier_floor", "ece", "accuracy",
            "best_accuracy", "clear_favourites_right", "mse_above_noise",
        } <= set(part["scores"])  # fmt: skip
        assert {"accuracy", "precision", "recall", "f1", "roc_auc"} <= set(part["classification"])
        assert sum(row["count"] for row in part["reliability"]) == part["scores"]["duels"]
        assert part["swap_error"] <= 1e-6
        assert len(part["slices"]) >= 10
    assert written["plain_split"]["accuracy"] >= 0.94
    assert abs(written["best_move"]["mean_regret"]) < 0.02


def test_log_loss_and_brier_agree_with_the_library():
    random = np.random.default_rng(4)
    truth = random.random(2_000) < 0.6
    y_prob = random.uniform(0.01, 0.99, 2_000)
    assert evaluation.log_loss(y_prob, truth).mean() == pytest.approx(
        metrics.log_loss(truth, y_prob)
    )
    assert evaluation.brier(y_prob, truth).mean() == pytest.approx(
        metrics.brier_score_loss(truth, y_prob)
    )


def test_bootstrap_finds_a_slice_that_differs():
    random = np.random.default_rng(5)
    second = random.normal(0.3, 0.2, 6_000)
    spoiled = np.arange(6_000) < 600
    first = second + random.normal(0, 0.02, 6_000) + np.where(spoiled, 0.05, 0)
    masks = np.stack([spoiled, ~spoiled], axis=1)
    means, errors = evaluation.paired_difference(first, second, masks)
    assert means[0] > 10 * errors[0]
    assert abs(means[1]) < 4 * errors[1]
    assert errors[0] == pytest.approx(0.02 / np.sqrt(600), rel=0.2)


def test_page_names_every_slice_and_check(pipeline):
    checks = [check.__dict__ for check in gate.absolute_checks(pipeline.report)]
    page = report.page({**pipeline.report, "gate": {"passed": True, "checks": checks}})
    from django.utils.html import escape

    for part in pipeline.report["splits"].values():
        for name in part["slices"]:
            assert escape(name) in page
    for check in checks:
        assert escape(check["name"]) in page


def test_plots_are_drawn(pipeline, tmp_path):
    paths = plots.draw(pipeline.report, tmp_path)
    assert {path.name for path in paths} == {
        f"{kind}_{split}.png" for kind in ("reliability", "slices") for split in HOLDOUTS
    }
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in paths)


# Comparison of models ---------------------------------------------------------------------------


def contender(name, validation, error):
    """A contender whose log-odds are off by ``error``."""
    share = np.clip(validation.duels.share.astype(float), 0.02, 0.98)
    odds = np.log(share / (1 - share)) + error
    chances = 1 / (1 + np.exp(-odds))
    return model_comparison.Contender(name, True, lambda *rows: chances, {"validation": chances})


def test_the_plainer_model_wins_when_no_worse(pipeline):
    validation = pipeline.view(pipeline.files, "validation")
    plain, clever = contender("plain", validation, 0.0), contender("clever", validation, 0.0)
    assert model_comparison.choose([plain, clever], validation) == "plain"
    assert (
        model_comparison.choose([contender("plain", validation, 0.5), clever], validation)
        == "clever"
    )


def test_a_baseline_never_wins(pipeline):
    validation = pipeline.view(pipeline.files, "validation")
    rule = replace(contender("rule", validation, 0), may_serve=False)
    assert model_comparison.choose([rule, contender("model", validation, 1)], validation) == "model"


def test_the_linear_model_serves_from_json(game, pipeline, settings, tmp_path, db):
    """Fitted, exported, loaded and asked: the second kind of model that can serve."""
    from dataclasses import replace

    from mlcore.pipeline import registry
    from mlcore.serving import champion as champion_store

    settings.MODELS_DIR = tmp_path
    views = {split: pipeline.view(pipeline.files, split) for split in ("train", "validation")}
    plan = replace(pipeline.order.training, kind="linear", params={"l2": 1e-5})
    trained = training.fit(game, views["train"], views["validation"], pipeline.files, plan)
    row = registry.export(trained, {})
    assert (tmp_path / f"battle_winner_model_{row.version}.json").exists()
    registry.serve(row.version)
    view = pipeline.view(pipeline.files, "holdout")
    served = training.predict_view(champion_store.reload(), view)
    assert np.array_equal(served, training.predict_view(trained.as_model("x"), view))
    scores = report.scores(served, view.duels)
    assert scores["clear_favourites_right"] >= 0.97
