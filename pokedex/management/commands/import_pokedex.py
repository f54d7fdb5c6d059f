"""``manage.py import_pokedex``: the game's facts from pokedex/data into the database."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pokedex.importer import DATA_DIR, GameDataError, import_game_data


class Command(BaseCommand):
    help = (
        "Import the game's facts from pokedex/data. Rows edited in the admin are kept. "
        "Running it again changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="Also reset rows that were edited or added in the admin.",
        )
        parser.add_argument(
            "--data",
            type=Path,
            default=DATA_DIR,
            help="Folder that holds the CSV files (default: pokedex/data).",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = import_game_data(options["data"], overwrite=options["overwrite"])
        except GameDataError as error:
            raise CommandError(f"{error}. Nothing was imported.") from error
        columns = ("created", "updated", "unchanged", "removed", "kept")
        self.stdout.write(" " * 20 + "".join(f"{column:>11}" for column in columns))
        for table in report.tables:
            name = str(table.model._meta.verbose_name_plural)
            counts = "".join(f"{getattr(table, column):>11}" for column in columns)
            self.stdout.write(f"{name:<20}{counts}")
        if report.changed:
            self.stdout.write(self.style.SUCCESS(f"Game data version {report.version}."))
        else:
            self.stdout.write(f"Nothing changed. Game data version {report.version}.")
