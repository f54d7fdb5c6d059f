"""What was asked and answered, in the bytes that the prediction log keeps of it.

Two bytes for a form or a move, nothing for what is as usual, one value where all rows agree. The
pairs of two lists of moves are kept as the lists. A record never passes ``BUDGET``: of more rows
than fit a drawn part is kept, and of a large grid also what was recommended.
"""

import hashlib
import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from django.conf import settings

from mlcore.engine import specs
from mlcore.engine.specs import GameTables, Setups
from mlcore.engine.state import MOVE_SLOTS, NO_MOVE

#: Bytes of a record. With the other columns a row stays below 2,048, so that PostgreSQL keeps it
#: in one piece, and a day at 100 requests a second below 20 GB whatever is asked.
BUDGET = 1_800
#: A side's columns, name -> (values a row, type, what is usual).
_SETUP: dict[str, tuple[int, str, int | None]] = {
    "form": (1, "id", None),
    "level": (1, "u1", specs.DEFAULT_LEVEL),
    "nature": (1, "u1", specs.NATURE_NAMES.index(specs.DEFAULT_NATURE)),
    "friendship": (1, "u1", specs.DEFAULT_FRIENDSHIP),
    "ivs": (len(specs.STATS), "u1", specs.DEFAULT_IV),
    "avs": (len(specs.STATS), "u1", specs.DEFAULT_AV),
}
#: Flags: rows hold four slots a side, not one move; the moves of both sides are lists and every
#: pair a row; so many pairs that a part is kept; ids of four bytes; chances of eight bytes.
_MATCHUPS, _GRID, _RANKED, _WIDE, _EXACT = 1, 2, 4, 8, 16
#: Of a column: as usual, the same in all rows, one each.
_USUAL, _SAME, _EACH = 0, 1, 2
#: Flags, two bits a column, rows (of a grid: moves of A).
_HEADER = struct.Struct("<BIH")
#: Up to so many chances are kept to the last bit.
_EXACT_ROWS = 16
_CHANCE: dict[bool, np.dtype[Any]] = {True: np.dtype("<f8"), False: np.dtype("<f4")}
_MAX_LIST = 255
_NAMES = tuple(f"{name}_{side}" for side in "ab" for name in (*_SETUP, "moves"))
_NO_LISTS = tuple(name for name in _NAMES if not name.startswith("moves"))

Columns = dict[str, np.ndarray]
Duels = tuple[Setups, np.ndarray, Setups, np.ndarray]


class Ranked(NamedTuple):
    """Of a grid that was too large: A's moves, B's best reply to each, and A's chance then."""

    moves: np.ndarray
    replies: np.ndarray
    chances: np.ndarray


@dataclass(frozen=True, eq=False)
class Record:
    """The rows that were kept.

    columns   form_a, level_a, ..., moves_a, form_b, ...: int (k,), ivs and avs (k, 6), moves (k, 1)
              or for match-ups (k, 4); forms and moves by the game's ids, -1 for no move
    chances   float64 (k,): what was answered, the probability that A wins
    pairs     every row is a pair of the same two fighters
    ranked    of a large grid, of which the rows are a part
    """

    columns: Columns
    chances: np.ndarray
    pairs: bool
    ranked: Ranked | None = None


# Writing -----------------------------------------------------------------------------------------


def columns_of(tables: GameTables, duels: Duels) -> Columns:
    """Duels with moves int (k,), or match-ups with slots int (k, 4), by the game's ids."""
    columns: Columns = {}
    for side, setups, moves in (("a", *duels[:2]), ("b", *duels[2:])):
        columns[f"form_{side}"] = tables.form_ids[setups.form]
        for name in tuple(_SETUP)[1:]:
            columns[f"{name}_{side}"] = getattr(setups, name)
        moves = np.asarray(moves)
        ids = tables.move_ids[moves]
        columns[f"moves_{side}"] = (
            ids[:, None] if moves.ndim == 1 else np.where(moves < 0, NO_MOVE, ids)
        )
    return columns


