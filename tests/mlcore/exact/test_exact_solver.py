"""The duel followed as probabilities: against sums done by hand, and against the engine."""

import numpy as np
import pytest

from mlcore.engine.damage import damage_rolls
from mlcore.engine.simulate import simulate_duels
from mlcore.engine.specs import Setups
from mlcore.exact import columns
from mlcore.exact import duel as exact
from mlcore.learning import baselines, features


def solve(game, duel):
    """One duel's results."""
    return exact.solve(game.tables, exact.fighter_rows(game.tables, *duel))[0]


def uses(game, duel):
    """What A's uses do to a passive B."""
    return exact.uses_to_win(game.tables, exact.fighter_rows(game.tables, *duel))[0, 0]


def by_turn(result, start):
    return result[start : start + columns.TURNS]


# Dream Eater never works on a foe that is awake, so its user is a target that does nothing.
PASSIVE = ("hypno", "dream-eater")


def test_outcomes_add_up_to_one(game, some_duels):
    ends = exact.solve(game.tables, exact.fighter_rows(game.tables, *some_duels))
    total = ends[:, columns.WIN_A] + ends[:, columns.WIN_B] + ends[:, columns.UNDECIDED]
    np.testing.assert_allclose(total, 1, atol=1e-9)
    assert (ends >= 0).all()
    assert (np.diff(ends[:, columns.WIN_A_BY : columns.WIN_A_BY + columns.TURNS]) >= -1e-9).all()


def test_one_hit_knock_out_is_a_geometric_series(game, duel):
    result = solve(game, duel("dugtrio", "fissure", *PASSIVE))
    expected = 1 - 0.7 ** np.arange(1, columns.TURNS + 1)
    np.testing.assert_allclose(by_turn(result, columns.WIN_A_BY), expected, atol=2e-3)


def test_both_knock_out_and_the_faster_is_first(game, duel):
    result = solve(game, duel("dugtrio", "fissure", "rhydon", "horn-drill"))
    assert by_turn(result, columns.WIN_A_BY)[0] == pytest.approx(0.3, abs=1e-6)
    assert by_turn(result, columns.WIN_B_BY)[0] == pytest.approx(0.7 * 0.3, abs=1e-6)


def test_one_hit_knock_out_never_works_on_a_higher_level(game, duel):
    assert uses(game, duel("dugtrio", "fissure", *PASSIVE, level_a=49))[columns.HIT_CHANCE] == 0
    better = uses(game, duel("dugtrio", "fissure", *PASSIVE, level_a=60))
    assert better[columns.HIT_CHANCE] == pytest.approx(0.4)


def test_fixed_damage_takes_a_fixed_number_of_uses(game, duel):
    """Hypno has 160 HP at level 50; Seismic Toss takes 50."""
    result = uses(game, duel("machamp", "seismic-toss", *PASSIVE))
    expected = [0, 0, 0, 1, 1, 1, 1, 1, 1, 1]
    np.testing.assert_allclose(
        result[columns.KO_IN : columns.KO_IN + columns.USES], expected, atol=1e-6
    )
    assert result[columns.MIN_DAMAGE] == result[columns.MAX_DAMAGE] == 50


def test_uses_follow_the_binomial_when_the_move_can_miss(game, duel):
    """Eight hits of Sonic Boom (20 HP, 90 %) take Hypno's 160 HP."""
    result = uses(game, duel("magnemite", "sonic-boom", *PASSIVE))
    eight = 0.9**8
    expected = [0] * 7 + [eight, eight * (1 + 8 * 0.1), eight * (1 + 8 * 0.1 + 36 * 0.01)]
    np.testing.assert_allclose(
        result[columns.KO_IN : columns.KO_IN + columns.USES], expected, atol=1e-5
    )


def test_rolls_are_those_of_the_engine(game, duel):
    one = duel("pikachu", "thunderbolt", "blastoise", "surf")
    result = uses(game, one)
    plain = damage_rolls(game.tables, one[0], one[1], one[2])[0]
    critical = damage_rolls(game.tables, one[0], one[1], one[2], critical=True)[0]
    assert result[columns.MIN_DAMAGE] == plain[0]
    assert result[columns.MAX_DAMAGE] == critical[-1]
    mean = plain.mean() * 23 / 24 + critical.mean() / 24
    assert result[columns.MEAN_DAMAGE] == pytest.approx(mean)


