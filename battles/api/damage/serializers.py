"""Bodies and answers of ``damage/``."""

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers

from battles.api.core import fields as core_fields
from battles.api.core.fields import (
    EFFECTIVENESS,
    BatchedError,
    MoveReference,
    PokemonReference,
    SetupRequest,
    described,
)
from mlcore.game.damage_calc import MAX_STAGE, ROLLS, STATUSES, DamageKind

#: How many uses to give KO chances for: default and maximum.
USES, MAX_USES = 4, 10
MAX_CALCULATIONS = 200

Rolls = described(
    {
        "type": "array",
        "items": {"type": "integer", "minimum": 0},
        "minItems": ROLLS,
        "maxItems": ROLLS,
    }
)
DAMAGE_KINDS = tuple(kind.name.lower() for kind in DamageKind)
_USES = {"type": "integer", "minimum": 1, "maximum": MAX_USES, "default": USES}
_WORDS = "KO chances for 1 to this many uses."


#: The status of who has none.
HEALTHY = "none"
#: More HP than anyone has; the bound is the full HP of the Pokémon.
_MOST_HP = 999
_Flag = described({"type": "boolean", "default": False}, serializers.BooleanField)
_Stage = described({"type": "integer", "minimum": -MAX_STAGE, "maximum": MAX_STAGE, "default": 0})


class StagesRequest(serializers.Serializer):
    """Stat stages; anything left out is 0."""

    attack = _Stage(required=False)
    defense = _Stage(required=False)
    special_attack = _Stage(required=False)
    special_defense = _Stage(required=False)


class ConditionsRequest(serializers.Serializer):
    """How a side stands now; anything left out is as at the start of a battle."""

    stages = StagesRequest(required=False)
    hp = described({"type": "integer", "minimum": 1, "maximum": _MOST_HP})(
        required=False,
        help_text="Current HP, at most its full HP, the default. Only the target's matter.",
    )
    status = described({"type": "string", "enum": [HEALTHY, *STATUSES], "default": HEALTHY})(
        required=False
    )
    reflect = _Flag(required=False, help_text="Halves the physical damage that it takes.")
    light_screen = _Flag(required=False, help_text="Halves the special damage that it takes.")


class CalculationRequest(serializers.Serializer):
    """One move of A against B."""

    pokemon_a_id = PokemonReference(help_text="The attacker.")
    pokemon_b_id = PokemonReference(help_text="The target.")
    move_a_id = MoveReference()
    setup_a = SetupRequest(required=False)
    setup_b = SetupRequest(required=False)
    conditions_a = ConditionsRequest(required=False)
    conditions_b = ConditionsRequest(required=False)
    critical = _Flag(required=False, help_text="Every hit that can be critical is.")


class DamageRequest(CalculationRequest):
    uses = described(_USES)(required=False, help_text=_WORDS)


class DamageBatchRequest(serializers.Serializer):
    calculations = serializers.ListField(
        child=CalculationRequest(), min_length=1, max_length=MAX_CALCULATIONS
    )
    uses = described(_USES)(required=False, help_text=_WORDS)


class Hits(serializers.Serializer):
    min = serializers.IntegerField(min_value=1)
    max = serializers.IntegerField(min_value=1)


class DamageRange(serializers.Serializer):
    min = serializers.IntegerField(min_value=0)
    max = serializers.IntegerField(min_value=0)


class PercentRange(serializers.Serializer):
    min = serializers.FloatField(min_value=0)
    max = serializers.FloatField(min_value=0)
    mean = serializers.FloatField(
        min_value=0, help_text="Expected per use, with misses and critical hits, at most 100."
    )


class KnockoutChance(serializers.Serializer):
    uses = serializers.IntegerField(min_value=1, max_value=MAX_USES)
    chance = core_fields.Chance(help_text="With misses and critical hits.")
    chance_by_rolls = core_fields.Chance(
        help_text="Damage rolls only: every use hits, with no critical hits."
    )


class DamageAnswer(serializers.Serializer):
    pokemon_a_id = serializers.IntegerField()
    pokemon_b_id = serializers.IntegerField()
    move_a_id = serializers.IntegerField()
    kind = described(
        {"type": "string", "enum": list(DAMAGE_KINDS)},
        serializers.CharField,
    )(help_text="Where the damage comes from; only `formula` has rolls.")
    power = serializers.IntegerField(min_value=0, help_text="0 if no formula applies.")
    accuracy = core_fields.Chance(help_text="Chance that a use hits.")
    effectiveness = described(EFFECTIVENESS)()
    stab = serializers.BooleanField()
    hits = Hits(help_text="Hits of one use.")
    rolls = Rolls(help_text="Damage of one hit in HP, lowest first, all equally likely.")
    critical_rolls = Rolls(help_text="The same for a critical hit.")
    critical_chance = core_fields.Chance(help_text="Per hit.")
    target_hp = serializers.IntegerField(min_value=1, help_text="Its full HP.")
    target_hp_left = serializers.IntegerField(min_value=1, help_text="Its current HP.")
    damage = DamageRange(help_text="Damage in HP of a use that hits, without critical hits.")
    percent = PercentRange(help_text="The same as a percentage of the target's HP.")
    knockout = KnockoutChance(many=True)
    turns_per_use = serializers.IntegerField(min_value=1, max_value=2)
    only_once = serializers.BooleanField(help_text="The move works only once.")
    needs_sleeping_target = serializers.BooleanField(
        help_text="An awake target takes no damage; the rolls are for a sleeping one."
    )


class BatchedDamage(DamageAnswer):
    index = serializers.IntegerField(min_value=0, help_text="Position in the request.")


class DamageBatchAnswer(serializers.Serializer):
    count = serializers.IntegerField(min_value=1, help_text="Calculations in the request.")
    failed = serializers.IntegerField(min_value=0, help_text="Calculations that have errors.")
    results = PolymorphicProxySerializer(
        "DamageBatchResult", [BatchedDamage, BatchedError], resource_type_field_name=None, many=True
    )
