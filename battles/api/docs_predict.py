"""What the schema says about ``/api/v1/predict/``."""

from drf_spectacular.utils import extend_schema

from battles.api import inputs, problems, serializers
from battles.api.batch import FULL_ERRORS, MAX_DUELS
from battles.api.docs import (
    CHARIZARDS,
    HEADERS,
    PREDICTIONS,
    UNKNOWN_IN_BODY,
    Decorator,
    answer_example,
    error_responses,
    request_example,
)
from battles.api.problems import FieldError

_DUEL = {
    "pokemon_a_id": "pikachu",
    "pokemon_b_id": "charizard",
    "move_a_id": "thunderbolt",
    "move_b_id": "flamethrower",
}
_SETUP = {"level": 50, "nature": "timid", "ivs": 31, "avs": {"speed": 20}, "friendship": 200}
_BAD_ROW = inputs.unknown("pokemon_b_id", "pokemon", "charizrd", CHARIZARDS)
_TOO_MANY = f"duels must hold 1 to {MAX_DUELS} duels, not {MAX_DUELS + 1}."

battle: Decorator = extend_schema(
    operation_id="predict_battle",
    tags=["predict"],
    summary="Who wins a duel",
    description=(
        "A uses its one move every turn, B its own. Without `setup_a` and `setup_b` both fight "
        "under flat rules: level 50, IVs 31, AVs 0, a neutral nature, friendship 70. "
        "`win_probability` is the probability "
        "that A wins; swapping the sides gives the rest to 1. The prediction is recorded before "
        "it is answered."
    ),
    request=serializers.BattleRequest,
    responses={
        200: serializers.BattlePrediction,
        **error_responses(PREDICTIONS, "/api/v1/predict/battle/", UNKNOWN_IN_BODY),
    },
    parameters=HEADERS,
    examples=[
        request_example(
            "By id",
            {"pokemon_a_id": 25, "pokemon_b_id": 6, "move_a_id": 85, "move_b_id": 53},
        ),
        request_example(
            "By slug or name",
            {
                "pokemon_a_id": "pikachu",
                "pokemon_b_id": "Dracaufeu",
                "move_a_id": "thunderbolt",
                "move_b_id": "Flamethrower",
            },
        ),
        request_example("With set-ups", {**_DUEL, "setup_a": _SETUP, "setup_b": {"level": 60}}),
        answer_example(
            "Prediction",
            {
                "predicted_winner": "A",
                "win_probability": 0.87,
                "pokemon_a_id": 25,
                "pokemon_b_id": 6,
                "move_a_id": 85,
                "move_b_id": 53,
                "model_version": "v1",
            },
        ),
    ],
)

best_move: Decorator = extend_schema(
    operation_id="predict_best_move",
    tags=["predict"],
    summary="Which move to use",
    description=(
        "Ranks A's moves by the probability that A wins when B answers each with its best "
        "reply. Leave out `moves_a` or `moves_b` for every damaging move the Pokémon can use. "
        "Only moves that do damage are ranked. `grid` holds every pair of moves. `reasons` say "
        "why the recommended move meets its best reply as it does: log-odds that add up to the "
        'prediction, positive for A. They take some 20 ms; `"reasons": false` saves them.'
    ),
    request=serializers.BestMoveRequest,
    responses={
        200: serializers.BestMovePrediction,
        **error_responses(PREDICTIONS, "/api/v1/predict/best-move/", UNKNOWN_IN_BODY),
    },
    parameters=HEADERS,
    examples=[
        request_example("All moves", {"pokemon_a_id": "pikachu", "pokemon_b_id": "charizard"}),
        request_example(
            "Given moves",
            {
                "pokemon_a_id": 25,
                "pokemon_b_id": 6,
                "moves_a": ["thunderbolt", "quick-attack"],
                "moves_b": ["flamethrower"],
                "setup_a": _SETUP,
                "reasons": False,
            },
        ),
        answer_example(
            "Ranking",
            {
                "predicted_winner": "A",
                "win_probability": 0.87,
                "pokemon_a_id": 25,
                "pokemon_b_id": 6,
                "recommended_move_id": 85,
                "recommended_move": "thunderbolt",
                "ranking": [
                    {
                        "rank": 1,
                        "move_id": 85,
                        "move": "thunderbolt",
                        "win_probability": 0.87,
                        "reply_id": 53,
                        "reply": "flamethrower",
                    },
                    {
                        "rank": 2,
                        "move_id": 98,
                        "move": "quick-attack",
                        "win_probability": 0.04,
                        "reply_id": 53,
                        "reply": "flamethrower",
                    },
                ],
                "grid": {
                    "moves_a": [85, 98],
                    "moves_b": [53],
                    "win_probabilities": [[0.87], [0.04]],
                },
                "reasons": [
                    {
                        "code": "types",
                        "log_odds": 1.4,
                        "facts": {
                            "own_effectiveness": 2.0,
                            "foe_effectiveness": 1.0,
                            "own_stab": 1.0,
                            "foe_stab": 1.0,
                        },
                    },
                    {
                        "code": "order",
                        "log_odds": 0.5,
                        "facts": {
                            "moves_first": 0.0,
                            "priority_gap": 0.0,
                            "own_speed": 110.0,
                            "foe_speed": 120.0,
                        },
                    },
                ],
                "model_version": "v1",
            },
        ),
    ],
)


batch: Decorator = extend_schema(
    operation_id="predict_batch",
    tags=["predict"],
    summary="Who wins many duels",
    description=(
        f"1 to {MAX_DUELS} duels, each as in `predict/battle/`, answered in the order they were "
        "sent by one call of the model and recorded together. A duel with a mistake gets `errors` "
        "in its place and does not disturb the others; such an answer is still a 200. From the "
        f"{FULL_ERRORS + 1}st wrong duel on, errors come without suggestions."
    ),
    request=serializers.BatchRequest,
    responses={
        200: serializers.BatchPrediction,
        **error_responses(
            tuple(name for name in PREDICTIONS if name != "no_damaging_move"),
            "/api/v1/predict/batch/",
            problems.invalid(
                [
                    FieldError(
                        "duels", "wrong_length", _TOO_MANY, f"a list of 1 to {MAX_DUELS} duels"
                    )
                ]
            ),
        ),
    },
    parameters=HEADERS,
    examples=[
        request_example("Two duels", {"duels": [_DUEL, {**_DUEL, "setup_b": {"level": 40}}]}),
        request_example(
            "One of them wrong", {"duels": [_DUEL, {**_DUEL, "pokemon_b_id": "charizrd"}]}
        ),
        answer_example(
            "One of them wrong",
            {
                "count": 2,
                "failed": 1,
                "model_version": "v1",
                "results": [
                    {
                        "index": 0,
                        "predicted_winner": "A",
                        "win_probability": 0.87,
                        "pokemon_a_id": 25,
                        "pokemon_b_id": 6,
                        "move_a_id": 85,
                        "move_b_id": 53,
                    },
                    {"index": 1, "errors": [_BAD_ROW.as_json()]},
                ],
            },
        ),
    ],
)
