"""``manage.py setup_data``: what `make setup` does inside Django, each step only when needed."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numba
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from battles.play import game as play
from mlcore.engine.simulate import warm_up
from mlcore.game import gamedata
from mlcore.jobs import schedule
from mlcore.lib import locks
from mlcore.pipeline import registry
from mlcore.rankings import progress as rankings_progress
from mlcore.rankings import refresh
from mlcore.serving import champion as champion_store
from mlcore.serving import predict, well_played


class Command(BaseCommand):
    help = (
        "Migrate, create the cache table, import the game data, create the default task schedule "
        "and, with --train, compile the engine and train a champion if there is none. Each step "
        "asks the database and the files what is left to do. A second setup waits for the first."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--train", action="store_true", help="also train a champion if there is none"
        )
        parser.add_argument(
            "--profile",
            default="quick",
            choices=("quick", "full"),
            help="size of the training data set",
        )
        parser.add_argument(
            "--compile", action="store_true", help="also compile the engine (for images)"
        )
        parser.add_argument(
            "--only",
            choices=("exact", "battles"),
            help="only compile this part; with --train and the exact solver, also create MLflow's "
            "database (setup calls itself so)",
        )

    def handle(self, *args: object, **options: object) -> None:
        train = bool(options["train"])
        if options["only"]:
            self.prepare_part(str(options["only"]), train=train)
            return
        try:
            with locks.in_turn("setup", self.tell_of_another):
                self.prepare_database()
            if options["compile"] or train:
                with (
                    locks.of_this_folder("compile", self.tell_of_another),
                    self.compiled_kernels(train=train),
                ):
                    if train:
                        # Of several machines one trains; the others find what it made.
                        with locks.in_turn("setup", self.tell_of_another):
                            self.ensure_champion(str(options["profile"]))
            if train:
                with locks.in_turn("setup", self.tell_of_another):
                    self.ensure_battle_value(str(options["profile"]))
                    self.ensure_rankings()
        except DatabaseError as error:
            raise CommandError(f"The database cannot be set up: {error}") from error
        except OSError as error:  # it names the file
            raise CommandError(f"A file cannot be written or read: {error}") from error

    def tell_of_another(self) -> None:
        self.stdout.write("Another setup is running; waiting for it.")

    def prepare_database(self) -> None:
        """Migrations, cache table, facts, schedule, models; what is there stays as it is."""
        call_command("migrate", verbosity=0)
        if not settings.REDIS_URL:
            call_command("createcachetable", verbosity=0)
        call_command("import_pokedex", verbosity=0)
        schedule.create_default_schedule()
        registry.adopt()
        self.stdout.write("Database and game data are ready.")

    def prepare_part(self, part: str, *, train: bool) -> None:
        """What a second process does beside the first."""
        if part == "battles":
            play.warm_up(gamedata.current())
            return
        predict.warm_up(gamedata.current())
        if train:
            # The engine takes longer than the exact solver: a core is free.
            registry.prepare_tracking()

    @contextmanager
    def compiled_kernels(self, *, train: bool) -> Iterator[None]:
        """Compile what serving, training and battles need, unless that was done.

        The block begins with what training needs; what battles need is compiled beside it.
        """
        done = Path(numba.config.CACHE_DIR or settings.VAR_DIR) / "compiled"
        if done.exists():
            yield
            return
        game = gamedata.current()
        self.stdout.write("Compiling the engine (once; then it is cached).")
        # Numba compiles one function at a time, so the second core takes a part.
        with self.beside("exact", *["--train"] * train):
            warm_up(game.tables)
        with self.beside("battles"):
            yield
        done.parent.mkdir(parents=True, exist_ok=True)
        done.touch()

    @contextmanager
    def beside(self, part: str, *options: str) -> Iterator[None]:
        """A second process takes a part while the block runs; waits for it in the end."""
        manage = str(Path(settings.BASE_DIR) / "manage.py")
        command = [sys.executable, manage, "setup_data", "--only", part, *options]
        with subprocess.Popen(command) as helper:
            yield
        if helper.returncode:
            raise CommandError(f"“setup_data --only {part}” failed; see the error above.")

    def ensure_champion(self, profile: str) -> None:
        """Train a champion if there is none."""
        try:
            champion = champion_store.reload()
        except champion_store.NoChampion as reason:
            self.stdout.write(f"No champion yet ({reason}); training one.")
            call_command("ml", mode="all", profile=profile)
            champion = champion_store.reload()
        self.stdout.write(f"Champion {champion.version} is ready.")

    def ensure_battle_value(self, profile: str) -> None:
        """Train a value of battle states if the one that comes with the code has other facts."""
        try:
            value = well_played.reload(gamedata.current())
        except well_played.NoBattleValue as reason:
            self.stdout.write(f"{str(reason).capitalize()}; training one.")
            call_command("ml", model="battle", mode="all", profile=profile)
            value = well_played.reload(gamedata.current())
        self.stdout.write(f"Value of battle states {value.version} is ready.")

    def ensure_rankings(self) -> None:
        """Start ranking all forms in the background if the rankings are out of date."""
        game = gamedata.current()
        current = all(
            refresh.is_current(refresh.maker_of(play, game), game) for play in refresh.PLAYS
        )
        if current or rankings_progress.running():
            return
        rankings_progress.start("setup")
        self.stdout.write("Ranking all forms in the background: see /rankings/.")
