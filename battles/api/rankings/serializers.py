"""The answer of ``rankings/``."""

from rest_framework import serializers

from battles.api.core.fields import Chance, TypeSlug
from pokedex.choices import PokemonKind


class RankedAgainst(serializers.Serializer):
    pokemon_id = serializers.IntegerField()
    slug = serializers.CharField()
    win_probability = Chance()


class Ranked(serializers.Serializer):
    place = serializers.IntegerField(min_value=1, help_text="Ties share a place.")
    pokemon_id = serializers.IntegerField()
    slug = serializers.CharField()
    name = serializers.CharField(help_text="In the language of `lang` or `Accept-Language`.")
    kind = serializers.ChoiceField(PokemonKind.choices)
    types = serializers.ListField(child=TypeSlug(), min_length=1, max_length=2)
    base_stat_total = serializers.IntegerField()
    win_probability = Chance(help_text="Mean over all opponents.")
    beaten = serializers.IntegerField(
        min_value=0, help_text="Opponents that it beats more often than not."
    )
    opponents = serializers.IntegerField(min_value=0)
    move_id = serializers.IntegerField(
        allow_null=True, help_text="The move that is most often its best; null with `play=well`."
    )
    move = serializers.CharField(allow_null=True, help_text="Slug of that move.")
    best = RankedAgainst(many=True, help_text="Its best matchups.")
    worst = RankedAgainst(many=True, help_text="Its worst matchups.")
    set = serializers.ListField(
        child=serializers.CharField(),
        max_length=4,
        required=False,
        help_text="With `play=well`: slugs of its best moves.",
    )


class RankingPage(serializers.Serializer):
    count = serializers.IntegerField(min_value=0, help_text="Entries on all pages.")
    next = serializers.URLField(allow_null=True, help_text="URL of the next page.")
    previous = serializers.URLField(allow_null=True, help_text="URL of the previous page.")
    results = Ranked(many=True)
    model_version = serializers.CharField(help_text="The model behind this ranking.")
    created_at = serializers.DateTimeField()
    is_current = serializers.BooleanField(
        help_text="The live model and the game data are still those behind this ranking."
    )
