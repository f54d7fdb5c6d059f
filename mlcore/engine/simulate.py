"""Playing many battles: compiled, on several threads, the same result on any number of them."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from mlcore.engine import events as ev
from mlcore.engine import policies
from mlcore.engine import state as st
from mlcore.engine.damage import fighter_details
from mlcore.engine.jit import kernel
from mlcore.engine.rng import HEADER, seed_stream
from mlcore.engine.search import choose_search, new_board
from mlcore.engine.specs import GameTables, Setups
from mlcore.engine.stats import compute_stats
from mlcore.engine.turn import play_turn

#: Battles per unit of work: small enough to share out, large enough to cost nothing.
_CHUNK = 4096


@dataclass(frozen=True, eq=False)
class Outcomes:
    """How often each side won, per duel: int64 (k,) each; turns is their sum over all plays."""

    plays: np.ndarray
    wins_a: np.ndarray
    wins_b: np.ndarray
    draws: np.ndarray
    turns: np.ndarray

    @property
    def win_share(self) -> np.ndarray:
        """Share of plays that A won, a draw counting half; float64 (k,)."""
        return (self.wins_a + 0.5 * self.draws) / self.plays


@kernel
def _choose(policy, s, rng, log, rules, side, budget, copy, board):
    """The slot that a compiled policy picks."""
    if policy == policies.STRONGEST:
        return policies.choose_strongest(s, rng, rules, side)
    if policy == policies.SEARCH:
        return choose_search(
            s,
            rng,
            log,
            rules,
            side,
            budget,
            copy,
            board,
        )
    return policies.choose_random(s, rng, rules.moves, side)


@kernel
def play_on(s, rng, log, rules, policy_a, policy_b, budget, copy, board):
    """Play a battle from where it stands to its end; returns the value of WINNER."""
    while s[st.FIELD, st.WINNER] == st.UNDECIDED:
        slot_a = _choose(policy_a, s, rng, log, rules, 0, budget, copy, board)
        slot_b = _choose(policy_b, s, rng, log, rules, 1, budget, copy, board)
        play_turn(s, rng, log, rules, slot_a, slot_b)
    return s[st.FIELD, st.WINNER]


@kernel
def _play_work(
    work,
    seed,
    streams,
    stats_a,
    details_a,
    slots_a,
    stats_b,
    details_b,
    slots_b,
    rules,
    policy_a,
    policy_b,
    budget,
    start,
    s,
    rng,
    log,
    copy,
    board,
    out,
):
    """Rows of work (duel, first play, end); adds to out (rows, 4): A, B, draws, turns.

    start, s, rng, log, copy and board are scratch space: kernels allocate nothing.
    """
    for row in range(work.shape[0]):
        k = work[row, 0]
        for side in range(2):
            stats = stats_a[k] if side == 0 else stats_b[k]
            details = details_a[k] if side == 0 else details_b[k]
            slots = slots_a[k] if side == 0 else slots_b[k]
            st.set_side(
                start,
                side,
                stats,
                details[0],
                details[1],
                details[2:4],
                details[4],
                rules.moves,
                slots,
            )
        for play in range(work[row, 1], work[row, 2]):
            for i in range(3):
                for j in range(st.SIDE_COLUMNS):
                    s[i, j] = start[i, j]
            seed_stream(rng, seed, streams[k], play)
            winner = play_on(
                s,
                rng,
                log,
                rules,
                policy_a,
                policy_b,
                budget,
                copy,
                board,
            )
            out[row, winner - 1] += 1
            out[row, 3] += s[st.FIELD, st.TURN]


def _work(plays: np.ndarray) -> np.ndarray:
    """Rows (duel, first play, end) of at most _CHUNK plays each; int64."""
    rows = [
        (k, first, min(first + _CHUNK, int(count)))
        for k, count in enumerate(plays)
        for first in range(0, int(count), _CHUNK)
    ]
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def simulate_battles(
    tables: GameTables,
    a: Setups,
    moves_a: np.ndarray,
    b: Setups,
    moves_b: np.ndarray,
    *,
    plays: int | np.ndarray,
    seed: int,
    threads: int = 1,
    policy_a: int = policies.RANDOM,
    policy_b: int = policies.RANDOM,
    search_budget: int = policies.SEARCH_BUDGET,
    streams: np.ndarray | None = None,
) -> Outcomes:
    """Play k battles ``plays`` times each with up to four moves a side.

    moves_a, moves_b: int (k, 4), -1 for an empty slot. ``streams`` (k,) names the random
    stream of each battle, its position by default; ``search_budget`` is the number of playouts a
    decision of the search policy; the result depends on nothing else but
    ``seed``, above all not on ``threads``.
    """
    count = len(a)
    plays = np.broadcast_to(np.asarray(plays, dtype=np.int64), (count,))
    if streams is None:
        streams = np.arange(count, dtype=np.int64)
    work = _work(plays)
    out = np.zeros((len(work), 4), dtype=np.int64)
    fixed = (
        seed & 0x7FFFFFFFFFFFFFFF,
        np.asarray(streams, dtype=np.int64),
        compute_stats(tables, a),
        fighter_details(tables, a),
        np.ascontiguousarray(moves_a, dtype=np.int64),
        compute_stats(tables, b),
        fighter_details(tables, b),
        np.ascontiguousarray(moves_b, dtype=np.int64),
        tables.rules,
        policy_a,
        policy_b,
        search_budget,
    )

    def play(first: int, end: int) -> None:
        rng = np.zeros(HEADER, dtype=np.int64)
        scratch = (st.new_state(), st.new_state(), rng, ev.no_events(), st.new_state(), new_board())
        _play_work(work[first:end], *fixed, *scratch, out[first:end])

    if threads <= 1 or len(work) < 2:
        play(0, len(work))
    else:
        # More parts than threads, so that a part of long battles does not hold all up.
        parts = np.array_split(np.arange(len(work)), min(len(work), threads * 8))
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda rows: play(rows[0], rows[-1] + 1), parts))
    totals = np.zeros((count, 4), dtype=np.int64)
    np.add.at(totals, work[:, 0], out)
    return Outcomes(np.array(plays), *totals.T)


def move_slots(sides: Sequence[Sequence[int]]) -> np.ndarray:
    """Move slots of k fighters with up to four moves each: int64 (k, 4), -1 for an empty slot."""
    slots = np.full((len(sides), st.MOVE_SLOTS), st.NO_MOVE, dtype=np.int64)
    for row, moves in enumerate(sides):
        slots[row, : len(moves)] = moves[: st.MOVE_SLOTS]
    return slots


def one_move_slots(move: np.ndarray) -> np.ndarray:
    """Move slots of fighters that know one move: int64 (k, 4)."""
    slots = np.full((len(move), st.MOVE_SLOTS), -1, dtype=np.int64)
    slots[:, 0] = move
    return slots


def simulate_duels(
    tables: GameTables,
    a: Setups,
    move_a: np.ndarray,
    b: Setups,
    move_b: np.ndarray,
    *,
    plays: int | np.ndarray,
    seed: int,
    threads: int = 1,
    streams: np.ndarray | None = None,
) -> Outcomes:
    """Play k duels: each side uses its one move every turn. move_a, move_b: int (k,)."""
    return simulate_battles(
        tables,
        a,
        one_move_slots(move_a),
        b,
        one_move_slots(move_b),
        plays=plays,
        seed=seed,
        threads=threads,
        streams=streams,
    )


def warm_up(tables: GameTables) -> None:
    """Compile, or load from the cache, everything that playing needs."""
    fighters = Setups.flat(np.zeros(1, dtype=np.int32))
    slots = one_move_slots(np.array([tables.struggle]))
    simulate_battles(tables, fighters, slots, fighters, slots, plays=1, seed=0)
