"""Moves whose damage is drained, fixed, given back or stored."""

import pytest

from tests.mlcore.engine.arena import (
    CRIT,
    HIT,
    MAX,
    MIN,
    NO_CRIT,
    accurate,
    fails,
    fighter,
    first,
    happens,
    idle,
    pick,
    tough,
)
from tests.mlcore.engine.formula import damage

# Draining ------------------------------------------------------------------------------------

# move -> power, weaknesses, resistances of Mew
DRAINING = {
    "absorb": (40, 0, 0),
    "mega-drain": (75, 0, 0),
    "leech-life": (80, 1, 0),
    "bouncy-bubble": (90, 0, 0),
    "dream-eater": (100, 0, 1),
}


@pytest.mark.parametrize("move", DRAINING)
def test_draining_move(arena, move):
    """Half of the damage dealt comes back, rounded half up."""
    power, weak, resisted = DRAINING[move]
    sleeping = move == "dream-eater"
    target = tough(status="sleep", status_counter=3) if sleeping else tough()
    battle = arena.battle(first(move, hp=50), target)
    battle.turn(move, "splash", HIT)
    dealt = damage(power, stab=sleeping, weaknesses=weak, resistances=resisted)
    assert battle.b.lost == dealt
    assert battle.a.hp == 50 + (dealt + 1) // 2


def test_draining_stops_at_the_maximum(arena):
    battle = arena.battle(first("mega-drain", hp=174), tough())
    battle.turn("mega-drain", "splash", HIT)
    assert battle.a.lost == 0


def test_draining_takes_from_a_substitute_rounded_up(arena):
    """Half of 11 there is 6, half of 11 elsewhere 6 as well; half of 9 is 5."""
    battle = arena.battle(first("absorb", hp=50), idle(substitute=9))
    battle.turn("absorb", "splash", HIT)
    assert battle.a.hp == 55


def test_draining_counts_what_the_target_really_lost(arena):
    battle = arena.battle(first("mega-drain", hp=50), idle(hp=7))
    battle.turn("mega-drain", "splash", HIT)
    assert battle.a.hp == 54  # half of 7, up


def test_dream_eater_needs_a_sleeping_target(arena):
    battle = arena.battle(first("dream-eater"), idle())
    battle.turn("dream-eater", "splash", [])
    assert battle.b.lost == 0
    assert battle.happened("IMMUNE", "B")


# One-hit knock-outs --------------------------------------------------------------------------

KNOCK_OUT = ["fissure", "guillotine", "horn-drill"]


@pytest.mark.parametrize("move", KNOCK_OUT)
def test_one_hit_knock_out(arena, move):
    """30 % at equal levels, plus one per level of advantage; nothing against a higher level."""
    for level, odds in ((50, 30), (51, 31), (60, 40), (100, 80)):
        battle = arena.battle(first(move, level=level), idle())
        battle.turn(move, "splash", [happens(odds)])
        assert battle.b.hp == 0
        assert battle.happened("ONE_HIT_KO")
        assert battle.winner == "a"
        battle = arena.battle(first(move, level=level), idle())
        battle.turn(move, "splash", [fails(odds)])
        assert battle.b.lost == 0
    battle = arena.battle(first(move, level=49), idle())
    battle.turn(move, "splash", [])
    assert battle.b.lost == 0
    assert battle.happened("IMMUNE", "B")


@pytest.mark.parametrize("move", KNOCK_OUT)
def test_one_hit_knock_outs_ignore_accuracy_and_evasion(arena, move):
    battle = arena.battle(first(move, stages={"accuracy": -6}), idle(stages={"evasion": 6}))
    battle.turn(move, "splash", [happens(30)])
    assert battle.winner == "a"


@pytest.mark.parametrize(
    ("move", "form"), [("fissure", "charizard"), ("guillotine", "gengar"), ("horn-drill", "gengar")]
)
def test_one_hit_knock_outs_respect_types(arena, move, form):
    battle = arena.battle(first(move, stages={"speed": 6}), idle(form=form))
    battle.turn(move, "splash", [])
    assert battle.b.lost == 0


def test_a_one_hit_knock_out_only_breaks_a_substitute(arena):
    battle = arena.battle(first("guillotine"), idle(substitute=43))
    battle.turn("guillotine", "splash", [happens(30)])
    assert (battle.b.substitute, battle.b.lost) == (0, 0)


# Fixed damage --------------------------------------------------------------------------------

# move, level, accuracy, damage, an immune form
FIXED = [
    ("seismic-toss", 50, 100, 50, "gengar"),
    ("seismic-toss", 73, 100, 73, "gengar"),
    ("night-shade", 50, 100, 50, "snorlax"),
    ("night-shade", 1, 100, 1, "snorlax"),
    ("dragon-rage", 50, 100, 40, "clefable"),
    ("sonic-boom", 50, 90, 20, "gengar"),
]


