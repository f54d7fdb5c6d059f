"""Validated body of ``simulate/``."""

from dataclasses import dataclass
from typing import Any

from battles.api.core.problems import FieldError
from battles.api.core.reader import SETUPS, Reader
from battles.api.simulate.serializers import SimulateRequest
from mlcore.game.gamedata import GameData
from mlcore.game.spreads import Spread
from mlcore.serving import counters

#: With look-ahead: maximum number of battles, and playouts per decision.
MAX_SEARCHED_PLAYS, SEARCH_BUDGET = 25, 50


@dataclass(frozen=True)
class Simulation:
    """What to simulate, as indices into the game's tables; ``seed`` None: random."""

    pokemon_a: int
    pokemon_b: int
    moves_a: tuple[int, ...]
    moves_b: tuple[int, ...]
    setup_a: Spread
    setup_b: Spread
    plays: int
    seed: int | None
    policy_a: str
    policy_b: str


def read_simulation(body: Any, game: GameData) -> Simulation:
    """The body of ``simulate/``: one move or up to four per side."""
    reader = Reader(body, game, SimulateRequest, status_moves=True)
    forms = {side: reader.form(f"pokemon_{side}_id", fighting=False) for side in "ab"}
    given = {side: _moves(reader, side, forms[side]) for side in "ab"}
    setups = [reader.setup(key) for key in SETUPS]
    policies = [reader.choice(f"policy_{side}") for side in "ab"]
    searched = "search" in policies
    plays = reader.integer("plays", high=MAX_SEARCHED_PLAYS if searched else None)
    seed = reader.integer("seed")
    reader.finish()
    a, b = forms["a"], forms["b"]
    assert a is not None
    assert b is not None
    assert plays is not None
    return Simulation(
        pokemon_a=a,
        pokemon_b=b,
        moves_a=given["a"] or counters.moves_against(game, a, b),
        moves_b=given["b"] or counters.moves_against(game, b, a),
        setup_a=setups[0],
        setup_b=setups[1],
        plays=plays,
        seed=seed,
        policy_a=policies[0],
        policy_b=policies[1],
    )


def _moves(reader: Reader, side: str, form: int | None) -> tuple[int, ...] | None:
    """A side's moves, under either key; None without any."""
    one, several = f"move_{side}_id", f"moves_{side}"
    if one in reader.body and several in reader.body:
        reason = f"{one} and {several} cannot both be given."
        reader.errors.append(FieldError(several, "contradiction", reason, f"{one} or {several}"))
        return None
    if one in reader.body:
        move = reader.move(one, form)
        return None if move is None else (move,)
    return reader.given_moves(several, form) if several in reader.body else None
