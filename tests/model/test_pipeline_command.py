"""``manage.py ml`` from an empty folder to a gated champion, as an operator runs it."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from mlcore import predictor, registry
from mlcore.models import ModelVersion

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
SMALL = {"duels": 12_000, "plays": 8, "seed": 3}


@pytest.fixture
def folders(settings, tmp_path, monkeypatch):
    settings.DATASETS_DIR = tmp_path / "datasets"
    settings.MODELS_DIR = tmp_path / "models"
    settings.MLFLOW_TRACKING_URI = f"sqlite:///{tmp_path}/mlflow.sqlite3"
    settings.MLFLOW_ARTIFACTS_DIR = tmp_path / "mlartifacts"
    monkeypatch.setattr(predictor, "_holder", predictor._Holder())
    return tmp_path


def ml(mode, **options):
    out = io.StringIO()
    call_command("ml", f"--mode={mode}", stdout=out, stderr=io.StringIO(), **SMALL, **options)
    return out.getvalue()


def test_from_nothing_to_a_champion_and_back(game, folders):
    with pytest.raises(CommandError, match="--mode=train first"):
        ml("evaluate")
    with pytest.raises(CommandError, match="no other version"):
        ml("evaluate", rollback=True)

    said = ml("all")
    assert "checks passed" in said
    assert "v1 serves now" in said
    first = predictor.reload()
    assert first.version == "v1"
    pointer = json.loads((folders / "models" / "champion.json").read_text())
    assert pointer["version"] == "v1"

    said = ml("train")
    assert said.count("there already") == 2

    said = ml("evaluate", promote=True)
    assert "v2 serves now" in said
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

    assert "v1 serves now" in ml("evaluate", rollback=True)
    assert predictor.reload().version == "v1"
    champion = client.get_model_version_by_alias(registry.MODEL_NAME, registry.CHAMPION)
    assert champion.tags["version"] == "v1"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"duels": 10}, "--duels must be at least 500"),
        ({"plays": 1}, "--plays must be at least 2"),
        ({"seed": -1}, "--seed must be at least 0"),
        ({"promote": True}, "go with --mode=evaluate"),
        ({"rollback": True}, "go with --mode=evaluate"),
    ],
)
def test_wrong_options_are_refused(folders, options, words):
    with pytest.raises(CommandError, match=words):
        call_command("ml", "--mode=train", stdout=io.StringIO(), **options)
