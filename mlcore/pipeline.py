"""From the game's facts to a model that serves, stage by stage."""

import logging
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings

from mlcore import baselines, dataset, evaluation, registry, training
from mlcore.dataset import DatasetFiles, Duels
from mlcore.gamedata import GameData
from mlcore.models import ModelVersion
from mlcore.predictor import Champion
from mlcore.training import Trained, View

logger = logging.getLogger(__name__)

#: Splits that nothing was fitted on.
HOLDOUTS = ("holdout", "unseen")

Say = Callable[[str], None]


@dataclass(frozen=True)
class Order:
    """What to make: which duels to draw and how to learn from them."""

    recipe: dataset.Recipe
    training: training.Settings
    force: bool = False

    @classmethod
    def of_profile(
        cls,
        profile: str,
        *,
        duels: int | None = None,
        plays: int | None = None,
        seed: int | None = None,
        force: bool = False,
    ) -> "Order":
        recipe, settings_ = dataset.PROFILES[profile], training.PROFILES[profile]
        if duels is not None:
            recipe = replace(recipe, duels=duels)
        if plays is not None:
            recipe = replace(recipe, plays=plays, more_plays=3 * plays)
        if seed is not None:
            recipe = replace(recipe, seed=seed)
            settings_ = replace(settings_, seed=seed)
        return cls(recipe, settings_, force)


@contextmanager
def _bar(total: int, words: str, *, shown: bool):
    """A progress bar with the time left; yields what to call with how much is done."""
    from tqdm import tqdm

    with tqdm(total=total, desc=words, unit_scale=True, disable=not shown) as bar:
        yield bar.update


def make_dataset(game: GameData, order: Order, say: Say, *, bars: bool = True) -> DatasetFiles:
    """The data set of the order: found, or drawn, played, checked and written."""
    found = None if order.force else dataset.find(game, order.recipe)
    if found:
        say(f"dataset: {found.name} is there already; nothing to do.")
        return found
    with _bar(order.recipe.duels, "playing duels", shown=bars) as progress:
        files = dataset.make(game, order.recipe, threads=settings.ENGINE_THREADS, progress=progress)
    rows = {name: entry["rows"] for name, entry in files.manifest["files"].items()}
    say(
        f"dataset: {files.name}, {rows}, {files.manifest['battles']:,} battles, "
        f"{files.manifest['battles_per_second']:,} a second."
    )
    return files


def load_view(game: GameData, files: DatasetFiles, split: str, *, bars: bool = True) -> View:
    """One split with its features."""
    duels = files.load(split)
    with _bar(len(duels), f"features of {split}", shown=bars) as progress:
        return training.view(game, duels, threads=settings.ENGINE_THREADS, progress=progress)


def train(
    game: GameData, files: DatasetFiles, order: Order, say: Say, *, bars: bool = True
) -> Trained:
    """Fit a model on the training split, stop and calibrate it on the validation split."""
    fit_on = load_view(game, files, "train", bars=bars)
    validation = load_view(game, files, "validation", bars=bars)
    with _bar(order.training.rounds, "growing trees", shown=bars) as progress:
        trained = training.fit(
            game,
            fit_on,
            validation,
            files,
            order.training,
            threads=settings.ENGINE_THREADS,
            progress=progress,
        )
    say(
        f"train: {trained.metadata['trees']} trees in {trained.metadata['fit_seconds']} s, "
        f"temperature {trained.metadata['temperature']}."
    )
    return trained


def _scores(y_prob, duels: Duels) -> dict[str, float]:
    return evaluation.evaluate(
        y_prob,
        duels.share,
        duels.plays,
        half_share=duels.half_share,
        half_plays=duels.half_plays,
    )


def evaluate(
    game: GameData, files: DatasetFiles, model: Champion, say: Say, *, bars: bool = True
) -> dict[str, Any]:
    """Scores of a model and of the baselines on every split that nothing was fitted on."""
    metrics: dict[str, Any] = {}
    for split in HOLDOUTS:
        seen = load_view(game, files, split, bars=bars)
        metrics[split] = _scores(training.predict_view(model, seen), seen.duels)
        say(f"evaluate: {split}: {evaluation.summary(metrics[split])}")
        metrics[f"{split}_baselines"] = {
            name: _scores(rule(seen.rows_ab), seen.duels)
            for name, rule in baselines.BASELINES.items()
        }
        for name, scores in metrics[f"{split}_baselines"].items():
            say(f"    {name}: {evaluation.summary(scores)}")
    return metrics


def register(
    trained: Trained, metrics: dict[str, Any], files: DatasetFiles, order: Order
) -> ModelVersion:
    """Export the model under a new version and keep the run: parameters, metrics, artefacts."""
    row = registry.export(trained, metrics)
    with registry.run(row.version) as run:
        run.params(
            {
                **order.training.params,
                "rounds": order.training.rounds,
                "seed": order.training.seed,
                "features": len(order.training.feature_names),
                "dataset": files.name,
                "duels": order.recipe.duels,
                "plays": order.recipe.plays,
                "data_fingerprint": trained.metadata["data_fingerprint"],
                "code_version": trained.metadata["code_version"],
            }
        )
        for split in HOLDOUTS:
            run.metrics(metrics[split], prefix=f"{split}_")
        run.curve("validation_log_loss", trained.metadata["validation_log_loss"])
        run.dictionary(files.manifest, "dataset_manifest.json")
        run.dictionary(metrics, "metrics.json")
        run.dictionary(row.metadata, "metadata.json")
        run.register(trained, row)
    return row


def run_all(game: GameData, order: Order, say: Say, *, bars: bool = True) -> ModelVersion:
    """Data set, training, evaluation, registration, promotion."""
    started = time.perf_counter()
    files = make_dataset(game, order, say, bars=bars)
    trained = train(game, files, order, say, bars=bars)
    metrics = evaluate(game, files, trained.as_champion("candidate"), say, bars=bars)
    row = register(trained, metrics, files, order)
    registry.promote(row.version)
    say(f"promoted: {row.version} serves now; {time.perf_counter() - started:.0f} s in all.")
    return row
