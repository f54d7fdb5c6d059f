"""Duels as JSON lines, the way ``manage.py predict`` and ``manage.py simulate`` read them.

A line is ``{"id": ..., "a": {"species": ..., "move": ...}, "b": {...}, "level": 50}``. A side may
give its own ``level``, ``nature``, ``ivs``, ``avs`` and ``friendship``; ``ivs`` and ``avs`` are a
number for all stats or an object with some of hp, atk, def, spa, spd, spe. Forms and moves go by
slug or name, in English or French. Other keys of a line are ignored, so a file of results can be
read again; an unknown key of a side is an error, because it would be a set-up that is not used.
A line that cannot be used becomes a LineError and does not disturb the others.
"""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mlcore.engine.specs import DEFAULT_LEVEL, DamageClass, MoveColumn, Setups
from mlcore.engine.state import MOVE_SLOTS
from mlcore.game import spreads
from mlcore.game.gamedata import GameData, UnknownMove, UnknownPokemon
from mlcore.game.spreads import MAX_LEVEL, MIN_LEVEL, Spread, SpreadError

#: Plays of one line; beyond this a typo is more likely than a wish.
MAX_PLAYS = 1_000_000
SIDE_KEYS = ("species", "move", "moves", *spreads.SPREAD_KEYS)


@dataclass(frozen=True)
class DuelSide:
    """One fighter of a line: indices into the game's tables, and its spread."""

    form: int
    moves: tuple[int, ...]
    spread: Spread


@dataclass(frozen=True)
class DuelLine:
    """A line that can be played; ``plays`` is its own number of plays, if it gave one."""

    id: Any
    a: DuelSide
    b: DuelSide
    plays: int | None = None

    def is_duel(self, game: GameData) -> bool:
        """Whether each side has one damaging move, so that there is nothing to choose."""
        moves = self.a.moves + self.b.moves
        return len(moves) == 2 and bool(game.tables.damaging[list(moves)].all())


@dataclass(frozen=True)
class LineError:
    """A line that cannot be used, and why."""

    id: Any
    message: str


class _Wrong(Exception):
    """What is wrong with a line, in words for the person who wrote it."""


def parse_lines(
    stream: Iterable[str | bytes], game: GameData, *, allow_moves: bool, allow_status: bool
) -> list[DuelLine | LineError]:
    """Every line that is not blank, parsed; ``allow_moves``: a side may give ``moves`` (1-4).

    A line without an ``id`` gets its position among the lines, counted from 0.
    """
    parsed: list[DuelLine | LineError] = []
    for raw in stream:
        if not raw.strip():
            continue
        line_id: Any = len(parsed)
        try:
            line = _read(raw)
            line_id = _id(line.get("id", line_id))
            parsed.append(_duel(line_id, line, game, allow_moves, allow_status))
        except _Wrong as wrong:
            parsed.append(LineError(line_id, str(wrong)))
    return parsed


def to_setups(sides: Sequence[DuelSide]) -> Setups:
    """The fighters of k sides as set-ups of length k."""
    forms = np.array([side.form for side in sides], dtype=np.int32)
    return spreads.to_setups(forms, [side.spread for side in sides])


def _no_constant(text: str) -> None:
    raise ValueError(f"{text} is not a JSON number")


