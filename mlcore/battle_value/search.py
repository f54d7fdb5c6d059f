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
from mlcore.engine.rng import HEADER, mix, spread
from mlcore.engine.specs import GameTables, Setups
from mlcore.engine.stats import compute_stats
from mlcore.lib import ordering

Net = tuple[np.ndarray, ...]

#: Samples of every pair of choices with which a look begins, and how many more it may spend on the
#: pairs that decide: of one decision in play, and of the answer to a match-up. Which pairs decide
#: is asked anew after every part.
FIRST_SAMPLES, PLAY_EXTRA, START_EXTRA = 3, 128, 160
_PARTS = 4
#: A choice worth this much less than the best may still turn out to be right.
_NEAR = 0.08
#: The work ends when the value's standard error is below this. What so few samples have not shown
#: may be out there: their variance is never taken for less than this share of 1 / samples^2.
_CERTAIN, _UNSEEN = 0.01, 0.02
#: Match-ups that the network takes for decided, to within this share, are left to it.
_DECIDED = 0.01
#: Samples of each pair, at least, of an answer that shows what all choices are worth.
_SHOWN_SAMPLES = 12
# What is kept of a pair's samples: how many, their sum, and that of their squares.
_COUNT, _SUM, _SQUARES = range(3)


class Workspace(NamedTuple):
    """Scratch arrays of a search; kernels allocate nothing."""

    copy: np.ndarray  # int64 (3, columns of a side)
    rng: np.ndarray  # int64 (HEADER,)
    log: np.ndarray
    features: np.ndarray  # float32 (2, WIDTH)
    scratch: features.Scratch
    network: network.Scratch
    tallies: np.ndarray  # float64 (slots, slots, 3), by pair of choices


def new_workspace() -> Workspace:
    return Workspace(
        st.new_state(),
        np.zeros(HEADER, dtype=np.int64),
        ev.no_events(),
        np.zeros((2, features.WIDTH), dtype=np.float32),
        features.new_scratch(),
        network.new_scratch(),
        np.zeros((st.MOVE_SLOTS, st.MOVE_SLOTS, 3)),
    )


@kernel
def points(s):
    """A's points of a battle that is over, -1 of one that is not."""
    winner = s[st.FIELD, st.WINNER]
    if winner == st.UNDECIDED:
        return -1.0
    return 1.0 if winner == st.A_WINS else (0.5 if winner == st.DRAW else 0.0)


@kernel
def state_value(s, rules, net, work):
    """A's chance to win from this state, a draw counting half."""
    value = points(s)
    if value >= 0:
        return value
    features.describe(s, rules, work.features, work.scratch)
    return network.chance_of_a(work.features, net, work.network)


@kernel
def _play_pair(s, key, rules, net, i, j, more, work, board):
    """Play a pair of choices ``more`` times; the board gets the mean value of all its samples."""
    tally = work.tallies[i, j]
    slots = int(board[matrix_game.SLOTS, i]), int(board[matrix_game.SLOTS + 1, j])
    for sample in range(int(tally[_COUNT]), int(tally[_COUNT]) + more):
        for row in range(3):
            for column in range(st.SIDE_COLUMNS):
                work.copy[row, column] = s[row, column]
        spread(work.rng, key, sample)
        turn.play_turn(work.copy, work.rng, work.log, rules, slots[0], slots[1])
        value = points(work.copy)
        if value < 0:
            features.describe(work.copy, rules, work.features, work.scratch)
            value = network.chance_near_base(work.features, net, work.network)
        tally[_COUNT] += 1
        tally[_SUM] += value
        tally[_SQUARES] += value * value
    board[matrix_game.VALUES + i, j] = tally[_SUM] / tally[_COUNT]


@kernel
def _begin_look(s, rules, net, work, board):
    """Forget all samples and write down the choices; returns how many A and B have."""
    features.describe(s, rules, work.features, work.scratch)
    network.set_base(work.features, net, work.network)
    for i in range(st.MOVE_SLOTS):
        for j in range(st.MOVE_SLOTS):
            for column in range(3):
                work.tallies[i, j, column] = 0.0
    rows = matrix_game.write_slots(s, rules.moves, 0, board)
    columns = matrix_game.write_slots(s, rules.moves, 1, board)
    return rows, columns


@kernel
def _play_up_to(s, key, rules, net, rows, columns, samples, work, board):
    """Play every pair of choices until it has so many samples."""
    for i in range(rows):
        for j in range(columns):
            more = samples - int(work.tallies[i, j, _COUNT])
            if more > 0:
                _play_pair(s, key, rules, net, i, j, more, work, board)


