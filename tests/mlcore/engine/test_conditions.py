"""Conditions that last: status, confusion, flinching, and what they cost in acting and in HP.

A Mew (all stats 122, 175 HP) faces a Mew. Source of the rules: generation 7 as the reference
simulator's mod gen7letsgo plays it.
"""

from fractions import Fraction

import pytest

from tests.mlcore.engine.arena import (
    A_FIRST,
    ACTS,
    FULLY_PARALYSED,
    HIT,
    HITS_ITSELF,
    KEEPS_ITS_HEAD,
    MAX,
    MIN,
    STAYS_FROZEN,
    THAWS,
    fails,
    first,
    happens,
    idle,
    pick,
)
from tests.mlcore.engine.formula import damage

# Paralysis -----------------------------------------------------------------------------------


def test_paralysis_costs_one_action_in_four(arena):
    battle = arena.battle(first("tackle", status="paralysis", stages={"speed": 6}), idle())
    battle.turn("tackle", "splash", [FULLY_PARALYSED])
    assert battle.happened("CANT", "A")
    assert battle.b.lost == 0
    assert battle.a.moves == {"tackle": 56}  # no PP spent
    battle.turn("tackle", "splash", [ACTS, *HIT])
    assert battle.b.lost == damage(40)


@pytest.mark.parametrize(
    ("own", "stage", "order"),
    [
        (0, 0, "B A"),
        # 122 x 2 = 244, halved 122: a tie
        (2, 0, "tie"),
        # 305 halved 152
        (3, 0, "A B"),
        (0, -2, "tie"),
        (0, -3, "A B"),
    ],
)
def test_paralysis_halves_speed(arena, own, stage, order):
    battle = arena.battle(
        idle("splash", status="paralysis", stages={"speed": own}), idle(stages={"speed": stage})
    )
    if order == "tie":
        battle.turn("splash", "splash", [A_FIRST, ACTS])
        order = "A B"
    else:
        battle.turn("splash", "splash", [ACTS])
    assert [name[0] for name in battle.names("MOVE")] == order.split()


# Burn and poison -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "max_hp", "lost"),
    [
        ("burn", 175, 10),
        ("poison", 175, 21),
        ("bad_poison", 175, 10),
        ("burn", 15, 1),  # at least 1
        ("poison", 7, 1),
        ("bad_poison", 15, 1),
    ],
)
def test_damage_at_the_end_of_the_turn(arena, status, max_hp, lost):
    """1/16 for burn, 1/8 for poison, n/16 for bad poison."""
    battle = arena.battle(first(status=status, hp=max_hp, max_hp=max_hp), idle())
    battle.turn("splash", "splash", [])
    assert battle.a.lost == lost


@pytest.mark.parametrize("status", ["burn", "poison", "bad_poison"])
def test_damage_at_the_end_of_the_turn_can_decide_the_battle(arena, status):
    battle = arena.battle(first(status=status, hp=1), idle())
    battle.turn("splash", "splash", [])
    assert battle.winner == "b"


# Sleep ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_sleep_costs_one_to_three_actions(arena, lost):
    battle = arena.battle(first("spore", "splash"), idle("tackle"))
    # Falls asleep before it acts: this turn's action is the first one lost.
    battle.turn("spore", "tackle", [pick(lost - 1, 3)])
    for _ in range(lost - 1):
        assert battle.happened("CANT", "B")
        battle.turn("splash", "tackle", [])
    assert battle.happened("CANT", "B")
    battle.turn("splash", "tackle", HIT)
    assert battle.b.status == "none"
    assert battle.a.lost == damage(40)


def test_a_sleeper_spends_no_pp(arena):
    battle = arena.battle(first(), idle("tackle", status="sleep", status_counter=3))
    battle.turn("splash", "tackle", [])
    assert battle.b.moves == {"tackle": 56}


# Freeze --------------------------------------------------------------------------------------


