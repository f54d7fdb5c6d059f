"""The same seed gives the same model; another one gives other duels."""

from dataclasses import replace

import numpy as np

from mlcore.datasets import dataset
from mlcore.learning import training
from mlcore.pipeline.stages import Pipeline


def test_training_again_gives_the_same_model(game, small, order, settings, tmp_path):
    settings.DATASETS_DIR = tmp_path / "datasets"
    settings.MODELS_DIR = tmp_path / "models"
    afresh = Pipeline(game, order, print)
    files = afresh.dataset()
    again = afresh.train(files).trained
    assert files.manifest["files"] == small[0].manifest["files"]
    assert again.model == small[1].model
    view = training.view(game, files.load("validation"))
    first, second = small[1].as_model("first"), again.as_model("second")
    assert np.array_equal(training.predict_view(first, view), training.predict_view(second, view))


def test_another_seed_gives_other_duels(game, order):
    other = replace(order.recipe, seed=order.recipe.seed + 1)
    assert dataset.folder_of(game, other) != dataset.folder_of(game, order.recipe)


def test_a_stage_that_is_done_is_skipped(pipeline, monkeypatch):
    """Data set, candidate and report are found again; nothing is computed."""

    def refuse(*args, **kwargs):
        raise AssertionError("it was there already")

    monkeypatch.setattr(dataset, "make", refuse)
    monkeypatch.setattr(training, "fit", refuse)
    again = Pipeline(pipeline.game, pipeline.order, print)
    files = again.dataset()
    candidate = again.train(files)
    assert again.evaluate(files, candidate) == pipeline.report
