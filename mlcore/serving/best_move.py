"""Which move to use: A's moves against B's, and B's best reply to each."""

import numpy as np

from mlcore.engine.specs import Setups
from mlcore.game import matchup
from mlcore.game.gamedata import GameData
from mlcore.serving import champion as champion_store
from mlcore.serving import predict


def best_move(
    game: GameData, a: Setups, moves_a: list[int], b: Setups, moves_b: list[int], *, source: str
) -> matchup.Matchup:
    """Rank A's moves against B's best reply, in one batched call that is logged once.

    ``a`` and ``b`` hold one fighter each. Raises NoDamagingMove, NoChampion, LogUnavailable.
    """
    usable_a = matchup.damaging_moves(game, moves_a, "a")
    usable_b = matchup.damaging_moves(game, moves_b, "b")
    champion = champion_store.current()
    rows = np.zeros(len(usable_a) * len(usable_b), dtype=np.int64)
    probabilities = predict.predict_and_log(
        game,
        a.take(rows),
        np.repeat(usable_a, len(usable_b)),
        b.take(rows),
        np.tile(usable_b, len(usable_a)),
        source=source,
        champion=champion,
    )
    grid = probabilities.reshape(len(usable_a), len(usable_b))
    return matchup.from_grid(usable_a, usable_b, grid, champion.version)
