"""The damage formula and what feeds it: rolls, critical hits, types, stages, burn, screens.

Sources: tests/golden/rolls.jsonl holds what the reference simulator answers; the other numbers
are worked out by hand from the formula in the project's facts.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from mlcore.engine import damage as dm
from mlcore.engine import state as st
from mlcore.engine.specs import TYPES
from tests.mlcore.engine.arena import (
    CRIT,
    HIT,
    MAX,
    MIN,
    NO_CRIT,
    fails,
    fighter,
    happens,
    percent,
)
from tests.mlcore.engine.formula import damage
from tests.mlcore.engine.golden import fighter_of, put_into, read_golden

ROLLS = read_golden("rolls")


def faster(move, **state):
    """A Mew that acts before another Mew."""
    return fighter("mew", move, stages={"speed": 1, **state.pop("stages", {})}, **state)


def idle(form="mew", **state):
    return fighter(form, "splash", **state)


# The 16 rolls --------------------------------------------------------------------------------


def rolls_of(arena, line, critical):
    """The engine's 16 rolls of a golden line, lowest first."""
    battle = arena.battle(fighter_of(line, "a"), fighter_of(line, "b"))
    for side in "ab":
        put_into(battle, line, side)
    move = arena.move(line["a"]["move"])
    power = dm.move_power(battle.state, arena.rules.moves, 0, move)
    return [
        int(
            dm.formula_damage(
                battle.state, arena.rules.moves, arena.rules.chart, 0, move, power, critical, roll
            )
        )
        for roll in range(85, 101)
    ]


def test_there_are_enough_golden_rolls():
    assert len(ROLLS) >= 300
    assert {line["kind"] for line in ROLLS} == {"flat", "setup", "start"}


@pytest.mark.parametrize("line", ROLLS, ids=[line["id"] for line in ROLLS])
def test_all_rolls_agree_with_the_simulator(arena, line):
    assert rolls_of(arena, line, critical=False) == line["normal"]
    assert rolls_of(arena, line, critical=True) == line["crit"]


def test_bulk_rolls_agree_with_the_simulator(arena):
    """damage_rolls() of fresh fighters, all lines in one call."""
    lines = [line for line in ROLLS if line["kind"] != "start"]
    a = arena.setups(*[fighter_of(line, "a") for line in lines])
    b = arena.setups(*[fighter_of(line, "b") for line in lines])
    moves = np.array([arena.move(line["a"]["move"]) for line in lines])
    for key, critical in (("normal", False), ("crit", True)):
        rolls = dm.damage_rolls(arena.tables, a, moves, b, critical=critical)
        assert rolls.tolist() == [line[key] for line in lines]


@pytest.mark.parametrize(
    "move",
    [
        "seismic-toss",
        "night-shade",
        "psywave",
        "super-fang",
        "sonic-boom",
        "dragon-rage",
        "fissure",
        "counter",
        "mirror-coat",
        "bide",
        "swords-dance",
    ],
)
def test_bulk_rolls_are_zero_where_the_formula_is_not_used(arena, move):
    mew = arena.setups(fighter("mew"))
    assert not dm.damage_rolls(arena.tables, mew, np.array([arena.move(move)]), mew).any()


def test_bulk_rolls_are_those_of_a_battle(arena):
    """All moves at once, on a target of another weight, level and speed."""
    a = fighter("machamp", level=61, nature="brave", friendship=200)
    b = fighter("snorlax", level=42, nature="bold", ivs=7)
    count = len(arena.tables.moves)
    rows = np.arange(count)
    bulk = dm.damage_rolls(
        arena.tables, arena.setups(*[a] * count), rows, arena.setups(*[b] * count)
    )
    battle = arena.battle(a, b)
    checked = 0
    for move in rows:
        power = dm.move_power(battle.state, arena.rules.moves, 0, move)
        if not bulk[move].any() or power <= 0:
            continue
        checked += 1
        assert bulk[move].tolist() == [
            dm.formula_damage(
                battle.state, arena.rules.moves, arena.rules.chart, 0, move, power, False, roll
            )
            for roll in range(85, 101)
        ]
    # 157 damaging moves but 3 one-hit knock-outs, 6 of fixed damage, 3 reactive ones and 2
    # Ghost moves; Struggle besides.
    assert checked == 144


