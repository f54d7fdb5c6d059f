"""What the API answers with, and what the schema says about bodies.

Requests of the prediction endpoints are read by ``inputs``; their serializers here only describe
them to the schema.
"""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from battles.api.inputs import MAX_MOVES, MAX_NAME
from mlcore.engine.specs import STATS, TYPES
from pokedex.models import STAT_CHANGE_FIELDS, Move, Pokemon, Type

TYPE_SLUG = {"type": "string", "enum": list(TYPES)}


def reference_schema(what: str, number: int, slug: str) -> dict[str, Any]:
    """A Pokémon or move as clients may name it."""
    return {
        "oneOf": [
            {"type": "integer", "minimum": 1, "description": f"Id of a {what}."},
            {
                "type": "string",
                "minLength": 1,
                "maxLength": MAX_NAME,
                "description": f"Slug or name of a {what}, in English or French.",
            },
        ],
        "examples": [number, slug],
    }


def described(schema: Any, base: type = serializers.Field) -> type:
    """A field class that the schema shows as ``schema``."""
    return extend_schema_field(schema)(type("Described", (base,), {}))


def _moves_schema(side: str) -> dict[str, Any]:
    return {
        "type": "array",
        "minItems": 1,
        "maxItems": MAX_MOVES,
        "uniqueItems": True,
        "items": reference_schema("move", 85, "thunderbolt"),
        "description": f"Moves of {side} that do damage; left out: all that it can use.",
    }


PokemonReference = described(reference_schema("Pokémon", 25, "pikachu"))
MoveReference = described(reference_schema("move", 85, "thunderbolt"))
WinProbability = described(
    {"type": "number", "minimum": 0, "maximum": 1, "description": "Probability that A wins."},
    serializers.FloatField,
)
Winner = described(
    {"type": "string", "enum": ["A", "B"], "description": "A on an exact tie."},
    serializers.CharField,
)


class BattleRequest(serializers.Serializer):
    pokemon_a_id = PokemonReference()
    pokemon_b_id = PokemonReference()
    move_a_id = MoveReference()
    move_b_id = MoveReference()


class BestMoveRequest(serializers.Serializer):
    pokemon_a_id = PokemonReference()
    pokemon_b_id = PokemonReference()
    moves_a = described(_moves_schema("A"))(required=False)
    moves_b = described(_moves_schema("B"))(required=False)


class BattlePrediction(serializers.Serializer):
    predicted_winner = Winner()
    win_probability = WinProbability()
    pokemon_a_id = serializers.IntegerField()
    pokemon_b_id = serializers.IntegerField()
    move_a_id = serializers.IntegerField()
    move_b_id = serializers.IntegerField()
    model_version = serializers.CharField()


class RankedMove(serializers.Serializer):
    rank = serializers.IntegerField(min_value=1)
    move_id = serializers.IntegerField()
    move = serializers.CharField(help_text="Slug.")
    win_probability = WinProbability()
    reply_id = serializers.IntegerField(help_text="B's best reply to this move.")
    reply = serializers.CharField(help_text="Slug of the reply.")


class BestMovePrediction(serializers.Serializer):
    predicted_winner = Winner()
    win_probability = WinProbability()
    pokemon_a_id = serializers.IntegerField()
    pokemon_b_id = serializers.IntegerField()
    recommended_move_id = serializers.IntegerField()
    recommended_move = serializers.CharField(help_text="Slug.")
    ranking = RankedMove(many=True, help_text="A's moves, best first.")
    model_version = serializers.CharField()


class ProblemError(serializers.Serializer):
    field = serializers.CharField(help_text="Name of the value; `body` for the whole body.")
    code = serializers.CharField(help_text="What is wrong, for programs.")
    reason = serializers.CharField(help_text="What is wrong, for people.")
    allowed = described(
        {
            "oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
            "description": "The values that would do, or a text that describes them.",
        }
    )(required=False)
    suggestions = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="What may have been meant."
    )


class ProblemDocument(serializers.Serializer):
    """RFC 9457 problem document."""

    type = serializers.CharField(help_text="A name of the problem for programs, as a URN.")
    title = serializers.CharField()
    status = serializers.IntegerField(min_value=400, max_value=599)
    detail = serializers.CharField()
    instance = serializers.CharField(required=False, help_text="Path of the request.")
    errors = ProblemError(many=True, required=False)


class Names(serializers.Serializer):
    """The name in each language of the project."""

    en = serializers.CharField(source="name_en")
    fr = serializers.CharField(source="name_fr")


