"""The answer of ``model/``."""

from rest_framework import serializers

from battles.api.core.fields import described


class GameDataState(serializers.Serializer):
    fingerprint = serializers.CharField(help_text="Of the current game data.")
    changed_since_training = serializers.BooleanField(
        help_text="The game data differs from what the model was trained on."
    )


class Training(serializers.Serializer):
    """What the model was trained with; null if an old version did not record it."""

    dataset = serializers.CharField(allow_null=True)
    duels = serializers.IntegerField(allow_null=True)
    battles = serializers.IntegerField(allow_null=True, help_text="Simulated for these duels.")
    features = serializers.IntegerField(help_text="Number of input features.")
    trees = serializers.IntegerField(allow_null=True)
    temperature = serializers.FloatField(allow_null=True)
    seed = serializers.IntegerField(allow_null=True)
    code_version = serializers.CharField(allow_null=True)


class GateCheck(serializers.Serializer):
    name = serializers.CharField()
    bar = serializers.CharField(help_text="The required value.")
    value = serializers.CharField(help_text="The measured value.")
    passed = serializers.BooleanField()


class PromotionGate(serializers.Serializer):
    """Release checks that the model passed before it went live."""

    passed = serializers.BooleanField()
    checks = GateCheck(many=True)


_SCORES = {"type": "object", "additionalProperties": {"type": "number"}}


Scores = described(_SCORES)


ScoresOrNone = described({**_SCORES, "type": ["object", "null"]})


SplitScores = described({"type": "object", "additionalProperties": _SCORES})


BattleScores = described(
    {
        "type": "object",
        "additionalProperties": {"type": "object", "additionalProperties": _SCORES},
    }
)


class BattleValue(serializers.Serializer):
    """The value of battle states: the model behind answers in which both sides play well."""

    version = serializers.CharField()
    created_at = serializers.DateTimeField(allow_null=True)
    sha256 = serializers.CharField(help_text="SHA-256 of its weights.")
    fingerprint = serializers.CharField(help_text="Of the game data it was trained on.")
    changed_since_training = serializers.BooleanField(
        help_text="The game data differs from what it was trained on; it then answers nothing."
    )
    command = serializers.CharField(allow_null=True, help_text="What trained it.")
    battles = serializers.IntegerField(
        allow_null=True, help_text="Battles against itself that it learned from."
    )
    metrics = BattleScores(
        help_text=(
            "Scores by answer (`one ply`: with search; `network alone`) and starts (`all`, "
            "`contested`), on starts that were not used for training; `exact games`: errors "
            "beside the solutions of small battles; empty if not recorded."
        )
    )
    gate = PromotionGate(allow_null=True)


class ModelAnswer(serializers.Serializer):
    version = serializers.CharField()
    created_at = serializers.DateTimeField(allow_null=True)
    kind = serializers.CharField(help_text="Kind of model, such as `xgboost`.")
    sha256 = serializers.CharField(allow_null=True, help_text="SHA-256 of the model file.")
    fingerprint = serializers.CharField(help_text="Of the game data it was trained on.")
    game_data = GameDataState()
    training = Training()
    metrics = SplitScores(
        help_text="Scores by split, measured on duels that were not used for training."
    )
    plain_split = ScoresOrNone(help_text="Scores on a plain random split.")
    best_move = ScoresOrNone(
        help_text="Cost of following `predict/best-move/`, compared with the best possible move."
    )
    gate = PromotionGate(allow_null=True)
    battle_value = BattleValue(
        allow_null=True, help_text="The model of well-played battles; null if there is none."
    )
    card = serializers.CharField(help_text="The full model card, in Markdown.")
