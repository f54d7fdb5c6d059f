"""Bodies of the endpoints that ask the rules, and of groups against each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from battles.api.core import reader as core_reader
from battles.api.core.problems import FieldError, Problem
from battles.api.core.reader import SETUPS, Reader
from battles.api.damage.serializers import CalculationRequest, DamageBatchRequest, DamageRequest
from mlcore.game.gamedata import GameData
from mlcore.game.spreads import Raising


@dataclass(frozen=True)
class Blow:
    """One move of A on B, as indices into the game's tables."""

    pokemon_a: int
    move: int
    pokemon_b: int
    setup_a: Raising
    setup_b: Raising


@dataclass(frozen=True)
class Blows:
    """Blows to calculate, their positions in the request, and what is wrong with the others."""

    blows: list[Blow]
    rows: list[int]
    errors: Mapping[int, tuple[FieldError, ...]]
    count: int
    uses: int


def read_damage(body: Any, game: GameData) -> tuple[Blow, int]:
    """The blow of a ``damage/`` body, and up to how many uses to look."""
    reader = Reader(body, game, DamageRequest)
    blow = _blow(reader)
    uses = reader.integer("uses")
    reader.finish()
    return blow, uses


def _blow(reader: Reader) -> Blow:
    a = reader.form("pokemon_a_id")
    b = reader.form("pokemon_b_id", fighting=False)
    move = reader.move("move_a_id", a)
    # Where something is None, ``finish`` raises before anybody looks.
    return Blow(a, move, b, *(reader.setup(key) for key in SETUPS))  # type: ignore[arg-type]


def read_damage_batch(body: Any, game: GameData) -> Blows:
    """The blows of a ``damage/batch/`` body; raises Problem when it holds no list of them."""
    reader = Reader(body, game, DamageBatchRequest)
    given = reader.list_of("calculations", "calculations")
    uses = reader.integer("uses")
    reader.finish()
    blows, rows, errors = [], [], {}
    for position, row in enumerate(given):
        brief = len(errors) >= core_reader.FULL_ERRORS
        try:
            inner = Reader(row, game, CalculationRequest, name="calculation", brief=brief)
            blow = _blow(inner)
            inner.finish()
        except Problem as problem:
            errors[position] = problem.errors
        else:
            blows.append(blow)
            rows.append(position)
    return Blows(blows, rows, errors, len(given), uses)
