"""``manage.py setup_data``: what `make setup` does inside Django, each step only when needed."""

import hashlib
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from battles.play import game as play
from mlcore.engine.simulate import warm_up
from mlcore.game import gamedata
from mlcore.jobs import schedule
from mlcore.rankings import progress as rankings_progress
from mlcore.rankings import refresh
from mlcore.serving import champion as champion_store
from mlcore.serving import predict, well_played

#: What the steps depend on: when none of it has changed, they need not run again.
_SOURCES = (
    "pokedex/data/*.csv",
    "*/migrations/*.py",
    "mlcore/*.py",
    "mlcore/*/*.py",
    "mlcore/battle_value/shipped/*",
    "requirements.txt",
)


class Command(BaseCommand):
    help = (
        "Migrate, create the cache table, import the game data, create the default task schedule "
        "and, with --train, compile the engine and train a champion if there is none. Does "
        "nothing if a stamp in VAR_DIR says all of this is done, unless --force is given."
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
            "--compile-exact", action="store_true", help="only compile the exact solver"
        )
        parser.add_argument("--force", action="store_true", help="ignore the stamp")

    def handle(self, *args: object, **options: object) -> None:
        if options["compile_exact"]:
            predict.warm_up(gamedata.current())
            return
        stamp = settings.VAR_DIR / "setup.stamp"
        wanted = _fingerprint(bool(options["train"]))
        if not options["force"] and _done(stamp, wanted):
            self.stdout.write("Database, game data and champion are ready.")
            return
        call_command("migrate", verbosity=0)
        if not settings.REDIS_URL:
            call_command("createcachetable", verbosity=0)
        call_command("import_pokedex", verbosity=0)
        schedule.create_default_schedule()
        if options["compile"]:
            self.compile_kernels()
        if options["train"]:
            self.ensure_champion(str(options["profile"]))
            self.ensure_battle_value(str(options["profile"]))
            self.ensure_rankings()
        stamp.write_text(wanted)

    def compile_kernels(self) -> None:
        """Compile what serving, training and battles need; a no-op if it is cached."""
        game = gamedata.current()
        self.stdout.write("Compiling the engine (once; then it is cached).")
        # Numba compiles one function at a time, so the second core takes the exact solver.
        manage = str(Path(settings.BASE_DIR) / "manage.py")
        helper = subprocess.Popen([sys.executable, manage, "setup_data", "--compile-exact"])
        warm_up(game.tables)
        play.warm_up(game)
        if helper.wait():
            raise CommandError("The exact solver could not be compiled; see the error above.")

    def ensure_champion(self, profile: str) -> None:
        """Compile what serving and training need, and train a champion if there is none."""
        self.compile_kernels()
        try:
            champion = champion_store.current()
        except champion_store.NoChampion as reason:
            self.stdout.write(f"No champion yet ({reason}); training one.")
            call_command("ml", mode="all", profile=profile)
            champion = champion_store.reload()
        self.stdout.write(f"Champion {champion.version} is ready.")

    def ensure_battle_value(self, profile: str) -> None:
        """Train a value of battle states if the one that comes with the code has other facts."""
        try:
            value = well_played.current(gamedata.current())
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
        refresh.start_detached()
        self.stdout.write("Ranking all forms in the background: see /rankings/.")


def _fingerprint(train: bool) -> str:
    """A hash of everything the steps depend on, the database's address included."""
    digest = hashlib.sha256(
        f"{train} {settings.DATABASES['default']} {settings.REDIS_URL}".encode()
    )
    for pattern in _SOURCES:
        for path in sorted(Path(settings.BASE_DIR).glob(pattern)):
            digest.update(str(path.relative_to(settings.BASE_DIR)).encode() + path.read_bytes())
    return digest.hexdigest()


def _done(stamp: Path, wanted: str) -> bool:
    """The stamp is the wanted one, and what it speaks of has not been deleted since."""
    database = settings.DATABASES["default"]
    there = "sqlite3" not in database["ENGINE"] or Path(database["NAME"]).is_file()
    champion = Path(settings.MODELS_DIR) / "champion.json"
    return there and champion.is_file() and stamp.is_file() and stamp.read_text() == wanted
