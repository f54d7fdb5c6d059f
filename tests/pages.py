"""Short ways to look at pages."""

import re

import pytest

from battles.site import search_index
from mlcore.game import gamedata
from mlcore.rankings import refresh, standings
from mlcore.rankings.well_played import WellPlayed
from mlcore.serving import known_sets, well_played


@pytest.fixture
def warm(db):
    """Game data and names in memory, so that no page pays for reading them."""
    gamedata.refreshed()
    search_index.index()


@pytest.fixture
def ranked(champion, warm, settings, tmp_path, square_by_total):
    """All forms ranked by the champion, by base stat total."""
    settings.VAR_DIR = tmp_path
    game = gamedata.current()
    refresh.store(champion, game, square_by_total(game), rows=5_673_952, seconds=120.0)
    return standings.current()


@pytest.fixture
def ranked_well(ranked, square_by_total):
    """Beside ``ranked``, a ranking of well-played battles with sets of attacks."""
    game = gamedata.current()
    values, sets = square_by_total(game).values, known_sets.strongest_sets(game)
    refresh.store(well_played.current(game), game, WellPlayed(values, sets), rows=17_578)
    return standings.current("well")


@pytest.fixture
def page(client):
    """GET an address as a browser does; gives the last response after checking its status."""

    def get(path, *, status=200, **headers):
        response = client.get(path, headers=headers, follow=True)
        assert response.status_code == status, response.content[:500]
        return response

    return get


@pytest.fixture
def fragment(page):
    """GET an address as htmx does, for the element with the id ``target``."""

    def get(path, *, target="compare", **options):
        return page(path, **{"HX-Request": "true", "HX-Target": target} | options)

    return get


def visible_text(response) -> str:
    """The words of a page, without markup, spaces folded."""
    html = response.content.decode()
    html = re.sub(r"<(script|style|datalist)\b.*?</\1>", " ", html, flags=re.S)
    # What is written in Showdown's format is English in any language, and says so.
    html = re.sub(r'<textarea\b[^>]*lang="en".*?</textarea>', " ", html, flags=re.S)
    text = re.sub(r"<[^>]+>", " ", html)
    return re.sub(r"\s+", " ", text.replace("&nbsp;", " ").replace("\u00a0", " "))


@pytest.fixture
def words():
    return visible_text
