"""Bodies of ``damage/``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from rest_framework.serializers import Serializer

from battles.api.core import reader as core_reader
from battles.api.core.problems import FieldError, Problem
from battles.api.core.reader import SETUPS, Reader
from battles.api.damage.serializers import (
    HEALTHY,
    CalculationRequest,
    ConditionsRequest,
    DamageBatchRequest,
    DamageRequest,
    StagesRequest,
)
from mlcore.engine.specs import Ailment
from mlcore.engine.stats import compute_stats
from mlcore.game.damage_calc import FRESH, STAGED_STATS, STATUSES, Conditions
from mlcore.game.gamedata import GameData
from mlcore.game.spreads import Spread


@dataclass(frozen=True)
class DamageQuery:
    """One move of A on B, as indices into the game's tables."""

    pokemon_a: int
    move: int
    pokemon_b: int
    setup_a: Spread
    setup_b: Spread
    of_a: Conditions = FRESH
    of_b: Conditions = FRESH
    critical_only: bool = False

    @property
    def situation(self) -> tuple[Conditions, Conditions, bool]:
        """What calculations must have in common to be made at once."""
        return self.of_a, self.of_b, self.critical_only


@dataclass(frozen=True)
class DamageQueries:
    """Queries to calculate, their positions in the request, and what is wrong with the others."""

    queries: list[DamageQuery]
    rows: list[int]
    errors: Mapping[int, tuple[FieldError, ...]]
    count: int
    uses: int


def read_damage(body: Any, game: GameData) -> tuple[DamageQuery, int]:
    """The query of a ``damage/`` body, and up to how many uses to look."""
    reader = Reader(body, game, DamageRequest)
    query = _query(reader)
    uses = reader.integer("uses")
    reader.finish()
    return query, uses


def _query(reader: Reader) -> DamageQuery:
    a = reader.form("pokemon_a_id")
    b = reader.form("pokemon_b_id", fighting=False)
    move = reader.move("move_a_id", a)
    setups = [reader.setup(key) for key in SETUPS]
    situations = [
        _conditions(reader, f"conditions_{side}", form, setup)
        for side, form, setup in zip("ab", (a, b), setups, strict=True)
    ]
    critical = reader.flag("critical")
    # If anything is None, ``finish`` has raised.
    return DamageQuery(a, move, b, *setups, *situations, critical)  # type: ignore[arg-type]


ValueT = TypeVar("ValueT")


def _part(
    reader: Reader,
    field: str,
    serializer: type[Serializer],
    read: Callable[[Reader], ValueT],
    default: ValueT,
) -> ValueT:
    """What ``read`` makes of the object under ``field``; its errors are the reader's, too."""
    try:
        inner = Reader(reader.body.get(field, {}), reader.game, serializer, name=field)
        value = read(inner)
        inner.finish()
    except Problem as problem:
        reader.errors += [
            replace(error, field=field if error.field == field else f"{field}.{error.field}")
            for error in problem.errors
        ]
        return default
    return value


def _conditions(reader: Reader, field: str, form: int | None, setup: Spread) -> Conditions:
    """How a side stands; anything left out is as at the start of a battle."""
    if field not in reader.body:
        return FRESH
    full = None
    if form is not None:
        full = int(compute_stats(reader.game.tables, setup.setups(form))[0, 0])

    def stages(part: Reader) -> tuple[int, ...]:
        return tuple(part.integer(stat) or 0 for stat in STAGED_STATS)

    def conditions(part: Reader) -> Conditions:
        status = part.choice("status")
        return Conditions(
            stages=_part(part, "stages", StagesRequest, stages, FRESH.stages),
            hp=part.integer("hp", high=full),
            status=int(Ailment.NONE if status == HEALTHY else STATUSES[status]),
            reflect=part.flag("reflect"),
            light_screen=part.flag("light_screen"),
        )

    return _part(reader, field, ConditionsRequest, conditions, FRESH)


def read_damage_batch(body: Any, game: GameData) -> DamageQueries:
    """The queries of a ``damage/batch/`` body; raises Problem when it holds no list of them."""
    reader = Reader(body, game, DamageBatchRequest)
    given = reader.list_of("calculations", "calculations")
    uses = reader.integer("uses")
    reader.finish()
    queries, rows, errors = [], [], {}
    for position, row in enumerate(given):
        brief = len(errors) >= core_reader.FULL_ERRORS
        try:
            inner = Reader(row, game, CalculationRequest, name="calculation", brief=brief)
            query = _query(inner)
            inner.finish()
        except Problem as problem:
            errors[position] = problem.errors
        else:
            queries.append(query)
            rows.append(position)
    return DamageQueries(queries, rows, errors, len(given), uses)
