"""Small battles solved exactly, and how far the battle value is from their solution.

When moves only take or give HP, a state is a pair of HP. Every way a turn can go is enumerated
with the engine's own random numbers, each pair of choices is a chance node, and the value of all
pairs is computed backward from the turn limit; each pair's matrix game is solved exactly. PP are
left out: a game whose turns outnumber them is not one of these (see ``small_games``).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from mlcore.battle_value import network, search, selfplay, starts
from mlcore.engine import events as ev
from mlcore.engine import matrix_game, turn
from mlcore.engine import state as st
from mlcore.engine.jit import kernel
from mlcore.engine.rng import EXHAUSTED, HEADER, LENGTH, MODE, POSITION, SCRIPTED, mix
from mlcore.engine.specs import TURN_LIMIT, Effect, GameTables, MoveColumn, Rules, Setups

#: Random numbers of one turn: accuracy, critical hit and roll of each side, a speed tie, to spare.
_SCRIPT = 24
#: What a turn may change without being part of the state of these games.
_PASSING = np.zeros(st.SIDE_COLUMNS, dtype=bool)
_PASSING[
    [
        st.HP,
        st.COUNTERING,
        st.COUNTER_DAMAGE,
        st.LAST_MOVE,
        st.ACTIONS,
        st.HAS_MOVED,
        st.SELECTED,
        *range(st.PP_1, st.PP_4 + 1),
    ]
] = True
_EPSILON = 1e-10
#: Decisions whose mixtures are averaged: each decision draws its samples anew.
_DECISIONS = 8


class NotSmall(ValueError):
    """A turn of the battle changes more than HP, or has too many random numbers."""


# Solving a matrix game ---------------------------------------------------------------------------


@kernel
def _equalize(game, side, own, others, size, work, out):
    """Weights of ``size`` choices that make as many of the foe's equal; returns whether there are.

    own, others: bit masks of the side's and the foe's choices. work float64 (5, 6).
    """
    row = 0
    for j in range(st.MOVE_SLOTS):
        if others >> j & 1:
            column = 0
            for i in range(st.MOVE_SLOTS):
                if own >> i & 1:
                    work[row, column] = game[i, j] if side == 0 else game[j, i]
                    column += 1
            work[row, size] = -1.0
            work[row, size + 1] = 0.0
            row += 1
    for column in range(size):
        work[size, column] = 1.0
    work[size, size] = 0.0
    work[size, size + 1] = 1.0
    for pivot in range(size + 1):
        best = pivot
        for row in range(pivot + 1, size + 1):
            if abs(work[row, pivot]) > abs(work[best, pivot]):
                best = row
        if abs(work[best, pivot]) < 1e-13:
            return False
        for column in range(size + 2):
            kept = work[pivot, column]
            work[pivot, column] = work[best, column]
            work[best, column] = kept
        for row in range(size + 1):
            if row != pivot:
                factor = work[row, pivot] / work[pivot, pivot]
                for column in range(pivot, size + 2):
                    work[row, column] -= factor * work[pivot, column]
    column = 0
    for i in range(st.MOVE_SLOTS):
        out[i] = 0.0
        if own >> i & 1:
            out[i] = work[column, size + 1] / work[column, column]
            if out[i] < -_EPSILON:
                return False
            out[i] = max(out[i], 0.0)
            column += 1
    return True


@kernel
def solve_game(game, rows, columns, work, p, q):
    """Optimal mixtures p and q (4,) of a matrix game (4, 4) of A's chances; returns its value.

    Some square part of the matrix has mixtures that make all its choices equal and that are
    optimal in the whole (Shapley and Snow, 1950); all parts are tried, the smallest first.
    """
    best_gap, value = 2.0, 0.5
    for size in range(1, min(rows, columns) + 1):
        for own in range(1, 1 << rows):
            for others in range(1, 1 << columns):
                count = 0
                for i in range(st.MOVE_SLOTS):
                    count += 100 * (own >> i & 1) + (others >> i & 1)
                if count != 101 * size:
                    continue
                if not _equalize(game, 0, own, others, size, work, p):
                    continue
                if not _equalize(game, 1, others, own, size, work, q):
                    continue
                upper, lower = -1.0, 2.0
                for i in range(rows):
                    mean = 0.0
                    for j in range(columns):
                        mean += q[j] * game[i, j]
                    upper = max(upper, mean)
                for j in range(columns):
                    mean = 0.0
                    for i in range(rows):
                        mean += p[i] * game[i, j]
                    lower = min(lower, mean)
                if upper - lower <= _EPSILON:
                    return 0.5 * (upper + lower)
                if upper - lower < best_gap:
                    best_gap = upper - lower
                    value = 0.5 * (upper + lower)
    return value


# Enumerating turns -------------------------------------------------------------------------------


@kernel
def _enumerate(s, hp_a, hp_b, slot_a, slot_b, rules, passing, after, script, log, chances):
    """Add the chance of every (HP, HP) after one turn; returns (A's points, sum), sum -1: refused.

    The turn is played with a script of random numbers that grows where the engine asks for more,
    then counts through all the values that its numbers can have.
    """
    points, total = 0.0, 0.0
    length = 0
    while True:
        for row in range(3):
            for column in range(st.SIDE_COLUMNS):
                after[row, column] = s[row, column]
        after[0, st.HP] = hp_a
        after[1, st.HP] = hp_b
        script[MODE] = SCRIPTED
        script[POSITION] = 0
        script[EXHAUSTED] = 0
        script[LENGTH] = length
        turn.play_turn(after, script, log, rules, slot_a, slot_b)
        if script[EXHAUSTED]:
            if length >= _SCRIPT:
                return points, -1.0
            script[HEADER + 3 * length] = 0
            length += 1
            continue
        chance = 1.0
        for i in range(length):
            value = script[HEADER + 3 * i]
            share = script[HEADER + 3 * i + 1] / script[HEADER + 3 * i + 2]
            if script[HEADER + 3 * i + 1] == 0:
                chance /= script[HEADER + 3 * i + 2]
            else:
                chance *= share if value else 1.0 - share
        total += chance
        winner = after[st.FIELD, st.WINNER]
        if winner == st.UNDECIDED:
            for side in range(2):
                for column in range(st.SIDE_COLUMNS):
                    if not passing[column] and after[side, column] != s[side, column]:
                        return points, -1.0
            chances[after[0, st.HP], after[1, st.HP]] += chance
        elif winner == st.A_WINS:
            points += chance
        elif winner == st.DRAW:
            points += 0.5 * chance
        while length > 0:
            entry = HEADER + 3 * (length - 1)
            script[entry] += 1
            if script[entry] < (script[entry + 2] if script[entry + 1] == 0 else 2):
                break
            length -= 1
        if length == 0:
            return points, total


class Cells(NamedTuple):
    """The chance nodes of n states, by state, A's choice and B's choice; compiled code reads it.

    points  float64 (n, rows, columns): A's points of battles that end in this turn
    first   int64 (n * rows * columns + 1,): where each node's successors begin in
    target, chance  int64 and float64 (m,): the states that follow, and how likely
    """

    points: np.ndarray
    first: np.ndarray
    target: np.ndarray
    chance: np.ndarray


@dataclass(frozen=True, eq=False)
class SmallGame:
    """A battle whose states are pairs of HP.

    start  int64 (3, columns)      slots  the choices of A and of B
    hp     int64 (n, 2): the undecided pairs that can be reached, the start first
    """

    name: str
    start: np.ndarray
    slots: tuple[list[int], list[int]]
    hp: np.ndarray
    cells: Cells

    def state(self, index: int) -> np.ndarray:
        """The battle with the HP of a state, else as at the start."""
        state = self.start.copy()
        state[:2, st.HP] = self.hp[index]
        return state


def enumerate_game(name: str, start: np.ndarray, rules: Rules) -> SmallGame:
    """All states and chance nodes of a battle; raises NotSmall.

    Both sides' HP are at most their maximum, so there are at most their product of states.
    """
    board = matrix_game.new_board()
    slots: list[list[int]] = []
    for side in (0, 1):
        count = matrix_game.write_slots(start, rules.moves, side, board)
        slots.append([int(slot) for slot in board[matrix_game.SLOTS + side, :count]])
    after, log = st.new_state(), ev.no_events()
    script = np.zeros(HEADER + 3 * (_SCRIPT + 1), dtype=np.int64)
    most = int(start[0, st.MAX_HP]), int(start[1, st.MAX_HP])
    pairs = [(int(start[0, st.HP]), int(start[1, st.HP]))]
    index = {pairs[0]: 0}
    points: list[float] = []
    first, target, chance = [0], [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
    for pair in pairs:  # grows
        for slot_a in slots[0]:
            for slot_b in slots[1]:
                chances = np.zeros((most[0] + 1, most[1] + 1))
                own, total = _enumerate(
                    start, *pair, slot_a, slot_b, rules, _PASSING, after, script, log, chances
                )
                if total < 0:
                    raise NotSmall(f"{name}: a turn changes more than HP")
                following = np.argwhere(chances)
                for a, b in following.tolist():
                    if (a, b) not in index:
                        index[a, b] = len(pairs)
                        pairs.append((a, b))
                target.append(np.array([index[a, b] for a, b in following.tolist()], dtype=int))
                chance.append(chances[tuple(following.T)])
                points.append(own)
                first.append(first[-1] + len(following))
    shape = len(pairs), len(slots[0]), len(slots[1])
    cells = Cells(
        np.array(points).reshape(shape),
        np.array(first, dtype=np.int64),
        np.concatenate(target).astype(np.int64),
        np.concatenate(chance),
    )
    return SmallGame(name, start, (slots[0], slots[1]), np.array(pairs), cells)


# Values ------------------------------------------------------------------------------------------


@kernel
def _step(cells, values, out, free_a, free_b, policy_a, policy_b, game, work):
    """One turn backward: the values before it, and the policies of the sides that are free."""
    n, rows, columns = cells.points.shape
    change = 0.0
    for k in range(n):
        for i in range(rows):
            for j in range(columns):
                node = (k * rows + i) * columns + j
                value = cells.points[k, i, j]
                for at in range(cells.first[node], cells.first[node + 1]):
                    value += cells.chance[at] * values[cells.target[at]]
                game[i, j] = value
        if free_a and free_b:
            value = solve_game(game, rows, columns, work, policy_a[k], policy_b[k])
        elif free_a:
            value = -1.0
            for i in range(rows):
                mean = 0.0
                for j in range(columns):
                    mean += policy_b[k, j] * game[i, j]
                value = max(value, mean)
        elif free_b:
            value = 2.0
            for j in range(columns):
                mean = 0.0
                for i in range(rows):
                    mean += policy_a[k, i] * game[i, j]
                value = min(value, mean)
        else:
            value = 0.0
            for i in range(rows):
                for j in range(columns):
                    value += policy_a[k, i] * policy_b[k, j] * game[i, j]
        out[k] = value
        change = max(change, abs(value - values[k]))
    return change


class Solution(NamedTuple):
    """A's chance to win by state float64 (n,), and the mixtures by state float64 (n, 4)."""

    values: np.ndarray
    policy_a: np.ndarray
    policy_b: np.ndarray

    @property
    def mixes(self) -> np.ndarray:
        """In which states some side mixes, bool (n,)."""
        return np.minimum(self.policy_a.max(axis=1), self.policy_b.max(axis=1)) < 0.95


def solve(
    game: SmallGame, policy_a: np.ndarray | None = None, policy_b: np.ndarray | None = None
) -> Solution:
    """Values at turn 1 of every state when a side plays its policy, or best where it has none.

    policies: mixtures over the side's choices, float64 (n, 4). The battle ends as a draw after
    ``TURN_LIMIT`` turns, so that many turns are played backward.
    """
    n = len(game.hp)
    free_a, free_b = policy_a is None, policy_b is None
    mixtures = [
        np.zeros((n, st.MOVE_SLOTS)) if given is None else given for given in (policy_a, policy_b)
    ]
    values, out = np.full(n, 0.5), np.zeros(n)
    board, work = np.zeros((st.MOVE_SLOTS, st.MOVE_SLOTS)), np.zeros((5, 6))
    for _ in range(TURN_LIMIT):
        change = _step(game.cells, values, out, free_a, free_b, *mixtures, board, work)
        values, out = out, values
        if change < 1e-12:
            break
    return Solution(values, *mixtures)


# The battle value beside the solution ------------------------------------------------------------


@dataclass(frozen=True)
class GameReport:
    """The battle value in one small game; errors are means over its states.

    value                   at the start when both play best
    mixed                   share of the states in which some side must mix
    network_error           of the network alone
    one_ply_error           of the one-ply value
    exploitability          at the start: half of what both best responses gain together
    mean_exploitability     the same, mean over all states
    fixed_exploitability    at the start, against one drawn mixture a state, which is known
    """

    name: str
    states: int
    value: float
    mixed: float
    network_error: float
    one_ply_error: float
    exploitability: float
    mean_exploitability: float
    fixed_exploitability: float


def _mixture(board: np.ndarray, side: int, count: int) -> np.ndarray:
    """How often each choice is drawn in play, float64 (4,), see ``matrix_game.draw_slot``."""
    drawn = board[matrix_game.MIXTURES + side].copy()
    drawn[count:] = 0
    drawn[drawn < matrix_game.LEAST_SHARE] = 0
    return drawn / drawn.sum()


def _exploitability(game: SmallGame, policies: list[np.ndarray]) -> np.ndarray:
    """Half of what the best responses to a pair of policies gain, by state float64 (n,)."""
    best_a = solve(game, policy_b=policies[1]).values
    best_b = solve(game, policy_a=policies[0]).values
    return (best_a - best_b) / 2


def measure(
    game: SmallGame,
    rules: Rules,
    net: search.Net,
    *,
    samples: int = search.FIRST_SAMPLES,
    extra: int = search.PLAY_EXTRA,
) -> GameReport:
    """How far values and policy of the one-ply search are from the exact solution."""
    exact = solve(game)
    n = len(game.hp)
    work, board = search.new_workspace(), matrix_game.new_board()
    alone = np.array([search.state_value(game.state(k), rules, net, work) for k in range(n)])
    values = np.zeros((n, _DECISIONS))
    policies = np.zeros((2, _DECISIONS, n, st.MOVE_SLOTS))
    for k in range(n):
        state = game.state(k)
        for decision in range(_DECISIONS):
            key = mix(k, decision + 1)
            rows, columns, value = search.one_ply(
                state, key, rules, net, samples, extra, work, board
            )
            values[k, decision] = value
            for side, count in ((0, rows), (1, columns)):
                policies[side, decision, k] = _mixture(board, side, count)
    played = _exploitability(game, list(policies.mean(axis=1)))
    fixed = _exploitability(game, list(policies[:, 0]))
    return GameReport(
        name=game.name,
        states=n,
        value=float(exact.values[0]),
        mixed=float(exact.mixes.mean()),
        network_error=float(np.abs(alone - exact.values).mean()),
        one_ply_error=float(np.abs(values - exact.values[:, None]).mean()),
        exploitability=float(played[0]),
        mean_exploitability=float(played.mean()),
        fixed_exploitability=float(fixed[0]),
    )


# Which games -------------------------------------------------------------------------------------

#: Moves whose effect is over within the turn.
_EFFECTS = [
    Effect.NONE,
    Effect.LEVEL_DAMAGE,
    Effect.RANDOM_LEVEL_DAMAGE,
    Effect.HALF_HP_DAMAGE,
    Effect.COUNTER,
    Effect.MIRROR_COAT,
    Effect.CRASH,
    Effect.USE_TARGET_ATTACK,
    Effect.WEIGHT_POWER,
    Effect.TARGET_ATTACKING_ONLY,
    Effect.SELF_DESTRUCT,
    Effect.ONE_HIT_KO,
]
_REACTING = [Effect.COUNTER, Effect.MIRROR_COAT, Effect.TARGET_ATTACKING_ONLY]
_CHANCES = ["AILMENT_CHANCE", "FLINCH_CHANCE", "STAT_CHANGE_CHANCE"]
#: Bounds of a game: choices of a side, HP of a side, pairs of HP and of choices together.
_MOST_MOVES, _MOST_HP, _MOST_NODES = 3, 40, 2000
#: A start counts when the better side wins less often than this.
_DECIDED = 0.9
#: States of a game, and the share of them that mix in every second game.
_FEWEST_STATES, _MIXED = 50, 0.05


def simple_moves(tables: GameTables) -> np.ndarray:
    """Which damaging moves change nothing but HP, bool (m,); those of several hits are left out."""
    moves = tables.moves
    simple = tables.damaging & np.isin(moves[:, MoveColumn.EFFECT], _EFFECTS)
    for name in _CHANCES:
        simple &= moves[:, MoveColumn[name]] == 0
    return simple & (moves[:, MoveColumn.MAX_HITS] <= 1)


def small_games(tables: GameTables, count: int, *, seed: int) -> Iterator[SmallGame]:
    """Draw ``count`` battles at levels 3 to 12, each side with two or three simple moves.

    Only starts that neither side wins nearly always; every second game has states with mixed
    solutions only. Battles last a few turns, far fewer than any move has PP.
    """
    rng = np.random.default_rng([0xE8AC7, seed])
    able = np.flatnonzero((tables.usable & simple_moves(tables)).sum(axis=1) >= _MOST_MOVES)
    found = 0
    while found < count:
        wants_mixing = found % 2 == 1
        a, slots_a = _side(tables, int(rng.choice(able)), rng, reacts=wants_mixing)
        b, slots_b = _side(tables, int(rng.choice(able)), rng)
        (start,) = starts.states_of(tables, a, slots_a, b, slots_b)
        choices = (slots_a >= 0).sum() * (slots_b >= 0).sum()
        hp = start[:2, st.HP]
        if hp.max() > _MOST_HP or hp.prod() * choices > _MOST_NODES:
            continue
        if not _is_open(_share(tables.rules, start, rng)):
            continue
        game = enumerate_game(_name(tables, (a, slots_a, b, slots_b)), start, tables.rules)
        exact = solve(game)
        if len(game.hp) < _FEWEST_STATES or not _is_open(exact.values[0]):
            continue
        if exact.mixes.mean() > _MIXED or not wants_mixing:
            found += 1
            yield game


def _is_open(value: float) -> bool:
    return 1 - _DECIDED < value < _DECIDED


def _side(
    tables: GameTables, form: int, rng: np.random.Generator, *, reacts: bool = False
) -> tuple[Setups, np.ndarray]:
    """A fighter at a low level with two or three of its simple moves.

    reacts: with a move that answers the foe's choice of the same turn, where it can have one;
    then both sides have to guess.
    """
    known = rng.permutation(np.flatnonzero(tables.usable[form] & simple_moves(tables)))
    if reacts:
        is_reacting = np.isin(tables.moves[known, MoveColumn.EFFECT], _REACTING)
        known = known[np.argsort(~is_reacting, kind="stable")]
    slots = np.full((1, st.MOVE_SLOTS), st.NO_MOVE)
    size = int(rng.integers(2, _MOST_MOVES + 1))
    slots[0, :size] = known[:size]
    setups = Setups.flat(np.array([form]))
    setups.level[:] = rng.integers(3, 13)
    return setups, slots


def _share(rules: Rules, start: np.ndarray, rng: np.random.Generator) -> float:
    """A's points in a few battles of the strongest moves: leaves out what is decided anyway."""
    record = selfplay.play_games(
        rules,
        network.split(np.zeros(network.SIZE, dtype=np.float32)),
        start[None],
        np.column_stack([np.zeros(60, dtype=np.int64), np.arange(60)]),
        seed=int(rng.integers(1 << 31)),
        play=selfplay.Play(policy_a=selfplay.STRONGEST, policy_b=selfplay.STRONGEST),
    )
    return float(record.results.mean())


def _name(tables: GameTables, sides: tuple) -> str:
    """Who fights with which moves."""
    words = []
    for setups, slots in zip(sides[::2], sides[1::2], strict=True):
        moves = ", ".join(tables.move_slugs[move] for move in slots[0] if move >= 0)
        words.append(f"{tables.form_slugs[setups.form[0]]} L{setups.level[0]} [{moves}]")
    return " vs ".join(words)


def report(
    tables: GameTables,
    net: search.Net,
    *,
    count: int = 30,
    seed: int = 1,
    progress: Callable[[int], None] = lambda done: None,
) -> dict[str, Any]:
    """Mean figures over ``count`` small games, and the figures of each.

    ``progress`` is told how many games are done.
    """
    games = []
    for game in small_games(tables, count, seed=seed):
        games.append(measure(game, tables.rules, net))
        progress(len(games))
    names = ("network_error", "one_ply_error", "exploitability", "fixed_exploitability")
    return {
        "games": len(games),
        "states": sum(game.states for game in games),
        **{name: float(np.mean([getattr(game, name) for game in games])) for name in names},
        "each": [vars(game) for game in games],
    }
