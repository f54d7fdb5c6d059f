"""Answers of ``bosses/``."""

from rest_framework import serializers

from battles.api.core.fields import TYPE_SLUG, choice_of, described
from battles.api.core.problems import FieldError, did_you_mean, near_misses, quote
from battles.api.pokedex.serializers import Names
from pokedex.choices import GameEdition
from pokedex.models import Boss

_TYPE_OR_NONE = {"oneOf": [TYPE_SLUG, {"type": "null"}]}


def unknown_boss(value: str, slugs: tuple[str, ...]) -> FieldError:
    suggestions = near_misses(value, slugs)
    reason = f"There is no boss {quote(value)}.{did_you_mean(suggestions)}"
    return FieldError("id_or_slug", "unknown_boss", reason, slugs, suggestions)


class BossSummary(serializers.ModelSerializer):
    name = serializers.CharField(
        read_only=True, help_text="In the language of `lang` or `Accept-Language`."
    )
    names = Names(source="*")
    type = described(_TYPE_OR_NONE, serializers.SlugRelatedField)(
        "slug", read_only=True, help_text="Favorite type; null if there is none."
    )

    class Meta:
        model = Boss
        fields = ("id", "slug", "name", "names", "role", "type")
        read_only_fields = fields


class BossMove(serializers.Serializer):
    id = serializers.IntegerField()
    slug = serializers.CharField()
    name = serializers.CharField()


class BossMember(serializers.Serializer):
    position = serializers.IntegerField(min_value=1, max_value=6, help_text="Position in the team.")
    edition = choice_of(("", *GameEdition.values), name="BossEdition")(
        help_text="The game it appears in; empty for both."
    )
    pokemon_id = serializers.IntegerField()
    slug = serializers.CharField(source="pokemon.slug")
    name = serializers.CharField(source="pokemon.name")
    level = serializers.IntegerField(min_value=1, max_value=100)
    moves = BossMove(many=True, help_text="Its known moves.")


class BossDetail(BossSummary):
    team = BossMember(many=True, read_only=True, source="members")

    class Meta(BossSummary.Meta):
        fields = (*BossSummary.Meta.fields, "team")
        read_only_fields = fields
