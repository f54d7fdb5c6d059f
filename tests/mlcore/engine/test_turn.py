"""The turn as a whole: order, accuracy, PP, legal choices, its end, and how a battle is decided.

A Mew (all stats 122, 175 HP) faces a Mew unless a test says otherwise. Source of the rules:
generation 7 as the reference simulator's mod gen7letsgo plays it; the limit of 100 turns is the
project's own.
"""

from fractions import Fraction

import numpy as np
import pytest

from mlcore.engine import state as st
from mlcore.engine.specs import MoveColumn
from tests.mlcore.engine.arena import (
    A_FIRST,
    ACTS,
    B_FIRST,
    CRIT,
    HIT,
    MAX,
    NO_CRIT,
    fails,
    fighter,
    first,
    happens,
    idle,
    percent,
    pick,
)
from tests.mlcore.engine.formula import damage

# The script itself ---------------------------------------------------------------------------


def test_a_missing_roll_fails(arena):
    battle = arena.battle(first("tackle"), idle())
    with pytest.raises(AssertionError, match="asked for"):
        battle.turn("tackle", "splash", [NO_CRIT])


def test_a_leftover_roll_fails(arena):
    battle = arena.battle(first("tackle"), idle())
    with pytest.raises(AssertionError, match="asked for"):
        battle.turn("tackle", "splash", [*HIT, happens(30)])


def test_other_odds_fail(arena):
    battle = arena.battle(first("tackle"), idle())
    with pytest.raises(AssertionError, match="asked for"):
        battle.turn("tackle", "splash", [fails(1, 8), MAX])


# Who acts first ------------------------------------------------------------------------------

# Every priority of the pool that is not 0. Source: the simulator's move data.
PRIORITY = {
    "helping-hand": 5,
    "protect": 4,
    "fake-out": 3,
    "feint": 2,
    "zippy-zap": 2,
    "aqua-jet": 1,
    "bide": 1,
    "ice-shard": 1,
    "quick-attack": 1,
    "sucker-punch": 1,
    "counter": -5,
    "mirror-coat": -5,
    "dragon-tail": -6,
    "roar": -6,
    "teleport": -6,
    "whirlwind": -6,
}


def test_priorities_of_the_pool(arena):
    moves = arena.tables.moves
    priorities = {
        slug: int(moves[i, MoveColumn.PRIORITY])
        for i, slug in enumerate(arena.tables.move_slugs)
        if moves[i, MoveColumn.PRIORITY]
    }
    assert priorities == PRIORITY


@pytest.mark.parametrize(
    ("a", "b", "order"),
    [
        ("splash", "quick-attack", "B A"),
        ("protect", "fake-out", "A B"),
        ("feint", "fake-out", "B A"),
        ("zippy-zap", "quick-attack", "A B"),
        ("roar", "splash", "B A"),
        ("roar", "counter", "B A"),
        ("quick-attack", "ice-shard", "B A"),
        ("roar", "dragon-tail", "B A"),
    ],
)
def test_priority_decides_before_speed(arena, a, b, order):
    """A is slower, so that only priority can put it first."""
    battle = arena.battle(idle(a, stages={"speed": -1}), idle(b))
    battle.turn(a, b, seed=1)
    assert [name[0] for name in battle.names("MOVE", "CANT")] == order.split()


@pytest.mark.parametrize(("a", "b"), [("quick-attack", "ice-shard"), ("roar", "teleport")])
def test_equal_priorities_and_speeds_are_a_tie(arena, a, b):
    battle = arena.battle(idle(a, hp=1), idle(b, hp=1))
    orders = {outcome.state[st.FIELD, st.WINNER] for _, outcome in battle.outcomes(a, b)}
    assert orders == ({st.A_WINS, st.B_WINS} if a == "quick-attack" else {st.UNDECIDED})


