"""The best four moves of a fighter, and what each of them is worth.

Moves are tried by the network alone, without looking ahead: thousands of sets take a few
milliseconds. A set grows by the move that helps most, then each of its moves may be replaced while
that helps.
"""

from collections.abc import Callable, Sequence

import numpy as np

from mlcore.battle_value import search
from mlcore.battle_value.search import Net
from mlcore.engine.simulate import move_slots
from mlcore.engine.specs import GameTables, MoveColumn, Setups
from mlcore.engine.state import MOVE_SLOTS
from mlcore.game import damage_calc

#: How often both sides answer the other's set before theirs is final.
_ANSWERS = 2
#: Less than this is noise: a set does not change for it, and of moves that are that close the
#: stronger one is taken.
LEAST_GAIN = 0.002


def chances(
    tables: GameTables,
    net: Net,
    own: Setups,
    sets: np.ndarray,
    foes: Setups,
    foe_sets: np.ndarray,
    *,
    samples: int = 0,
) -> np.ndarray:
    """P(win) of n fighters with their sets int (n, 4) against m foes with theirs, float64 (n, m).

    Without ``samples``, by the network alone.
    """
    n, m = len(sets), len(foe_sets)
    mine, theirs = np.repeat(np.arange(n), m), np.tile(np.arange(m), n)
    values = search.start_values(
        tables,
        net,
        own.take(mine),
        sets[mine],
        foes.take(theirs),
        foe_sets[theirs],
        samples=samples,
    )
    return values.reshape(n, m)


def values_of_sets(
    tables: GameTables, net: Net, own: Setups, sets: np.ndarray, foes: Setups, foe_sets: np.ndarray
) -> np.ndarray:
    """Mean chance to win of each set int (k, 4) of one fighter against m foes; float64 (k,)."""
    each = own.take(np.zeros(len(sets), dtype=np.int64))
    return chances(tables, net, each, sets, foes, foe_sets).mean(axis=1)


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
    moves = sorted(moves, key=_power(tables, int(own.form[0])), reverse=True)
    chosen: list[int] = []
    best = -1.0
    place = 0
    unchanged = 0
    # First four additions, then replacements in turn until none of the four places gains.
    while unchanged < MOVE_SLOTS and len(moves) > 0:
        grows = len(chosen) < min(MOVE_SLOTS, len(moves))
        kept = chosen if grows else chosen[:place] + chosen[place + 1 :]
        candidates = [move for move in moves if move not in chosen]
        if not candidates:
            break
        sets = move_slots([[*kept, move] for move in candidates])
        values = values_of_sets(tables, net, own, sets, foes, foe_sets)
        at = int((values > values.max() - LEAST_GAIN).argmax())
        if grows:
            chosen = [*chosen, candidates[at]]
            best = float(values[at])
        elif values[at] > best + LEAST_GAIN:
            chosen = [*kept[:place], candidates[at], *kept[place:]]
            best, unchanged = float(values[at]), 0
        else:
            unchanged += 1
        place = place if grows else (place + 1) % MOVE_SLOTS
    return chosen


def _power(tables: GameTables, form: int) -> Callable[[int], float]:
    """How strong a move of the form is on paper: power, accuracy, STAB; 0 for a status move."""

    def power(move: int) -> float:
        row = tables.moves[move]
        own_type = row[MoveColumn.TYPE] in tables.form_types[form]
        accuracy = (row[MoveColumn.ACCURACY] or 100) / 100
        return float(row[MoveColumn.POWER] * accuracy * (1.5 if own_type else 1.0))

    return power


def strongest_set(tables: GameTables, own: Setups, moves: Sequence[int], foe: Setups) -> list[int]:
    """The four moves that take most HP from the foe per use, misses included."""
    attacks = [move for move in moves if tables.damaging[move]]
    if not attacks:
        return list(moves)[:MOVE_SLOTS]
    rows = np.zeros(len(attacks), dtype=np.int64)
    damage = damage_calc.calculate(tables, own.take(rows), np.array(attacks), foe.take(rows))
    order = np.argsort(-damage.expected, kind="stable")[:MOVE_SLOTS]
    return [attacks[i] for i in order]


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
    then both sides answer the other's set at the same time, twice. So swapping the sides swaps the
    sets; where the answers go round in circles, the last one stands.
    """
    sides = ((a, [int(move) for move in moves_a]), (b, [int(move) for move in moves_b]))
    sets = []
    for (own, moves), (foe, _) in (sides, sides[::-1]):
        few = len(moves) <= MOVE_SLOTS
        sets.append(moves if few else strongest_set(tables, own, moves, foe))
    for _ in range(_ANSWERS):
        answers = []
        for side, (own, moves) in enumerate(sides):
            foe, foe_set = sides[1 - side][0], move_slots([sets[1 - side]])
            few = len(moves) <= MOVE_SLOTS
            answers.append(moves if few else best_set(tables, net, own, moves, foe, foe_set))
        if answers == sets:
            break
        sets = answers
    return sets[0], sets[1]