@kernel
def _variance(rows, columns, work, board):
    """Of the value of the game, as its samples tell."""
    total = 0.0
    for i in range(rows):
        for j in range(columns):
            tally = work.tallies[i, j]
            share = board[matrix_game.MIXTURES, i] * board[matrix_game.MIXTURES + 1, j]
            mean = tally[_SUM] / tally[_COUNT]
            spread_out = max(tally[_SQUARES] / tally[_COUNT] - mean * mean, 0.0)
            unseen = _UNSEEN / (tally[_COUNT] * tally[_COUNT])
            total += share * share * (spread_out + unseen) / tally[_COUNT]
    return total


@kernel
def _counts(board, side, choice, others, value):
    """Whether a choice is used, or might be for all that few samples can tell."""
    if board[matrix_game.MIXTURES + side, choice] >= matrix_game.LEAST_SHARE:
        return True
    best = value if side == 0 else 1.0 - value
    return matrix_game.worth(board, side, choice, others) > best - _NEAR


@kernel
def _pairs_that_decide(rows, columns, value, board):
    """Which pairs of choices count on both sides, as bits, and how many."""
    pairs = count = 0
    for i in range(rows):
        if _counts(board, 0, i, columns, value):
            for j in range(columns):
                if _counts(board, 1, j, rows, value):
                    pairs |= 1 << (st.MOVE_SLOTS * i + j)
                    count += 1
    return pairs, count


