"""GET /api/v1/pokemon/{id_or_slug}/best-moves/"""

import numpy as np
import pytest

from battles.common import best_sets
from mlcore.battle_value import best_moves
from mlcore.game.spreads import FLAT, Spread
from mlcore.serving import well_played
from pokedex.models import BossPokemon

PATH = "/api/v1/pokemon/raichu/best-moves/"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("champion")]


def value_of(game, own, slugs, foe, foe_set):
    """Mean chance of a set against one foe, by the network."""
    sets = np.full((1, 4), -1, dtype=np.int64)
    sets[0, : len(slugs)] = [game.move_index(slug) for slug in slugs]
    padded = np.full((1, 4), -1, dtype=np.int64)
    padded[0, : len(foe_set)] = foe_set
    net = well_played.current(game).net
    return float(best_moves.values_of_sets(game.tables, net, own, sets, foe, padded)[0])


def test_it_works_against_one(ask, game):
    answer = ask(f"{PATH}?against=Starmie").json()
    assert (answer["slug"], answer["against"], answer["foes"]) == ("raichu", "starmie", 1)
    assert answer["model_version"] == well_played.current(game).version
    slugs = [row["move"] for row in answer["moves"]]
    assert len(set(slugs)) == 4
    own, foe = (FLAT.setups(game.form_index(slug)) for slug in ("raichu", "starmie"))
    candidates = game.usable_moves(int(foe.form[0]), damaging=False).tolist()
    foe_set = best_moves.strongest_set(game.tables, foe, candidates, own)
    whole = value_of(game, own, slugs, foe, foe_set)
    assert answer["win_probability"] == pytest.approx(whole)
    for row in answer["moves"]:
        without = value_of(game, own, [slug for slug in slugs if slug != row["move"]], foe, foe_set)
        assert row["worth"] == pytest.approx(whole - without)
    worth = [row["worth"] for row in answer["moves"]]
    assert worth == sorted(worth, reverse=True)


def test_without_a_foe_everyone_is_one(ask, game):
    answer = ask(PATH).json()
    assert (answer["against"], answer["foes"]) == ("all", len(game.form_slugs) - 1)
    assert ask(f"{PATH}?against=all").json() == answer


def test_a_boss_brings_its_team(ask, game):
    answer = ask(f"{PATH}?against=boss:brock").json()
    assert answer["foes"] == BossPokemon.objects.filter(boss__slug="brock").count()
    rows = list(BossPokemon.objects.filter(boss__slug="brock").select_related("pokemon__species"))
    foes = best_sets.team_of_boss(game, rows)
    assert {foe.spread.level for foe in foes} == {row.level for row in rows}
    assert all(isinstance(foe.spread, Spread) for foe in foes)


def test_one_move_is_a_set_too(ask):
    answer = ask("/api/v1/pokemon/ditto/best-moves/?against=mew").json()
    assert [row["move"] for row in answer["moves"]] == ["transform"]


def test_it_is_computed_once(ask, monkeypatch):
    first = ask(PATH).json()
    monkeypatch.setattr(best_sets, "_best_set", None)
    assert ask(PATH).json() == first


@pytest.mark.parametrize(
    ("against", "code"),
    [
        ("pikachoo", "unknown_pokemon"),
        ("boss:nobody", "unknown_boss"),
        ("boss:", "blank"),
        ("%00", "invalid_characters"),
        ("x" * 200, "too_long"),
    ],
)
def test_it_rejects_who_is_not_there(refused, against, code):
    assert refused(f"{PATH}?against={against}") == {("against", code)}


def test_it_rejects_an_unknown_pokemon(problem):
    problem("/api/v1/pokemon/raichuu/best-moves/", status=404)


@pytest.mark.usefixtures("aged_battle_value")
def test_other_facts_are_not_answered(problem):
    document = problem(PATH, status=503)
    assert document["type"] == "urn:predictiondex:problem:no_champion"
