"""Schema of ``bosses/``."""

from collections.abc import Mapping

from battles.api.bosses import serializers as bosses_serializers
from battles.api.core import docs as core_docs
from battles.api.core import query_params
from battles.api.core.docs import (
    READS,
    Decorator,
    in_path,
    no_such_parameter,
    not_found,
    operation,
    recorded,
)


def boss_list(parameters: Mapping[str, query_params.Parameter]) -> Decorator:
    return operation(
        "bosses_list",
        tag="bosses",
        summary="List bosses",
        description=f"Gym Leaders, Elite Four and Champion, in game order. {core_docs.REFUSED}",
        path="/api/v1/bosses/",
        answer=bosses_serializers.BossSummary(many=True),
        parameters=query_params.documented(parameters),
        errors=(*READS, "not_found"),
        own=[no_such_parameter(parameters), query_params.beyond_last_page(9, 1)],
        examples=recorded("boss_entry", title="One entry of the page"),
    )


def boss_detail(parameters: Mapping[str, query_params.Parameter]) -> Decorator:
    return operation(
        "bosses_retrieve",
        tag="bosses",
        summary="A boss and their team",
        description=(f"{core_docs.FOUND} Levels and moves come from players' records."),
        path="/api/v1/bosses/brok/",
        answer=bosses_serializers.BossDetail,
        parameters=[
            in_path("id_or_slug", "Id, slug or name of a boss.", "brock", "13"),
            *query_params.documented(parameters),
        ],
        errors=(*READS, "not_found"),
        own=[
            no_such_parameter(parameters, "editoin"),
            not_found(bosses_serializers.unknown_boss("brok", _BOSSES)),
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
