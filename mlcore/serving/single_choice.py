"""Match-ups in which neither side has a choice: at most one move each, so nothing is played well.

Two attacks are solved (``mlcore.exact``); with a status move or without a move, PP and Struggle
decide, and the engine plays it out. Equal sides are even, and swapping the sides gives the
complement.
"""

import numpy as np

from mlcore.battle_value import search
from mlcore.engine.simulate import simulate_battles
from mlcore.engine.specs import GameTables, Setups
from mlcore.exact import columns
from mlcore.exact.duel import fighter_rows, solve

#: Games of a match-up that is played out: at most 0.4 s, a standard error of at most 0.011.
PLAYS = 2000


def applies(slots_a: np.ndarray, slots_b: np.ndarray) -> np.ndarray:
    """Where both sides have at most one move, bool (k,); slots: int (k, 4), -1 for none."""
    return ((slots_a >= 0).sum(axis=1) <= 1) & ((slots_b >= 0).sum(axis=1) <= 1)


def win_probabilities(
    tables: GameTables, a: Setups, slots_a: np.ndarray, b: Setups, slots_b: np.ndarray
) -> np.ndarray:
    """P(A wins) of k match-ups to which this ``applies``, float64 (k,); a draw counts half."""
    order = search.order_of_sides(tables, a, slots_a, b, slots_b)
    turned = order < 0
    rows, both = np.arange(len(a)), Setups.concatenate([a, b])
    slots = np.concatenate([slots_a, slots_b])
    at = np.where(turned, rows + len(a), rows), np.where(turned, rows, rows + len(a))
    moves = [slots[side].max(axis=1) for side in at]
    solvable = np.logical_and(*((move >= 0) & tables.damaging[move] for move in moves))
    chances = np.full(len(a), 0.5)
    attacks, others = np.flatnonzero(solvable), np.flatnonzero(~solvable & (order != 0))
    if len(attacks):
        first, second = (both.take(side[attacks]) for side in at)
        ends = solve(
            tables, fighter_rows(tables, first, moves[0][attacks], second, moves[1][attacks])
        )
        chances[attacks] = ends[:, columns.WIN_A] + ends[:, columns.UNDECIDED] / 2
    if len(others):
        first, second = (both.take(side[others]) for side in at)
        played = simulate_battles(
            tables,
            first,
            slots[at[0][others]],
            second,
            slots[at[1][others]],
            plays=PLAYS,
            seed=0,
            # The answer to a match-up does not depend on what else is asked.
            streams=np.zeros(len(others), dtype=np.int64),
        )
        chances[others] = played.win_share
    chances[order == 0] = 0.5
    return np.where(turned, 1.0 - chances, chances)
