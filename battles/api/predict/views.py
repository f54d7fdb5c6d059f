"""The endpoints under ``/api/v1/predict/``: predictions, recorded before they are returned."""

from typing import Any

import numpy as np
from rest_framework.request import Request
from rest_framework.response import Response

from battles.api.core import query_params
from battles.api.core.base import HEAVY, ApiView
from battles.api.core.reader import failed
from battles.api.predict import docs as predict_docs
from battles.api.predict.batch import Batch, read_batch
from battles.api.predict.battle import SOURCE, fighter, winner
from battles.api.predict.groups import MatrixMember, read_groups
from battles.api.predict.inputs import MatchupQuestion, read_best_move, read_matchup
from battles.api.predict.serializers import MATCHUP_COST
from battles.common import well_played
from battles.models import Scope
from mlcore.game.gamedata import GameData
from mlcore.game.spreads import to_setups
from mlcore.learning.model import Model
from mlcore.serving import best_move, counters, predict
from mlcore.serving.well_played import Plan


class PredictBestMove(ApiView):
    """Which of A's moves does best when B answers with its own best move."""

    scope = Scope.PREDICT
    uses_engine = True

    @predict_docs.best_move
    def post(self, request: Request) -> Response:
        query_params.read_query(request, {})
        game = self.game
        asked = read_best_move(request.data, game)
        a = fighter(asked.pokemon_a, asked.setup_a)
        b = fighter(asked.pokemon_b, asked.setup_b)
        answered = best_move.best_move(
            game, self.answering, a, asked.moves_a, b, asked.moves_b, source=SOURCE
        )
        answer = answered.matchup
        tables = game.tables
        ranking = []
        for rank, row in enumerate(answer.ranking.tolist(), start=1):
            move = int(answer.moves_a[row])
            reply = int(answer.moves_b[answer.replies[row]])
            ranking.append(
                {
                    "rank": rank,
                    "move_id": int(tables.move_ids[move]),
                    "move": tables.move_slugs[move],
                    "win_probability": float(answer.values[row]),
                    "reply_id": int(tables.move_ids[reply]),
                    "reply": tables.move_slugs[reply],
                }
            )
        return Response(
            {
                "predicted_winner": answer.winner,
                "win_probability": ranking[0]["win_probability"],
                "pokemon_a_id": int(tables.form_ids[asked.pokemon_a]),
                "pokemon_b_id": int(tables.form_ids[asked.pokemon_b]),
                "recommended_move_id": ranking[0]["move_id"],
                "recommended_move": ranking[0]["move"],
                "ranking": ranking,
                "grid": {
                    "moves_a": tables.move_ids[answer.moves_a].tolist(),
                    "moves_b": tables.move_ids[answer.moves_b].tolist(),
                    "win_probabilities": answer.grid.tolist(),
                },
                "reasons": _reasons(answered) if asked.reasons else None,
                "model_version": answer.model_version,
            }
        )


def _reasons(answer: best_move.Answer) -> list[dict[str, Any]]:
    """Reasons for the predicted outcome of the recommended move."""
    return [
        {"code": reason.code, "log_odds": reason.log_odds, "facts": reason.facts}
        for reason in answer.explain().reasons
    ]


class PredictMatchup(ApiView):
    """Who wins when both sides play well, and how each should open."""

    scope = Scope.PREDICT
    cost = MATCHUP_COST
    uses_engine = True

    @predict_docs.matchup
    def post(self, request: Request) -> Response:
        query_params.read_query(request, {})
        game = self.game
        asked = read_matchup(request.data, game)
        a, b = (
            well_played.Fighter(*side)
            for side in zip(asked.forms, asked.setups, asked.moves, strict=True)
        )
        answer = well_played.answer(game, a, b, source=SOURCE)
        return Response(
            {
                "predicted_winner": winner(answer.probability),
                "win_probability": answer.probability,
                "side_a": _planned(game, a, answer.a),
                "side_b": _planned(game, b, answer.b),
                "model_version": answer.model_version,
                "if_each_repeats_one_move": self.if_each_repeats_one_move(game, asked),
            }
        )

    def if_each_repeats_one_move(
        self, game: GameData, asked: MatchupQuestion
    ) -> dict[str, Any] | None:
        """What ``predict/best-move/`` answers, in short; None without a damaging move a side."""
        damaging = [[move for move in moves if game.tables.damaging[move]] for moves in asked.moves]
        if not all(damaging):
            return None
        a, b = (fighter(*side) for side in zip(asked.forms, asked.setups, strict=True))
        answered = best_move.best_move(
            game, self.answering, a, damaging[0], b, damaging[1], source=SOURCE
        )
        move, reply = answered.best_duel
        matchup, tables = answered.matchup, game.tables
        return {
            "predicted_winner": matchup.winner,
            "win_probability": float(matchup.values[matchup.best]),
            "recommended_move_id": int(tables.move_ids[move]),
            "recommended_move": tables.move_slugs[move],
            "reply_id": int(tables.move_ids[reply]),
            "reply": tables.move_slugs[reply],
            "model_version": matchup.model_version,
        }


