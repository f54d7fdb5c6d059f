"""Pictures of results: battles and rounds of the quiz."""

import io

import pytest
from django.core.cache import caches
from PIL import Image

from battles.models import Battle, Result
from tests.playing import _same_every_time, begin, play_on  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warm", "champion")]
QUIZ = "/cards/quiz.png?kind=types&level=hard&marks=1101101111"
DAILY = "/cards/quiz.png?day=2026-11-29&marks=11011011"


@pytest.fixture(autouse=True)
def _nothing_drawn_yet():
    caches["process"].clear()


def is_card(response) -> bool:
    assert response.status_code == 200
    assert response["Content-Type"] == "image/png"
    assert len(response.content) < 100_000
    image = Image.open(io.BytesIO(response.content))
    image.load()
    return image.size == (1200, 630)


def card(battle, language="") -> str:
    return f"{language}/cards/battle/{battle.public_id}.png"


def test_a_result_has_a_picture(client, begin):  # noqa: F811
    battle = begin()
    assert client.get(card(battle)).status_code == 404
    play_on(client, battle)
    english, french = client.get(card(battle)), client.get(card(battle, "/fr"))
    assert is_card(english)
    assert is_card(french)
    assert english.content != french.content
    again = client.get(card(battle), headers={"If-None-Match": english["ETag"]})
    assert again.status_code == 304


def test_every_result_has_its_picture(client, begin):  # noqa: F811
    battle = begin()
    play_on(client, battle)
    seen = set()
    for result in (Result.WON, Result.LOST, Result.DRAW, Result.FORFEIT):
        Battle.objects.filter(pk=battle.pk).update(result=result)
        response = client.get(card(battle))
        assert is_card(response)
        seen.add(response.content)
    assert len(seen) == 4


def test_a_battle_without_a_turn_has_a_picture(client, begin):  # noqa: F811
    battle = begin()
    client.post(f"/battle/{battle.public_id}/forfeit/", {"turn": 0})
    assert is_card(client.get(card(battle)))


def test_the_end_offers_the_picture(client, begin):  # noqa: F811
    battle = begin()
    play_on(client, battle)
    html = client.get(f"/battle/{battle.public_id}/").content.decode()
    assert f'data-share-picture="{card(battle)}"' in html
    assert f'property="og:image" content="http://testserver{card(battle)}"' in html


@pytest.mark.parametrize("address", [QUIZ, DAILY])
@pytest.mark.parametrize("language", ["", "/fr"])
def test_a_round_has_a_picture(client, address, language):
    assert is_card(client.get(language + address))


@pytest.mark.parametrize(
    "query",
    [
        "",
        "marks=1101101111",
        "kind=types&level=hard&marks=",
        "kind=types&level=hard&marks=11",
        "kind=types&level=hard&marks=1101101112",
        "kind=fame&level=hard&marks=1101101111",
        "kind=types&level=godlike&marks=1101101111",
        "day=today&marks=11011011",
        "day=2026-11-29&marks=1101101111",
        "day=2026-11-29%00&marks=11011011",
    ],
)
def test_it_rejects_what_is_no_round(client, query):
    assert client.get(f"/cards/quiz.png?{query}").status_code == 404
