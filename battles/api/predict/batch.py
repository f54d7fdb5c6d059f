"""Bodies of many duels, read column by column: valid rows need no serializer and no loop.

Each distinct name is looked up once and whether a Pokémon can use a move is one look into a
table for all rows. Only rows with a mistake are read one by one, for the words.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from battles.api.core.problems import (
    FieldError,
    Problem,
    invalid,
    kind_of,
)
from battles.api.core.reader import FULL_ERRORS, SETUPS, form_of, move_of, unknown_key
from battles.api.predict.inputs import read_duel
from battles.api.predict.serializers import MAX_DUELS, BattleRequest
from mlcore.engine.specs import Setups
from mlcore.game import spreads
from mlcore.game.gamedata import GameData
from mlcore.game.spreads import FLAT, Spread

_ALLOWED = f"a list of 1 to {MAX_DUELS} duels"
_KEYS = tuple(BattleRequest._declared_fields)
_COLUMNS = _KEYS[:4]


@dataclass(frozen=True, eq=False)
class Batch:
    """The valid duels, and the errors of the others.

    rows      int (k,): positions of the duels in the request
    a, b      set-ups (k,); move_a, move_b int (k,): indices into the game's tables
    errors    position -> mistakes
    count     number of duels in the request
    """

    rows: np.ndarray
    a: Setups
    move_a: np.ndarray
    b: Setups
    move_b: np.ndarray
    errors: Mapping[int, tuple[FieldError, ...]]
    count: int


class _Indices(dict[str, int]):
    """Text -> index, or -1; each text is looked up once."""

    def __init__(self, find: Callable[..., int | FieldError], game: GameData):
        super().__init__()
        self.find = find
        self.game = game

    def __missing__(self, text: str) -> int:
        index = self.find(text, "", self.game, brief=True)
        self[text] = -1 if isinstance(index, FieldError) else index
        return self[text]


def read_batch(body: Any, game: GameData) -> Batch:
    """The duels of a ``predict/batch/`` body; raises Problem if it has no list of duels."""
    rows = _rows(body)
    known_keys = frozenset(_KEYS)
    known = [row if type(row) is dict and row.keys() <= known_keys else {} for row in rows]
    forms, moves = _Indices(form_of, game), _Indices(move_of, game)
    columns = {
        key: _column(known, key, *names)
        for key, names in zip(
            _COLUMNS,
            ((forms, game.form_index_by_id),) * 2 + ((moves, game.move_index_by_id),) * 2,
            strict=True,
        )
    }
    side_spreads, right = _spreads(known)
    table = game.tables.usable & game.tables.damaging
    for side in "ab":
        form, move = columns[f"pokemon_{side}_id"], columns[f"move_{side}_id"]
        right &= (form >= 0) & (move >= 0) & table[form, move]
    errors = {}
    for position in np.flatnonzero(~right).tolist():
        try:
            read_duel(rows[position], game, name="duel", brief=len(errors) >= FULL_ERRORS)
        except Problem as problem:
            errors[position] = problem.errors
    kept = np.flatnonzero(right)
    sides = [
        spreads.to_setups(
            columns[f"pokemon_{side}_id"][kept],
            FLAT if given is None else [given[position] for position in kept],
        )
        for side, given in zip("ab", side_spreads, strict=True)
    ]
    return Batch(
        rows=kept,
        a=sides[0],
        move_a=columns["move_a_id"][kept],
        b=sides[1],
        move_b=columns["move_b_id"][kept],
        errors=errors,
        count=len(rows),
    )


def _rows(body: Any) -> list[Any]:
    if not isinstance(body, Mapping):
        reason = f"The body must be an object, not {kind_of(body)}."
        raise invalid([FieldError("body", "not_an_object", reason, ("duels",))])
    for key in body:
        if key != "duels":
            raise invalid([unknown_key(key, ("duels",))])
    if "duels" not in body:
        raise invalid([FieldError("duels", "required", "duels is missing.", _ALLOWED)])
    duels = body["duels"]
    if not isinstance(duels, list):
        reason = f"duels must be a list, not {kind_of(duels)}."
        raise invalid([FieldError("duels", "wrong_type", reason, _ALLOWED)])
    if not 1 <= len(duels) <= MAX_DUELS:
        reason = f"duels must have 1 to {MAX_DUELS} duels, not {len(duels)}."
        raise invalid([FieldError("duels", "wrong_length", reason, _ALLOWED)])
    return duels


def _column(
    rows: list[dict[str, Any]], key: str, texts: _Indices, numbers: dict[int, int]
) -> np.ndarray:
    """Indices of one column, -1 if missing; int64 (k,)."""
    values = [row.get(key) for row in rows]
    # By exact type: True is an int in Python, and a list is not hashable.
    return np.array(
        [
            texts[value]
            if type(value) is str
            else numbers.get(value, -1)
            if type(value) is int
            else -1
            for value in values
        ],
        dtype=np.int64,
    )


def _spreads(
    rows: list[dict[str, Any]],
) -> tuple[list[list[Spread] | None], np.ndarray]:
    """Per side the spread of each fighter (None: all standard), and which rows are right; (k,)."""
    right = np.ones(len(rows), dtype=bool)
    sides: list[list[Spread] | None] = []
    for key in SETUPS:
        given = [position for position, row in enumerate(rows) if key in row]
        if not given:
            sides.append(None)
            continue
        of_side = [FLAT] * len(rows)
        for position in given:
            setup = rows[position][key]
            if type(setup) is not dict or not setup.keys() <= set(spreads.SPREAD_KEYS):
                right[position] = False
                continue
            of_side[position], wrong = spreads.read_spread(setup, key)
            right[position] &= not wrong
        sides.append(of_side)
    return sides, right
