"""A fixed set of battles, played in this process; as a program: on tables from a file.

NUMBA_DISABLE_JIT=1 python -m tests.mlcore.engine.two_ways tables.npz
"""

import json
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
from numba import config as numba_config

from mlcore.engine import events as ev
from mlcore.engine import policies
from mlcore.engine import state as st
from mlcore.engine import turn as turns
from mlcore.engine.damage import damage_rolls, fighter_details
from mlcore.engine.rng import random_source
from mlcore.engine.simulate import simulate_battles
from mlcore.engine.specs import GameTables, Setups
from mlcore.engine.stats import compute_stats

#: Battles of four random moves a side; each is also a duel of the first moves.
BATTLES = 40
PLAYS = 3


def save_tables(tables: GameTables, path: Path) -> None:
    np.savez(path, **{field.name: getattr(tables, field.name) for field in fields(tables)})


def load_tables(path: Path) -> GameTables:
    with np.load(path) as saved:
        arrays = dict(saved)
    for name in ("form_slugs", "move_slugs", "type_slugs"):
        arrays[name] = tuple(arrays[name].tolist())
    arrays["struggle"] = int(arrays["struggle"])
    return GameTables(**arrays)


def play_fixed_set(tables: GameTables) -> dict:
    """Results of every battle, and every event and final state of some."""
    rng = np.random.default_rng(99)
    known = np.delete(np.arange(len(tables.moves)), tables.struggle)
    sides = []
    for _ in range(2):
        forms = rng.integers(len(tables.form_slugs), size=BATTLES).astype(np.int32)
        slots = np.array([rng.choice(known, 4, replace=False) for _ in range(BATTLES)])
        sides.append((Setups.flat(forms, level=int(rng.integers(40, 60))), slots))
    (a, slots_a), (b, slots_b) = sides

    results: list = []
    for policy in (policies.RANDOM, policies.STRONGEST):
        outcomes = simulate_battles(
            tables,
            a,
            slots_a,
            b,
            slots_b,
            plays=PLAYS,
            seed=17,
            policy_a=policy,
            policy_b=policies.RANDOM,
        )
        results += np.column_stack(
            [outcomes.wins_a, outcomes.wins_b, outcomes.draws, outcomes.turns]
        ).tolist()
    results += damage_rolls(tables, a, slots_a[:, 0], b).tolist()

    stats = [compute_stats(tables, setups) for setups in (a, b)]
    details = [fighter_details(tables, setups) for setups in (a, b)]
    for k in range(0, BATTLES, 4):
        state, log, source = st.new_state(), ev.new_log(), random_source(k)
        for side, slots in enumerate((slots_a, slots_b)):
            level, friendship, *types, weight = details[side][k]
            st.set_side(
                state,
                side,
                stats[side][k],
                level,
                friendship,
                np.array(types, dtype=np.int64),
                weight,
                tables.moves,
                slots[k],
            )
        while state[st.FIELD, st.WINNER] == st.UNDECIDED:
            choices = [
                policies.choose_random(state, source, tables.rules.moves, side) for side in (0, 1)
            ]
            turns.play_turn(state, source, log, tables.rules, *choices)
        results += [state.tolist(), ev.rows(log).tolist()]
    return {"interpreted": bool(numba_config.DISABLE_JIT), "results": results}


if __name__ == "__main__":
    print(json.dumps(play_fixed_set(load_tables(Path(sys.argv[1])))))
