"""Schema of ``pokemon/``, ``moves/`` and ``types/``."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    extend_schema,
)

from battles.api.core import docs as core_docs
from battles.api.core import problems, query_params, reader
from battles.api.core.problems import FieldError
from battles.api.pokedex import serializers

DETAIL_READS = (*core_docs.READS, "not_found", "no_game_data")


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
) -> core_docs.Decorator:
    return extend_schema(
        operation_id=f"{what}fact_list",
        tags=[what],
        summary=f"List {what}",
        description="Unknown parameters are rejected, so a misspelled filter is not ignored.",
        parameters=[
            *query_params.documented(parameters),
            *core_docs.CONDITIONAL,
            *core_docs.HEADERS,
        ],
        responses={
            200: serializer(many=True),
            **core_docs.NOT_MODIFIED,
            **core_docs.error_responses(
                (*core_docs.READS, "not_found"),
                path,
                problems.invalid([query_params.unknown_parameter("pag", parameters)]),
                query_params.beyond_last_page(9, 4),
            ),
        },
        examples=[core_docs.answer_example("One entry of the page", example)],
    )


def fact_detail(
    what: str, serializer: type, noun: str, missing: FieldError, value: str, example: dict[str, Any]
) -> core_docs.Decorator:
    """``missing`` is the error for ``value``, ``example`` a successful answer."""
    path = f"/api/v1/{what}/{value}/"
    return extend_schema(
        operation_id=f"{what}_retrieve",
        tags=[what],
        summary=f"One {noun}",
        description="Accepts an id, slug or name; case, accents and punctuation are ignored.",
        parameters=[
            OpenApiParameter(
                missing.field,
                {"type": "string", "minLength": 1},
                OpenApiParameter.PATH,
                description=f"Id, slug or name of a {noun}.",
                examples=[
                    OpenApiExample("Slug", example["slug"]),
                    OpenApiExample("Id", str(example["id"])),
                ],
            ),
            *query_params.documented(query_params.LANGUAGE),
            *core_docs.CONDITIONAL,
            *core_docs.HEADERS,
        ],
        responses={
            200: serializer,
            **core_docs.NOT_MODIFIED,
            **core_docs.error_responses(
                DETAIL_READS,
                path,
                problems.invalid([query_params.unknown_parameter("page", query_params.LANGUAGE)]),
                core_docs.not_found(missing),
            ),
        },
    )


def pokemon_list(parameters: Mapping[str, query_params.Parameter]) -> core_docs.Decorator:
    return fact_list(
        "pokemon", "/api/v1/pokemon/", serializers.PokemonSummary, _PIKACHU, parameters
    )


def move_list(parameters: Mapping[str, query_params.Parameter]) -> core_docs.Decorator:
    return fact_list("moves", "/api/v1/moves/", serializers.MoveSummary, _THUNDERBOLT, parameters)


def type_list(parameters: Mapping[str, query_params.Parameter]) -> core_docs.Decorator:
    return fact_list("types", "/api/v1/types/", serializers.TypeSummary, _ELECTRIC, parameters)


pokemon_detail = fact_detail(
    "pokemon",
    serializers.PokemonDetail,
    "Pokémon",
    reader.unknown("id_or_slug", "pokemon", "charizrd", core_docs.CHARIZARDS),
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
