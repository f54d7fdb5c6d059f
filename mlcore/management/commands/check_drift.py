"""``manage.py check_drift``: do people ask about what the model learned from?"""

from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from mlcore.game import gamedata
from mlcore.monitoring import drift
from mlcore.serving import champion as champion_store


class Command(BaseCommand):
    help = "Compare recent requests and predictions with what the live models learned from."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--hours", type=float, default=168, help="length of the window (default: 168)"
        )

    def handle(self, *args: object, **options: object) -> None:
        hours = float(str(options["hours"]))
        if not 0.01 <= hours <= 24 * 366:
            raise CommandError(f"--hours must be from 0.01 to {24 * 366}, not {hours}.")
        game = gamedata.current()
        try:
            live_models = drift.live_models(game)
        except champion_store.NoChampion as reason:
            raise CommandError(str(reason)) from reason
        since = timezone.now() - timedelta(hours=hours)
        for live in live_models:
            drift.check_drift(game, live, since=since, say=self.stdout.write)
