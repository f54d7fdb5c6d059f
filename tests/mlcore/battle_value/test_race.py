"""The race to the last hit: beside the exact solver, and what a status move changes in it."""

import numpy as np
import pytest

from mlcore.battle_value import columns, features, starts
from mlcore.datasets import sampling
from mlcore.engine import state as st
from mlcore.engine.specs import Setups
from mlcore.exact import columns as exact
from mlcore.exact.duel import fighter_rows, solve
from tests.fresh_battles import battle


def column(game, states, name):
    """A feature of both sides of each state, float32 (k, 2)."""
    x = np.zeros((len(states), 2, columns.WIDTH), dtype=np.float32)
    for row, state in zip(x, states, strict=True):
        features.describe(state, game.tables.rules, row, features.new_scratch())
    return x[:, :, columns.SIDE_FEATURES.index(name)]


def test_a_race_comes_close_to_the_exact_chance(game):
    tables = game.tables
    a, move_a, b, move_b = sampling.draw(tables, 3000, np.random.default_rng(3))[:4]
    # Moves that do nothing but damage: the race knows no more.
    rows = tables.moves
    chances = (st.M_AILMENT_CHANCE, st.M_FLINCH_CHANCE, st.M_STAT_CHANCE, st.M_DRAIN, st.M_RECOIL)
    is_plain = (rows[:, st.M_EFFECT] == 0) & (rows[:, st.M_POWER] > 0)
    is_plain &= (rows[:, chances] == 0).all(axis=1)
    plain = np.flatnonzero(is_plain[move_a] & is_plain[move_b])
    a, move_a, b, move_b = a.take(plain), move_a[plain], b.take(plain), move_b[plain]
    ends = solve(tables, fighter_rows(tables, a, move_a, b, move_b))
    chance = ends[:, exact.WIN_A] + (1 - ends[:, exact.WIN_A] - ends[:, exact.WIN_B]) / 2
    slots = np.full((2, len(plain), st.MOVE_SLOTS), st.NO_MOVE)
    slots[0, :, 0], slots[1, :, 0] = move_a, move_b
    race = (column(game, starts.states_of(tables, a, slots[0], b, slots[1]), "race") + 1) / 2
    assert len(plain) > 150
    assert race.sum(axis=1) == pytest.approx(np.ones(len(plain)), abs=1e-5)
    assert np.abs(race[:, 0] - chance).mean() < 0.02
    contested = (chance > 0.1) & (chance < 0.9)
    assert contested.sum() > 10
    assert np.abs(race[contested, 0] - chance[contested]).mean() < 0.1


@pytest.mark.parametrize("move", ["dig", "fly"])
def test_who_hides_is_hit_every_second_turn(game, move):
    """Beside the exact chance, with the plan and without; Earthquake finds who is underground."""
    tables = game.tables
    a, move_a, b, move_b = sampling.draw(tables, 4000, np.random.default_rng(4))[:4]
    move_a = np.full_like(move_a, game.move_index(move))
    rows = tables.moves
    reaches = {"dig": st.M_HITS_UNDERGROUND, "fly": st.M_HITS_AIRBORNE}[move]
    is_plain = (rows[:, st.M_EFFECT] == 0) & (rows[:, st.M_POWER] > 0) & (rows[:, reaches] == 0)
    chances = (st.M_AILMENT_CHANCE, st.M_FLINCH_CHANCE, st.M_STAT_CHANCE, st.M_DRAIN, st.M_RECOIL)
    is_plain &= (rows[:, chances] == 0).all(axis=1)
    kept = np.flatnonzero(is_plain[move_b])
    a, move_a, b, move_b = a.take(kept), move_a[kept], b.take(kept), move_b[kept]
    ends = solve(tables, fighter_rows(tables, a, move_a, b, move_b))
    chance = ends[:, exact.WIN_A] + (1 - ends[:, exact.WIN_A] - ends[:, exact.WIN_B]) / 2
    slots = np.full((2, len(kept), st.MOVE_SLOTS), st.NO_MOVE)
    slots[0, :, 0], slots[1, :, 0] = move_a, move_b
    states = starts.states_of(tables, a, slots[0], b, slots[1])
    without = (column(game, states, "race")[:, 0] + 1) / 2
    hidden = without + column(game, states, "best_plan")[:, 0] / 2
    error, error_without = np.abs(hidden - chance).mean(), np.abs(without - chance).mean()
    assert len(kept) > 500
    assert error < 0.03
    assert error < error_without / 2


