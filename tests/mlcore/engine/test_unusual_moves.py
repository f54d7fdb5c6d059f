"""Damaging moves with a rule of their own, one group after the other.

Unless a test says otherwise a Mew (all stats 122, 175 HP, level 50) faces a Mew, and HP are
worked out with tests/mlcore/engine/formula.py. Source of the rules: generation 7 as the reference
simulator's mod gen7letsgo plays it; test_lockstep.py compares whole battles with it.
"""

import pytest

from tests.mlcore.engine.arena import (
    CRIT,
    HIT,
    MAX,
    MIN,
    NO_CRIT,
    accurate,
    fails,
    first,
    happens,
    idle,
    pick,
    tough,
)
from tests.mlcore.engine.formula import damage

# Several hits --------------------------------------------------------------------------------

# move -> power, accuracy, weaknesses of Mew
MULTI_HIT = {
    "barrage": (15, 85, 0),
    "comet-punch": (18, 85, 0),
    "double-slap": (15, 85, 0),
    "fury-attack": (15, 85, 0),
    "fury-swipes": (18, 80, 0),
    "pin-missile": (25, 95, 1),
    "spike-cannon": (20, 100, 0),
}
#: Hits by the drawn number below 20: 35, 35, 15 and 15 per cent.
HITS = [2] * 7 + [3] * 7 + [4] * 3 + [5] * 3


@pytest.mark.parametrize("move", MULTI_HIT)
def test_multi_hit_move(arena, move):
    """Two to five hits, each with its own critical hit and roll, one accuracy check."""
    power, accuracy, weak = MULTI_HIT[move]
    for drawn in (0, 7, 14, 17):
        hits = HITS[drawn]
        battle = arena.battle(first(move), tough())
        script = [*accurate(accuracy), pick(drawn, 20), *[NO_CRIT, MIN] * (hits - 1), CRIT, MAX]
        battle.turn(move, "splash", script)
        low = damage(power, roll=85, weaknesses=weak)
        assert battle.b.lost == (hits - 1) * low + damage(power, critical=True, weaknesses=weak)
        assert ("HIT_COUNT", "A", hits, 0) in battle.events


@pytest.mark.parametrize("drawn", range(20))
def test_distribution_of_hits(arena, drawn):
    battle = arena.battle(first("spike-cannon"), tough())
    battle.turn("spike-cannon", "splash", [pick(drawn, 20), *HIT * HITS[drawn]])
    assert battle.b.lost == HITS[drawn] * damage(20)


def test_hits_stop_when_the_target_falls(arena):
    battle = arena.battle(first("spike-cannon"), idle(hp=damage(20) + 1))
    battle.turn("spike-cannon", "splash", [pick(19, 20), *HIT * 2])
    assert battle.winner == "a"
    assert ("HIT_COUNT", "A", 2, 0) in battle.events


def test_a_substitute_that_breaks_lets_the_later_hits_through(arena):
    per_hit = damage(20)
    battle = arena.battle(first("spike-cannon"), tough(substitute=per_hit))
    battle.turn("spike-cannon", "splash", [pick(7, 20), *HIT * 3])
    assert battle.b.substitute == 0
    assert battle.b.lost == 2 * per_hit


TWO_HITS = {
    "bonemerang": (50, 90, 0, 0),
    "double-kick": (30, 100, 0, 1),
    "twineedle": (25, 100, 1, 0),
    "double-iron-bash": (60, 100, 0, 0),
}


@pytest.mark.parametrize("move", TWO_HITS)
def test_two_hit_move(arena, move):
    """Always two hits; Twineedle may poison and Double Iron Bash may flinch with each."""
    power, accuracy, weak, resisted = TWO_HITS[move]
    battle = arena.battle(first(move), tough())
    extra = {"twineedle": [fails(20)], "double-iron-bash": [fails(30)]}.get(move, [])
    battle.turn(move, "splash", [*accurate(accuracy), *[*HIT, *extra] * 2])
    assert battle.b.lost == 2 * damage(power, weaknesses=weak, resistances=resisted)


