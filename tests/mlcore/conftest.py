"""Duels to ask about, and a small model, really trained once a session."""

from dataclasses import replace

import numpy as np
import pytest
from django.test import override_settings

from mlcore.datasets import sampling
from mlcore.datasets.dataset import Recipe
from mlcore.engine.specs import Setups
from mlcore.models import ModelFile
from mlcore.pipeline import registry
from mlcore.pipeline.stages import Order, Pipeline, metrics_of

SMALL = Recipe(duels=34_000, plays=8, more_plays=24, seed=2)


@pytest.fixture(scope="session")
def some_duels(game):
    """(a, move_a, b, move_b) of 300 duels, a third of them with other set-ups."""
    return sampling.draw(game.tables, 300, np.random.default_rng(11))[:4]


@pytest.fixture
def duel(game):
    """A function: names of both sides to (a, move_a, b, move_b) of length 1."""

    def make(form_a, move_a, form_b, move_b, *, level_a=50, level_b=50):
        sides = []
        for form, move, level in ((form_a, move_a, level_a), (form_b, move_b, level_b)):
            sides.append(Setups.flat(np.array([game.form_index(form)]), level=level))
            sides.append(np.array([game.move_index(move)]))
        return tuple(sides)

    return make


@pytest.fixture(scope="session")
def order():
    quick = Order.of_profile("quick")
    return replace(quick, recipe=SMALL, training=replace(quick.training, rounds=30))


@pytest.fixture(scope="session")
def pipeline(game, order, tmp_path_factory, django_db_blocker):
    """The pipeline of the small order, with folders of its own; its stages have been run."""
    folder = tmp_path_factory.mktemp("pipeline")
    with override_settings(DATASETS_DIR=folder / "datasets", MODELS_DIR=folder / "models"):
        made = Pipeline(game, order, print)
        with django_db_blocker.unblock():
            made.files = made.dataset()
            made.candidate = made.train(made.files)
            made.report = made.evaluate(made.files, made.candidate)
            ModelFile.objects.all().delete()
        yield made


@pytest.fixture(scope="session")
def small(pipeline):
    """(data set, trained model, metrics) of the small pipeline."""
    return pipeline.files, pipeline.candidate.trained, metrics_of(pipeline.report)


@pytest.fixture
def served(small, settings, tmp_path, db):
    """The small model exported and serving from a folder of its own; its version row."""
    settings.MODELS_DIR = tmp_path / "models"
    _, trained, metrics = small
    return registry.serve(registry.export(trained, metrics).version)
