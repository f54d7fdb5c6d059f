"""``predict/battle/``, the endpoint that is asked most: one duel, recorded before the answer."""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any, NamedTuple

import numpy as np
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.response import Response

from battles.api.core import lean, query_params
from battles.api.core.parsers import parse_json
from battles.api.predict import docs as predict_docs
from battles.api.predict.inputs import read_duel
from battles.common import allowance
from battles.models import Scope
from mlcore.engine.specs import Setups
from mlcore.game.gamedata import GameData
from mlcore.game.spreads import Spread, to_setups
from mlcore.learning import model as learning_model
from mlcore.learning.model import Model
from mlcore.models import ModelKind
from mlcore.serving import predict, prediction_log, telemetry
from mlcore.serving.champion import NoChampion

#: Source of API predictions in the log.
SOURCE = "api"
#: Bodies that are no longer are remembered with their answers, so many of them.
_SHORT = 600
_REMEMBERED = 8_192


@lru_cache(maxsize=1024)
def fighter(form: int, spread: Spread) -> Setups:
    """One fighter, cached: most follow the standard rules."""
    return to_setups(np.array([form]), spread)


def winner(probability: float) -> str:
    return "A" if probability >= 0.5 else "B"


class Answer(NamedTuple):
    """What one duel comes to: what is told, and what the log keeps of it."""

    probability: float
    content: dict[str, Any]
    text: str
    record: bytes


class PredictBattle(lean.LeanView):
    """Who wins when each side uses its one move every turn."""

    scope = Scope.PREDICT

    @predict_docs.battle
    def post(self, request: Request) -> Response:
        query_params.read_query(request, {})
        game = self.game
        data = request.data
        with telemetry.timed(SOURCE):
            answer = _answer(game, self.answering, data)
        self._log(answer)
        return Response(answer.content)

    def lean(self, request: HttpRequest, body: bytes) -> str:
        payer = self.payer(request)
        if payer.refusal or allowance.used_up(payer.caller, payer.limit):
            self.charge(payer)  # refused before anything is worked out
        try:
            answers = self._answers(body)
            with telemetry.timed(SOURCE):
                answer = answers(body)
        except Exception:
            self.charge(payer)
            raise
        # One write both counts the request and records what it is answered.
        self._log(answer, partial(self.charge, payer))
        return answer.text

    def _answers(self, body: bytes) -> Callable[[bytes], Answer]:
        try:
            return _answers(self.game, self.answering)
        except NoChampion:
            read_duel(parse_json(body), self.game)  # a mistake is told first
            raise

    def _log(self, answer: Answer, first: Callable[[], None] | None = None) -> None:
        predict.log_record(
            self.game,
            answer.record,
            [answer.probability],
            source=SOURCE,
            model=ModelKind.DUEL,
            version=answer.content["model_version"],
            first=first,
        )


@lru_cache(maxsize=2)  # a rollout's challenger answers beside the champion
def _answers(game: GameData, champion: Model) -> Callable[[bytes], Answer]:
    """Answers to bodies; what was asked in the same words before is remembered."""

    def answered(body: bytes) -> Answer:
        return _answer(game, champion, parse_json(body))

    remembered = lru_cache(_REMEMBERED)(answered)
    return lambda body: remembered(body) if len(body) <= _SHORT else answered(body)


def _answer(game: GameData, champion: Model, data: object) -> Answer:
    duel = read_duel(data, game)
    duels = (
        fighter(duel.pokemon_a, duel.setup_a),
        np.array([duel.move_a]),
        fighter(duel.pokemon_b, duel.setup_b),
        np.array([duel.move_b]),
    )
    probabilities = learning_model.predict_with(champion, game, *duels)
    probability = float(probabilities[0])
    tables = game.tables
    content: dict[str, Any] = {
        "predicted_winner": winner(probability),
        "win_probability": probability,
        "pokemon_a_id": int(tables.form_ids[duel.pokemon_a]),
        "pokemon_b_id": int(tables.form_ids[duel.pokemon_b]),
        "move_a_id": int(tables.move_ids[duel.move_a]),
        "move_b_id": int(tables.move_ids[duel.move_b]),
        "model_version": champion.version,
    }
    columns = prediction_log.columns_of(tables, duels)
    record = prediction_log.pack(columns, probabilities)
    return Answer(probability, content, lean.encode(content), record)