def test_freeze_thaws_one_time_in_five(arena):
    battle = arena.battle(first("tackle", status="freeze"), idle())
    battle.turn("tackle", "splash", [STAYS_FROZEN])
    assert battle.happened("CANT", "A")
    battle.turn("tackle", "splash", [THAWS, *HIT])
    assert battle.a.status == "none"
    assert battle.b.lost == damage(40)


def test_freeze_can_last_for_ever(arena):
    battle = arena.battle(first("tackle", status="freeze"), idle())
    for _ in range(30):
        battle.turn("tackle", "splash", [STAYS_FROZEN])
    assert battle.a.status == "freeze"


def test_a_thawing_move_of_the_frozen_one_is_lost_when_it_flinches(arena):
    battle = arena.battle(first("headbutt"), idle("scald", status="freeze"))
    battle.turn("headbutt", "scald", [*HIT, happens(30)])
    assert battle.b.status == "freeze"


# Confusion -----------------------------------------------------------------------------------


@pytest.mark.parametrize("drawn", range(4))
def test_confusion_spoils_one_to_four_actions(arena, drawn):
    """The counter starts at 2 to 5 and is lowered before each check."""
    battle = arena.battle(first("confuse-ray", "splash"), idle("tackle"))
    script = [pick(drawn, 4), KEEPS_ITS_HEAD, *HIT]
    battle.turn("confuse-ray", "tackle", script)
    for _ in range(drawn):
        battle.turn("splash", "tackle", [KEEPS_ITS_HEAD, *HIT])
    battle.turn("splash", "tackle", HIT)
    assert battle.b.confusion == 0
    assert battle.happened("END", "B")


def test_a_confused_fighter_hits_itself_one_time_in_three(arena):
    """33 %: 40 power, physical, no type, no critical hit; the action is lost."""
    battle = arena.battle(first("tackle", confusion=5), idle())
    battle.turn("tackle", "splash", [HITS_ITSELF, MAX])
    assert battle.a.lost == damage(40)
    assert battle.b.lost == 0
    assert battle.a.moves == {"tackle": 56}
    battle.turn("tackle", "splash", [HITS_ITSELF, MIN])
    assert battle.a.lost == damage(40) + damage(40, roll=85)


def test_confusion_uses_the_fighters_own_stages(arena):
    battle = arena.battle(first("tackle", confusion=5, stages={"attack": 2, "defense": -2}), idle())
    battle.turn("tackle", "splash", [HITS_ITSELF, MAX])
    assert battle.a.lost == damage(40, attack=244, defense=61)


@pytest.mark.parametrize("state", [{"status": "burn"}, {"reflect": 5}])
def test_neither_burn_nor_screens_weaken_the_hit_on_oneself(arena, state):
    battle = arena.battle(first("tackle", confusion=5, **state), idle())
    battle.turn("tackle", "splash", [HITS_ITSELF, MAX])
    burnt = 175 // 16 if "status" in state else 0
    assert battle.a.lost == damage(40) + burnt


def test_a_substitute_does_not_take_the_hit_on_oneself(arena):
    battle = arena.battle(first("tackle", confusion=5, substitute=43), idle())
    battle.turn("tackle", "splash", [HITS_ITSELF, MAX])
    assert (battle.a.lost, battle.a.substitute) == (damage(40), 43)


def test_confusion_can_decide_the_battle(arena):
    battle = arena.battle(first("tackle", confusion=5, hp=1), idle())
    battle.turn("tackle", "splash", [HITS_ITSELF, MAX])
    assert battle.winner == "b"


def test_the_confused_are_not_confused_again(arena):
    battle = arena.battle(first("psybeam"), idle(confusion=5, hp=900))
    battle.turn("psybeam", "splash", [*HIT, happens(10), KEEPS_ITS_HEAD])
    assert battle.b.confusion == 4


# Flinching -----------------------------------------------------------------------------------


