"""A policy that looks ahead: Monte-Carlo values of every pair of choices, then their game.

Both sides choose at once, so a turn is a matrix game. Each cell (my slot, the foe's slot) is
valued by playing the turn on a copy of the battle and playing on with a quick policy (the
strongest move three times in four, else a random one) for some turns; an undecided end counts
by the HP left. Fictitious play then finds the foe's mixture, and the answer is the best reply
to it. The budget counts playouts, so a choice depends on nothing but state and seed.
"""

import numpy as np

from mlcore.engine import choosing, policies, turn
from mlcore.engine import state as st
from mlcore.engine.jit import kernel
from mlcore.engine.rng import draw

#: Turns a playout goes on after the turn it values.
HORIZON = 24
#: Rounds of fictitious play; the mixture is then within a few per cent of the game's.
ROUNDS = 200

# Rows of the board: a row per own slot of summed values, then of playouts; then workspace.
_VALUES, _COUNTS, _MINE, _THEIRS = 0, 4, 8, 9
BOARD_ROWS = 10


def new_board() -> np.ndarray:
    """Workspace of one search, float64 (BOARD_ROWS, slots)."""
    return np.zeros((BOARD_ROWS, st.MOVE_SLOTS), dtype=np.float64)


@kernel
def _quick_choice(s, rng, rules, side):
    if draw(rng, 4) == 0:
        return policies.choose_random(s, rng, rules.moves, side)
    return policies.choose_strongest(s, rng, rules, side)


@kernel
def playout(s, rng, log, rules, side):
    """Play on quickly from ``s``; returns 1 for a win of ``side``, 0 for a loss, else between."""
    for _ in range(HORIZON):
        if s[st.FIELD, st.WINNER] != st.UNDECIDED:
            break
        slot_a = _quick_choice(s, rng, rules, 0)
        slot_b = _quick_choice(s, rng, rules, 1)
        turn.play_turn(s, rng, log, rules, slot_a, slot_b)
    winner = s[st.FIELD, st.WINNER]
    if winner == st.DRAW:
        return 0.5
    if winner != st.UNDECIDED:
        return 1.0 if winner == side + 1 else 0.0
    mine = s[side, st.HP] / s[side, st.MAX_HP]
    theirs = s[1 - side, st.HP] / s[1 - side, st.MAX_HP]
    return 0.5 + 0.4 * (mine - theirs)


@kernel
def _options(s, moves, side, board, row):
    """Write the slots the side may choose to a row of the board; returns how many (at least 1).

    A side that is bound, or has only Struggle left, has the one option NO_CHOICE.
    """
    count = 0
    if choosing.forced_move(s, side) == st.FREE_CHOICE:
        for slot in range(st.MOVE_SLOTS):
            if choosing.usable(s, moves, side, slot):
                board[row, count] = slot
                count += 1
    if count == 0:
        board[row, 0] = st.NO_CHOICE
        count = 1
    return count


@kernel
def _best_reply(board, mine, theirs):
    """Own option that does best against the foe's mixture, by fictitious play."""
    # After the values are known, rows of counts hold the values' means.
    for i in range(mine):
        for j in range(theirs):
            board[_VALUES + i, j] /= max(board[_COUNTS + i, j], 1.0)
    for i in range(st.MOVE_SLOTS):
        board[_COUNTS, i] = 0.0  # what each own option earned so far
        board[_COUNTS + 1, i] = 0.0  # what each of the foe's cost
    row = 0
    for _ in range(ROUNDS):
        column = 0
        for j in range(theirs):
            board[_COUNTS + 1, j] += board[_VALUES + row, j]
            if board[_COUNTS + 1, j] < board[_COUNTS + 1, column]:
                column = j
        row = 0
        for i in range(mine):
            board[_COUNTS, i] += board[_VALUES + i, column]
            if board[_COUNTS, i] > board[_COUNTS, row]:
                row = i
    best = 0
    for i in range(mine):
        if board[_COUNTS, i] > board[_COUNTS, best]:
            best = i
    return best


@kernel
def choose_search(s, rng, log, rules, side, budget, copy, board):
    """The slot that looks best after ``budget`` playouts; copy and board are workspace."""
    mine = _options(s, rules.moves, side, board, _MINE)
    if mine == 1:
        return int(board[_MINE, 0])
    theirs = _options(s, rules.moves, 1 - side, board, _THEIRS)
    for i in range(2 * st.MOVE_SLOTS):
        for j in range(st.MOVE_SLOTS):
            board[i, j] = 0.0
    cells = mine * theirs
    rounds = max(1, budget // cells)
    for _ in range(rounds):
        for i in range(mine):
            for j in range(theirs):
                for x in range(3):
                    for y in range(st.SIDE_COLUMNS):
                        copy[x, y] = s[x, y]
                own, foe = int(board[_MINE, i]), int(board[_THEIRS, j])
                slot_a = own if side == 0 else foe
                slot_b = foe if side == 0 else own
                turn.play_turn(copy, rng, log, rules, slot_a, slot_b)
                value = playout(copy, rng, log, rules, side)
                board[_VALUES + i, j] += value
                board[_COUNTS + i, j] += 1.0
    return int(board[_MINE, _best_reply(board, mine, theirs)])
