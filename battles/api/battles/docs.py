"""Schema of ``battles/``."""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from battles.api.battles import serializers as battles_serializers
from battles.api.battles.inputs import SECRET_HEADER, missing_secret
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
from battles.api.core.problems import FieldError
from battles.api.core.reader import MAX_SECRET

_ID = "kV2mXb4tQ9sLw0Zc"
_PATH = f"/api/v1/battles/{_ID}/"
_PLAYED = ("not_found", "not_yours", "stale_turn", "battle_over", "not_replayable")

_BATTLE = OpenApiParameter(
    "battle_id",
    {"type": "string", "minLength": 1},
    OpenApiParameter.PATH,
    description="Id of a battle, as returned when it was started.",
    examples=[OpenApiExample("Id", _ID)],
)


_ILLEGAL = problems.invalid(
    [
        FieldError(
            "move_id",
            "illegal_move",
            "That move is not available now; choose thunderbolt or quick-attack.",
            ("thunderbolt", "quick-attack"),
        )
    ]
)
_NO_TURN = problems.invalid(
    [FieldError("turn", "required", "turn is missing.", "the number of turns played so far")]
)

create: Decorator = operation(
    "battles_create",
    tag="battles",
    summary="Start a battle",
    description=(
        "You play side A, and the program plays side B. The response has a `secret` that proves "
        "that the battle is yours; it is shown only once. Anyone who knows the id can read the "
        "battle, but playing it takes the secret."
    ),
    path="/api/v1/battles/",
    request=battles_serializers.NewBattleRequest,
    answer=battles_serializers.NewBattle,
    status=201,
    parameters=core_docs.LANGUAGE,
    errors=(*BODIES, "no_champion"),
    own=[core_docs.UNKNOWN_IN_BODY],
    examples=recorded("battle_create", title="Pikachu against Charizard"),
)

detail: Decorator = operation(
    "battles_retrieve",
    tag="battles",
    summary="State of a battle",
    description="HP, status, stat changes and moves of both sides, and the moves A can choose now.",
    path=_PATH,
    answer=battles_serializers.BattleState,
    parameters=[_BATTLE, *core_docs.LANGUAGE],
    errors=(*READS, "not_found", "not_replayable"),
    own=[no_such_parameter(query_params.LANGUAGE), problems.unknown_battle(_ID)],
)

_SECRET = OpenApiParameter(
    SECRET_HEADER,
    {"type": "string", "minLength": 1, "maxLength": MAX_SECRET},
    OpenApiParameter.HEADER,
    required=True,
    description="As returned when the battle was started. A header, so that no log records it.",
)

advice: Decorator = operation(
    "battles_advice",
    tag="battles",
    summary="Advice for a turn",
    description=(
        "How often to use each of your moves now, and what each is worth, if both play well. The "
        "opponent chooses at the same time, so the best strategy may be a mix: any single move "
        "could be exploited. Worked out one turn ahead on the learned value of battle states."
    ),
    path=f"{_PATH}advice/",
    answer=battles_serializers.BattleAdvice,
    parameters=[_BATTLE, _SECRET],
    errors=(*READS, "not_found", "not_yours", "battle_over", "not_replayable"),
    own=[problems.invalid([missing_secret()]), problems.unknown_battle(_ID)],
    examples=[
        core_docs.answer_example(
            "A mix",
            {
                "id": _ID,
                "turn": 3,
                "win_probability": 0.6127,
                "win_probability_games": None,
                "strategy": {"thunder-wave": 0.7, "thunderbolt": 0.3},
                "moves": [
                    {"move_id": 85, "move": "thunderbolt", "worth": 0.6127},
                    {"move_id": 86, "move": "thunder-wave", "worth": 0.6127},
                    {"move_id": 98, "move": "quick-attack", "worth": 0.4418},
                ],
            },
        )
    ],
    is_cached=False,
)

move: Decorator = operation(
    "battles_move",
    tag="battles",
    summary="Choose a move",
    description=(
        "The program chooses without knowing your choice, and the turn is played. `turn` is the "
        "number of turns played so far, so a choice sent twice counts once: the second request "
        "gets a 409."
    ),
    path=f"{_PATH}move/",
    request=battles_serializers.ChoiceRequest,
    answer=battles_serializers.BattleState,
    parameters=[_BATTLE, *core_docs.LANGUAGE],
    errors=(*BODIES, "no_champion", *_PLAYED),
    own=[_ILLEGAL, problems.unknown_battle(_ID)],
    examples=[
        request_example(
            "First turn",
            {
                "secret": "as returned when the battle was started",
                "turn": 0,
                "move_id": "thunderbolt",
            },
        ),
        request_example(
            "No choice",
            {"secret": "as returned when the battle was started", "turn": 3, "move_id": None},
        ),
    ],
)

forfeit: Decorator = operation(
    "battles_forfeit",
    tag="battles",
    summary="Forfeit",
    description="Ends the battle as a loss.",
    path=f"{_PATH}forfeit/",
    request=battles_serializers.ForfeitRequest,
    answer=battles_serializers.BattleState,
    parameters=[_BATTLE, *core_docs.LANGUAGE],
    errors=(*BODIES, *_PLAYED),
    own=[_NO_TURN, problems.unknown_battle(_ID)],
    examples=[
        request_example(
            "Before the first turn",
            {"secret": "as returned when the battle was started", "turn": 0},
        )
    ],
)

log: Decorator = operation(
    "battles_log",
    tag="battles",
    summary="Battle log",
    description="The battle so far, in sentences and in Showdown's battle log protocol.",
    path=f"{_PATH}log/",
    answer=battles_serializers.BattleLogAnswer,
    parameters=[_BATTLE, *core_docs.LANGUAGE],
    errors=(*READS, "not_found"),
    own=[no_such_parameter(query_params.LANGUAGE), problems.unknown_battle(_ID)],
)
