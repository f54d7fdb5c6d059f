"""Finding names by what people type."""

import pytest

from pokedex.matching import EXACT, START, TYPO, WITHIN, WORD_START, best_matches, fit, slips


@pytest.mark.parametrize(
    ("wanted", "name", "count"),
    [
        ("pikachu", "pikachu", 0),
        ("pikachu", "pikacho", 1),
        ("pikcahu", "pikachu", 1),  # two neighbours swapped
        ("pikachuu", "pikachu", 1),
        ("ikachu", "pikachu", 1),
        ("gyrados", "gyarados", 1),
        ("abra", "zubat", 3),
    ],
)
def test_slips_are_counted(wanted, name, count):
    assert slips(wanted, name, 2) == count


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


def test_best_matches_prefers_names_without_slips():
    names = ["Mew", "Mewtwo", "Meowth"]
    assert best_matches("mew", names, lambda name: [name]) == ["Mew", "Mewtwo"]
    assert best_matches("meowht", names, lambda name: [name]) == ["Meowth"]


def test_a_long_text_is_cut():
    assert fit("a" * 100_000, ["Abra"], typos=True) is None