@pytest.mark.parametrize(("move", "level", "accuracy", "expected", "immune"), FIXED)
def test_fixed_damage_move(arena, move, level, accuracy, expected, immune):
    """No roll, no critical hit, no weakness; but immunity by type."""
    stages = {"speed": 6}
    battle = arena.battle(first(move, level=level, stages=stages), tough())
    battle.turn(move, "splash", accurate(accuracy))
    assert battle.b.lost == expected
    battle = arena.battle(first(move, level=level, stages=stages), idle(form=immune, level=level))
    battle.turn(move, "splash", [])
    assert battle.b.lost == 0


@pytest.mark.parametrize(
    ("level", "drawn", "expected"),
    [(50, 0, 25), (50, 50, 50), (50, 100, 75), (1, 0, 1), (100, 37, 87), (51, 1, 26)],
)
def test_psywave(arena, level, drawn, expected):
    """50 to 150 % of the level, floored, at least 1."""
    battle = arena.battle(first("psywave", level=level, stages={"speed": 6}), tough())
    battle.turn("psywave", "splash", [pick(drawn, 101)])
    assert battle.b.lost == expected


@pytest.mark.parametrize(("hp", "expected"), [(175, 87), (100, 50), (3, 1), (1, 1)])
def test_super_fang(arena, hp, expected):
    """Half of the HP left, at least 1."""
    battle = arena.battle(first("super-fang"), idle(hp=hp))
    battle.turn("super-fang", "splash", [happens(90)])
    assert battle.b.hp == hp - expected


def test_super_fang_does_not_bite_ghosts(arena):
    battle = arena.battle(first("super-fang", stages={"speed": 6}), idle(form="gengar"))
    battle.turn("super-fang", "splash", [])
    assert battle.b.lost == 0


# Reactive ------------------------------------------------------------------------------------

REACTIVE = [
    ("counter", "tackle", damage(40)),
    ("mirror-coat", "surf", damage(90)),
]


@pytest.mark.parametrize(("move", "attack", "taken"), REACTIVE)
def test_reactive_move(arena, move, attack, taken):
    """Twice what the last hit of its damage class took this turn; goes last."""
    battle = arena.battle(fighter("mew", move, stages={"speed": 6}), tough(attack))
    battle.turn(move, attack, HIT)
    assert battle.names("MOVE") == ["B MOVE", "A MOVE"]
    assert battle.a.lost == taken
    assert battle.b.lost == 2 * taken


@pytest.mark.parametrize(
    ("move", "attack"), [("counter", "swift"), ("mirror-coat", "tackle"), ("counter", "splash")]
)
def test_a_reactive_move_fails_without_its_kind_of_hit(arena, move, attack):
    battle = arena.battle(fighter("mew", move), idle(attack))
    battle.turn(move, attack, [] if attack == "splash" else HIT)
    assert battle.b.lost == 0
    assert battle.happened("FAIL", "A")


def test_counter_repays_the_last_of_several_hits(arena):
    battle = arena.battle(fighter("mew", "counter"), tough("double-kick"))
    battle.turn("counter", "double-kick", [NO_CRIT, MAX, NO_CRIT, MIN])
    assert battle.b.lost == 2 * damage(30, roll=85, resistances=1)


def test_counter_repays_seismic_toss_but_not_night_shade(arena):
    battle = arena.battle(fighter("mew", "counter"), tough("seismic-toss", "night-shade"))
    battle.turn("counter", "seismic-toss", [])
    assert battle.b.lost == 100
    battle.turn("counter", "night-shade", [])
    assert battle.b.lost == 100


def test_mirror_coat_repays_night_shade(arena):
    battle = arena.battle(fighter("mew", "mirror-coat"), tough("night-shade"))
    battle.turn("mirror-coat", "night-shade", [])
    assert battle.b.lost == 100


def test_counter_does_not_touch_ghosts(arena):
    battle = arena.battle(tough("counter"), tough("lick", form="gengar"))
    battle.turn("counter", "lick", [*HIT, fails(30)])
    assert battle.b.lost == 0


def test_a_hit_on_the_substitute_cannot_be_countered(arena):
    battle = arena.battle(fighter("mew", "counter", substitute=43), idle("tackle"))
    battle.turn("counter", "tackle", HIT)
    assert battle.b.lost == 0
    assert battle.happened("FAIL", "A")


def test_counter_forgets_at_the_end_of_the_turn(arena):
    battle = arena.battle(tough("counter"), tough("tackle", "splash"))
    battle.turn("counter", "tackle", HIT)
    lost = battle.b.lost
    battle.turn("counter", "splash", [])
    assert battle.b.lost == lost


def test_bide(arena):
    """Two turns of waiting, then twice what was taken; nothing else may be chosen."""
    battle = arena.battle(first("bide", "tackle"), tough("tackle"))
    battle.turn("bide", "tackle", HIT)
    assert battle.choices(0) == ["bide"]
    battle.turn(None, "tackle", [CRIT, MAX])
    assert battle.b.lost == 0
    assert battle.choices(0) == ["bide"]
    battle.turn(None, "tackle", HIT)
    assert battle.b.lost == 2 * (damage(40) + damage(40, critical=True))
    assert battle.choices(0) == ["bide", "tackle"]
    assert battle.a.moves == {"bide": 15, "tackle": 56}


