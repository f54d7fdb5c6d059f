"""The engine's tables, read once from the imported facts, and the arena made of them."""

import pytest

from mlcore.game import gamedata
from tests.engine.arena import Arena


def pytest_collection_modifyitems(items):
    """A test that uses the tables needs a test database: only a mark makes pytest create one."""
    for item in items:
        if "game" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.django_db)


@pytest.fixture(scope="session")
def game(game_data, django_db_blocker):
    with django_db_blocker.unblock():
        return gamedata.load()


@pytest.fixture(scope="session")
def tables(game):
    return game.tables


@pytest.fixture(scope="session")
def arena(game):
    return Arena(game)
