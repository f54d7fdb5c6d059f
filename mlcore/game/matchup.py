"""Two sides with up to four moves each: from a grid of duels to a best move."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from mlcore.game.gamedata import GameData

Side = Literal["a", "b"]
#: Win probabilities closer than this count as equal when moves are ranked.
VALUE_STEP = 0.005


class NoDamagingMove(Exception):
    """A side has nothing to fight with; ``side`` is "a" or "b"."""

    def __init__(self, side: Side):
        super().__init__(f"side {side} has no damaging move")
        self.side = side


@dataclass(frozen=True, eq=False)
class Matchup:
    """Win probabilities of every pair of moves and what follows from them.

    moves_a, moves_b   int (m,), int (n,): the damaging moves, in the order given
    grid      float64 (m, n): P(A wins) when A uses row's move and B column's
    replies   int (m,): column of B's best reply to each row
    values    float64 (m,): P(A wins) against that reply
    best      row of the recommended move
    ranking   int (m,): rows from best to worst, see ``from_grid``
    model_version   of the champion that answered
    """

    moves_a: np.ndarray
    moves_b: np.ndarray
    grid: np.ndarray
    replies: np.ndarray
    values: np.ndarray
    best: int
    ranking: np.ndarray
    model_version: str = ""

    @property
    def winner(self) -> Literal["A", "B"]:
        """Who is expected to win when A uses the recommended move; a tie goes to A."""
        return "A" if self.values[self.best] >= 0.5 else "B"


def damaging_moves(game: GameData, moves: Sequence[int] | np.ndarray, side: Side) -> np.ndarray:
    """The moves that can be ranked, int (m,), order kept; raises NoDamagingMove when none."""
    chosen = np.asarray(moves, dtype=np.int64).reshape(-1)
    chosen = chosen[game.tables.damaging[chosen]]
    if len(chosen) == 0:
        raise NoDamagingMove(side)
    return chosen


def from_grid(
    moves_a: np.ndarray, moves_b: np.ndarray, grid: np.ndarray, model_version: str = ""
) -> Matchup:
    """Value, reply, ranking and recommendation from the grid of win probabilities.

    Values that differ by less than the model can tell (VALUE_STEP) are ranked by the mean over
    B's moves: where every move loses, the one that does best should B not find its best reply.
    """
    replies = grid.argmin(axis=1)
    values = grid.min(axis=1)
    ranking = np.lexsort((-values, -grid.mean(axis=1), -np.round(values / VALUE_STEP)))
    best = int(ranking[0])
    return Matchup(moves_a, moves_b, grid, replies, values, best, ranking, model_version)
