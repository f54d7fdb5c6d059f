"""What the schema says about battles and quiz."""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from battles.api.battles import serializers as serializers_play
from battles.api.core import docs as core_docs
from battles.api.core import problems, query_params, reader
from battles.api.core.docs import (
    BODIES,
    CHARIZARDS,
    READS,
    Decorator,
    no_such_parameter,
    operation,
    recorded,
    request_example,
)
from battles.api.core.problems import FieldError

_ID = "kV2mXb4tQ9sLw0Zc"
_PATH = f"/api/v1/battles/{_ID}/"
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
    parameters=core_docs._LANGUAGE,
    errors=(*BODIES, "no_champion"),
    own=[problems.invalid([reader.unknown("pokemon_b_id", "pokemon", "charizrd", CHARIZARDS)])],
    examples=recorded("battle_create", title="Pikachu against Charizard"),
)

detail: Decorator = operation(
    "battles_retrieve",
    tag="battles",
    summary="How a battle stands",
    description="HP, status, stat changes and moves of both sides, and what A may choose now.",
    path=_PATH,
    answer=serializers_play.BattleState,
    parameters=[_BATTLE, *core_docs._LANGUAGE],
    errors=(*READS, "not_found", "not_replayable"),
    own=[no_such_parameter(query_params.LANGUAGE), problems.unknown_battle(_ID)],
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
    parameters=[_BATTLE, *core_docs._LANGUAGE],
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
    parameters=[_BATTLE, *core_docs._LANGUAGE],
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
    parameters=[_BATTLE, *core_docs._LANGUAGE],
    errors=(*READS, "not_found"),
    own=[no_such_parameter(query_params.LANGUAGE), problems.unknown_battle(_ID)],
)
