"""Facts about a duel, and whom they speak for."""

import pytest

from mlcore.engine.specs import Ailment
from mlcore.game import duel_facts


@pytest.fixture
def facts(game, duel):
    """Names of both sides and moves to code+side -> Reason."""

    def find(form_a, move_a, form_b, move_b, **levels):
        a, first, b, second = duel(form_a, move_a, form_b, move_b, **levels)
        ordered = duel_facts.find(game.tables, a, int(first[0]), b, int(second[0]))
        assert [fact.weight for fact in ordered] == sorted(
            (fact.weight for fact in ordered), reverse=True
        )
        return {(fact.code, fact.of): fact for fact in ordered}

    return find


def test_facts_of_a_plain_duel(facts):
    by_code = facts("jolteon", "thunderbolt", "gyarados", "waterfall")
    fast = by_code["speed_first", "a"]
    assert fast.speaks_for == "a"
    assert fast.values["speed"] > fast.values["other_speed"]
    assert by_code["effective", "a"].values["percent"] == 400
    assert by_code["one_hit", "a"].values["probability"] == pytest.approx(1)
    assert by_code["ailment", "a"].values == {"ailment": Ailment.PARALYSIS, "percent": 10}
    assert ("effective", "b") not in by_code
    assert by_code["flinch", "b"].speaks_for == "b"


def test_priority_beats_speed(facts):
    by_code = facts("snorlax", "headbutt", "pidgeot", "quick-attack")
    assert by_code["priority_first", "b"].speaks_for == "b"
    by_code = facts("dragonite", "dragon-tail", "slowbro", "surf")
    assert by_code["priority_first", "b"].values["speed"] < 90


def test_equal_speed_speaks_for_nobody(facts):
    assert facts("pikachu", "thunder", "pikachu", "thunder")["speed_tie", "a"].speaks_for is None


def test_immunity_speaks_for_the_target(facts):
    by_code = facts("pikachu", "thunderbolt", "onix", "earthquake")
    assert by_code["no_effect", "a"].speaks_for == "b"
    assert ("hits_needed", "a") not in by_code
    assert ("ailment", "a") not in by_code


def test_hits_needed_and_resistance(facts):
    by_code = facts("bulbasaur", "vine-whip", "charizard", "flamethrower")
    assert by_code["resisted", "a"].speaks_for == "b"
    needed = by_code["hits_needed", "a"]
    assert needed.speaks_for == "b"
    assert 4 <= needed.values["low"] <= needed.values["high"]


def test_surviving_is_the_rest_of_being_knocked_out(facts, game, duel):
    from mlcore.game import damage_calc

    level, chance = 40, 0.0
    while chance < 0.1:
        level += 1
        a, move, b, _ = duel("pikachu", "thunderbolt", "gyarados", "surf", level_a=level)
        chance = damage_calc.calculate(game.tables, a, move, b).knockout[0, 0]
    assert chance <= 0.5
    survives = facts("pikachu", "thunderbolt", "gyarados", "surf", level_a=level)["survives", "b"]
    assert survives.values["probability"] == pytest.approx(1 - chance)
    assert survives.speaks_for == "b"


@pytest.mark.parametrize(
    ("form", "move", "code", "speaks_for"),
    [
        ("pikachu", "thunder", "may_miss", "b"),
        ("venusaur", "solar-beam", "two_turns", "b"),
        ("snorlax", "self-destruct", "faints", "b"),
        ("snorlax", "double-edge", "recoil", "b"),
        ("venusaur", "mega-drain", "drain", "a"),
        ("hypno", "dream-eater", "needs_sleep", "b"),
        ("machamp", "counter", "reactive", None),
        ("persian", "fake-out", "works_once", "b"),
        ("raticate", "super-fang", "hits_needed", "b"),
        ("machamp", "karate-chop", "critical", "a"),
    ],
)
def test_what_a_move_brings_with_it(facts, form, move, code, speaks_for):
    assert facts(form, move, "blastoise", "surf")[code, "a"].speaks_for == speaks_for


def test_both_sides_are_told_alike(facts):
    one = facts("pikachu", "thunder", "blastoise", "surf")
    other = facts("blastoise", "surf", "pikachu", "thunder")
    mirrored = {"a": "b", "b": "a", None: None}
    for (code, of), reason in one.items():
        seen = other[code, mirrored[of]]
        assert seen.speaks_for == mirrored[reason.speaks_for]
        assert seen.values == reason.values
