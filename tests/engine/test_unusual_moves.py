"""Damaging moves with a rule of their own, one group after the other.

Unless a test says otherwise a Mew (all stats 122, 175 HP, level 50) faces a Mew, and HP are
worked out with tests/engine/formula.py. Source of the rules: generation 7 as the reference
simulator's mod gen7letsgo plays it; test_lockstep.py compares whole battles with it.
"""

from fractions import Fraction

import pytest

from tests.engine.arena import (
    CRIT,
    HIT,
    MAX,
    MIN,
    NO_CRIT,
    fails,
    fighter,
    happens,
    percent,
    pick,
)
from tests.engine.formula import damage


def first(*moves, form="mew", **state):
    """A fighter that acts before a Mew."""
    stages = {"speed": 1, **state.pop("stages", {})}
    return fighter(form, *moves, stages=stages, **state)


def idle(form="mew", *moves, **state):
    return fighter(form, *(moves or ("splash",)), **state)


def tough(form="mew", *moves, **state):
    """A target with HP to spare."""
    return idle(form, *moves, **{"hp": 900, "max_hp": 900, **state})


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


def accurate(accuracy):
    return [] if accuracy in (0, 100) else [happens(accuracy)]


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
    each = damage(20)
    battle = arena.battle(first("spike-cannon"), tough(substitute=each))
    battle.turn("spike-cannon", "splash", [pick(7, 20), *HIT * 3])
    assert battle.b.substitute == 0
    assert battle.b.lost == 2 * each


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
    battle = arena.battle(first("skull-bash"), idle("mew", "tackle"))
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
        battle = arena.battle(first(move), idle("mew", reply))
        battle.turn(move, reply, [])
        assert battle.a.lost == 0
        assert battle.a.status == "none"
        assert battle.happened("MISS", "B")


def test_the_others_do_not_hide_their_user(arena):
    for move in ("solar-beam", "sky-attack", "razor-wind"):
        battle = arena.battle(first(move), idle("mew", "tackle"))
        battle.turn(move, "tackle", HIT)
        assert battle.a.lost == damage(40)


def test_a_charged_blow_can_still_be_protected_against(arena):
    battle = arena.battle(first("dig"), idle("mew", "splash", "protect"))
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
    battle = arena.battle(first("outrage", "tackle", stages={"speed": 6}), idle("clefable"))
    battle.turn("outrage", "splash", [])
    assert battle.choices(0) == ["outrage", "tackle"]


def test_sleep_ends_a_lock(arena):
    battle = arena.battle(first("thrash", "tackle"), tough("mew", "spore", "splash"))
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
        (idle("gengar", stages={"speed": -6}), "splash", []),
        (idle("mew", "protect"), "protect", []),
    ):
        battle = arena.battle(first(move), target)
        battle.turn(move, choice, script)
        assert battle.a.lost == 175 // 2
        assert battle.b.lost == 0
    battle = arena.battle(first(move), idle("mew", "dig", charging="dig", hidden=2))
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
    battle = arena.battle(first(move, stages={"speed": 6}), idle("gengar"))
    battle.turn(move, "splash", [])
    assert battle.a.hp == 0
    assert battle.winner == "b"
    battle = arena.battle(first(move), idle("mew", "protect"))
    battle.turn(move, "protect", [])
    assert battle.a.hp == 0


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
    battle = arena.battle(first(move, stages={"speed": 6}), idle(form))
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
    battle = arena.battle(first(move, level=level, stages=stages), idle(immune, level=level))
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
    battle = arena.battle(first("super-fang", stages={"speed": 6}), idle("gengar"))
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
    battle = arena.battle(fighter("mew", move, stages={"speed": 6}), tough("mew", attack))
    battle.turn(move, attack, HIT)
    assert battle.names("MOVE") == ["B MOVE", "A MOVE"]
    assert battle.a.lost == taken
    assert battle.b.lost == 2 * taken


@pytest.mark.parametrize(
    ("move", "attack"), [("counter", "swift"), ("mirror-coat", "tackle"), ("counter", "splash")]
)
def test_a_reactive_move_fails_without_its_kind_of_hit(arena, move, attack):
    battle = arena.battle(fighter("mew", move), idle("mew", attack))
    battle.turn(move, attack, [] if attack == "splash" else HIT)
    assert battle.b.lost == 0
    assert battle.happened("FAIL", "A")


def test_counter_repays_the_last_of_several_hits(arena):
    battle = arena.battle(fighter("mew", "counter"), tough("mew", "double-kick"))
    battle.turn("counter", "double-kick", [NO_CRIT, MAX, NO_CRIT, MIN])
    assert battle.b.lost == 2 * damage(30, roll=85, resistances=1)


def test_counter_repays_seismic_toss_but_not_night_shade(arena):
    battle = arena.battle(fighter("mew", "counter"), tough("mew", "seismic-toss", "night-shade"))
    battle.turn("counter", "seismic-toss", [])
    assert battle.b.lost == 100
    battle.turn("counter", "night-shade", [])
    assert battle.b.lost == 100


def test_mirror_coat_repays_night_shade(arena):
    battle = arena.battle(fighter("mew", "mirror-coat"), tough("mew", "night-shade"))
    battle.turn("mirror-coat", "night-shade", [])
    assert battle.b.lost == 100


def test_counter_does_not_touch_ghosts(arena):
    battle = arena.battle(tough("mew", "counter"), tough("gengar", "lick"))
    battle.turn("counter", "lick", [*HIT, fails(30)])
    assert battle.b.lost == 0


