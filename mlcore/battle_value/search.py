"""Well-played choices: the matrix game of a turn, valued one ply ahead by the network.

Each pair of choices is played some times on copies of the battle, with the same random numbers
for every pair, and each end is valued by the network, or is decided. The mixtures that solve this
game are how both sides play (mlcore/engine/matrix_game.py).
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mlcore.battle_value import features, network
from mlcore.engine import events as ev
from mlcore.engine import matrix_game, turn
from mlcore.engine import state as st
from mlcore.engine.damage import fighter_details
from mlcore.engine.jit import kernel
from mlcore.engine.rng import COUNTER, HEADER, KEY_HIGH, KEY_LOW, SCRIPTED, mix
from mlcore.engine.specs import GameTables, Setups
from mlcore.engine.stats import compute_stats

Net = tuple[np.ndarray, ...]

#: Samples of each pair of choices: of one decision in play, and of the answer to a match-up, which
#: is asked from both sides.
PLAY_SAMPLES, START_SAMPLES = 16, 24


class Workspace(NamedTuple):
    """Scratch arrays of a search; kernels allocate nothing."""

    copy: np.ndarray  # int64 (3, columns of a side)
    rng: np.ndarray  # int64 (HEADER,)
    log: np.ndarray
    features: np.ndarray  # float32 (2, WIDTH)
    hits: np.ndarray  # float64 (2, slots, 6)
    hidden: np.ndarray  # float32 (2, HIDDEN_1)


def new_workspace() -> Workspace:
    return Workspace(
        st.new_state(),
        np.zeros(HEADER, dtype=np.int64),
        ev.no_events(),
        np.zeros((2, features.WIDTH), dtype=np.float32),
        np.zeros((2, *features.HITS_SHAPE)),
        network.new_scratch(),
    )


@kernel
def state_value(s, rules, net, work):
    """A's chance to win from this state, a draw counting half."""
    winner = s[st.FIELD, st.WINNER]
    if winner == st.A_WINS:
        return 1.0
    if winner == st.B_WINS:
        return 0.0
    if winner == st.DRAW:
        return 0.5
    features.describe(s, rules, work.features, work.hits)
    return network.chance_of_a(work.features, net, work.hidden)


@kernel
def one_ply(s, key, rules, net, samples, work, board):
    """Solve the game of the turn to come on the board; returns (A's choices, B's choices, value).

    ``key`` names the random numbers of the samples; they are the same for every pair of choices.
    """
    rows = matrix_game.write_slots(s, rules.moves, 0, board)
    columns = matrix_game.write_slots(s, rules.moves, 1, board)
    for i in range(rows):
        for j in range(columns):
            total = 0.0
            for sample in range(samples):
                for row in range(3):
                    for column in range(st.SIDE_COLUMNS):
                        work.copy[row, column] = s[row, column]
                work.rng[KEY_LOW] = key
                work.rng[KEY_HIGH] = mix(key ^ sample, 0x5BD1E995)
                work.rng[COUNTER] = 0
                work.rng[SCRIPTED] = 0
                slot_a = int(board[matrix_game.SLOTS, i])
                slot_b = int(board[matrix_game.SLOTS + 1, j])
                turn.play_turn(work.copy, work.rng, work.log, rules, slot_a, slot_b)
                total += state_value(work.copy, rules, net, work)
            board[matrix_game.VALUES + i, j] = total / max(samples, 1)
    return rows, columns, matrix_game.solve(board, rows, columns)


@kernel
def _value_starts(
    stats_a,
    details_a,
    slots_a,
    stats_b,
    details_b,
    slots_b,
    key,
    rules,
    net,
    samples,
    s,
    work,
    board,
    out,
):
    """One-ply values of fresh battles, asked from both sides and averaged; out float64 (k,)."""
    for k in range(out.shape[0]):
        total = 0.0
        for seat in range(2):
            for side in range(2):
                if side == seat:
                    stats, details, slots = stats_a[k], details_a[k], slots_a[k]
                else:
                    stats, details, slots = stats_b[k], details_b[k], slots_b[k]
                st.set_side(
                    s,
                    side,
                    stats,
                    details[0],
                    details[1],
                    details[2:4],
                    details[4],
                    rules.moves,
                    slots,
                )
            for column in range(st.SIDE_COLUMNS):
                s[st.FIELD, column] = 0
            value = one_ply(s, key, rules, net, samples, work, board)[2]
            total += value if seat == 0 else 1.0 - value
        out[k] = total / 2.0


def start_values(
    tables: GameTables,
    net: Net,
    a: Setups,
    slots_a: np.ndarray,
    b: Setups,
    slots_b: np.ndarray,
    *,
    samples: int = START_SAMPLES,
    seed: int = 0,
    threads: int = 1,
) -> np.ndarray:
    """P(A wins) of k match-ups when both sides play well, float64 (k,); a draw counts half.

    slots_a, slots_b: move indices int (k, 4), -1 for an empty slot. Swapping the sides gives the
    complement; the order of moves does not matter.
    """
    out = np.empty(len(a))
    given = (
        compute_stats(tables, a),
        fighter_details(tables, a),
        np.ascontiguousarray(slots_a, dtype=np.int64),
        compute_stats(tables, b),
        fighter_details(tables, b),
        np.ascontiguousarray(slots_b, dtype=np.int64),
    )
    key = seed & 0xFFFFFFFF

    def value(rows: slice) -> None:
        _value_starts(
            *(array[rows] for array in given),
            key,
            tables.rules,
            net,
            samples,
            st.new_state(),
            new_workspace(),
            matrix_game.new_board(),
            out[rows],
        )

    size = max(1, min(256, -(-len(out) // max(threads, 1))))
    parts = [slice(first, first + size) for first in range(0, len(out), size)]
    if threads <= 1 or len(parts) < 2:
        for rows in parts:
            value(rows)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(value, parts))
    return out


@dataclass(frozen=True)
class Advice:
    """How a side should play this turn, from ``side``'s point of view.

    value   its chance to win when both sides play well
    shares  by slot: how often to choose it; choices that are never right are left out
    worth   by slot: the chance to win with it against the foe's best mixture
    """

    value: float
    shares: dict[int, float]
    worth: dict[int, float]


def advise(
    state: np.ndarray, tables: GameTables, net: Net, side: int, *, seed: int, samples: int
) -> Advice:
    """What to do in an undecided battle; no random stream of the battle is touched."""
    board = matrix_game.new_board()
    key = mix(int(state[st.FIELD, st.TURN]), seed & 0xFFFFFFFF)
    rows, columns, value = one_ply(state, key, tables.rules, net, samples, new_workspace(), board)
    own, others = (rows, columns) if side == 0 else (columns, rows)
    slots = board[matrix_game.SLOTS + side, :own].astype(int)
    mixture = board[matrix_game.MIXTURES + side, :own]
    mixture = np.where(mixture >= matrix_game.LEAST_SHARE, mixture, 0.0)
    mixture = mixture / mixture.sum()
    return Advice(
        value=float(value if side == 0 else 1.0 - value),
        shares={
            int(slot): float(share)
            for slot, share in zip(slots, mixture, strict=True)
            if share > 0 and slot != st.NO_CHOICE
        },
        worth={
            int(slot): float(matrix_game.worth(board, side, i, others))
            for i, slot in enumerate(slots)
            if slot != st.NO_CHOICE
        },
    )
