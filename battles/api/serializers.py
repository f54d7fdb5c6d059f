"""What the API answers with, and what the schema says about bodies.

Requests of the prediction endpoints are read by ``inputs``; their serializers here only describe
them to the schema.
"""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from battles.api.batch import MAX_DUELS
from battles.api.inputs import MAX_MOVES, MAX_NAME
from mlcore import explanations
from mlcore.engine.specs import NATURE_NAMES, STATS, TYPES
from mlcore.setup_rules import MAX_AV, MAX_FRIENDSHIP, MAX_IV, MAX_LEVEL, STAT_KEYS
from pokedex.models import STAT_CHANGE_FIELDS, Move, Pokemon, Type

#: Multiplier of an attack on one type or two: 0, ¼, ½, 1, 2 or 4.
EFFECTIVENESS = {"type": "number", "minimum": 0, "maximum": 4}
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


def moves_schema(description: str) -> dict[str, Any]:
    return {
        "type": "array",
        "minItems": 1,
        "maxItems": MAX_MOVES,
        "uniqueItems": True,
        "items": reference_schema("move", 85, "thunderbolt"),
        "description": description,
    }


_ALL_MOVES = "left out: all that it can use."
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


def _stat_values(high: int, what: str) -> dict[str, Any]:
    one = {"type": "integer", "minimum": 0, "maximum": high}
    return {
        "oneOf": [
            {**one, "description": "For all stats."},
            {
                "type": "object",
                "properties": dict.fromkeys(STATS, one),
                "additionalProperties": False,
                "description": "For some stats; the others keep their default.",
            },
            {
                "type": "object",
                "properties": dict.fromkeys(STAT_KEYS, one),
                "additionalProperties": False,
                "minProperties": 1,
                "anyOf": [{"required": [key]} for key in STAT_KEYS if key not in STATS],
                "description": "The same under the stats' short names.",
            },
        ],
        "description": what,
    }


def _bounded(low: int, high: int, default: int) -> Any:
    schema = {"type": "integer", "minimum": low, "maximum": high, "default": default}
    return described(schema)(required=False)


class SetupRequest(serializers.Serializer):
    """How a Pokémon was raised; what is left out is as under flat rules."""

    level = _bounded(1, MAX_LEVEL, 50)
    nature = described({"type": "string", "enum": list(NATURE_NAMES), "default": "hardy"})(
        required=False
    )
    ivs = described(_stat_values(MAX_IV, "Individual values; 31 by default."))(required=False)
    avs = described(_stat_values(MAX_AV, "Awakening values; 0 by default."))(required=False)
    friendship = _bounded(0, MAX_FRIENDSHIP, 70)


class BattleRequest(serializers.Serializer):
    pokemon_a_id = PokemonReference()
    pokemon_b_id = PokemonReference()
    move_a_id = MoveReference()
    move_b_id = MoveReference()
    setup_a = SetupRequest(required=False)
    setup_b = SetupRequest(required=False)


class BestMoveRequest(serializers.Serializer):
    pokemon_a_id = PokemonReference()
    pokemon_b_id = PokemonReference()
    moves_a = described(moves_schema(f"Moves of A that do damage; {_ALL_MOVES}"))(required=False)
    moves_b = described(moves_schema(f"Moves of B that do damage; {_ALL_MOVES}"))(required=False)
    setup_a = SetupRequest(required=False)
    setup_b = SetupRequest(required=False)
    reasons = described({"type": "boolean", "default": True})(
        required=False, help_text="Whether to say why."
    )


class BatchRequest(serializers.Serializer):
    duels = serializers.ListField(child=BattleRequest(), min_length=1, max_length=MAX_DUELS)


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


class MoveGrid(serializers.Serializer):
    moves_a = serializers.ListField(child=serializers.IntegerField(), help_text="Ids of the rows.")
    moves_b = serializers.ListField(
        child=serializers.IntegerField(), help_text="Ids of the columns."
    )
    win_probabilities = serializers.ListField(
        child=serializers.ListField(child=WinProbability()), help_text="Rows of columns."
    )


class PredictionReason(serializers.Serializer):
    code = described({"type": "string", "enum": list(explanations.CODES)}, serializers.CharField)(
        help_text="The factor."
    )
    log_odds = serializers.FloatField(
        help_text="By so much it moves the log-odds towards A (positive) or B."
    )
    facts = serializers.DictField(
        child=serializers.FloatField(), help_text="What the factor was judged by."
    )


class BestMovePrediction(serializers.Serializer):
    predicted_winner = Winner()
    win_probability = WinProbability()
    pokemon_a_id = serializers.IntegerField()
    pokemon_b_id = serializers.IntegerField()
    recommended_move_id = serializers.IntegerField()
    recommended_move = serializers.CharField(help_text="Slug.")
    ranking = RankedMove(many=True, help_text="A's moves, best first.")
    grid = MoveGrid(help_text="Probability that A wins for every pair of moves.")
    reasons = PredictionReason(
        many=True, allow_null=True, help_text="The weightiest first; null when not asked for."
    )
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


class BatchedDuel(serializers.Serializer):
    index = serializers.IntegerField(min_value=0, help_text="Position in the request.")
    predicted_winner = Winner()
    win_probability = WinProbability()
    pokemon_a_id = serializers.IntegerField()
    pokemon_b_id = serializers.IntegerField()
    move_a_id = serializers.IntegerField()
    move_b_id = serializers.IntegerField()


class BatchedError(serializers.Serializer):
    index = serializers.IntegerField(min_value=0, help_text="Position in the request.")
    errors = ProblemError(many=True)


class BatchPrediction(serializers.Serializer):
    count = serializers.IntegerField(min_value=1, help_text="Duels in the request.")
    failed = serializers.IntegerField(min_value=0, help_text="Duels that have errors.")
    model_version = serializers.CharField()
    results = PolymorphicProxySerializer(
        "BatchResult", [BatchedDuel, BatchedError], resource_type_field_name=None, many=True
    )


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


def _name() -> serializers.CharField:
    return serializers.CharField(
        read_only=True, help_text="In the language of `lang` or `Accept-Language`."
    )


class PokemonSummary(serializers.ModelSerializer):
    name = _name()
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
            "name",
            "names",
            "species_id",
            "kind",
            "types",
            "base_stats",
            "base_stat_total",
        )
        read_only_fields = fields


class MoveSummary(serializers.ModelSerializer):
    name = _name()
    names = Names(source="*")
    type = TypeSlug(read_only=True)

    class Meta:
        model = Move
        fields = (
            "id",
            "slug",
            "name",
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
    name = _name()
    names = Names(source="*")

    class Meta:
        model = Type
        fields = ("id", "slug", "name", "names")
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
