"""Serializer fields and schema parts that several endpoints share.

A part with a NAME becomes a component of that name (``battles.api.core.docs.name_parts``).
"""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from battles.api.core.reader import MAX_NAME
from mlcore.engine.specs import NATURE_NAMES, STATS, TYPES
from mlcore.engine.state import MOVE_SLOTS
from mlcore.game.spreads import MAX_AV, MAX_FRIENDSHIP, MAX_IV, MAX_LEVEL, STAT_KEYS

#: The key of a part's name as a component.
NAME = "x-component"

#: Multiplier of an attack on one type or two: 0, ¼, ½, 1, 2 or 4. No enum: client generators have
#: none of fractions.
EFFECTIVENESS = {"type": "number", "minimum": 0, "maximum": 4}
TYPE_SLUG = {NAME: "TypeSlug", "type": "string", "enum": list(TYPES)}


def _reference(name: str, what: str, number: int, slug: str) -> dict[str, Any]:
    """A Pokémon or move as clients may name it."""
    return {
        NAME: name,
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
        "items": MOVE_REFERENCE,
        "description": description,
    }
    return described(schema)(required=False)


TypeSlug = described(TYPE_SLUG, serializers.CharField)
PokemonReference = described(_reference("PokemonReference", "Pokémon", 25, "pikachu"))
MOVE_REFERENCE = _reference("MoveReference", "move", 85, "thunderbolt")
MoveReference = described(MOVE_REFERENCE)
WinProbability = described(
    {"type": "number", "minimum": 0, "maximum": 1, "description": "Probability that A wins."},
    serializers.FloatField,
)
Winner = described(
    {"type": "string", "enum": ["A", "B"], "description": "A on an exact tie."},
    serializers.CharField,
)


def _stat_values(name: str, high: int, what: str) -> dict[str, Any]:
    one = {"type": "integer", "minimum": 0, "maximum": high}
    two_names = [pair for pair in zip(STATS, STAT_KEYS, strict=True) if len(set(pair)) == 2]
    return {
        NAME: name,
        "oneOf": [
            {**one, "description": "For all stats."},
            {
                NAME: f"{name}ByStat",
                "type": "object",
                "properties": dict.fromkeys((*STATS, *STAT_KEYS), one),
                "additionalProperties": False,
                "not": {"anyOf": [{"required": list(pair)} for pair in two_names]},
                "description": (
                    "For some stats, each by its long or short name; the others keep their default."
                ),
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
    ivs = described(_stat_values("Ivs", MAX_IV, "Individual values; 31 by default."))(
        required=False
    )
    avs = described(_stat_values("Avs", MAX_AV, "Awakening values; 0 by default."))(required=False)
    friendship = _bounded(0, MAX_FRIENDSHIP, 70)


class ProblemError(serializers.Serializer):
    field = serializers.CharField(help_text="Name of the field; `body` for the whole body.")
    code = serializers.CharField(help_text="What is wrong, for programs.")
    reason = serializers.CharField(help_text="What is wrong, for people.")
    allowed = described(
        {
            NAME: "AllowedValues",
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


def choice_of(values: tuple[str, ...], *, name: str = "") -> type:
    """One of ``values``; those with "" among them need a name for their component."""
    part = {NAME: name} if name else {}
    return described({**part, "type": "string", "enum": list(values)}, serializers.CharField)


Chance = described({"type": "number", "minimum": 0, "maximum": 1}, serializers.FloatField)
