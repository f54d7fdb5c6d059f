"""Schema of ``quiz/``."""

from collections.abc import Mapping

from battles.api.core import docs as core_docs
from battles.api.core import problems, query_params
from battles.api.core.docs import (
    BODIES,
    READS,
    Decorator,
    no_such_parameter,
    operation,
    recorded,
    request_example,
)
from battles.api.quiz import serializers as quiz_serializers
from battles.api.quiz.inputs import bad_token


def question(parameters: Mapping[str, query_params.Parameter]) -> Decorator:
    return operation(
        "quiz_question",
        tag="quiz",
        summary="Get a question",
        description=(
            "A new one each time. It does not give away the answer: send `token` and the choice "
            "to `quiz/answer/`."
        ),
        path="/api/v1/quiz/question/",
        answer=quiz_serializers.QuizQuestionAnswer,
        parameters=query_params.documented(parameters),
        errors=(*READS, "no_game_data"),
        own=[no_such_parameter(parameters, "levl")],
        examples=recorded("quiz_question"),
        is_cached=False,
    )


answer: Decorator = operation(
    "quiz_answer",
    tag="quiz",
    summary="Answer a question",
    description="Whether the choice is right, the right answer, and why. Nothing is stored.",
    path="/api/v1/quiz/answer/",
    request=quiz_serializers.AnswerRequest,
    answer=quiz_serializers.QuizVerdict,
    parameters=core_docs.LANGUAGE,
    errors=(*BODIES, "stale_question"),
    own=[problems.invalid([bad_token()])],
    examples=[
        request_example("The first choice", {"token": "as returned by quiz/question/", "choice": 0})
    ],
)
