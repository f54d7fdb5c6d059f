"""``manage.py rollout``: let a challenger go live in steps, watch it, stop it."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from mlcore.game import gamedata
from mlcore.lib import locks
from mlcore.models import Rollout
from mlcore.monitoring import live_quality
from mlcore.pipeline import registry, rollouts

#: Smallest and largest value of each option.
_BOUNDS = {
    "shadow_share": (0.001, 1.0),
    "canary_share": (0.001, 1.0),
    "duels": (50, live_quality.SAMPLE),
    "hours": (1, 24 * 30),
}


class Command(BaseCommand):
    help = (
        "Let a version of the model of duels that passed the gate go live in steps: it answers a "
        "share of the requests unseen, then a share of the callers, then everybody. Each step is "
        "judged by the engine; a challenger that is worse or fails is stopped. start: begin; "
        "status: show the newest rollout; judge: judge it now; stop: the champion answers "
        "everybody again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=("start", "status", "judge", "stop"))
        parser.add_argument("version", nargs="?", default="", help="with start: the challenger")
        parser.add_argument(
            "--shadow-share",
            type=float,
            default=rollouts.SHADOW_SHARE,
            help="share of requests that it answers unseen (default: %(default)s)",
        )
        parser.add_argument(
            "--canary-share",
            type=float,
            default=rollouts.CANARY_SHARE,
            help="share of callers that it answers in the canary (default: %(default)s)",
        )
        parser.add_argument(
            "--duels",
            type=int,
            default=live_quality.MIN_DUELS,
            help="duels that each stage is judged on at least (default: %(default)s)",
        )
        parser.add_argument(
            "--hours",
            type=int,
            default=rollouts.HOURS,
            help="hours that each stage may take (default: %(default)s)",
        )

    def handle(self, *args: object, action: str, version: str, **options: Any) -> None:
        for name, (least, most) in _BOUNDS.items():
            if not least <= options[name] <= most:
                option = name.replace("_", "-")
                raise CommandError(
                    f"--{option} must be from {least} to {most}, not {options[name]}."
                )
        if (action == "start") != bool(version):
            raise CommandError("Give a version with start, and only then.")
        if action == "start":
            try:
                with registry.one_at_a_time():
                    row = rollouts.start(version, **{name: options[name] for name in _BOUNDS})
            except locks.Locked as reason:
                raise CommandError(str(reason)) from reason
            except rollouts.RolloutRefused as reason:
                raise CommandError(f"No rollout: {reason}.") from reason
            self.stdout.write(f"{row.version} answers {row.shadow_share:.0%} of requests unseen.")
        elif action == "judge":
            try:
                rollouts.judge(
                    gamedata.current(), threads=settings.ENGINE_THREADS, say=self.stdout.write
                )
            except locks.Locked as reason:
                raise CommandError(str(reason)) from reason
            self.status()
        elif action == "stop":
            stopped = rollouts.stop()
            if stopped is None:
                raise CommandError("No rollout is under way.")
            self.stdout.write(f"Stopped: {stopped.champion} answers everybody.")
        else:
            self.status()

    def status(self) -> None:
        """The newest rollout: where it stands, and how it came there."""
        row = Rollout.objects.first()
        if row is None:
            self.stdout.write("There has been no rollout.")
            return
        self.stdout.write(
            f"{row.version} beside {row.champion}: {row.stage} since "
            f"{row.ended_at or row.stage_since:%Y-%m-%d %H:%M} UTC"
            + (f", {row.reason}" if row.reason else "")
        )
        for entry in row.history:
            words = entry["words"] or rollouts.summary(entry["figures"])
            self.stdout.write(f"  {entry['at']} {entry['stage']}: {words}")
