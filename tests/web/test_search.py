"""The search behind every picker, and the home page."""

import re

import pytest
from django.utils.http import urlencode

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warm")]


def found(response) -> list[str]:
    return [pokemon.slug for pokemon in response.context["found"]]


def options(response) -> list[int]:
    """Ids of the Pokémon that a picker is given."""
    return [int(pk) for pk in re.findall(r'id="option-[ab]-(\d+)"', response.content.decode())]


def test_search_works(page, words):
    response = page("/search/?q=pika")
    assert found(response) == ["pikachu", "pikachu-starter"]
    assert "2 Pokémon match" in words(response)
    assert 'href="/compare/?a=pikachu"' in response.content.decode()


def test_search_answers_a_picker_with_options(fragment):
    response = fragment("/search/?side=b&b=char", target="options-b")
    html = response.content.decode()
    assert options(response)[:3] == [4, 5, 6]
    assert 'role="option" id="option-b-4"' in html
    assert "<html" not in html
    assert response["Vary"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("25", "pikachu"),
        ("#025", "pikachu"),
        ("dracaufeu", "charizard"),
        ("EVOLI", "eevee"),
        ("mr mime", "mr-mime"),
        ("nidoran♂", "nidoran-m"),
        ("mega", "venusaur-mega"),
        ("alola raichu", "raichu-alola"),
        ("808", "meltan"),
        ("mew", "mew"),
    ],
)
def test_search_finds_by_name_or_number(page, text, first):
    assert found(page("/search/?" + urlencode({"q": text})))[0] == first


@pytest.mark.parametrize("text", ["dragon", "Dragon", "drag"])
def test_search_finds_by_type(page, text):
    assert {"dratini", "dragonite", "charizard-mega-x"} <= set(found(page(f"/search/?q={text}")))


def test_search_finds_by_french_type(page):
    assert "gastly" in found(page("/fr/search/?q=spectre"))


def test_search_says_when_nothing_matches(fragment, words):
    assert "No Pokémon matches “qwertz”" in words(fragment("/search/?q=qwertz"))


@pytest.mark.parametrize("query", ["q=%00", "q=" + "9" * 9000, "side=c&q=x", "q=%ED%A0%80", ""])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_search_survives_any_query(page, query, headers):
    page(f"/search/?{query}", **headers)


def test_search_gives_a_picker_a_dozen_at_most(fragment):
    assert len(options(fragment("/search/?q=water"))) == 12


def test_home_works(page, words):
    response = page("/")
    assert "Who wins, and with which move?" in words(response)
    assert 'href="/compare/?a=pikachu&amp;b=gyarados"' in response.content.decode()


def test_home_form_leads_to_the_comparison(client):
    response = client.get("/compare/?a=Snorlax&b=Machamp", follow=True)
    assert response.redirect_chain == [("/compare/?a=snorlax&b=machamp", 302)]
