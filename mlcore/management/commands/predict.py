import json
import sys

import numpy as np
from django.core.management.base import BaseCommand

from mlcore.engine.simulate import move_slots
from mlcore.game import gamedata
from mlcore.game.duel_lines import DuelLine, parse_lines, to_setups
from mlcore.serving import champion as champion_store
from mlcore.serving import predict, well_played

SOURCE = "command"


class Command(BaseCommand):
    requires_system_checks = []
    help = (
        "Read battles as JSON lines from standard input and write the probability that A wins, one "
        'line each, in order: {"id", "win_probability"}, or {"id", "error"} for an invalid line '
        '(the exit code is then 1). Sides with "move" repeat it; with "moves" (1-4) both play well.'
    )

    def handle(self, **options) -> None:
        game = gamedata.current()
        lines = parse_lines(sys.stdin.buffer, game, allow_moves=True, allow_status=False)
        battles = [line for line in lines if isinstance(line, DuelLine)]
        duels = [line for line in battles if line.is_duel(game)]
        matchups = [line for line in battles if not line.is_duel(game)]
        try:
            of_duels = iter(self._predict(game, duels))
            of_matchups = iter(self._predict_well_played(game, matchups))
        except (champion_store.NoChampion, predict.LogUnavailable) as error:
            self.stderr.write(f"predict: {error}")
            sys.exit(2)
        for line in lines:
            if isinstance(line, DuelLine):
                answers = of_duels if line.is_duel(game) else of_matchups
                answer = {"id": line.id, "win_probability": float(next(answers))}
            else:
                answer = {"id": line.id, "error": line.message}
            self.stdout.write(json.dumps(answer))
        if len(battles) < len(lines):
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

    def _predict_well_played(self, game: gamedata.GameData, matchups: list[DuelLine]) -> np.ndarray:
        if not matchups:
            return np.zeros(0)
        return well_played.win_probabilities_and_log(
            game,
            well_played.current(game),
            to_setups([matchup.a for matchup in matchups]),
            move_slots([matchup.a.moves for matchup in matchups]),
            to_setups([matchup.b for matchup in matchups]),
            move_slots([matchup.b.moves for matchup in matchups]),
            source=SOURCE,
        )