@pytest.mark.parametrize(
    ("move", "foe", "helps"),
    [
        ("thunder-wave", "tauros", True),
        ("thunder-wave", "golem", False),  # Ground types are not paralyzed
        ("toxic", "chansey", True),
        ("toxic", "muk", False),
        ("recover", "golem", True),
        ("splash", "tauros", False),
    ],
)
def test_a_status_move_helps_where_it_works(game, move, foe, helps):
    foe_move = {"chansey": "seismic-toss", "golem": "rock-slide"}.get(foe, "body-slam")
    state = battle(game, "mew", [move, "ice-beam"], foe, [foe_move])
    if move == "recover":
        state[0, st.HP] //= 4
    (plan, _) = column(game, [state], "best_plan")[0]
    assert (plan > 0.02) == helps
    assert plan >= 0


def test_what_is_done_already_helps_no_more(game):
    state = battle(game, "mew", ["thunder-wave", "ice-beam"], "tauros", ["body-slam"])
    (before, _) = column(game, [state], "best_plan")[0]
    (race_before, _) = column(game, [state], "race")[0]
    state[1, st.STATUS] = st.PARALYSIS
    assert column(game, [state], "best_plan")[0, 0] == 0 < before
    assert column(game, [state], "race")[0, 0] > race_before


def test_quick_attack_is_a_plan_where_it_ends_the_battle(game):
    """Both are down to their last HP: the slower side wins with what goes first."""
    state = battle(game, "pidgey", ["quick-attack", "gust"], "raichu", ["thunderbolt"])
    (before, _) = column(game, [state], "other_attack")[0]
    state[:2, st.HP] = 3
    (gain, foe_gain) = column(game, [state], "other_attack")[0]
    (race, _) = column(game, [state], "race")[0]
    assert before < 0.02
    # The chances with the strongest attack, and what the other one adds to them.
    assert (race + 1) / 2 + gain / 2 > 0.9
    assert foe_gain == 0


@pytest.mark.parametrize(
    ("move", "foe", "foe_moves", "helps"),
    [
        ("sizzly-slide", "tauros", ["body-slam"], True),
        ("sizzly-slide", "arcanine", ["body-slam"], False),  # Fire types do not burn
        ("buzzy-buzz", "tauros", ["body-slam"], True),
        ("baddy-bad", "tauros", ["body-slam"], True),
        ("glitzy-glow", "tauros", ["body-slam"], False),
        ("sappy-seed", "tauros", ["body-slam"], True),
        ("sappy-seed", "vileplume", ["body-slam"], False),
    ],
)
def test_an_attack_that_surely_does_more_is_a_plan(game, move, foe, foe_moves, helps):
    state = battle(game, "eevee-starter", [move, "take-down"], foe, foe_moves)
    (plan, _) = column(game, [state], "best_plan")[0]
    assert (plan > 0.001) == helps


def test_small_hits_are_counted_roll_by_roll(game):
    """4 HP before the roll: 3 and half as much again is 4 at 15 rolls of 16, 6 at the highest.

    A critical hit starts from 6: 5 and half as much again is 7, or 9.
    """
    fighters = [Setups.flat(np.array([game.form_index(form)])) for form in ("pidgey", "raichu")]
    for setups, level in zip(fighters, (4, 3), strict=True):
        setups.level[:] = level
    slots = np.full((2, 1, st.MOVE_SLOTS), st.NO_MOVE)
    slots[:, 0, 0] = game.move_index("quick-attack")
    (state,) = starts.states_of(game.tables, fighters[0], slots[0], fighters[1], slots[1])
    state[0, st.ATTACK], state[1, st.DEFENSE] = 9, 9
    state[1, st.HP] = 15
    mean = (4 * 15 + 6) / 16 * 23 / 24 + (7 * 15 + 9) / 16 / 24
    damage = column(game, [state], "attack_1_damage")[0, 0] * 15
    assert damage == pytest.approx(mean * 1.001, rel=1e-4)
    state[1, st.HP] = 5
    knock_out = column(game, [state], "attack_1_knock_out")[0, 0]
    assert knock_out == pytest.approx(1 / 16 * 23 / 24 + 1 / 24, rel=1e-4)