class StatBlock(serializers.Serializer):
    """The six stats, under the names that the project uses everywhere."""

    hp = serializers.IntegerField()
    attack = serializers.IntegerField()
    defense = serializers.IntegerField()
    special_attack = serializers.IntegerField()
    special_defense = serializers.IntegerField()
    speed = serializers.IntegerField()


def stat_block(values: Iterable[int]) -> dict[str, int]:
    return dict(zip(STATS, map(int, values), strict=True))


@extend_schema_field({"type": "array", "items": TYPE_SLUG, "minItems": 1, "maxItems": 2})
class TypeSlugs(serializers.Field):
    def to_representation(self, value: tuple[Type, ...]) -> list[str]:
        return [row.slug for row in value]


@extend_schema_field(TYPE_SLUG)
class TypeSlug(serializers.Field):
    def to_representation(self, value: Type) -> str:
        return value.slug


@extend_schema_field(StatBlock)
class BaseStats(serializers.Field):
    def to_representation(self, value: tuple[int, ...]) -> dict[str, int]:
        return stat_block(value)


class PokemonSummary(serializers.ModelSerializer):
    names = Names(source="*")
    species_id = serializers.IntegerField(help_text="National number.")
    types = TypeSlugs(read_only=True)
    base_stats = BaseStats(read_only=True)
    base_stat_total = serializers.IntegerField(read_only=True)

    class Meta:
        model = Pokemon
        fields = (
            "id",
            "slug",
            "names",
            "species_id",
            "kind",
            "types",
            "base_stats",
            "base_stat_total",
        )
        read_only_fields = fields


class MoveSummary(serializers.ModelSerializer):
    names = Names(source="*")
    type = TypeSlug(read_only=True)

    class Meta:
        model = Move
        fields = (
            "id",
            "slug",
            "names",
            "type",
            "damage_class",
            "power",
            "accuracy",
            "pp",
            "priority",
        )
        read_only_fields = fields


class PokemonDetail(PokemonSummary):
    base_form = serializers.SlugRelatedField("slug", read_only=True, allow_null=True)
    stats = StatBlock(read_only=True, help_text="At level 50 with the default set-up.")
    damaging_moves = MoveSummary(
        many=True, read_only=True, help_text="Every move that does damage and that it can use."
    )

    class Meta(PokemonSummary.Meta):
        fields = (
            *PokemonSummary.Meta.fields,
            "base_form",
            "weight_hg",
            "stats",
            "damaging_moves",
        )
        read_only_fields = fields


class PokemonLink(serializers.Serializer):
    id = serializers.IntegerField()
    slug = serializers.CharField()


class StatChanges(serializers.Serializer):
    """Stages by which the move changes stats."""

    def get_fields(self) -> dict[str, serializers.Field]:
        return {
            name.removesuffix("_change"): serializers.IntegerField(source=name)
            for name in STAT_CHANGE_FIELDS
        }


class MoveDetail(MoveSummary):
    stat_changes = StatChanges(source="*")
    usable_by = PokemonLink(many=True, read_only=True, help_text="Pokémon that can use the move.")

    class Meta(MoveSummary.Meta):
        fields = (
            *MoveSummary.Meta.fields,
            "target",
            "tm_number",
            "critical_stage",
            "always_crits",
            "min_hits",
            "max_hits",
            "drain_percent",
            "recoil_percent",
            "heal_percent",
            "fixed_damage",
            "ailment",
            "ailment_chance",
            "flinch_chance",
            "stat_changes",
            "stat_change_target",
            "stat_change_chance",
            "effect",
            "makes_contact",
            "is_sound",
            "is_powder",
            "usable_by",
        )
        read_only_fields = fields


class TypeSummary(serializers.ModelSerializer):
    names = Names(source="*")

    class Meta:
        model = Type
        fields = ("id", "slug", "names")
        read_only_fields = fields


@extend_schema_field({"type": "number", "enum": [0, 0.5, 1, 2]})
class Multiplier(serializers.Field):
    def to_representation(self, value: int) -> float:
        return value / 100


class AttackingAffinity(serializers.Serializer):
    type = described(TYPE_SLUG, serializers.CharField)(source="defending_type.slug")
    multiplier = Multiplier(source="percent")


class DefendingAffinity(serializers.Serializer):
    type = described(TYPE_SLUG, serializers.CharField)(source="attacking_type.slug")
    multiplier = Multiplier(source="percent")


class TypeDetail(TypeSummary):
    attacking = AttackingAffinity(
        many=True, read_only=True, help_text="Damage that moves of this type do to each type."
    )
    defending = DefendingAffinity(
        many=True, read_only=True, help_text="Damage that this type takes from moves of each type."
    )

    class Meta(TypeSummary.Meta):
        fields = (*TypeSummary.Meta.fields, "attacking", "defending")
        read_only_fields = fields