def test_twineedle_poisons_with_either_needle(arena):
    battle = arena.battle(first("twineedle"), tough())
    battle.turn("twineedle", "splash", [*HIT, fails(20), *HIT, happens(20)])
    assert battle.b.status == "poison"
    assert battle.b.lost == 2 * damage(25, weaknesses=1) + 900 // 8


def test_double_iron_bash_flinches_with_either_fist(arena):
    battle = arena.battle(first("double-iron-bash"), tough())
    battle.turn("double-iron-bash", "splash", [*HIT, happens(30), *HIT, fails(30)])
    assert battle.happened("CANT", "B")


def test_double_iron_bash_tramples_on_a_minimized_target(arena):
    battle = arena.battle(first("double-iron-bash"), tough(minimized=1, stages={"evasion": 2}))
    battle.turn("double-iron-bash", "splash", [*HIT, fails(30)] * 2)
    assert battle.b.lost == 2 * damage(60, doubled=1)


# Charging ------------------------------------------------------------------------------------

# move -> power, accuracy, odds of a critical hit, STAB-free weaknesses, resistances
CHARGED = {
    "solar-beam": (200, 100, 24),
    "sky-attack": (200, 90, 8),
    "skull-bash": (130, 100, 24),
    "razor-wind": (80, 100, 8),
    "fly": (90, 95, 24),
    "dig": (80, 100, 24),
}


@pytest.mark.parametrize("move", CHARGED)
def test_charging_move(arena, move):
    """One turn to gather strength, one to strike; PP are spent once; nothing else may be chosen."""
    power, accuracy, odds = CHARGED[move]
    battle = arena.battle(first(move, "tackle"), tough())
    pp = battle.a.moves[move]
    battle.turn(move, "splash", [])
    assert battle.happened("PREPARE", "A")
    assert battle.b.lost == 0
    assert battle.choices(0) == [move]
    assert battle.a.moves[move] == pp - 1

    extra = [fails(30)] if move == "sky-attack" else []
    battle.turn(None, "splash", [*accurate(accuracy), fails(1, odds), MAX, *extra])
    assert battle.b.lost == damage(power)
    assert battle.a.moves[move] == pp - 1
    assert battle.choices(0) == [move, "tackle"]
    assert (battle.a.charging, battle.a.hidden) == (0, 0)


@pytest.mark.parametrize("move", CHARGED)
def test_paralysis_while_charging_loses_the_strength_gathered(arena, move):
    battle = arena.battle(first(move, status="paralysis"), idle())
    battle.turn(move, "splash", [fails(1, 4)])
    battle.turn(None, "splash", [happens(1, 4)])
    assert (battle.a.charging, battle.a.hidden) == (0, 0)
    assert battle.choices(0) == [move]
    battle.turn(move, "splash", [fails(1, 4)])
    assert battle.happened("PREPARE", "A")


def test_skull_bash_raises_defense_as_it_charges(arena):
    battle = arena.battle(first("skull-bash"), idle("tackle"))
    battle.turn("skull-bash", "tackle", HIT)
    assert battle.a.stages["defense"] == 1
    assert battle.a.lost == damage(40, defense=183)


def test_sky_attack_may_flinch(arena):
    battle = arena.battle(first("sky-attack"), tough())
    battle.turn("sky-attack", "splash", [])
    battle.turn(None, "splash", [happens(90), fails(1, 8), MAX, happens(30)])
    assert battle.happened("CANT", "B")


@pytest.mark.parametrize("move", ["fly", "dig"])
def test_fly_and_dig_hide_their_user(arena, move):
    """Attacks and status moves on it miss without a roll while it is away."""
    for reply in ("tackle", "toxic", "swift"):
        battle = arena.battle(first(move), idle(reply))
        battle.turn(move, reply, [])
        assert battle.a.lost == 0
        assert battle.a.status == "none"
        assert battle.happened("MISS", "B")


def test_the_others_do_not_hide_their_user(arena):
    for move in ("solar-beam", "sky-attack", "razor-wind"):
        battle = arena.battle(first(move), idle("tackle"))
        battle.turn(move, "tackle", HIT)
        assert battle.a.lost == damage(40)


