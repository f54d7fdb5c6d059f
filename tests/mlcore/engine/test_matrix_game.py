"""The game of one turn: values and mixtures against what linear programming says."""

import numpy as np
import pytest
from scipy.optimize import linprog

from mlcore.engine import matrix_game
from mlcore.engine.rng import random_source


def solve(values):
    values = np.asarray(values, dtype=float)
    board = matrix_game.new_board()
    rows, columns = values.shape
    board[matrix_game.VALUES : matrix_game.VALUES + rows, :columns] = values
    board[matrix_game.SLOTS : matrix_game.SLOTS + 2] = np.arange(4)
    value = matrix_game.solve(board, rows, columns)
    mixtures = board[matrix_game.MIXTURES : matrix_game.MIXTURES + 2]
    return value, mixtures[0, :rows], mixtures[1, :columns], board


def true_value(values):
    """The value of the game, by linear programming."""
    rows, columns = values.shape
    found = linprog(
        [*[0.0] * rows, -1.0],
        A_ub=np.column_stack([-values.T, np.ones(columns)]),
        b_ub=np.zeros(columns),
        A_eq=[[*[1.0] * rows, 0.0]],
        b_eq=[1.0],
        bounds=[*[(0, 1)] * rows, (None, None)],
    )
    return -found.fun


def test_it_works():
    value, mine, theirs, _ = solve([[1, 0], [0, 1]])
    assert value == pytest.approx(0.5)
    assert mine == pytest.approx([0.5, 0.5])
    assert theirs == pytest.approx([0.5, 0.5])


def test_a_saddle_point_is_played_purely():
    value, mine, theirs, _ = solve([[0.7, 0.6, 0.9], [0.8, 0.5, 0.2]])
    assert value == 0.6
    assert mine.tolist() == [1, 0]
    assert theirs.tolist() == [0, 1, 0]


@pytest.mark.parametrize("seed", range(40))
def test_values_and_mixtures_are_those_of_the_game(seed):
    rng = np.random.default_rng(seed)
    values = rng.random((rng.integers(1, 5), rng.integers(1, 5)))
    value, mine, theirs, board = solve(values)
    best = true_value(values)
    assert value == pytest.approx(best, abs=0.005)
    # Neither side gains by leaving its mixture.
    assert (values @ theirs).max() <= best + 0.005
    assert (mine @ values).min() >= best - 0.005
    worth = [matrix_game.worth(board, 0, i, values.shape[1]) for i in range(len(values))]
    assert worth == pytest.approx(values @ theirs)
    worth = [matrix_game.worth(board, 1, j, len(values)) for j in range(values.shape[1])]
    assert worth == pytest.approx(1 - mine @ values)


def test_slots_are_drawn_by_their_shares_and_small_ones_never():
    *_, board = solve([[1, 0], [0, 1]])
    board[matrix_game.MIXTURES] = [0.3, 0.66, 0.04, 0.0]
    rng = random_source(1)
    drawn = np.bincount([matrix_game.draw_slot(board, 0, 4, rng) for _ in range(4000)], minlength=4)
    assert drawn[2] == drawn[3] == 0
    # Four standard errors.
    assert abs(drawn[0] / 4000 - 0.3 / 0.96) < 4 * (0.3125 * 0.6875 / 4000) ** 0.5
