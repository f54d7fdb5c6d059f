"""Numbers and codes in words."""

import pytest
from django.utils.translation import override

from battles.common import text
from pokedex.choices import LearnMethod
from pokedex.models import LearnsetEntry


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.0, "<1%"),
        (0.004, "<1%"),
        (0.006, "1%"),
        (0.5, "50%"),
        (0.874, "87%"),
        (0.994, "99%"),
        (0.9951, ">99%"),
        (1.0, ">99%"),
        (0.955, "96%"),
        (1 - 0.955, "4%"),
    ],
)
def test_percent(probability, words):
    assert text.percent(probability).replace(text.NBSP, " ") == words
    assert text.percent_in_short(probability) == words.replace(" ", "").rstrip("%")


def test_both_sides_of_a_chance_agree():
    for games in (200, 1000):
        for won in range(games + 1):
            a, b = text.percent_in_short(won / games), text.percent_in_short(1 - won / games)
            assert (a == ">99") == (b == "<1")
            assert (a == "<1") == (b == ">99")
            if a.isdigit():
                assert 99 <= int(a) + int(b) <= 101


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.5, "Too close to call"),
        (0.51, "Too close to call"),
        (0.54, "Pikachu wins slightly more often"),
        (0.46, "Mew wins slightly more often"),
        (0.68, "Pikachu wins about 7 times out of 10"),
        (0.32, "Mew wins about 7 times out of 10"),
        (0.944, "Pikachu wins about 9 times out of 10"),
        (0.946, "Pikachu wins almost every time"),
        (0.01, "Mew wins almost every time"),
    ],
)
def test_odds(probability, words):
    assert text.odds(probability, "Pikachu", "Mew") == words


def test_odds_in_french():
    with override("fr"):
        assert text.odds(0.3, "Pikachu", "Mew") == "Mew gagne environ 7 fois sur 10"


def test_how_learned_prefers_the_lowest_level():
    def entry(method, level=None):
        return LearnsetEntry(method=method, level=level)

    by_level = [entry(LearnMethod.LEVEL_UP, 40), entry(LearnMethod.LEVEL_UP, 21)]
    assert text.how_learned([entry(LearnMethod.TM), *by_level], 36) == "Lv. 21"
    assert text.how_learned([entry(LearnMethod.TM)], 36) == "TM 36"
    assert text.how_learned([entry(LearnMethod.TUTOR)], None) == "partner move"


def test_shortened_makes_any_text_fit_for_a_message():
    assert text.shortened("a" * 100) == "a" * 39 + "…"
    assert "\x00" not in text.shortened("a\x00b")


@pytest.mark.parametrize(
    ("language", "sentence", "words"),
    [
        ("fr", "Capacités de Alakazam", "Capacités d’Alakazam"),
        ("fr", "De Évoli, que Éclair", "D’Évoli, qu’Éclair"),
        ("fr", "l’équipe de <b>Ondine</b>", "l’équipe d’<b>Ondine</b>"),
        ("fr", "Contres de Hypnomade", "Contres d’Hypnomade"),
        ("fr", "de Hurlement, de Pikachu", "de Hurlement, de Pikachu"),
        ("fr", "10 points de AV", "10 points de AV"),
        ("en", "the de Alakazam", "the de Alakazam"),
    ],
)
def test_french_elides_before_a_vowel(language, sentence, words):
    with override(language):
        assert text.elided(sentence) == words
