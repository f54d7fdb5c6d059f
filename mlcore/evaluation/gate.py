"""Who may serve: a challenger must be good enough, no slower, and nowhere worse than the champion.

Absolute bars come from the report on the challenger. Against the champion both answer the same
duels of the same holdout, and differences are judged by a paired bootstrap, over all duels and
on every slice: "best average wins" would let a model through that spoils a corner.
"""

import time
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from mlcore.datasets.splits import HOLDOUTS
from mlcore.evaluation import slices
from mlcore.game.gamedata import GameData
from mlcore.learning import metrics, training
from mlcore.learning.model import Model, predict_with
from mlcore.learning.training import FeatureView

MIN_FAVORITES_CORRECT = 0.97
MAX_BEHIND_BEST = 0.01
MIN_PLAIN_ACCURACY = 0.94
MAX_ECE = 0.02
MAX_SWAP_ERROR = 1e-6
MAX_SLOWDOWN = 1.5
#: A difference in log-loss counts when it is this many standard errors from nothing ...
SURE_OVERALL = 2.6
#: ... and on a slice, of which there are dozens, this many.
SURE_ON_SLICE = 3.5
#: A difference in log-loss this small is of no concern to anybody.
NEGLIGIBLE = 2e-4
_SPEED_ROUNDS = 7
_SPEED_DUELS = 1_000


@dataclass(frozen=True)
class ReleaseCheck:
    """One question to the challenger and its answer."""

    name: str
    passed: bool
    value: str
    bar: str


@dataclass(frozen=True)
class GateVerdict:
    checks: tuple[ReleaseCheck, ...]

    @property
    def passed(self) -> bool:
        return all(check.passed for check in self.checks)

    @property
    def refusals(self) -> tuple[ReleaseCheck, ...]:
        return tuple(check for check in self.checks if not check.passed)

    def as_json(self) -> dict[str, Any]:
        return {"passed": self.passed, "checks": [asdict(check) for check in self.checks]}


def at_least(name: str, value: float, bar: float) -> ReleaseCheck:
    return ReleaseCheck(name, value >= bar, f"{value:.4f}", f"at least {bar}")


def at_most(name: str, value: float, bar: float) -> ReleaseCheck:
    return ReleaseCheck(name, value <= bar, f"{value:.3g}", f"at most {bar}")


def absolute_checks(report: dict[str, Any]) -> list[ReleaseCheck]:
    """What a challenger must reach whoever serves; ``report`` is the report on it."""
    checks = []
    for split in HOLDOUTS:
        part = report["splits"][split]
        scores = part["scores"]
        behind = scores["best_accuracy"] - scores["accuracy"]
        checks += [
            at_least(
                f"{split}: clear favorites correct",
                scores["clear_favourites_right"],
                MIN_FAVORITES_CORRECT,
            ),
            at_most(f"{split}: accuracy behind the best possible", behind, MAX_BEHIND_BEST),
            at_most(f"{split}: calibration error", scores["ece"], MAX_ECE),
            at_most(f"{split}: swap error", part["swap_error"], MAX_SWAP_ERROR),
        ]
    plain = report["plain_split"]["accuracy"]
    checks.append(at_least("accuracy on a plain random split", plain, MIN_PLAIN_ACCURACY))
    return checks


def paired_checks(
    game: GameData, challenger: Model, champion: Model, view: FeatureView
) -> list[ReleaseCheck]:
    """Log-loss beside the champion's on the same duels: overall and on every slice."""
    losses = [
        metrics.log_loss(training.predict_view(model, view), view.duels.share)
        for model in (challenger, champion)
    ]
    named = {"all duels": np.ones(len(view.duels), dtype=bool), **slices.slices(game, view)}
    masks = np.stack(list(named.values()), axis=1)
    means, errors = metrics.paired_difference(losses[0], losses[1], masks)
    checks = []
    for index, name in enumerate(named):
        sure = SURE_OVERALL if index == 0 else SURE_ON_SLICE
        bar = max(NEGLIGIBLE, sure * float(errors[index]))
        checks.append(
            ReleaseCheck(
                f"log-loss beside {champion.version}: {name}",
                bool(means[index] <= bar),
                f"{means[index]:+.5f}",
                f"at most {bar:+.5f}",
            )
        )
    return checks


def speed_check(
    game: GameData, challenger: Model, champion: Model, view: FeatureView
) -> ReleaseCheck:
    """Time of one batched call beside the champion's, taken in turns in one run."""
    duels = view.duels.take(np.arange(min(_SPEED_DUELS, len(view.duels))))
    best: dict[str, float] = {}
    for _ in range(_SPEED_ROUNDS):
        for name, model in (("challenger", challenger), ("champion", champion)):
            started = time.perf_counter()
            predict_with(model, game, duels.a, duels.move_a, duels.b, duels.move_b)
            seconds = time.perf_counter() - started
            best[name] = min(best.get(name, seconds), seconds)
    ratio = best["challenger"] / best["champion"]
    return ReleaseCheck(
        "time beside the champion's",
        ratio <= MAX_SLOWDOWN,
        f"{ratio:.2f}",
        f"at most {MAX_SLOWDOWN}",
    )


def judge(
    game: GameData,
    challenger: Model,
    report: dict[str, Any],
    champion: Model | None,
    view: FeatureView,
) -> GateVerdict:
    """May the challenger serve? ``view`` is the holdout, which nothing was fitted on."""
    checks = absolute_checks(report)
    if champion is not None:
        checks += paired_checks(game, challenger, champion, view)
        checks.append(speed_check(game, challenger, champion, view))
    return GateVerdict(tuple(checks))
