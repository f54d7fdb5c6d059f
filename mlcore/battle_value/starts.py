"""Starts of battles to learn from: who fights whom, with what spread, with which moves."""

import numpy as np

from mlcore.datasets.sampling import random_setups
from mlcore.engine import state as st
from mlcore.engine.damage import fighter_details
from mlcore.engine.jit import kernel
from mlcore.engine.specs import GameTables, MoveColumn, Setups
from mlcore.engine.stats import compute_stats
from mlcore.game import move_strength

#: Share of sides that know fewer than four moves, and of battles with other spreads than standard.
_FEWER_MOVES, _OTHER_SPREADS = 0.15, 0.35


def _random_sets(tables: GameTables, forms: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Four moves that each form can have, all as likely; int (k, 4), -1 where it has fewer."""
    noise = np.where(tables.usable[forms], rng.random((len(forms), len(tables.moves))), -1.0)
    order = np.argsort(-noise, axis=1)[:, : st.MOVE_SLOTS]
    return np.where(np.take_along_axis(noise, order, axis=1) >= 0, order, st.NO_MOVE)


def _sensible_set(
    tables: GameTables, strength: np.ndarray, form: int, rng: np.random.Generator
) -> list[int]:
    """Two to four strong attacks of different types, then status moves, then anything."""
    usable = np.flatnonzero(tables.usable[form])
    is_attack = tables.damaging[usable] & (strength[form, usable] > 0)
    attacks, others = usable[is_attack], rng.permutation(usable[~is_attack])
    weight = strength[form, attacks] * np.exp(0.3 * rng.gumbel(size=len(attacks)))
    kinds: dict[int, int] = {}
    for move in attacks[np.argsort(-weight)]:
        kinds.setdefault(int(tables.moves[move, MoveColumn.TYPE]), int(move))
    chosen = list(kinds.values())[: rng.integers(2, st.MOVE_SLOTS + 1)]
    rest = [int(move) for move in (*others, *rng.permutation(attacks)) if move not in chosen]
    return [*chosen, *rest][: st.MOVE_SLOTS]


def draw(
    tables: GameTables,
    count: int,
    rng: np.random.Generator,
    fighters: tuple[np.ndarray, np.ndarray] | None = None,
) -> tuple[Setups, np.ndarray, Setups, np.ndarray]:
    """a, slots_a, b, slots_b of ``count`` match-ups; slots int64 (count, 4), -1 for none.

    Half of them are random legal sets, half sensible ones. ``fighters``: the forms to draw A and B
    from, int (k,) each; all that can fight if None.
    """
    if fighters is None:
        fighters = 2 * (move_strength.fighters_of(tables),)
    strength = np.maximum(move_strength.expected_damage(tables), 0).mean(axis=2)
    is_sensible = rng.random(count) < 0.5
    sides = []
    for able in fighters:
        forms = rng.choice(able, count)
        slots = _random_sets(tables, forms, rng)
        for row in np.flatnonzero(is_sensible):
            chosen = _sensible_set(tables, strength, forms[row], rng)
            slots[row] = st.NO_MOVE
            slots[row, : len(chosen)] = rng.permutation(chosen)
        for row in np.flatnonzero(rng.random(count) < _FEWER_MOVES):
            slots[row, rng.integers(1, st.MOVE_SLOTS) :] = st.NO_MOVE
        sides.append((Setups.flat(forms), slots.astype(np.int64)))
    (a, slots_a), (b, slots_b) = sides
    other = np.flatnonzero(rng.random(count) < _OTHER_SPREADS)
    # Where HP are few, every point counts: a third of them is at low levels.
    is_low = rng.random(len(other)) < 1 / 3
    level = np.where(is_low, rng.integers(3, 16, len(other)), rng.integers(5, 101, len(other)))
    gap = np.where(rng.random(len(other)) < 0.5, 0, rng.integers(-12, 13, len(other)))
    for setups, levels in ((a, level), (b, np.clip(level + gap, 1, 100))):
        drawn = random_setups(setups.form[other], levels, rng)
        setups.level[other] = levels
        # A third of them differ in level only.
        whole = rng.random(len(other)) < 0.67
        for name in ("nature", "friendship", "ivs", "avs"):
            getattr(setups, name)[other[whole]] = getattr(drawn, name)[whole]
    return a, slots_a, b, slots_b


@kernel
def _fill(states, side, stats, details, slots, moves):
    for k in range(states.shape[0]):
        own = details[k]
        st.set_side(states[k], side, stats[k], own[0], own[1], own[2:4], own[4], moves, slots[k])


def states_of(
    tables: GameTables, a: Setups, slots_a: np.ndarray, b: Setups, slots_b: np.ndarray
) -> np.ndarray:
    """Fresh battles of the match-ups, int64 (k, 3, columns)."""
    states = np.zeros((len(a), 3, st.SIDE_COLUMNS), dtype=np.int64)
    for side, (setups, slots) in enumerate(((a, slots_a), (b, slots_b))):
        stats, details = compute_stats(tables, setups), fighter_details(tables, setups)
        whole = (np.ascontiguousarray(each, dtype=np.int64) for each in (stats, details, slots))
        _fill(states, side, *whole, tables.moves)
    return states


def worn(states: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The same battles, int64 (k, 3, columns), with any HP left to both sides."""
    states = states.copy()
    states[:, :2, st.HP] = rng.integers(1, states[:, :2, st.MAX_HP] + 1)
    return states
