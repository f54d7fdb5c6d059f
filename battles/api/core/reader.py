"""What clients send to the prediction endpoints, read into the indices the engine works with.

All errors of a body are gathered and reported at once. Game data comes from memory: no query.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from rest_framework.serializers import Serializer

from battles.api.core.problems import (
    FieldError,
    did_you_mean,
    invalid,
    kind_of,
    near_misses,
    no_damaging_move,
    quote,
)
from mlcore.engine.specs import TYPES, DamageClass, MoveColumn
from mlcore.game import spreads
from mlcore.game.gamedata import GameData, UnknownMove, UnknownPokemon
from mlcore.game.spreads import FLAT, SPREAD_KEYS, Spread
from pokedex.lookup import normalize

#: Longer than any name in the game; longer texts are not looked up.
MAX_NAME = 64
#: Unknown keys beyond this many are not named one by one.
MAX_UNKNOWN_KEYS = 10
#: Only this many invalid rows get suggestions.
FULL_ERRORS = 20
#: The longest secret and token that the site creates.
MAX_SECRET, MAX_TOKEN = 64, 400
#: The largest seed that every JSON parser reads exactly.
MAX_SEED = 2**53 - 1

SETUPS = ("setup_a", "setup_b")

_REFERENCE = "an id (an integer), or a slug or name (a string)"
_POKEMON = "an id, slug or name as listed at /api/v1/pokemon/"
_MOVE = "an id, slug or name as listed at /api/v1/moves/"


def form_of(value: Any, field: str, game: GameData, *, brief: bool = False) -> int | FieldError:
    """The index of the form that a client calls ``value``, or why there is none."""
    return _resolve(value, field, game.form_index, "pokemon", _POKEMON, brief)


def move_of(value: Any, field: str, game: GameData, *, brief: bool = False) -> int | FieldError:
    """The index of the move that a client calls ``value``, or why there is none."""
    return _resolve(value, field, game.move_index, "move", _MOVE, brief)


def _resolve(
    value: Any,
    field: str,
    index_of: Callable[[str | int], int],
    noun: str,
    allowed: str,
    brief: bool,
) -> int | FieldError:
    # bool is an int in Python, but true is not an id.
    if isinstance(value, bool) or not isinstance(value, int | str):
        return FieldError(
            field, "wrong_type", f"{field} must be {_REFERENCE}, not {kind_of(value)}.", allowed
        )
    if isinstance(value, str):
        refused = check_text(value, field, allowed)
        if refused:
            return refused
        if _is_no_id(value):
            return unknown(field, noun, value, ())
    try:
        return int(index_of(value))
    except (UnknownPokemon, UnknownMove) as error:
        return unknown(field, noun, value, () if brief else error.suggestions)


def _is_no_id(text: str) -> bool:
    """Punctuation does not matter in a name, but "-1" and "2.5" are not the ids 1 and 25."""
    key = normalize(text)
    return key.isdigit() and key != text.strip()


def unknown(field: str, noun: str, value: Any, suggestions: tuple[str, ...]) -> FieldError:
    """No ``noun`` (``pokemon`` or ``move``) is called ``value``."""
    name, allowed = ("Pokémon", _POKEMON) if noun == "pokemon" else ("move", _MOVE)
    reason = f"There is no {name} {quote(value)}.{did_you_mean(suggestions)}"
    return FieldError(field, f"unknown_{noun}", reason, allowed, suggestions)


def unknown_type(value: str, field: str = "slug") -> FieldError:
    suggestions = near_misses(value, TYPES)
    reason = f"There is no type {quote(value)}.{did_you_mean(suggestions)}"
    return FieldError(field, "unknown_type", reason, TYPES, suggestions)


def check_text(value: str, field: str, allowed: str | tuple[str, ...] | None) -> FieldError | None:
    """Why a text cannot be a name, if so."""
    if not value.strip():
        return FieldError(field, "blank", f"{field} is empty.", allowed)
    if len(value) > MAX_NAME:
        reason = f"{field} has {len(value)} characters; names have at most {MAX_NAME}."
        return FieldError(field, "too_long", reason, allowed)
    if not value.isprintable():
        # NUL, other control characters and lone surrogates.
        reason = f"{field} has invalid characters: {quote(value)}."
        return FieldError(field, "invalid_characters", reason, allowed)
    return None


class Reader:
    """Reads one body by its serializer; what is wrong with it gathers in ``errors``.

    Keys, bounds, choices and defaults are those that ``serializer`` describes in the schema.
    ``name`` is what the body is called in errors. A ``brief`` reader skips suggestions and
    long lists of choices, for requests with many mistakes. ``status_moves`` also allows status
    moves.
    """

    def __init__(
        self,
        body: Any,
        game: GameData | None,
        serializer: type[Serializer],
        *,
        name: str = "body",
        brief: bool = False,
        status_moves: bool = False,
    ):
        self.fields = serializer._declared_fields
        keys = tuple(self.fields)
        if not isinstance(body, Mapping):
            reason = f"The {name} must be an object, not {kind_of(body)}."
            raise invalid([FieldError(name, "not_an_object", reason, keys)])
        self.body = body
        self.game = game
        self.brief = brief
        self.status_moves = status_moves
        unknown = [key for key in body if key not in keys]
        self.errors = [unknown_key(key, keys) for key in unknown[:MAX_UNKNOWN_KEYS]]

    def finish(self) -> None:
        """Raise Problem if there were errors."""
        if self.errors:
            raise invalid(self.errors)

    def flag(self, field: str) -> bool:
        default = self.fields[field].described_as["default"]
        value = self.body.get(field, default)
        if not isinstance(value, bool):
            reason = f"{field} must be true or false, not {kind_of(value)}."
            self.errors.append(FieldError(field, "wrong_type", reason, ("true", "false")))
            return default
        return value

    def integer(self, field: str, *, high: int | None = None, missing: str = "") -> int | None:
        """A whole number; without one its default, or None.

        ``high`` is a bound below that of the schema, ``missing`` what a required number may be.
        """
        schema = self.fields[field].described_as
        low, high = schema["minimum"], schema["maximum"] if high is None else high
        if field not in self.body:
            if missing:
                return self._missing(field, missing)
            return min(schema["default"], high) if "default" in schema else None
        value = self.body[field]
        if isinstance(value, bool) or not isinstance(value, int):
            reason = f"{field} must be a whole number, not {kind_of(value)}."
            self.errors.append(FieldError(field, "wrong_type", reason, f"{low} to {high}"))
        elif not low <= value <= high:
            reason = f"{field} must be from {low} to {high}, not {quote(value)}."
            self.errors.append(FieldError(field, "not_in_range", reason, f"{low} to {high}"))
        else:
            return value
        return None

    def choice(self, field: str) -> str:
        schema = self.fields[field].described_as
        values, default = tuple(schema["enum"]), schema["default"]
        value = self.body.get(field, default)
        if isinstance(value, str) and value in values:
            return value
        suggestions = near_misses(value, values) if isinstance(value, str) else ()
        reason = f"{field} cannot be {quote(value)}.{did_you_mean(suggestions)}"
        self.errors.append(FieldError(field, "not_a_choice", reason, values, suggestions))
        return default

    def text(self, field: str, allowed: str) -> str:
        """A text of printable ASCII characters, such as a secret or a token."""
        if field not in self.body:
            self._missing(field, allowed)
            return ""
        value = self.body[field]
        if not isinstance(value, str):
            reason = f"{field} must be a string, not {kind_of(value)}."
            self.errors.append(FieldError(field, "wrong_type", reason, allowed))
            return ""
        longest = self.fields[field].described_as["maxLength"]
        if len(value) > longest or not (value.isascii() and value.isprintable()):
            reason = f"Unknown {field}."
            self.errors.append(FieldError(field, "invalid_characters", reason, allowed))
            return ""
        return value

    def list_of(self, field: str, noun: str) -> list[Any]:
        """A list with as many values as the schema allows; empty if it is missing or invalid."""
        most = self.fields[field].max_length
        allowed = f"a list of 1 to {most} {noun}"
        if field not in self.body:
            self._missing(field, allowed)
            return []
        given = self.body[field]
        if not isinstance(given, list):
            reason = f"{field} must be a list, not {kind_of(given)}."
            self.errors.append(FieldError(field, "wrong_type", reason, allowed))
            return []
        if not 1 <= len(given) <= most:
            reason = f"{field} must have 1 to {most} {noun}, not {len(given)}."
            self.errors.append(FieldError(field, "wrong_length", reason, allowed))
            return []
        return given

    def setup(self, field: str) -> Spread:
        """A side's training; anything left out follows the standard rules."""
        given = self.body.get(field, {})
        if not isinstance(given, Mapping):
            reason = f"{field} must be an object, not {kind_of(given)}."
            self.errors.append(FieldError(field, "wrong_type", reason, SPREAD_KEYS))
            return FLAT
        unknown = [key for key in given if key not in SPREAD_KEYS][:MAX_UNKNOWN_KEYS]
        for error in (unknown_key(key, SPREAD_KEYS) for key in unknown):
            self.errors.append(replace(error, field=f"{field}.{error.field}"))
        spread, wrong = spreads.read_spread(given, field)
        for mistake in wrong:
            self.errors.append(
                FieldError(mistake.field, mistake.code, f"{mistake}.", mistake.allowed)
            )
        return spread

    def form(self, field: str, *, fighting: bool = True) -> int | None:
        """A form; a ``fighting`` one has at least one damaging move."""
        if field not in self.body:
            return self._missing(field, _POKEMON)
        return self.form_from(self.body[field], field, fighting=fighting)

    def form_from(self, value: Any, field: str, *, fighting: bool = True) -> int | None:
        form = self._keep(form_of(value, field, self.game, brief=self.brief))
        if not fighting:
            return form
        if form is not None and not len(self.game.usable_moves(form)):
            self.errors.append(no_damaging_move(field, quote(self.game.form_slugs[form])))
            return None
        return form

    def move(self, field: str, form: int | None) -> int | None:
        """A damaging move that ``form`` can use; any damaging one while the form is unknown."""
        if field not in self.body:
            return self._missing(field, self._usable(form) or _MOVE)
        return self._keep(self._checked_move(self.body[field], field, form, brief=self.brief))

    def moves(self, field: str, form: int | None) -> tuple[int, ...] | None:
        """The moves of a side: those given, or all that ``form`` can use."""
        if field not in self.body:
            if form is None:
                return None
            return tuple(self.game.usable_moves(form, damaging=not self.status_moves).tolist())
        return self.given_moves(field, form)

    def given_moves(self, field: str, form: int | None) -> tuple[int, ...] | None:
        """The moves of a given list."""
        given = self.body[field]
        schema = self.fields[field].described_as
        low, high = schema["minItems"], schema["maxItems"]
        allowed = f"a list of {low} to {high} different moves; leave out {field} for the default"
        if not isinstance(given, list):
            reason = f"{field} must be a list of moves, not {kind_of(given)}."
            self.errors.append(FieldError(field, "wrong_type", reason, allowed))
            return None
        if not low <= len(given) <= high:
            reason = f"{field} must have {low} to {high} moves, not {len(given)}."
            self.errors.append(FieldError(field, "wrong_length", reason, allowed))
            return None
        return self._each_move(given, field, form, allowed)

    def _each_move(
        self, given: list[Any], field: str, form: int | None, allowed: str
    ) -> tuple[int, ...] | None:
        moves: list[int] = []
        refused: list[FieldError] = []
        for position, value in enumerate(given):
            name = f"{field}[{position}]"
            brief = self.brief or len(refused) >= FULL_ERRORS
            move = self._checked_move(value, name, form, brief=brief)
            if isinstance(move, FieldError):
                refused.append(move)
            elif move in moves:
                reason = f"{name} repeats {quote(self.game.move_slugs[move])}."
                refused.append(FieldError(name, "repeated_move", reason, allowed))
            else:
                moves.append(move)
        only_status = all(error.code == "status_move" for error in refused)
        if refused and only_status and len(refused) == len(given):
            usable = self._usable(form)
            refused.append(no_damaging_move(field, f"The list {field}", usable or _MOVE))
        self.errors += refused
        return tuple(moves)

    def _checked_move(
        self, value: Any, field: str, form: int | None, *, brief: bool
    ) -> int | FieldError:
        move = move_of(value, field, self.game, brief=brief)
        if isinstance(move, FieldError):
            return move
        tables = self.game.tables
        status = tables.moves[move, MoveColumn.DAMAGE_CLASS] == DamageClass.STATUS
        learned = form is None or tables.usable[form, move]
        if learned and move != tables.struggle and (self.status_moves or not status):
            return move
        slug = self.game.move_slugs[move]
        usable = () if brief else self._usable(form)
        if not learned:
            suggestions = near_misses(slug, usable)
            who = self.game.form_slugs[form]
            reason = f"{quote(who)} cannot learn {quote(slug)}.{did_you_mean(suggestions)}"
            return FieldError(field, "move_not_learnable", reason, usable or _MOVE, suggestions)
        if status and not self.status_moves:
            reason = f"{quote(slug)} is a status move; choose a damaging move."
            return FieldError(field, "status_move", reason, usable or _MOVE)
        reason = f"{quote(slug)} cannot be chosen; it is used when no other move is left."
        return FieldError(field, "move_not_learnable", reason, usable or _MOVE)

    def _usable(self, form: int | None) -> tuple[str, ...]:
        if form is None:
            return ()
        usable = self.game.usable_moves(form, damaging=not self.status_moves)
        return tuple(self.game.move_slugs[move] for move in usable)

    def _missing(self, field: str, allowed: tuple[str, ...] | str) -> None:
        self.errors.append(FieldError(field, "required", f"{field} is missing.", allowed))

    def _keep(self, index: int | FieldError) -> int | None:
        if isinstance(index, FieldError):
            self.errors.append(index)
            return None
        return index


def unknown_key(key: str, keys: tuple[str, ...]) -> FieldError:
    shown = quote(key)
    suggestions = near_misses(key, keys)
    reason = f"There is no key {shown} here.{did_you_mean(suggestions)}"
    return FieldError(shown[1:-1], "unknown_key", reason, keys, suggestions)


def failed(count: int, errors: Mapping[int, tuple[FieldError, ...]]) -> list[dict[str, Any]]:
    """A list of ``count`` results, filled in where a request is invalid."""
    results: list[dict[str, Any]] = [{}] * count
    for position, reasons in errors.items():
        results[position] = {"index": position, "errors": [error.as_json() for error in reasons]}
    return results
