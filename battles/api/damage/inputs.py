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
class DamageQuery:
    """One move of A on B, as indices into the game's tables."""

    pokemon_a: int
    move: int
    pokemon_b: int
    setup_a: Raising
    setup_b: Raising


@dataclass(frozen=True)
class DamageQueries:
    """The valid queries, their positions in the request, and the errors of the others."""

    queries: list[DamageQuery]
    rows: list[int]
    errors: Mapping[int, tuple[FieldError, ...]]
    count: int
    uses: int


def read_damage(body: Any, game: GameData) -> tuple[DamageQuery, int]:
    """The query of a ``damage/`` body, and the maximum number of uses."""
    reader = Reader(body, game, DAMAGE_KEYS)
    query = _query(reader)
    uses = reader.integer("uses", 1, MAX_USES, USES)
    reader.finish()
    return query, uses


def _query(reader: Reader) -> DamageQuery:
    a = reader.form("pokemon_a_id")
    b = reader.form("pokemon_b_id", fighting=False)
    move = reader.move("move_a_id", a)
    # If anything is None, ``finish`` has raised.
    return DamageQuery(a, move, b, *(reader.setup(key) for key in SETUPS))  # type: ignore[arg-type]


def read_damage_batch(body: Any, game: GameData) -> DamageQueries:
    """The queries of a ``damage/batch/`` body; raises Problem if it has no list of them."""
    reader = Reader(body, game, ("calculations", "uses"))
    given = core_reader._list(reader, "calculations", MAX_CALCULATIONS, "calculations")
    uses = reader.integer("uses", 1, MAX_USES, USES)
    reader.finish()
    queries, rows, errors = [], [], {}
    for position, row in enumerate(given):
        brief = len(errors) >= core_reader.FULL_ERRORS
        try:
            inner = Reader(row, game, BLOW_KEYS, name="calculation", brief=brief)
            query = _query(inner)
            inner.finish()
        except Problem as problem:
            errors[position] = problem.errors
        else:
            queries.append(query)
            rows.append(position)
    return DamageQueries(queries, rows, errors, len(given), uses)
