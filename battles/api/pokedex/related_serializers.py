"""Answers about what belongs to a Pokémon or a type."""

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from battles.api.core.fields import EFFECTIVENESS, Chance, TypeSlug, described, optional_moves
from battles.api.pokedex.serializers import MoveSummary, Multiplier
from pokedex.choices import LearnMethod
from pokedex.models import Move, TypeEffectiveness

#: How a form has a move that only an earlier form learns.
EARLIER_FORM = "earlier_form"


class TakenFrom(serializers.Serializer):
    type = TypeSlug()
    multiplier = described(EFFECTIVENESS)()


class Weaknesses(serializers.Serializer):
    pokemon_id = serializers.IntegerField()
    slug = serializers.CharField()
    types = serializers.ListField(child=TypeSlug(), min_length=1, max_length=2)
    weaknesses = serializers.ListField(
        child=TypeSlug(), help_text="Types it takes more damage from."
    )
    resistances = serializers.ListField(
        child=TypeSlug(), help_text="Types it takes less damage from."
    )
    immunities = serializers.ListField(child=TypeSlug(), help_text="Types it takes no damage from.")
    affinities = TakenFrom(many=True, help_text="All types, most effective first.")


class WayToLearn(serializers.Serializer):
    method = described(
        {"type": "string", "enum": [*LearnMethod.values, EARLIER_FORM]}, serializers.CharField
    )(help_text=f"`{EARLIER_FORM}`: learned before it evolved.")
    level = serializers.IntegerField(allow_null=True, help_text="For moves learned by leveling up.")


class LearnableMove(MoveSummary):
    learned_by = serializers.SerializerMethodField(
        help_text="Every way to learn it, including the base form's."
    )

    class Meta(MoveSummary.Meta):
        fields = (*MoveSummary.Meta.fields, "learned_by")
        read_only_fields = fields

    @extend_schema_field(WayToLearn(many=True))
    def get_learned_by(self, move: Move) -> list[dict[str, Any]]:
        ways = [{"method": way.method, "level": way.level} for way in move.ways]
        return ways + [{"method": EARLIER_FORM, "level": None}] * bool(move.kept)


class Rival(serializers.Serializer):
    pokemon_id = serializers.IntegerField()
    slug = serializers.CharField()
    name = serializers.CharField(help_text="In the language of `lang` or `Accept-Language`.")
    win_probability = Chance(help_text="Of the favored side.")
    move_id = serializers.IntegerField(
        allow_null=True, help_text="That side's best move; null with `play=well`."
    )
    move = serializers.CharField(allow_null=True, help_text="Slug of that move.")
    set = serializers.ListField(
        child=serializers.CharField(),
        max_length=4,
        required=False,
        help_text="With `play=well`: slugs of this Pokémon's best moves against the other.",
    )


class OwnMoves(serializers.Serializer):
    """The query's ``moves``, split at its commas."""

    moves = optional_moves("The set of the Pokémon.")


@extend_schema_serializer(deprecate_fields=["victims"])
class Counters(serializers.Serializer):
    pokemon_id = serializers.IntegerField()
    slug = serializers.CharField()
    counters = Rival(many=True, help_text="Pokémon that beat it, most likely first.")
    good_matchups = Rival(many=True, help_text="Pokémon it beats, most likely first.")
    victims = Rival(many=True, help_text="The old name of `good_matchups`.")
    beaten = serializers.IntegerField(
        min_value=0, help_text="Opponents that it beats more often than not."
    )
    opponents = serializers.IntegerField(min_value=0)
    model_version = serializers.CharField()
    set = serializers.ListField(
        child=serializers.CharField(),
        max_length=4,
        required=False,
        help_text="With `play=well`: slugs of the moves that it brings.",
    )


class BestMove(serializers.Serializer):
    move_id = serializers.IntegerField()
    move = serializers.CharField(help_text="Slug.")
    worth = described({"type": "number", "minimum": -1, "maximum": 1}, serializers.FloatField)(
        help_text="Mean chance to win that is lost when the move is left out."
    )


class BestMoves(serializers.Serializer):
    pokemon_id = serializers.IntegerField()
    slug = serializers.CharField()
    against = serializers.CharField(help_text="`all`, a Pokémon's slug, or `boss:` and a slug.")
    foes = serializers.IntegerField(min_value=1)
    win_probability = Chance(help_text="Mean chance to win with this set when both play well.")
    moves = BestMove(many=True, help_text="Up to four, the most valuable first.")
    model_version = serializers.CharField(help_text="Of the value of battle states.")


class Affinity(serializers.ModelSerializer):
    attacking = TypeSlug(source="attacking_type.slug", read_only=True)
    defending = TypeSlug(source="defending_type.slug", read_only=True)
    multiplier = Multiplier(source="percent", read_only=True)

    class Meta:
        model = TypeEffectiveness
        fields = ("attacking", "defending", "multiplier")
        read_only_fields = fields
