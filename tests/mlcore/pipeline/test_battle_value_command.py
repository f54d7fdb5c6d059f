"""``manage.py ml --model=battle``: from nothing to a version that is live, and back."""

import io
import json
import re
from dataclasses import replace

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from mlcore import tasks
from mlcore.battle_value import artefact, training
from mlcore.evaluation import battle_value_gate
from mlcore.evaluation import well_played as evaluation
from mlcore.evaluation.battle_value_gate import Bars
from mlcore.game import move_strength
from mlcore.jobs import task_runs
from mlcore.models import ModelKind, ModelVersion, TaskRun
from mlcore.pipeline import battle_value, registry
from mlcore.pipeline.battle_value import Measured
from mlcore.serving import well_played
from tests.mlcore.battle_value.test_battle_value import TINY

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
#: What a network of seconds can reach.
LOW = Bars(overall=1.0, contested=1.0, alone=1.0, favorites=0.0, calibration=1.0, exact=1.0)


@pytest.fixture
def ml(settings, tmp_path, monkeypatch):
    """The command with a profile of seconds, in folders of its own."""
    settings.VAR_DIR, settings.MODELS_DIR = tmp_path, tmp_path / "models"
    settings.MLFLOW_TRACKING_URI = f"sqlite:///{tmp_path / 'mlflow.db'}"
    settings.MLFLOW_ARTIFACTS_DIR = tmp_path / "artifacts"
    monkeypatch.setitem(training.PROFILES, "quick", TINY)
    monkeypatch.setitem(battle_value.MEASURED, "quick", Measured(12, 4, 6))
    monkeypatch.setitem(battle_value.EXACT_GAMES, "quick", 1)

    def run(mode=None, **options):
        out = io.StringIO()
        call_command("ml", model="battle", mode=mode, stdout=out, **options)
        return out.getvalue()

    return run


@pytest.fixture
def low_bars(monkeypatch):
    """Any network passes the bars that take training, and is no worse than the shipped one."""
    monkeypatch.setitem(battle_value_gate.BARS, "quick", LOW)
    monkeypatch.setattr(battle_value_gate, "NEGLIGIBLE", 1.0)
    monkeypatch.setattr(battle_value_gate, "MIN_HP_MATTERS", 0.0)
    monkeypatch.setattr(battle_value_gate, "MAX_SECONDS", 10.0)
    monkeypatch.setattr(battle_value_gate, "MAX_SLOWDOWN", 100.0)


def test_from_nothing_to_a_live_version_and_back(ml, low_bars, game):
    shipped = well_played.reload(game).version
    with pytest.raises(CommandError, match="no other version"):
        ml(rollback=True)
    with pytest.raises(CommandError, match="--mode=train first"):
        ml(promote=True)
    assert f"{shipped} is live" in ml("evaluate")

    said = ml("all")
    first = well_played.reload(game)
    assert f"promoted: value of battle states {first.version} is live" in said
    assert first.version != shipped
    assert first.metadata["command"].endswith("--profile=quick")
    assert first.metadata["gate"]["passed"]
    assert first.metadata["metrics"]["one ply"]["all"]["starts"] == 12

    # The same order again finds everything there, and its version stays as it is.
    said = ml("all")
    assert "is there already" in said
    assert well_played.reload(game).metadata == first.metadata

    ml("all", seed=2)
    second = well_played.reload(game)
    assert second.version != first.version
    row = ModelVersion.objects.get(model=ModelKind.BATTLE, is_champion=True)
    assert row.version == second.version
    client = registry._mlflow().MlflowClient()
    registered = client.get_model_version_by_alias(registry.BATTLE_MODEL_NAME, "champion")
    assert registered.tags["version"] == second.version
    run = client.get_run(row.run_id)
    assert run.data.tags["data_fingerprint"] == game.fingerprint
    assert run.data.metrics["one_ply_all_squared_error"] == pytest.approx(
        second.metadata["metrics"]["one ply"]["all"]["squared_error"]
    )
    runs = client.search_runs([run.info.experiment_id], "tags.stage = 'training'")
    assert {each.data.tags["version"] for each in runs} == {first.version, second.version}
    assert len(client.get_metric_history(runs[0].info.run_id, "log_loss")) == TINY.rounds
    exact = row.metrics["exact games"]["all"]
    assert run.data.metrics["exact_games_all_exploitability"] == exact["exploitability"]

    assert f"{first.version} is live" in ml(rollback=True)
    assert well_played.reload(game).fingerprint == first.fingerprint
    # A version of other game data could answer nothing: it is passed over.
    ModelVersion.objects.filter(version=second.version).update(data_fingerprint="other")
    assert f"{shipped} is live" in ml(rollback=True)


def test_species_that_training_never_saw_are_compared(ml, game, monkeypatch):
    asked = []
    real = training.train

    def train(*args, fighters=None, **options):
        asked.append(fighters)
        return real(*args, fighters=fighters, **options)

    monkeypatch.setattr(training, "train", train)
    said = ml("compare")
    assert said.count("squared error") == 2
    assert re.search(r"one ply: squared error -?0\.\d+ on species that it never saw", said)
    everyone, some = asked
    assert everyone is None
    # Whole species are left out, with their Megas and Alolan forms.
    left_out = set(move_strength.fighters_of(game.tables).tolist()) - set(some.tolist())
    species = {int(game.form_species[form]) for form in left_out}
    assert 5 <= len(species) <= 30
    assert not species & {int(game.form_species[form]) for form in some}


