"""What the schema says about damage and simulations."""

from battles.api import inputs, problems, serializers_rules
from battles.api.docs import BODIES, CHARIZARDS, Decorator, operation, recorded
from battles.api.inputs_rules import (
    FULL_ERRORS,
    MAX_CALCULATIONS,
    MAX_PLAYS,
    MAX_SEARCHED_PLAYS,
    SEARCH_BUDGET,
)
from battles.api.problems import FieldError

_UNKNOWN = problems.invalid([inputs.unknown("pokemon_b_id", "pokemon", "charizrd", CHARIZARDS)])
_TOO_MANY = (
    f"calculations must hold 1 to {MAX_CALCULATIONS} calculations, not {MAX_CALCULATIONS + 1}."
)

damage: Decorator = operation(
    "damage_calculate",
    tag="rules",
    summary="What a move takes",
    description=(
        "The sixteen rolls of A's move on a fresh B, what a use takes in HP and per cent, and the "
        "exact chances that so many uses knock out: in play (`chance`: misses and critical hits "
        "counted) and as damage calculators print them (`chance_by_rolls`). What a fight adds on "
        "top - drain, burns, stat changes - is not part of it."
    ),
    path="/api/v1/damage/",
    request=serializers_rules.DamageRequest,
    answer=serializers_rules.DamageAnswer,
    errors=(*BODIES, "no_damaging_move"),
    own=[_UNKNOWN],
    examples=[*recorded("damage"), *recorded("damage_with_set_ups")],
)

damage_batch: Decorator = operation(
    "damage_batch",
    tag="rules",
    summary="What many moves take",
    description=(
        f"1 to {MAX_CALCULATIONS} calculations, each as in `damage/`, answered in the order they "
        "were sent. One with a mistake gets `errors` in its place and does not disturb the others; "
        f"such an answer is still a 200. From the {FULL_ERRORS + 1}st wrong one on, errors come "
        "without suggestions."
    ),
    path="/api/v1/damage/batch/",
    request=serializers_rules.DamageBatchRequest,
    answer=serializers_rules.DamageBatchAnswer,
    errors=BODIES,
    own=[
        problems.invalid(
            [
                FieldError(
                    "calculations",
                    "wrong_length",
                    _TOO_MANY,
                    f"a list of 1 to {MAX_CALCULATIONS} calculations",
                )
            ]
        )
    ],
    examples=[*recorded("damage_batch")],
)

simulate: Decorator = operation(
    "simulate",
    tag="rules",
    summary="Play a duel or a match-up",
    description=(
        "The engine plays it as often as asked and counts. With one move a side it is a duel, as "
        "`predict/battle/` predicts it; with up to four a match-up, in which each side chooses by "
        "its policy: `random`, `strongest` (most expected damage now) or `search` (looks ahead, "
        f"{SEARCH_BUDGET} playouts a decision). At most {MAX_PLAYS} plays, {MAX_SEARCHED_PLAYS} "
        "when a side searches. The same seed gives the same counts."
    ),
    path="/api/v1/simulate/",
    request=serializers_rules.SimulateRequest,
    answer=serializers_rules.SimulationAnswer,
    errors=BODIES,
    own=[_UNKNOWN],
    examples=[*recorded("simulate_duel"), *recorded("simulate_match_up")],
)
