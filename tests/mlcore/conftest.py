"""The game in memory, and duels to ask about."""

import numpy as np
import pytest

from mlcore.datasets import sampling
from mlcore.engine.specs import Setups
from mlcore.game import gamedata


def pytest_collection_modifyitems(items):
    """A test that uses the game needs a test database: only a mark makes pytest create one."""
    for item in items:
        if {"game", "model", "trained"} & set(getattr(item, "fixturenames", ())):
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