@kernel
def one_ply(s, key, rules, net, samples, extra, work, board):
    """Solve the game of the turn to come on the board; returns (A's choices, B's choices, value).

    Every pair of choices is played ``samples`` times; few samples tell which choices are never
    right. The others share up to ``extra`` further plays, until the value is certain enough.
    ``key`` names the random numbers; the n-th sample of every pair has the same.
    """
    rows, columns = _begin_look(s, rules, net, work, board)
    _play_up_to(s, key, rules, net, rows, columns, max(samples, 1), work, board)
    value = matrix_game.solve(board, rows, columns)
    for part in range(_PARTS):
        if extra <= 0 or _variance(rows, columns, work, board) < _CERTAIN * _CERTAIN:
            break
        pairs, count = _pairs_that_decide(rows, columns, value, board)
        more = max(1, extra // (_PARTS - part) // count)
        for i in range(rows):
            for j in range(columns):
                if pairs & (1 << (st.MOVE_SLOTS * i + j)):
                    _play_pair(s, key, rules, net, i, j, more, work, board)
        extra -= more * count
        value = matrix_game.solve(board, rows, columns)
    return rows, columns, value


class _Starts(NamedTuple):
    """k fresh battles: int64 (k, 6), (k, 5) and (k, 4) of each side."""

    stats_a: np.ndarray
    details_a: np.ndarray
    slots_a: np.ndarray
    stats_b: np.ndarray
    details_b: np.ndarray
    slots_b: np.ndarray


def _starts(
    tables: GameTables, a: Setups, slots_a: np.ndarray, b: Setups, slots_b: np.ndarray
) -> _Starts:
    sides = []
    for setups, slots in ((a, slots_a), (b, slots_b)):
        sides += [*Side.of(tables, setups), _ordered(slots)]
    return _Starts(*sides)


@kernel
def _begin(starts, k, s, rules):
    """Put fresh fighters on both sides."""
    for side in range(2):
        if side == 0:
            stats, details, slots = starts.stats_a[k], starts.details_a[k], starts.slots_a[k]
        else:
            stats, details, slots = starts.stats_b[k], starts.details_b[k], starts.slots_b[k]
        st.set_side(
            s, side, stats, details[0], details[1], details[2:4], details[4], rules.moves, slots
        )
    for column in range(st.SIDE_COLUMNS):
        s[st.FIELD, column] = 0


@kernel
def _one_ply_values(starts, key, rules, net, samples, extra, s, work, board, out):
    """Look one ply ahead where the network leaves a doubt; out comes with its own values."""
    for k in range(out.shape[0]):
        if _DECIDED < out[k] < 1.0 - _DECIDED:
            _begin(starts, k, s, rules)
            out[k] = one_ply(s, key, rules, net, samples, extra, work, board)[2]


@kernel
def _network_values(starts, rules, net, s, work, out):
    for k in range(out.shape[0]):
        _begin(starts, k, s, rules)
        out[k] = state_value(s, rules, net, work)


@kernel
def _values_of_pairs(
    stats, details, slots, foe_stats, foe_details, foe_slots, rules, net, s, work, out
):
    """The network's value of each fighter on side A against each foe."""
    for column in range(st.SIDE_COLUMNS):
        s[st.FIELD, column] = 0
    for k in range(out.shape[0]):
        own = details[k]
        st.set_side(s, 0, stats[k], own[0], own[1], own[2:4], own[4], rules.moves, slots[k])
        for j in range(out.shape[1]):
            foe = foe_details[j]
            st.set_side(
                s, 1, foe_stats[j], foe[0], foe[1], foe[2:4], foe[4], rules.moves, foe_slots[j]
            )
            out[k, j] = state_value(s, rules, net, work)


class Side(NamedTuple):
    """n fresh fighters, one part of what ``values_of_pairs`` needs.

    stats    int64 (n, 6)
    details  int64 (n, 5)
    """

    stats: np.ndarray
    details: np.ndarray

    @classmethod
    def of(cls, tables: GameTables, setups: Setups) -> "Side":
        return cls(
            np.ascontiguousarray(compute_stats(tables, setups), dtype=np.int64),
            np.ascontiguousarray(fighter_details(tables, setups), dtype=np.int64),
        )

    def take(self, rows: np.ndarray) -> "Side":
        return Side(self.stats[rows], self.details[rows])


def values_of_pairs(
    tables: GameTables, net: Net, own: Side, sets: np.ndarray, foes: Side, foe_sets: np.ndarray
) -> np.ndarray:
    """P(win) of n fighters against m foes by the network alone, float64 (n, m).

    sets: move indices int (n, 4), foe_sets: (m, 4), -1 for an empty slot.
    """
    out = np.empty((len(sets), len(foe_sets)))
    ordered = (_ordered(slots) for slots in (sets, foe_sets))
    _values_of_pairs(
        *own,
        next(ordered),
        *foes,
        next(ordered),
        tables.rules,
        net,
        st.new_state(),
        new_workspace(),
        out,
    )
    return out


def _ordered(slots: np.ndarray) -> np.ndarray:
    """The order of moves means nothing; empty slots come last."""
    return np.ascontiguousarray(-np.sort(-np.asarray(slots, dtype=np.int64), axis=1))


def _order(starts: _Starts) -> np.ndarray:
    return ordering.compare(np.hstack(starts[:3]), np.hstack(starts[3:]))


def order_of_sides(
    tables: GameTables, a: Setups, slots_a: np.ndarray, b: Setups, slots_b: np.ndarray
) -> np.ndarray:
    """A fixed order of both sides, int (k,): below 0 where B comes first, 0 where they are equal.

    Answers are found with the first side as A, so that swapping the sides gives the complement.
    """
    return _order(_starts(tables, a, slots_a, b, slots_b))


def _seat(starts: _Starts) -> tuple[_Starts, np.ndarray]:
    """The same match-ups, of two sides the one that sorts first seated first.

    So swapping the sides gives the exact complement. With it int (k,): less than 0 where the sides
    were turned, 0 where they are equal.
    """
    order = _order(starts)
    turned = (order < 0)[:, None]
    seated = (np.where(turned, starts[i - 3], starts[i]) for i in range(len(starts)))
    return _Starts(*seated), order


def start_values(
    tables: GameTables,
    net: Net,
    a: Setups,
    slots_a: np.ndarray,
    b: Setups,
    slots_b: np.ndarray,
    *,
    samples: int = FIRST_SAMPLES,
    extra: int = START_EXTRA,
    seed: int = 0,
    threads: int = 1,
) -> np.ndarray:
    """P(A wins) of k match-ups when both sides play well, float64 (k,); a draw counts half.

    slots_a, slots_b: move indices int (k, 4), -1 for an empty slot. Swapping the sides gives the
    complement; the order of moves does not matter. Where the network alone is in doubt, ``samples``
    of each pair of choices are played, and up to ``extra`` of those that decide. With no
    ``samples`` the network answers alone.
    """
    seated, order = _seat(_starts(tables, a, slots_a, b, slots_b))
    turned = order < 0
    out = np.empty(len(a))
    key = seed & 0xFFFFFFFF

    def value(rows: slice) -> None:
        part = _Starts(*(column[rows] for column in seated))
        s, work, board = st.new_state(), new_workspace(), matrix_game.new_board()
        _network_values(part, tables.rules, net, s, work, out[rows])
        if samples:
            _one_ply_values(part, key, tables.rules, net, samples, extra, s, work, board, out[rows])

    size = max(1, min(256, -(-len(out) // max(threads, 1))))
    with ThreadPoolExecutor(max(threads, 1)) as pool:
        list(pool.map(value, (slice(at, at + size) for at in range(0, len(out), size))))
    # Two equal sides are even.
    out[order == 0] = 0.5
    return np.where(turned, 1.0 - out, out)


@dataclass(frozen=True)
class Advice:
    """How a side should play this turn, from its own point of view.

    value   its chance to win when both sides play well
    shares  by slot: how often to choose it; choices that are never right are left out
    worth   by slot: the chance to win with it against the foe's best mixture
    """

    value: float
    shares: dict[int, float]
    worth: dict[int, float]


def advise(
    state: np.ndarray,
    tables: GameTables,
    net: Net,
    side: int,
    *,
    seed: int,
    samples: int = FIRST_SAMPLES,
    extra: int = PLAY_EXTRA,
) -> Advice:
    """What to do in an undecided battle; no random stream of the battle is touched."""
    return advise_both(state, tables, net, seed=seed, samples=samples, extra=extra)[side]


def advise_both(
    state: np.ndarray, tables: GameTables, net: Net, *, seed: int, samples: int, extra: int
) -> tuple[Advice, Advice]:
    """What both sides should do in an undecided battle, who choose at the same time."""
    board = matrix_game.new_board()
    key = mix(int(state[st.FIELD, st.TURN]), seed & 0xFFFFFFFF)
    rows, columns, value = one_ply(
        state, key, tables.rules, net, samples, extra, new_workspace(), board
    )
    # Both have the same moves in the same slots.
    equal = np.array_equal(state[0], state[1])
    return _advice_of_both(board, rows, columns, value, equal=equal)


def _advice_of_both(
    board: np.ndarray, rows: int, columns: int, value: float, *, equal: bool
) -> tuple[Advice, Advice]:
    """What the board says to both sides. ``equal`` sides are even and play alike.

    Samples name a seat for each side, so the values of equal sides are symmetric only on average.
    """
    if not equal:
        return (
            _advice(board, 0, rows, columns, value),
            _advice(board, 1, columns, rows, 1.0 - value),
        )
    values = board[matrix_game.VALUES : matrix_game.VALUES + rows, :columns]
    values[:] = 0.5 + (values - values.T) / 2
    matrix_game.solve(board, rows, columns)
    # What is best for one side is best for the other.
    board[matrix_game.MIXTURES + 1] = board[matrix_game.MIXTURES]
    advice = _advice(board, 0, rows, columns, 0.5)
    return advice, advice


def answer_at_start(
    tables: GameTables, net: Net, a: Setups, slots_a: np.ndarray, b: Setups, slots_b: np.ndarray
) -> tuple[float, Advice, Advice]:
    """P(A wins) and how both sides should open, from one look.

    The chance is that of ``start_values``, but for match-ups that are all but decided: there it is
    the better one. One fighter and one row of slots int (1, 4) a side.
    """
    seated, (order,) = _seat(_starts(tables, a, slots_a, b, slots_b))
    s, work, board = st.new_state(), new_workspace(), matrix_game.new_board()
    _begin(seated, 0, s, tables.rules)
    rows, columns, value = one_ply(s, 0, tables.rules, net, FIRST_SAMPLES, START_EXTRA, work, board)
    # What the other choices are worth is shown, too.
    _play_up_to(s, 0, tables.rules, net, rows, columns, _SHOWN_SAMPLES, work, board)
    advice = _advice_of_both(board, rows, columns, value, equal=order == 0)
    value = advice[0].value
    if order < 0:
        advice = advice[::-1]
    given_a, given_b = (
        _with_slots(own, slots[0]) for own, slots in zip(advice, (slots_a, slots_b), strict=True)
    )
    return float(1.0 - value if order < 0 else value), given_a, given_b


def _with_slots(advice: Advice, slots: np.ndarray) -> Advice:
    """Advice on ordered moves as advice on the moves in ``slots``."""
    slot_of = np.argsort(-slots, kind="stable").tolist()
    return Advice(
        advice.value,
        {slot_of[slot]: share for slot, share in advice.shares.items()},
        {slot_of[slot]: worth for slot, worth in advice.worth.items()},
    )


def _advice(board: np.ndarray, side: int, own: int, others: int, value: float) -> Advice:
    slots = board[matrix_game.SLOTS + side, :own].astype(int)
    mixture = board[matrix_game.MIXTURES + side, :own]
    mixture = np.where(mixture >= matrix_game.LEAST_SHARE, mixture, 0.0)
    mixture = mixture / mixture.sum()
    return Advice(
        value=float(value),
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
