"""Serializer fields and schema parts that several endpoints share."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from battles.api.core.reader import MAX_NAME
from mlcore.engine.specs import NATURE_NAMES, STATS, TYPES
from mlcore.engine.state import MOVE_SLOTS
from mlcore.game.spreads import MAX_AV, MAX_FRIENDSHIP, MAX_IV, MAX_LEVEL, STAT_KEYS

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
    """A field class that the schema shows as ``schema``; what reads a body checks by it, too."""
    return extend_schema_field(schema)(type("Described", (base,), {"described_as": schema}))


def optional_moves(description: str, *, low: int = 1, high: int = MOVE_SLOTS) -> serializers.Field:
    """A list of ``low`` to ``high`` moves that may be left out."""
    schema = {
        "type": "array",
        "minItems": low,
        "maxItems": high,
        "uniqueItems": True,
        "items": reference_schema("move", 85, "thunderbolt"),
        "description": description,
    }
    return described(schema)(required=False)


TypeSlug = described(TYPE_SLUG, serializers.CharField)
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
                "description": "The same with short stat names.",
            },
        ],
        "description": what,
    }


def _bounded(low: int, high: int, default: int) -> Any:
    schema = {"type": "integer", "minimum": low, "maximum": high, "default": default}
    return described(schema)(required=False)


class SetupRequest(serializers.Serializer):
    """How a Pokémon was trained; anything left out follows the standard rules."""

    level = _bounded(1, MAX_LEVEL, 50)
    nature = described({"type": "string", "enum": list(NATURE_NAMES), "default": "hardy"})(
        required=False
    )
    ivs = described(_stat_values(MAX_IV, "Individual values; 31 by default."))(required=False)
    avs = described(_stat_values(MAX_AV, "Awakening values; 0 by default."))(required=False)
    friendship = _bounded(0, MAX_FRIENDSHIP, 70)


class ProblemError(serializers.Serializer):
    field = serializers.CharField(help_text="Name of the field; `body` for the whole body.")
    code = serializers.CharField(help_text="What is wrong, for programs.")
    reason = serializers.CharField(help_text="What is wrong, for people.")
    allowed = described(
        {
            "oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
            "description": "The allowed values, or a description of them.",
        }
    )(required=False)
    suggestions = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Likely intended values."
    )


class ProblemDocument(serializers.Serializer):
    """RFC 9457 problem document."""

    type = serializers.CharField(help_text="The problem's name for programs, as a URN.")
    title = serializers.CharField()
    status = serializers.IntegerField(min_value=400, max_value=599)
    detail = serializers.CharField()
    instance = serializers.CharField(required=False, help_text="Path of the request.")
    errors = ProblemError(many=True, required=False)


class BatchedError(serializers.Serializer):
    index = serializers.IntegerField(min_value=0, help_text="Position in the request.")
    errors = ProblemError(many=True)


def choice_of(values: tuple[str, ...], **more: object) -> type:
    return described({"type": "string", "enum": list(values), **more}, serializers.CharField)


Chance = described({"type": "number", "minimum": 0, "maximum": 1}, serializers.FloatField)
