"""Search everywhere, the search behind every picker, and the home page."""

import re

import pytest
from django.utils.http import urlencode

from pokedex.models import Pokemon

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warm")]


def slugs(response, kind="pokemon") -> list[str]:
    """Slugs of what a page of results shows of a kind."""
    groups = response.context["groups"]
    return [entry.slug for group in groups if group.kind == kind for entry in group.entries]


def suggested(response) -> list[str]:
    """Addresses that the box in the header suggests, best first."""
    return re.findall(
        r'role="option" id="found-\d+"[^>]* href="([^"]+)"', response.content.decode()
    )


def options(response) -> list[int]:
    """Ids of the Pokémon that a picker is given."""
    return [int(pk) for pk in re.findall(r'id="option-[ab]-(\d+)"', response.content.decode())]


def test_search_works(page, words):
    response = page("/search/?q=pika")
    assert slugs(response) == ["pikachu", "pikachu-starter"]
    assert "Pokémon 2" in words(response)
    html = response.content.decode()
    assert 'href="/pokemon/pikachu/"' in html
    assert 'href="/compare/?a=pikachu"' in html


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
    assert slugs(page("/search/?" + urlencode({"q": text})))[0] == first


@pytest.mark.parametrize("text", ["dragon", "Dragon"])
def test_search_finds_by_type(page, text):
    assert {"dratini", "dragonite", "charizard-mega-x"} <= set(slugs(page(f"/search/?q={text}")))


def test_search_finds_by_french_type(page):
    assert "gastly" in slugs(page("/fr/search/?q=spectre"))


def test_search_says_when_nothing_matches(fragment, page, words):
    assert "Nothing matches “qwertz”" in words(fragment("/search/?q=qwertz"))
    assert "Nothing found" in words(page("/search/?q=qwertz"))
    assert "No Pokémon matches “qwertz”" in words(fragment("/search/?side=a&a=qwertz"))


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("gyarados", "/pokemon/gyarados/"),
        ("Léviator", "/pokemon/gyarados/"),
        ("gyardos", "/pokemon/gyarados/"),
        ("thunderblot", "/moves/thunderbolt/"),
        ("tonnerre", "/moves/thunderbolt/"),
        ("fire", "/types/?type_1=fire#calculator-title"),
        ("misty", "/bosses/misty/"),
        ("ondine", "/bosses/misty/"),
        ("lt surge", "/bosses/lt-surge/"),
        ("type chart", "/types/"),
        ("table des types", "/types/"),
        ("compare", "/compare/"),
        ("25", "/pokemon/pikachu/"),
        ("what is gyarados weak to?", "/pokemon/gyarados/"),
        ("who learns Thunderbolt", "/moves/thunderbolt/"),
        ("qui bat Peter ?", "/bosses/lance/"),
        ("who counters mewtow", "/pokemon/mewtwo/"),
    ],
)
def test_search_everywhere_suggests(fragment, text, first):
    response = fragment("/search/?" + urlencode({"q": text}), target="site-search-options")
    assert suggested(response)[0] == first


def test_search_everywhere_keeps_the_language(fragment):
    html = fragment("/fr/search/?q=thunderbolt").content.decode()
    assert 'href="/fr/moves/thunderbolt/"' in html
    assert '<b>Tonnerre</b><span lang="en">Thunderbolt</span>' in html


def test_search_suggests_a_handful(fragment):
    assert len(suggested(fragment("/search/?q=m"))) == 8


def test_search_knows_what_an_admin_renames(fragment):
    pikachu = Pokemon.objects.get(slug="pikachu")
    pikachu.name_en = "Sparkmouse"
    pikachu.save()
    assert suggested(fragment("/search/?q=sparkmouse")) == ["/pokemon/pikachu/"]


def test_every_page_has_the_search_box(page):
    html = page("/").content.decode()
    assert re.search(
        r'<form class="site-search" action="/search/" method="get" role="search"', html
    )


@pytest.mark.parametrize("query", ["q=%00", "q=" + "9" * 9000, "side=c&q=x", "q=%ED%A0%80", ""])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_search_survives_any_query(page, query, headers):
    page(f"/search/?{query}", **headers)


