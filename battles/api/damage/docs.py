"""What the schema says about damage and simulations."""

from battles.api.core import docs as core_docs
from battles.api.core import problems
from battles.api.core.docs import BODIES, Decorator, operation, recorded
from battles.api.core.problems import FieldError
from battles.api.core.reader import FULL_ERRORS
from battles.api.damage import serializers as serializers_rules
from battles.api.damage.inputs import MAX_CALCULATIONS

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
    own=[core_docs._UNKNOWN],
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
