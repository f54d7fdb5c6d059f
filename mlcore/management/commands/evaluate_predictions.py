"""``manage.py evaluate_predictions``: are the answers that were served still true?"""

from datetime import timedelta

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from mlcore.game import gamedata
from mlcore.models import EvaluationReport, ModelKind
from mlcore.monitoring import live_quality, log_totals


class Command(BaseCommand):
    help = (
        "Simulate a sample of the duels and matchups that visitors asked about and record, for "
        "each model version, how far its predictions were from the results. The exit code is 1 "
        "if a version's predictions are degraded."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--hours", type=float, default=24, help="length of the window (default: 24)"
        )
        parser.add_argument(
            "--sample",
            type=int,
            default=live_quality.SAMPLE,
            help="duels per version, one a request and none twice",
        )
        parser.add_argument("--plays", type=int, default=live_quality.PLAYS, help="plays per duel")
        parser.add_argument(
            "--matchups",
            type=int,
            default=live_quality.MATCHUP_SAMPLE,
            help="matchups per version of the value of battle states",
        )
        parser.add_argument(
            "--matchup-plays",
            type=int,
            default=live_quality.MATCHUP_PLAYS,
            help="plays per matchup, by the search",
        )
        parser.add_argument("--seed", type=int, default=0, help="random seed")

    def handle(self, *args: object, **options: object) -> None:
        hours, sample = float(str(options["hours"])), int(str(options["sample"]))
        plays, seed = int(str(options["plays"])), int(str(options["seed"]))
        matchups = int(str(options["matchups"]))
        matchup_plays = int(str(options["matchup_plays"]))
        for name, value, least, most in (
            ("hours", hours, 0.01, 24 * 366),
            ("sample", sample, 1, log_totals.KEPT[ModelKind.DUEL]),
            ("plays", plays, 2, 100_000),
            ("matchups", matchups, 1, log_totals.KEPT[ModelKind.BATTLE]),
            ("matchup-plays", matchup_plays, 2, 10_000),
            ("seed", seed, 0, 2**31 - 1),
        ):
            if not least <= value <= most:
                raise CommandError(f"--{name} must be from {least} to {most}, not {value}.")
        reports = live_quality.evaluate_predictions(
            gamedata.current(),
            since=timezone.now() - timedelta(hours=hours),
            sample=sample,
            plays=plays,
            matchups=matchups,
            matchup_plays=matchup_plays,
            seed=seed,
            threads=settings.ENGINE_THREADS,
            say=self.stdout.write,
        )
        if not reports:
            self.stdout.write("There were no predictions in that time.")
        if any(row.verdict == EvaluationReport.Verdict.DEGRADED for row in reports):
            raise CommandError("A version's predictions are degraded; see above.")
