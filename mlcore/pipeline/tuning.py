"""A real search for XGBoost's parameters, with early stopping, each trial kept in the registry."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from mlcore.datasets.dataset import DatasetFiles
from mlcore.game.gamedata import GameData
from mlcore.learning import metrics, training
from mlcore.learning.training import FeatureView, Settings
from mlcore.pipeline import registry

TRIALS = 16
#: Duels that a trial is fitted on; the best settings are then fitted on all.
_DUELS = 80_000
_ROUNDS = 400


def draw(random: np.random.Generator) -> dict[str, Any]:
    """One point of the search space, XGBoost's own names."""
    return {
        "max_depth": int(random.integers(3, 9)),
        "eta": float(np.round(np.exp(random.uniform(np.log(0.03), np.log(0.3))), 4)),
        "min_child_weight": float(np.round(np.exp(random.uniform(0, np.log(300))), 2)),
        "subsample": float(np.round(random.uniform(0.5, 1.0), 2)),
        "colsample_bytree": float(np.round(random.uniform(0.2, 1.0), 2)),
        "lambda": float(np.round(np.exp(random.uniform(np.log(0.1), np.log(50))), 3)),
        "max_bin": int(random.choice([64, 128, 256])),
    }


def search(
    game: GameData,
    train: FeatureView,
    validation: FeatureView,
    files: DatasetFiles,
    start: Settings,
    *,
    trials: int,
    threads: int = 1,
    progress: Callable[[int], None] = lambda done: None,
    say: Callable[[str], None] = lambda words: None,
) -> Settings:
    """The settings with the least validation log-loss among ``start`` and random ones."""
    random = np.random.default_rng(start.seed)
    rows = random.permutation(len(train.duels))[:_DUELS]
    part = train.take(rows)
    best, least = start, float("inf")
    with registry.run("tuning") as parent:
        for trial in range(trials):
            params = start.params if trial == 0 else {**start.params, **draw(random)}
            settings = replace(start, rounds=_ROUNDS, early_stopping=20, params=params)
            fitted = training.fit(game, part, validation, files, settings, threads=threads)
            y_prob = training.predict_view(fitted.as_model("trial"), validation)
            loss = float(metrics.log_loss(y_prob, validation.duels.share).mean())
            with registry.run(f"trial {trial}", nested=True) as run:
                run.params(params)
                run.metrics({"validation_log_loss": loss, "trees": fitted.metadata["trees"]})
            say(f"tune: trial {trial}: {loss:.5f} with {fitted.metadata['trees']} trees, {params}")
            if loss < least:
                best, least = settings, loss
            progress(1)
        parent.metrics({"best_validation_log_loss": least})
    say(f"tune: validation log-loss {least:.5f} with {best.params}")
    return best
