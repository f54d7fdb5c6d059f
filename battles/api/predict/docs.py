"""Schema of ``predict/``."""

from battles.api.core import problems, reader
from battles.api.core.docs import (
    CHARIZARDS,
    PREDICTIONS,
    UNKNOWN_IN_BODY,
    Decorator,
    operation,
    recorded,
    request_example,
)
from battles.api.core.problems import FieldError
from battles.api.predict import serializers as predict_serializers
from battles.api.predict.serializers import MATCHUP_COST, MAX_DUELS, MAX_GROUP

_DUEL = {
    "pokemon_a_id": "pikachu",
    "pokemon_b_id": "charizard",
    "move_a_id": "thunderbolt",
    "move_b_id": "flamethrower",
}
_SETUP = {"level": 50, "nature": "timid", "ivs": 31, "avs": {"speed": 20}, "friendship": 200}
_TOO_MANY = f"duels must have 1 to {MAX_DUELS} duels, not {MAX_DUELS + 1}."

battle: Decorator = operation(
    "predict_battle",
    tag="predict",
    summary="Who wins a duel",
    description=(
        "Each side uses its one move every turn. Without `setup_a` and `setup_b` both follow the "
        "standard rules: level 50, IVs 31, AVs 0, a neutral nature, friendship 70. "
        "`win_probability` is the probability that A wins; with the sides swapped it is 1 minus "
        "that. The prediction is recorded before it is returned."
    ),
    request=predict_serializers.BattleRequest,
    path="/api/v1/predict/battle/",
    answer=predict_serializers.BattlePrediction,
    errors=PREDICTIONS,
    own=[UNKNOWN_IN_BODY],
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
        request_example("With training", {**_DUEL, "setup_a": _SETUP, "setup_b": {"level": 60}}),
        *recorded("predict_battle", title="By slug"),
    ],
)

best_move: Decorator = operation(
    "predict_best_move",
    tag="predict",
    summary="Which move to use",
    description=(
        "Ranks A's moves by the probability that A wins when B answers each with its best "
        "reply. Leave out `moves_a` or `moves_b` for every damaging move the Pokémon can use. "
        "Only damaging moves are ranked. `grid` has every pair of moves. `reasons` explains the "
        "prediction for the recommended move and its best reply: log-odds that add up to the "
        'prediction, positive for A. This takes about 20 ms; `"reasons": false` skips it.'
    ),
    request=predict_serializers.BestMoveRequest,
    path="/api/v1/predict/best-move/",
    answer=predict_serializers.BestMovePrediction,
    errors=PREDICTIONS,
    own=[UNKNOWN_IN_BODY],
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
        *recorded("predict_best_move", title="Two moves each"),
    ],
)


matchup: Decorator = operation(
    "predict_matchup",
    tag="predict",
    summary="Who wins when both play well",
    description=(
        "Each side brings up to four moves, status moves too, and knows the other's; every turn "
        "both choose at the same time. A side that is given more moves, or none of its own, brings "
        "the four that are best against what the other side brings, which may differ from those of "
        "`pokemon/{id_or_slug}/best-moves/`. Where neither side has a choice (at most one move "
        "each), the rules answer without the network. `strategy` says how often to open with each "
        "move: mixing them is what the foe cannot exploit. `worth` is what a move is worth as the "
        "opening, for its own side. "
        "`if_each_repeats_one_move` is the answer of `predict/best-move/` to the same question, "
        "recorded like one; it is null when a side has no damaging move. Costs at "
        f"least {MATCHUP_COST} units."
    ),
    request=predict_serializers.MatchupRequest,
    path="/api/v1/predict/matchup/",
    answer=predict_serializers.MatchupPrediction,
    errors=tuple(name for name in PREDICTIONS if name != "no_damaging_move"),
    own=[UNKNOWN_IN_BODY],
    examples=[
        request_example("All moves", {"pokemon_a_id": "pikachu", "pokemon_b_id": "gyarados"}),
        *recorded("predict_matchup", title="Given moves"),
    ],
)

batch: Decorator = operation(
    "predict_batch",
    tag="predict",
    summary="Who wins many duels",
    description=(
        f"1 to {MAX_DUELS} duels, each as in `predict/battle/`, answered in the order they were "
        "sent by one call of the model and recorded together. An invalid duel gets `errors` in its "
        "place and does not affect the others; the response is still a 200. Only the first "
        f"{reader.FULL_ERRORS} invalid duels get suggestions."
    ),
    request=predict_serializers.BatchRequest,
    path="/api/v1/predict/batch/",
    answer=predict_serializers.BatchPrediction,
    errors=tuple(name for name in PREDICTIONS if name != "no_damaging_move"),
    own=[
        problems.invalid(
            [FieldError("duels", "wrong_length", _TOO_MANY, f"a list of 1 to {MAX_DUELS} duels")]
        )
    ],
    examples=[
        request_example("Two duels", {"duels": [_DUEL, {**_DUEL, "setup_b": {"level": 40}}]}),
        *recorded("predict_batch", title="One of two wrong"),
    ],
)

matrix: Decorator = operation(
    "predict_matrix",
    tag="predict",
    summary="Group vs. group",
    description=(
        f"Every Pokémon of one group (1 to {MAX_GROUP}) against every Pokémon of another, answered "
        "by one call of the model and recorded together. A uses the move with the best worst case "
        "and B its best reply, as in `predict/best-move/`; a member without `moves` uses the four "
        "with the highest expected damage against each opponent."
    ),
    path="/api/v1/predict/matrix/",
    request=predict_serializers.MatrixRequest,
    answer=predict_serializers.MatrixAnswer,
    errors=PREDICTIONS,
    own=[
        problems.invalid(
            [reader.unknown("group_b[0].pokemon_id", "pokemon", "charizrd", CHARIZARDS)]
        )
    ],
    examples=recorded("predict_matrix"),
)
