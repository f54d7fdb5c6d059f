"""``manage.py ml --mode=...``: the pipeline, stage by stage."""

import sys

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mlcore import dataset, gamedata, pipeline, predictor


class Command(BaseCommand):
    requires_system_checks = []
    help = (
        "Make a data set, train, evaluate and promote a model (all); --mode=evaluate scores the "
        "champion that serves, beside the baselines. A stage whose inputs have not "
        "changed is skipped unless --force."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--mode",
            required=True,
            choices=("dataset", "train", "evaluate", "all"),
            help="which stage",
        )
        parser.add_argument(
            "--profile",
            default="quick",
            choices=sorted(dataset.PROFILES),
            help="size of data set and model (default quick)",
        )
        parser.add_argument("--duels", type=int, help="number of duels in place of the profile's")
        parser.add_argument("--plays", type=int, help="plays per duel in place of the profile's")
        parser.add_argument("--seed", type=int, help="seed of data set and trees (default 1)")
        parser.add_argument("--force", action="store_true", help="make again what is there")

    def handle(
        self,
        *args: object,
        mode: str,
        profile: str,
        duels: int | None,
        plays: int | None,
        seed: int | None,
        force: bool,
        **options: object,
    ) -> None:
        for name, value, least in (("duels", duels, 500), ("plays", plays, 2), ("seed", seed, 0)):
            if value is not None and value < least:
                raise CommandError(f"--{name} must be at least {least}, not {value}.")
        order = pipeline.Order.of_profile(profile, duels=duels, plays=plays, seed=seed, force=force)
        game = gamedata.current()
        bars = sys.stderr.isatty()
        say = self.stdout.write
        try:
            files = pipeline.make_dataset(game, order, say, bars=bars)
            if mode == "dataset":
                return
            if mode == "train":
                trained = pipeline.train(game, files, order, say, bars=bars)
                pipeline.evaluate(game, files, trained.as_champion("candidate"), say, bars=bars)
                return
            if mode == "evaluate":
                pipeline.evaluate(game, files, predictor.current(), say, bars=bars)
                return
            pipeline.run_all(game, order, say, bars=bars)
        except predictor.NoChampion as reason:
            raise CommandError(str(reason)) from reason
        except dataset.BadDataset as error:
            raise CommandError(f"The data set was refused: {error}") from error
