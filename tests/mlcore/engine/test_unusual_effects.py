"""Moves that trap, whose power changes, or that do something besides the damage, and Struggle."""

from fractions import Fraction

import pytest

from tests.mlcore.engine.arena import (
    HIT,
    NO_CRIT,
    fails,
    first,
    happens,
    idle,
    percent,
    pick,
    tough,
)
from tests.mlcore.engine.formula import damage

# Trapping ------------------------------------------------------------------------------------

TRAPPING = {"bind": (15, 85), "wrap": (15, 90), "clamp": (35, 85), "fire-spin": (35, 85)}


@pytest.mark.parametrize("turns", [4, 5])
@pytest.mark.parametrize("move", TRAPPING)
def test_trapping_move(arena, move, turns):
    """An eighth of the maximum HP after each of four or five turns."""
    power, accuracy = TRAPPING[move]
    battle = arena.battle(first(move, "splash"), tough())
    battle.turn(move, "splash", [happens(accuracy), *HIT, pick(turns - 4, 2)])
    hit = damage(power)
    assert battle.b.lost == hit + 900 // 8
    for ticks in range(2, turns + 1):
        battle.turn("splash", "splash", [])
        assert battle.b.lost == hit + ticks * (900 // 8)
    battle.turn("splash", "splash", [])
    assert battle.b.lost == hit + turns * (900 // 8)
    assert battle.b.trapped == 0


def test_a_second_trap_does_not_prolong_the_first(arena):
    battle = arena.battle(first("wrap"), tough())
    battle.turn("wrap", "splash", [happens(90), *HIT, pick(0, 2)])
    assert battle.b.trapped == 4
    battle.turn("wrap", "splash", [happens(90), *HIT])
    assert battle.b.trapped == 3


def test_a_substitute_cannot_be_trapped_and_frees_its_maker(arena):
    battle = arena.battle(first("wrap"), idle(substitute=43))
    battle.turn("wrap", "splash", [happens(90), *HIT])
    assert battle.b.trapped == 0
    battle = arena.battle(first("splash"), tough("substitute", trapped=4))
    battle.turn("splash", "substitute", [])
    assert battle.b.trapped == 0
    assert battle.b.lost == 900 // 4


# Power of its own ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "power"),
    [
        ("gastly", 20),
        ("mew", 20),
        ("raticate", 40),
        ("persian", 60),
        ("charizard", 80),
        ("machamp", 100),
        ("snorlax", 120),
    ],
)
def test_low_kick(arena, form, power):
    """Power by the target's weight. Source: the game's table of weights."""
    target = idle(
        form=form, hp=900, max_hp=900, type_1=11, type_2=18
    )  # Bug: neither weak nor strong
    battle = arena.battle(first("low-kick", stages={"speed": 6}), target)
    battle.turn("low-kick", "splash", HIT)
    assert battle.b.lost == damage(power, defense=battle.b.defense, resistances=1)


def test_foul_play(arena):
    """The target's attack and its stages count, not the user's."""
    a = first("foul-play", stages={"attack": 6})
    battle = arena.battle(a, tough(form="snorlax", stages={"attack": 1, "speed": -6}))
    battle.turn("foul-play", "splash", HIT)
    assert battle.b.lost == damage(95, attack=battle.b.attack * 3 // 2, defense=battle.b.defense)


@pytest.mark.parametrize(
    ("status", "power", "extra"),
    [
        ("none", 70, []),
        ("burn", 140, []),
        ("poison", 140, []),
        ("bad_poison", 140, []),
        ("paralysis", 140, [fails(1, 4)]),
    ],
)
def test_facade(arena, status, power, extra):
    """Twice the power with a status; burn does not halve it."""
    battle = arena.battle(first("facade", status=status, stages={"speed": 6}), tough())
    battle.turn("facade", "splash", [*extra, *HIT])
    assert battle.b.lost == damage(power)


@pytest.mark.parametrize("move", ["pika-papow", "veevee-volley"])
@pytest.mark.parametrize(("friendship", "power"), [(70, 28), (255, 102), (0, 1)])
def test_friendship_move(arena, move, friendship, power):
    """Power floor(friendship x 10 / 25), at least 1; never misses."""
    a = first(move, friendship=friendship, stages={"accuracy": -6, "speed": 6})
    battle = arena.battle(a, tough(stages={"evasion": 6}))
    battle.turn(move, "splash", HIT)
    attack = battle.a.special_attack if move == "pika-papow" else battle.a.attack
    assert battle.b.lost == damage(power, attack=attack)


def test_rage(arena):
    """Attack rises each time the user is hit, until it does something else."""
    battle = arena.battle(first("rage", "splash", hp=900, max_hp=900), tough("double-kick"))
    battle.turn("rage", "double-kick", HIT * 3)
    assert battle.b.lost == damage(20)
    assert battle.a.stages["attack"] == 2
    battle.turn("splash", "double-kick", HIT * 2)
    assert battle.a.stages["attack"] == 2
    assert battle.a.raging == 0


# Effects of its own --------------------------------------------------------------------------


def test_superpower(arena):
    """Attack and Defense of the user fall by one."""
    battle = arena.battle(first("superpower"), tough())
    battle.turn("superpower", "splash", HIT)
    assert battle.b.lost == damage(120, resistances=1)
    assert battle.a.stages == {"speed": 1, "attack": -1, "defense": -1}


def test_clear_smog(arena):
    """Resets the target's stages only; never misses."""
    battle = arena.battle(
        first("clear-smog", stages={"accuracy": -6}),
        tough(stages={"attack": 6, "defense": -3, "evasion": 6}),
    )
    battle.turn("clear-smog", "splash", HIT)
    assert battle.b.stages == {}
    assert battle.a.stages == {"speed": 1, "accuracy": -6}


def test_freezy_frost(arena):
    """Resets everybody's stages after the hit."""
    battle = arena.battle(
        first("freezy-frost", stages={"special_attack": 2}), tough(stages={"special_defense": -1})
    )
    battle.turn("freezy-frost", "splash", HIT)
    assert battle.b.lost == damage(90, attack=244, defense=81)
    assert (battle.a.stages, battle.b.stages) == ({}, {})


def test_brick_break(arena):
    """Takes screens down before it hits."""
    battle = arena.battle(first("brick-break"), tough(reflect=5, light_screen=3))
    battle.turn("brick-break", "splash", HIT)
    assert battle.b.lost == damage(75, resistances=1)
    assert (battle.b.reflect, battle.b.light_screen) == (0, 0)


def test_brick_break_leaves_the_screens_of_an_immune_target(arena):
    battle = arena.battle(first("brick-break", stages={"speed": 6}), idle(form="gengar", reflect=5))
    battle.turn("brick-break", "splash", [])
    assert battle.b.reflect == 4


def test_sappy_seed(arena):
    """Seeds the target, unless it is a Grass type."""
    battle = arena.battle(first("sappy-seed", hp=50), tough())
    battle.turn("sappy-seed", "splash", HIT)
    assert battle.b.seeded == 1
    assert battle.b.lost == damage(90) + 900 // 8
    assert battle.a.hp == 50 + 900 // 8
    battle = arena.battle(first("sappy-seed", stages={"speed": 6}), tough(form="tangela"))
    battle.turn("sappy-seed", "splash", HIT)
    assert battle.b.seeded == 0


@pytest.mark.parametrize(
    ("move", "screen"), [("glitzy-glow", "light_screen"), ("baddy-bad", "reflect")]
)
def test_screen_raising_move(arena, move, screen):
    """A screen on the user's side for five turns, this one included."""
    battle = arena.battle(first(move), tough())
    battle.turn(move, "splash", HIT)
    weak, resisted = int(move == "baddy-bad"), int(move == "glitzy-glow")
    stab = move == "glitzy-glow"
    assert battle.b.lost == damage(90, stab=stab, weaknesses=weak, resistances=resisted)
    assert getattr(battle.a, screen) == 4
    battle.turn(move, "splash", HIT)
    assert getattr(battle.a, screen) == 3  # not renewed


def test_sparkly_swirl(arena):
    """Cures the user's status."""
    battle = arena.battle(first("sparkly-swirl", status="burn"), tough())
    battle.turn("sparkly-swirl", "splash", HIT)
    assert battle.a.status == "none"
    assert battle.a.lost == 0
    assert battle.b.lost == damage(90)


@pytest.mark.parametrize(
    ("drawn", "status", "extra"),
    [
        (0, "burn", []),
        (1, "paralysis", [fails(1, 4)]),
        (2, "freeze", [fails(1, 5)]),
    ],
)
def test_tri_attack(arena, drawn, status, extra):
    """20 %: burn, paralysis or freeze, each as likely."""
    battle = arena.battle(first("tri-attack"), tough())
    battle.turn("tri-attack", "splash", [*HIT, happens(20), pick(drawn, 3), *extra])
    assert battle.b.status == status
    assert battle.damages[0] == ("B", 900 - damage(80))


def test_tri_attack_mostly_does_nothing_more(arena):
    battle = arena.battle(first("tri-attack"), tough())
    battle.turn("tri-attack", "splash", [*HIT, fails(20)])
    assert battle.b.status == "none"
    one_in_fifteen = battle.probability(
        "tri-attack", "splash", lambda after: after.b.status == "freeze"
    )
    # ...except that a Mew frozen this turn thaws at once in one case of five.
    assert one_in_fifteen == Fraction(20, 100) / 3 * Fraction(4, 5)


# Struggle ------------------------------------------------------------------------------------


def test_struggle(arena):
    """Chosen when nothing else can be; a quarter of the maximum HP as recoil, no type."""
    battle = arena.battle(first("tackle", pp=0), tough())
    assert battle.choices(0) == ["struggle"]
    battle.turn(None, "splash", HIT)
    assert battle.b.lost == damage(50)
    assert battle.a.lost == 44  # 175 / 4 = 43.75, rounded half up
    assert battle.a.moves == {"tackle": 0}


def test_struggle_hits_ghosts_and_has_no_stab(arena):
    battle = arena.battle(
        first("tackle", form="snorlax", pp=0, stages={"speed": 6}), idle(form="gengar", hp=900)
    )
    battle.turn(None, "splash", HIT)
    assert 900 - battle.b.hp == damage(50, attack=battle.a.attack, defense=battle.b.defense)


def test_struggle_against_a_substitute_hurts_the_user_all_the_same(arena):
    battle = arena.battle(first("tackle", pp=0), idle(substitute=43))
    battle.turn(None, "splash", [NO_CRIT, percent(92)])
    assert battle.b.substitute == 43 - damage(50, roll=92)
    assert battle.a.lost == 44


def test_struggle_never_runs_out(arena):
    battle = arena.battle(first("tackle", pp=0, hp=9000, max_hp=900), tough(hp=9000))
    for _ in range(5):
        battle.turn(None, "splash", HIT)
    assert battle.choices(0) == ["struggle"]
