"""The API's description of itself: what the schema says beyond the code, and its pages."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.utils.decorators import method_decorator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
)
from drf_spectacular.views import (
    SpectacularAPIView,
    SpectacularRedocView,
    SpectacularSwaggerSplitView,
)
from rest_framework.request import Request
from rest_framework.response import Response

from battles.api import inputs, problems, queries, serializers
from battles.api.examples import EXAMPLES
from battles.api.problems import FieldError, Problem

Decorator = Callable[[Any], Any]

# Statuses that any request may get.
ALWAYS = (
    "unauthenticated",
    "forbidden",
    "throttled",
    "method_not_allowed",
    "not_acceptable",
    "internal_error",
)
READS = ("invalid_request", *ALWAYS, "database_unavailable")
DETAIL_READS = (*READS, "not_found", "no_game_data")
BODIES = (
    "invalid_request",
    "malformed_json",
    *ALWAYS,
    "length_required",
    "body_too_large",
    "unsupported_media_type",
    "no_game_data",
    "database_unavailable",
)
PREDICTIONS = (*BODIES, "no_damaging_move", "no_champion", "log_unavailable")

# What every problem that is the same everywhere looks like.
COMMON = (
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
    problems.unauthenticated(),
    problems.missing_scope("read"),
    problems.throttled(300, 17),
    Problem("not_yours", problems.NOT_YOURS),
    Problem("stale_turn", "Turn 2 is to be chosen for, not turn 1."),
    Problem("battle_over", problems.BATTLE_OVER),
    Problem("not_replayable", problems.NOT_REPLAYABLE),
    Problem("stale_question", problems.STALE_QUESTION),
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
    problems.no_rankings(),
    Problem("log_unavailable", problems.LOG_UNAVAILABLE),
    Problem("database_unavailable", problems.DATABASE_UNAVAILABLE),
)


def error_responses(
    names: tuple[str, ...], path: str, *own: Problem
) -> dict[tuple[int, str], OpenApiResponse]:
    """The error responses of an operation, with an example of each problem.

    ``own`` are examples that differ from one operation to the next.
    """
    examples = {problem.name: problem for problem in (*COMMON, *own)}
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


def not_found(error: FieldError) -> Problem:
    return Problem("not_found", error.reason, (error,))


def _header(name: str, description: str, response: bool | list[int], low: int) -> OpenApiParameter:
    return OpenApiParameter(
        name,
        {"type": "integer", "minimum": low},
        OpenApiParameter.HEADER,
        description=description,
        response=response,
    )


_COUNTED = [200, 201, 304, 429]
#: Headers of answers that every operation may send.
HEADERS = [
    _header("Retry-After", "Seconds to wait before trying again.", [429, 503], 1),
    _header("X-RateLimit-Limit", "Requests that the caller has a minute.", _COUNTED, 1),
    _header("X-RateLimit-Remaining", "What is left of them.", _COUNTED, 0),
    _header("X-RateLimit-Reset", "Seconds until the next minute begins.", _COUNTED, 1),
]


#: What a read adds: the client may name the answer that it has.
CONDITIONAL = [
    OpenApiParameter(
        "If-None-Match",
        {"type": "string"},
        OpenApiParameter.HEADER,
        description="The ETag of an answer that the client has.",
    ),
    OpenApiParameter(
        "ETag",
        {"type": "string"},
        OpenApiParameter.HEADER,
        description="Names this answer.",
        response=[200, 304],
    ),
]
NOT_MODIFIED = {304: OpenApiResponse(description="Nothing has changed since that ETag.")}


def request_example(name: str, value: dict[str, Any]) -> OpenApiExample:
    return OpenApiExample(name, value, request_only=True)


def answer_example(name: str, value: dict[str, Any]) -> OpenApiExample:
    return OpenApiExample(name, value, response_only=True, status_codes=[200])


def operation(
    operation_id: str,
    *,
    tag: str,
    summary: str,
    description: str,
    path: str,
    answer: Any,
    request: Any = None,
    status: int = 200,
    parameters: Sequence[OpenApiParameter] = (),
    errors: tuple[str, ...] = READS,
    own: Sequence[Problem] = (),
    examples: Sequence[OpenApiExample] = (),
    is_cached: bool = True,
) -> Decorator:
    """One operation, a read where it takes no ``request``.

    ``path`` is what its example problems call the request's path, ``own`` are the problems that
    look different here. Not ``is_cached`` is a read that is another each time.
    """
    is_read = request is None and is_cached
    return extend_schema(
        operation_id=operation_id,
        tags=[tag],
        summary=summary,
        description=description,
        request=request,
        parameters=[*parameters, *(CONDITIONAL if is_read else ()), *HEADERS],
        responses={
            status: answer,
            **(NOT_MODIFIED if is_read else {}),
            **error_responses(errors, path, *own),
        },
        examples=list(examples),
    )


def recorded(name: str, *, title: str = "") -> list[OpenApiExample]:
    """A request, where it has a body, and what it was answered (see battles/api/examples.py)."""
    found = EXAMPLES[name]
    title = title or name.replace("_", " ").capitalize()
    shown = [] if found["body"] is None else [request_example(title, found["body"])]
    status = found["status"]
    answer = OpenApiExample(title, found["answer"], response_only=True, status_codes=[status])
    return [*shown, answer]


def no_such_parameter(parameters: Mapping[str, queries.Parameter], wrong: str = "pag") -> Problem:
    return problems.invalid([queries.unknown_parameter(wrong, parameters)])


def in_path(name: str, description: str, *values: str) -> OpenApiParameter:
    """A text in the path, and examples of it."""
    return OpenApiParameter(
        name,
        {"type": "string", "minLength": 1},
        OpenApiParameter.PATH,
        description=description,
        examples=[OpenApiExample(value, value) for value in values],
    )


CHARIZARDS = ("charizard", "charizard-mega-y", "charizard-mega-x")
UNKNOWN_IN_BODY = problems.invalid(
    [inputs.unknown("pokemon_b_id", "pokemon", "charizrd", CHARIZARDS)]
)

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
    parameters: Mapping[str, queries.Parameter],
) -> Decorator:
    return extend_schema(
        operation_id=f"{what}fact_list",
        tags=[what],
        summary=f"List {what}",
        description="Unknown parameters are refused, so that a misspelt filter does not go unseen.",
        parameters=[*queries.documented(parameters), *CONDITIONAL, *HEADERS],
        responses={
            200: serializer(many=True),
            **NOT_MODIFIED,
            **error_responses(
                (*READS, "not_found"),
                path,
                problems.invalid([queries.unknown_parameter("pag", parameters)]),
                queries.beyond_last_page(9, 4),
            ),
        },
        examples=[answer_example("One entry of the page", example)],
    )


def fact_detail(
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
            *queries.documented(queries.LANGUAGE),
            *CONDITIONAL,
            *HEADERS,
        ],
        responses={
            200: serializer,
            **NOT_MODIFIED,
            **error_responses(
                DETAIL_READS,
                path,
                problems.invalid([queries.unknown_parameter("page", queries.LANGUAGE)]),
                not_found(missing),
            ),
        },
    )


def pokemon_list(parameters: Mapping[str, queries.Parameter]) -> Decorator:
    return fact_list(
        "pokemon", "/api/v1/pokemon/", serializers.PokemonSummary, _PIKACHU, parameters
    )


def move_list(parameters: Mapping[str, queries.Parameter]) -> Decorator:
    return fact_list("moves", "/api/v1/moves/", serializers.MoveSummary, _THUNDERBOLT, parameters)


def type_list(parameters: Mapping[str, queries.Parameter]) -> Decorator:
    return fact_list("types", "/api/v1/types/", serializers.TypeSummary, _ELECTRIC, parameters)


pokemon_detail = fact_detail(
    "pokemon",
    serializers.PokemonDetail,
    "Pokémon",
    inputs.unknown("id_or_slug", "pokemon", "charizrd", CHARIZARDS),
    "charizrd",
    _PIKACHU,
)
move_detail = fact_detail(
    "moves",
    serializers.MoveDetail,
    "move",
    inputs.unknown("id_or_slug", "move", "thunderbold", ("thunderbolt", "thunder")),
    "thunderbold",
    _THUNDERBOLT,
)
type_detail = fact_detail(
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


#: The hash of an empty <style>: ReDoc makes such, and fills them by script.
_EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"


@method_decorator(csp_update({"style-src": [_EMPTY_STYLE]}), name="dispatch")
class RedocView(SpectacularRedocView):
    """ReDoc from our own static files."""

    template_name = "api/redoc.html"
    http_method_names = ["get", "head"]
