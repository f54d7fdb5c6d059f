"""A small model, really trained on battles that were really played, once a session."""

from dataclasses import replace

import pytest

from mlcore import gamedata, pipeline, predictor
from mlcore.dataset import Recipe

SMALL = Recipe(duels=8_000, plays=8, more_plays=24, seed=2)


def pytest_collection_modifyitems(items):
    for item in items:
        if {"game", "small", "served"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.django_db)


@pytest.fixture(scope="session")
def game(game_data, django_db_blocker):
    with django_db_blocker.unblock():
        return gamedata.load()


@pytest.fixture(scope="session")
def order():
    quick = pipeline.Order.of_profile("quick")
    return replace(quick, recipe=SMALL, training=replace(quick.training, rounds=30))


@pytest.fixture(scope="session")
def small(game, order, tmp_path_factory):
    """(data set, trained model, metrics) of a pipeline on a small profile."""
    from django.test import override_settings

    with override_settings(DATASETS_DIR=tmp_path_factory.mktemp("datasets")):
        files = pipeline.make_dataset(game, order, print, bars=False)
        trained = pipeline.train(game, files, order, print, bars=False)
        model = trained.as_champion("small")
        metrics = pipeline.evaluate(game, files, model, print, bars=False)
    return files, trained, metrics


@pytest.fixture
def served(small, settings, tmp_path, monkeypatch, db):
    """The small model exported and serving from a folder of its own; its version row."""
    from mlcore import registry

    settings.MODELS_DIR = tmp_path / "models"
    monkeypatch.setattr(predictor, "_holder", predictor._Holder())
    _, trained, metrics = small
    return registry.serve(registry.export(trained, metrics).version)
