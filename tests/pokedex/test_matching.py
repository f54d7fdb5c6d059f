"""Finding names by what people type."""

import csv
import time

import pytest
from django.conf import settings

from pokedex.matching import EXACT, START, TYPO, WITHIN, WORD_START, best_matches, closest, fit

_NAMES = ("slug", "name_en", "name_fr")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Mega Charizard X", EXACT),
        ("mega-charizard-x", EXACT),
        ("MÉGA CHARIZARD X", EXACT),
        ("mega ch", START),
        ("chariz", WORD_START),
        ("x mega", WITHIN),
        ("mega charzard x", None),
        ("", None),
        ("!?", None),
    ],
)
def test_fit_without_typos(text, place):
    assert fit(text, ["Mega Charizard X"]) == place


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("gyardos", "Gyarados"),
        ("pikcahu", "Pikachu"),  # two neighbors swapped
        ("pikachuu", "Pikachu"),
        ("thunderblot", "Thunderbolt"),
        ("tonerre", "Tonnerre"),
        ("buterfre", "Butterfree"),
        ("bulbsa", "Bulbasaur"),  # still being typed
    ],
)
def test_typos_are_forgiven(text, name):
    assert fit(text, [name]) is None
    assert fit(text, [name], typos=True) >= TYPO


@pytest.mark.parametrize(
    ("text", "name"), [("mew", "Muk"), ("xyzzy", "Abra"), ("onix", "Jynx"), ("pidgey", "Pikachu")]
)
def test_other_names_are_not_typos(text, name):
    assert fit(text, [name], typos=True) is None


def test_best_matches_prefers_names_without_typos():
    names = ["Mew", "Mewtwo", "Meowth"]
    assert best_matches("mew", names, lambda name: [name]) == ["Mew", "Mewtwo"]
    assert best_matches("meowht", names, lambda name: [name]) == ["Meowth"]


def test_a_long_text_is_cut():
    assert fit("a" * 100_000, ["Abra"], typos=True) is None


@pytest.fixture(scope="module")
def everyone():
    """Names of every form in both languages, and the form's slug."""
    with (settings.BASE_DIR / "pokedex" / "data" / "pokemon.csv").open() as file:
        return {row[key]: row["slug"] for row in csv.DictReader(file) for key in _NAMES if row[key]}


def test_every_name_is_closest_to_its_misspellings(everyone):
    """A letter left out, doubled or swapped with the next one, anywhere in any name."""
    misspelled = {
        text: slug
        for name, slug in everyone.items()
        for i in range(1, len(name) - 1)
        if len(name) > 4
        for text in (
            name[:i] + name[i + 1 :],
            name[:i] + name[i] + name[i:],
            name[:i] + name[i + 1] + name[i] + name[i + 2 :],
        )
    }
    missed = [text for text, slug in misspelled.items() if slug not in closest(text, everyone)]
    assert missed == []


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        ("charizrd", ["charizard", "charizard-mega-x", "charizard-mega-y"]),
        ("Florizare", ["venusaur", "venusaur-mega"]),
        ("mr mime", ["mr-mime"]),
        ("lolan ratata", ["rattata-alola"]),
        ("chu", ["pikachu", "raichu", "raichu-alola"]),  # a part of a name
        ("qqqzzz", []),
        ("", []),
        ("!?", []),
    ],
)
def test_closest_names(everyone, text, slugs):
    assert closest(text, everyone)[: len(slugs) or 3] == slugs


def test_closest_names_a_thing_once_and_no_more_than_asked(everyone):
    near = closest("charizard", everyone, 2)
    assert near == ["charizard", "charizard-mega-x"]


def test_a_long_text_takes_no_longer(everyone):
    started = time.perf_counter()
    closest("pikachu" * 100_000, everyone)
    assert time.perf_counter() - started < 1
