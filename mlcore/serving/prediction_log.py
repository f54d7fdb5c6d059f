"""Duels and match-ups as compact JSON columns, as the prediction log keeps them."""

import numpy as np

from mlcore.engine.specs import GameTables, Setups
from mlcore.engine.state import MOVE_SLOTS, NO_MOVE

_SETUP_COLUMNS = ("level", "nature", "friendship", "ivs", "avs")


def _compact(column: np.ndarray) -> object:
    """A column as JSON: one value when all rows agree (most columns of most batches do)."""
    if len(column) == 1 or (len(column) and (column == column[0]).all()):
        return column[0].tolist()
    return {"each": column.tolist()}


def _expand(value: object, count: int, shape: tuple[int, ...]) -> np.ndarray:
    if isinstance(value, dict):
        return np.asarray(value["each"], dtype=np.int32).reshape(count, *shape)
    return np.broadcast_to(np.asarray(value, dtype=np.int32), (count, *shape)).copy()


def _side_columns(tables: GameTables, side: str, setups: Setups) -> dict[str, object]:
    """Forms by the game's ids, which outlive table indices, and spreads of one side."""
    columns = {f"form_{side}": _compact(tables.form_ids[setups.form])}
    for name in _SETUP_COLUMNS:
        columns[f"{name}_{side}"] = _compact(getattr(setups, name))
    return columns


def _side_setups(tables: GameTables, side: str, columns: dict[str, object], count: int) -> Setups:
    forms = _indices(tables.form_ids, _expand(columns[f"form_{side}"], count, ()))
    rest = {
        name: _expand(columns[f"{name}_{side}"], count, (6,) if name in ("ivs", "avs") else ())
        for name in _SETUP_COLUMNS
    }
    return Setups(form=forms.astype(np.int32), **rest)


def _indices(ids: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Indices of ids, int64 of their shape; an id of -1 stays. Raises KeyError."""
    index = {int(number): at for at, number in enumerate(ids)} | {NO_MOVE: NO_MOVE}
    found = [index[int(number)] for number in wanted.ravel()]
    return np.array(found, dtype=np.int64).reshape(wanted.shape)


def duel_columns(
    tables: GameTables, a: Setups, move_a: np.ndarray, b: Setups, move_b: np.ndarray
) -> dict[str, object]:
    """The duels as JSON columns; forms and moves by the game's ids, which outlive table indices."""
    columns: dict[str, object] = {}
    for side, setups, moves in (("a", a, move_a), ("b", b, move_b)):
        columns |= _side_columns(tables, side, setups)
        columns[f"move_{side}"] = _compact(tables.move_ids[np.asarray(moves)])
    return columns


def duels_from_columns(
    tables: GameTables, columns: dict[str, object], count: int
) -> tuple[Setups, np.ndarray, Setups, np.ndarray]:
    """The inverse of ``duel_columns``: a, move_a, b, move_b with ``count`` rows.

    Raises KeyError when a form or move is no longer in the tables.
    """
    a, b = (_side_setups(tables, side, columns, count) for side in ("a", "b"))
    move_a, move_b = (
        _indices(tables.move_ids, _expand(columns[f"move_{side}"], count, ()))
        for side in ("a", "b")
    )
    return a, move_a, b, move_b


def matchup_columns(
    tables: GameTables, a: Setups, slots_a: np.ndarray, b: Setups, slots_b: np.ndarray
) -> dict[str, object]:
    """Match-ups as JSON columns; slots are move indices int (k, 4), -1 for an empty slot."""
    columns: dict[str, object] = {}
    for side, setups, slots in (("a", a, slots_a), ("b", b, slots_b)):
        columns |= _side_columns(tables, side, setups)
        slots = np.asarray(slots)
        ids = np.where(slots >= 0, tables.move_ids[slots], NO_MOVE)
        columns[f"moves_{side}"] = _compact(ids)
    return columns


def matchups_from_columns(
    tables: GameTables, columns: dict[str, object], count: int
) -> tuple[Setups, np.ndarray, Setups, np.ndarray]:
    """The inverse of ``matchup_columns``: a, slots_a, b, slots_b with ``count`` rows.

    Raises KeyError when a form or move is no longer in the tables.
    """
    a, b = (_side_setups(tables, side, columns, count) for side in ("a", "b"))
    slots_a, slots_b = (
        _indices(tables.move_ids, _expand(columns[f"moves_{side}"], count, (MOVE_SLOTS,)))
        for side in ("a", "b")
    )
    return a, slots_a, b, slots_b
