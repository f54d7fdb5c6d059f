"""The frozen referee: a policy that plays match-ups out and knows nothing of the network.

It is the engine's own search. Release checks and live quality both go by the shares that it finds,
so a change of it is a change of what is measured.
"""

from collections.abc import Callable

import numpy as np

from mlcore.battle_value import network, selfplay, starts
from mlcore.battle_value.search import Net
from mlcore.engine.specs import GameTables, Setups

#: Playouts a decision.
BUDGET = 400
PLAY = selfplay.Play(policy_a=selfplay.SEARCH, policy_b=selfplay.SEARCH, budget=BUDGET)


def shares_of(
    tables: GameTables,
    matchups: tuple[Setups, np.ndarray, Setups, np.ndarray],
    plays: int,
    *,
    seed: int = 0,
    threads: int = 1,
    play: selfplay.Play = PLAY,
    net: Net = (),
    progress: Callable[[int], None] | None = None,
) -> np.ndarray:
    """Share of ``plays`` battles that A wins of each match-up, float64 (k,); a draw counts half.

    ``play`` and ``net`` put another policy in the referee's place.
    """
    count = len(matchups[0])
    games = np.column_stack([np.repeat(np.arange(count), plays), np.tile(np.arange(plays), count)])
    record = selfplay.play_games(
        tables.rules,
        net or network.split(np.zeros(network.SIZE, dtype=np.float32)),
        starts.states_of(tables, *matchups),
        games,
        seed=seed,
        play=play,
        threads=threads,
        progress=progress,
    )
    return record.results.reshape(count, plays).mean(axis=1)