def _planned(game: GameData, side: well_played.Fighter, plan: Plan) -> dict[str, Any]:
    tables = game.tables
    return {
        "pokemon_id": int(tables.form_ids[side.form]),
        "chose_moves": len(plan.moves) < len(side.moves),
        "moves": [
            {
                "move_id": int(tables.move_ids[move]),
                "move": tables.move_slugs[move],
                "worth": plan.worth[move],
            }
            for move in plan.moves
        ],
        "strategy": {tables.move_slugs[move]: share for move, share in plan.shares.items()},
    }


class PredictBatch(ApiView):
    """Many duels, answered in order with one call of the model."""

    scope = Scope.PREDICT
    cost = HEAVY
    uses_engine = True

    @predict_docs.batch
    def post(self, request: Request) -> Response:
        query_params.read_query(request, {})
        game = self.game
        batch = read_batch(request.data, game)
        champion = self.answering
        results = failed(batch.count, batch.errors)
        for position, result in zip(
            batch.rows.tolist(), _predicted(game, batch, champion), strict=True
        ):
            results[position] = result
        return Response(
            {
                "count": batch.count,
                "failed": len(batch.errors),
                "model_version": champion.version,
                "results": results,
            }
        )


def _predicted(game: GameData, batch: Batch, champion: Model) -> list[dict[str, Any]]:
    """The predictions of the valid duels, logged as one record."""
    if not len(batch.rows):
        return []
    probabilities = predict.predict_and_log(
        game, batch.a, batch.move_a, batch.b, batch.move_b, source=SOURCE, champion=champion
    )
    forms, moves = game.tables.form_ids, game.tables.move_ids
    return [
        {
            "index": index,
            "predicted_winner": winner(probability),
            "win_probability": probability,
            "pokemon_a_id": pokemon_a,
            "pokemon_b_id": pokemon_b,
            "move_a_id": move_a,
            "move_b_id": move_b,
        }
        for index, probability, pokemon_a, pokemon_b, move_a, move_b in zip(
            batch.rows.tolist(),
            probabilities.tolist(),
            forms[batch.a.form].tolist(),
            forms[batch.b.form].tolist(),
            moves[batch.move_a].tolist(),
            moves[batch.move_b].tolist(),
            strict=True,
        )
    ]


class PredictMatrix(ApiView):
    """Every Pokémon of one group vs every Pokémon of another."""

    scope = Scope.PREDICT
    cost = HEAVY
    uses_engine = True

    @predict_docs.matrix
    def post(self, request: Request) -> Response:
        query_params.read_query(request, {})
        game = self.game
        group_a, group_b = read_groups(request.data, game)
        champion = self.answering
        pairs = [(a, b) for a in group_a for b in group_b]
        answer = counters.predict_pairs(
            game,
            champion,
            *(
                to_setups(
                    np.array([member.form for member in side]), [member.setup for member in side]
                )
                for side in zip(*pairs, strict=True)
            ),
            moves_a=[_moves(a) for a, _b in pairs],
            moves_b=[_moves(b) for _a, b in pairs],
            source=SOURCE,
        )
        values = answer.value.reshape(len(group_a), len(group_b))
        moves = game.tables.move_ids[answer.move_a].reshape(values.shape)
        return Response(
            {
                "group_a": _members(game, group_a, values.mean(axis=1)),
                "group_b": _members(game, group_b, values.mean(axis=0)),
                "win_probabilities": values.tolist(),
                "moves_a": moves.tolist(),
                "model_version": champion.version,
            }
        )


def _moves(member: MatrixMember) -> np.ndarray | None:
    return None if member.moves is None else np.array(member.moves)


def _members(game: GameData, group: list[MatrixMember], means: np.ndarray) -> list[dict[str, Any]]:
    return [
        {
            "pokemon_id": int(game.tables.form_ids[member.form]),
            "slug": game.form_slugs[member.form],
            "mean": mean,
        }
        for member, mean in zip(group, means.tolist(), strict=True)
    ]