def test_the_only_version_rolls_back_to_the_shipped_one(ml, low_bars, game):
    ml("all")
    shipped = artefact.load(artefact.SHIPPED).version
    assert f"{shipped} is live" in ml(rollback=True)
    assert well_played.reload(game).version == shipped
    assert not ModelVersion.objects.filter(is_champion=True).exists()


def test_a_worse_network_is_refused_with_its_reasons(ml, game):
    before = well_played.reload(game).version
    with pytest.raises(CommandError, match="the gate refused it: squared error above noise"):
        ml("all")
    assert well_played.reload(game).version == before
    row = ModelVersion.objects.get(model=ModelKind.BATTLE)
    assert not row.is_champion
    failed = [check for check in row.metadata["gate"]["checks"] if not check["passed"]]
    assert {"name", "value", "bar"} < failed[0].keys()


def test_truth_and_report_are_kept(ml, settings, monkeypatch):
    said = ml("evaluate")
    kept = settings.VAR_DIR / "battle_value"
    assert len(list(kept.glob("truth-*.npz"))) == len(list(kept.glob("report-*.json"))) == 1
    report = json.loads(next(kept.glob("report-*.json")).read_text())
    assert f"squared error {report['one ply']['all']['squared_error']:.4f}" in said
    exact = report["exact games"]["all"]
    assert exact["games"] == 1
    assert f"mean error {exact['one_ply_error']:.4f}" in said

    def never(*args, **options):
        raise AssertionError("played again")

    monkeypatch.setattr(evaluation, "play_out", never)
    assert ml("evaluate") == said
    with pytest.raises(AssertionError, match="played again"):
        ml("evaluate", seed=5)


def test_the_task_retrains_behind_the_gate(ml, low_bars, game, monkeypatch):
    monkeypatch.setattr(task_runs, "dispatch", lambda run, wait=0: None)
    tasks.retrain_battle_value(reason="test")
    run = TaskRun.objects.get(task="retrain_battle_value")
    live = well_played.reload(game)
    assert (run.state, run.result["version"]) == (TaskRun.State.SUCCEEDED, live.version)
    assert live.metadata["settings"]["seed"] == 2  # the shipped one learned by seed 1
    assert TaskRun.objects.filter(task="refresh_rankings").exists()

    # A refused challenger is no failure, and changes nothing.
    monkeypatch.setitem(battle_value_gate.BARS, "quick", replace(LOW, overall=-1.0))
    tasks.retrain_battle_value(reason="test")
    run = TaskRun.objects.filter(task="retrain_battle_value").first()
    assert run.state == TaskRun.State.SUCCEEDED
    assert "squared error above noise" in run.result["refused"]
    assert well_played.reload(game).version == live.version

    with pytest.raises(LookupError, match="what is live has changed"):
        tasks.rollback(model="battle", version="confirmed long ago")
    assert well_played.reload(game).version == live.version
    tasks.rollback(model="battle")
    assert well_played.reload(game).version == artefact.load(artefact.SHIPPED).version
    tasks.promote(version=live.version)
    assert well_played.reload(game).version == live.version


def test_training_goes_on_from_the_live_version(ml, low_bars, game, monkeypatch):
    monkeypatch.setattr(training, "FURTHER", 2)
    ml("all")
    first = well_played.reload(game)
    said = ml("all", further=True)
    second = well_played.reload(game)
    assert f"promoted: value of battle states {second.version} is live" in said
    about = second.metadata
    assert (about["begun_from"], about["rounds"][: TINY.rounds]) == (
        first.version,
        first.metadata["rounds"],
    )
    assert len(about["rounds"]) == about["settings"]["rounds"] == TINY.rounds + 2
    assert about["command"].endswith("--profile=quick --further")
    # From other weights, other battles are played.
    ml(rollback=True)
    ml("all", seed=2)
    ml("all", seed=2, further=True)
    assert well_played.reload(game).version != second.version


def test_progress_of_an_order_rises_to_its_end(ml, game):
    told = []
    pipeline = battle_value.BattlePipeline(
        game, "quick", None, print, progress=lambda done, total: told.append(done / total)
    )
    pipeline.evaluate(pipeline.train())
    assert told == sorted(told)
    assert told[-1] == 1.0
    last_parts = [share for share in told if share > 1 - 2 / len(pipeline._parts)]
    assert len(set(last_parts)) > 2  # of the referee's battles, too


def test_what_it_cannot_do_is_said(ml):
    with pytest.raises(CommandError, match="but not with --mode=compare"):
        ml("compare", further=True)
    with pytest.raises(CommandError, match="takes --mode=train, evaluate, compare or all"):
        ml("dataset")
    with pytest.raises(CommandError, match="alone or with --mode=evaluate"):
        ml("train", promote=True)
