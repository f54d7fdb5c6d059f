"""Rules of thumb, linear models, forests and trees on the same duels, and what features are worth.

Models are chosen by validation; the holdout is shown beside it. What may serve is XGBoost or the
linear model; the forest is there for comparison.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mlcore.datasets.dataset import DatasetFiles
from mlcore.datasets.splits import HOLDOUTS
from mlcore.evaluation import report
from mlcore.game.gamedata import GameData
from mlcore.learning import baselines, features, metrics, training
from mlcore.learning.training import FeatureView, Settings

#: Duels that a forest is fitted on; it has no more to learn and takes long.
_FOREST_DUELS = 40_000
#: Differences of validation log-loss below this many standard errors are none.
_SURE = 2.0

Say = Callable[[str], None]


@dataclass(frozen=True)
class Contender:
    """A model or rule: its predictions for the splits it was not fitted on."""

    name: str
    may_serve: bool
    y_prob: dict[str, np.ndarray]

    def losses(self, views: dict[str, FeatureView], split: str) -> np.ndarray:
        return metrics.log_loss(self.y_prob[split], views[split].duels.share)


def run(
    game: GameData,
    files: DatasetFiles,
    start: Settings,
    views: dict[str, FeatureView],
    *,
    tuned: Settings | None = None,
    threads: int = 1,
    say: Say,
) -> dict[str, Any]:
    """Fit everything, print the table, and return it; ``views`` holds all four splits."""
    splits = ("validation", *HOLDOUTS)
    contenders = [
        Contender(name, False, {split: rule(views[split].rows_ab) for split in splits})
        for name, rule in baselines.BASELINES.items()
    ]

    def fitted(name: str, settings: Settings) -> Contender:
        model = training.fit(
            game, views["train"], views["validation"], files, settings, threads=threads
        ).as_model(name)
        return Contender(
            name, True, {split: training.predict_view(model, views[split]) for split in splits}
        )

    blind = features.names_without("closed_form", "race")
    linear = replace(start, kind="linear", params={"l2": 1e-5})
    plans = {
        "logistic, without closed form": replace(linear, on_closed_form=False, feature_names=blind),
        "logistic": linear,
        "XGBoost, without closed form": replace(
            start, on_closed_form=False, feature_names=blind, rounds=4 * start.rounds
        ),
        "XGBoost": start,
    }
    if tuned is not None:
        plans["XGBoost, tuned"] = tuned
    for name, settings in plans.items():
        contenders.append(fitted(name, settings))
    contenders.append(_forest(views, splits, start.seed, threads))

    table = []
    for contender in contenders:
        row: dict[str, Any] = {"name": contender.name, "may_serve": contender.may_serve}
        for split in splits:
            row[split] = report.scores(contender.y_prob[split], views[split].duels)
        table.append(row)
        say(f"compare: {contender.name:32} {metrics.summary(row['validation'])}")
    winner = choose(contenders, views["validation"])
    say(f"compare: {winner} wins on validation among those that may serve.")
    ablation = _ablation(game, files, start, views, threads=threads, say=say)
    return {"models": table, "winner": winner, "ablation": ablation}


def choose(contenders: list[Contender], validation: FeatureView) -> str:
    """The best that may serve; of those no worse beyond noise, the first in order of plainness."""
    able = [contender for contender in contenders if contender.may_serve]
    losses = [
        metrics.log_loss(contender.y_prob["validation"], validation.duels.share)
        for contender in able
    ]
    best = losses[int(np.argmin([loss.mean() for loss in losses]))]
    everything = np.ones((len(best), 1), dtype=bool)
    for contender, loss in zip(able, losses, strict=True):
        gap, error = metrics.paired_difference(loss, best, everything)
        if gap[0] <= _SURE * error[0]:
            return contender.name
    raise AssertionError("the best is never worse than itself")


def _forest(
    views: dict[str, FeatureView], splits: tuple[str, ...], seed: int, threads: int
) -> Contender:
    from sklearn.ensemble import RandomForestRegressor

    train = views["train"]
    rows = np.random.default_rng(seed).permutation(len(train.duels))[: _FOREST_DUELS // 2]
    forest = RandomForestRegressor(
        n_estimators=60, min_samples_leaf=5, max_features=0.3, n_jobs=threads, random_state=seed
    )
    share = train.duels.share[rows]
    forest.fit(
        np.concatenate([train.rows_ab[rows], train.rows_ba[rows]]),
        np.concatenate([share, 1 - share]),
    )
    y_prob = {}
    for split in splits:
        there = forest.predict(views[split].rows_ab)
        back = forest.predict(views[split].rows_ba)
        # A forest says 0 or 1 where all its leaves do; log-loss wants it to be less sure.
        y_prob[split] = np.clip((there + 1 - back) / 2, 5e-4, 1 - 5e-4)
    return Contender("random forest", False, y_prob)


def _ablation(
    game: GameData,
    files: DatasetFiles,
    start: Settings,
    views: dict[str, FeatureView],
    *,
    threads: int,
    say: Say,
) -> list[dict[str, Any]]:
    """What each group of features is worth: validation log-loss lost when it is left out.

    Twice: beside the exact solver, which knows most of it all, and without it.
    """
    validation = views["validation"]
    everything = replace(start, feature_names=features.FEATURE_NAMES)
    blind = replace(
        start,
        on_closed_form=False,
        rounds=2 * start.rounds,
        feature_names=features.names_without("closed_form", "race"),
    )
    rows = []
    for words, settings in (("with closed form", everything), ("without closed form", blind)):
        names = settings.feature_names
        whole = _validation_losses(game, files, settings, views, threads)
        for group, members in features.FEATURE_GROUPS.items():
            left = tuple(name for name in names if name not in members)
            if len(left) == len(names):
                continue
            on_closed_form = settings.on_closed_form and group != "closed_form"
            without = _validation_losses(
                game,
                files,
                replace(settings, feature_names=left, on_closed_form=on_closed_form),
                views,
                threads,
            )
            all_duels = np.ones((len(validation.duels), 1), dtype=bool)
            gap, error = metrics.paired_difference(without, whole, all_duels)
            rows.append(
                {
                    "setting": words,
                    "group": group,
                    "features": len(names) - len(left),
                    "worth": float(gap[0]),
                    "standard_error": float(error[0]),
                }
            )
            say(
                f"ablation, {words}: {group:12} is worth {gap[0]:+.6f} of log-loss "
                f"(standard error {error[0]:.6f})"
            )
    return rows


def _validation_losses(
    game: GameData,
    files: DatasetFiles,
    settings: Settings,
    views: dict[str, FeatureView],
    threads: int,
) -> np.ndarray:
    model = training.fit(
        game, views["train"], views["validation"], files, settings, threads=threads
    ).as_model("ablation")
    y_prob = training.predict_view(model, views["validation"])
    return metrics.log_loss(y_prob, views["validation"].duels.share)
