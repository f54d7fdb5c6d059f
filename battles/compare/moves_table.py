"""The table of both sides' moves: what each is worth if both play well, and if it is repeated."""

from dataclasses import dataclass

from battles.compare.played import CompareAnswer, PlayedMove
from battles.compare.prediction import MoveRank
from pokedex.models import Move, Pokemon


@dataclass(frozen=True)
class MoveRow:
    """A move that a side brings: its worth as the opening, and as the only move, if it is one."""

    move: Move
    opening: PlayedMove
    alone: MoveRank | None


@dataclass(frozen=True)
class MoveGroup:
    side: str
    pokemon: Pokemon
    #: Where the moves come from, as a sentence.
    origin: str
    is_mixed: bool
    rows: list[MoveRow]


def move_groups(answer: CompareAnswer, pokemon: dict[str, Pokemon]) -> list[MoveGroup]:
    """Both sides' sets, main openings first; nothing while no network can say."""
    if answer.played is None:
        return []
    ranks = {"a": [], "b": []}
    if answer.single:
        ranks = {"a": answer.single.ranking, "b": answer.single.replies}
    return [
        MoveGroup(
            side=side,
            pokemon=pokemon[side],
            origin=played.origin,
            is_mixed=played.is_mixed,
            rows=[
                MoveRow(
                    row.move,
                    row,
                    next((rank for rank in ranks[side] if rank.move == row.move), None),
                )
                for row in played.moves
            ],
        )
        for side, played in answer.played.sides.items()
    ]
