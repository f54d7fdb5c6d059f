"""``manage.py ml`` from an empty folder to a gated champion, as an operator runs it."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from mlcore.learning import features
from mlcore.models import ModelVersion
from mlcore.pipeline import battle_value, registry, tuning
from mlcore.serving import champion as champion_store

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
SMALL = {"duels": 12_000, "plays": 8, "seed": 3}


@pytest.fixture
def folders(settings, tmp_path):
    settings.DATASETS_DIR = tmp_path / "datasets"
    settings.MODELS_DIR = tmp_path / "models"
    settings.MLFLOW_TRACKING_URI = f"sqlite:///{tmp_path}/mlflow.sqlite3"
    settings.MLFLOW_ARTIFACTS_DIR = tmp_path / "mlartifacts"
    return tmp_path


def ml(mode=None, **options):
    out = io.StringIO()
    stage = [f"--mode={mode}"] if mode else []
    call_command("ml", *stage, stdout=out, stderr=io.StringIO(), **SMALL, **options)
    return out.getvalue()


def test_from_nothing_to_a_champion_and_back(game, folders):
    with pytest.raises(CommandError, match="--mode=train first"):
        ml("evaluate")
    for mode in ("evaluate", None):
        with pytest.raises(CommandError, match="no other version"):
            ml(mode, rollback=True)

    said = ml("all")
    assert "checks passed" in said
    assert "v1 is live" in said
    first = champion_store.reload()
    assert first.version == "v1"
    pointer = json.loads((folders / "models" / "champion.json").read_text())
    assert pointer["version"] == "v1"

    said = ml("train")
    assert said.count("there already") == 2

    said = ml(promote=True)
    assert "v2 is live" in said
    assert ModelVersion.objects.get(is_champion=True).version == "v2"

    mlflow = registry._mlflow()
    client = mlflow.MlflowClient()
    champion = client.get_model_version_by_alias(registry.MODEL_NAME, registry.CHAMPION)
    assert champion.tags["version"] == "v2"
    run = client.get_run(ModelVersion.objects.get(version="v2").run_id)
    assert run.data.params["dataset"].startswith("duels-12000-")
    assert run.data.metrics["holdout_log_loss"] > 0
    names = {item.path for item in client.list_artifacts(run.info.run_id)}
    assert {
        "report.html", "report.json", "dataset_manifest.json", "metadata.json",
        "reliability_holdout.png", "slices_holdout.png",
    } <= names  # fmt: skip

    assert "v1 is live" in ml(rollback=True)
    assert champion_store.reload().version == "v1"
    champion = client.get_model_version_by_alias(registry.MODEL_NAME, registry.CHAMPION)
    assert champion.tags["version"] == "v1"


def test_compare_tunes_and_fits_everything_side_by_side(game, folders, monkeypatch):
    monkeypatch.setattr(tuning, "TRIALS", 2)
    monkeypatch.setattr(tuning, "_ROUNDS", 30)
    monkeypatch.setitem(battle_value.MEASURED, "quick", battle_value.Measured(8, 0, 6))
    out = io.StringIO()
    call_command(
        "ml", "--mode=compare", duels=4_000, plays=8, seed=3, tune_hyperparams=True, stdout=out
    )
    said = out.getvalue()

    (kept,) = folders.glob("**/comparison.json")
    comparison = json.loads(kept.read_text())
    models = {row["name"]: row for row in comparison["models"]}
    losses = {name: row["validation"]["log_loss"] for name, row in models.items()}
    assert losses["XGBoost"] < losses["XGBoost, without closed form"] < losses["base_stat_total"]
    assert {"logistic", "XGBoost, tuned", "random forest", "small network"} <= set(losses)
    assert not models["random forest"]["may_serve"]
    assert losses["small network"] < losses["base_stat_total"]
    for split in ("holdout", "unseen"):
        worth = {name: row[split]["worth"] for name, row in models.items()}
        assert worth["closed_form"]["gap"] == 0
        assert worth["base_stat_total"]["gap"] > 5 * worth["base_stat_total"]["standard_error"]
    matchups = {row["name"]: row for row in comparison["matchups"]}
    assert set(matchups) == {*models, "value of battle states"}
    assert all(row["starts"] == 8 for row in matchups.values())
    assert "compare: holdout  XGBoost " in said
    assert "compare: matchups value of battle states " in said
    may_serve = [name for name, row in models.items() if row["may_serve"]]
    assert comparison["winner"] in may_serve
    assert f"{comparison['winner']} wins on validation" in said
    for setting in ("with closed form", "without closed form"):
        groups = {row["group"]: row for row in comparison["ablation"] if row["setting"] == setting}
        assert set(features.FEATURE_GROUPS) - {"closed_form", "race"} <= set(groups)

    client = registry._mlflow().MlflowClient()
    experiment = client.get_experiment_by_name(registry.EXPERIMENT)
    runs = {run.info.run_name: run for run in client.search_runs([experiment.experiment_id])}
    assert {"tuning", "trial 0", "trial 1"} <= set(runs)
    best = runs["tuning"].data.metrics["best_validation_log_loss"]
    assert best == min(
        runs[f"trial {number}"].data.metrics["validation_log_loss"] for number in range(2)
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"duels": 10}, "--duels must lie between 500 and"),
        ({"duels": 99_999_999_999}, "--duels must lie between 500 and"),
        ({"plays": 1}, "--plays must lie between 2 and"),
        ({"seed": -1}, "--seed must lie between 0 and"),
        ({"promote": True}, "alone or with --mode=evaluate"),
        ({"rollback": True}, "alone or with --mode=evaluate"),
        ({"mode": None, "promote": True, "rollback": True}, "either --promote or --rollback"),
    ],
)
def test_wrong_options_are_refused(folders, options, words):
    with pytest.raises(CommandError, match=words):
        call_command("ml", "--mode=train", stdout=io.StringIO(), **options)


def test_neither_a_stage_nor_an_action_is_refused(folders):
    with pytest.raises(CommandError, match=r"Give --mode \(dataset, .*\), --promote or --rollback"):
        call_command("ml", stdout=io.StringIO())
