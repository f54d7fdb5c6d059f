"""Which move to use: A's moves against B's, and B's best reply to each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mlcore.engine.specs import Setups
from mlcore.game import matchup
from mlcore.game.gamedata import GameData
from mlcore.learning import model as learning_model
from mlcore.learning.features import Features
from mlcore.learning.model import Model
from mlcore.serving import explanations, predict


@dataclass(frozen=True, eq=False)
class Answer:
    """What became of a match-up, with all that it was answered from.

    a, b      one fighter each
    features  of every pair of moves, by row of the grid
    """

    matchup: matchup.Matchup
    champion: Model
    game: GameData
    a: Setups
    b: Setups
    features: Features

    @property
    def best_duel(self) -> tuple[int, int]:
        """The recommended move and the best reply to it, as indices into the game's tables."""
        ranked = self.matchup
        return int(ranked.moves_a[ranked.best]), int(ranked.moves_b[ranked.replies[ranked.best]])

    def explain(self) -> explanations.Explanation:
        """Why the recommended move fares as predicted against its best reply."""
        ranked = self.matchup
        move, reply = self.best_duel
        row = ranked.best * len(ranked.moves_b) + int(ranked.replies[ranked.best])
        return explanations.explain(
            self.champion, self.game, self.a, move, self.b, reply, self.features.of(row)
        )


def best_move(
    game: GameData,
    champion: Model,
    a: Setups,
    moves_a: Sequence[int] | np.ndarray,
    b: Setups,
    moves_b: Sequence[int] | np.ndarray,
    *,
    source: str | None = None,
) -> Answer:
    """Rank A's moves against B's best reply, in one batched call that is logged once.

    ``a`` and ``b`` hold one fighter each; ``source`` says who asks, for the log; None logs
    nothing. Raises NoDamagingMove, LogUnavailable.
    """
    usable_a = matchup.damaging_moves(game, moves_a, "a")
    usable_b = matchup.damaging_moves(game, moves_b, "b")
    rows = np.zeros(len(usable_a) * len(usable_b), dtype=np.int64)
    duels = (
        a.take(rows),
        np.repeat(usable_a, len(usable_b)),
        b.take(rows),
        np.tile(usable_b, len(usable_a)),
    )
    features = Features(game.tables, *duels)
    probabilities = (
        learning_model.predict_with(champion, game, *duels, features)
        if source is None
        else predict.predict_and_log(game, *duels, source=source, champion=champion, built=features)
    )
    grid = probabilities.reshape(len(usable_a), len(usable_b))
    ranked = matchup.from_grid(usable_a, usable_b, grid, champion.version)
    return Answer(ranked, champion, game, a, b, features)
