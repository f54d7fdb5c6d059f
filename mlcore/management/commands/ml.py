"""``manage.py ml --mode=...``: the pipeline, stage by stage; ``--promote``, ``--rollback``."""

import json
import sys
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from mlcore.battle_value.artefact import BadValueArtefact
from mlcore.datasets import dataset
from mlcore.datasets.duels import BadDataset
from mlcore.datasets.splits import HOLDOUTS
from mlcore.evaluation import model_comparison
from mlcore.evaluation.well_played import Truth
from mlcore.game import gamedata
from mlcore.learning import model as learning_model
from mlcore.lib import atomic, locks
from mlcore.pipeline import battle_value, dataset_card, registry
from mlcore.pipeline.battle_value import BattlePipeline
from mlcore.pipeline.rollouts import RolloutRefused
from mlcore.pipeline.stages import GateRefused, NotTrained, Order, Pipeline
from mlcore.serving import champion as champion_store
from mlcore.serving import well_played


class Mode(StrEnum):
    """What ``--mode`` can be."""

    DATASET = "dataset"
    TRAIN = "train"
    EVALUATE = "evaluate"
    COMPARE = "compare"
    ALL = "all"


#: Smallest and largest value of each option: ten million duels are 8 GB of features.
_BOUNDS = {"duels": (500, 10_000_000), "plays": (2, 100_000), "seed": (0, 2**63 - 1)}


