"""Parameters and bodies of ``quiz/``."""

from typing import Any

from battles.api.core import reader as core_reader
from battles.api.core.problems import FieldError
from battles.api.core.reader import Reader
from battles.quiz.questions import LEVELS

DEFAULT_LEVEL = LEVELS[0]


def read_answer(body: Any) -> tuple[str, int]:
    """The body of ``quiz/answer/``: the question's token and the chosen answer."""
    reader = Reader(body, None, ("token", "choice"))
    token = core_reader._text(
        reader, "token", core_reader.MAX_TOKEN, "as returned by quiz/question/"
    )
    if "choice" not in reader.body:
        allowed = "the position of a choice, from 0"
        reader.errors.append(FieldError("choice", "required", "choice is missing.", allowed))
    choice = reader.integer("choice", 0, 5, 0)
    reader.finish()
    return token, choice


def bad_token() -> FieldError:
    reason = "Unknown token."
    return FieldError("token", "bad_token", reason, "as returned by quiz/question/")
