"""What the schema says about model, rankings, bosses and types."""

from collections.abc import Mapping

from battles.api import queries, serializers_facts
from battles.api.docs import (
    READS,
    Decorator,
    in_path,
    no_such_parameter,
    not_found,
    operation,
    recorded,
)

_REFUSED = "Unknown parameters are refused, so that a misspelt filter does not go unseen."

model: Decorator = operation(
    "model_retrieve",
    tag="model",
    summary="The model that serves",
    description=(
        "What the champion is, what was measured on it, what it had to show before it served, and "
        "whether the game's data have changed since it learned from them."
    ),
    path="/api/v1/model/",
    answer=serializers_facts.ModelAnswer,
    parameters=queries.documented(queries.LANGUAGE),
    errors=(*READS, "no_game_data", "no_champion"),
    own=[no_such_parameter(queries.LANGUAGE, "versoin")],
    examples=recorded("model"),
)


def rankings(parameters: Mapping[str, queries.Parameter]) -> Decorator:
    return operation(
        "rankings_list",
        tag="rankings",
        summary="Who is strongest",
        description=(
            "Every form by its mean chance to win over all others, both under flat rules with all "
            f"their damaging moves. {_REFUSED}"
        ),
        path="/api/v1/rankings/",
        answer=serializers_facts.RankingPage,
        parameters=queries.documented(parameters),
        errors=(*READS, "not_found", "no_rankings"),
        own=[no_such_parameter(parameters), queries.beyond_last_page(9, 4)],
        examples=recorded("rankings"),
    )


def boss_list(parameters: Mapping[str, queries.Parameter]) -> Decorator:
    return operation(
        "bosses_list",
        tag="bosses",
        summary="List bosses",
        description=f"Gym Leaders, Elite Four and Champion, in the games' order. {_REFUSED}",
        path="/api/v1/bosses/",
        answer=serializers_facts.BossSummary(many=True),
        parameters=queries.documented(parameters),
        errors=(*READS, "not_found"),
        own=[no_such_parameter(parameters), queries.beyond_last_page(9, 1)],
        examples=recorded("boss_entry", title="One entry of the page"),
    )


def boss_detail(parameters: Mapping[str, queries.Parameter]) -> Decorator:
    return operation(
        "bosses_retrieve",
        tag="bosses",
        summary="One boss and its team",
        description=(
            "Found by id, slug or name; case, accents and punctuation do not matter. Levels and "
            "moves are what players wrote down."
        ),
        path="/api/v1/bosses/brok/",
        answer=serializers_facts.BossDetail,
        parameters=[
            in_path("id_or_slug", "Id, slug or name of a boss.", "brock", "13"),
            *queries.documented(parameters),
        ],
        errors=(*READS, "not_found"),
        own=[
            no_such_parameter(parameters, "editoin"),
            not_found(serializers_facts.unknown_boss("brok", _BOSSES)),
        ],
        examples=recorded("boss"),
    )


_BOSSES = (
    "brock",
    "misty",
    "lt-surge",
    "erika",
    "koga",
    "sabrina",
    "blaine",
    "giovanni",
    "lorelei",
    "bruno",
    "agatha",
    "lance",
    "trace",
)
