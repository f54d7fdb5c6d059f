"""Schema of ``pokemon/``, ``moves/`` and ``types/``."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from battles.api.core import query_params, reader
from battles.api.core.docs import (
    CHARIZARDS,
    FOUND,
    LANGUAGE,
    READS,
    REFUSED,
    Decorator,
    answer_example,
    no_such_parameter,
    not_found,
    operation,
)
from battles.api.core.problems import FieldError
from battles.api.pokedex import serializers

DETAIL_READS = (*READS, "not_found", "no_game_data")
_PIKACHU = {
    "id": 25,
    "slug": "pikachu",
    "name": "Pikachu",
    "names": {"en": "Pikachu", "fr": "Pikachu"},
    "species_id": 25,
    "kind": "base",
    "types": ["electric"],
    "base_stats": {
        "hp": 35,
        "attack": 55,
        "defense": 40,
        "special_attack": 50,
        "special_defense": 50,
        "speed": 90,
    },
    "base_stat_total": 320,
}
_THUNDERBOLT = {
    "id": 85,
    "slug": "thunderbolt",
    "name": "Thunderbolt",
    "names": {"en": "Thunderbolt", "fr": "Tonnerre"},
    "type": "electric",
    "damage_class": "special",
    "power": 90,
    "accuracy": 100,
    "pp": 15,
    "priority": 0,
}
_ELECTRIC = {
    "id": 13,
    "slug": "electric",
    "name": "Electric",
    "names": {"en": "Electric", "fr": "Électrik"},
}


def fact_list(
    what: str,
    path: str,
    serializer: type,
    example: dict[str, Any],
    parameters: Mapping[str, query_params.Parameter],
) -> Decorator:
    return operation(
        f"{what}fact_list",
        tag=what,
        summary=f"List {what}",
        description=REFUSED,
        path=path,
        answer=serializer(many=True),
        parameters=query_params.documented(parameters),
        errors=(*READS, "not_found"),
        own=[no_such_parameter(parameters), query_params.beyond_last_page(9, 4)],
        examples=[answer_example("One entry of the page", example)],
    )


def fact_detail(
    what: str, serializer: type, noun: str, missing: FieldError, value: str, example: dict[str, Any]
) -> Decorator:
    """``missing`` is the error for ``value``, ``example`` a successful answer."""
    named = OpenApiParameter(
        missing.field,
        {"type": "string", "minLength": 1},
        OpenApiParameter.PATH,
        description=f"Id, slug or name of a {noun}.",
        examples=[
            OpenApiExample("Slug", example["slug"]),
            OpenApiExample("Id", str(example["id"])),
        ],
    )
    return operation(
        f"{what}_retrieve",
        tag=what,
        summary=f"One {noun}",
        description=FOUND,
        path=f"/api/v1/{what}/{value}/",
        answer=serializer,
        parameters=[named, *LANGUAGE],
        errors=DETAIL_READS,
        own=[no_such_parameter(query_params.LANGUAGE, "page"), not_found(missing)],
    )


def pokemon_list(parameters: Mapping[str, query_params.Parameter]) -> Decorator:
    return fact_list(
        "pokemon", "/api/v1/pokemon/", serializers.PokemonSummary, _PIKACHU, parameters
    )


def move_list(parameters: Mapping[str, query_params.Parameter]) -> Decorator:
    return fact_list("moves", "/api/v1/moves/", serializers.MoveSummary, _THUNDERBOLT, parameters)


def type_list(parameters: Mapping[str, query_params.Parameter]) -> Decorator:
    return fact_list("types", "/api/v1/types/", serializers.TypeSummary, _ELECTRIC, parameters)


pokemon_detail = fact_detail(
    "pokemon",
    serializers.PokemonDetail,
    "Pokémon",
    reader.unknown("id_or_slug", "pokemon", "charizrd", CHARIZARDS),
    "charizrd",
    _PIKACHU,
)


move_detail = fact_detail(
    "moves",
    serializers.MoveDetail,
    "move",
    reader.unknown(
        "id_or_slug", "move", "thunderbold", ("thunderbolt", "thunder-shock", "thunder-wave")
    ),
    "thunderbold",
    _THUNDERBOLT,
)


type_detail = fact_detail(
    "types", serializers.TypeDetail, "type", reader.unknown_type("electrc"), "electrc", _ELECTRIC
)
