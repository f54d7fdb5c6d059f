"""A small model, really trained on battles that were really played, once a session."""

from dataclasses import replace

import pytest

from mlcore.datasets.dataset import Recipe
from mlcore.game import gamedata
from mlcore.pipeline.stages import Order, Pipeline, metrics_of
from mlcore.serving import champion as champion_store

SMALL = Recipe(duels=34_000, plays=8, more_plays=24, seed=2)


def pytest_collection_modifyitems(items):
    for item in items:
        if {"game", "small", "served", "pipeline"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.django_db)


@pytest.fixture(scope="session")
def game(game_data, django_db_blocker):
    with django_db_blocker.unblock():
        return gamedata.load()


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
