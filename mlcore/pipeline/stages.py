"""From the game's facts to a model that serves, stage by stage.

Each stage keeps what it made, named by what it was made from, and is skipped when that is there
already: data set, candidate, report. What may serve is decided by the gate.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

from mlcore.datasets import dataset
from mlcore.datasets.dataset import DatasetFiles
from mlcore.datasets.splits import HOLDOUTS
from mlcore.evaluation import gate, plots, report
from mlcore.evaluation.gate import GateVerdict
from mlcore.game.gamedata import GameData
from mlcore.learning import feature_schema, training
from mlcore.learning.model import Model
from mlcore.learning.training import FeatureView, Trained
from mlcore.models import ModelVersion
from mlcore.pipeline import candidates, dataset_card, registry, rollouts, run_story, tuning
from mlcore.serving import champion as champion_store

Say = Callable[[str], None]


class Step(StrEnum):
    """What takes long, in its order; the value is what a progress bar says."""

    PLAY = "playing duels"
    TRAIN_FEATURES = "features of train"
    VALIDATION_FEATURES = "features of validation"
    TUNE = "searching"
    FIT = "fitting"
    HOLDOUT_FEATURES = "features of holdout"
    UNSEEN_FEATURES = "features of unseen"
    FIT_TWIN = "fitting a twin"

    @classmethod
    def features(cls, split: str) -> "Step":
        return cls[f"{split.upper()}_FEATURES"]


#: Told how much of a step is done: the step, done, total.
Progress = Callable[[Step, int, int], None]
#: Duels of the plain random split that a model's twin is fitted and judged on.
_TWIN_DUELS = 60_000

#: ``dataset.make``, or what stands in for it.
MakeDataset = Callable[..., DatasetFiles]


class NotTrained(Exception):
    """A stage was asked about a model that was not trained yet."""


class GateRefused(Exception):
    """The challenger may not serve; says which checks failed."""

    def __init__(self, verdict: GateVerdict) -> None:
        refusals = "; ".join(f"{c.name}: {c.value}, {c.bar}" for c in verdict.refusals)
        super().__init__(f"the gate refused it: {refusals}")
        self.verdict = verdict


@dataclass(frozen=True)
class Order:
    """What to make: which duels to draw and how to learn from them."""

    recipe: dataset.Recipe
    training: training.Settings
    tune: bool = False
    force: bool = False

    @classmethod
    def of_profile(
        cls,
        profile: str,
        *,
        duels: int | None = None,
        plays: int | None = None,
        seed: int | None = None,
        tune: bool = False,
        force: bool = False,
    ) -> "Order":
        recipe, settings_ = dataset.PROFILES[profile], training.PROFILES[profile]
        if duels is not None:
            recipe = replace(recipe, duels=duels)
        if plays is not None:
            recipe = replace(recipe, plays=plays, more_plays=7 * plays)
        if seed is not None:
            recipe = replace(recipe, seed=seed)
            settings_ = replace(settings_, seed=seed)
        return cls(recipe, settings_, tune, force)


@dataclass(frozen=True, eq=False)
class Candidate:
    """A fitted model, the settings that made it, and the name of its folder."""

    name: str
    settings: training.Settings
    trained: Trained

    @property
    def model(self) -> Model:
        """The model as it would serve."""
        return self.trained.as_model(f"candidate {self.name}")


class Pipeline:
    """One order being carried out: the stages, and what they share in memory."""

    def __init__(
        self,
        game: GameData,
        order: Order,
        say: Say,
        *,
        bars: bool = False,
        progress: Progress = lambda step, done, total: None,
        make_dataset: MakeDataset = dataset.make,
    ) -> None:
        self.game = game
        self.order = order
        self.say = say
        self.bars = bars
        self.progress = progress
        self.make_dataset = make_dataset
        self.threads = settings.ENGINE_THREADS
        self._views: dict[str, FeatureView] = {}

    @contextmanager
    def bar(self, total: int, step: Step) -> Iterator[Callable[[int], None]]:
        """A progress bar with the time left; yields what to call with how much was just done."""
        from tqdm import tqdm

        done = 0
        with tqdm(total=total, desc=step, unit_scale=True, disable=not self.bars) as bar:

            def update(count: int) -> None:
                nonlocal done
                done += count
                bar.update(count)
                self.progress(step, done, total)

            yield update

    # Stages -----------------------------------------------------------------------------------

    def dataset(self) -> DatasetFiles:
        """The data set of the order: found, or drawn, played, checked and written."""
        existing = None if self.order.force else dataset.find(self.game, self.order.recipe)
        if existing:
            self.say(f"dataset: {existing.name} is there already; nothing to do.")
            return existing
        recipe = self.order.recipe
        with self.bar(recipe.duels, Step.PLAY) as progress:
            files = self.make_dataset(self.game, recipe, threads=self.threads, progress=progress)
        rows = {name: entry["rows"] for name, entry in files.manifest["files"].items()}
        self.say(
            f"dataset: {files.name}, {rows}, {files.manifest['battles']:,} battles, "
            f"{files.manifest['battles_per_second']:,} a second."
        )
        return files

    def train(self, files: DatasetFiles) -> Candidate:
        """A model fitted on train, stopped and calibrated on validation; or the one kept."""
        chosen = self.order.training
        if self.order.tune:
            chosen = self.tuned(files)
        name = training.settings_hash(files, chosen)
        kept = None if self.order.force else candidates.load(name)
        if kept:
            self.say(f"train: candidate {name} is there already; nothing to do.")
            return Candidate(name, chosen, kept)
        fit_on, validation = self.view(files, "train"), self.view(files, "validation")
        started = time.perf_counter()
        with self.bar(chosen.rounds, Step.FIT) as progress:
            trained = training.fit(
                self.game,
                fit_on,
                validation,
                files,
                chosen,
                threads=self.threads,
                progress=progress,
            )
        candidates.save(name, trained)
        rows = 2 * len(fit_on.duels) / (time.perf_counter() - started)
        self.say(
            f"train: candidate {name}, {trained.metadata.get('trees', 0)} trees in "
            f"{trained.metadata['fit_seconds']} s ({rows:,.0f} rows a second), "
            f"temperature {trained.metadata['temperature']}."
        )
        return Candidate(name, chosen, trained)

    def evaluate(self, files: DatasetFiles, candidate: Candidate) -> dict[str, Any]:
        """The report on a candidate, made or kept."""
        kept = None if self.order.force else candidates.load_report(candidate.name)
        if kept:
            self.say(f"evaluate: the report on {candidate.name} is there already.")
            return kept
        views = {split: self.view(files, split) for split in HOLDOUTS}
        evaluation = report.make(
            self.game,
            files,
            candidate.model,
            views,
            self.twin(files, candidate.settings),
            threads=self.threads,
            say=self.say,
        )
        candidates.save_report(candidate.name, evaluation, report.page(evaluation))
        return evaluation

    def twin(self, files: DatasetFiles, chosen: training.Settings) -> tuple[Model, FeatureView]:
        """A model fitted on a plain random split of the training duels, and the tenth of them
        that it was neither fitted nor calibrated on."""
        view = self.view(files, "train")
        order = np.random.default_rng(0).permutation(len(view.duels))[:_TWIN_DUELS]
        parts = np.split(order, [int(len(order) * 0.8), int(len(order) * 0.9)])
        fit_on, validation, test = (view.take(rows) for rows in parts)
        with self.bar(chosen.rounds, Step.FIT_TWIN) as progress:
            twin = training.fit(
                self.game,
                fit_on,
                validation,
                files,
                chosen,
                threads=self.threads,
                progress=progress,
            )
        return twin.as_model("twin"), test

    def judge(
        self, files: DatasetFiles, candidate: Candidate, evaluation: dict[str, Any]
    ) -> GateVerdict:
        """The gate's verdict on a candidate, beside the champion that serves if there is one."""
        try:
            champion: Model | None = champion_store.reload()
        except champion_store.NoChampion:
            champion = None
        view = self.view(files, "holdout")
        verdict = gate.judge(self.game, candidate.model, evaluation, champion, view)
        passed = sum(check.passed for check in verdict.checks)
        self.say(f"gate: {passed} of {len(verdict.checks)} checks passed.")
        for check in verdict.refusals:
            self.say(f"    refused by {check.name}: {check.value}, {check.bar}")
        return verdict

    def register(
        self,
        files: DatasetFiles,
        candidate: Candidate,
        evaluation: dict[str, Any],
        verdict: GateVerdict,
    ) -> ModelVersion:
        """Export the model as a challenger; keep the run with all that is known about it."""
        trained = candidate.trained
        row = registry.export(trained, metrics_of(evaluation), gate=verdict.as_json())
        with registry.run(row.version) as run:
            run.params(
                {
                    **candidate.settings.params,
                    "kind": candidate.settings.kind,
                    "rounds": candidate.settings.rounds,
                    "seed": candidate.settings.seed,
                    "features": len(candidate.settings.feature_names),
                    "dataset": files.name,
                    "duels": files.manifest["recipe"]["duels"],
                    "plays": files.manifest["recipe"]["plays"],
                    "data_fingerprint": trained.metadata["data_fingerprint"],
                    "code_version": trained.metadata["code_version"],
                }
            )
            run.dataset(files)
            run.story(run_story.markdown(row, evaluation, verdict))
            for split in HOLDOUTS:
                run.metrics(evaluation["splits"][split]["scores"], prefix=f"{split}_")
                run.metrics(run_story.slice_metrics(evaluation, split))
            run.metrics(evaluation["plain_split"], prefix="plain_split_")
            run.metrics(evaluation["best_move"], prefix="best_move_")
            run.curve("validation_log_loss", trained.metadata.get("validation_log_loss", []))
            run.dictionary(files.manifest, "dataset_manifest.json")
            run.file(dataset_card.write(self.game, files))
            run.dictionary(row.metadata, "metadata.json")
            run.dictionary({**evaluation, "gate": verdict.as_json()}, "report.json")
            with tempfile.TemporaryDirectory() as folder:
                page = Path(folder) / "report.html"
                page.write_text(report.page({**evaluation, "gate": verdict.as_json()}))
                run.file(page)
                for plot in plots.draw(evaluation, Path(folder)):
                    run.file(plot)
            run.register(self.game, row)
        return row

    def promote(
        self,
        files: DatasetFiles,
        candidate: Candidate,
        evaluation: dict[str, Any],
        *,
        rollout: bool = False,
    ) -> ModelVersion:
        """Through the gate: register, and serve when the verdict is good; ``rollout``: in steps.

        One promotion at a time. Raises GateRefused, and RolloutRefused; the model then stays a
        challenger.
        """
        with registry.one_at_a_time():
            verdict = self.judge(files, candidate, evaluation)
            row = self.register(files, candidate, evaluation, verdict)
            if not verdict.passed:
                raise GateRefused(verdict)
            if rollout:
                rollouts.start(row.version)
                self.say(f"rollout: {row.version} answers in shadow.")
                return row
            registry.promote(row.version)
        self.say(f"promoted: {row.version} is live.")
        return row

    def all(self, *, rollout: bool = False) -> ModelVersion:
        """Data set, training, evaluation, gate, promotion, or the start of a rollout."""
        started = time.perf_counter()
        files = self.dataset()
        candidate = self.train(files)
        row = self.promote(files, candidate, self.evaluate(files, candidate), rollout=rollout)
        self.say(f"{time.perf_counter() - started:.0f} s in all.")
        return row

    # What they share --------------------------------------------------------------------------

    def view(self, files: DatasetFiles, split: str) -> FeatureView:
        """One split with its features, computed and checked once. Raises BadDataset."""
        if split not in self._views:
            duels = files.load(split)
            with self.bar(len(duels), Step.features(split)) as progress:
                view = training.view(self.game, duels, threads=self.threads, progress=progress)
            feature_schema.check(view.rows_ab, view.rows_ba)
            self._views[split] = view
        return self._views[split]

    def kept_candidate(self, files: DatasetFiles) -> Candidate:
        """The candidate that ``train`` made for this order; raises NotTrained."""
        name = training.settings_hash(files, self.order.training)
        kept = candidates.load(name)
        if kept is None:
            raise NotTrained("there is no candidate of these options; run --mode=train first")
        return Candidate(name, self.order.training, kept)

    def tuned(self, files: DatasetFiles) -> training.Settings:
        """The best settings of a search, each trial kept in the registry."""
        fit_on, validation = self.view(files, "train"), self.view(files, "validation")
        with self.bar(tuning.TRIALS, Step.TUNE) as progress:
            return tuning.search(
                self.game,
                fit_on,
                validation,
                files,
                self.order.training,
                trials=tuning.TRIALS,
                threads=self.threads,
                progress=progress,
                say=self.say,
            )


def metrics_of(evaluation: dict[str, Any]) -> dict[str, Any]:
    """The figures of a report that are kept with a version."""
    metrics: dict[str, Any] = {}
    for split, part in evaluation["splits"].items():
        metrics[split] = part["scores"]
        metrics[f"{split}_baselines"] = part["baselines"]
        metrics[f"{split}_reliability"] = part["reliability"]
        metrics[f"{split}_slices"] = part["slices"]
        # Reports that were kept by an earlier release lack it.
        metrics[f"{split}_worth"] = part.get("worth")
    metrics["plain_split"] = evaluation["plain_split"]
    metrics["best_move"] = evaluation["best_move"]
    return metrics
