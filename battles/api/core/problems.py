"""Error responses of the API: RFC 9457 problem documents.

Every error under ``/api/`` has this shape, wherever it is raised: a view raises ``Problem``, REST
framework and the model's side raise their own exceptions (``handle_exception``), and what never
reaches a view is rewritten by ``predictiondex.middleware.ApiMiddleware``.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError
from django.http import Http404, HttpResponse, UnreadablePostError
from django.utils.encoding import escape_uri_path
from rest_framework import exceptions

from mlcore.game.gamedata import IncompleteGameData
from mlcore.game.matchup import NoDamagingMove
from mlcore.serving.champion import NoChampion
from mlcore.serving.predict import LogUnavailable
from pokedex.matching import closest

MEDIA_TYPE = "application/problem+json"
#: A problem's type is this and its name; the names are listed in ``TITLES``.
TYPE_PREFIX = "urn:predictiondex:problem:"
#: Retry-After of short outages, in seconds.
RETRY_AFTER = 5
#: The same until the game data is imported, or a model is trained and promoted.
RETRY_AFTER_SETUP = 30
LOG_UNAVAILABLE = (
    "A prediction is only returned once it is recorded, and this one could not be. "
    "Nothing was predicted; try again."
)
DATABASE_UNAVAILABLE = "The database is not responding; try again."
INTERNAL_ERROR = (
    "Something went wrong on the server. The request is not at fault; the error was logged."
)
NOT_YOURS = "This secret does not belong to this battle."
BATTLE_OVER = "No more moves can be chosen; the log shows how it ended."
NOT_REPLAYABLE = "Its moves no longer lead to the same position; start another battle."
STALE_QUESTION = "The right answer may have changed; ask for another question."
#: Longer client values are truncated when quoted.
MAX_QUOTED = 60
MAX_DETAIL = 200

#: Name -> status and title. One name, one meaning: clients may switch on it.
TITLES: dict[str, tuple[int, str]] = {
    "bad_request": (400, "The request could not be understood"),
    "malformed_json": (400, "The body is not valid JSON"),
    "invalid_request": (400, "The request has invalid values"),
    "no_damaging_move": (400, "A side has no damaging move"),
    "unauthenticated": (401, "The API key is not valid"),
    "forbidden": (403, "This is not allowed"),
    "not_yours": (403, "This is someone else's battle"),
    "not_found": (404, "Not found"),
    "method_not_allowed": (405, "This method is not supported here"),
    "not_acceptable": (406, "None of the accepted media types is available"),
    "stale_turn": (409, "This is not the current turn"),
    "battle_over": (409, "The battle is over"),
    "not_replayable": (409, "The rules have changed since this battle started"),
    "stale_question": (409, "The game data has changed since this question was asked"),
    "length_required": (411, "The request needs a Content-Length"),
    "body_too_large": (413, "The body is too large"),
    "unsupported_media_type": (415, "The body's media type is not supported"),
    "throttled": (429, "Too many requests"),
    "internal_error": (500, "Internal server error"),
    "busy": (503, "The server is busy"),
    "no_game_data": (503, "The game data is not available yet"),
    "no_champion": (503, "No model is available"),
    "no_rankings": (503, "There are no rankings yet"),
    "log_unavailable": (503, "The prediction could not be recorded"),
    "database_unavailable": (503, "The database is not responding"),
}
#: What to call an error that only has a status.
_NAME_BY_STATUS = {status: name for name, (status, _title) in reversed(TITLES.items())} | {
    503: "database_unavailable"
}


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one value of a request.

    field        its name in the body or query, ``moves_a[2]`` for a value in a list, ``body`` for
                 the whole body
    code         a name for clients to switch on
    reason       a sentence for people
    allowed      the allowed values, or a text that describes them
    suggestions  values similar to the given one
    """

    field: str
    code: str
    reason: str
    allowed: tuple[str, ...] | str | None = None
    suggestions: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        document: dict[str, Any] = {
            "field": self.field,
            "code": self.code,
            "reason": self.reason,
        }
        if self.allowed is not None:
            document["allowed"] = (
                self.allowed if isinstance(self.allowed, str) else list(self.allowed)
            )
        if self.suggestions:
            document["suggestions"] = list(self.suggestions)
        return document


