"""``manage.py setup_data``: what `make setup` does inside Django, each step only when needed."""

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from mlcore import gamedata, predictor
from mlcore.engine.simulate import warm_up


class Command(BaseCommand):
    help = (
        "Migrate, create the cache table, import the game data and, with --train, compile the "
        "engine and train a champion if there is none."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--train", action="store_true", help="also make sure of a champion")
        parser.add_argument(
            "--profile", default="quick", choices=("quick", "full"), help="how much to train on"
        )

    def handle(self, *args: object, **options: object) -> None:
        call_command("migrate", verbosity=0)
        if not settings.REDIS_URL:
            call_command("createcachetable", verbosity=0)
        call_command("import_pokedex", verbosity=0)
        game = gamedata.current()
        if not options["train"]:
            return
        warm_up(game.tables)
        try:
            champion = predictor.current()
        except predictor.NoChampion as reason:
            self.stdout.write(f"No champion yet ({reason}); training one.")
            call_command("ml", mode="all", profile=options["profile"])
            champion = predictor.current()
        self.stdout.write(f"Champion {champion.version} is ready.")
