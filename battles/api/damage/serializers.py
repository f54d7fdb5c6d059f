"""What the schema says about bodies and answers of the rules, and of groups."""

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
from battles.api.damage.inputs import MAX_CALCULATIONS, MAX_USES, USES
from mlcore.game.damage_calc import ROLLS, DamageKind

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
_WORDS = "Chances to knock out are told for 1 to so many uses."


class CalculationRequest(serializers.Serializer):
    """One move of A on a fresh B."""

    pokemon_a_id = PokemonReference(help_text="Who attacks.")
    pokemon_b_id = PokemonReference(help_text="Who is hit.")
    move_a_id = MoveReference()
    setup_a = SetupRequest(required=False)
    setup_b = SetupRequest(required=False)


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
        min_value=0, help_text="Of a use, misses and critical hits counted, at most 100."
    )


class KnockoutChance(serializers.Serializer):
    uses = serializers.IntegerField(min_value=1, max_value=MAX_USES)
    chance = core_fields.Chance(help_text="Misses and critical hits counted.")
    chance_by_rolls = core_fields.Chance(help_text="When every use hits and none is critical.")


class DamageAnswer(serializers.Serializer):
    pokemon_a_id = serializers.IntegerField()
    pokemon_b_id = serializers.IntegerField()
    move_a_id = serializers.IntegerField()
    kind = described(
        {"type": "string", "enum": list(DAMAGE_KINDS)},
        serializers.CharField,
    )(help_text="Where the damage comes from; only `formula` has rolls.")
    power = serializers.IntegerField(min_value=0, help_text="0 where no formula is at work.")
    accuracy = core_fields.Chance(help_text="Chance that a use hits.")
    effectiveness = described(EFFECTIVENESS)()
    stab = serializers.BooleanField()
    hits = Hits(help_text="Hits of one use.")
    rolls = Rolls(help_text="HP that one hit takes, lowest first, each as likely.")
    critical_rolls = Rolls(help_text="The same for a critical hit.")
    critical_chance = core_fields.Chance(help_text="Of each hit.")
    target_hp = serializers.IntegerField(min_value=1)
    damage = DamageRange(help_text="HP that a use that hits takes without critical hits.")
    percent = PercentRange(help_text="The same in per cent of the target's HP.")
    knockout = KnockoutChance(many=True)
    turns_per_use = serializers.IntegerField(min_value=1, max_value=2)
    only_once = serializers.BooleanField(help_text="The move works for one use only.")
    needs_sleeping_target = serializers.BooleanField(
        help_text="A target that is awake takes nothing; the rolls are those on a sleeping one."
    )


class BatchedDamage(DamageAnswer):
    index = serializers.IntegerField(min_value=0, help_text="Position in the request.")


class DamageBatchAnswer(serializers.Serializer):
    count = serializers.IntegerField(min_value=1, help_text="Calculations in the request.")
    failed = serializers.IntegerField(min_value=0, help_text="Calculations that have errors.")
    results = PolymorphicProxySerializer(
        "DamageBatchResult", [BatchedDamage, BatchedError], resource_type_field_name=None, many=True
    )
