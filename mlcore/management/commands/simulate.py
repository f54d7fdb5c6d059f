"""``manage.py simulate < duels.jsonl``: play duels and battles on the engine."""

import json
import sys

import numpy as np
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from mlcore.engine import policies
from mlcore.engine.simulate import move_slots, simulate_battles
from mlcore.game import gamedata
from mlcore.game.duel_lines import (
    MAX_PLAYS,
    DuelLine,
    LineError,
    parse_lines,
    to_setups,
)

POLICIES = {"random": policies.RANDOM, "strongest": policies.STRONGEST, "search": policies.SEARCH}


class Command(BaseCommand):
    requires_system_checks = []  # answers lines; a check of URLs and templates only costs time
    help = (
        "Simulate duels or battles on the engine. Reads JSON lines like "
        '{"id": 1, "a": {"species": "pikachu", "move": "thunderbolt"}, "b": {...}, "level": 50} '
        "from standard input; a side may give moves (1-4) in place of move, and its own level, "
        "nature, ivs, avs, friendship. Writes one JSON line per input line, in order. A line "
        "that cannot be played gives {id, error}, and the exit code is 1 at the end."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--plays",
            type=int,
            default=1000,
            help='plays per line that has no "n" of its own (default 1000)',
        )
        parser.add_argument("--seed", type=int, default=0, help="random seed (default 0)")
        parser.add_argument(
            "--policy",
            choices=sorted(POLICIES),
            default="random",
            help="how both sides choose among several moves (default random)",
        )

    def handle(self, *args: object, **options: object) -> None:
        plays, seed = int(str(options["plays"])), int(str(options["seed"]))
        if not 1 <= plays <= MAX_PLAYS:
            raise CommandError(f"--plays must lie between 1 and {MAX_PLAYS}, not {plays}.")
        game = gamedata.current()
        lines = parse_lines(sys.stdin.buffer, game, allow_moves=True, allow_status=True)
        duels = [line for line in lines if isinstance(line, DuelLine)]
        policy = POLICIES[str(options["policy"])]
        outcomes = simulate_battles(
            game.tables,
            to_setups([line.a for line in duels]),
            move_slots([line.a.moves for line in duels]),
            to_setups([line.b for line in duels]),
            move_slots([line.b.moves for line in duels]),
            plays=np.array([line.plays or plays for line in duels], dtype=np.int64),
            seed=seed,
            threads=settings.ENGINE_THREADS,
            policy_a=policy,
            policy_b=policy,
        )
        played = 0
        for line in lines:
            if isinstance(line, LineError):
                answer = {"id": line.id, "error": line.message}
            else:
                n = int(outcomes.plays[played])
                answer = {
                    "id": line.id,
                    "n": n,
                    "wins_a": int(outcomes.wins_a[played]),
                    "wins_b": int(outcomes.wins_b[played]),
                    "draws": int(outcomes.draws[played]),
                    "mean_turns": round(float(outcomes.turns[played]) / n, 4),
                }
                played += 1
            self.stdout.write(json.dumps(answer))
        if len(duels) < len(lines):
            raise SystemExit(1)
