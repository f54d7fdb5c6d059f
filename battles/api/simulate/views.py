"""``simulate/``: duels and battles simulated on the engine."""

import secrets
from typing import Any

import numpy as np
from rest_framework.request import Request
from rest_framework.response import Response

from battles.api.core import query_params
from battles.api.core.base import HEAVY, ApiView
from battles.api.core.reader import MAX_SEED
from battles.api.simulate import docs as simulate_docs
from battles.api.simulate.inputs import SEARCH_BUDGET, Simulation, read_simulation
from battles.api.simulate.serializers import POLICIES
from battles.compare.simulation import wilson_interval
from battles.models import Scope
from mlcore.engine.simulate import move_slots, simulate_battles
from mlcore.game.gamedata import GameData
from mlcore.game.spreads import to_setups


class Simulate(ApiView):
    """A duel or a matchup, simulated many times."""

    scope = Scope.SIMULATE
    cost = HEAVY
    uses_engine = True

    @simulate_docs.simulate
    def post(self, request: Request) -> Response:
        query_params.read_query(request, {})
        game = self.game
        asked = read_simulation(request.data, game)
        seed = secrets.randbelow(MAX_SEED + 1) if asked.seed is None else asked.seed
        outcomes = simulate_battles(
            game.tables,
            to_setups(np.array([asked.pokemon_a]), asked.setup_a),
            move_slots([asked.moves_a]),
            to_setups(np.array([asked.pokemon_b]), asked.setup_b),
            move_slots([asked.moves_b]),
            plays=asked.plays,
            seed=seed,
            policy_a=POLICIES.index(asked.policy_a),
            policy_b=POLICIES.index(asked.policy_b),
            search_budget=SEARCH_BUDGET,
        )
        wins_a, wins_b, draws = (
            int(column[0]) for column in (outcomes.wins_a, outcomes.wins_b, outcomes.draws)
        )
        low, high = wilson_interval(wins_a + draws / 2, asked.plays)
        return Response(
            {
                **_sides(game, asked),
                "policy_a": asked.policy_a,
                "policy_b": asked.policy_b,
                "plays": asked.plays,
                "seed": seed,
                "wins_a": wins_a,
                "wins_b": wins_b,
                "draws": draws,
                "win_share": float(outcomes.win_share[0]),
                "interval": {"low": low, "high": high},
                "mean_turns": int(outcomes.turns[0]) / asked.plays,
            }
        )


def _sides(game: GameData, asked: Simulation) -> dict[str, Any]:
    forms, moves = game.tables.form_ids, game.tables.move_ids
    return {
        "pokemon_a_id": int(forms[asked.pokemon_a]),
        "pokemon_b_id": int(forms[asked.pokemon_b]),
        "moves_a": moves[list(asked.moves_a)].tolist(),
        "moves_b": moves[list(asked.moves_b)].tolist(),
    }