@pytest.mark.parametrize("winner", [A_FIRST, B_FIRST])
def test_a_speed_tie_is_drawn_each_turn(arena, winner):
    battle = arena.battle(idle(), idle())
    battle.turn("splash", "splash", [winner])
    assert battle.names("MOVE")[0] == f"{'AB'[winner.value]} MOVE"
    battle.turn("splash", "splash", [B_FIRST])
    assert battle.names("MOVE")[0] == "B MOVE"


def test_the_faster_one_acts_first(arena):
    battle = arena.battle(fighter("snorlax", "splash"), fighter("electrode", "splash"))
    battle.turn("splash", "splash", [])
    assert battle.names("MOVE") == ["B MOVE", "A MOVE"]


def test_a_change_of_speed_counts_from_the_next_turn(arena):
    """Generation 7 orders a turn once, before anyone acts."""
    battle = arena.battle(first("splash"), idle("agility"))
    battle.turn("splash", "agility", [])
    assert battle.names("MOVE") == ["A MOVE", "B MOVE"]
    battle.turn("splash", "agility", [])
    assert battle.names("MOVE") == ["B MOVE", "A MOVE"]
    battle = arena.battle(first("thunder-wave"), idle("splash", stages={"speed": 2}))
    battle.turn("thunder-wave", "splash", [happens(90)])
    battle.turn("thunder-wave", "splash", [happens(90), ACTS])
    assert battle.names("MOVE") == ["A MOVE", "B MOVE"]


def test_recharging_has_no_priority(arena):
    battle = arena.battle(idle(recharging=1), idle("splash", stages={"speed": 1}))
    battle.turn(None, "splash", [])
    assert battle.names("MOVE", "CANT") == ["B MOVE", "A CANT"]


# Accuracy ------------------------------------------------------------------------------------

# 100 % at each stage: x(3 + n) / 3 upwards, x3 / (3 + n) downwards, floored.
ACCURACY = {-6: 33, -5: 37, -4: 42, -3: 50, -2: 60, -1: 75, 1: 133, 2: 166, 6: 300}


@pytest.mark.parametrize("stage", ACCURACY)
def test_accuracy_and_evasion_stages(arena, stage):
    chance = ACCURACY[stage]
    for a, b in (
        ({"accuracy": stage}, {}),
        ({}, {"evasion": -stage}),
    ):
        battle = arena.battle(first("tackle", stages=a), idle(stages=b))
        battle.turn("tackle", "splash", [happens(chance), *HIT] if chance < 100 else HIT)
        assert battle.b.lost == damage(40)


@pytest.mark.parametrize(
    ("accuracy", "evasion", "chance"),
    [(-3, 3, 33), (2, 2, 100), (1, -2, 200), (-6, -6, 100), (3, 4, 75)],
)
def test_accuracy_and_evasion_are_added_up_to_six(arena, accuracy, evasion, chance):
    battle = arena.battle(
        first("tackle", stages={"accuracy": accuracy}), idle(stages={"evasion": evasion})
    )
    battle.turn("tackle", "splash", [happens(chance), *HIT] if chance < 100 else HIT)
    assert battle.b.lost == damage(40)


def test_stages_multiply_a_moves_own_accuracy(arena):
    battle = arena.battle(first("hydro-pump", stages={"accuracy": -1}), idle())
    battle.turn("hydro-pump", "splash", [fails(60)])  # 80 x 3/4
    battle = arena.battle(first("thunder", stages={"accuracy": 1}), idle())
    battle.turn("thunder", "splash", [fails(93)])  # 70 x 4/3 = 93.3


# PP and choices ------------------------------------------------------------------------------


def test_a_battle_starts_with_eight_fifths_of_the_pp(arena):
    battle = arena.battle(idle("tackle", "self-destruct", "fire-blast", "psychic"), idle())
    assert battle.a.moves == {"tackle": 56, "self-destruct": 8, "fire-blast": 8, "psychic": 16}


