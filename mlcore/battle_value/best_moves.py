"""The best four moves of a fighter, and what each of them is worth.

Moves are tried by the network alone, without looking ahead: thousands of sets take a few
milliseconds. A set grows by the move that helps most, then each of its moves may be replaced while
that helps; moves that help little beside the first one are not tried again.
"""

from collections.abc import Callable, Sequence
from dataclasses import fields

import numpy as np

from mlcore.battle_value import search, starts
from mlcore.battle_value.search import Net
from mlcore.engine import policies
from mlcore.engine.jit import kernel
from mlcore.engine.simulate import move_slots
from mlcore.engine.specs import GameTables, MoveColumn, Setups
from mlcore.engine.state import MOVE_SLOTS, NO_MOVE

#: How often both sides answer the other's set at most.
_ANSWERS = 3
#: Moves of a form that are tried beside its best two.
_TRIED = 16
#: Less than this is noise: a set does not change for it, and of moves that are that close the
#: stronger one is taken.
LEAST_GAIN = 0.002
_NO_MOVES = np.full((1, MOVE_SLOTS), NO_MOVE, dtype=np.int64)


def chances(
    tables: GameTables,
    net: Net,
    own: Setups,
    sets: np.ndarray,
    foes: Setups,
    foe_sets: np.ndarray,
    *,
    looks_ahead: bool = False,
) -> np.ndarray:
    """P(win) of n fighters with their sets int (n, 4) against m foes with theirs, float64 (n, m).

    By the network alone, unless each ``looks_ahead`` one ply.
    """
    if not looks_ahead:
        sides = search.Side.of(tables, own), search.Side.of(tables, foes)
        return search.values_of_pairs(tables, net, sides[0], sets, sides[1], foe_sets)
    n, m = len(sets), len(foe_sets)
    mine, theirs = np.repeat(np.arange(n), m), np.tile(np.arange(m), n)
    values = search.start_values(
        tables,
        net,
        own.take(mine),
        sets[mine],
        foes.take(theirs),
        foe_sets[theirs],
    )
    return values.reshape(n, m)


def values_of_sets(
    tables: GameTables, net: Net, own: Setups, sets: np.ndarray, foes: Setups, foe_sets: np.ndarray
) -> np.ndarray:
    """Mean chance to win of each set int (k, 4) of one fighter against m foes; float64 (k,)."""
    return _SetSearch(tables, net, own, (), foes).values(sets, foe_sets)


class _SetSearch:
    """The search for one fighter's best set against given foes, whose sets may change."""

    def __init__(
        self, tables: GameTables, net: Net, own: Setups, moves: Sequence[int], foes: Setups
    ) -> None:
        self._tables = tables
        self._net = net
        self._own = search.Side.of(tables, own)
        self._foes = search.Side.of(tables, foes)
        self.moves = sorted(moves, key=_power(tables, int(own.form[0])), reverse=True)

    def values(self, sets: np.ndarray, foe_sets: np.ndarray) -> np.ndarray:
        """Mean chance to win with each set int (k, 4), float64 (k,)."""
        own = self._own.take(np.zeros(len(sets), dtype=np.int64))
        values = search.values_of_pairs(self._tables, self._net, own, sets, self._foes, foe_sets)
        return values.mean(axis=1)

    def grow(self, foe_sets: np.ndarray) -> list[int]:
        """A set of up to four moves, each the one that helps most, then improved."""
        chosen: list[int] = []
        while len(chosen) < min(MOVE_SLOTS, len(self.moves)):
            candidates = [move for move in self.moves if move not in chosen]
            values = self.values(move_slots([[*chosen, move] for move in candidates]), foe_sets)
            chosen.append(candidates[_first_of_best(values)])
            if len(chosen) == 2:
                # What does little beside the best attack is not tried again.
                order = np.argsort(-values, kind="stable")[:_TRIED]
                kept = {*chosen, *(candidates[at] for at in order)}
                self.moves = [move for move in self.moves if move in kept]
        return self.improve(chosen, foe_sets)

    def improve(self, chosen: list[int], foe_sets: np.ndarray) -> list[int]:
        """The set with moves replaced, one place after another, until no place gains."""
        best = float(self.values(move_slots([chosen]), foe_sets)[0])
        place = unchanged = 0
        while unchanged < len(chosen):
            candidates = [move for move in self.moves if move not in chosen]
            if not candidates:
                break
            before, after = chosen[:place], chosen[place + 1 :]
            sets = move_slots([[*before, move, *after] for move in candidates])
            values = self.values(sets, foe_sets)
            at = _first_of_best(values)
            if values[at] > best + LEAST_GAIN:
                chosen = [*before, candidates[at], *after]
                best, unchanged = float(values[at]), 0
            else:
                unchanged += 1
            place = (place + 1) % len(chosen)
        return chosen


