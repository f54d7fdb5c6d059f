"""The body of ``predict/matrix/``: two groups of Pokémon, checked."""

from dataclasses import dataclass, replace
from typing import Any

from battles.api.core import reader as core_reader
from battles.api.core.problems import Problem
from battles.api.core.reader import Reader
from battles.api.predict.serializers import GroupMemberRequest, MatrixRequest
from mlcore.game.gamedata import GameData
from mlcore.game.spreads import FLAT, Raising


@dataclass(frozen=True)
class Member:
    """One of a group, as indices into the game's tables; ``moves`` None: the strongest."""

    form: int
    moves: tuple[int, ...] | None
    setup: Raising = FLAT


def read_groups(body: Any, game: GameData) -> tuple[list[Member], list[Member]]:
    """Both groups of a ``predict/matrix/`` body."""
    reader = Reader(body, game, MatrixRequest)
    groups = [_group(reader, name, reader.list_of(name, "Pokémon")) for name in reader.fields]
    reader.finish()
    return groups[0], groups[1]


def _group(reader: Reader, name: str, given: list[Any]) -> list[Member]:
    members: list[Member] = []
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
            members.append(Member(form, moves, setup))
    return members
