"""The game in memory, duels to ask about, and a small model, really trained once a session."""

from dataclasses import replace

import numpy as np
import pytest

from mlcore.datasets import sampling
from mlcore.datasets.dataset import Recipe
from mlcore.engine.specs import Setups
from mlcore.game import gamedata
from mlcore.pipeline.stages import Order, Pipeline, metrics_of
from mlcore.serving import champion as champion_store

SMALL = Recipe(duels=34_000, plays=8, more_plays=24, seed=2)


def pytest_collection_modifyitems(items):
    """A test that uses the game needs a test database: only a mark makes pytest create one."""
    for item in items:
        if {"game", "small", "served", "pipeline"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.django_db)


@pytest.fixture(scope="session")
def game(game_data, django_db_blocker):
    with django_db_blocker.unblock():
        return gamedata.load()


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
def pipeline(game, order, tmp_path_factory):
    """The pipeline of the small order, with folders of its own; its stages have been run."""
    from django.test import override_settings

    folder = tmp_path_factory.mktemp("pipeline")
    with override_settings(DATASETS_DIR=folder / "datasets", MODELS_DIR=folder / "models"):
        made = Pipeline(game, order, print)
        made.files = made.dataset()
        made.candidate = made.train(made.files)
        made.report = made.evaluate(made.files, made.candidate)
        yield made


@pytest.fixture(scope="session")
def small(pipeline):
    """(data set, trained model, metrics) of the small pipeline."""
    return pipeline.files, pipeline.candidate.trained, metrics_of(pipeline.report)


@pytest.fixture
def served(small, settings, tmp_path, monkeypatch, db):
    """The small model exported and serving from a folder of its own; its version row."""
    from mlcore.pipeline import registry

    settings.MODELS_DIR = tmp_path / "models"
    monkeypatch.setattr(champion_store, "_holder", champion_store._Holder())
    _, trained, metrics = small
    return registry.serve(registry.export(trained, metrics).version)
