"""Schema of what belongs to a Pokémon or a type."""

from collections.abc import Mapping

from drf_spectacular.utils import OpenApiParameter

from battles.api.core import query_params, reader
from battles.api.core.base import HEAVY
from battles.api.core.docs import (
    CHARIZARDS,
    FOUND,
    LANGUAGE,
    READS,
    REFUSED,
    Decorator,
    in_path,
    no_such_parameter,
    not_found,
    operation,
    recorded,
)
from battles.api.core.problems import Problem
from battles.api.pokedex import related_serializers, serializers
from battles.api.pokedex.docs import DETAIL_READS

_NO_POKEMON = not_found(reader.unknown("id_or_slug", "pokemon", "charizrd", CHARIZARDS))
#: Headers of answers with a key that will be removed.
_DEPRECATION = [
    OpenApiParameter(
        "Deprecation",
        {"type": "string"},
        OpenApiParameter.HEADER,
        description="When a key of this answer was deprecated (RFC 9745).",
        response=[200, 304],
    ),
    OpenApiParameter(
        "Sunset",
        {"type": "string"},
        OpenApiParameter.HEADER,
        description="When the deprecated key will be removed, at the earliest (RFC 8594).",
        response=[200, 304],
    ),
]


def _pokemon() -> OpenApiParameter:
    return in_path("id_or_slug", "Id, slug or name of a Pokémon.", "pikachu", "25")


def _type(field: str, value: str) -> OpenApiParameter:
    return in_path(field, "Id, slug or name of a type.", value)


def _own(parameters: Mapping[str, query_params.Parameter], missing: Problem) -> list[Problem]:
    return [no_such_parameter(parameters, "pag"), missing]


weaknesses: Decorator = operation(
    "pokemon_weaknesses",
    tag="pokemon",
    summary="Weaknesses and resistances",
    description=f"The multiplier of attacks of every type against it. {FOUND}",
    path="/api/v1/pokemon/charizrd/weaknesses/",
    answer=related_serializers.Weaknesses,
    parameters=[_pokemon(), *LANGUAGE],
    errors=DETAIL_READS,
    own=_own(query_params.LANGUAGE, _NO_POKEMON),
    examples=recorded("pokemon_weaknesses"),
)


def moves(parameters: Mapping[str, query_params.Parameter]) -> Decorator:
    return operation(
        "pokemon_moves",
        tag="pokemon",
        summary="A Pokémon's moves",
        description=f"Every move it can use, and how it learns it. {FOUND} {REFUSED}",
        path="/api/v1/pokemon/charizrd/moves/",
        answer=related_serializers.LearnableMove(many=True),
        parameters=[_pokemon(), *query_params.documented(parameters)],
        errors=DETAIL_READS,
        own=_own(parameters, _NO_POKEMON),
        examples=recorded("pokemon_move_entry", title="One entry of the page"),
    )


def counters(parameters: Mapping[str, query_params.Parameter]) -> Decorator:
    return operation(
        "pokemon_counters",
        tag="pokemon",
        summary="Counters and good matchups",
        description=(
            "The Pokémon that beat it and the Pokémon it beats, according to the model, under "
            "standard rules and each side with the moves of highest expected damage. With "
            "`play=well` both play well: it brings `moves` or its best set on average, every other "
            "Pokémon its best set against that, and both sets are known to both. Ties list the "
            f"weakest counter and the strongest good matchup first. {FOUND}"
        ),
        path="/api/v1/pokemon/charizrd/counters/",
        answer=related_serializers.Counters,
        parameters=[_pokemon(), *query_params.documented(parameters), *_DEPRECATION],
        errors=(*DETAIL_READS, "no_champion"),
        own=_own(parameters, _NO_POKEMON),
        examples=recorded("pokemon_counters"),
    )


def best_moves(parameters: Mapping[str, query_params.Parameter]) -> Decorator:
    return operation(
        "pokemon_best_moves",
        tag="pokemon",
        summary="The best four moves",
        description=(
            "One set against fixed foes: the one that wins most on average when both play well "
            "and know both sets, at level 50 under standard rules. Against everyone it is the set "
            "of the well-played rankings (`rankings/?play=well`), and so are the foes' sets; while "
            "those are out of date, and against one Pokémon, foes bring the four attacks that hurt "
            "it most. A boss's team brings its known moves at its levels. `predict/matchup/` "
            "answers another question: there both sides choose against the other's choice, so "
            "both sets may be others. Sets are compared by the network alone, without looking a "
            "turn ahead, so `win_probability` may differ from the rankings and from "
            "`predict/matchup/` with the same sets. "
            f"{FOUND} Costs at least {HEAVY} units."
        ),
        path="/api/v1/pokemon/charizrd/best-moves/",
        answer=related_serializers.BestMoves,
        parameters=[_pokemon(), *query_params.documented(parameters)],
        errors=(*DETAIL_READS, "no_champion"),
        own=_own(parameters, _NO_POKEMON),
        examples=recorded("pokemon_best_moves"),
    )


def affinity_list(parameters: Mapping[str, query_params.Parameter]) -> Decorator:
    return operation(
        "types_affinities",
        tag="types",
        summary="The type chart",
        description=f"Multipliers of every attacking type against every defending type. {REFUSED}",
        path="/api/v1/types/affinities/",
        answer=related_serializers.Affinity(many=True),
        parameters=query_params.documented(parameters),
        errors=(*READS, "not_found"),
        own=[no_such_parameter(parameters), query_params.beyond_last_page(9, 7)],
        examples=recorded("affinity_entry", title="One entry of the page"),
    )


affinity_detail: Decorator = operation(
    "types_affinity",
    tag="types",
    summary="Effectiveness of one type against another",
    description=f"One entry of the type chart. {FOUND}",
    path="/api/v1/types/affinities/electric/grond/",
    answer=related_serializers.Affinity,
    parameters=[
        _type("attacking", "electric"),
        _type("defending", "ground"),
        *LANGUAGE,
    ],
    errors=(*READS, "not_found"),
    own=_own(query_params.LANGUAGE, not_found(reader.unknown_type("grond", "defending"))),
    examples=recorded("affinity"),
)


def pokemon_of_type(parameters: Mapping[str, query_params.Parameter]) -> Decorator:
    return operation(
        "types_pokemon",
        tag="types",
        summary="Pokémon of a type",
        description=f"Every Pokémon that has this type. {FOUND} {REFUSED}",
        path="/api/v1/types/electrc/pokemon/",
        answer=serializers.PokemonSummary(many=True),
        parameters=[_type("slug", "dragon"), *query_params.documented(parameters)],
        errors=(*READS, "not_found"),
        own=_own(parameters, not_found(reader.unknown_type("electrc"))),
        examples=recorded("type_pokemon_entry", title="One entry of the page"),
    )
