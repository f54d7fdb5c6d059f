"""How many queries each page costs: a reviewed baseline, so that an N+1 fails here.

A new page gets a line in ``tests/query_counts.json``. A count may rise only on purpose.
"""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mlcore.game import gamedata
from mlcore.serving import pointer
from pokedex.known_facts import known_facts

BASELINE = json.loads((Path(__file__).parents[2] / "query_counts.json").read_text())
LIMIT = 12


@pytest.fixture(autouse=True)
def _always_poll(monkeypatch):
    """The dearest case: the request that looks whether the game data has changed. Which versions
    are live, a query each, a process has just asked and does not ask again for two seconds."""
    monkeypatch.setattr(gamedata, "POLL_SECONDS", -1.0)
    monkeypatch.setattr(pointer, "POLL_SECONDS", 3600.0)


@pytest.mark.django_db
@pytest.mark.usefixtures("warm", "champion", "ranked")
@pytest.mark.parametrize("address", BASELINE)
@pytest.mark.parametrize("htmx", [False, True])
def test_page_costs_no_more_queries_than_reviewed(client, address, htmx):
    headers = {"HX-Request": "true"} if htmx else {}
    known_facts()  # read again by the first request after a change
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address, headers=headers)
    assert response.status_code == 200
    spent = len(queries)
    reviewed = BASELINE[address]["htmx" if htmx else "page"]
    assert reviewed <= LIMIT
    # A cache in Redis costs no query.
    cached_elsewhere = "DatabaseCache" not in settings.CACHES["default"]["BACKEND"]
    assert spent == reviewed or (cached_elsewhere and spent <= reviewed), "\n".join(
        query["sql"][:160] for query in queries
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("warm", "champion")
def test_queries_do_not_grow_with_the_number_of_moves(client):
    def count(address):
        client.cookies.clear()  # nobody has looked at anything before
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    assert count("/compare/?a=magikarp&b=metapod") == count("/compare/?a=mew&b=charizard-mega-x")