def test_a_move_without_pp_cannot_be_chosen(arena):
    battle = arena.battle(idle("tackle", "splash"), idle())
    battle.a.set(pp_1=0)
    assert battle.choices(0) == ["splash"]


def test_a_missed_move_costs_pp(arena):
    battle = arena.battle(first("hydro-pump"), idle())
    battle.turn("hydro-pump", "splash", [fails(80)])
    assert battle.a.moves == {"hydro-pump": 7}


def test_an_empty_slot_cannot_be_chosen(arena):
    assert arena.battle(idle("tackle"), idle()).choices(0) == ["tackle"]


def test_a_duel_of_splashes_ends_in_struggle(arena):
    """64 turns of Splash, then both struggle until one has no HP left."""
    battle = arena.battle(first(), idle())
    for _ in range(64):
        battle.turn("splash", "splash", [])
    assert battle.choices(0) == battle.choices(1) == ["struggle"]
    while not battle.over:
        battle.turn(None, None, seed=3)
    assert battle.turn_number <= 72


# Order at the end of a turn --------------------------------------------------------------------


def test_the_end_of_a_turn_goes_step_by_step(arena):
    """Leech Seed, then poison, then burn, then the trap; for both before the next step."""
    battle = arena.battle(
        idle(status="burn", seeded=1, trapped=4, stages={"speed": 1}),
        idle(status="poison", seeded=1, trapped=4),
    )
    battle.turn("splash", "splash", [])
    causes = [(e[1], e[3]) for e in battle.events if e[0] == "DAMAGE"]
    seed, poison, burn, trap = 7, 5, 4, 6
    assert causes == [
        ("A", seed),
        ("B", seed),
        ("B", poison),
        ("A", burn),
        ("A", trap),
        ("B", trap),
    ]


def test_a_step_handles_the_faster_side_first(arena):
    battle = arena.battle(idle(seeded=1), idle(seeded=1, stages={"speed": 1}))
    battle.turn("splash", "splash", [])
    assert [side for side, _ in battle.damages] == ["B", "A"]


def test_a_step_counts_paralysis_as_it_is_now(arena):
    battle = arena.battle(idle(seeded=1, status="paralysis", stages={"speed": 1}), idle(seeded=1))
    battle.turn("splash", "splash", [ACTS])
    assert [side for side, _ in battle.damages] == ["B", "A"]


def test_a_tie_at_the_end_of_a_turn_is_drawn(arena):
    battle = arena.battle(idle(seeded=1, hp=20), idle(seeded=1, hp=20))
    battle.turn("splash", "splash", [A_FIRST, B_FIRST])
    assert [side for side, _ in battle.damages] == ["B"]
    assert battle.winner == "a"


def test_nothing_happens_at_the_end_once_the_battle_is_decided(arena):
    battle = arena.battle(first("tackle", status="poison", hp=1), idle(hp=1))
    battle.turn("tackle", "splash", HIT)
    assert battle.winner == "a"
    assert battle.a.hp == 1


def test_the_faster_of_two_poisoned_falls_first_and_loses(arena):
    battle = arena.battle(first(status="poison", hp=1), idle(status="poison", hp=1))
    battle.turn("splash", "splash", [])
    assert (battle.a.hp, battle.b.hp) == (0, 1)
    assert battle.winner == "b"


def test_leech_seed_can_save_from_poison(arena):
    """Seed comes first: A drains 21 HP before its own poison takes 21."""
    battle = arena.battle(first(status="poison", hp=1), idle(seeded=1))
    battle.turn("splash", "splash", [])
    assert battle.a.hp == 1


def test_leech_seed_takes_nothing_for_a_fallen_foe(arena):
    battle = arena.battle(first("self-destruct"), idle(seeded=1, hp=900, max_hp=900))
    battle.turn("self-destruct", "splash", HIT)
    assert battle.b.lost == damage(200)


# How a battle is decided ---------------------------------------------------------------------


