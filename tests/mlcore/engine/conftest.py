"""The engine's tables and the arena made of them."""

import pytest

from tests.mlcore.engine.arena import Arena


@pytest.fixture(scope="session")
def tables(game):
    return game.tables


@pytest.fixture(scope="session")
def arena(game):
    return Arena(game)
