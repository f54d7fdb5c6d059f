"""Validated body of ``predict/matrix/``: two groups of Pokémon."""

from dataclasses import dataclass, replace
from typing import Any

from battles.api.core import reader as core_reader
from battles.api.core.problems import Problem
from battles.api.core.reader import Reader
from mlcore.game.gamedata import GameData
from mlcore.game.spreads import FLAT, Spread

MAX_GROUP = 16


MATRIX_KEYS = ("group_a", "group_b")


MEMBER_KEYS = ("pokemon_id", "moves", "setup")


@dataclass(frozen=True)
class MatrixMember:
    """A group member, as indices into the game's tables; ``moves`` None: the strongest."""

    form: int
    moves: tuple[int, ...] | None
    setup: Spread = FLAT


def read_groups(body: Any, game: GameData) -> tuple[list[MatrixMember], list[MatrixMember]]:
    """Both groups of a ``predict/matrix/`` body."""
    reader = Reader(body, game, MATRIX_KEYS)
    groups = [
        _group(reader, name, core_reader._list(reader, name, MAX_GROUP, "Pokémon"))
        for name in MATRIX_KEYS
    ]
    reader.finish()
    return groups[0], groups[1]


def _group(reader: Reader, name: str, given: list[Any]) -> list[MatrixMember]:
    members: list[MatrixMember] = []
    for position, value in enumerate(given):
        place = f"{name}[{position}]"
        brief = len(reader.errors) >= core_reader.FULL_ERRORS
        try:
            inner = Reader(value, reader.game, MEMBER_KEYS, name=place, brief=brief)
        except Problem as problem:
            reader.errors += problem.errors
            continue
        form = inner.form("pokemon_id")
        moves = inner.given_moves("moves", form) if "moves" in inner.body else None
        setup = inner.setup("setup")
        reader.errors += [replace(error, field=f"{place}.{error.field}") for error in inner.errors]
        if form is not None:
            members.append(MatrixMember(form, moves, setup))
    return members
