"""Sets of up to four moves, chosen by the value of battle states, for many forms at once.

Both sides know the other's set: a set "against" foes is chosen with the foes' sets given.
"""

from collections.abc import Sequence

import numpy as np

from mlcore.battle_value import best_moves
from mlcore.battle_value.search import Net
from mlcore.engine.simulate import move_slots
from mlcore.engine.specs import Setups
from mlcore.engine.state import MOVE_SLOTS, NO_MOVE
from mlcore.game import move_strength
from mlcore.game.gamedata import GameData

#: Attacks of a form that are tried against given foes, those with the highest damage; status moves
#: are all tried.
_ATTACKS = 6


def strongest_sets(game: GameData) -> np.ndarray:
    """Each form's four attacks with the highest mean damage to all forms, int (n, 4); -1: none."""
    mean = move_strength.expected_damage(game.tables).mean(axis=2)
    order = np.argsort(-mean, axis=1, kind="stable")[:, :MOVE_SLOTS]
    return np.where(np.take_along_axis(mean, order, axis=1) > 0, order, NO_MOVE)


def set_against(
    game: GameData, net: Net, form: int, foes: np.ndarray, foe_sets: np.ndarray
) -> np.ndarray:
    """The form's best set against the other forms among ``foes`` under standard rules, int (4,).

    foes: int (m,); foe_sets: int (m, 4), -1 for an empty slot.
    """
    others = foes != form
    chosen = best_moves.best_set(
        game.tables,
        net,
        Setups.flat(np.array([form], dtype=np.int32)),
        [int(move) for move in game.usable_moves(form, damaging=False)],
        Setups.flat(foes[others].astype(np.int32)),
        foe_sets[others],
    )
    return padded(chosen)


def padded(moves: Sequence[int]) -> np.ndarray:
    """A set as int (4,), empty slots -1."""
    return move_slots([moves])[0]


def best_responses(
    game: GameData, net: Net, own: Setups, foes: Setups, foe_sets: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The sets of n fighters against m foes whose sets are known, and their chances.

    foe_sets: int (m, 4). Each fighter has one set against all of the foes, the one with the highest
    mean chance. Returns sets int (n, 4), -1 for an empty slot, and P(fighter wins) float64 (n, m),
    by the network alone. A set grows by the move that helps most, then each of its moves is
    replaced once where that helps: the same for all fighters at once, so the cost is that of
    about a hundred states a fighter and foe.
    """
    candidates = [_tried(game, int(form), foes.form) for form in own.form]
    count = len(own)
    sets = np.full((count, MOVE_SLOTS), NO_MOVE, dtype=np.int64)
    values = best_moves.chances(game.tables, net, own, sets, foes, foe_sets)
    best = np.full(count, -1.0)
    for step in range(2 * MOVE_SLOTS):
        slot = step % MOVE_SLOTS
        rows, moves = [], []
        for row, tried in enumerate(candidates):
            new = [move for move in tried if move not in sets[row]]
            rows += [row] * len(new)
            moves += new
        if not rows:
            break
        at = np.array(rows)
        trial = sets[at]
        trial[:, slot] = moves
        found = best_moves.chances(game.tables, net, own.take(at), trial, foes, foe_sets)
        means = found.mean(axis=1)
        for own_rows in np.split(np.arange(len(at)), np.flatnonzero(np.diff(at)) + 1):
            # What is as good as the best within noise: the strongest attack, which is tried first.
            good = means[own_rows] >= means[own_rows].max() - best_moves.LEAST_GAIN
            top = own_rows[int(good.argmax())]
            row = int(at[top])
            # An empty slot is always filled: another move cannot hurt a player who need not use it.
            if sets[row, slot] == NO_MOVE or means[top] > best[row] + best_moves.LEAST_GAIN:
                best[row], sets[row], values[row] = means[top], trial[top], found[top]
    return sets, values


def _tried(game: GameData, form: int, foes: np.ndarray) -> list[int]:
    """Moves of a form worth a try against the foes: its strongest attacks, then status moves."""
    damage = move_strength.expected_damage(game.tables)[form][:, foes].mean(axis=1)
    attacks = np.argsort(-damage, kind="stable")[:_ATTACKS]
    attacks = attacks[damage[attacks] > 0]
    usable = game.usable_moves(form, damaging=False)
    status = usable[~game.tables.damaging[usable]]
    if len(usable) <= MOVE_SLOTS:
        return [int(move) for move in usable]
    return [int(move) for move in (*attacks, *status)]