def test_bulk_rolls_are_zero_on_an_immune_target(arena):
    a, b = arena.setups(fighter("snorlax")), arena.setups(fighter("gengar"))
    assert not dm.damage_rolls(arena.tables, a, np.array([arena.move("body-slam")]), b).any()


@pytest.mark.parametrize("roll", range(85, 101))
def test_a_turn_uses_the_roll_that_was_drawn(arena, roll):
    battle = arena.battle(faster("strength"), idle())
    battle.turn("strength", "splash", [NO_CRIT, percent(roll)])
    assert battle.b.lost == damage(80, roll=roll)


# The formula by hand -------------------------------------------------------------------------

# what, user, move, target, rolls -> HP lost
BY_HAND = [
    # floor(22 x 80 x 122 / 122 / 50) + 2 = 37
    ("plain", faster("strength"), idle(), HIT, 37),
    # 37 x 85 / 100 = 31.45
    ("lowest-roll", faster("strength"), idle(), [NO_CRIT, MIN], 31),
    # 37 x 1.5 = 55.5
    ("critical", faster("strength"), idle(), [CRIT, MAX], 55),
    # 55 x 0.85 = 46.75: the roll comes after the critical hit
    ("critical-lowest-roll", faster("strength"), idle(), [CRIT, MIN], 46),
    # Snorlax 132 attack: 22 x 80 x 132 // 122 // 50 + 2 = 40, x1.5 = 60
    ("stab", fighter("snorlax", "strength", stages={"speed": 6}), idle(), HIT, 60),
    # Snorlax 132: 22 x 40 x 132 // 122 // 50 + 2 = 21, STAB 31.5 -> 31
    ("stab-half-down", fighter("snorlax", "tackle", stages={"speed": 6}), idle(), HIT, 31),
    # Bug on Psychic doubles: 37 x 2
    ("weakness", faster("x-scissor"), idle(), HIT, 74),
    # Fighting on Psychic halves: 22 x 75 / 50 + 2 = 35, 17.5 -> 17
    ("resistance", faster("brick-break"), idle(), HIT, 17),
    # level 1: floor(floor(2.4) x 40 x 7 / 7 / 50) + 2 = 3
    ("level-1", faster("tackle", level=1), idle(level=1), HIT, 3),
]


@pytest.mark.parametrize(
    ("a", "b", "script", "expected"),
    [case[1:] for case in BY_HAND],
    ids=[case[0] for case in BY_HAND],
)
def test_the_formula_by_hand(arena, a, b, script, expected):
    battle = arena.battle(a, b)
    battle.turn(a.moves[0], "splash", script)
    assert battle.b.lost == expected


def test_the_formula_takes_at_least_one_hp(arena):
    """Level 1 with power 10 at -6 attack against +6 defense, resisted and burnt."""
    a = faster("constrict", level=1, status="burn", stages={"attack": -6})
    battle = arena.battle(a, idle("golem", level=1, stages={"defense": 6, "speed": -6}))
    battle.turn("constrict", "splash", [NO_CRIT, MIN, fails(10)])
    assert battle.b.lost == 1


def test_damage_stops_at_the_hp_left(arena):
    battle = arena.battle(faster("hyper-fang"), idle(hp=3))
    battle.turn("hyper-fang", "splash", [happens(90), *HIT])
    assert battle.damages == [("B", 0)]
    assert battle.winner == "a"


# Types ---------------------------------------------------------------------------------------

# attacking type and move, defender, times: the chart's corners. Source: the game's type chart.
EFFECTIVENESS = [
    ("ice-shard", "dragonite", 2, 0),  # Ice on Dragon/Flying: x4
    ("ice-shard", "bulbasaur", 1, 0),  # x2 x1
    ("ice-shard", "mew", 0, 0),
    ("ice-shard", "blastoise", 0, 1),
    ("ice-shard", "dewgong", 0, 2),  # Ice on Water/Ice: x1/4
    ("vine-whip", "golem", 2, 0),
    ("vine-whip", "charizard", 0, 2),
    ("rock-throw", "charizard", 2, 0),
    ("lick", "mew", 1, 0),
    ("wing-attack", "machamp", 1, 0),
    ("x-scissor", "gengar", 0, 2),  # Bug on Ghost/Poison
    ("play-rough", "melmetal", 0, 1),
    ("earthquake", "gastly", 1, 0),  # no abilities: Levitate does not exist
    ("earthquake", "koffing", 1, 0),
]


