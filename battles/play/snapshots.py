"""The game data of a battle, frozen: later corrections in the admin change no battle."""

import hashlib
import json
import zlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from django.utils.translation import get_language

from battles.common.faces import Face, face_of
from battles.models import GameSnapshot
from mlcore.engine.specs import NO_TYPE, DamageClass, GameTables, MoveColumn
from mlcore.game.gamedata import GameData, IncompleteGameData
from pokedex.models import Move, Pokemon, Type

_ARRAYS = (
    "base_stats",
    "form_types",
    "weights",
    "moves",
    "type_chart",
    "form_ids",
    "move_ids",
)


@dataclass(frozen=True)
class Known:
    """Something with a name in both languages; ``index`` is its place in the tables."""

    index: int
    pk: int
    slug: str
    name_en: str
    name_fr: str

    @property
    def name(self) -> str:
        return self.name_fr if (get_language() or "").startswith("fr") else self.name_en


@dataclass(frozen=True)
class KnownForm(Known):
    """What a face and a card need to know of a Pokémon."""

    species_id: int
    types: tuple[Known, ...]
    #: None if the form is no longer among the facts.
    face: Face | None


@dataclass(frozen=True)
class KnownMove(Known):
    """What a move button says."""

    type: Known
    damage_class: DamageClass
    power: int
    accuracy: int
    pp: int


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Tables for the engine, and names for the log."""

    tables: GameTables
    forms: tuple[KnownForm, ...] = field(repr=False)
    moves: tuple[KnownMove, ...] = field(repr=False)
    types: tuple[Known, ...] = field(repr=False)
    form_of: dict[int, KnownForm] = field(repr=False)
    move_of: dict[int, KnownMove] = field(repr=False)


def _named(rows: Any, numbers: np.ndarray) -> list[list[Any]]:
    """[id, slug, English, French, ...] of each row, in the order of the tables."""
    by_id = {row[0]: list(row) for row in rows}
    return [by_id[int(number)] for number in numbers]


def _pack(game: GameData) -> bytes:
    """The game data a battle needs; the same facts give the same bytes."""
    tables = game.tables
    names = ("slug", "name_en", "name_fr")
    types = {slug: (slug, en, fr) for slug, en, fr in Type.objects.values_list(*names)}
    content = {name: getattr(tables, name).tolist() for name in _ARRAYS} | {
        "struggle": tables.struggle,
        "forms": _named(Pokemon.objects.values_list("pk", *names, "species_id"), tables.form_ids),
        "move_names": _named(Move.objects.values_list("pk", *names), tables.move_ids),
        "types": [list(types[slug]) for slug in tables.type_slugs],
    }
    return zlib.compress(json.dumps(content, separators=(",", ":")).encode(), 9)


@lru_cache(maxsize=2)
def _packed(game: GameData) -> tuple[str, bytes]:
    data = _pack(game)
    return hashlib.sha256(data).hexdigest(), data


def keep(game: GameData) -> GameSnapshot:
    """The snapshot of these facts, created if it does not exist yet.

    Raises IncompleteGameData when the facts are just being changed.
    """
    try:
        digest, data = _packed(game)
    except KeyError as error:
        raise IncompleteGameData("The game data is being updated.") from error
    row, _created = GameSnapshot.objects.get_or_create(
        digest=digest, defaults={"data": data, "fingerprint": game.fingerprint}
    )
    return row


@lru_cache(maxsize=8)
def _read(digest: str) -> Snapshot:
    content = json.loads(zlib.decompress(GameSnapshot.objects.get(digest=digest).data))
    arrays = {name: np.array(content[name], dtype=np.int64) for name in _ARRAYS}
    form_names, move_names, types = content["forms"], content["move_names"], content["types"]
    tables = GameTables(
        **arrays,
        # Learnsets were checked when the battle began.
        usable=np.zeros((len(form_names), len(move_names)), dtype=bool),
        form_slugs=tuple(row[1] for row in form_names),
        move_slugs=tuple(row[1] for row in move_names),
        type_slugs=tuple(row[0] for row in types),
        struggle=content["struggle"],
    )
    kinds = tuple(Known(i, i, *row) for i, row in enumerate(types))
    # Looks are no part of a battle: they are those of today.
    faces = {pokemon.pk: face_of(pokemon) for pokemon in Pokemon.objects.with_battle_data()}
    forms = tuple(
        KnownForm(
            i,
            *row,
            tuple(kinds[t] for t in tables.form_types[i] if t != NO_TYPE),
            faces.get(row[0]),
        )
        for i, row in enumerate(form_names)
    )
    moves = tuple(
        KnownMove(
            i,
            *row,
            type=kinds[tables.moves[i, MoveColumn.TYPE]],
            damage_class=DamageClass(int(tables.moves[i, MoveColumn.DAMAGE_CLASS])),
            power=int(tables.moves[i, MoveColumn.POWER]),
            accuracy=int(tables.moves[i, MoveColumn.ACCURACY]),
            pp=int(tables.moves[i, MoveColumn.PP]) * 8 // 5,
        )
        for i, row in enumerate(move_names)
    )
    return Snapshot(
        tables=tables,
        forms=forms,
        moves=moves,
        types=kinds,
        form_of={form.pk: form for form in forms},
        move_of={move.pk: move for move in moves},
    )


def read(row: GameSnapshot) -> Snapshot:
    """The frozen game data, cached in memory for the next turn."""
    return _read(row.digest)


def forget() -> None:
    """Clear the cache. For tests."""
    _read.cache_clear()
    _packed.cache_clear()