def test_a_fallen_fighter_does_not_act(arena):
    battle = arena.battle(first("tackle"), idle("tackle", hp=1))
    battle.turn("tackle", "tackle", HIT)
    assert battle.winner == "a"
    assert battle.a.lost == 0
    assert battle.names("MOVE", "FAINT", "WIN") == ["A MOVE", "B FAINT", "A WIN"]


def test_when_both_fall_the_one_that_falls_last_wins(arena):
    """By recoil the user wins, by exploding it loses."""
    battle = arena.battle(first("take-down", hp=1), idle(hp=1))
    battle.turn("take-down", "splash", [happens(85), *HIT])
    assert battle.winner == "a"
    assert battle.names("FAINT", "WIN") == ["B FAINT", "A FAINT", "A WIN"]
    battle = arena.battle(first("explosion", hp=1), idle(hp=1))
    battle.turn("explosion", "splash", HIT)
    assert battle.winner == "b"
    assert battle.names("FAINT", "WIN") == ["A FAINT", "B FAINT", "B WIN"]


def test_struggle_that_takes_both_down_wins(arena):
    battle = arena.battle(first(hp=10, pp=0), idle(hp=1))
    battle.turn(None, "splash", HIT)
    assert (battle.a.hp, battle.b.hp) == (0, 0)
    assert battle.winner == "a"


@pytest.mark.parametrize("turn", [99, 100])
def test_a_battle_of_a_hundred_turns_is_a_draw(arena, turn):
    battle = arena.battle(first(), idle())
    battle.state[st.FIELD, st.TURN] = turn - 1
    battle.turn("splash", "splash", [])
    assert battle.winner == ("draw" if turn == 100 else None)


def test_a_knock_out_in_turn_100_counts(arena):
    for state, script in (
        ({"hp": 1}, HIT),
        ({"hp": 900, "max_hp": 900, "status": "poison", "status_counter": 0}, HIT),
    ):
        battle = arena.battle(first("tackle"), idle(**state))
        battle.state[st.FIELD, st.TURN] = 99
        battle.turn("tackle", "splash", script)
        assert battle.winner == ("a" if state["hp"] == 1 else "draw")


def test_poison_in_turn_100_counts(arena):
    battle = arena.battle(first(), idle(status="poison", hp=5))
    battle.state[st.FIELD, st.TURN] = 99
    battle.turn("splash", "splash", [])
    assert battle.winner == "a"


# Events --------------------------------------------------------------------------------------


def test_events_of_a_turn_in_order(arena):
    battle = arena.battle(first("thunderbolt"), idle("toxic"))
    battle.turn("thunderbolt", "toxic", [CRIT, MAX, happens(10), ACTS, happens(90)])
    assert battle.names() == [
        "A TURN",
        "A MOVE",
        "B CRITICAL",
        "B DAMAGE",
        "B STATUS",
        "B MOVE",
        "A STATUS",
        "A DAMAGE",
    ]


def test_a_silent_log_records_nothing_and_changes_nothing(arena):
    loud = arena.battle(first("thunderbolt"), idle("toxic"))
    outcomes = {
        after.state.tobytes(): probability
        for probability, after in loud.outcomes("thunderbolt", "toxic")
    }
    loud.turn("thunderbolt", "toxic", [CRIT, MAX, happens(10), ACTS, happens(90)])
    assert loud.state.tobytes() in outcomes


# Exact probabilities -------------------------------------------------------------------------


def test_outcomes_of_a_turn_add_up_to_one(arena):
    battle = arena.battle(idle("thunder", status="paralysis"), idle("hydro-pump", confusion=3))
    total = Fraction(0)
    for probability, after in battle.outcomes("thunder", "hydro-pump"):
        total += probability
        assert 0 <= after.a.hp <= 175
    assert total == 1