@pytest.mark.parametrize(
    ("move", "form", "weaknesses", "resistances"),
    EFFECTIVENESS,
    ids=[f"{move}-on-{form}" for move, form, *_ in EFFECTIVENESS],
)
def test_types_double_and_halve(arena, move, form, weaknesses, resistances):
    battle = arena.battle(faster(move), idle(form, stages={"speed": -6}))
    index = arena.move(move)
    power = int(arena.tables.moves[index, st.M_POWER])
    dealt = dm.formula_damage(
        battle.state, arena.rules.moves, arena.rules.chart, 0, index, power, False, 100
    )
    assert dealt == damage(
        power, defense=battle.b.defense, weaknesses=weaknesses, resistances=resistances
    )


IMMUNITIES = [
    ("tackle", "gengar"),
    ("brick-break", "gengar"),
    ("lick", "snorlax"),
    ("earthquake", "charizard"),
    ("thunderbolt", "diglett"),
    ("psychic", "persian-alola"),
    ("sludge-bomb", "melmetal"),
    ("dragon-pulse", "clefable"),
]


@pytest.mark.parametrize(("move", "form"), IMMUNITIES)
def test_an_immune_target_takes_nothing(arena, move, form):
    battle = arena.battle(faster(move), idle(form, stages={"speed": -6}))
    battle.turn(move, "splash", [])
    assert battle.b.lost == 0
    assert battle.happened("IMMUNE", "B")


def test_the_engine_and_the_facts_name_types_in_the_same_order(arena):
    assert arena.tables.type_slugs == TYPES
    assert tuple(
        TYPES.index(name)
        for name in (
            "normal",
            "fire",
            "electric",
            "grass",
            "ice",
            "poison",
            "flying",
            "ghost",
            "steel",
            "fairy",
        )
    ) == (
        st.NORMAL,
        st.FIRE,
        st.ELECTRIC,
        st.GRASS,
        st.ICE,
        st.POISON_TYPE,
        st.FLYING,
        st.GHOST,
        st.STEEL,
        st.FAIRY,
    )


def test_events_tell_effectiveness_and_critical_hits(arena):
    battle = arena.battle(faster("x-scissor"), idle())
    battle.turn("x-scissor", "splash", [CRIT, MAX])
    assert battle.names("CRITICAL", "SUPER_EFFECTIVE", "RESISTED") == [
        "B SUPER_EFFECTIVE",
        "B CRITICAL",
    ]
    battle = arena.battle(faster("brick-break"), idle())
    battle.turn("brick-break", "splash", HIT)
    assert battle.names("CRITICAL", "SUPER_EFFECTIVE", "RESISTED") == ["B RESISTED"]


# Stages --------------------------------------------------------------------------------------

# 122 at each stage: x(2 + n) / 2 upwards, x2 / (2 + n) downwards, floored.
STAGED = {
    -6: 30,
    -5: 34,
    -4: 40,
    -3: 48,
    -2: 61,
    -1: 81,
    0: 122,
    1: 183,
    2: 244,
    3: 305,
    4: 366,
    5: 427,
    6: 488,
}


@pytest.mark.parametrize("stage", STAGED)
def test_stages_of_attack_and_defense(arena, stage):
    for attack, defense, move in (
        ("attack", "defense", "strength"),
        ("special_attack", "special_defense", "shadow-ball"),
    ):
        power, weak = 80, int(move == "shadow-ball")
        battle = arena.battle(faster(move, stages={attack: stage}), idle(hp=1000, max_hp=1000))
        extra = [fails(20)] if weak else []
        battle.turn(move, "splash", [*HIT, *extra])
        assert battle.b.lost == damage(power, attack=STAGED[stage], weaknesses=weak)
        battle = arena.battle(faster(move), idle(hp=1000, max_hp=1000, stages={defense: stage}))
        battle.turn(move, "splash", [*HIT, *extra])
        assert battle.b.lost == damage(power, defense=STAGED[stage], weaknesses=weak)


def test_a_critical_hit_ignores_stages_that_would_weaken_it(arena):
    crit = [CRIT, MAX]
    for own, theirs in ((-2, 2), (0, 0), (-6, 6)):
        battle = arena.battle(
            faster("strength", stages={"attack": own}), idle(stages={"defense": theirs})
        )
        battle.turn("strength", "splash", crit)
        assert battle.b.lost == damage(80, critical=True)


