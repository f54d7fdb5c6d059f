"""Strict JSON (RFC 8259), without anything that two parsers could read differently."""

import json
from typing import IO, Any, NoReturn

from django.utils.http import parse_header_parameters
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import BaseParser

from battles.api.core.problems import FieldError, Problem, quote


class _RefusedError(ValueError):
    """Well-formed JSON that is rejected; ``code`` says why."""

    def __init__(self, code: str, reason: str, field: str = "body"):
        super().__init__(reason)
        self.code = code
        self.field = field


class StrictJSONParser(BaseParser):
    """UTF-8 JSON; rejects NaN, infinities, repeated keys and excessive depth."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: dict[str, Any] | None = None,
    ) -> Any:
        _type, parameters = parse_header_parameters(media_type or self.media_type)
        charset = parameters.get("charset", "utf-8")
        if charset.lower() not in {"utf-8", "utf8", "us-ascii"}:
            raise UnsupportedMediaType(media_type, f"JSON is UTF-8, not {quote(charset)}.")
        return parse_json(stream.read())


def parse_json(body: bytes) -> Any:
    """The value of ``body``; raises Problem ``malformed_json`` with reason and position."""
    try:
        # A byte order mark is ignored, as the RFC permits.
        text = body.decode("utf-8-sig")
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise _malformed("not_utf8", f"Byte {error.start} of the body is not UTF-8.") from error
    except RecursionError as error:
        raise _malformed("nested_too_deeply", "The body is nested too deeply.") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise _malformed("malformed_json", f"Not valid JSON: {error.msg} ({place}).") from error
    except _RefusedError as error:
        raise _malformed(error.code, str(error), error.field) from error
    except ValueError as error:  # Python's limit on the digits of an integer
        raise _malformed("number_too_large", "A number has too many digits.") from error


def _malformed(code: str, reason: str, field: str = "body") -> Problem:
    return Problem(
        "malformed_json",
        reason,
        (FieldError(field, code, reason, "one JSON object in UTF-8, with no repeated keys"),),
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        seen: set[str] = set()
        for key, _value in pairs:
            if key in seen:
                shown = quote(key)
                raise _RefusedError(
                    "duplicate_key", f"The key {shown} is given twice.", shown[1:-1]
                )
            seen.add(key)
    return result


def _no_constant(name: str) -> NoReturn:
    raise _RefusedError("not_a_number", f"{name} is not a JSON number.")
