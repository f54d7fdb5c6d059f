import json
import sys

import numpy as np
from django.core.management.base import BaseCommand

from mlcore.game import gamedata
from mlcore.game.duel_lines import DuelLine, parse_lines, to_setups
from mlcore.serving import champion as champion_store
from mlcore.serving import predict

SOURCE = "command"


class Command(BaseCommand):
    requires_system_checks = []
    help = (
        "Read duels as JSON lines from standard input and write the probability that A wins, one "
        'line each, in order: {"id", "win_probability"}, or {"id", "error"} for an invalid line '
        "(the exit code is then 1)."
    )

    def handle(self, **options) -> None:
        game = gamedata.current()
        lines = parse_lines(sys.stdin.buffer, game, allow_moves=False, allow_status=False)
        duels = [line for line in lines if isinstance(line, DuelLine)]
        try:
            probabilities = self._predict(game, duels)
        except (champion_store.NoChampion, predict.LogUnavailable) as error:
            self.stderr.write(f"predict: {error}")
            sys.exit(2)
        answers = iter(probabilities)
        for line in lines:
            if isinstance(line, DuelLine):
                answer = {"id": line.id, "win_probability": float(next(answers))}
            else:
                answer = {"id": line.id, "error": line.message}
            self.stdout.write(json.dumps(answer))
        if len(duels) < len(lines):
            sys.exit(1)

    def _predict(self, game: gamedata.GameData, duels: list[DuelLine]) -> np.ndarray:
        if not duels:
            return np.zeros(0)
        return predict.predict_and_log(
            game,
            to_setups([duel.a for duel in duels]),
            np.array([duel.a.moves[0] for duel in duels]),
            to_setups([duel.b for duel in duels]),
            np.array([duel.b.moves[0] for duel in duels]),
            source=SOURCE,
            champion=champion_store.current(),
        )