def test_a_charged_blow_can_still_be_protected_against(arena):
    battle = arena.battle(first("dig"), idle("splash", "protect"))
    battle.turn("dig", "splash", [])
    battle.turn(None, "protect", [])
    assert battle.b.lost == 0
    assert battle.choices(0) == ["dig"]


# Recharging ----------------------------------------------------------------------------------


def test_hyper_beam_recharges(arena):
    battle = arena.battle(first("hyper-beam", "tackle"), tough())
    battle.turn("hyper-beam", "splash", [happens(90), *HIT])
    assert battle.b.lost == damage(150)
    assert battle.choices(0) == ["recharge"]
    battle.turn(None, "splash", [])
    assert battle.happened("CANT", "A")
    assert battle.choices(0) == ["hyper-beam", "tackle"]
    assert battle.a.moves == {"hyper-beam": 7, "tackle": 56}


def test_hyper_beam_that_missed_need_not_recharge(arena):
    battle = arena.battle(first("hyper-beam"), idle())
    battle.turn("hyper-beam", "splash", [fails(90)])
    assert battle.choices(0) == ["hyper-beam"]


def test_hyper_beam_on_a_substitute_recharges(arena):
    battle = arena.battle(first("hyper-beam"), idle(substitute=43))
    battle.turn("hyper-beam", "splash", [happens(90), *HIT])
    assert battle.choices(0) == ["recharge"]


# Outrage and its like ------------------------------------------------------------------------

LOCKING = {"outrage": 120, "thrash": 120, "petal-dance": 120}


@pytest.mark.parametrize("turns", [2, 3])
@pytest.mark.parametrize("move", LOCKING)
def test_locking_move(arena, move, turns):
    """Two or three turns of the same move for one PP, then confusion."""
    battle = arena.battle(first(move, "tackle"), tough())
    battle.turn(move, "splash", [*HIT, pick(turns - 2, 2)])
    for left in range(turns - 1, 0, -1):
        assert battle.choices(0) == [move]
        assert battle.a.confusion == 0
        battle.turn(None, "splash", [*HIT, *([pick(0, 4)] if left == 1 else [])])
    assert battle.b.lost == turns * damage(120)
    assert battle.a.confusion == 2  # drawn 2: one action is spoiled at most
    assert battle.choices(0) == [move, "tackle"]
    assert battle.a.moves[move] == 15


def test_a_locked_fighter_that_is_stopped_at_the_end_is_not_confused(arena):
    """Fully paralysed on its last turn but one: the lock ends, without confusion."""
    battle = arena.battle(first("outrage", status="paralysis", stages={"speed": 6}), tough())
    battle.turn("outrage", "splash", [fails(1, 4), *HIT, pick(1, 2)])
    battle.turn(None, "splash", [happens(1, 4)])
    assert battle.choices(0) == ["outrage"]
    assert battle.a.locked == 0
    assert battle.a.confusion == 0


def test_outrage_on_an_immune_target_does_not_lock(arena):
    battle = arena.battle(first("outrage", "tackle", stages={"speed": 6}), idle(form="clefable"))
    battle.turn("outrage", "splash", [])
    assert battle.choices(0) == ["outrage", "tackle"]


def test_sleep_ends_a_lock(arena):
    battle = arena.battle(first("thrash", "tackle"), tough("spore", "splash"))
    battle.turn("thrash", "spore", [*HIT, pick(1, 2), pick(0, 3)])
    assert battle.a.locked == 0


# Recoil, crash, self-destruction -------------------------------------------------------------

# move -> power, accuracy, recoil per cent, resistances of Mew
RECOIL = {
    "double-edge": (120, 100, 33, 0),
    "flare-blitz": (120, 100, 33, 0),
    "submission": (80, 80, 25, 1),
    "take-down": (90, 85, 25, 0),
}


@pytest.mark.parametrize("move", RECOIL)
def test_recoil_move(arena, move):
    """A share of the damage dealt, rounded half up."""
    power, accuracy, share, resisted = RECOIL[move]
    battle = arena.battle(first(move), tough())
    extra = [fails(10)] if move == "flare-blitz" else []
    battle.turn(move, "splash", [*accurate(accuracy), *HIT, *extra])
    dealt = damage(power, resistances=resisted)
    assert battle.b.lost == dealt
    assert battle.a.lost == (2 * dealt * share + 100) // 200


