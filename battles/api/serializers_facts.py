"""What the endpoints about model, rankings, bosses and types answer with."""

from rest_framework import serializers

from battles.api.problems import FieldError, did_you_mean, near_misses, quote
from battles.api.serializers import TYPE_SLUG, Names, described
from pokedex.models import Boss, GameEdition, PokemonKind

_TYPE_OR_NONE = {"type": ["string", "null"], "enum": [*TYPE_SLUG["enum"], None]}


def unknown_boss(value: str, slugs: tuple[str, ...]) -> FieldError:
    suggestions = near_misses(value, slugs)
    reason = f"There is no boss {quote(value)}.{did_you_mean(suggestions)}"
    return FieldError("id_or_slug", "unknown_boss", reason, slugs, suggestions)


# The model


class GameDataState(serializers.Serializer):
    fingerprint = serializers.CharField(help_text="Of the facts as they are now.")
    changed_since_training = serializers.BooleanField(
        help_text="The facts are not those that the model learned from."
    )


class Training(serializers.Serializer):
    """What the model was made of; null where an old version did not record it."""

    dataset = serializers.CharField(allow_null=True)
    duels = serializers.IntegerField(allow_null=True)
    battles = serializers.IntegerField(allow_null=True, help_text="Played for these duels.")
    features = serializers.IntegerField(help_text="Columns that it reads.")
    trees = serializers.IntegerField(allow_null=True)
    temperature = serializers.FloatField(allow_null=True)
    seed = serializers.IntegerField(allow_null=True)
    code_version = serializers.CharField(allow_null=True)


class GateCheck(serializers.Serializer):
    name = serializers.CharField()
    bar = serializers.CharField(help_text="What had to be reached.")
    value = serializers.CharField(help_text="What was.")
    passed = serializers.BooleanField()


class PromotionGate(serializers.Serializer):
    """What the model had to show before it served."""

    passed = serializers.BooleanField()
    checks = GateCheck(many=True)


_SCORES = {"type": "object", "additionalProperties": {"type": "number"}}
Scores = described(_SCORES)
ScoresOrNone = described({**_SCORES, "type": ["object", "null"]})
SplitScores = described({"type": "object", "additionalProperties": _SCORES})


class ModelAnswer(serializers.Serializer):
    version = serializers.CharField()
    created_at = serializers.DateTimeField(allow_null=True)
    kind = serializers.CharField(help_text="Kind of model, such as `xgboost`.")
    sha256 = serializers.CharField(allow_null=True, help_text="SHA-256 of the model file.")
    fingerprint = serializers.CharField(help_text="Of the facts that it learned from.")
    game_data = GameDataState()
    training = Training()
    metrics = SplitScores(
        help_text="Scores by split, measured on duels that nothing was fitted on."
    )
    plain_split = ScoresOrNone(help_text="Scores of plain yes-or-no answers.")
    best_move = ScoresOrNone(
        help_text="What following `predict/best-move/` costs beside the best move there was."
    )
    gate = PromotionGate(allow_null=True)
    card = serializers.CharField(help_text="The whole model card, as Markdown.")


# Rankings


class RankedAgainst(serializers.Serializer):
    pokemon_id = serializers.IntegerField()
    slug = serializers.CharField()
    win_probability = described({"type": "number", "minimum": 0, "maximum": 1})()


class Ranked(serializers.Serializer):
    place = serializers.IntegerField(min_value=1, help_text="Equal ones share a place.")
    pokemon_id = serializers.IntegerField()
    slug = serializers.CharField()
    name = serializers.CharField(help_text="In the language of `lang` or `Accept-Language`.")
    kind = serializers.ChoiceField(PokemonKind.choices)
    types = serializers.ListField(
        child=described(TYPE_SLUG, serializers.CharField)(), min_length=1, max_length=2
    )
    base_stat_total = serializers.IntegerField()
    win_probability = described({"type": "number", "minimum": 0, "maximum": 1})(
        help_text="Mean over all opponents."
    )
    beaten = serializers.IntegerField(
        min_value=0, help_text="Opponents that it beats more often than not."
    )
    opponents = serializers.IntegerField(min_value=0)
    move_id = serializers.IntegerField(
        allow_null=True, help_text="The move that is its best one most often."
    )
    move = serializers.CharField(allow_null=True, help_text="Slug of that move.")
    best = RankedAgainst(many=True, help_text="Its best match-ups.")
    worst = RankedAgainst(many=True, help_text="Its worst match-ups.")


class RankingPage(serializers.Serializer):
    count = serializers.IntegerField(min_value=0, help_text="Entries on all pages.")
    next = serializers.URLField(allow_null=True, help_text="Address of the next page.")
    previous = serializers.URLField(allow_null=True, help_text="Address of the page before.")
    results = Ranked(many=True)
    model_version = serializers.CharField(help_text="The model that ranked them.")
    created_at = serializers.DateTimeField()
    is_current = serializers.BooleanField(
        help_text="Champion and facts are still those that the ranking was computed with."
    )


# Bosses


class BossSummary(serializers.ModelSerializer):
    name = serializers.CharField(
        read_only=True, help_text="In the language of `lang` or `Accept-Language`."
    )
    names = Names(source="*")
    type = described(_TYPE_OR_NONE, serializers.SlugRelatedField)(
        "slug", read_only=True, help_text="Favourite type; null for who has none."
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
    position = serializers.IntegerField(min_value=1, max_value=6, help_text="Place in the team.")
    edition = described(
        {"type": "string", "enum": ["", *GameEdition.values]}, serializers.CharField
    )(help_text="The game it is met in; empty for both.")
    pokemon_id = serializers.IntegerField()
    slug = serializers.CharField(source="pokemon.slug")
    name = serializers.CharField(source="pokemon.name")
    level = serializers.IntegerField(min_value=1, max_value=100)
    moves = BossMove(many=True, help_text="Those of its moves that are known.")


class BossDetail(BossSummary):
    team = BossMember(many=True, read_only=True, source="members")

    class Meta(BossSummary.Meta):
        fields = (*BossSummary.Meta.fields, "team")
        read_only_fields = fields
