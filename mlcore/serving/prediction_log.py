"""Duels as compact JSON columns, as the prediction log keeps them."""

import numpy as np

from mlcore.engine.specs import GameTables, Setups

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


def duel_columns(
    tables: GameTables, a: Setups, move_a: np.ndarray, b: Setups, move_b: np.ndarray
) -> dict[str, object]:
    """The duels as JSON columns; forms and moves by the game's ids, which outlive table indices."""
    columns: dict[str, object] = {}
    for side, setups, moves in (("a", a, move_a), ("b", b, move_b)):
        columns[f"form_{side}"] = _compact(tables.form_ids[setups.form])
        columns[f"move_{side}"] = _compact(tables.move_ids[np.asarray(moves)])
        for name in _SETUP_COLUMNS:
            columns[f"{name}_{side}"] = _compact(getattr(setups, name))
    return columns


def duels_from_columns(
    tables: GameTables, columns: dict[str, object], count: int
) -> tuple[Setups, np.ndarray, Setups, np.ndarray]:
    """The inverse of ``duel_columns``: a, move_a, b, move_b with ``count`` rows.

    Raises KeyError when a form or move is no longer in the tables.
    """
    form_index = {int(number): index for index, number in enumerate(tables.form_ids)}
    move_index = {int(number): index for index, number in enumerate(tables.move_ids)}
    sides: list[Setups | np.ndarray] = []
    for side in ("a", "b"):
        forms = _expand(columns[f"form_{side}"], count, ())
        moves = _expand(columns[f"move_{side}"], count, ())
        rest = {
            name: _expand(columns[f"{name}_{side}"], count, (6,) if name in ("ivs", "avs") else ())
            for name in _SETUP_COLUMNS
        }
        form = np.array([form_index[int(number)] for number in forms], dtype=np.int32)
        sides.append(Setups(form=form, **rest))
        sides.append(np.array([move_index[int(number)] for number in moves], dtype=np.int64))
    a, move_a, b, move_b = sides
    return a, move_a, b, move_b  # type: ignore[return-value]
