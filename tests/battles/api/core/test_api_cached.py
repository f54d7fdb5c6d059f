"""Reads of facts are cached until the facts change."""

import pytest

from mlcore.game import gamedata
from pokedex.models import Boss, Move

SURF = "/api/v1/moves/surf/"
CACHED = [
    "/api/v1/pokemon/?type=fire",
    "/api/v1/pokemon/mew/",
    "/api/v1/pokemon/mew/moves/",
    "/api/v1/moves/",
    SURF,
    "/api/v1/types/",
    "/api/v1/types/fire/",
    "/api/v1/types/fire/pokemon/",
    "/api/v1/types/affinities/",
    "/api/v1/types/affinities/fire/water/",
]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("champion", "game")]


@pytest.mark.parametrize("path", CACHED)
def test_the_second_time_costs_no_query(ask, path, django_assert_num_queries):
    first = ask(path)
    with django_assert_num_queries(0):
        again = ask(path)
    assert again.content == first.content
    own = {"X-Request-ID": ""}
    assert {**again.headers, **own} == {**first.headers, **own}


def test_changed_facts_are_answered(ask, monkeypatch):
    monkeypatch.setattr(gamedata, "POLL_SECONDS", 0)
    assert ask(SURF).json()["power"] == 90
    Move.objects.filter(slug="surf").update(power=15)
    assert ask(SURF).json()["power"] == 15


@pytest.mark.parametrize("path", ["/api/v1/pokemon/", "/api/v1/pokemon/mew/"])
def test_languages_are_cached_apart(ask, path):
    english, french = (
        ask(path, **{"accept-language": language}).content for language in ("en", "fr")
    )
    assert english != french
    assert ask(path, **{"accept-language": "fr"}).content == french


def test_filters_are_cached_apart(ask):
    counts = [
        ask(f"/api/v1/moves/?type={type_}").json()["count"] for type_ in ("fire", "dragon", "fire")
    ]
    assert counts[0] != counts[1]
    assert counts[0] == counts[2]


def test_links_name_the_host_that_was_asked(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    for host in ("a.example", "b.example"):
        answer = client.get("/api/v1/moves/", headers={"host": host}).json()
        assert answer["next"].startswith(f"http://{host}/")


def test_refusals_are_not_cached(problem):
    for _ in range(2):
        problem("/api/v1/moves/?type=light")
        problem("/api/v1/pokemon/nobody/", status=404)


def test_bosses_change_without_the_facts(ask):
    assert ask("/api/v1/bosses/brock/").json()["name"] == "Brock"
    Boss.objects.filter(slug="brock").update(name_en="Brick")
    assert ask("/api/v1/bosses/brock/").json()["name"] == "Brick"
