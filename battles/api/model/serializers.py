"""The answer of ``model/``."""

from rest_framework import serializers

from battles.api.core.fields import described


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
