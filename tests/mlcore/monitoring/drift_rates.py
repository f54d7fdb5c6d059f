"""How often drift is found: on quiet days, and after shifts of several sizes.

Days are drawn as training duels are, from a pool of its own seed, and compared as the nightly check
does it. ``python -m tests.mlcore.monitoring.drift_rates`` prints the table (half a minute).
"""

from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from mlcore.datasets import sampling, splits
from mlcore.game.gamedata import GameData
from mlcore.learning import model as learning_model
from mlcore.learning.model import Model
from mlcore.monitoring import drift
from mlcore.monitoring.log_totals import ANSWER_BINS

#: Which duels of the pool a shift asks for more often, from their observations.
SHIFTS: dict[str, Callable[[dict[str, np.ndarray]], np.ndarray]] = {
    "level 90 and above": lambda seen: seen["level"][0] >= 90,
    "Water types": lambda seen: (seen["type"] == "water").any(axis=0),
    "sure wins of A": lambda seen: seen["win_probability"][0] > 0.99,
}


class Pool(NamedTuple):
    """``observations`` of n duels by name, (2, n) for both sides, (1, n) for answers."""

    seen: dict[str, np.ndarray]
    size: int


def pool_of(game: GameData, live: Model, *, count: int = 30_000, seed: int = 77) -> Pool:
    a, move_a, b, move_b, _ = sampling.draw(game.tables, count, np.random.default_rng(seed))
    train = splits.splits_of(game, a.form, b.form) == splits.SPLITS.index("train")
    duels = (a.take(train), move_a[train], b.take(train), move_b[train])
    size = int(train.sum())
    seen = drift.observations(game, duels, learning_model.predict_with(live, game, *duels))
    return Pool({name: values.reshape(-1, size) for name, values in seen.items()}, size)


def day_of(pool: Pool, rows: np.ndarray) -> dict[str, Counter[Any]]:
    """What the duels in ``rows`` count as, as the totals of the log have it."""
    counts: dict[str, Counter[Any]] = {}
    for name, values in pool.seen.items():
        asked = values[:, rows].ravel()
        if name == "win_probability":
            bins = np.minimum((asked * ANSWER_BINS).astype(int), ANSWER_BINS - 1)
            asked = (bins + 0.5) / ANSWER_BINS
        labels, numbers = np.unique(asked, return_counts=True)
        counts[name] = Counter(dict(zip(labels.tolist(), numbers.tolist(), strict=True)))
    return counts


def alarms(
    pool: Pool,
    known: dict[str, Any],
    requests: int,
    days: int,
    *,
    shift: str | None = None,
    share: float = 0.0,
    seed: int = 1,
) -> float:
    """Share of ``days`` with ``requests`` each on which drift is found.

    ``share`` of the requests of a day are about what ``shift`` names.
    """
    rng = np.random.default_rng([seed, requests, round(100 * share)])
    special = np.flatnonzero(SHIFTS[shift](pool.seen)) if shift else np.arange(0)
    found = 0
    for _ in range(days):
        some = rng.choice(special, round(share * requests)) if shift else special
        rows = np.concatenate([some, rng.integers(pool.size, size=requests - len(some))])
        findings = drift.compare(known, day_of(pool, rows))
        found += any(finding["drifted"] for finding in findings)
    return found / days


def main() -> None:
    import django

    django.setup()

    from mlcore.game import gamedata
    from mlcore.serving import champion

    game, live = gamedata.current(), champion.current()
    pool, known = pool_of(game, live), drift.reference(game, live)
    for requests in (200, 1_000, 5_000):
        print(f"{requests} requests, quiet: {alarms(pool, known, requests, 1_000):.3f}")
        for shift in SHIFTS:
            found = [
                f"{share:.0%}: {alarms(pool, known, requests, 100, shift=shift, share=share):.2f}"
                for share in (0.05, 0.1, 0.2, 0.4)
            ]
            print(f"    more {shift}: {', '.join(found)}")


if __name__ == "__main__":
    main()
