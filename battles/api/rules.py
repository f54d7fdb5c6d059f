"""The endpoints that ask the rules and no model: exact damage, and battles played by the engine."""

import secrets
from typing import Any

import numpy as np
from rest_framework.request import Request
from rest_framework.response import Response

from battles.api import docs_rules, queries
from battles.api.base import HEAVY, ApiView
from battles.api.batch import failed
from battles.api.inputs_rules import (
    MAX_SEED,
    POLICIES,
    SEARCH_BUDGET,
    Blow,
    Simulation,
    read_damage,
    read_damage_batch,
    read_simulation,
)
from battles.compare_referee import wilson_interval
from battles.models import Scope
from mlcore import damage_calc, gamedata
from mlcore.damage_calc import Damage, DamageKind
from mlcore.engine.simulate import simulate_battles
from mlcore.engine.state import MOVE_SLOTS
from mlcore.gamedata import GameData
from mlcore.setup_rules import to_setups


class DamageView(ApiView):
    """What one use of a move takes, and how many uses knock out."""

    scope = Scope.SIMULATE

    @docs_rules.damage
    def post(self, request: Request) -> Response:
        queries.read_query(request, {})
        game = gamedata.current()
        blow, uses = read_damage(request.data, game)
        return Response(_as_json(game, [blow], uses)[0])


class DamageBatch(ApiView):
    """Many blows, answered in order."""

    scope = Scope.SIMULATE
    cost = HEAVY

    @docs_rules.damage_batch
    def post(self, request: Request) -> Response:
        queries.read_query(request, {})
        game = gamedata.current()
        asked = read_damage_batch(request.data, game)
        results = failed(asked.count, asked.errors)
        for position, found in zip(
            asked.rows, _as_json(game, asked.blows, asked.uses), strict=True
        ):
            results[position] = {"index": position, **found}
        return Response({"count": asked.count, "failed": len(asked.errors), "results": results})


def _as_json(game: GameData, blows: list[Blow], uses: int) -> list[dict[str, Any]]:
    if not blows:
        return []
    found = damage_calc.calculate(
        game.tables,
        to_setups(np.array([blow.pokemon_a for blow in blows]), [blow.setup_a for blow in blows]),
        np.array([blow.move for blow in blows]),
        to_setups(np.array([blow.pokemon_b for blow in blows]), [blow.setup_b for blow in blows]),
        uses=uses,
    )
    return [_blow_json(game, blow, found, k) for k, blow in enumerate(blows)]


def _blow_json(game: GameData, blow: Blow, found: Damage, k: int) -> dict[str, Any]:
    tables = game.tables
    hp, low, high = int(found.hp[k]), int(found.use_min[k]), int(found.use_max[k])
    return {
        "pokemon_a_id": int(tables.form_ids[blow.pokemon_a]),
        "pokemon_b_id": int(tables.form_ids[blow.pokemon_b]),
        "move_a_id": int(tables.move_ids[blow.move]),
        "kind": DamageKind(int(found.kind[k])).name.lower(),
        "power": int(found.power[k]),
        "accuracy": float(found.accuracy[k]),
        "effectiveness": int(found.effectiveness[k]) / 100,
        "stab": bool(found.stab[k]),
        "hits": {"min": int(found.min_hits[k]), "max": int(found.max_hits[k])},
        "rolls": found.rolls[k].tolist(),
        "critical_rolls": found.critical_rolls[k].tolist(),
        "critical_chance": float(found.critical_chance[k]),
        "target_hp": hp,
        "damage": {"min": low, "max": high},
        "percent": {
            "min": 100 * low / hp,
            "max": 100 * high / hp,
            "mean": 100 * float(found.expected[k]),
        },
        "knockout": [
            {"uses": n, "chance": in_play, "chance_by_rolls": by_rolls}
            for n, (in_play, by_rolls) in enumerate(
                zip(found.knockout[k].tolist(), found.knockout_by_rolls[k].tolist(), strict=True),
                start=1,
            )
        ],
        "turns_per_use": int(found.turns_per_use[k]),
        "only_once": bool(found.only_once[k]),
        "needs_sleeping_target": bool(found.asleep_only[k]),
    }


class Simulate(ApiView):
    """A duel or a match-up, played many times by the engine."""

    scope = Scope.SIMULATE
    cost = HEAVY

    @docs_rules.simulate
    def post(self, request: Request) -> Response:
        queries.read_query(request, {})
        game = gamedata.current()
        asked = read_simulation(request.data, game)
        seed = secrets.randbelow(MAX_SEED + 1) if asked.seed is None else asked.seed
        outcomes = simulate_battles(
            game.tables,
            to_setups(np.array([asked.pokemon_a]), asked.setup_a),
            _slots(asked.moves_a),
            to_setups(np.array([asked.pokemon_b]), asked.setup_b),
            _slots(asked.moves_b),
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


def _slots(moves: tuple[int, ...]) -> np.ndarray:
    slots = np.full((1, MOVE_SLOTS), -1, dtype=np.int64)
    slots[0, : len(moves)] = moves
    return slots


def _sides(game: GameData, asked: Simulation) -> dict[str, Any]:
    forms, moves = game.tables.form_ids, game.tables.move_ids
    return {
        "pokemon_a_id": int(forms[asked.pokemon_a]),
        "pokemon_b_id": int(forms[asked.pokemon_b]),
        "moves_a": moves[list(asked.moves_a)].tolist(),
        "moves_b": moves[list(asked.moves_b)].tolist(),
    }
