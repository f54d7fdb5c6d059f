"""Shared parts of the schema."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.settings import spectacular_settings
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
)

from battles.api.core import fields as core_fields
from battles.api.core import problems, query_params, reader
from battles.api.core.examples import EXAMPLES
from battles.api.core.problems import FieldError, Problem

Decorator = Callable[[Any], Any]

# Statuses that any request may get.
ALWAYS = (
    "unauthenticated",
    "forbidden",
    "throttled",
    "method_not_allowed",
    "not_acceptable",
    "internal_error",
    "busy",
)
READS = ("invalid_request", *ALWAYS, "database_unavailable")
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

# Problems that look the same everywhere.
COMMON = (
    Problem(
        "malformed_json",
        "Not valid JSON: Expecting value (line 1, column 17).",
        (
            FieldError(
                "body",
                "malformed_json",
                "Not valid JSON: Expecting value (line 1, column 17).",
                "one JSON object in UTF-8, with no repeated keys",
            ),
        ),
    ),
    problems.invalid([problems.no_damaging_move("pokemon_a_id", '"ditto"')]),
    problems.unauthenticated(),
    problems.missing_scope("read"),
    problems.throttled(300, 17),
    Problem("not_yours", problems.NOT_YOURS),
    Problem("stale_turn", "This battle is at turn 2, not turn 1."),
    Problem("battle_over", problems.BATTLE_OVER),
    Problem("not_replayable", problems.NOT_REPLAYABLE),
    Problem("stale_question", problems.STALE_QUESTION),
    Problem("method_not_allowed", 'Method "DELETE" not allowed.'),
    Problem("not_acceptable", "Could not satisfy the request Accept header."),
    Problem("length_required", "Send the body in one piece, with a Content-Length."),
    Problem(
        "body_too_large",
        f"The body has {10 * settings.API_MAX_BODY_BYTES} bytes; "
        f"the limit is {settings.API_MAX_BODY_BYTES}.",
    ),
    Problem("unsupported_media_type", 'Unsupported media type "text/plain" in request.'),
    Problem("internal_error", problems.INTERNAL_ERROR),
    Problem("no_game_data", "Pokémon or moves are missing: run manage.py import_pokedex."),
    Problem(
        "no_champion", "No prediction is possible: no champion yet: run manage.py ml --mode=all."
    ),
    problems.busy(2),
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
            core_fields.ProblemDocument,
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
    _header("X-RateLimit-Limit", "Requests allowed per minute.", _COUNTED, 1),
    _header("X-RateLimit-Remaining", "Requests left this minute.", _COUNTED, 0),
    _header("X-RateLimit-Reset", "Seconds until the count resets.", _COUNTED, 1),
]


#: Headers of conditional reads.
CONDITIONAL = [
    OpenApiParameter(
        "If-None-Match",
        {"type": "string"},
        OpenApiParameter.HEADER,
        description="ETag of a response that the client already has.",
    ),
    OpenApiParameter(
        "ETag",
        {"type": "string"},
        OpenApiParameter.HEADER,
        description="Identifies this response.",
        response=[200, 304],
    ),
]
NOT_MODIFIED = {304: OpenApiResponse(description="Not modified since that ETag.")}


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
    """One operation; without ``request``, a read.

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
    """A request, where it has a body, and its answer (see battles/api/core/examples.py)."""
    example = EXAMPLES[name]
    title = title or name.replace("_", " ").capitalize()
    shown = [] if example["body"] is None else [request_example(title, example["body"])]
    status = example["status"]
    answer = OpenApiExample(title, example["answer"], response_only=True, status_codes=[status])
    return [*shown, answer]


def no_such_parameter(
    parameters: Mapping[str, query_params.Parameter], wrong: str = "pag"
) -> Problem:
    return problems.invalid([query_params.unknown_parameter(wrong, parameters)])


def in_path(name: str, description: str, *values: str) -> OpenApiParameter:
    """A path parameter with examples."""
    return OpenApiParameter(
        name,
        {"type": "string", "minLength": 1},
        OpenApiParameter.PATH,
        description=description,
        examples=[OpenApiExample(value, value) for value in values],
    )


LANGUAGE = query_params.documented(query_params.LANGUAGE)
FOUND = "Accepts an id, slug or name; case, accents and punctuation are ignored."
REFUSED = "Unknown parameters are rejected, so a misspelled filter is not ignored."
CHARIZARDS = ("charizard", "charizard-mega-x", "charizard-mega-y")
UNKNOWN_IN_BODY = problems.invalid(
    [reader.unknown("pokemon_b_id", "pokemon", "charizrd", CHARIZARDS)]
)


def name_parts(result: dict[str, Any], generator: Any, **kwargs: Any) -> dict[str, Any]:
    """Schema hook: a part with a name becomes a component, so that clients have a class for it.

    The description of a property stays with it; ``readOnly`` goes, since no schema is of answers
    and bodies, and clients leave such properties out. ValueError: two parts have one name.
    """
    parts: dict[str, Any] = {}

    def named(part: Any, of_property: bool = False) -> Any:
        if isinstance(part, list):
            return [named(each) for each in part]
        if not isinstance(part, dict):
            return part
        part = {
            key: {property_: named(each, True) for property_, each in value.items()}
            if key == "properties"
            else named(value)
            for key, value in part.items()
            if key != "readOnly"
        }
        if (name := part.pop(core_fields.NAME, None)) is None:
            return part
        own = {key: part.pop(key) for key in ("description",) if of_property and key in part}
        if parts.setdefault(name, part) != part:
            raise ValueError(f"two parts of the schema are called {name}")
        component = ResolvedComponent(name, ResolvedComponent.SCHEMA, part, name)
        generator.registry.register_on_missing(component)
        return {"allOf": [component.ref], **own} if own else component.ref

    for schema in result["components"]["schemas"].values():
        schema.update(named(schema))
    result["components"] = generator.registry.build(spectacular_settings.APPEND_COMPONENTS)
    return result


def close_requests(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Schema hook: request bodies allow no other keys."""
    for name, schema in result["components"]["schemas"].items():
        if name.endswith("Request"):
            schema["additionalProperties"] = False
    return result