def test_a_hit_on_the_substitute_cannot_be_countered(arena):
    battle = arena.battle(fighter("mew", "counter", substitute=43), idle("mew", "tackle"))
    battle.turn("counter", "tackle", HIT)
    assert battle.b.lost == 0
    assert battle.happened("FAIL", "A")


def test_counter_forgets_at_the_end_of_the_turn(arena):
    battle = arena.battle(tough("mew", "counter"), tough("mew", "tackle", "splash"))
    battle.turn("counter", "tackle", HIT)
    lost = battle.b.lost
    battle.turn("counter", "splash", [])
    assert battle.b.lost == lost


def test_bide(arena):
    """Two turns of waiting, then twice what was taken; nothing else may be chosen."""
    battle = arena.battle(first("bide", "tackle"), tough("mew", "tackle"))
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
    battle = arena.battle(fighter("mew", "bide", stages={"speed": -6}), tough("mew", "tackle"))
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
    battle = arena.battle(first("bide", stages={"speed": 6}), idle("gengar"))
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
        (tough("mew", "protect"), "protect"),
        (tough("mew", "dig", charging="dig", hidden=2), None),
    ):
        battle = arena.battle(first("bide", hp=900, max_hp=900), target)
        battle.a.set(bide_turns=1, bide_damage=30, bide_move=arena.move("bide"))
        battle.turn(None, choice, [] if choice else HIT)
        assert battle.b.lost == 60


def test_sleep_interrupts_bide(arena):
    battle = arena.battle(first("bide", "tackle"), tough("mew", "spore"))
    battle.turn("bide", "spore", [pick(0, 3)])
    battle.turn(None, "spore", [])
    assert battle.choices(0) == ["bide", "tackle"]
    assert battle.a.bide_turns == 0


# Priority and timing -------------------------------------------------------------------------


def test_fake_out(arena):
    """Priority +3, always flinches, works on the first action only."""
    battle = arena.battle(fighter("mew", "fake-out", stages={"speed": -6}), idle("mew", "tackle"))
    battle.turn("fake-out", "tackle", HIT)
    assert battle.b.lost == damage(40)
    assert battle.happened("CANT", "B")
    battle.turn("fake-out", "tackle", HIT)
    assert battle.happened("FAIL", "A")
    assert battle.b.lost == damage(40)
    assert battle.a.moves == {"fake-out": 14}


def test_feint(arena):
    """Priority +2; goes through Protect and breaks it for the rest of the turn."""
    battle = arena.battle(fighter("mew", "feint"), idle("mew", "protect"))
    battle.turn("feint", "protect", HIT)
    assert battle.names("MOVE") == ["B MOVE", "A MOVE"]
    assert battle.b.lost == damage(30)
    assert (battle.b.protected, battle.b.stall_turns) == (0, 0)
    # ...so the next Protect is as sure as the first.
    battle.turn("feint", "protect", HIT)


def test_feint_without_protection_is_an_attack(arena):
    battle = arena.battle(fighter("mew", "feint"), idle("mew", "quick-attack"))
    battle.turn("feint", "quick-attack", HIT * 2)
    assert battle.names("MOVE") == ["A MOVE", "B MOVE"]
    assert battle.b.lost == damage(30)


def test_zippy_zap(arena):
    """Priority +2, always a critical hit."""
    battle = arena.battle(fighter("mew", "zippy-zap"), idle("mew", "quick-attack"))
    battle.turn("zippy-zap", "quick-attack", [MAX, *HIT])
    assert battle.names("MOVE") == ["A MOVE", "B MOVE"]
    assert battle.b.lost == damage(50, critical=True)


def test_sucker_punch(arena):
    """Priority +1; only against a target about to attack."""
    battle = arena.battle(fighter("mew", "sucker-punch"), idle("mew", "tackle"))
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
    battle = arena.battle(
        fighter("mew", "sucker-punch"), idle("mew", "splash", "quick-attack", **state)
    )
    battle.turn("sucker-punch", reply, script)
    assert battle.happened("FAIL", "A")
    assert battle.b.lost == 0


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
    battle = arena.battle(first("splash"), tough("mew", "substitute", trapped=4))
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
    target = idle(form, hp=900, max_hp=900, type_1=11, type_2=18)  # Bug: neither weak nor strong
    battle = arena.battle(first("low-kick", stages={"speed": 6}), target)
    battle.turn("low-kick", "splash", HIT)
    assert battle.b.lost == damage(power, defense=battle.b.defense, resistances=1)


def test_foul_play(arena):
    """The target's attack and its stages count, not the user's."""
    a = first("foul-play", stages={"attack": 6})
    battle = arena.battle(a, tough("snorlax", stages={"attack": 1, "speed": -6}))
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
    battle = arena.battle(first("rage", "splash", hp=900, max_hp=900), tough("mew", "double-kick"))
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
    battle = arena.battle(first("brick-break", stages={"speed": 6}), idle("gengar", reflect=5))
    battle.turn("brick-break", "splash", [])
    assert battle.b.reflect == 4


def test_sappy_seed(arena):
    """Seeds the target, unless it is a Grass type."""
    battle = arena.battle(first("sappy-seed", hp=50), tough())
    battle.turn("sappy-seed", "splash", HIT)
    assert battle.b.seeded == 1
    assert battle.b.lost == damage(90) + 900 // 8
    assert battle.a.hp == 50 + 900 // 8
    battle = arena.battle(first("sappy-seed", stages={"speed": 6}), tough("tangela"))
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
        first("tackle", form="snorlax", pp=0, stages={"speed": 6}), idle("gengar", hp=900)
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
