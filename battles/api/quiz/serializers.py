"""Questions and answers of ``quiz/``."""

from rest_framework import serializers

from battles.api.core import fields as core_fields
from battles.api.core.fields import described
from battles.api.core.reader import MAX_TOKEN
from battles.quiz.questions import KINDS, LEVELS


class QuizChoice(serializers.Serializer):
    choice = serializers.IntegerField(min_value=0, help_text="What to send as the answer.")
    label = serializers.CharField()
    words = serializers.CharField(allow_blank=True, help_text="A longer version, if there is one.")


class QuizQuestionAnswer(serializers.Serializer):
    token = serializers.CharField(
        help_text="Identifies the question without giving away the answer."
    )
    kind = core_fields.choice_of(KINDS)()
    level = core_fields.choice_of(LEVELS)()
    prompt = serializers.CharField(help_text="In the language of `lang` or `Accept-Language`.")
    facts = described(
        {
            "type": "object",
            "additionalProperties": {
                core_fields.NAME: "QuizFact",
                "oneOf": [
                    {"type": "string"},
                    {"type": "array", "items": {"type": "string"}},
                ],
            },
        }
    )(help_text="What the question is about, as slugs.")
    choices = QuizChoice(many=True)


class AnswerRequest(serializers.Serializer):
    token = described({"type": "string", "maxLength": MAX_TOKEN})(
        help_text="As returned with the question."
    )
    choice = described({"type": "integer", "minimum": 0, "maximum": 5})(
        help_text="Position among the question's choices."
    )


class AnsweredChoice(QuizChoice):
    detail = serializers.CharField(allow_blank=True, help_text="The number behind it.")


class QuizVerdict(serializers.Serializer):
    is_right = serializers.BooleanField()
    answer = serializers.IntegerField(min_value=0, help_text="The right choice.")
    verdict = serializers.CharField()
    explanation = serializers.ListField(child=serializers.CharField())
    choices = AnsweredChoice(many=True)
