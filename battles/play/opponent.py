"""The opponents: how each of them chooses."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import cast

import numpy as np

from battles.models import Strength
from mlcore.engine import battle as bt
from mlcore.engine import state as st
from mlcore.engine.rng import draw
from mlcore.engine.specs import GameTables
from mlcore.game import matchup as game_matchup
from mlcore.game.gamedata import GameData
from mlcore.learning import model as learning_model
from mlcore.serving import well_played

#: Playouts of a decision of the opponent that looks ahead.
SEARCH_BUDGET = 400
_WORD = 1 << 30


@dataclass(frozen=True, eq=False)
class _Tables:
    """The part of the game data that models read: tables and fingerprint."""

    tables: GameTables
    fingerprint: str


def policy(
    strength: str, champion: Callable[[], learning_model.Model], fingerprint: str
) -> bt.Policy:
    """How an opponent of this strength chooses; what it returns may raise NoChampion.

    ``champion`` is called only by the one that asks it. ``fingerprint`` is that of the game data
    the battle is played with.
    """
    policies: dict[str, bt.Policy] = {
        Strength.RANDOM: bt.random_choice,
        Strength.STRONGEST: bt.strongest_damage,
        Strength.MODEL: partial(model_choice, champion, fingerprint),
        Strength.SEARCH: bt.searching(SEARCH_BUDGET),
        Strength.VALUE: partial(value_choice, fingerprint),
    }
    return policies[strength]


def value_choice(fingerprint: str, engine: bt.Battle, side: int) -> int:
    """A move drawn from the mixture that solves the turn, one ply ahead on the value of states.

    Raises NoBattleValue.
    """
    value = well_played.current_for(fingerprint)
    slots = engine.choices(side)
    if len(slots) < 2:
        return slots[0] if slots else st.NO_CHOICE
    shares = well_played.advise(engine, value, side).shares
    left = draw(engine.rng, _WORD) / _WORD
    for slot, share in shares.items():
        left -= share
        if left < 0:
            return slot
    return slot


def model_choice(
    champion: Callable[[], learning_model.Model], fingerprint: str, engine: bt.Battle, side: int
) -> int:
    """The move that wins most often into the foe's best reply, according to the champion.

    ``fingerprint`` is that of the game data the battle is played with.

    The champion knows duels from full health: it weighs moves, not the moment. Where it has
    nothing to weigh, the strongest move is taken.
    """
    tables, state = engine.tables, engine.state
    slots = engine.choices(side)
    if len(slots) < 2:
        return slots[0] if slots else -1
    own = [slot for slot in slots if tables.damaging[state[side, st.MOVE_1 + slot]]]
    foes = state[1 - side, st.MOVE_1 : st.MOVE_4 + 1]
    foes = foes[(foes >= 0) & (state[1 - side, st.PP_1 : st.PP_4 + 1] > 0)]
    foes = foes[tables.damaging[foes]]
    if not own or not len(foes):
        return bt.strongest_damage(engine, side)
    moves = np.array([state[side, st.MOVE_1 + slot] for slot in own])
    rows = np.zeros(len(moves) * len(foes), dtype=np.int64)
    # A transformed fighter has the other's stats.
    who = [
        1 - fighter if state[fighter, st.TRANSFORMED] else fighter for fighter in (side, 1 - side)
    ]
    grid = learning_model.predict_with(
        champion(),
        cast(GameData, _Tables(tables, fingerprint)),
        engine.fighters.take(rows + who[0]),
        np.repeat(moves, len(foes)),
        engine.fighters.take(rows + who[1]),
        np.tile(foes, len(moves)),
    ).reshape(len(moves), len(foes))
    return own[game_matchup.from_grid(moves, foes, grid).best]