def test_search_gives_a_picker_a_dozen_at_most(fragment):
    assert len(options(fragment("/search/?side=a&a=water"))) == 12


def test_home_works(page, words):
    response = page("/")
    assert "Who wins, and with which move?" in words(response)
    assert 'href="/compare/?a=pikachu&amp;b=gyarados"' in response.content.decode()


def test_home_form_leads_to_the_comparison(client):
    response = client.get("/compare/?a=Snorlax&b=Machamp", follow=True)
    assert response.redirect_chain == [("/compare/?a=snorlax&b=machamp", 302)]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/search/?q=lucario", "Lucario (no. 448) is from another game"),
        ("/search/?q=448", "Lucario (no. 448) is from another game"),
        ("/search/?q=Pichu", "Pichu (no. 172) is from another game"),
        ("/fr/search/?q=Flamiaou", "Flamiaou (n° 725) vient d’un autre jeu"),
        ("/fr/search/?q=litten", "Flamiaou (n° 725) vient d’un autre jeu"),
        ("/pokemon/?q=lucario", "Lucario (no. 448) is from another game"),
    ],
)
def test_a_species_of_another_game_is_named_as_such(page, words, path, said):
    response = page(path)
    assert said in words(response)
    assert "/pokemon/pikachu/" not in response.content.decode()


def test_page_of_a_species_of_another_game(page, words):
    text = words(page("/pokemon/pichu/", status=404))
    assert "Pichu (no. 172) is from another game" in text
    assert "Did you mean" not in text


def test_other_species_are_none_of_ours():
    from pokedex.models import Pokemon
    from pokedex.other_species import _by_key

    others = {row.number for row in _by_key().values()}
    assert len(others) == 872
    assert not others & set(Pokemon.objects.values_list("species_id", flat=True))
    assert not any(set(p.keys) & _by_key().keys() for p in Pokemon.objects.all())


def test_names_of_the_language_come_first(page):
    def first(path):
        response = page(path)
        return response.context["suggested"][0].slug

    assert first("/fr/search/?q=machop") == "machoke"  # Machopeur, not Machop
    assert first("/search/?q=machop") == "machop"
    assert first("/fr/search/?q=charizard") == "charizard"


# Pickers


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/search/?side=a&a=lucario", "Lucario (no. 448) is from another game"),
        ("/search/?side=b&b=Pichu", "Pichu (no. 172) is from another game"),
        ("/fr/search/?side=a&a=litten", "Flamiaou (n° 725) vient d’un autre jeu"),
    ],
)
def test_a_picker_names_a_species_of_another_game(fragment, words, address, said):
    response = fragment(address)
    assert options(response) == []
    assert said in words(response)


@pytest.mark.parametrize("page_address", ["/compare/", "/battle/"])
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("", "Lucario (no. 448) is from another game"),
        ("/fr", "Lucario (n° 448) vient d’un autre jeu"),
    ],
)
def test_a_page_names_a_species_of_another_game(page, words, page_address, language, said):
    response = page(f"{language}{page_address}?a=lucario&b=gengar")
    assert said in words(response)
    assert "Did you mean" not in words(response)
    assert "luxray" not in response.content.decode()


@pytest.mark.parametrize(
    ("address", "first"),
    [
        ("/fr/search/?side=a&a=machop", 67),  # Machopeur
        ("/search/?side=a&a=machop", 66),
        ("/fr/search/?side=a&a=ra", 19),  # Rattata, not Raichu of the slug's order
        ("/fr/search/?side=a&a=charizard", 6),
        ("/search/?side=a&a=dracaufeu", 6),
        ("/search/?side=a&a=6", 6),
    ],
)
def test_a_picker_prefers_names_of_the_language(fragment, address, first):
    assert options(fragment(address))[0] == first


def test_a_whole_name_of_either_language_is_taken(fragment):
    html = fragment("/fr/search/?side=a&a=machop").content.decode()
    assert re.findall(r'id="option-a-(\d+)"[^>]* data-exact', html) == ["66"]
