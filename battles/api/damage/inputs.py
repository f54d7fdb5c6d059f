"""Bodies of ``damage/``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from battles.api.core import reader as core_reader
from battles.api.core.problems import FieldError, Problem
from battles.api.core.reader import SETUPS, Reader
from mlcore.game.gamedata import GameData
from mlcore.game.spreads import Raising

#: How many uses to give KO chances for: default and maximum.
USES, MAX_USES = 4, 10
MAX_CALCULATIONS = 200
BLOW_KEYS = ("pokemon_a_id", "pokemon_b_id", "move_a_id", *SETUPS)
DAMAGE_KEYS = (*BLOW_KEYS, "uses")


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
    reader = Reader(body, game, DAMAGE_KEYS)
    blow = _blow(reader)
    uses = reader.integer("uses", 1, MAX_USES, USES)
    reader.finish()
    return blow, uses


def _blow(reader: Reader) -> Blow:
    a = reader.form("pokemon_a_id")
    b = reader.form("pokemon_b_id", fighting=False)
    move = reader.move("move_a_id", a)
    # If anything is None, ``finish`` has raised.
    return Blow(a, move, b, *(reader.setup(key) for key in SETUPS))  # type: ignore[arg-type]


def read_damage_batch(body: Any, game: GameData) -> Blows:
    """The blows of a ``damage/batch/`` body; raises Problem when it holds no list of them."""
    reader = Reader(body, game, ("calculations", "uses"))
    given = core_reader._list(reader, "calculations", MAX_CALCULATIONS, "calculations")
    uses = reader.integer("uses", 1, MAX_USES, USES)
    reader.finish()
    blows, rows, errors = [], [], {}
    for position, row in enumerate(given):
        brief = len(errors) >= core_reader.FULL_ERRORS
        try:
            inner = Reader(row, game, BLOW_KEYS, name="calculation", brief=brief)
            blow = _blow(inner)
            inner.finish()
        except Problem as problem:
            errors[position] = problem.errors
        else:
            blows.append(blow)
            rows.append(position)
    return Blows(blows, rows, errors, len(given), uses)