def test_a_critical_hit_keeps_stages_that_strengthen_it(arena):
    battle = arena.battle(faster("tackle", stages={"attack": 1}), idle(stages={"defense": -1}))
    battle.turn("tackle", "splash", [CRIT, MAX])
    assert battle.b.lost == damage(40, attack=183, defense=81, critical=True)


# Burn and screens ----------------------------------------------------------------------------


def test_burn_halves_physical_damage_only(arena):
    battle = arena.battle(faster("strength", status="burn"), idle())
    battle.turn("strength", "splash", HIT)
    assert battle.b.lost == damage(80, halved=1) == 18
    battle = arena.battle(faster("swift", status="burn"), idle())
    battle.turn("swift", "splash", HIT)
    assert battle.b.lost == damage(60)


@pytest.mark.parametrize(
    ("screen", "move", "power", "halved"),
    [
        ("reflect", "strength", 80, 1),
        ("reflect", "swift", 60, 0),
        ("light_screen", "strength", 80, 0),
        ("light_screen", "swift", 60, 1),
    ],
)
def test_screens_halve_their_damage_class(arena, screen, move, power, halved):
    battle = arena.battle(faster(move), idle(**{screen: 5}))
    battle.turn(move, "splash", HIT)
    assert battle.b.lost == damage(power, halved=halved)


@pytest.mark.parametrize(("screen", "move"), [("reflect", "strength"), ("light_screen", "swift")])
def test_a_critical_hit_ignores_screens(arena, screen, move):
    battle = arena.battle(faster(move), idle(**{screen: 5}))
    battle.turn(move, "splash", [CRIT, MAX])
    power = {"strength": 80, "swift": 60}[move]
    assert battle.b.lost == damage(power, critical=True)


def test_burn_and_reflect_halve_twice(arena):
    battle = arena.battle(faster("strength", status="burn"), idle(reflect=5))
    battle.turn("strength", "splash", HIT)
    assert battle.b.lost == damage(80, halved=2) == 9


# Critical hits -------------------------------------------------------------------------------

HIGH_CRIT = [
    "karate-chop",
    "razor-wind",
    "razor-leaf",
    "sky-attack",
    "crabhammer",
    "slash",
    "drill-run",
]


@pytest.mark.parametrize(
    ("move", "focused", "odds"),
    [
        ("strength", 0, 24),
        ("strength", 1, 2),
        *[(move, 0, 8) for move in HIGH_CRIT],
        ("slash", 1, 1),
        ("zippy-zap", 0, 1),
        ("zippy-zap", 1, 1),
    ],
)
def test_odds_of_a_critical_hit(arena, move, focused, odds):
    """1/24, 1/8, 1/2, always. Source: generation 7's table of stages."""
    assert dm.critical_odds(arena.rules.moves, arena.move(move), bool(focused)) == odds


def test_no_other_move_has_a_better_chance_of_critical_hits(arena):
    raised = {
        arena.tables.move_slugs[i]
        for i in np.flatnonzero(arena.tables.moves[:, st.M_CRITICAL_STAGE])
    }
    assert raised == set(HIGH_CRIT)


def test_a_sure_critical_hit_draws_no_number(arena):
    battle = arena.battle(faster("slash", focused=1), idle())
    battle.turn("slash", "splash", [MAX])
    assert battle.b.lost == damage(70, critical=True)


# What else feeds the formula -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("hectograms", "power"),
    [
        (1, 20),
        (99, 20),
        (100, 40),
        (249, 40),
        (250, 60),
        (499, 60),
        (500, 80),
        (999, 80),
        (1000, 100),
        (1999, 100),
        (2000, 120),
        (9999, 120),
    ],
)
def test_power_by_weight(hectograms, power):
    assert dm.weight_power(hectograms) == power


@pytest.mark.parametrize(
    ("friendship", "power"), [(0, 1), (2, 1), (3, 1), (5, 2), (70, 28), (255, 102)]
)
def test_power_by_friendship(arena, friendship, power):
    battle = arena.battle(fighter("mew", "pika-papow", friendship=friendship), idle())
    move = arena.move("pika-papow")
    assert dm.move_power(battle.state, arena.rules.moves, 0, move) == power


def test_the_golden_rolls_name_the_simulator_that_gave_them():
    manifest = json.loads(Path(__file__).parents[2].joinpath("golden/MANIFEST.json").read_text())
    assert manifest["simulator"].startswith("pokemon-showdown ")
    assert manifest["mod"] == "gen7letsgo"
