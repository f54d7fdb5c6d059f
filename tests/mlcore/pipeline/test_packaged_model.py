"""The run of a model, and the model itself, for somebody who has nothing but MLflow's address."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import mlflow
import numpy as np
import pytest
from django.conf import settings as site

from mlcore.game import facts_file
from mlcore.learning import training
from mlcore.pipeline import registry
from mlcore.pipeline.stages import Candidate
from tests.mlcore.pipeline.stranger import DUELS

pytestmark = pytest.mark.django_db
STRANGER = Path(__file__).with_name("stranger.py")


@pytest.fixture
def tracked(settings, tmp_path):
    settings.MODELS_DIR = tmp_path / "models"
    settings.MLFLOW_TRACKING_URI = f"sqlite:///{tmp_path}/mlflow.sqlite3"
    settings.MLFLOW_ARTIFACTS_DIR = tmp_path / "mlartifacts"


@pytest.fixture
def registered(pipeline, tracked):
    """A function: the small pipeline's model, or another, registered as ``ml --promote`` does."""

    def register(candidate=pipeline.candidate):
        verdict = pipeline.judge(pipeline.files, candidate, pipeline.report)
        return pipeline.register(pipeline.files, candidate, pipeline.report, verdict)

    return register


def answers_of_a_stranger(tmp_path, uri):
    """What a fresh process says that knows MLflow's address and the model's, no more."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, STRANGER, site.MLFLOW_TRACKING_URI, uri],
        cwd=elsewhere,
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(site.BASE_DIR),
            "HOME": str(elsewhere),
            "MLFLOW_DISABLE_TELEMETRY": "true",
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def api_answers(client):
    def body(row):
        asked = {}
        for side in "ab":
            given = dict(row[side])
            asked[f"pokemon_{side}_id"] = given.pop("species")
            asked[f"move_{side}_id"] = given.pop("move")
            asked[f"setup_{side}"] = given
        return asked

    answers = [
        client.post("/api/v1/predict/battle/", body(row), content_type="application/json")
        for row in DUELS
    ]
    assert {answer.status_code for answer in answers} == {200}, [a.content for a in answers]
    return [answer.json()["win_probability"] for answer in answers]


@pytest.mark.parametrize("kind", ["xgboost", "linear"])
def test_a_stranger_gets_the_numbers_of_the_api(registered, pipeline, client, tmp_path, kind):
    candidate = pipeline.candidate
    if kind == "linear":
        chosen = replace(pipeline.order.training, kind="linear", params={"l2": 1e-5})
        views = [pipeline.view(pipeline.files, split) for split in ("train", "validation")]
        trained = training.fit(pipeline.game, *views, pipeline.files, chosen)
        candidate = Candidate("linear", chosen, trained)
    registry.promote(registered(candidate).version)
    answers = answers_of_a_stranger(tmp_path, f"models:/{registry.MODEL_NAME}@champion")
    assert answers["chances"] == api_answers(client)
    assert len(set(answers["chances"])) == len(DUELS)
    assert "row 1: b.species: unknown Pokémon" in answers["refused"]


def test_the_run_tells_the_story(registered, pipeline):
    row = registered()
    row.refresh_from_db()
    client = registry._mlflow().MlflowClient()
    run = client.get_run(row.run_id)
    told = run.data.tags["mlflow.note.content"]
    scores = pipeline.report["splits"]["unseen"]["scores"]
    assert f"| {scores['log_loss']:.5f} " in told
    assert "## Where it is weakest" in told
    inputs = {each.dataset.name: each for each in run.inputs.dataset_inputs}
    assert set(inputs) == {
        f"{pipeline.files.name}: {split}" for split in pipeline.files.manifest["files"]
    }
    assert run.data.params["max_depth"] == str(pipeline.order.training.params["max_depth"])
    for split, part in pipeline.report["splits"].items():
        assert f"reliability_{split}.png" in {
            item.path for item in client.list_artifacts(row.run_id)
        }
        assert len(part["slices"]) == sum(
            name.startswith(f"{split}/") and name.endswith("/ece") for name in run.data.metrics
        )
    assert run.data.metrics["holdout/set-up flat rules/log_loss"] == pytest.approx(
        pipeline.report["splits"]["holdout"]["slices"]["set-up: flat rules"]["log_loss"]
    )


def test_it_comes_with_signature_example_and_no_pickle(registered):
    registered()
    uri = f"models:/{registry.MODEL_NAME}@challenger"
    about = mlflow.models.get_model_info(uri)
    assert [each.name for each in about.signature.inputs] == ["a", "b"]
    loaded = mlflow.pyfunc.load_model(uri)
    assert 0 < loaded.predict(loaded.input_example)[0] < 1
    kept = Path(mlflow.artifacts.download_artifacts(uri))
    assert {path.suffix for path in kept.rglob("*") if path.is_file()} <= {
        ".py", ".json", ".ubj", ".npz", ".yaml", ".yml", ".txt", "",
    }  # fmt: skip
    assert not list(kept.rglob("*.pkl"))


def test_facts_come_back_as_they_were(game, tmp_path):
    path = tmp_path / "facts.npz"
    facts_file.save(game, path)
    again = facts_file.load(path)
    for holder, other in ((game.tables, again.tables), (game, again)):
        for name, value in vars(holder).items():
            if name in ("tables", "_damaging_moves", "rules"):
                continue
            if isinstance(value, np.ndarray):
                assert value.dtype == getattr(other, name).dtype
                assert (value == getattr(other, name)).all()
            else:
                assert value == getattr(other, name)


def test_spoiled_facts_are_refused(game, tmp_path):
    path = tmp_path / "facts.npz"
    stats = game.tables.base_stats.copy()
    stats[0, 0] += 1
    facts_file.save(replace(game, tables=replace(game.tables, base_stats=stats)), path)
    with pytest.raises(facts_file.SpoiledFacts, match=r"facts\.npz"):
        facts_file.load(path)
