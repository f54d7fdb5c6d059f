"""The game of one turn: both sides choose at once, so the best play is a mixture.

A board holds everything of one such game, float64 (BOARD_ROWS, slots): the values of the pairs of
choices as A's chances to win, the slots behind rows and columns, and both sides' mixtures.
"""

import numpy as np

from mlcore.engine import choosing
from mlcore.engine import state as st
from mlcore.engine.jit import kernel
from mlcore.engine.rng import draw

#: Rounds of regret matching. The mixtures then give away less than 0.005 of a win, and a tenth of
#: that on average (tests/mlcore/engine/test_matrix_game.py).
ROUNDS = 200
#: Mixtures leave out choices with a smaller share: they are noise of the values.
LEAST_SHARE = 0.05

# Rows of a board: VALUES to VALUES + 3 a row per slot of A; then two rows each, A's and B's.
VALUES, SLOTS, MIXTURES, _REGRETS, _TOTALS, _NOW, _EARNED = 0, 4, 6, 8, 10, 12, 14
BOARD_ROWS = 15


def new_board() -> np.ndarray:
    """Workspace of one turn's game."""
    return np.zeros((BOARD_ROWS, st.MOVE_SLOTS), dtype=np.float64)


@kernel
def write_slots(s, moves, side, board):
    """Write the slots that the side may choose; returns how many, at least 1.

    A side that is bound, or has only Struggle left, has the one choice NO_CHOICE.
    """
    count = 0
    if choosing.forced_move(s, side) == st.FREE_CHOICE:
        for slot in range(st.MOVE_SLOTS):
            if choosing.usable(s, moves, side, slot):
                board[SLOTS + side, count] = slot
                count += 1
    if count == 0:
        board[SLOTS + side, 0] = st.NO_CHOICE
        count = 1
    return count


@kernel
def _saddle(board, rows, columns):
    """Pure mixtures where neither side gains by mixing; returns whether there is such a pair."""
    for i in range(rows):
        for j in range(columns):
            stable = True
            for other in range(rows):
                stable = stable and board[VALUES + other, j] <= board[VALUES + i, j]
            for other in range(columns):
                stable = stable and board[VALUES + i, other] >= board[VALUES + i, j]
            if stable:
                board[MIXTURES, i] = 1.0
                board[MIXTURES + 1, j] = 1.0
                return True
    return False


@kernel
def _write_strategy(board, side, count):
    """What the side's regrets ask for now."""
    total = 0.0
    for i in range(count):
        total += board[_REGRETS + side, i]
    for i in range(count):
        share = board[_REGRETS + side, i] / total if total > 0 else 1.0 / count
        board[_NOW + side, i] = share


@kernel
def _match_regrets(board, rows, columns):
    """Average strategies of regret matching+: the sides in turn, later rounds weighing more."""
    _write_strategy(board, 1, columns)
    for step in range(ROUNDS):
        for side in range(2):
            own, others = (rows, columns) if side == 0 else (columns, rows)
            _write_strategy(board, side, own)
            mean = 0.0
            for i in range(own):
                earned = 0.0
                for j in range(others):
                    share = board[_NOW + 1 - side, j]
                    if side == 0:
                        earned += share * board[VALUES + i, j]
                    else:
                        earned -= share * board[VALUES + j, i]
                board[_EARNED, i] = earned
                mean += board[_NOW + side, i] * earned
            for i in range(own):
                regret = board[_REGRETS + side, i] + board[_EARNED, i] - mean
                board[_REGRETS + side, i] = max(0.0, regret)
            _write_strategy(board, side, own)
            for i in range(own):
                board[_TOTALS + side, i] += (step + 1.0) * board[_NOW + side, i]
    weight = 0.5 * ROUNDS * (ROUNDS + 1)
    for side in range(2):
        for i in range(rows if side == 0 else columns):
            board[MIXTURES + side, i] = board[_TOTALS + side, i] / weight


@kernel
def solve(board, rows, columns):
    """Write the mixtures of both sides; returns A's chance to win when both play them."""
    for row in range(MIXTURES, BOARD_ROWS):
        for i in range(st.MOVE_SLOTS):
            board[row, i] = 0.0
    if not _saddle(board, rows, columns):
        _match_regrets(board, rows, columns)
    value = 0.0
    for i in range(rows):
        for j in range(columns):
            value += board[MIXTURES, i] * board[MIXTURES + 1, j] * board[VALUES + i, j]
    return value


@kernel
def worth(board, side, i, others):
    """The side's chance to win when it makes its choice ``i`` against the foe's mixture."""
    value = 0.0
    for j in range(others):
        if side == 0:
            value += board[MIXTURES + 1, j] * board[VALUES + i, j]
        else:
            value += board[MIXTURES, j] * (1.0 - board[VALUES + j, i])
    return value


@kernel
def draw_slot(board, side, count, rng):
    """A slot drawn from the side's mixture."""
    total = 0.0
    chosen = 0
    for i in range(count):
        share = board[MIXTURES + side, i]
        if share >= LEAST_SHARE:
            total += share
            chosen = i
    if total < 1.0 or board[MIXTURES + side, chosen] < total:
        left = draw(rng, 1 << 30) / float(1 << 30) * total
        for i in range(count):
            share = board[MIXTURES + side, i]
            if share >= LEAST_SHARE:
                chosen = i
                left -= share
                if left < 0:
                    break
    return int(board[SLOTS + side, chosen])