def test_recoil_counts_what_the_target_really_lost(arena):
    battle = arena.battle(first("double-edge"), idle(hp=10))
    battle.turn("double-edge", "splash", HIT)
    assert battle.a.lost == 3  # 33 % of 10


def test_recoil_is_at_least_one_hp(arena):
    battle = arena.battle(first("take-down"), idle(hp=1))
    battle.turn("take-down", "splash", [happens(85), *HIT])
    assert battle.a.lost == 1


def test_recoil_from_a_substitute(arena):
    battle = arena.battle(first("double-edge"), idle(substitute=20))
    battle.turn("double-edge", "splash", HIT)
    assert battle.a.lost == 7  # 33 % of the 20 HP the substitute had


def test_a_recoil_user_that_knocks_out_the_foe_wins_even_if_it_falls(arena):
    battle = arena.battle(first("double-edge", hp=1), idle(hp=20))
    battle.turn("double-edge", "splash", HIT)
    assert (battle.a.hp, battle.b.hp) == (0, 0)
    assert battle.winner == "a"


def test_flare_blitz_may_burn(arena):
    battle = arena.battle(first("flare-blitz"), tough())
    battle.turn("flare-blitz", "splash", [*HIT, happens(10)])
    assert battle.b.status == "burn"


CRASHING = {"high-jump-kick": (130, 90), "jump-kick": (100, 95)}


@pytest.mark.parametrize("move", CRASHING)
def test_crashing_move(arena, move):
    """A hit costs nothing, a miss half the user's maximum HP."""
    power, accuracy = CRASHING[move]
    battle = arena.battle(first(move), idle())
    battle.turn(move, "splash", [happens(accuracy), *HIT])
    assert (battle.a.lost, battle.b.lost) == (0, damage(power, resistances=1))
    battle = arena.battle(first(move), idle())
    battle.turn(move, "splash", [fails(accuracy)])
    assert (battle.a.lost, battle.b.lost) == (175 // 2, 0)


@pytest.mark.parametrize("move", CRASHING)
def test_a_crash_also_on_immune_protected_and_hidden_targets(arena, move):
    for target, choice, script in (
        (idle(form="gengar", stages={"speed": -6}), "splash", []),
        (idle("protect"), "protect", []),
    ):
        battle = arena.battle(first(move), target)
        battle.turn(move, choice, script)
        assert battle.a.lost == 175 // 2
        assert battle.b.lost == 0
    battle = arena.battle(first(move), idle("dig", charging="dig", hidden=2))
    battle.turn(move, None, HIT)
    assert battle.a.lost == 175 // 2 + damage(80)


def test_a_crash_can_end_the_battle(arena):
    battle = arena.battle(first("jump-kick", hp=87), idle())
    battle.turn("jump-kick", "splash", [fails(95)])
    assert battle.winner == "b"


EXPLODING = {"explosion": 250, "self-destruct": 200}


@pytest.mark.parametrize("move", EXPLODING)
def test_exploding_move(arena, move):
    """The user is down whatever happens; the blow lands all the same."""
    power = EXPLODING[move]
    battle = arena.battle(first(move), tough())
    battle.turn(move, "splash", HIT)
    assert battle.a.hp == 0
    assert battle.b.lost == damage(power)
    assert battle.winner == "b"


@pytest.mark.parametrize("move", EXPLODING)
def test_if_both_fall_the_user_of_an_explosion_loses(arena, move):
    """It fell first; who falls last wins."""
    battle = arena.battle(first(move), idle(hp=5))
    battle.turn(move, "splash", HIT)
    assert (battle.a.hp, battle.b.hp) == (0, 0)
    assert battle.winner == "b"


@pytest.mark.parametrize("move", EXPLODING)
def test_an_explosion_for_nothing_still_knocks_the_user_out(arena, move):
    battle = arena.battle(first(move, stages={"speed": 6}), idle(form="gengar"))
    battle.turn(move, "splash", [])
    assert battle.a.hp == 0
    assert battle.winner == "b"
    battle = arena.battle(first(move), idle("protect"))
    battle.turn(move, "protect", [])
    assert battle.a.hp == 0
