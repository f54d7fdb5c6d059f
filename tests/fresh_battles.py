"""States of battles that tests of the battle value begin with."""

import numpy as np

from mlcore.battle_value import starts
from mlcore.engine import state as st
from mlcore.engine.specs import Setups


def battle(game, a, moves_a, b, moves_b):
    """The state of a fresh battle at level 50."""
    slots = np.full((2, 1, st.MOVE_SLOTS), st.NO_MOVE)
    for row, moves in zip(slots, (moves_a, moves_b), strict=True):
        row[0, : len(moves)] = [game.move_index(move) for move in moves]
    fighters = [Setups.flat(np.array([game.form_index(form)])) for form in (a, b)]
    return starts.states_of(game.tables, fighters[0], slots[0], fighters[1], slots[1])[0]
