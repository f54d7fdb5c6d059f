"""Schema of ``model/``."""

from battles.api.core import query_params
from battles.api.core.docs import LANGUAGE, READS, Decorator, no_such_parameter, operation, recorded
from battles.api.model import serializers as model_serializers

model: Decorator = operation(
    "model_retrieve",
    tag="model",
    summary="The live model",
    description=(
        "The live model, its scores, its release checks, and whether the game data has changed "
        "since it was trained."
    ),
    path="/api/v1/model/",
    answer=model_serializers.ModelAnswer,
    parameters=LANGUAGE,
    errors=(*READS, "no_game_data", "no_champion"),
    own=[no_such_parameter(query_params.LANGUAGE, "versoin")],
    examples=recorded("model"),
)