def test_flinching_costs_the_action_of_this_turn_only(arena):
    battle = arena.battle(first("bite", "splash"), idle("tackle"))
    battle.turn("bite", "tackle", [*HIT, happens(30)])
    assert battle.happened("CANT", "B")
    battle.turn("splash", "tackle", HIT)
    assert battle.a.lost == damage(40)


def test_one_that_has_acted_does_not_flinch_in_the_next_turn(arena):
    battle = arena.battle(first("tackle"), idle("bite"))
    battle.turn("tackle", "bite", [*HIT, *HIT, happens(30)])
    battle.turn("tackle", "bite", [*HIT, *HIT, fails(30)])
    assert not battle.happened("CANT")


# One after the other -------------------------------------------------------------------------


def test_what_may_stop_an_action_is_asked_in_order(arena):
    """Sleep, then flinching, then confusion, then paralysis."""
    battle = arena.battle(
        idle("tackle", status="paralysis", confusion=5, stages={"speed": -6}), first("bite")
    )
    battle.turn("tackle", "bite", [*HIT, happens(30)])
    assert battle.a.confusion == 5  # a flinch comes before confusion is counted
    battle.turn("tackle", "bite", [*HIT, fails(30), KEEPS_ITS_HEAD, FULLY_PARALYSED])
    assert battle.a.confusion == 4
    battle.turn("tackle", "bite", [*HIT, fails(30), HITS_ITSELF, MAX])
    assert battle.a.confusion == 3


def test_a_sleeper_is_not_asked_about_confusion(arena):
    battle = arena.battle(first("tackle", status="sleep", status_counter=3, confusion=5), idle())
    battle.turn("tackle", "splash", [])
    assert battle.a.confusion == 5


def test_recharging_comes_before_sleep(arena):
    """A fighter that recharges does not sleep that turn away."""
    battle = arena.battle(first(status="sleep", status_counter=3, recharging=1), idle())
    battle.turn(None, "splash", [])
    assert battle.a.status_counter == 3
    assert battle.a.recharging == 0


# Exact probabilities of a turn -----------------------------------------------------------------


def test_probability_that_a_paralysed_fighter_acts(arena):
    battle = arena.battle(first("dragon-rage", status="paralysis", stages={"speed": 6}), idle())
    assert battle.probability(
        "dragon-rage", "splash", lambda after: after.b.lost == 40
    ) == Fraction(3, 4)


def test_probability_that_a_frozen_fighter_acts(arena):
    battle = arena.battle(first("dragon-rage", status="freeze"), idle())
    assert battle.probability(
        "dragon-rage", "splash", lambda after: after.b.lost == 40
    ) == Fraction(1, 5)


def test_probability_that_a_confused_fighter_acts(arena):
    battle = arena.battle(first("dragon-rage", confusion=5), idle())
    assert battle.probability(
        "dragon-rage", "splash", lambda after: after.b.lost == 40
    ) == Fraction(67, 100)


def test_probability_that_a_confused_and_paralysed_fighter_acts(arena):
    battle = arena.battle(
        first("dragon-rage", confusion=5, status="paralysis", stages={"speed": 6}), idle()
    )
    assert battle.probability(
        "dragon-rage", "splash", lambda after: after.b.lost == 40
    ) == Fraction(67, 100) * Fraction(3, 4)


def test_probability_of_each_length_of_sleep(arena):
    battle = arena.battle(first("hypnosis"), idle())
    for counter in (1, 2, 3):
        # One action of two to four is already gone.
        assert (
            battle.probability(
                "hypnosis", "splash", lambda after, c=counter: after.b.status_counter == c
            )
            == Fraction(60, 100) / 3
        )
    assert battle.probability(
        "hypnosis", "splash", lambda after: after.b.status == "none"
    ) == Fraction(40, 100)


def test_probability_of_a_flinch_and_a_counter_attack(arena):
    """Both survive a Bite; the slower one then acts in 70 % of cases."""
    battle = arena.battle(first("bite"), idle("dragon-rage"))
    assert battle.probability("bite", "dragon-rage", lambda after: after.a.lost == 40) == Fraction(
        7, 10
    )
