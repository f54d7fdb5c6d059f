"""Validated body of ``predict/matrix/``: two groups of Pokémon."""

from dataclasses import dataclass, replace
from typing import Any

from battles.api.core import reader as core_reader
from battles.api.core.problems import Problem
from battles.api.core.reader import Reader
from battles.api.predict.serializers import GroupMemberRequest, MatrixRequest
from mlcore.game.gamedata import GameData
from mlcore.game.spreads import FLAT, Spread


@dataclass(frozen=True)
class MatrixMember:
    """A group member, as indices into the game's tables; ``moves`` None: the strongest."""

    form: int
    moves: tuple[int, ...] | None
    setup: Spread = FLAT


def read_groups(body: Any, game: GameData) -> tuple[list[MatrixMember], list[MatrixMember]]:
    """Both groups of a ``predict/matrix/`` body."""
    reader = Reader(body, game, MatrixRequest)
    groups = [_group(reader, name, reader.list_of(name, "Pokémon")) for name in reader.fields]
    reader.finish()
    return groups[0], groups[1]


def _group(reader: Reader, name: str, given: list[Any]) -> list[MatrixMember]:
    members: list[MatrixMember] = []
    for position, value in enumerate(given):
        place = f"{name}[{position}]"
        brief = len(reader.errors) >= core_reader.FULL_ERRORS
        try:
            inner = Reader(value, reader.game, GroupMemberRequest, name=place, brief=brief)
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
