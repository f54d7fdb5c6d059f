"""The only bridge between the facts and the rules: ORM rows become the engine's arrays.

A fingerprint names everything that the engine reads, and nothing else: a corrected spelling
does not age a model, a corrected base stat does.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from mlcore.engine.specs import (
    NO_TYPE,
    TYPES,
    Ailment,
    DamageClass,
    Effect,
    GameTables,
    MoveColumn,
    Target,
)
from pokedex.choices import BASE_STAT_FIELDS
from pokedex.game_data_version import GameDataVersion
from pokedex.lookup import normalize
from pokedex.matching import closest
from pokedex.models import KeptMove, LearnsetEntry, Move, Pokemon, Type, TypeEffectiveness

#: How often a process looks whether the facts have changed, in seconds.
POLL_SECONDS = 2.0

# Columns of the engine whose field has another name, or no field of its own.
_FIELD_OF_COLUMN = {column: column.name.lower() for column in MoveColumn}


class UnknownName(LookupError):
    """A name that nothing in the game has."""

    def __init__(self, text: object, suggest: Callable[[], Iterable[str]]):
        super().__init__(f"unknown: {text!r}")
        self._suggest = suggest

    @cached_property
    def suggestions(self) -> tuple[str, ...]:
        """Near misses, best first; sought only when somebody asks, since it takes a while."""
        return tuple(self._suggest())


class UnknownPokemon(UnknownName):
    """No form has that name or id."""


class UnknownMove(UnknownName):
    """No move has that name or id."""


class IncompleteGameData(Exception):
    """The database holds too little to play with; says what is missing."""


@dataclass(frozen=True, eq=False)
class GameData:
    """Everything a prediction or a battle needs, in memory.

    version: the GameDataVersion it was read at. fingerprint: hex digest of what the engine reads.
    form_keys, move_keys: normalised names in both languages -> index into the tables.
    """

    tables: GameTables
    version: int
    fingerprint: str
    form_keys: dict[str, int] = field(repr=False)
    move_keys: dict[str, int] = field(repr=False)
    form_names: tuple[str, ...] = field(repr=False)
    form_index_by_id: dict[int, int] = field(repr=False)
    move_index_by_id: dict[int, int] = field(repr=False)
    #: National number of each form's species, int32 (n,).
    form_species: np.ndarray = field(repr=False)

    @property
    def form_slugs(self) -> tuple[str, ...]:
        return self.tables.form_slugs

    @property
    def move_slugs(self) -> tuple[str, ...]:
        return self.tables.move_slugs

    def form_index(self, given: str | int) -> int:
        """Index of the form with that name, slug or id; raises UnknownPokemon."""
        index = _index(given, self.form_keys, self.form_index_by_id)
        if index is None:
            raise UnknownPokemon(
                given, lambda: _suggestions(given, self.form_keys, self.form_slugs)
            )
        return index

    def move_index(self, given: str | int) -> int:
        """Index of the move with that name, slug or id; raises UnknownMove."""
        index = _index(given, self.move_keys, self.move_index_by_id)
        if index is None:
            raise UnknownMove(given, lambda: _suggestions(given, self.move_keys, self.move_slugs))
        return index

    def usable_moves(self, form: int, *, damaging: bool = True) -> np.ndarray:
        """Indices of the moves the form can use, in the order of the table."""
        if damaging:
            return self._damaging_moves[form]
        return np.flatnonzero(self.tables.usable[form])

    @cached_property
    def _damaging_moves(self) -> list[np.ndarray]:
        """The damaging moves that each form can use: asked for with every prediction."""
        by_form = [np.flatnonzero(row) for row in self.tables.usable & self.tables.damaging]
        for moves in by_form:
            moves.flags.writeable = False
        return by_form


def _index(given: str | int, keys: dict[str, int], ids: dict[int, int]) -> int | None:
    if isinstance(given, bool):
        return None
    if isinstance(given, int):
        return ids.get(given)
    key = normalize(given)
    if key in keys:
        return keys[key]
    # A number in a text is an id; nothing longer than a few digits can be one.
    return ids.get(int(key)) if key.isascii() and key.isdigit() and len(key) < 10 else None


def _suggestions(given: str | int, keys: dict[str, int], slugs: tuple[str, ...]) -> list[str]:
    """Slugs of up to three near misses."""
    return [slugs[index] for index in closest(given, keys)] if isinstance(given, str) else []


def _move_row(move: Move, type_index: dict[int, int]) -> list[int]:
    """One row of ``GameTables.moves``."""
    special = {
        MoveColumn.TYPE: type_index[move.type_id],
        MoveColumn.DAMAGE_CLASS: DamageClass[move.damage_class.upper()],
        MoveColumn.TARGET: Target[move.target.upper()],
        MoveColumn.AILMENT: Ailment[move.ailment.upper()],
        MoveColumn.EFFECT: Effect[move.effect.upper()],
        MoveColumn.STAT_CHANGE_TARGET: (
            Target.USER if move.stat_change_target == "user" else Target.OPPONENT
        ),
    }
    return [
        int(special[column] if column in special else getattr(move, name) or 0)
        for column, name in _FIELD_OF_COLUMN.items()
    ]


def fingerprint_of(tables: GameTables) -> str:
    """Names everything that the engine reads of the tables."""
    digest = hashlib.sha256()
    for array in (
        tables.form_ids,
        tables.base_stats,
        tables.form_types,
        tables.weights,
        tables.move_ids,
        tables.moves,
        tables.type_chart,
    ):
        digest.update(str(array.shape).encode())
        digest.update(np.ascontiguousarray(array, dtype="<i8").tobytes())
    return digest.hexdigest()


def load() -> GameData:
    """Read the whole game from the database; raises IncompleteGameData when it is not there."""
    version = GameDataVersion.current()
    types = {row.pk: row.slug for row in Type.objects.all()}
    if sorted(types.values()) != sorted(TYPES):
        raise IncompleteGameData("The types are missing: run manage.py import_pokedex.")
    type_index = {pk: TYPES.index(slug) for pk, slug in types.items()}
    chart = np.full((NO_TYPE + 1, NO_TYPE + 1), 100, dtype=np.int64)
    for attacking, defending, percent in TypeEffectiveness.objects.values_list(
        "attacking_type_id", "defending_type_id", "percent"
    ):
        chart[type_index[attacking], type_index[defending]] = percent

    forms = list(Pokemon.objects.order_by("id"))
    moves = list(Move.objects.order_by("id"))
    struggle = [i for i, move in enumerate(moves) if move.effect == "struggle"]
    if not forms or len(struggle) != 1:
        raise IncompleteGameData("Pokémon or moves are missing: run manage.py import_pokedex.")
    form_index = {form.pk: i for i, form in enumerate(forms)}
    move_index = {move.pk: i for i, move in enumerate(moves)}

    usable = np.zeros((len(forms), len(moves)), dtype=bool)
    for model in (LearnsetEntry, KeptMove):
        for form_id, move_id in model.objects.values_list("pokemon_id", "move_id"):
            usable[form_index[form_id], move_index[move_id]] = True
    for i, form in enumerate(forms):
        if form.base_form_id is not None:  # a Mega knows what its base form knows
            usable[i] |= usable[form_index[form.base_form_id]]

    tables = GameTables(
        base_stats=np.array(
            [[getattr(form, name) for name in BASE_STAT_FIELDS] for form in forms],
            dtype=np.int64,
        ),
        form_types=np.array(
            [
                [
                    type_index[form.type_1_id],
                    NO_TYPE if form.type_2_id is None else type_index[form.type_2_id],
                ]
                for form in forms
            ],
            dtype=np.int64,
        ),
        weights=np.array([form.weight_hg for form in forms], dtype=np.int64),
        moves=np.array([_move_row(move, type_index) for move in moves], dtype=np.int64),
        type_chart=chart,
        usable=usable,
        form_ids=np.array([form.pk for form in forms], dtype=np.int64),
        move_ids=np.array([move.pk for move in moves], dtype=np.int64),
        form_slugs=tuple(form.slug for form in forms),
        move_slugs=tuple(move.slug for move in moves),
        type_slugs=TYPES,
        struggle=struggle[0],
    )
    return GameData(
        tables=tables,
        version=version,
        fingerprint=fingerprint_of(tables),
        form_keys={key: i for i, form in enumerate(forms) for key in form.keys},
        move_keys={key: i for i, move in enumerate(moves) for key in move.keys},
        form_names=tuple(form.name_en for form in forms),
        form_index_by_id=form_index,
        move_index_by_id=move_index,
        form_species=np.array([form.species_id for form in forms], dtype=np.int64),
    )


_lock = threading.Lock()
_current: GameData | None = None
_polled_at = float("-inf")


def current() -> GameData:
    """The game data in memory, read anew when the facts have changed (polled every 2 s)."""
    global _current, _polled_at
    game = _current
    if game is not None and time.monotonic() - _polled_at < POLL_SECONDS:
        return game
    with _lock:
        if _current is None or time.monotonic() - _polled_at >= POLL_SECONDS:
            if _current is None or GameDataVersion.current() != _current.version:
                _current = load()
            _polled_at = time.monotonic()
        return _current


def refreshed() -> GameData:
    """The game data after looking right now whether the facts have changed: one query."""
    global _polled_at
    if _current is not None and GameDataVersion.current() != _current.version:
        with _lock:
            _polled_at = float("-inf")
    return current()


def forget() -> None:
    """Drop what is in memory; the next ``current()`` reads the database. For tests and forks."""
    global _current, _polled_at
    with _lock:
        _current = None
        _polled_at = float("-inf")
