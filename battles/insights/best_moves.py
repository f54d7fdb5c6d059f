"""The best four moves of one form against all others, for its page."""

from dataclasses import dataclass

from battles.common import best_sets, text
from mlcore.game import gamedata
from mlcore.serving.well_played import NoBattleValue
from pokedex.known_facts import known_facts
from pokedex.models import Move


@dataclass(frozen=True)
class ValuedMove:
    """A move of the set and the win chance that is lost without it, as text."""

    move: Move
    worth: str


@dataclass(frozen=True)
class BestMoves:
    moves: list[ValuedMove]
    #: The same as indices into the game's tables.
    own_set: tuple[int, ...]
    #: Mean win chance with the set, as text.
    percent: str
    foes: int


def best_moves_of(game: gamedata.GameData, form: int) -> BestMoves | None:
    """The set that wins most against everyone; None while no network can say."""
    try:
        best = best_sets.best_set(game, form)
    except NoBattleValue:
        return None
    slugs = [game.move_slugs[move] for move in best.moves]
    rows = known_facts().moves_by_slug
    return BestMoves(
        moves=[
            ValuedMove(rows[slug], text.exact_percent(max(best.worth[move], 0.0)))
            for slug, move in zip(slugs, best.moves, strict=True)
        ],
        own_set=best.moves,
        percent=text.percent(best.probability),
        foes=best.foes,
    )
