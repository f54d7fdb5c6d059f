"""Query parameters: read strictly, so a misspelled filter is an error and not a full list."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import F, OrderBy, QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request

from battles.api.core.problems import FieldError, Problem, did_you_mean, invalid, near_misses, quote
from battles.api.core.reader import check_text
from mlcore.engine.specs import TYPES

PAGE_SIZE = 50
MAX_PAGE_SIZE = 200
_INTEGER = re.compile(r"[1-9][0-9]{0,8}")


@dataclass(frozen=True)
class Parameter:
    """One query parameter: how to read it, and how the schema describes it.

    read(text, name) gives the value or a FieldError.
    """

    read: Callable[[str, str], Any]
    description: str
    schema: dict[str, Any] = field(default_factory=lambda: {"type": "string"})


def read_query(request: Request, parameters: Mapping[str, Parameter]) -> dict[str, Any]:
    """The values of the parameters that were given; raises Problem with all errors."""
    values: dict[str, Any] = {}
    errors: list[FieldError] = []
    for name, given in request.query_params.lists():
        if name not in parameters:
            errors.append(unknown_parameter(name, parameters))
        elif len(given) > 1:
            reason = f"{name} is given {len(given)} times."
            errors.append(FieldError(name, "repeated_parameter", reason, "one value"))
        else:
            value = parameters[name].read(given[0], name)
            if isinstance(value, FieldError):
                errors.append(value)
            else:
                values[name] = value
    if errors:
        raise invalid(errors[:10])
    return values


def documented(parameters: Mapping[str, Parameter]) -> list[OpenApiParameter]:
    """The parameters as the schema shows them."""
    return [
        OpenApiParameter(name, parameter.schema, description=parameter.description)
        for name, parameter in parameters.items()
    ]


def unknown_parameter(name: str, parameters: Mapping[str, Parameter]) -> FieldError:
    shown = quote(name)
    suggestions = near_misses(name, parameters)
    reason = f"There is no query parameter {shown} here.{did_you_mean(suggestions)}"
    allowed = tuple(sorted(parameters))
    return FieldError(shown[1:-1], "unknown_parameter", reason, allowed, suggestions)


def choice(values: Iterable[str], description: str, default: str | None = None) -> Parameter:
    """One of ``values``, in lower or upper case."""
    allowed = tuple(values)

    def read(text: str, name: str) -> str | FieldError:
        if text.lower() in allowed:
            return text.lower()
        suggestions = near_misses(text, allowed)
        reason = f"{name} cannot be {quote(text)}.{did_you_mean(suggestions)}"
        return FieldError(name, "not_a_choice", reason, allowed, suggestions)

    schema: dict[str, Any] = {"type": "string", "enum": list(allowed)}
    if default is not None:
        schema["default"] = default
    return Parameter(read, description, schema)


def search(description: str) -> Parameter:
    def read(text: str, name: str) -> str | FieldError:
        return check_text(text, name, "part of a name in English or French") or text

    return Parameter(read, description, {"type": "string", "minLength": 1, "maxLength": 64})


def integer(high: int, description: str, default: int) -> Parameter:
    """A whole number from 1 to ``high``."""

    def read(text: str, name: str) -> int | FieldError:
        if _INTEGER.fullmatch(text) and int(text) <= high:
            return int(text)
        reason = f"{name} must be a whole number, not {quote(text)}."
        if _INTEGER.fullmatch(text):
            reason = f"{name} must be at most {high}, not {text}."
        return FieldError(name, "not_in_range", reason, f"1 to {high}")

    schema = {"type": "integer", "minimum": 1, "maximum": high, "default": default}
    return Parameter(read, description, schema)


def ordering(keys: Mapping[str, str], default: str) -> Parameter:
    """Keys to sort by, separated by commas, ``-`` for descending; empty values come last."""
    allowed = tuple(prefix + key for key in keys for prefix in ("", "-"))

    def read(text: str, name: str) -> list[OrderBy] | FieldError:
        orders = []
        given = text.split(",")
        if len(given) > len(keys):
            return FieldError(name, "too_long", f"{name} has too many keys.", allowed)
        for key in given:
            if key not in allowed:
                suggestions = near_misses(key, allowed)
                reason = f"{name} cannot be {quote(key)}.{did_you_mean(suggestions)}"
                return FieldError(name, "not_a_choice", reason, allowed, suggestions)
            column = F(keys[key.removeprefix("-")])
            orders.append(
                column.desc(nulls_last=True) if key[0] == "-" else column.asc(nulls_last=True)
            )
        return orders

    return Parameter(
        read,
        "Sort keys, separated by commas; a minus sign before a key sorts in descending order.",
        {"type": "string", "default": default, "examples": [f"-{next(iter(keys))}"]},
    )


TYPE = choice(TYPES, "Only this type.")
LANGUAGE = {
    "lang": choice(
        dict(settings.LANGUAGES), "Language of names; the default follows `Accept-Language`."
    ),
}
PAGING = {
    **LANGUAGE,
    "page": integer(999_999, "Page number, from 1.", 1),
    "page_size": integer(MAX_PAGE_SIZE, "Entries per page.", PAGE_SIZE),
}


def beyond_last_page(number: int, last: int) -> Problem:
    reason = f"Page {number} is beyond the last page, {last}."
    error = FieldError("page", "beyond_last_page", reason, f"1 to {last}")
    return Problem("not_found", reason, (error,))


class Pagination(PageNumberPagination):
    """Pages by number. ``read_query`` has already rejected anything that is not a number."""

    page_size = PAGE_SIZE
    page_size_query_param = "page_size"
    max_page_size = MAX_PAGE_SIZE
    template = None

    def paginate_queryset(
        self, queryset: QuerySet[Any] | list[Any], request: Request, view: Any = None
    ) -> list[Any] | None:
        self.request = request
        paginator = self.django_paginator_class(queryset, self.get_page_size(request))
        number = int(request.query_params.get("page", "1"))
        if number > paginator.num_pages:
            raise beyond_last_page(number, paginator.num_pages)
        self.page = paginator.page(number)
        return list(self.page)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        # The example of an entry is wrapped in these examples.
        count = {"type": "integer", "minimum": 0, "example": 1}
        link = {"type": ["string", "null"], "format": "uri", "example": None}
        return {
            "type": "object",
            "required": ["count", "next", "previous", "results"],
            "properties": {
                "count": {**count, "description": "Entries on all pages."},
                "next": {**link, "description": "URL of the next page."},
                "previous": {**link, "description": "URL of the previous page."},
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return []  # they are among the view's own parameters
