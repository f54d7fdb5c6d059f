"""The chooser of even match-ups."""

import datetime

import pytest

from battles.common import well_played
from battles.play import contested
from mlcore.game import gamedata
from mlcore.game.spreads import FLAT
from tests.playing import visible

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warm", "champion")]
DAY = datetime.date(2026, 11, 29)
PATH = "/battle/matchups/"


@pytest.fixture
def matchups():
    return contested.page_of(gamedata.current(), DAY, 1)


def test_they_are_open_if_both_play_well(matchups):
    game = gamedata.current()
    assert len(matchups) == contested.COUNT
    for each in matchups:
        a, b = (
            well_played.Fighter(
                int(game.form_index(slug)), FLAT, tuple(int(game.move_index(m)) for m in moves)
            )
            for slug, moves in ((each.a, each.moves_a), (each.b, each.moves_b))
        )
        assert 0.3 < well_played.answer(game, a, b).probability < 0.7, each


def test_nobody_comes_twice(matchups):
    names = [name for each in matchups for name in (each.a, each.b)]
    assert len(names) == len(set(names))


def test_days_and_pages_differ(matchups):
    game = gamedata.current()
    assert contested.page_of(game, DAY, 1) == matchups
    assert contested.page_of(game, DAY, 2) != matchups
    assert contested.page_of(game, DAY + datetime.timedelta(days=1), 1) != matchups


def test_each_sets_a_battle_up_with_its_moves(client):
    response = client.get(PATH)
    assert response.status_code == 200
    for each in response.context["matchups"]:
        setup = client.get(each.url)
        assert not setup.context["form"].errors
        a, b = setup.context["corners"]
        assert (a.pokemon, b.pokemon) == (each.a, each.b)
        assert sorted(a.chosen.split(", ")) == sorted(each.moves_a.split(", "))


def test_the_difficulty_is_kept(client):
    urls = [each.url for each in client.get(f"{PATH}?strength=value").context["matchups"]]
    assert urls
    assert all("strength=value" in url for url in urls)
    response = client.get(f"{PATH}?strength=godlike")
    assert not any("strength" in each.url for each in response.context["matchups"])


@pytest.mark.parametrize("page", ["0", "-1", "999", "x", "\x00", "٣", ""])
def test_any_page_is_answered(client, page):
    assert client.get(PATH, {"page": page}).status_code == 200


def test_htmx_gets_the_list(client):
    html = client.get(PATH, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in html
    assert html.count('id="battle-matchups"') == 1


def test_without_a_value_it_says_so(client, no_battle_value):
    response = client.get(PATH)
    assert response.status_code == 200
    assert "is unavailable right now" in visible(response)
