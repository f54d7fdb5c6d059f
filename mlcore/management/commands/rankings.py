"""``manage.py rankings``: rank all forms, when model or game data have changed."""

import os
import sys
from collections.abc import Callable

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mlcore.game import gamedata
from mlcore.jobs import task_runs
from mlcore.jobs.task_runs import Cancelled, ClaimedRun
from mlcore.models import Ranking, TaskRun
from mlcore.rankings import check as rankings_check
from mlcore.rankings import compute, refresh, standings
from mlcore.rankings import progress as rankings_progress
from mlcore.serving import champion as champion_store


class Command(BaseCommand):
    requires_system_checks = []
    help = (
        "Rank all forms: every pair, each with its best move into the other's best reply, and "
        "every pair when both play well with their best sets. Takes a few minutes; skipped if the "
        "models and the game data have not changed since the last ranking. Ctrl-C stops it and "
        "keeps the last ranking."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--play",
            choices=Ranking.Play.values,
            help="only this ranking: each side repeats one move, or both play well",
        )
        parser.add_argument("--force", action="store_true", help="compute even if up to date")
        parser.add_argument(
            "--threads", type=int, help="number of threads (default: one per processor)"
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help="only check the last ranking: simulate 200 of its pairs 2,000 times each (the "
            "exit code is 1 if they disagree beyond noise)",
        )
        parser.add_argument("--seed", type=int, default=1, help="seed of --check")

    def handle(self, *args: object, **options: object) -> None:
        threads = options["threads"] if isinstance(options["threads"], int) else None
        if threads is not None and threads < 1:
            raise CommandError(f"--threads must be at least 1, not {threads}.")
        seed = int(str(options["seed"]))
        if seed < 0:
            raise CommandError(f"--seed must be at least 0, not {seed}.")
        if options["check"]:
            self.check_against_engine(seed)
            return
        chosen = [str(options["play"])] if options["play"] else [*refresh.PLAYS]

        def work(run: ClaimedRun) -> None:
            for number, play in enumerate(chosen):
                part = run.part(number, len(chosen))
                self.rank(run, play, part, force=bool(options["force"]), threads=threads)

        # A run like those in the background: the database lets one compute at a time.
        row = TaskRun.objects.create(task=rankings_progress.TASK, reason="manage.py rankings")
        try:
            ended = task_runs.execute(row.pk, work)
        except (champion_store.NoChampion, gamedata.IncompleteGameData) as reason:
            raise CommandError(str(reason)) from reason
        except KeyboardInterrupt:
            raise CommandError("Stopped. The last ranking is unchanged.") from None
        if ended is None:
            task_runs.cancel(row)
            self.stdout.write("Nothing to do: the rankings are being computed by another process.")
        elif ended.state == TaskRun.State.CANCELLED:
            raise CommandError("Cancelled. The last ranking is unchanged.")

    def rank(
        self,
        run: ClaimedRun,
        play: str,
        part: Callable[[int, int], None],
        *,
        force: bool,
        threads: int | None,
    ) -> None:
        def progress(done: int, total: int) -> None:
            part(done, total)
            if sys.stderr.isatty():
                self.show(done, total)

        try:
            row = refresh.refresh(
                play, force=force, threads=threads, progress=progress, stop=run.stop
            )
        except compute.Interrupted as reason:
            raise Cancelled from reason
        name = Ranking.Play(play).label.lower()
        if row is None:
            self.stdout.write(f"The ranking “{name}” is up to date.")
            return
        unit = "matchups" if play == Ranking.Play.WELL else "duels"
        self.stdout.write(
            f"Ranked by model {row.model_version} ({name}): {row.rows:,} {unit} in "
            f"{row.seconds:.0f} s, {row.rows / max(row.seconds, 1e-9):,.0f} per second."
        )

    def check_against_engine(self, seed: int) -> None:
        ranking, game = standings.current(), gamedata.current()
        if ranking is None:
            raise CommandError("There is no ranking yet: run manage.py rankings.")
        if ranking.data_fingerprint != game.fingerprint:
            raise CommandError("The game data has changed since: run manage.py rankings.")
        result = rankings_check.check(
            ranking, game, seed=seed, threads=len(os.sched_getaffinity(0))
        )
        count = len(result.predicted)
        self.stdout.write(
            f"{count} pairs, {rankings_check.PLAYS:,} plays each: same winner in "
            f"{result.same_winners}, a different one beyond noise in {result.wrong_winners.sum()}; "
            f"{len(result.wrong_orders)} of {count * (count - 1) // 2:,} comparisons in a "
            f"different order beyond noise; mean difference {result.mean_gap:.4f}."
        )
        for at in result.wrong_winners.nonzero()[0]:
            a, b = (game.form_slugs[game.form_index_by_id[int(form)]] for form in result.forms[at])
            said, was = result.predicted[at], result.played[at]
            self.stdout.write(f"  {a} vs {b}: predicted {said:.3f}, simulated {was:.3f}")
        if not result.holds:
            raise CommandError("The ranking and the engine disagree.")

    def show(self, done: int, total: int) -> None:
        end = "\n" if done == total else ""
        self.stderr.write(f"\r{done:,} of {total:,} ({done / total:.0%})", ending=end)