def _read(raw: str | bytes) -> dict[str, Any]:
    try:
        text = raw.decode() if isinstance(raw, bytes) else raw
        line = json.loads(text, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise _Wrong("not UTF-8 text") from error
    except RecursionError as error:
        raise _Wrong("not a duel: nested too deeply") from error
    except ValueError as error:
        raise _Wrong(f"not valid JSON: {error}") from error
    if not isinstance(line, dict):
        raise _Wrong(f"a line must be a JSON object, not {_kind(line)}")
    return line


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
    return "null" if value is None else names.get(type(value), "a number")


def _id(given: Any) -> Any:
    if isinstance(given, dict | list) or (isinstance(given, float) and not math.isfinite(given)):
        raise _Wrong("id must be a text or a number")
    return given


def _integer(value: Any, what: str, low: int, high: int) -> int:
    try:
        return spreads.integer(value, what, low, high)
    except SpreadError as wrong:
        raise _Wrong(str(wrong)) from wrong


def _short(value: Any) -> str:
    if isinstance(value, int):
        return str(value) if abs(value) < 10**12 else "a huge number"
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _duel(
    line_id: Any, line: dict[str, Any], game: GameData, allow_moves: bool, allow_status: bool
) -> DuelLine:
    level = _integer(line.get("level", DEFAULT_LEVEL), "level", MIN_LEVEL, MAX_LEVEL)
    plays = _integer(line["n"], "n", 1, MAX_PLAYS) if "n" in line else None
    sides = [
        _side(line, name, level, game, allow_moves=allow_moves, allow_status=allow_status)
        for name in ("a", "b")
    ]
    return DuelLine(line_id, sides[0], sides[1], plays)


def _side(
    line: dict[str, Any],
    name: str,
    level: int,
    game: GameData,
    *,
    allow_moves: bool,
    allow_status: bool,
) -> DuelSide:
    if name not in line:
        raise _Wrong(f'"{name}" is missing: a line needs both sides, "a" and "b"')
    side = line[name]
    if not isinstance(side, dict):
        raise _Wrong(f'"{name}" must be an object with "species" and "move", not {_kind(side)}')
    for key in side:
        if key not in SIDE_KEYS:
            raise _Wrong(f"{name}: unknown key {_short(key)}; allowed: {', '.join(SIDE_KEYS)}")
    form = _form(side, name, game)
    moves = _moves(side, name, game, allow_moves=allow_moves, allow_status=allow_status)
    spread, wrong = spreads.read_spread(side, name, level=level)
    if wrong:
        raise _Wrong(str(wrong[0]))
    return DuelSide(form, moves, spread)


def _suggested(error: LookupError) -> str:
    names = getattr(error, "suggestions", ())
    return f"; did you mean {' or '.join(map(str, names))}?" if names else ""


def _form(side: dict[str, Any], name: str, game: GameData) -> int:
    species = side.get("species")
    if not isinstance(species, str):
        raise _Wrong(f'{name}.species must be the name of a Pokémon, like "pikachu"')
    try:
        return int(game.form_index(species))
    except UnknownPokemon as error:
        raise _Wrong(f"{name}.species: unknown Pokémon {_short(species)}{_suggested(error)}") from (
            error
        )


def _moves(
    side: dict[str, Any], name: str, game: GameData, *, allow_moves: bool, allow_status: bool
) -> tuple[int, ...]:
    if "moves" in side:
        if not allow_moves:
            raise _Wrong(f'{name}: "moves" is not allowed here; give one "move"')
        if "move" in side:
            raise _Wrong(f'{name}: give "move" or "moves", not both')
        names = side["moves"]
        if not isinstance(names, list) or not 1 <= len(names) <= MOVE_SLOTS:
            raise _Wrong(f"{name}.moves must be a list of 1 to {MOVE_SLOTS} moves")
        field = f"{name}.moves"
    else:
        names = [side.get("move")]
        field = f"{name}.move"
    # Among several moves status moves have their use; one that is repeated must do damage.
    allow_status = allow_status or "moves" in side
    moves = tuple(_move(text, field, game, allow_status=allow_status) for text in names)
    if len(set(moves)) != len(moves):
        raise _Wrong(f"{field}: the same move twice")
    return moves


def _move(text: Any, field: str, game: GameData, *, allow_status: bool) -> int:
    if not isinstance(text, str):
        raise _Wrong(f'{field} must be the name of a move, like "thunderbolt"')
    try:
        move = int(game.move_index(text))
    except UnknownMove as error:
        raise _Wrong(f"{field}: unknown move {_short(text)}{_suggested(error)}") from error
    if move == game.tables.struggle:
        raise _Wrong(f"{field}: Struggle cannot be chosen")
    damage_class = game.tables.moves[move, MoveColumn.DAMAGE_CLASS]
    if damage_class == DamageClass.STATUS and not allow_status:
        raise _Wrong(f"{field}: {_short(text)} is a status move; a damaging move is needed")
    return move
