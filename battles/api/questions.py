"""The quiz over HTTP: a question with a token, and what became of an answer to it.

Nothing is stored: the token names the question, and its signature keeps others from being made.
"""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from battles import quiz, quiz_text
from battles.api import docs_play, problems, queries
from battles.api.base import ApiView
from battles.api.inputs_play import DEFAULT_LEVEL, bad_token, read_answer
from battles.api.problems import FieldError, Problem, invalid
from mlcore import gamedata
from mlcore.gamedata import IncompleteGameData

#: Rounds of the API begin so: a token of a page's round is none to be answered here.
ROUND = "api-"


class QuizQuestion(ApiView):
    """Another question each time."""

    parameters = {
        **queries.LANGUAGE,
        "kind": queries.choice(quiz.KINDS, "What is asked.", default=quiz.KINDS[0]),
        "level": queries.choice(quiz.LEVELS, "How hard it is.", default=DEFAULT_LEVEL),
    }

    @docs_play.question(parameters)
    def get(self, request: Request) -> Response:
        given = queries.read_query(request, self.parameters)
        game = gamedata.current()
        ticket = quiz.Ticket(
            round=ROUND + quiz.new_round_id(),
            index=0,
            kind=given.get("kind", quiz.KINDS[0]),
            level=given.get("level", DEFAULT_LEVEL),
            fingerprint=quiz.fingerprint(game),
        )
        asked, names = _question(game, ticket)
        answer = Response(
            {
                "token": ticket.token,
                "kind": ticket.kind,
                "level": ticket.level,
                "prompt": quiz_text.prompt(asked, names),
                "facts": _facts(asked),
                "choices": _choices(asked, names, answered=False),
            }
        )
        answer["Cache-Control"] = "no-store"
        return answer


class QuizAnswer(ApiView):
    """Whether an answer was right, and why."""

    @docs_play.answer
    def post(self, request: Request) -> Response:
        queries.read_query(request, queries.LANGUAGE)
        game = gamedata.current()
        token, choice = read_answer(request.data)
        try:
            ticket = quiz.Ticket.read(token)
        except quiz.BadToken as error:
            raise invalid([bad_token()]) from error
        if not ticket.round.startswith(ROUND):
            raise invalid([bad_token()])
        if ticket.fingerprint != quiz.fingerprint(game):
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
                "verdict": quiz_text.verdict(is_right, asked, names),
                "explanation": quiz_text.explanation(asked, names),
                "choices": _choices(asked, names, answered=True),
            }
        )


def _question(
    game: gamedata.GameData, ticket: quiz.Ticket
) -> tuple[quiz.Question, quiz_text.Names]:
    try:
        asked = quiz.ask(game, ticket)
    except quiz.NoQuestion as error:
        raise IncompleteGameData(f"There is nothing to ask: {error}.") from error
    return asked, quiz_text.names_of(asked)


def _facts(asked: quiz.Question) -> dict[str, Any]:
    """What is asked about, by slugs."""
    if isinstance(asked, quiz.MoveQuestion):
        return {"attacker": asked.attacker, "defender": asked.defender, "moves": list(asked.moves)}
    if isinstance(asked, quiz.WinnerQuestion):
        return {"a": asked.a, "move_a": asked.move_a, "b": asked.b, "move_b": asked.move_b}
    facts: dict[str, Any] = {"attacking": asked.attacking, "defending": list(asked.defending)}
    if asked.pokemon:
        # Finding out the types is part of the question.
        return {"move": asked.move, "pokemon": asked.pokemon}
    return facts


def _choices(
    asked: quiz.Question, names: quiz_text.Names, *, answered: bool
) -> list[dict[str, Any]]:
    found = quiz_text.choices(asked, names, answered=answered)
    return [
        {"choice": position, "label": each.label, "words": each.words}
        | ({"detail": each.detail} if answered else {})
        for position, each in enumerate(found)
    ]