def pack(columns: Columns, chances: np.ndarray) -> bytes:
    """The record of these rows; ``unpack`` is its inverse as far as the budget allows."""
    ids = (columns["form_a"], columns["moves_a"], columns["form_b"], columns["moves_b"])
    flags = _WIDE if max(int(column.max(initial=0)) for column in ids) > 0xFFFE else 0
    count = len(chances)
    if columns["moves_a"].shape[1] > 1:
        flags |= _MATCHUPS
    elif count > 1 and (lists := _lists(columns)) is not None:
        packed = _pack_grid(columns, lists, chances, flags | _GRID)
        if packed is not None:
            return packed
    modes, parts = _encode(columns, _NAMES, flags, count)
    exact = count <= _EXACT_ROWS
    if _HEADER.size + sum(map(len, parts)) + count * _CHANCE[exact].itemsize > BUDGET:
        sizes = list(zip(map(len, parts), modes, strict=True))
        each = sum(size // count for size, mode in sizes if mode == _EACH)
        same = sum(size for size, mode in sizes if mode != _EACH)
        kept = (BUDGET - _HEADER.size - same) // (each + _CHANCE[exact].itemsize)
        rows = _draw(b"".join(parts), count, kept)
        columns = {name: values[rows] for name, values in columns.items()}
        # Values that only the drawn rows agree on stay one each: the layout is that of all rows.
        _, parts = _encode(columns, _NAMES, flags, kept, modes)
        chances, count = chances[rows], kept
    header = _HEADER.pack(flags | (_EXACT if exact else 0), _joined(modes), count)
    return b"".join((header, *parts, chances.astype(_CHANCE[exact]).tobytes()))


def _lists(columns: Columns) -> tuple[np.ndarray, np.ndarray] | None:
    """The two lists whose pairs the rows are, in order; None if they are not."""
    for side in "ab":
        for name in _SETUP:
            values = columns[f"{name}_{side}"]
            if (values != values[0]).any():
                return None
    moves_a, moves_b = columns["moves_a"][:, 0], columns["moves_b"][:, 0]
    differs = np.flatnonzero(moves_a != moves_a[0])
    width = int(differs[0]) if len(differs) else len(moves_a)
    a, b = moves_a[::width], moves_b[:width]
    if len(a) > _MAX_LIST or len(b) > _MAX_LIST or len(a) * len(b) != len(moves_a):
        return None
    if (np.repeat(a, len(b)) != moves_a).any() or (np.tile(b, len(a)) != moves_b).any():
        return None
    return a, b


def _pack_grid(
    columns: Columns, lists: tuple[np.ndarray, np.ndarray], chances: np.ndarray, flags: int
) -> bytes | None:
    """None when not even the lists and the ranking fit."""
    modes, parts = _encode({name: columns[name][:1] for name in _NO_LISTS}, _NO_LISTS, flags, 1)
    a, b = lists
    parts += [values.astype(_id_type(flags)).tobytes() for values in lists]
    exact = len(chances) <= _EXACT_ROWS
    flags |= _EXACT if exact else 0
    header = (_joined(modes), len(a))
    start = b"".join((struct.pack("<B", len(b)), *parts))
    left = BUDGET - _HEADER.size - len(start)
    if len(chances) * _CHANCE[exact].itemsize <= left:
        return b"".join(
            (_HEADER.pack(flags, *header), start, chances.astype(_CHANCE[exact]).tobytes())
        )
    grid = chances.reshape(len(a), len(b))
    replies = grid.argmin(axis=1)
    ranking = grid.min(axis=1).astype("<f4").tobytes() + replies.astype("<u1").tobytes()
    kept = (left - len(ranking) - 2) // 6
    if kept < 1:
        return None
    cells = _draw(start, len(chances), kept)
    return b"".join(
        (
            _HEADER.pack(flags | _RANKED, *header),
            start,
            ranking,
            struct.pack("<H", kept),
            cells.astype("<u2").tobytes(),
            chances[cells].astype("<f4").tobytes(),
        )
    )


def _encode(
    columns: Columns, names: Sequence[str], flags: int, count: int, given: list[int] | None = None
) -> tuple[list[int], list[bytes]]:
    """How each column is written, and its bytes; ``given``: in these ways."""
    modes, parts = [], []
    for at, name in enumerate(names):
        values = columns[name]
        _, stored, usual = _kind(name, flags)
        if given is not None:
            mode = given[at]
        elif not count or (count > 1 and (values != values[0]).any()):
            mode = _EACH
        else:
            mode = _USUAL if values[0].tolist() in usual else _SAME
        modes.append(mode)
        written = values if mode == _EACH else values[:1]
        parts.append(b"" if mode == _USUAL else written.astype(stored).tobytes())
    return modes, parts


@lru_cache
def _kind(name: str, flags: int) -> tuple[tuple[int, ...], np.dtype, tuple[Any, ...]]:
    """Shape of a row's value, how it is stored, and what is usual, as lists and numbers."""
    width, kind, usual = _SETUP.get(name[:-2], (0, "id", None))
    shape: tuple[int, ...] = (width,) if width > 1 else ()
    if not width:
        shape = (MOVE_SLOTS if flags & _MATCHUPS else 1,)
    stored = np.dtype(_id_type(flags) if kind == "id" else "u1")
    return shape, stored, () if usual is None else (usual, [usual] * width)


def _joined(modes: Sequence[int]) -> int:
    return sum(mode << 2 * at for at, mode in enumerate(modes))


def _id_type(flags: int) -> str:
    return "<u4" if flags & _WIDE else "<u2"


def _draw(seed: bytes, count: int, kept: int) -> np.ndarray:
    """``kept`` of ``count`` rows, sorted: the same of the same rows, and nobody's to choose."""
    return np.sort(np.random.default_rng(lot_of(seed)).choice(count, kept, replace=False))


def lot_of(content: bytes) -> int:
    """A number in [0, 2**63) for these bytes that only who knows the site's secret can tell."""
    digest = hashlib.blake2b(content, key=_key(settings.SECRET_KEY), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 1


@lru_cache
def _key(secret: str) -> bytes:
    return hashlib.sha256(b"prediction log" + secret.encode()).digest()


# Reading -----------------------------------------------------------------------------------------


def unpack(packed: bytes) -> Record:
    """What a record holds."""
    flags, joined, count = _HEADER.unpack_from(packed)
    at = _HEADER.size
    if flags & _GRID:
        return _unpack_grid(packed, flags, joined, count)
    chance = _CHANCE[bool(flags & _EXACT)]
    columns, at = _decode(packed, at, _NAMES, flags, joined, count)
    chances = np.frombuffer(packed, chance, count, at).astype(np.float64)
    return Record(columns, chances, pairs=count == 1)


def _decode(
    packed: bytes, at: int, names: Sequence[str], flags: int, joined: int, count: int
) -> tuple[Columns, int]:
    columns: Columns = {}
    for place, name in enumerate(names):
        mode = joined >> 2 * place & 3
        shape, stored, usual = _kind(name, flags)
        if mode == _USUAL:
            columns[name] = np.full((count, *shape), usual[0], dtype=np.int64)
            continue
        rows = count if mode == _EACH else 1
        size = rows * math.prod(shape)
        values = _numbers(name, np.frombuffer(packed, stored, size, at))
        at += size * stored.itemsize
        columns[name] = np.broadcast_to(values.reshape(rows, *shape), (count, *shape))
    return columns, at


def _numbers(name: str, stored: np.ndarray) -> np.ndarray:
    values = stored.astype(np.int64)
    if name.startswith("moves"):
        values[values == np.iinfo(stored.dtype).max] = NO_MOVE
    return values


def _unpack_grid(packed: bytes, flags: int, joined: int, size_a: int) -> Record:
    size_b = packed[_HEADER.size]
    columns, at = _decode(packed, _HEADER.size + 1, _NO_LISTS, flags, joined, 1)
    stored = np.dtype(_id_type(flags))
    a = np.frombuffer(packed, stored, size_a, at).astype(np.int64)
    at += size_a * stored.itemsize
    b = np.frombuffer(packed, stored, size_b, at).astype(np.int64)
    at += size_b * stored.itemsize
    ranked, cells = None, np.arange(size_a * size_b)
    chance = _CHANCE[bool(flags & _EXACT)]
    if flags & _RANKED:
        values = np.frombuffer(packed, "<f4", size_a, at).astype(np.float64)
        replies = np.frombuffer(packed, "<u1", size_a, at + 4 * size_a)
        at += 5 * size_a
        ranked = Ranked(a, b[replies], values)
        (kept,) = struct.unpack_from("<H", packed, at)
        cells = np.frombuffer(packed, "<u2", kept, at + 2).astype(np.int64)
        at += 2 + 2 * kept
    chances = np.frombuffer(packed, chance, len(cells), at).astype(np.float64)
    columns = {
        name: np.broadcast_to(values, (len(cells), *values.shape[1:]))
        for name, values in columns.items()
    }
    columns |= {"moves_a": a[cells // size_b][:, None], "moves_b": b[cells % size_b][:, None]}
    return Record(columns, chances, pairs=True, ranked=ranked)


def one_row(packed: bytes) -> bytes:
    """A record of one of the rows, by lot: the whole if there is only one."""
    flags, _, count = _HEADER.unpack_from(packed)
    if count == 1 and not flags & _GRID:
        return packed
    whole = unpack(packed)
    row = lot_of(packed) % len(whole.chances)
    rows = slice(row, row + 1)
    return pack({name: values[rows] for name, values in whole.columns.items()}, whole.chances[rows])


def question_of(single: bytes) -> bytes:
    """What a record of one row asks, without the answer: equal for equal questions."""
    return single[: -_CHANCE[True].itemsize]


def is_pairs(packed: bytes) -> bool:
    """Whether all rows are about the same two fighters."""
    flags, _, count = _HEADER.unpack_from(packed)
    return bool(count == 1 or flags & _GRID)


def unpack_singles(records: Sequence[bytes]) -> tuple[Columns, np.ndarray]:
    """Columns and chances of many records of one row each, of one kind of model, in order."""
    groups: dict[bytes, list[int]] = {}
    for at, packed in enumerate(records):
        groups.setdefault(packed[: _HEADER.size], []).append(at)
    order = np.argsort(np.concatenate([*groups.values(), []]).astype(np.int64))
    parts = [_unpack_alike(header, [records[at] for at in rows]) for header, rows in groups.items()]
    columns = {
        name: np.concatenate([columns[name] for columns, _ in parts])[order] for name in _NAMES
    }
    return columns, np.concatenate([chances for _, chances in parts])[order]


def _unpack_alike(header: bytes, records: list[bytes]) -> tuple[Columns, np.ndarray]:
    """Records with one header have one layout: together they are a table."""
    flags, joined, _ = _HEADER.unpack(header)
    size = len(records[0])
    table = np.frombuffer(b"".join(records), np.uint8).reshape(len(records), size)
    at = _HEADER.size
    columns: Columns = {}
    for place, name in enumerate(_NAMES):
        shape, stored, usual = _kind(name, flags)
        if joined >> 2 * place & 3 == _USUAL:
            columns[name] = np.full((len(records), *shape), usual[0], dtype=np.int64)
            continue
        end = at + math.prod(shape) * stored.itemsize
        values = _numbers(name, np.ascontiguousarray(table[:, at:end]).view(stored))
        columns[name] = values.reshape(len(records), *shape)
        at = end
    chances = np.ascontiguousarray(table[:, at:]).view(_CHANCE[True])[:, 0]
    return columns, chances.astype(np.float64)


def duels_of(tables: GameTables, columns: Columns) -> Duels:
    """The inverse of ``columns_of``. Raises KeyError when a form or move is no longer there."""
    sides: list[tuple[Setups, np.ndarray]] = []
    for side in "ab":
        forms = _indices(tables.form_ids, columns[f"form_{side}"])
        rest = {
            name: np.array(columns[f"{name}_{side}"], dtype=np.int32) for name in tuple(_SETUP)[1:]
        }
        moves = _indices(tables.move_ids, columns[f"moves_{side}"])
        setups = Setups(form=forms.astype(np.int32), **rest)
        sides.append((setups, moves[:, 0] if moves.shape[1] == 1 else moves))
    return (*sides[0], *sides[1])


def is_known(tables: GameTables, columns: Columns) -> np.ndarray:
    """Whether the tables have all forms and moves of a row, bool (k,)."""
    known = np.ones(len(columns["form_a"]), dtype=bool)
    for side in "ab":
        moves = columns[f"moves_{side}"]
        known &= np.isin(columns[f"form_{side}"], tables.form_ids)
        known &= (np.isin(moves, tables.move_ids) | (moves == NO_MOVE)).all(axis=1)
    return known


def _indices(ids: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Indices of ids, int64 of their shape; an id of -1 stays. Raises KeyError."""
    index = {int(number): at for at, number in enumerate(ids)} | {NO_MOVE: NO_MOVE}
    found = [index[number] for number in wanted.ravel().tolist()]
    return np.array(found, dtype=np.int64).reshape(wanted.shape)
