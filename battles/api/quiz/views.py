"""The quiz over HTTP: a question with a token, and the verdict on an answer.

Nothing is stored: the token names the question, and its signature keeps others from being made.
"""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from battles.api.core import problems, query_params
from battles.api.core.base import ApiView
from battles.api.core.problems import FieldError, Problem, invalid
from battles.api.quiz import docs as quiz_docs
from battles.api.quiz.inputs import bad_token, read_answer
from battles.quiz import questions, wording
from mlcore.game import gamedata
from mlcore.game.gamedata import IncompleteGameData

#: Prefix of rounds of the API; tokens of the site's rounds are not accepted here.
ROUND = "api-"


class QuizQuestion(ApiView):
    """A new question each time."""

    parameters = {
        **query_params.LANGUAGE,
        "kind": query_params.choice(
            questions.KINDS, "Kind of question.", default=questions.KINDS[0]
        ),
        "level": query_params.choice(
            questions.LEVELS, "Difficulty.", default=questions.DEFAULT_LEVEL
        ),
    }

    @quiz_docs.question(parameters)
    def get(self, request: Request) -> Response:
        given = query_params.read_query(request, self.parameters)
        game = self.game
        ticket = questions.Ticket(
            round=ROUND + questions.new_round_id(),
            index=0,
            kind=given.get("kind", questions.KINDS[0]),
            level=given.get("level", questions.DEFAULT_LEVEL),
            fingerprint=questions.fingerprint(game),
        )
        asked, names = _question(game, ticket)
        answer = Response(
            {
                "token": ticket.token,
                "kind": ticket.kind,
                "level": ticket.level,
                "prompt": wording.prompt(asked, names),
                "facts": _facts(asked),
                "choices": _choices(asked, names, answered=False),
            }
        )
        answer["Cache-Control"] = "no-store"
        return answer


class QuizAnswer(ApiView):
    """Whether an answer was right, and why."""

    @quiz_docs.answer
    def post(self, request: Request) -> Response:
        query_params.read_query(request, query_params.LANGUAGE)
        game = self.game
        token, choice = read_answer(request.data)
        try:
            ticket = questions.Ticket.read(token)
        except questions.BadToken as error:
            raise invalid([bad_token()]) from error
        if not ticket.round.startswith(ROUND):
            raise invalid([bad_token()])
        if ticket.fingerprint != questions.fingerprint(game):
            raise Problem("stale_question", problems.STALE_QUESTION)
        asked, names = _question(game, ticket)
        if choice >= len(asked.choices):
            high = len(asked.choices) - 1
            reason = f"choice must be from 0 to {high}, not {choice}."
            raise invalid([FieldError("choice", "not_in_range", reason, f"0 to {high}")])
        is_right = choice == asked.answer
        return Response(
            {
                "is_right": is_right,
                "answer": asked.answer,
                "verdict": wording.verdict(is_right, asked, names),
                "explanation": wording.explanation(asked, names),
                "choices": _choices(asked, names, answered=True),
            }
        )


def _question(
    game: gamedata.GameData, ticket: questions.Ticket
) -> tuple[questions.Question, wording.QuizNames]:
    try:
        asked = questions.ask(game, ticket)
    except questions.NoQuestion as error:
        raise IncompleteGameData(f"No question is available: {error}.") from error
    return asked, wording.names_of(asked)


def _facts(asked: questions.Question) -> dict[str, Any]:
    """The question's subject, as slugs."""
    if isinstance(asked, questions.MoveQuestion):
        return {"attacker": asked.attacker, "defender": asked.defender, "moves": list(asked.moves)}
    if isinstance(asked, questions.WinnerQuestion):
        return {"a": asked.a, "move_a": asked.move_a, "b": asked.b, "move_b": asked.move_b}
    facts: dict[str, Any] = {"attacking": asked.attacking, "defending": list(asked.defending)}
    if asked.pokemon:
        # Knowing the types is part of the question.
        return {"move": asked.move, "pokemon": asked.pokemon}
    return facts


def _choices(
    asked: questions.Question, names: wording.QuizNames, *, answered: bool
) -> list[dict[str, Any]]:
    choices = wording.choices(asked, names, answered=answered)
    return [
        {"choice": position, "label": choice.label, "words": choice.words}
        | ({"detail": choice.detail} if answered else {})
        for position, choice in enumerate(choices)
    ]
