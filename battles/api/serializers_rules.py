"""What the schema says about bodies and answers of the rules, and of groups."""

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers

from battles.api.inputs_rules import (
    MAX_CALCULATIONS,
    MAX_GROUP,
    MAX_PLAYS,
    MAX_SEED,
    MAX_USES,
    PLAYS,
    POLICIES,
    USES,
)
from battles.api.serializers import (
    EFFECTIVENESS,
    BatchedError,
    MoveReference,
    PokemonReference,
    SetupRequest,
    WinProbability,
    described,
    moves_schema,
)
from mlcore.damage_calc import ROLLS, DamageKind

Chance = described({"type": "number", "minimum": 0, "maximum": 1}, serializers.FloatField)
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
    chance = Chance(help_text="Misses and critical hits counted.")
    chance_by_rolls = Chance(help_text="When every use hits and none is critical.")


class DamageAnswer(serializers.Serializer):
    pokemon_a_id = serializers.IntegerField()
    pokemon_b_id = serializers.IntegerField()
    move_a_id = serializers.IntegerField()
    kind = described(
        {"type": "string", "enum": list(DAMAGE_KINDS)},
        serializers.CharField,
    )(help_text="Where the damage comes from; only `formula` has rolls.")
    power = serializers.IntegerField(min_value=0, help_text="0 where no formula is at work.")
    accuracy = Chance(help_text="Chance that a use hits.")
    effectiveness = described(EFFECTIVENESS)()
    stab = serializers.BooleanField()
    hits = Hits(help_text="Hits of one use.")
    rolls = Rolls(help_text="HP that one hit takes, lowest first, each as likely.")
    critical_rolls = Rolls(help_text="The same for a critical hit.")
    critical_chance = Chance(help_text="Of each hit.")
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


_POLICY = {"type": "string", "enum": list(POLICIES), "default": POLICIES[0]}
_PLAYED = "left out: the four that promise most damage here."


class SimulateRequest(serializers.Serializer):
    pokemon_a_id = PokemonReference()
    pokemon_b_id = PokemonReference()
    move_a_id = MoveReference(required=False, help_text="A's only move, in place of `moves_a`.")
    move_b_id = MoveReference(required=False, help_text="B's only move, in place of `moves_b`.")
    moves_a = described(moves_schema(f"Moves of A, status moves too; {_PLAYED}"))(required=False)
    moves_b = described(moves_schema(f"Moves of B, status moves too; {_PLAYED}"))(required=False)
    setup_a = SetupRequest(required=False)
    setup_b = SetupRequest(required=False)
    plays = described({"type": "integer", "minimum": 1, "maximum": MAX_PLAYS, "default": PLAYS})(
        required=False
    )
    seed = described({"type": "integer", "minimum": 0, "maximum": MAX_SEED})(
        required=False, help_text="The same seed gives the same battles; left out: any."
    )
    policy_a = described(_POLICY)(required=False)
    policy_b = described(_POLICY)(required=False)


class Interval(serializers.Serializer):
    low = Chance()
    high = Chance()


class SimulationAnswer(serializers.Serializer):
    pokemon_a_id = serializers.IntegerField()
    pokemon_b_id = serializers.IntegerField()
    moves_a = serializers.ListField(child=serializers.IntegerField(), help_text="Ids.")
    moves_b = serializers.ListField(child=serializers.IntegerField(), help_text="Ids.")
    policy_a = described(_POLICY)()
    policy_b = described(_POLICY)()
    plays = serializers.IntegerField(min_value=1)
    seed = serializers.IntegerField(min_value=0, max_value=MAX_SEED)
    wins_a = serializers.IntegerField(min_value=0)
    wins_b = serializers.IntegerField(min_value=0)
    draws = serializers.IntegerField(min_value=0)
    win_share = Chance(help_text="Share of plays that A won, a draw counting half.")
    interval = Interval(help_text="95 % interval (Wilson) of that share.")
    mean_turns = serializers.FloatField(min_value=0)


class GroupMemberRequest(serializers.Serializer):
    pokemon_id = PokemonReference()
    moves = described(
        moves_schema("Moves that do damage; left out: the four that promise most damage here.")
    )(required=False)
    setup = SetupRequest(required=False)


class MatrixRequest(serializers.Serializer):
    group_a = serializers.ListField(child=GroupMemberRequest(), min_length=1, max_length=MAX_GROUP)
    group_b = serializers.ListField(child=GroupMemberRequest(), min_length=1, max_length=MAX_GROUP)


class GroupMember(serializers.Serializer):
    pokemon_id = serializers.IntegerField()
    slug = serializers.CharField()
    mean = WinProbability(help_text="Mean of its row or column.")


class MatrixAnswer(serializers.Serializer):
    group_a = GroupMember(many=True, help_text="The rows, in the order given.")
    group_b = GroupMember(many=True, help_text="The columns, in the order given.")
    win_probabilities = serializers.ListField(
        child=serializers.ListField(child=WinProbability()), help_text="Rows of columns."
    )
    moves_a = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField()),
        help_text="Id of the move that A does best with, for every pair.",
    )
    model_version = serializers.CharField()
