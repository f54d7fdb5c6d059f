"""What the schema says about battles and quiz."""

from collections.abc import Mapping

from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from battles.api import inputs, problems, queries, serializers_play
from battles.api.docs import (
    BODIES,
    CHARIZARDS,
    READS,
    Decorator,
    no_such_parameter,
    operation,
    recorded,
    request_example,
)
from battles.api.inputs_play import bad_token
from battles.api.problems import FieldError

_ID = "kV2mXb4tQ9sLw0Zc"
_PATH = f"/api/v1/battles/{_ID}/"
_LANGUAGE = queries.documented(queries.LANGUAGE)
_PLAYED = ("not_found", "not_yours", "stale_turn", "battle_over", "not_replayable")

_BATTLE = OpenApiParameter(
    "battle_id",
    {"type": "string", "minLength": 1},
    OpenApiParameter.PATH,
    description="Id of a battle, as the answer that began it gave it.",
    examples=[OpenApiExample("Id", _ID)],
)


_ILLEGAL = problems.invalid(
    [
        FieldError(
            "move_id",
            "illegal_move",
            "That cannot be chosen now; thunderbolt or quick-attack can.",
            ("thunderbolt", "quick-attack"),
        )
    ]
)
_NO_TURN = problems.invalid(
    [FieldError("turn", "required", "turn is missing.", "the turns played so far")]
)

create: Decorator = operation(
    "battles_create",
    tag="battles",
    summary="Begin a battle",
    description=(
        "You play side A, the program side B. The answer holds a `secret` that proves the battle "
        "yours; it is told this once. Whoever knows the id can read the battle, nobody else can "
        "play it."
    ),
    path="/api/v1/battles/",
    request=serializers_play.NewBattleRequest,
    answer=serializers_play.NewBattle,
    status=201,
    parameters=_LANGUAGE,
    errors=(*BODIES, "no_champion"),
    own=[problems.invalid([inputs.unknown("pokemon_b_id", "pokemon", "charizrd", CHARIZARDS)])],
    examples=recorded("battle_create", title="Pikachu against Charizard"),
)

detail: Decorator = operation(
    "battles_retrieve",
    tag="battles",
    summary="How a battle stands",
    description="HP, status, stat changes and moves of both sides, and what A may choose now.",
    path=_PATH,
    answer=serializers_play.BattleState,
    parameters=[_BATTLE, *_LANGUAGE],
    errors=(*READS, "not_found", "not_replayable"),
    own=[no_such_parameter(queries.LANGUAGE), problems.unknown_battle(_ID)],
)

move: Decorator = operation(
    "battles_move",
    tag="battles",
    summary="Choose a move",
    description=(
        "The program chooses without knowing your choice, and the turn is played. `turn` is the "
        "number of turns played so far: the same choice sent twice counts once, the second is "
        "answered with 409."
    ),
    path=f"{_PATH}move/",
    request=serializers_play.ChoiceRequest,
    answer=serializers_play.BattleState,
    parameters=[_BATTLE, *_LANGUAGE],
    errors=(*BODIES, "no_champion", *_PLAYED),
    own=[_ILLEGAL, problems.unknown_battle(_ID)],
    examples=[
        request_example(
            "First turn",
            {"secret": "as it was told", "turn": 0, "move_id": "thunderbolt"},
        ),
        request_example(
            "Nothing to choose", {"secret": "as it was told", "turn": 3, "move_id": None}
        ),
    ],
)

forfeit: Decorator = operation(
    "battles_forfeit",
    tag="battles",
    summary="Give up",
    description="The battle is over, and lost.",
    path=f"{_PATH}forfeit/",
    request=serializers_play.ForfeitRequest,
    answer=serializers_play.BattleState,
    parameters=[_BATTLE, *_LANGUAGE],
    errors=(*BODIES, *_PLAYED),
    own=[_NO_TURN, problems.unknown_battle(_ID)],
    examples=[request_example("Before the first turn", {"secret": "as it was told", "turn": 0})],
)

log: Decorator = operation(
    "battles_log",
    tag="battles",
    summary="What has happened",
    description="The battle so far, in sentences and in the protocol of Showdown's battle logs.",
    path=f"{_PATH}log/",
    answer=serializers_play.BattleLogAnswer,
    parameters=[_BATTLE, *_LANGUAGE],
    errors=(*READS, "not_found"),
    own=[no_such_parameter(queries.LANGUAGE), problems.unknown_battle(_ID)],
)


def question(parameters: Mapping[str, queries.Parameter]) -> Decorator:
    return operation(
        "quiz_question",
        tag="quiz",
        summary="A question",
        description=(
            "Another one each time. The answer cannot be read from it: send `token` and the "
            "choice to `quiz/answer/`."
        ),
        path="/api/v1/quiz/question/",
        answer=serializers_play.QuizQuestionAnswer,
        parameters=queries.documented(parameters),
        errors=(*READS, "no_game_data"),
        own=[no_such_parameter(parameters, "levl")],
        examples=recorded("quiz_question"),
        is_cached=False,
    )


answer: Decorator = operation(
    "quiz_answer",
    tag="quiz",
    summary="Answer a question",
    description="Whether it is right, what is, and why. Nothing is kept of it.",
    path="/api/v1/quiz/answer/",
    request=serializers_play.AnswerRequest,
    answer=serializers_play.QuizVerdict,
    parameters=_LANGUAGE,
    errors=(*BODIES, "stale_question"),
    own=[problems.invalid([bad_token()])],
    examples=[
        request_example("The first choice", {"token": "as the question gave it", "choice": 0})
    ],
)