def test_a_speed_tie_is_fair(arena):
    battle = arena.battle(idle("dragon-rage", hp=40), idle("dragon-rage", hp=40))
    assert battle.probability(
        "dragon-rage", "dragon-rage", lambda after: after.winner == "a"
    ) == Fraction(1, 2)


def test_knock_out_chance_in_one_turn(arena):
    """Accuracy x (critical hit or a roll high enough), worked out by hand.

    Mega Kick, 75 %: 54 at full strength. Against 50 HP it needs a critical hit (at least 68) or
    a roll of at least 93 %: 8 rolls of 16.
    """
    assert [roll for roll in range(85, 101) if damage(120, roll=roll) >= 50] == list(range(93, 101))
    battle = arena.battle(first("mega-kick"), idle(hp=50))
    expected = Fraction(75, 100) * (Fraction(1, 24) + Fraction(23, 24) * Fraction(8, 16))
    assert battle.probability("mega-kick", "splash", lambda after: after.over) == expected


def test_knock_out_chance_through_paralysis_and_a_lowered_accuracy(arena):
    battle = arena.battle(
        first("slash", status="paralysis", stages={"accuracy": -1, "speed": 6}), idle(hp=31)
    )
    # 32 at full strength: rolls of 97 % and more; critical hits (1/8) always.
    assert [roll for roll in range(85, 101) if damage(70, roll=roll) >= 31] == [97, 98, 99, 100]
    expected = (
        Fraction(3, 4) * Fraction(75, 100) * (Fraction(1, 8) + Fraction(7, 8) * Fraction(4, 16))
    )
    assert battle.probability("slash", "splash", lambda after: after.over) == expected


def test_chance_of_each_number_of_hits(arena):
    """35, 35, 15 and 15 %: the branches of a Spike Cannon on a target it cannot knock out in one
    hit, added up by the hits it announced."""
    battle = arena.battle(first("spike-cannon"), idle())
    chances = dict.fromkeys((2, 3, 4, 5), Fraction(0))
    for drawn in range(20):
        one = battle.copy()
        hits = next(
            n for n in chances if _plays(one, [pick(drawn, 20), *[NO_CRIT, percent(85)] * n])
        )
        chances[hits] += Fraction(1, 20)
    assert chances == {
        2: Fraction(35, 100),
        3: Fraction(35, 100),
        4: Fraction(15, 100),
        5: Fraction(15, 100),
    }


def _plays(battle, script):
    """Whether the script is neither too short nor too long for a Spike Cannon."""
    try:
        battle.copy().turn("spike-cannon", "splash", script)
    except AssertionError:
        return False
    return True


def test_super_fang_then_poison(arena):
    """Half of 100, then 21: survives with 29 in 90 % of cases, else with 79."""
    battle = arena.battle(first("super-fang"), idle(hp=100, status="poison"))
    assert battle.probability("super-fang", "splash", lambda after: after.b.hp == 29) == Fraction(
        9, 10
    )
    assert battle.probability("super-fang", "splash", lambda after: after.b.hp == 79) == Fraction(
        1, 10
    )


def test_mutual_knock_out_of_two_equal_explosions(arena):
    """Whoever is faster loses: at equal speed each side wins half of the time."""
    battle = arena.battle(idle("explosion", hp=5), idle("explosion", hp=5))
    assert battle.probability(
        "explosion", "explosion", lambda after: after.winner == "a"
    ) == Fraction(1, 2)


# Seeds ---------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_turn(arena):
    states = []
    for _ in range(2):
        battle = arena.battle(idle("thunder"), idle("tri-attack"))
        for _ in range(3):
            if not battle.over:
                battle.turn("thunder", "tri-attack", seed=11)
        states.append(battle.state)
    assert np.array_equal(*states)


def test_a_roll_between_the_extremes(arena):
    battle = arena.battle(first("strength"), idle())
    battle.turn("strength", "splash", [NO_CRIT, percent(93)])
    assert battle.b.lost == damage(80, roll=93)
