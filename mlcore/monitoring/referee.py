"""Match-ups that were asked about, played by the frozen referee policy of the evaluation."""

import numpy as np

from mlcore.battle_value import network, selfplay, starts
from mlcore.engine.specs import GameTables, Setups
from mlcore.evaluation.well_played import REFEREE_BUDGET


def shares_of(
    tables: GameTables,
    matchups: tuple[Setups, np.ndarray, Setups, np.ndarray],
    plays: int,
    *,
    seed: int = 0,
    threads: int = 1,
) -> np.ndarray:
    """Share of ``plays`` battles that A wins of each match-up, float64 (k,); a draw counts half."""
    count = len(matchups[0])
    games = np.column_stack([np.repeat(np.arange(count), plays), np.tile(np.arange(plays), count)])
    record = selfplay.play_games(
        tables.rules,
        network.split(np.zeros(network.SIZE, dtype=np.float32)),
        starts.states_of(tables, *matchups),
        games,
        seed=seed,
        play=selfplay.Play(
            policy_a=selfplay.SEARCH, policy_b=selfplay.SEARCH, budget=REFEREE_BUDGET
        ),
        threads=threads,
    )
    return record.results.reshape(count, plays).mean(axis=1)
