"""What the tests share: a database that holds the game's facts."""

import pytest


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Every test database starts with the game's facts; they are imported once a session."""
    from pokedex.importer import import_game_data

    with django_db_blocker.unblock():
        import_game_data()


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
