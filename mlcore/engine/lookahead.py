"""Looking ahead from where a battle stands: chances to win, and what each choice is worth.

Nothing here draws from the battle's own random stream, so looking changes no battle.
"""

import copy
import time
from dataclasses import dataclass

from mlcore.engine import events as ev
from mlcore.engine import matrix_game, policies, search, simulate
from mlcore.engine import state as st
from mlcore.engine.battle import Battle
from mlcore.engine.rng import random_source

#: Games of one chance: so many, or as many as the time allows, but never fewer than the least.
GAMES = 200
MIN_GAMES = 20
SECONDS = 0.35
#: Playouts of a decision within such a game.
GAME_BUDGET = 96
#: Playouts behind the values of all choices of a turn.
VALUE_BUDGET = 8000


@dataclass(frozen=True)
class Chance:
    """Share of ``games`` that side A won (a draw counts half), both sides looking ahead."""

    share: float
    games: int


def twin_of(battle: Battle, *, seed: int, stream: int, turn: int) -> Battle:
    """A copy to think with: same state, a random stream of its own, no log."""
    twin = copy.copy(battle)
    twin.state = battle.state.copy()
    twin.rng = random_source(seed, stream, turn)
    twin.log = ev.no_events()
    return twin


def win_chance(battle: Battle, *, seed: int, stream: int) -> Chance:
    """Play on to the end many times, both sides by the search policy."""
    if battle.points is not None:
        return Chance(battle.points, 0)
    twin = twin_of(battle, seed=seed, stream=stream, turn=battle.turn)
    state, scratch, board = st.new_state(), st.new_state(), search.new_board()
    until = time.monotonic() + SECONDS
    won, games = 0.0, 0
    while games < GAMES and (games < MIN_GAMES or time.monotonic() < until):
        state[:] = battle.state
        winner = simulate.play_on(
            state,
            twin.rng,
            twin.log,
            twin.tables.rules,
            policies.SEARCH,
            policies.SEARCH,
            GAME_BUDGET,
            scratch,
            board,
        )
        won += {st.A_WINS: 1.0, st.DRAW: 0.5}.get(int(winner), 0.0)
        games += 1
    return Chance(won / games, games)


def choice_values(battle: Battle, side: int, *, seed: int, stream: int) -> dict[int, float]:
    """What each usable slot is worth against the foe's best mixture; empty without a choice.

    A value is the chance to win of quick playouts, see mlcore/engine/search.py.
    """
    slots = battle.choices(side)
    if len(slots) < 2:
        return {}
    twin = twin_of(battle, seed=seed, stream=stream, turn=battle.turn)
    board = matrix_game.new_board()
    rows, columns = search.solve_turn(
        twin.state, twin.rng, twin.log, battle.tables.rules, VALUE_BUDGET, st.new_state(), board
    )
    others = columns if side == 0 else rows
    return {slot: float(matrix_game.worth(board, side, i, others)) for i, slot in enumerate(slots)}
