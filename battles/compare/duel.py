"""Both sides of a comparison as the engine knows them, built once for a request."""

from dataclasses import dataclass

import numpy as np

from battles.common.forms import SIDES
from battles.compare.forms import CompareForm
from mlcore.engine.specs import Setups
from mlcore.engine.stats import compute_stats
from mlcore.game.gamedata import GameData
from pokedex.models import Move


@dataclass(frozen=True, eq=False)
class Duel:
    """Two fighters with the moves that are compared; dictionaries by side.

    setups  one fighter each
    moves   indices into the game's tables: the chosen moves, else all that it can learn
    stats   int (6,): as it fights
    """

    game: GameData
    setups: dict[str, Setups]
    moves: dict[str, list[int]]
    stats: dict[str, np.ndarray]


def usable_moves(form: CompareForm, side: str) -> list[Move]:
    """The moves of a side that are compared: the chosen ones, else all."""
    return form.chosen[side] or [learnable.move for learnable in form.learnable[side]]


def duel_of(form: CompareForm, game: GameData) -> Duel:
    """The duel of a form with both fighters. Raises UnknownName."""
    pokemon = {side: form.fighters[side] for side in SIDES}
    if not all(pokemon.values()):
        raise ValueError("both sides are needed")
    setups = {
        side: form.spreads[side].spread.setups(game.form_index(pokemon[side].slug))
        for side in SIDES
    }
    moves = {
        side: [game.move_index(move.slug) for move in usable_moves(form, side)] for side in SIDES
    }
    stats = compute_stats(game.tables, Setups.concatenate([setups[side] for side in SIDES]))
    return Duel(game, setups, moves, dict(zip(SIDES, stats, strict=True)))
