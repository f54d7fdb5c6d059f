"""Schema of ``rankings/``."""

from collections.abc import Mapping

from battles.api.core import docs as core_docs
from battles.api.core import query_params
from battles.api.core.docs import (
    READS,
    Decorator,
    no_such_parameter,
    operation,
    recorded,
)
from battles.api.rankings import serializers as rankings_serializers


def rankings(parameters: Mapping[str, query_params.Parameter]) -> Decorator:
    return operation(
        "rankings_list",
        tag="rankings",
        summary="Strongest Pokémon",
        description=(
            "Every form by its mean win probability against all others, under standard rules. By "
            "default each side repeats one of its damaging moves, A's best one into B's best "
            "reply. With `play=well` both play well: each brings its best set of up to four moves, "
            "status moves included; both know the other's set and choose every turn anew. "
            f"{core_docs.REFUSED}"
        ),
        path="/api/v1/rankings/",
        answer=rankings_serializers.RankingPage,
        parameters=query_params.documented(parameters),
        errors=(*READS, "not_found", "no_rankings"),
        own=[no_such_parameter(parameters), query_params.beyond_last_page(9, 4)],
        examples=recorded("rankings"),
    )
