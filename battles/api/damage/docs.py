"""Schema of ``damage/``."""

from battles.api.core import docs as core_docs
from battles.api.core import problems
from battles.api.core.docs import BODIES, Decorator, operation, recorded
from battles.api.core.problems import FieldError
from battles.api.core.reader import FULL_ERRORS
from battles.api.damage import serializers as damage_serializers
from battles.api.damage.serializers import MAX_CALCULATIONS

_TOO_MANY = (
    f"calculations must have 1 to {MAX_CALCULATIONS} calculations, not {MAX_CALCULATIONS + 1}."
)

damage: Decorator = operation(
    "damage_calculate",
    tag="rules",
    summary="Damage of a move",
    description=(
        "The sixteen damage rolls of A's move against B, the damage of a use in HP and percent of "
        "full HP, and the exact KO chances for up to `uses` uses: with misses and critical hits "
        "(`chance`), and by damage rolls only, as damage calculators show them "
        "(`chance_by_rolls`). Both sides are as at the start of a battle unless `conditions_a` and "
        "`conditions_b` give stat stages, current HP, a status, Reflect or Light Screen; "
        "`critical` makes every hit critical that can be. What changes between uses (draining, "
        "burns, stat changes) is not included."
    ),
    path="/api/v1/damage/",
    request=damage_serializers.DamageRequest,
    answer=damage_serializers.DamageAnswer,
    errors=(*BODIES, "no_damaging_move"),
    own=[core_docs.UNKNOWN_IN_BODY],
    examples=[
        *recorded("damage"),
        *recorded("damage_with_set_ups", title="With training"),
        *recorded("damage_under_conditions", title="In the middle of a battle"),
    ],
)

damage_batch: Decorator = operation(
    "damage_batch",
    tag="rules",
    summary="Damage of many moves",
    description=(
        f"1 to {MAX_CALCULATIONS} calculations, each as in `damage/`, answered in the order they "
        "were sent. An invalid one gets `errors` in its place and does not affect the others; the "
        f"response is still a 200. Only the first {FULL_ERRORS} invalid ones get suggestions."
    ),
    path="/api/v1/damage/batch/",
    request=damage_serializers.DamageBatchRequest,
    answer=damage_serializers.DamageBatchAnswer,
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
