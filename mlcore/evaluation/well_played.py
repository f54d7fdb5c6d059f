"""How good the value of battle states is: its answers beside battles that were played out.

Starts are drawn afresh by a seed that training does not use. The truth of a start is the share of
battles that A wins when a referee plays both sides. The referee is the engine's own search, which
knows nothing of the network; contested starts are those that it does not decide.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from mlcore.battle_value import search, selfplay, starts
from mlcore.battle_value.artefact import BattleValue
from mlcore.engine.specs import GameTables
from mlcore.evaluation import referee
from mlcore.learning import metrics

#: Training draws its starts by (seed, round); this one starts every evaluation.
_SEED = 0x5EED
_CONTESTED = (0.1, 0.9)
_BINS = 10


@dataclass(frozen=True)
class Truth:
    """k starts, the share of ``plays`` battles that A won of each, and how they were drawn."""

    sides: tuple
    share: np.ndarray  # float64 (k,)
    plays: int

    @property
    def noise(self) -> np.ndarray:
        """Variance of each share by chance, float64 (k,)."""
        return self.share * (1 - self.share) / (self.plays - 1)

    @property
    def is_contested(self) -> np.ndarray:
        low, high = _CONTESTED
        return (self.share > low) & (self.share < high)


def play_out(
    tables: GameTables,
    count: int,
    plays: int,
    *,
    seed: int,
    threads: int,
    play: selfplay.Play = referee.PLAY,
    net: search.Net = (),
    progress: Callable[[int], None] | None = None,
) -> Truth:
    """Draw ``count`` starts and let the referee play each ``plays`` times."""
    sides = starts.draw(tables, count, np.random.default_rng([_SEED, seed]))
    share = referee.shares_of(
        tables,
        sides,
        plays,
        seed=_SEED + seed,
        threads=threads,
        play=play,
        net=net,
        progress=progress,
    )
    return Truth(sides, share, plays)


def measure(answers: np.ndarray, truth: Truth, rows: np.ndarray) -> dict[str, Any]:
    """Squared error above noise, favorites called correctly and calibration error of some starts.

    A favorite counts where the truth is further from one half than two of its standard errors.
    """
    p, share, noise = answers[rows], truth.share[rows], truth.noise[rows]
    is_clear = np.abs(share - 0.5) > 2 * np.sqrt(noise) + 1e-9
    return {
        "starts": int(rows.sum()),
        "squared_error": float(((p - share) ** 2 - noise).mean()),
        "favorites": float(((p > 0.5) == (share > 0.5))[is_clear].mean()),
        "calibration_error": metrics.expected_calibration_error(p, share, bins=_BINS),
    }


def report(tables: GameTables, value: BattleValue, truth: Truth, *, threads: int) -> dict[str, Any]:
    """Measures of the one-ply answer and of the network alone, of all starts and contested ones,
    if there are any."""
    groups = {"all": np.ones(len(truth.share), dtype=bool)}
    if truth.is_contested.any():
        groups["contested"] = truth.is_contested
    answers = {
        "one ply": search.start_values(tables, value.net, *truth.sides, threads=threads),
        "network alone": search.start_values(tables, value.net, *truth.sides, samples=0),
    }
    return {
        name: {group: measure(given, truth, rows) for group, rows in groups.items()}
        for name, given in answers.items()
    }