class Command(BaseCommand):
    requires_system_checks = []
    help = (
        "The learning pipeline. dataset: sample and simulate duels, and describe them in a card; "
        "train: fit a model; evaluate: measure the model trained with the same options and, with "
        "--promote, make it the champion if it passes the gate; compare: compare baselines, linear "
        "models, forest, network and boosted trees, duels and match-ups apart, with an ablation of "
        "the feature groups; all: run every stage and promote the model if it passes the gate. A "
        "stage whose inputs have not changed is skipped unless --force is given."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--model",
            default="duel",
            choices=("duel", "battle"),
            help="duel: each side repeats one move; battle: both play well, several moves a side "
            "(all modes but dataset; compare: how well species are answered that training has "
            "never seen) (default: duel)",
        )
        parser.add_argument(
            "--mode",
            choices=[mode.value for mode in Mode],
            help="stage to run; optional with --promote and --rollback",
        )
        parser.add_argument(
            "--profile",
            default="quick",
            choices=sorted(dataset.PROFILES),
            help="size of the data set and model (default: quick)",
        )
        parser.add_argument("--duels", type=int, help="number of duels (default: the profile's)")
        parser.add_argument("--plays", type=int, help="plays per duel (default: the profile's)")
        parser.add_argument(
            "--seed", type=int, help="seed of the data set and the model (default: 1)"
        )
        parser.add_argument(
            "--tune-hyperparams", action="store_true", help="tune XGBoost's hyperparameters first"
        )
        parser.add_argument(
            "--promote", action="store_true", help="evaluate, and promote the model if it passes"
        )
        parser.add_argument(
            "--rollout",
            action="store_true",
            help="with --promote or --mode=all: let the model that passes answer in shadow first, "
            "then a share of the callers, then all (see the command rollout)",
        )
        parser.add_argument(
            "--rollback",
            action="store_true",
            help="go back to the previous champion, or stop the rollout",
        )
        parser.add_argument(
            "--further",
            action="store_true",
            help="with --model=battle: train on from the live version, a third of the time",
        )
        parser.add_argument("--force", action="store_true", help="rerun stages that are up to date")

    def handle(self, *args: object, **options: object) -> None:
        try:
            self.run(**options)  # type: ignore[arg-type]
        except (champion_store.NoChampion, NotTrained, GateRefused, LookupError) as reason:
            raise CommandError(str(reason)) from reason
        except (locks.Locked, learning_model.BadArtefact, BadValueArtefact) as reason:
            raise CommandError(str(reason)) from reason
        except RolloutRefused as reason:
            raise CommandError(f"No rollout: {reason}.") from reason
        except BadDataset as error:
            raise CommandError(f"Invalid data set: {error}") from error

    def run(
        self,
        *,
        model: str = "duel",
        mode: str | None = None,
        profile: str = "quick",
        duels: int | None = None,
        plays: int | None = None,
        seed: int | None = None,
        tune_hyperparams: bool = False,
        promote: bool = False,
        rollback: bool = False,
        rollout: bool = False,
        force: bool = False,
        further: bool = False,
        **options: object,
    ) -> None:
        for name, value in (("duels", duels), ("plays", plays), ("seed", seed)):
            least, most = _BOUNDS[name]
            if value is not None and not least <= value <= most:
                raise CommandError(f"--{name} must lie between {least} and {most}, not {value}.")
        if model == "battle" and mode == Mode.DATASET:
            raise CommandError("--model=battle takes --mode=train, evaluate, compare or all.")
        if further and (model != "battle" or mode == Mode.COMPARE):
            raise CommandError("--further goes with --model=battle, but not with --mode=compare.")
        if mode is None:
            if not (promote or rollback):
                raise CommandError(f"Give --mode ({', '.join(Mode)}), --promote or --rollback.")
            mode = Mode.EVALUATE
        if promote and rollback:
            raise CommandError("Use either --promote or --rollback.")
        if (promote or rollback) and mode != Mode.EVALUATE:
            raise CommandError("Use --promote and --rollback alone or with --mode=evaluate.")
        if rollout and (model != "duel" or not (promote or mode == Mode.ALL)):
            raise CommandError("--rollout goes with --promote or --mode=all, of --model=duel.")
        if rollback:
            game = gamedata.current()
            duel = model == "duel"
            version = registry.rollback().version if duel else battle_value.rollback(game)
            self.stdout.write(f"Rolled back: {version} is live.")
            return
        if model == "battle":
            bars = sys.stderr.isatty()
            battle_pipeline = BattlePipeline(
                gamedata.current(),
                profile,
                seed,
                self.stdout.write,
                bars=bars,
                force=force,
                further=further,
            )
            self.run_battle_value(battle_pipeline, Mode(mode), promote=promote)
            return
        order = Order.of_profile(
            profile, duels=duels, plays=plays, seed=seed, tune=tune_hyperparams, force=force
        )
        pipeline = Pipeline(gamedata.current(), order, self.stdout.write, bars=sys.stderr.isatty())
        if mode == Mode.ALL:
            pipeline.all(rollout=rollout)
            return
        files = pipeline.dataset()
        if mode == Mode.DATASET:
            card = dataset_card.write(pipeline.game, files)
            self.stdout.write(f"dataset: its card is {card}.")
        elif mode == Mode.TRAIN:
            pipeline.train(files)
        elif mode == Mode.EVALUATE:
            candidate = (
                pipeline.train(files) if tune_hyperparams else pipeline.kept_candidate(files)
            )
            evaluation = pipeline.evaluate(files, candidate)
            if promote:
                pipeline.promote(files, candidate, evaluation, rollout=rollout)
        elif mode == Mode.COMPARE:
            truth = BattlePipeline(
                pipeline.game, profile, seed, self.stdout.write, bars=pipeline.bars
            ).truth()
            self.compare(pipeline, files, truth)

    def run_battle_value(self, pipeline: BattlePipeline, mode: Mode, *, promote: bool) -> None:
        if mode == Mode.ALL:
            pipeline.all()
        elif mode == Mode.TRAIN:
            pipeline.train()
        elif mode == Mode.COMPARE:
            pipeline.compare()
        else:
            try:
                value = pipeline.kept_candidate()
            except NotTrained:
                if promote:
                    raise
                value = well_played.current(pipeline.game)
                self.stdout.write(f"No candidate of these options; {value.version} is live.")
            report = pipeline.evaluate(value)
            if promote:
                pipeline.promote(value, report)

    def compare(self, pipeline: Pipeline, files: dataset.DatasetFiles, truth: Truth) -> None:
        splits = ("train", "validation", *HOLDOUTS)
        value = None
        with suppress(well_played.NoBattleValue):
            value = well_played.current(pipeline.game)
        table = model_comparison.run(
            pipeline.game,
            files,
            pipeline.order.training,
            {split: pipeline.view(files, split) for split in splits},
            tuned=pipeline.tuned(files) if pipeline.order.tune else None,
            truth=truth,
            value=value,
            threads=pipeline.threads,
            say=self.stdout.write,
        )
        path = Path(settings.MODELS_DIR) / "comparison.json"
        atomic.write(path, (json.dumps(table, indent=2) + "\n").encode())
        self.stdout.write(f"compare: the table is in {path}.")
