"""Validated bodies of ``predict/battle/``, ``best-move/`` and ``matchup/``."""

from dataclasses import dataclass
from typing import Any

from battles.api.core import reader as core_reader
from battles.api.predict.serializers import BattleRequest, BestMoveRequest, MatchupRequest
from mlcore.game.gamedata import GameData
from mlcore.game.spreads import FLAT, Spread


@dataclass(frozen=True)
class Duel:
    """Indices into the game's tables."""

    pokemon_a: int
    pokemon_b: int
    move_a: int
    move_b: int
    setup_a: Spread = FLAT
    setup_b: Spread = FLAT


@dataclass(frozen=True)
class BestMoveQuestion:
    """Indices into the game's tables; the moves are damaging ones, in the order given."""

    pokemon_a: int
    pokemon_b: int
    moves_a: tuple[int, ...]
    moves_b: tuple[int, ...]
    setup_a: Spread = FLAT
    setup_b: Spread = FLAT
    reasons: bool = True


@dataclass(frozen=True)
class MatchupQuestion:
    """Indices into the game's tables; moves in the order given, status moves too, maybe none."""

    forms: tuple[int, int]
    moves: tuple[tuple[int, ...], tuple[int, ...]]
    setups: tuple[Spread, Spread]


def read_duel(body: Any, game: GameData, *, name: str = "body", brief: bool = False) -> Duel:
    """The duel in a body that errors call ``name``; raises Problem with all errors.

    ``brief``: without suggestions.
    """
    reader = core_reader.Reader(body, game, BattleRequest, name=name, brief=brief)
    forms = {side: reader.form(f"pokemon_{side}_id") for side in "ab"}
    moves = {side: reader.move(f"move_{side}_id", forms[side]) for side in "ab"}
    setups = [reader.setup(key) for key in core_reader.SETUPS]
    reader.finish()
    # No errors, so nothing is None.
    return Duel(forms["a"], forms["b"], moves["a"], moves["b"], *setups)  # type: ignore[arg-type]


def read_best_move(body: Any, game: GameData) -> BestMoveQuestion:
    """The matchup of a ``predict/best-move/`` body; raises Problem like ``read_duel``."""
    reader = core_reader.Reader(body, game, BestMoveRequest)
    forms = {side: reader.form(f"pokemon_{side}_id") for side in "ab"}
    moves = {side: reader.moves(f"moves_{side}", forms[side]) for side in "ab"}
    setups = [reader.setup(key) for key in core_reader.SETUPS]
    reasons = reader.flag("reasons")
    reader.finish()
    return BestMoveQuestion(forms["a"], forms["b"], moves["a"], moves["b"], *setups, reasons)  # type: ignore[arg-type]


def read_matchup(body: Any, game: GameData) -> MatchupQuestion:
    """The sides of a ``predict/matchup/`` body; raises Problem like ``read_duel``."""
    reader = core_reader.Reader(body, game, MatchupRequest, status_moves=True)
    forms = {side: reader.form(f"pokemon_{side}_id", fighting=False) for side in "ab"}
    moves = {side: reader.moves(f"moves_{side}", forms[side]) for side in "ab"}
    setups = [reader.setup(key) for key in core_reader.SETUPS]
    reader.finish()
    return MatchupQuestion(
        forms=(forms["a"], forms["b"]),  # type: ignore[arg-type]
        moves=(moves["a"], moves["b"]),  # type: ignore[arg-type]
        setups=(setups[0], setups[1]),
    )
