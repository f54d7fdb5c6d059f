"""A policy that looks ahead: Monte-Carlo values of every pair of choices, then their game.

Both sides choose at once, so a turn is a matrix game. Each cell (A's slot, B's slot) is valued by
playing the turn on a copy of the battle and playing on with a quick policy (the strongest move
three times in four, else a random one) for some turns; an undecided end counts by the HP left.
The slot is drawn from the mixture that solves the game. The budget counts playouts, so a choice
depends on nothing but state and seed.
"""

from mlcore.engine import matrix_game, policies, turn
from mlcore.engine import state as st
from mlcore.engine.jit import kernel
from mlcore.engine.matrix_game import new_board  # noqa: F401
from mlcore.engine.rng import draw

#: Turns a playout goes on after the turn it values.
HORIZON = 24


@kernel
def _quick_choice(s, rng, rules, side):
    if draw(rng, 4) == 0:
        return policies.choose_harmless(s, rng, rules.moves, side)
    return policies.choose_strongest(s, rng, rules, side)


@kernel
def playout(s, rng, log, rules):
    """Play on quickly from ``s``; returns 1 when A wins, 0 when B wins, else between."""
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
        return 1.0 if winner == st.A_WINS else 0.0
    return 0.5 + 0.4 * (s[0, st.HP] / s[0, st.MAX_HP] - s[1, st.HP] / s[1, st.MAX_HP])


@kernel
def solve_turn(s, rng, log, rules, budget, copy, board):
    """Value every pair of choices by playouts and solve their game; returns (rows, columns)."""
    rows = matrix_game.write_slots(s, rules.moves, 0, board)
    columns = matrix_game.write_slots(s, rules.moves, 1, board)
    for i in range(rows):
        for j in range(columns):
            board[matrix_game.VALUES + i, j] = 0.0
    rounds = max(1, budget // (rows * columns))
    for _ in range(rounds):
        for i in range(rows):
            for j in range(columns):
                for x in range(3):
                    for y in range(st.SIDE_COLUMNS):
                        copy[x, y] = s[x, y]
                slot_a = int(board[matrix_game.SLOTS, i])
                slot_b = int(board[matrix_game.SLOTS + 1, j])
                turn.play_turn(copy, rng, log, rules, slot_a, slot_b)
                board[matrix_game.VALUES + i, j] += playout(copy, rng, log, rules) / rounds
    matrix_game.solve(board, rows, columns)
    return rows, columns


@kernel
def choose_search(s, rng, log, rules, side, budget, copy, board):
    """The slot drawn from the mixture that ``budget`` playouts find; copy, board: workspace."""
    if matrix_game.write_slots(s, rules.moves, side, board) == 1:
        return int(board[matrix_game.SLOTS + side, 0])
    rows, columns = solve_turn(s, rng, log, rules, budget, copy, board)
    return matrix_game.draw_slot(board, side, rows if side == 0 else columns, rng)
