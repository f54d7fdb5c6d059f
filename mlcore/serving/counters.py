"""Who beats whom, many pairs at once: each side with its strongest moves, one batched call.

A pair is answered as a match-up is: the first side picks the move whose worst case is best, the
second side replies best. To keep thousands of pairs affordable, a side without given moves brings
only those that promise most damage against this opponent.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mlcore.engine.specs import Setups
from mlcore.game import move_strength
from mlcore.game.gamedata import GameData
from mlcore.learning import model as learning_model
from mlcore.serving import predict

#: Moves that a side without given ones may choose from.
STRONGEST = 4


@dataclass(frozen=True, eq=False)
class Pairs:
    """What becomes of k pairs.

    value      float64 (k,): P(A wins) when A picks its move first and B replies best
    move_a     int (k,): A's recommended move; -1 without a damaging move (then value is 0)
    reply      float64 (k,): P(A wins) when B picks first and A replies best
    move_b     int (k,): B's recommended move; -1 without one (then reply is 1)
    reply_a    int (k,): A's best reply to move_b
    duel_count  of the batch
    """

    value: np.ndarray
    move_a: np.ndarray
    reply: np.ndarray
    move_b: np.ndarray
    reply_a: np.ndarray
    duel_count: int


def strongest_moves(game: GameData, user: int, target: int, count: int = STRONGEST) -> np.ndarray:
    """Damaging moves of form ``user`` that promise most damage to ``target``, int (<= count,)."""
    expected = move_strength.expected_damage(game.tables)[user, :, target]
    order = np.argsort(-expected, kind="stable")[:count]
    return order[expected[order] >= 0]


def predict_pairs(
    game: GameData,
    champion: learning_model.Model,
    a: Setups,
    b: Setups,
    *,
    moves_a: Sequence[np.ndarray | None] | None = None,
    moves_b: Sequence[np.ndarray | None] | None = None,
    source: str | None = None,
) -> Pairs:
    """Answer k pairs in one call of the model.

    ``a``, ``b``   one fighter a pair each
    ``moves_*``    moves of each pair's side, indices of damaging moves; None: the strongest ones
    ``source``     who asks, for the log; None logs nothing

    Raises LogUnavailable when the record cannot be written.
    """
    count = len(a)
    chosen_a, chosen_b = [], []
    for k in range(count):
        form_a, form_b = int(a.form[k]), int(b.form[k])
        own = moves_a[k] if moves_a is not None else None
        foe = moves_b[k] if moves_b is not None else None
        chosen_a.append(strongest_moves(game, form_a, form_b) if own is None else own)
        chosen_b.append(strongest_moves(game, form_b, form_a) if foe is None else foe)
    sizes = np.array([len(x) * len(y) for x, y in zip(chosen_a, chosen_b, strict=True)], dtype=int)
    rows = np.repeat(np.arange(count), sizes)
    flat_a = [np.repeat(x, len(y)) for x, y in zip(chosen_a, chosen_b, strict=True)]
    flat_b = [np.tile(y, len(x)) for x, y in zip(chosen_a, chosen_b, strict=True)]
    none = [np.zeros(0, dtype=np.int64)]
    duels = (
        a.take(rows),
        np.concatenate(flat_a or none).astype(np.int64),
        b.take(rows),
        np.concatenate(flat_b or none).astype(np.int64),
    )
    chances = (
        learning_model.predict_with(champion, game, *duels)
        if source is None
        else predict.predict_and_log(game, *duels, source=source, champion=champion)
    )
    answer = Pairs(
        value=np.zeros(count),
        move_a=np.full(count, -1),
        reply=np.ones(count),
        move_b=np.full(count, -1),
        reply_a=np.full(count, -1),
        duel_count=int(sizes.sum()),
    )
    start = 0
    for k in range(count):
        x, y = chosen_a[k], chosen_b[k]
        grid = chances[start : start + sizes[k]].reshape(len(x), len(y))
        start += sizes[k]
        _settle(answer, k, x, y, grid)
    return answer


def _settle(answer: Pairs, k: int, x: np.ndarray, y: np.ndarray, grid: np.ndarray) -> None:
    """Fill in what the grid of pair k says; a side without moves loses."""
    if len(x) and not len(y):
        answer.value[k], answer.move_a[k] = 1.0, x[0]
    elif len(y) and not len(x):
        answer.reply[k], answer.move_b[k] = 0.0, y[0]
    elif not len(x):
        answer.value[k] = answer.reply[k] = 0.5
    else:
        # Equal worst cases: the better mean, as in a match-up.
        row = int(np.lexsort((-grid.mean(axis=1), -grid.min(axis=1)))[0])
        column = int(np.lexsort((grid.mean(axis=0), grid.max(axis=0)))[0])
        answer.value[k], answer.move_a[k] = grid[row].min(), x[row]
        answer.reply[k], answer.move_b[k] = grid[:, column].max(), y[column]
        answer.reply_a[k] = x[int(grid[:, column].argmax())]


def moves_against(game: GameData, user: int, target: int) -> tuple[int, ...]:
    """Up to four moves that promise most damage; where none deals any, the first ones."""
    strongest = strongest_moves(game, user, target)
    if not len(strongest):
        strongest = game.usable_moves(user, damaging=False)[:STRONGEST]
    return tuple(strongest.tolist())
