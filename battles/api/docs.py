"""The API's description of itself: what the schema says beyond the code, and its pages."""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
)
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

from battles.api import inputs, problems, queries, serializers
from battles.api.problems import FieldError, Problem

Decorator = Callable[[Any], Any]

# Statuses that any request may get.
_ALWAYS = ("method_not_allowed", "not_acceptable", "internal_error")
_READS = ("invalid_request", *_ALWAYS, "database_unavailable")
_DETAIL_READS = (*_READS, "not_found", "no_game_data")
_PREDICTIONS = (
    "invalid_request",
    "malformed_json",
    "no_damaging_move",
    *_ALWAYS,
    "length_required",
    "body_too_large",
    "unsupported_media_type",
    "no_game_data",
    "no_champion",
    "log_unavailable",
    "database_unavailable",
)

# What every problem that is the same everywhere looks like.
_COMMON = (
    Problem(
        "malformed_json",
        "Not valid JSON: Expecting value (line 1, column 17).",
        (
            FieldError(
                "body",
                "malformed_json",
                "Not valid JSON: Expecting value (line 1, column 17).",
                "one JSON object in UTF-8, every key once",
            ),
        ),
    ),
    problems.invalid([problems.no_damaging_move("pokemon_a_id", '"ditto"')]),
    Problem("method_not_allowed", 'Method "DELETE" not allowed.'),
    Problem("not_acceptable", "Could not satisfy the request Accept header."),
    Problem("length_required", "Send the body in one piece, with a Content-Length."),
    Problem(
        "body_too_large",
        f"The body has {10 * settings.API_MAX_BODY_BYTES} bytes; "
        f"at most {settings.API_MAX_BODY_BYTES} are accepted.",
    ),
    Problem("unsupported_media_type", 'Unsupported media type "text/plain" in request.'),
    Problem("internal_error", problems.INTERNAL_ERROR),
    Problem("no_game_data", "Pokémon or moves are missing: run manage.py import_pokedex."),
    Problem(
        "no_champion", "No prediction is possible: no champion yet: run manage.py ml --mode=all."
    ),
    Problem("log_unavailable", problems.LOG_UNAVAILABLE),
    Problem("database_unavailable", problems.DATABASE_UNAVAILABLE),
)


def _problems(
    names: tuple[str, ...], path: str, *own: Problem
) -> dict[tuple[int, str], OpenApiResponse]:
    """The error responses of an operation, with an example of each problem.

    ``own`` are examples that differ from one operation to the next.
    """
    examples = {problem.name: problem for problem in (*_COMMON, *own)}
    by_status: dict[int, list[str]] = {}
    for name in names:
        by_status.setdefault(problems.TITLES[name][0], []).append(name)
    return {
        (status, problems.MEDIA_TYPE): OpenApiResponse(
            serializers.ProblemDocument,
            description=". ".join(problems.TITLES[name][1] for name in group) + ".",
            examples=[
                OpenApiExample(
                    name,
                    examples[name].as_json(path),
                    status_codes=[status],
                    media_type=problems.MEDIA_TYPE,
                    response_only=True,
                )
                for name in group
            ],
        )
        for status, group in sorted(by_status.items())
    }


def _not_found(error: FieldError) -> Problem:
    return Problem("not_found", error.reason, (error,))


def _retry_after(statuses: tuple[int, ...] = (503,)) -> OpenApiParameter:
    return OpenApiParameter(
        "Retry-After",
        {"type": "integer", "minimum": 1},
        OpenApiParameter.HEADER,
        description="Seconds to wait before trying again.",
        response=list(statuses),
    )


def _request(name: str, value: dict[str, Any]) -> OpenApiExample:
    return OpenApiExample(name, value, request_only=True)


def _answer(name: str, value: dict[str, Any]) -> OpenApiExample:
    return OpenApiExample(name, value, response_only=True, status_codes=[200])


_CHARIZARDS = ("charizard", "charizard-mega-y", "charizard-mega-x")
_UNKNOWN_IN_BODY = problems.invalid(
    [inputs.unknown("pokemon_b_id", "pokemon", "charizrd", _CHARIZARDS)]
)

predict_battle: Decorator = extend_schema(
    operation_id="predict_battle",
    tags=["predict"],
    summary="Who wins a duel",
    description=(
        "A uses its one move every turn, B its own. Both fight under flat rules: level 50, "
        "IVs 31, AVs 0, a neutral nature, friendship 70. `win_probability` is the probability "
        "that A wins; swapping the sides gives the rest to 1. The prediction is recorded before "
        "it is answered."
    ),
    request=serializers.BattleRequest,
    responses={
        200: serializers.BattlePrediction,
        **_problems(_PREDICTIONS, "/api/v1/predict/battle/", _UNKNOWN_IN_BODY),
    },
    parameters=[_retry_after()],
    examples=[
        _request(
            "By id",
            {"pokemon_a_id": 25, "pokemon_b_id": 6, "move_a_id": 85, "move_b_id": 53},
        ),
        _request(
            "By slug or name",
            {
                "pokemon_a_id": "pikachu",
                "pokemon_b_id": "Dracaufeu",
                "move_a_id": "thunderbolt",
                "move_b_id": "Flamethrower",
            },
        ),
        _answer(
            "Prediction",
            {
                "predicted_winner": "A",
                "win_probability": 0.87,
                "pokemon_a_id": 25,
                "pokemon_b_id": 6,
                "move_a_id": 85,
                "move_b_id": 53,
                "model_version": "v1",
            },
        ),
    ],
)

