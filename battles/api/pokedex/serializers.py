"""Answers of ``pokemon/``, ``moves/`` and ``types/``."""

from collections.abc import Iterable

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from battles.api.core import fields as core_fields
from mlcore.engine.specs import STATS
from pokedex.choices import STAT_CHANGE_FIELDS, EvolutionItem, EvolutionMethod
from pokedex.models import Move, Pokemon, Type


class Names(serializers.Serializer):
    """The name in each language."""

    en = serializers.CharField(source="name_en")
    fr = serializers.CharField(source="name_fr")


class StatBlock(serializers.Serializer):
    """The six stats."""

    def get_fields(self) -> dict[str, serializers.Field]:
        return {name: serializers.IntegerField() for name in STATS}


def stat_block(values: Iterable[int]) -> dict[str, int]:
    return dict(zip(STATS, map(int, values), strict=True))


@extend_schema_field(
    {"type": "array", "items": core_fields.TYPE_SLUG, "minItems": 1, "maxItems": 2}
)
class TypeSlugs(serializers.Field):
    def to_representation(self, value: tuple[Type, ...]) -> list[str]:
        return [row.slug for row in value]


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
    species_id = serializers.IntegerField(help_text="National Pokédex number.")
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
    type = core_fields.TypeSlug(source="type.slug", read_only=True)

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


class EvolutionStep(serializers.Serializer):
    """An evolution, seen from one of its two forms: the other, and how it happens."""

    id = serializers.IntegerField(source="other.id")
    slug = serializers.CharField(source="other.slug")
    method = serializers.ChoiceField(EvolutionMethod.choices)
    level = serializers.IntegerField(
        allow_null=True, min_value=1, max_value=100, help_text="null: not by level."
    )
    item = core_fields.choice_of(("", *EvolutionItem.values), name="EvolutionItem")(
        help_text="Empty: not by an item."
    )


class PokemonDetail(PokemonSummary):
    base_form = serializers.SlugRelatedField("slug", read_only=True, allow_null=True)
    stats = StatBlock(read_only=True, help_text="At level 50 with default training.")
    damaging_moves = MoveSummary(
        many=True, read_only=True, help_text="Every damaging move it can use."
    )

    evolves_from = EvolutionStep(many=True, read_only=True)
    evolves_into = EvolutionStep(many=True, read_only=True)

    class Meta(PokemonSummary.Meta):
        fields = (
            *PokemonSummary.Meta.fields,
            "base_form",
            "evolves_from",
            "evolves_into",
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


@extend_schema_field({"type": "number", "minimum": 0, "maximum": 2, "description": "0, ½, 1 or 2."})
class Multiplier(serializers.Field):
    def to_representation(self, value: int) -> float:
        return value / 100


class AttackingAffinity(serializers.Serializer):
    type = core_fields.TypeSlug(source="defending_type.slug")
    multiplier = Multiplier(source="percent")


class DefendingAffinity(serializers.Serializer):
    type = core_fields.TypeSlug(source="attacking_type.slug")
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
