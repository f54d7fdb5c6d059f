"""The search for hyperparameters: a real study on a small data set."""

from dataclasses import replace

import optuna
import pytest

from mlcore.learning import training
from mlcore.pipeline import registry, tuning

pytestmark = pytest.mark.django_db


@pytest.fixture
def searched(pipeline, settings, tmp_path, monkeypatch):
    """A function: so many trials of the small order's study, in folders of their own."""
    settings.VAR_DIR = tmp_path
    settings.MLFLOW_TRACKING_URI = f"sqlite:///{tmp_path}/mlflow.sqlite3"
    settings.MLFLOW_ARTIFACTS_DIR = tmp_path / "mlartifacts"
    monkeypatch.setattr(tuning, "_ROUNDS", 25)
    files = pipeline.files
    train, validation = pipeline.view(files, "train"), pipeline.view(files, "validation")

    def search(trials, start=pipeline.order.training):
        said = []
        best = tuning.search(
            pipeline.game, train, validation, files, start, trials=trials, say=said.append
        )
        return best, said, tuning.study_of(files, start)

    return search


def runs_by_name():
    client = registry._mlflow().MlflowClient()
    experiment = client.get_experiment_by_name(registry.EXPERIMENT)
    return {run.info.run_name: run for run in client.search_runs([experiment.experiment_id])}


def test_a_study_finds_what_is_best_and_goes_on_after_an_end(searched, pipeline):
    start = pipeline.order.training
    best, said, study = searched(6)
    assert len(study.trials) == 6
    # What is in use is tried first, so nothing worse can be chosen.
    first = study.trials[0]
    assert {name: start.params[name] for name in first.params} == first.params
    assert study.best_value <= first.value
    assert best.params == start.params | study.best_params
    assert best.params["objective"] == start.params["objective"]
    runs = runs_by_name()
    for trial in study.trials:
        run = runs[f"trial {trial.number}"]
        assert run.data.tags["state"] == trial.state.name.lower()
        assert float(run.data.params["eta"]) == pytest.approx(trial.params["eta"])
    assert runs["tuning"].data.metrics["best_validation_log_loss"] == study.best_value
    assert len(said) == 7

    # The same search again has nothing left to do; a longer one goes on.
    assert searched(6)[0] == best
    _, said, study = searched(8)
    assert [line.split(":")[1] for line in said[:-1]] == [" trial 6", " trial 7"]
    assert len(study.trials) == 8


def test_a_poor_trial_is_cut_short(searched, pipeline, monkeypatch):
    monkeypatch.setattr(tuning, "_WHOLE_TRIALS", 1)
    monkeypatch.setattr(tuning, "_WHOLE_ROUNDS", 2)
    # The first learns fast. The other is hardly off the exact solver when they are compared.
    used = pipeline.order.training
    start = replace(
        used, params=used.params | {"eta": 0.3, "max_depth": 8, "min_child_weight": 1.0}
    )
    study = tuning.study_of(pipeline.files, start)
    study.enqueue_trial({"eta": 0.03, "max_depth": 3, "min_child_weight": 300.0})
    _, said, study = searched(2, start)
    pruned = study.trials[1]
    assert pruned.state is optuna.trial.TrialState.PRUNED
    assert len(pruned.intermediate_values) < 25
    assert "cut short" in said[1]
    assert runs_by_name()["trial 1"].data.tags["state"] == "pruned"


def test_a_search_ends_when_its_time_is_over(searched, settings):
    settings.TUNING_SECONDS = 1
    _, _, study = searched(10_000)
    # The trial that had begun was finished.
    assert 1 <= len(study.trials) < 200
    assert study.best_value < 1


def test_other_settings_have_a_study_of_their_own(searched, pipeline):
    start = pipeline.order.training
    _, _, study = searched(1)
    other = tuning.study_of(pipeline.files, replace(start, seed=start.seed + 1))
    assert study.study_name != other.study_name
    assert training.settings_hash(pipeline.files, start) == study.study_name


def test_what_is_in_use_is_tried_although_the_first_trial_was_killed(searched, pipeline):
    start = pipeline.order.training
    killed = tuning.study_of(pipeline.files, start).ask()
    assert killed.number == 0
    _, _, study = searched(1)
    (finished,) = study.get_trials(states=(optuna.trial.TrialState.COMPLETE,))
    assert {name: start.params[name] for name in finished.params} == finished.params