def test_a_user_of_explosion_loses_and_the_slower_one_wins(game, duel):
    assert solve(game, duel("electrode", "explosion", "onix", "tackle"))[columns.WIN_A] == 0
    result = solve(game, duel("electrode", "explosion", "geodude", "explosion"))
    assert result[columns.WIN_B] == pytest.approx(1)


def test_sucker_punch_needs_a_foe_that_has_not_moved(game, duel):
    """Against Extreme priority it comes too late, so it never wins a turn."""
    slow = solve(game, duel("dugtrio", "sucker-punch", "pikachu-starter", "zippy-zap"))
    assert by_turn(slow, columns.WIN_A_BY).max() == 0


def test_fake_out_works_once(game, duel):
    result = solve(game, duel("persian", "fake-out", *PASSIVE))
    once = uses(game, duel("persian", "fake-out", *PASSIVE))
    assert once[columns.MAX_DAMAGE] < 160
    assert by_turn(result, columns.WIN_A_BY).max() == 0


def test_two_that_can_do_nothing_struggle_in_the_end(game, duel):
    """24 turns of PP, then Struggle decides long before the turn limit."""
    result = solve(game, duel("hypno", "dream-eater", "jynx", "dream-eater"))
    assert result[columns.MEAN_TURNS] > 24
    assert result[columns.UNDECIDED] < 0.001


def test_the_other_side_sees_the_same_duel_bit_by_bit(game, some_duels):
    a, move_a, b, move_b = some_duels
    rows_ab, rows_ba = features.build_pair(game.tables, a, move_a, b, move_b)
    swapped_ab, swapped_ba = features.build_pair(game.tables, b, move_b, a, move_a)
    assert np.array_equal(rows_ab, swapped_ba)
    assert np.array_equal(rows_ba, swapped_ab)


def test_a_mirror_is_even(game):
    forms = np.arange(len(game.form_slugs))
    forms = forms[[len(game.usable_moves(int(form))) > 0 for form in forms]]
    move = np.array([game.usable_moves(int(form))[0] for form in forms])
    mirrors = (Setups.flat(forms), move, Setups.flat(forms), move)
    rows = features.build_features(game.tables, *mirrors)
    np.testing.assert_allclose(baselines.closed_form(rows), 0.5, atol=1e-6)
    # Even before both views are averaged: crowded situations are put together in some order.
    ends = exact.solve(game.tables, exact.fighter_rows(game.tables, *mirrors))
    np.testing.assert_allclose(ends[:, columns.WIN_A], ends[:, columns.WIN_B], atol=0.02)


def test_every_damaging_move_ends_as_the_engine_says(game):
    """Three duels of each of the 157 moves, 3,000 plays each; what differs is named."""
    tables = game.tables
    random = np.random.default_rng(8)
    moves = np.repeat(np.flatnonzero(tables.damaging & tables.usable.any(axis=0)), 3)
    form_a = np.array([random.choice(np.flatnonzero(tables.usable[:, move])) for move in moves])
    fighters = np.flatnonzero((tables.usable & tables.damaging).any(axis=1))
    form_b = random.choice(fighters, len(moves))
    move_b = np.array([random.choice(game.usable_moves(int(form))) for form in form_b])
    duels = (Setups.flat(form_a), moves, Setups.flat(form_b), move_b)
    ends = exact.solve(tables, exact.fighter_rows(tables, *duels))
    foreseen = ends[:, columns.WIN_A] + ends[:, columns.UNDECIDED] / 2
    plays = 3000
    played = simulate_duels(tables, *duels, plays=plays, seed=4).win_share
    off = np.abs(foreseen - played) - 4 * np.sqrt(played * (1 - played) / plays)
    wrong = [
        f"{game.form_slugs[form_a[k]]} {game.move_slugs[moves[k]]} against "
        f"{game.form_slugs[form_b[k]]} {game.move_slugs[move_b[k]]}: "
        f"{foreseen[k]:.3f}, played {played[k]:.3f}"
        for k in np.flatnonzero(off > 0.04)
    ]
    assert len(moves) == 3 * 157
    assert wrong == []
