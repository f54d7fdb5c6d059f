"""``damage/``: exact damage, without a model."""

from collections import defaultdict
from typing import Any

import numpy as np
from rest_framework.request import Request
from rest_framework.response import Response

from battles.api.core import query_params
from battles.api.core.base import HEAVY, ApiView
from battles.api.core.reader import failed
from battles.api.damage import docs as damage_docs
from battles.api.damage.inputs import DamageQuery, read_damage, read_damage_batch
from battles.models import Scope
from mlcore.game import damage_calc
from mlcore.game.damage_calc import Conditions, Damage, DamageKind
from mlcore.game.gamedata import GameData
from mlcore.game.spreads import to_setups


class DamageView(ApiView):
    """A move's damage and KO chances."""

    scope = Scope.SIMULATE

    @damage_docs.damage
    def post(self, request: Request) -> Response:
        query_params.read_query(request, {})
        game = self.game
        query, uses = read_damage(request.data, game)
        return Response(_as_json(game, [query], uses)[0])


class DamageBatch(ApiView):
    """Many calculations, answered in order."""

    scope = Scope.SIMULATE
    cost = HEAVY
    uses_engine = True

    @damage_docs.damage_batch
    def post(self, request: Request) -> Response:
        query_params.read_query(request, {})
        game = self.game
        asked = read_damage_batch(request.data, game)
        results = failed(asked.count, asked.errors)
        for position, damage in zip(
            asked.rows, _as_json(game, asked.queries, asked.uses), strict=True
        ):
            results[position] = {"index": position, **damage}
        return Response({"count": asked.count, "failed": len(asked.errors), "results": results})


def _as_json(game: GameData, queries: list[DamageQuery], uses: int) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = [{}] * len(queries)
    alike: dict[tuple[Conditions, Conditions, bool], list[int]] = defaultdict(list)
    for position, query in enumerate(queries):
        alike[query.situation].append(position)
    for (of_a, of_b, critical_only), positions in alike.items():
        asked = [queries[position] for position in positions]
        damage = damage_calc.calculate(
            game.tables,
            to_setups(
                np.array([query.pokemon_a for query in asked]), [query.setup_a for query in asked]
            ),
            np.array([query.move for query in asked]),
            to_setups(
                np.array([query.pokemon_b for query in asked]), [query.setup_b for query in asked]
            ),
            uses=uses,
            of_a=of_a,
            of_b=of_b,
            critical_only=critical_only,
        )
        for k, position in enumerate(positions):
            answers[position] = _damage_json(game, asked[k], damage, k)
    return answers


def _damage_json(game: GameData, query: DamageQuery, damage: Damage, k: int) -> dict[str, Any]:
    tables = game.tables
    hp, low, high = int(damage.hp[k]), int(damage.use_min[k]), int(damage.use_max[k])
    return {
        "pokemon_a_id": int(tables.form_ids[query.pokemon_a]),
        "pokemon_b_id": int(tables.form_ids[query.pokemon_b]),
        "move_a_id": int(tables.move_ids[query.move]),
        "kind": DamageKind(int(damage.kind[k])).name.lower(),
        "power": int(damage.power[k]),
        "accuracy": float(damage.accuracy[k]),
        "effectiveness": int(damage.effectiveness[k]) / 100,
        "stab": bool(damage.stab[k]),
        "hits": {"min": int(damage.min_hits[k]), "max": int(damage.max_hits[k])},
        "rolls": damage.rolls[k].tolist(),
        "critical_rolls": damage.critical_rolls[k].tolist(),
        "critical_chance": float(damage.critical_chance[k]),
        "target_hp": hp,
        "target_hp_left": int(damage.hp_left[k]),
        "damage": {"min": low, "max": high},
        "percent": {
            "min": 100 * low / hp,
            "max": 100 * high / hp,
            "mean": 100 * float(damage.expected[k]),
        },
        "knockout": [
            {"uses": n, "chance": in_play, "chance_by_rolls": by_rolls}
            for n, (in_play, by_rolls) in enumerate(
                zip(damage.knockout[k].tolist(), damage.knockout_by_rolls[k].tolist(), strict=True),
                start=1,
            )
        ],
        "turns_per_use": int(damage.turns_per_use[k]),
        "only_once": bool(damage.only_once[k]),
        "needs_sleeping_target": bool(damage.asleep_only[k]),
    }
