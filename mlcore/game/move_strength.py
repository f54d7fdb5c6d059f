"""How much damage a move promises, and each form's best moves by it."""

from functools import lru_cache

import numpy as np

from mlcore.engine.damage import friendship_power, weight_power
from mlcore.engine.effectiveness import percent
from mlcore.engine.specs import (
    DEFAULT_FRIENDSHIP,
    DEFAULT_LEVEL,
    REACTIVE,
    TWO_TURNS,
    DamageClass,
    Effect,
    GameTables,
    MoveColumn,
    Setups,
)
from mlcore.engine.stats import compute_stats

# Moves that are no plan of their own: they need something first, or cost the user everything.
_NO_PLAN = (
    *REACTIVE,
    Effect.SELF_DESTRUCT,
    Effect.TARGET_ASLEEP_ONLY,
    Effect.FIRST_TURN_ONLY,
)


def fighters_of(tables: GameTables) -> np.ndarray:
    """Forms that have a damaging move, int (n,)."""
    return np.flatnonzero((tables.usable & tables.damaging).any(axis=1))


@lru_cache(maxsize=2)
def expected_damage(tables: GameTables) -> np.ndarray:
    """Mean HP that a use takes per turn under standard rules, float32 (forms, moves, forms).

    By [user, move, target]; -1 for moves that the user does not have. A rule of thumb to choose
    strong moves by: no critical hits, no side effects, no order of moves.
    """
    count = len(tables.base_stats)
    stats = compute_stats(tables, Setups.flat(np.arange(count))).astype(np.float64)
    out = np.full((count, len(tables.moves), count), -1.0, dtype=np.float32)
    level = DEFAULT_LEVEL
    for move in np.flatnonzero(tables.damaging):
        row = tables.moves[move]
        users = np.flatnonzero(tables.usable[:, move])
        if not len(users):
            continue
        effect = row[MoveColumn.EFFECT]
        kind = row[MoveColumn.TYPE]
        effectiveness = percent(tables.type_chart, kind, *tables.form_types.T) / 100
        accuracy = (row[MoveColumn.ACCURACY] or 100) / 100
        hits = (row[MoveColumn.MIN_HITS] + row[MoveColumn.MAX_HITS]) / 2
        power = np.full(count, float(row[MoveColumn.POWER]))
        if effect == Effect.WEIGHT_POWER:
            power = np.array([float(weight_power(weight)) for weight in tables.weights])
        elif effect == Effect.FRIENDSHIP_POWER:
            power[:] = friendship_power(DEFAULT_FRIENDSHIP)
        physical = row[MoveColumn.DAMAGE_CLASS] == DamageClass.PHYSICAL
        attack, defense = (1, 2) if physical else (3, 4)
        own = np.broadcast_to(stats[users, None, attack], (len(users), count))
        if effect == Effect.USE_TARGET_ATTACK:
            own = np.broadcast_to(stats[None, :, attack], (len(users), count))
        stab = np.where((tables.form_types[users] == kind).any(axis=1), 1.5, 1.0)
        damage = ((2 * level / 5 + 2) * power * own / stats[None, :, defense] / 50 + 2) * 0.925
        damage = damage * stab[:, None] * effectiveness * hits
        target_hp = np.broadcast_to(stats[None, :, 0], damage.shape)
        touched = effectiveness > 0
        if row[MoveColumn.FIXED_DAMAGE]:
            damage = np.broadcast_to(row[MoveColumn.FIXED_DAMAGE] * touched, damage.shape)
        elif effect in (Effect.LEVEL_DAMAGE, Effect.RANDOM_LEVEL_DAMAGE):
            damage = np.broadcast_to(level * touched, damage.shape)
        elif effect == Effect.HALF_HP_DAMAGE:
            damage = target_hp / 2 * touched
        elif effect == Effect.ONE_HIT_KO:
            damage = target_hp * touched
        elif effect in _NO_PLAN:
            damage = np.zeros_like(damage)
        turns = 2 if effect in TWO_TURNS else 1
        out[users, move] = np.minimum(damage, target_hp) * accuracy / turns
    return out


@lru_cache(maxsize=2)
def best_moves(tables: GameTables) -> np.ndarray:
    """The damaging move with the highest expected damage, int (forms, forms) by [user, target]."""
    return expected_damage(tables).argmax(axis=1)


def special_moves(tables: GameTables) -> np.ndarray:
    """bool (m,): damaging moves with a mechanic of their own."""
    moves = tables.moves
    special = (
        (moves[:, MoveColumn.EFFECT] != Effect.NONE)
        | (moves[:, MoveColumn.MAX_HITS] > 1)
        | (moves[:, MoveColumn.DRAIN_PERCENT] > 0)
        | (moves[:, MoveColumn.RECOIL_PERCENT] > 0)
        | (moves[:, MoveColumn.FIXED_DAMAGE] > 0)
        | (moves[:, MoveColumn.PRIORITY] != 0)
    )
    return special & tables.damaging
