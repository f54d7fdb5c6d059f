"""From base stats to stats, by Let's Go's own formula.

    g     = floor((2 base + IV) level / 100)
    HP    = g + level + 10 + AV
    other = floor(s floor((g + 5) nature) / 100) + AV,  s = floor(100 (1 + friendship / 2550))

Nature raises to floor(x 110/100) or lowers to floor(x 90/100).
"""

import numpy as np

from mlcore.engine.specs import NATURE_NAMES, NATURES, GameTables, Setups

_RAISED, _LOWERED = np.array([NATURES[name] for name in NATURE_NAMES], dtype=np.int64).T


def compute_stats(tables: GameTables, setups: Setups) -> np.ndarray:
    """Stats of k fighters, int64 (k, 6), columns STATS, in HP and points."""
    base = tables.base_stats[setups.form].astype(np.int64)
    level = setups.level.astype(np.int64)
    rows = np.arange(len(setups))

    grown = (2 * base + setups.ivs) * level[:, None] // 100
    stats = grown + 5
    raised, lowered = _RAISED[setups.nature], _LOWERED[setups.nature]
    changes = raised != lowered
    percent = np.full((len(setups), 6), 100, dtype=np.int64)
    percent[rows[changes], raised[changes]] = 110
    percent[rows[changes], lowered[changes]] = 90
    stats = stats * percent // 100
    # floor(100 (1 + f / 2550)) without floating point: 100 + floor(100 f / 2550)
    trust = 100 + 100 * setups.friendship.astype(np.int64) // 2550
    stats = trust[:, None] * stats // 100
    stats[:, 0] = grown[:, 0] + level + 10
    return stats + setups.avs
