"""Parameters and bodies of ``quiz/``."""

from typing import Any

from battles.api.core.problems import FieldError
from battles.api.core.reader import Reader
from battles.api.quiz.serializers import AnswerRequest


def read_answer(body: Any) -> tuple[str, int]:
    """The body of ``quiz/answer/``: the question's token and the chosen answer."""
    reader = Reader(body, None, AnswerRequest)
    token = reader.text("token", "as returned by quiz/question/")
    choice = reader.integer("choice", missing="the position of a choice, from 0")
    reader.finish()
    return token, choice  # type: ignore[return-value]


def bad_token() -> FieldError:
    reason = "Unknown token."
    return FieldError("token", "bad_token", reason, "as returned by quiz/question/")
