"""What the tests share: a database with the game's facts, a ranking, programs by name."""

import os
import shutil
import uuid

import numpy as np
import pytest
from django.utils import translation


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Every test database starts with the game's facts; they are imported once a session."""
    from pokedex.importer import import_game_data

    with django_db_blocker.unblock():
        import_game_data()


@pytest.fixture(autouse=True)
def _own_cache():
    """What is outside the database is not rolled back: each test begins with empty caches there."""
    from django.core.cache import caches

    caches["reads"].clear()
    cache = caches["default"]
    if "Redis" in type(cache).__name__:
        cache.key_prefix = uuid.uuid4().hex


@pytest.fixture(autouse=True)
def _own_language():
    """The language of a page that a test asked for does not stay for the next test."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def game_data(django_db_setup):
    """The facts are in the database; ask for ``db`` or mark the test too."""


@pytest.fixture
def transactional_db(transactional_db):
    """Tests that commit leave an empty database behind: the next one needs the facts again."""
    from pokedex.importer import import_game_data
    from pokedex.models import Pokemon

    if not Pokemon.objects.exists():
        import_game_data()


@pytest.fixture(scope="session")
def square_by_total():
    """A function: a ranking that needs no model. The higher base-stat total wins, each form uses
    its first damaging move, Ditto has none."""
    from mlcore.learning import model as learning_model
    from mlcore.rankings import compute as rankings_compute

    def make(game):
        square = rankings_compute.empty_square(len(game.form_slugs))
        totals = game.tables.base_stats.sum(axis=1)
        square.values[:] = learning_model.sigmoid((totals[:, None] - totals[None, :]) / 60)
        first = np.array(
            [(*game.usable_moves(form), rankings_compute.NO_MOVE)[0] for form in range(len(totals))]
        )
        square.moves[:], square.replies[:] = first[:, None], first[None, :]
        ditto = game.form_index("ditto")
        square.values[ditto, :], square.values[:, ditto] = 0.0, 1.0
        square.moves[:, ditto] = square.replies[ditto, :] = rankings_compute.NO_MOVE
        np.fill_diagonal(square.values, np.nan)
        return square

    return make


def pytest_addoption(parser):
    parser.addoption(
        "--write-baseline", action="store_true", help="measure the regression baseline anew"
    )


@pytest.fixture(scope="session")
def program():
    """A function: the path of a program, or a skip (a failure where it may not be missing)."""

    required = os.environ.get("REQUIRE_MONITORING", "") not in ("", "0")

    def find(*names: str) -> str:
        found = next((path for name in names if (path := shutil.which(name))), None)
        if found is None:
            message = f"NOT INSTALLED: {names[0]}, so nothing was tried with it"
            if required:
                pytest.fail(message)
            pytest.skip(message)
        return found

    return find