def _first_of_best(values: np.ndarray) -> int:
    """The first of those that are as good as the best within noise."""
    return int((values > values.max() - LEAST_GAIN).argmax())


def best_set(
    tables: GameTables,
    net: Net,
    own: Setups,
    moves: Sequence[int],
    foes: Setups,
    foe_sets: np.ndarray,
) -> list[int]:
    """Up to four of the moves, the set with the highest mean chance against m foes.

    own: one fighter; foe_sets: int (m, 4), -1 for none. The moves come in the order in which they
    were chosen.
    """
    return _SetSearch(tables, net, own, moves, foes).grow(foe_sets)


def _power(tables: GameTables, form: int) -> Callable[[int], float]:
    """How strong a move of the form is on paper: power, accuracy, STAB; 0 for a status move."""

    def power(move: int) -> float:
        row = tables.moves[move]
        own_type = row[MoveColumn.TYPE] in tables.form_types[form]
        accuracy = (row[MoveColumn.ACCURACY] or 100) / 100
        return float(row[MoveColumn.POWER] * accuracy * (1.5 if own_type else 1.0))

    return power


def strongest_set(tables: GameTables, own: Setups, moves: Sequence[int], foe: Setups) -> list[int]:
    """The four moves that take most HP from the foe per use, misses included; then any others."""
    attacks = np.array([move for move in moves if tables.damaging[move]], dtype=np.int64)
    if not len(attacks):
        return list(moves)[:MOVE_SLOTS]
    (state,) = starts.states_of(tables, own, _NO_MOVES, foe, _NO_MOVES)
    damage = np.empty(len(attacks))
    _write_damage(state, tables.rules, attacks, damage)
    order = np.argsort(-damage, kind="stable")[:MOVE_SLOTS]
    others = sorted(move for move in moves if not tables.damaging[move])
    return [*(int(attacks[at]) for at in order), *others][:MOVE_SLOTS]


@kernel
def _write_damage(s, rules, moves, out):
    """The mean HP that each move of side A takes from the foe."""
    for i in range(len(moves)):
        out[i] = policies.expected_damage(s, rules.moves, rules.chart, 0, moves[i])


def best_sets(
    tables: GameTables,
    net: Net,
    a: Setups,
    moves_a: Sequence[int],
    b: Setups,
    moves_b: Sequence[int],
) -> tuple[list[int], list[int]]:
    """The sets both sides bring when each knows the other's.

    A side with at most four moves brings them. One with more begins with its strongest attacks;
    then both sides answer the other's set at the same time, until neither changes or they go round
    in circles. Of the sets on the way, each takes the one that does best against the worst of the
    other's, one ply ahead. So swapping the sides swaps the sets, and in a mirror both are equal.
    """
    sides = ((a, [int(move) for move in moves_a]), (b, [int(move) for move in moves_b]))
    is_mirror = len(sides[0][1]) > MOVE_SLOTS and _are_equal(*sides)
    if is_mirror:
        # Of moves that are as good, the first is taken: the order must be one for both.
        sides = ((a, sorted(sides[0][1])),) * 2
    sets, searches = [], []
    for (own, moves), (foe, _) in (sides, sides[::-1]):
        few = len(moves) <= MOVE_SLOTS
        sets.append(moves if few else strongest_set(tables, own, moves, foe))
        searches.append(None if few else _SetSearch(tables, net, own, moves, foe))
    seen: list[list[list[int]]] = [[own_set] for own_set in sets]
    for number in range(_ANSWERS):
        answers = []
        for own_set, foe_set, looking in zip(sets, sets[::-1], searches, strict=True):
            foe_sets = move_slots([foe_set])
            if looking is None:
                answers.append(own_set)
            else:
                answers.append(
                    looking.improve(own_set, foe_sets) if number else looking.grow(foe_sets)
                )
        if answers == sets:
            break
        sets = answers
        for known, own_set in zip(seen, sets, strict=True):
            if own_set not in known:
                known.append(own_set)
    values = chances(
        tables,
        net,
        a.take(np.zeros(len(seen[0]), dtype=np.int64)),
        move_slots(seen[0]),
        b.take(np.zeros(len(seen[1]), dtype=np.int64)),
        move_slots(seen[1]),
        looks_ahead=True,
    )
    set_a = seen[0][int(values.min(axis=1).argmax())]
    return set_a, list(set_a) if is_mirror else seen[1][int(values.max(axis=0).argmin())]


def _are_equal(a: tuple[Setups, list[int]], b: tuple[Setups, list[int]]) -> bool:
    """Whether both are the same fighter with the same spread and the same moves to choose from."""
    (own, moves), (foe, foe_moves) = a, b
    return sorted(moves) == sorted(foe_moves) and all(
        np.array_equal(getattr(own, field.name), getattr(foe, field.name)) for field in fields(own)
    )