def test_bide_is_quick_at_first(arena):
    """Priority +1 in every one of its turns."""
    battle = arena.battle(fighter("mew", "bide", stages={"speed": -6}), tough("tackle"))
    battle.turn("bide", "tackle", HIT)
    assert battle.names("MOVE") == ["A MOVE", "B MOVE"]


def test_bide_fails_when_nothing_was_taken(arena):
    battle = arena.battle(first("bide"), idle())
    battle.turn("bide", "splash", [])
    battle.turn(None, "splash", [])
    battle.turn(None, "splash", [])
    assert battle.happened("FAIL", "A")
    assert battle.b.lost == 0


def test_bide_does_not_touch_ghosts_but_breaks_substitutes(arena):
    waiting = {"bide_turns": 1, "bide_damage": 30}
    battle = arena.battle(first("bide", stages={"speed": 6}), idle(form="gengar"))
    battle.a.set(**waiting, bide_move=arena.move("bide"))
    battle.turn(None, "splash", [])
    assert battle.b.lost == 0
    battle = arena.battle(first("bide"), idle(substitute=43))
    battle.a.set(**waiting, bide_move=arena.move("bide"))
    battle.turn(None, "splash", [])
    assert (battle.b.substitute, battle.b.lost) == (0, 0)


def test_bide_hits_a_protected_and_a_hidden_target(arena):
    """What it gives back is no ordinary attack."""
    for target, choice in (
        (tough("protect"), "protect"),
        (tough("dig", charging="dig", hidden=2), None),
    ):
        battle = arena.battle(first("bide", hp=900, max_hp=900), target)
        battle.a.set(bide_turns=1, bide_damage=30, bide_move=arena.move("bide"))
        battle.turn(None, choice, [] if choice else HIT)
        assert battle.b.lost == 60


def test_sleep_interrupts_bide(arena):
    battle = arena.battle(first("bide", "tackle"), tough("spore"))
    battle.turn("bide", "spore", [pick(0, 3)])
    battle.turn(None, "spore", [])
    assert battle.choices(0) == ["bide", "tackle"]
    assert battle.a.bide_turns == 0


# Priority and timing -------------------------------------------------------------------------


def test_fake_out(arena):
    """Priority +3, always flinches, works on the first action only."""
    battle = arena.battle(fighter("mew", "fake-out", stages={"speed": -6}), idle("tackle"))
    battle.turn("fake-out", "tackle", HIT)
    assert battle.b.lost == damage(40)
    assert battle.happened("CANT", "B")
    battle.turn("fake-out", "tackle", HIT)
    assert battle.happened("FAIL", "A")
    assert battle.b.lost == damage(40)
    assert battle.a.moves == {"fake-out": 14}


def test_feint(arena):
    """Priority +2; goes through Protect and breaks it for the rest of the turn."""
    battle = arena.battle(fighter("mew", "feint"), idle("protect"))
    battle.turn("feint", "protect", HIT)
    assert battle.names("MOVE") == ["B MOVE", "A MOVE"]
    assert battle.b.lost == damage(30)
    assert (battle.b.protected, battle.b.stall_turns) == (0, 0)
    # ...so the next Protect is as sure as the first.
    battle.turn("feint", "protect", HIT)


def test_feint_without_protection_is_an_attack(arena):
    battle = arena.battle(fighter("mew", "feint"), idle("quick-attack"))
    battle.turn("feint", "quick-attack", HIT * 2)
    assert battle.names("MOVE") == ["A MOVE", "B MOVE"]
    assert battle.b.lost == damage(30)


def test_zippy_zap(arena):
    """Priority +2, always a critical hit."""
    battle = arena.battle(fighter("mew", "zippy-zap"), idle("quick-attack"))
    battle.turn("zippy-zap", "quick-attack", [MAX, *HIT])
    assert battle.names("MOVE") == ["A MOVE", "B MOVE"]
    assert battle.b.lost == damage(50, critical=True)


def test_sucker_punch(arena):
    """Priority +1; only against a target about to attack."""
    battle = arena.battle(fighter("mew", "sucker-punch"), idle("tackle"))
    battle.turn("sucker-punch", "tackle", HIT * 2)
    assert battle.b.lost == damage(70, weaknesses=1)
    assert battle.names("MOVE") == ["A MOVE", "B MOVE"]


@pytest.mark.parametrize(
    ("reply", "state", "script"),
    [
        ("splash", {}, []),
        ("quick-attack", {"stages": {"speed": 6}}, HIT),  # has acted already
        (None, {"recharging": 1}, []),
    ],
    ids=["status-move", "acted-first", "recharging"],
)
def test_sucker_punch_fails(arena, reply, state, script):
    battle = arena.battle(fighter("mew", "sucker-punch"), idle("splash", "quick-attack", **state))
    battle.turn("sucker-punch", reply, script)
    assert battle.happened("FAIL", "A")
    assert battle.b.lost == 0