predict_best_move: Decorator = extend_schema(
    operation_id="predict_best_move",
    tags=["predict"],
    summary="Which move to use",
    description=(
        "Ranks A's moves by the probability that A wins when B answers each with its best "
        "reply. Leave out `moves_a` or `moves_b` for every damaging move the Pokémon can use. "
        "Only moves that do damage are ranked. Flat rules, as in `predict/battle/`."
    ),
    request=serializers.BestMoveRequest,
    responses={
        200: serializers.BestMovePrediction,
        **_problems(_PREDICTIONS, "/api/v1/predict/best-move/", _UNKNOWN_IN_BODY),
    },
    parameters=[_retry_after()],
    examples=[
        _request("All moves", {"pokemon_a_id": "pikachu", "pokemon_b_id": "charizard"}),
        _request(
            "Given moves",
            {
                "pokemon_a_id": 25,
                "pokemon_b_id": 6,
                "moves_a": ["thunderbolt", "quick-attack"],
                "moves_b": ["flamethrower"],
            },
        ),
        _answer(
            "Ranking",
            {
                "predicted_winner": "A",
                "win_probability": 0.87,
                "pokemon_a_id": 25,
                "pokemon_b_id": 6,
                "recommended_move_id": 85,
                "recommended_move": "thunderbolt",
                "ranking": [
                    {
                        "rank": 1,
                        "move_id": 85,
                        "move": "thunderbolt",
                        "win_probability": 0.87,
                        "reply_id": 53,
                        "reply": "flamethrower",
                    },
                    {
                        "rank": 2,
                        "move_id": 98,
                        "move": "quick-attack",
                        "win_probability": 0.04,
                        "reply_id": 53,
                        "reply": "flamethrower",
                    },
                ],
                "model_version": "v1",
            },
        ),
    ],
)

_PIKACHU = {
    "id": 25,
    "slug": "pikachu",
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
    "names": {"en": "Thunderbolt", "fr": "Tonnerre"},
    "type": "electric",
    "damage_class": "special",
    "power": 90,
    "accuracy": 100,
    "pp": 15,
    "priority": 0,
}
_ELECTRIC = {"id": 13, "slug": "electric", "names": {"en": "Electric", "fr": "Électrik"}}


def _list(
    what: str,
    path: str,
    serializer: type,
    example: dict[str, Any],
    parameters: Mapping[str, queries.Parameter],
) -> Decorator:
    return extend_schema(
        operation_id=f"{what}_list",
        tags=[what],
        summary=f"List {what}",
        description="Unknown parameters are refused, so that a misspelt filter does not go unseen.",
        parameters=[*queries.documented(parameters), _retry_after()],
        responses={
            200: serializer(many=True),
            **_problems(
                (*_READS, "not_found"),
                path,
                problems.invalid([queries.unknown_parameter("pag", parameters)]),
                queries.beyond_last_page(9, 4),
            ),
        },
        examples=[_answer("One entry of the page", example)],
    )


def _detail(
    what: str, serializer: type, noun: str, missing: FieldError, value: str, example: dict[str, Any]
) -> Decorator:
    """``missing`` is what asking for ``value`` is answered with, ``example`` what is found."""
    path = f"/api/v1/{what}/{value}/"
    return extend_schema(
        operation_id=f"{what}_retrieve",
        tags=[what],
        summary=f"One {noun}",
        description="Found by id, slug or name; case, accents and punctuation do not matter.",
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
            _retry_after(),
        ],
        responses={
            200: serializer,
            **_problems(
                _DETAIL_READS,
                path,
                problems.invalid([queries.unknown_parameter("page", {})]),
                _not_found(missing),
            ),
        },
    )


def pokemon_list(parameters: Mapping[str, queries.Parameter]) -> Decorator:
    return _list("pokemon", "/api/v1/pokemon/", serializers.PokemonSummary, _PIKACHU, parameters)


def move_list(parameters: Mapping[str, queries.Parameter]) -> Decorator:
    return _list("moves", "/api/v1/moves/", serializers.MoveSummary, _THUNDERBOLT, parameters)


def type_list(parameters: Mapping[str, queries.Parameter]) -> Decorator:
    return _list("types", "/api/v1/types/", serializers.TypeSummary, _ELECTRIC, parameters)


pokemon_detail = _detail(
    "pokemon",
    serializers.PokemonDetail,
    "Pokémon",
    inputs.unknown("id_or_slug", "pokemon", "charizrd", _CHARIZARDS),
    "charizrd",
    _PIKACHU,
)
move_detail = _detail(
    "moves",
    serializers.MoveDetail,
    "move",
    inputs.unknown("id_or_slug", "move", "thunderbold", ("thunderbolt", "thunder")),
    "thunderbold",
    _THUNDERBOLT,
)
type_detail = _detail(
    "types", serializers.TypeDetail, "type", inputs.unknown_type("electrc"), "electrc", _ELECTRIC
)


def close_requests(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Schema hook: bodies of requests hold no other keys than those described."""
    for name, schema in result["components"]["schemas"].items():
        if name.endswith("Request"):
            schema["additionalProperties"] = False
    return result


class SchemaView(SpectacularAPIView):
    """The OpenAPI document, YAML or JSON by ``Accept`` or ``?format=``."""

    parameters = {
        "format": queries.choice(("yaml", "json"), "Instead of the Accept header."),
        "lang": queries.choice(dict(settings.LANGUAGES), "Language of the texts."),
    }

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        queries.read_query(request, self.parameters)
        return super().get(request, *args, **kwargs)

    def get_renderers(self) -> list[Any]:
        wanted = {"yaml": OpenApiYamlRenderer, "json": OpenApiJsonRenderer}
        chosen = wanted.get(self.request.GET.get("format", "").lower())
        return [chosen()] if chosen else super().get_renderers()


class SwaggerView(SpectacularSwaggerSplitView):
    """Swagger UI from our own static files, without a word of inline script or style."""

    template_name = "api/docs.html"
    http_method_names = ["get", "head"]
