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
from mlcore.engine.specs import GameTables, Setups
from mlcore.evaluation import referee
from mlcore.learning import metrics

#: Training draws its starts by (seed, round); this one starts every evaluation.
_SEED = 0x5EED
_CONTESTED = (0.1, 0.9)
#: About one start in five is contested. To find them, each is played so often, in a stream of its
#: own.
_SCREENED, _SCREENING, _STREAM = 5, 16, 1 << 20
_BINS = 10


@dataclass(frozen=True)
class Truth:
    """k starts and the share of ``plays`` battles that A won of each.

    The first ``drawn`` of them are as they were drawn, the others were picked as contested.
    """

    sides: tuple
    share: np.ndarray  # float64 (k,)
    plays: int
    drawn: int

    @property
    def is_drawn(self) -> np.ndarray:
        return np.arange(len(self.share)) < self.drawn

    @property
    def noise(self) -> np.ndarray:
        """Variance of each share by chance, float64 (k,)."""
        return self.share * (1 - self.share) / (self.plays - 1)

    @property
    def is_contested(self) -> np.ndarray:
        low, high = _CONTESTED
        return (self.share > low) & (self.share < high)


def battles_of(count: int, contested: int, plays: int) -> int:
    """About how many battles ``play_out`` plays."""
    return (count + contested) * plays + _SCREENED * contested * _SCREENING


def play_out(
    tables: GameTables,
    count: int,
    plays: int,
    *,
    seed: int,
    threads: int,
    contested: int = 0,
    fighters: tuple[np.ndarray, np.ndarray] | None = None,
    play: selfplay.Play = referee.PLAY,
    net: search.Net = (),
    progress: Callable[[int], None] | None = None,
) -> Truth:
    """Draw ``count`` starts and let the referee play each ``plays`` times.

    On top of them about ``contested`` more starts that a few battles of the referee left open; none
    of those few counts. ``fighters``: as in ``starts.draw``.
    """

    def shares(sides: tuple, plays: int, stream: int) -> np.ndarray:
        return referee.shares_of(
            tables,
            sides,
            plays,
            seed=_SEED + seed + stream,
            threads=threads,
            play=play,
            net=net,
            progress=progress,
        )

    rng = np.random.default_rng([_SEED, seed])
    sides = starts.draw(tables, count, rng, fighters)
    if contested:
        more = starts.draw(tables, _SCREENED * contested, rng, fighters)
        low, high = _CONTESTED
        rough = shares(more, _SCREENING, _STREAM)
        rows = np.flatnonzero((rough > low) & (rough < high))[:contested]
        sides = _joined(sides, more, rows)
    return Truth(sides, shares(sides, plays, 0), plays, count)


def _joined(sides: tuple, more: tuple, rows: np.ndarray) -> tuple:
    """Starts, and those of the others that ``rows`` name."""
    a, slots_a, b, slots_b = sides
    return (
        Setups.concatenate([a, more[0].take(rows)]),
        np.concatenate([slots_a, more[1][rows]]),
        Setups.concatenate([b, more[2].take(rows)]),
        np.concatenate([slots_b, more[3][rows]]),
    )


def measure(answers: np.ndarray, truth: Truth, rows: np.ndarray) -> dict[str, Any]:
    """Squared error above noise, favorites called correctly and calibration error of some starts.

    A favorite counts where the truth is further from one half than two of its standard errors.
    """
    p, share, noise = answers[rows], truth.share[rows], truth.noise[rows]
    is_clear = metrics.is_clear(share, np.full(len(share), truth.plays))
    return {
        "starts": int(rows.sum()),
        "squared_error": float(((p - share) ** 2 - noise).mean()),
        "favorites": float(((p > 0.5) == (share > 0.5))[is_clear].mean()),
        "calibration_error": metrics.expected_calibration_error(p, share, bins=_BINS),
    }


def report(tables: GameTables, net: search.Net, truth: Truth, *, threads: int) -> dict[str, Any]:
    """Measures of the one-ply answer and of the network alone.

    Of all starts as they were drawn, and of contested ones if there are any.
    """
    groups = {"all": truth.is_drawn}
    if truth.is_contested.any():
        groups["contested"] = truth.is_contested
    answers = {
        "one ply": search.start_values(tables, net, *truth.sides, threads=threads),
        "network alone": search.start_values(tables, net, *truth.sides, samples=0),
    }
    return {
        name: {group: measure(given, truth, rows) for group, rows in groups.items()}
        for name, given in answers.items()
    }