@dataclass
class Problem(Exception):
    """An error response; ``name`` is a key of ``TITLES``."""

    name: str
    detail: str
    errors: tuple[FieldError, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> int:
        return TITLES[self.name][0]

    def as_json(self, path: str | None = None) -> dict[str, Any]:
        status, title = TITLES[self.name]
        document: dict[str, Any] = {
            "type": TYPE_PREFIX + self.name,
            "title": title,
            "status": status,
            "detail": self.detail,
        }
        if path is not None:
            document["instance"] = escape_uri_path(path)
        if self.errors:
            document["errors"] = [error.as_json() for error in self.errors]
        return document


def invalid(errors: Iterable[FieldError]) -> Problem:
    """The problem of a request with these errors; its detail is the first reason and a count."""
    errors = tuple(errors)
    more = len(errors) - 1
    detail = errors[0].reason + (f" ({more} more below.)" if more else "")
    hopeless = any(error.code == "no_damaging_move" for error in errors)
    return Problem("no_damaging_move" if hopeless else "invalid_request", detail, errors)


def respond(problem: Problem, path: str | None = None) -> HttpResponse:
    """The problem as a response, whatever renderer the view would have used."""
    # Quoted client values are already safe to encode; "replace" is a safety net.
    text = json.dumps(problem.as_json(path), ensure_ascii=False)
    return HttpResponse(
        text.encode("utf-8", "replace"),
        status=problem.status,
        content_type=MEDIA_TYPE,
        headers=dict(problem.headers),
    )


def for_status(status: int, detail: str = "") -> Problem:
    """The problem for an error with only a status."""
    name = _NAME_BY_STATUS.get(status) or ("bad_request" if status < 500 else "internal_error")
    if len(detail) > MAX_DETAIL:
        detail = f"{detail[:MAX_DETAIL]}…"
    return Problem(name, detail or f"{HTTPStatus(TITLES[name][0]).phrase}.")


def handle_exception(exc: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """REST framework's exception handler; None leaves the exception to Django: a defect."""
    problem = _problem_of(exc)
    if problem is None:
        return None
    request = context.get("request")
    return respond(problem, request.path if request is not None else None)


def _problem_of(exc: Exception) -> Problem | None:
    match exc:
        case Problem():
            return exc
        case NoChampion():
            return Problem(
                "no_champion",
                f"No prediction is possible: {exc}.",
                headers={"Retry-After": str(RETRY_AFTER_SETUP)},
            )
        case IncompleteGameData():
            return Problem(
                "no_game_data", str(exc), headers={"Retry-After": str(RETRY_AFTER_SETUP)}
            )
        case ObjectDoesNotExist():
            # The facts in memory follow the database within two seconds.
            return Problem(
                "no_game_data",
                "The game data is being updated; try again.",
                headers={"Retry-After": str(RETRY_AFTER)},
            )
        case LogUnavailable():
            return Problem(
                "log_unavailable",
                LOG_UNAVAILABLE,
                headers={"Retry-After": str(RETRY_AFTER)},
            )
        case NoDamagingMove():
            return invalid([no_damaging_move(f"pokemon_{exc.side}_id")])
        case DatabaseError() | InterfaceError() if not isinstance(exc, IntegrityError | DataError):
            # Also a missing table before migrations, and a damaged file.
            return Problem(
                "database_unavailable",
                DATABASE_UNAVAILABLE,
                headers={"Retry-After": str(RETRY_AFTER)},
            )
        case UnreadablePostError():
            return Problem("bad_request", "The body ended before it was complete.")
        case Http404() | exceptions.NotFound():
            return Problem("not_found", "There is nothing at this address.")
        case PermissionDenied() | exceptions.PermissionDenied():
            return Problem("forbidden", "This is not allowed.")
        case exceptions.APIException():
            return for_status(exc.status_code, str(exc.detail))
    return None


def unauthenticated() -> Problem:
    detail = (
        "This API key is unknown or was revoked. The API also works without a key, with lower "
        "limits."
    )
    return Problem("unauthenticated", detail, headers={"WWW-Authenticate": 'Bearer realm="api"'})


def missing_scope(scope: str) -> Problem:
    return Problem("forbidden", f"This API key lacks the scope {quote(scope)}.")


def throttled(limit: int, reset: int) -> Problem:
    detail = f"More than {limit} units of work in a minute; try again in {reset} seconds."
    return Problem("throttled", detail, headers={"Retry-After": str(reset)})


def busy(seconds: int) -> Problem:
    detail = "Too much is being worked out at once. Nothing was done; try again."
    return Problem("busy", detail, headers={"Retry-After": str(seconds)})


def no_rankings() -> Problem:
    return Problem(
        "no_rankings",
        "The rankings have not been computed yet: run manage.py rankings.",
        headers={"Retry-After": str(RETRY_AFTER_SETUP)},
    )


def unknown_battle(battle_id: str) -> Problem:
    reason = f"There is no battle {quote(battle_id)}."
    error = FieldError("battle_id", "unknown_battle", reason, "an id returned by POST /battles/")
    return Problem("not_found", reason, (error,))


def no_damaging_move(
    field: str,
    who: str = "It",
    allowed: tuple[str, ...] | str = "a Pokémon with at least one damaging move",
) -> FieldError:
    reason = f"{who} has no damaging move, so there is nothing to predict."
    return FieldError(field, "no_damaging_move", reason, allowed)


def quote(value: Any) -> str:
    """A client's value in a sentence: short, on one line, and safe to encode."""
    if isinstance(value, str):
        text = "".join(
            character if character.isprintable() else "\N{REPLACEMENT CHARACTER}"
            for character in value
        )
        return f'"{text}"' if len(text) <= MAX_QUOTED else f'"{text[:MAX_QUOTED]}…"'
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**12:
        return str(value)
    return kind_of(value)


def kind_of(value: Any) -> str:
    """What a JSON value is, in words."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int():
            return "a number" if abs(value) < 10**12 else "a huge number"
        case float():
            return "a number with a fraction"
        case str():
            return "a string"
        case list():
            return "a list"
        case _:
            return "an object"


def near_misses(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """Up to three of ``names`` that look like ``text``."""
    return tuple(closest(text, {name: name for name in names}))


def did_you_mean(suggestions: Iterable[str]) -> str:
    """`` Did you mean x or y?``, or an empty string."""
    names = " or ".join(suggestions)
    return f" Did you mean {names}?" if names else ""
