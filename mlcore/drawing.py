"""Which duels are learned from: scenarios, forms, moves and set-ups, drawn by chance."""

from functools import lru_cache

import numpy as np

from mlcore.engine.specs import (
    DEFAULT_LEVEL,
    NATURE_NAMES,
    TWO_TURNS,
    DamageClass,
    Effect,
    GameTables,
    MoveColumn,
    Setups,
)
from mlcore.engine.stats import compute_stats

SCENARIOS = ("random", "best", "best_random", "pair", "special", "mirror")

#: Share of the duels that each scenario gets, before splitting.
_MIX = {
    "random": 0.38,
    "best": 0.16,
    "best_random": 0.12,
    "pair": 0.16,
    "special": 0.15,
    "mirror": 0.03,
}
_SHARE_OF_OTHER_SETUPS = 0.25
_DUELS_PER_PAIR = 16

# Moves that are no plan of their own: they need something first, or cost the user everything.
_NO_PLAN = (
    Effect.BIDE,
    Effect.COUNTER,
    Effect.MIRROR_COAT,
    Effect.SELF_DESTRUCT,
    Effect.TARGET_ASLEEP_ONLY,
    Effect.FIRST_TURN_ONLY,
)


def fighters_of(tables: GameTables) -> np.ndarray:
    """Forms that have a damaging move, int (n,)."""
    return np.flatnonzero((tables.usable & tables.damaging).any(axis=1))


@lru_cache(maxsize=2)
def expected_damage(tables: GameTables) -> np.ndarray:
    """Mean HP that a use takes per turn under flat rules, float32 (forms, moves, forms).

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
        effectiveness = np.prod(tables.type_chart[kind][tables.form_types] / 100, axis=1)
        accuracy = (row[MoveColumn.ACCURACY] or 100) / 100
        hits = (row[MoveColumn.MIN_HITS] + row[MoveColumn.MAX_HITS]) / 2
        power = np.full(count, float(row[MoveColumn.POWER]))
        if effect == Effect.WEIGHT_POWER:
            steps = np.array([100, 250, 500, 1000, 2000])
            power = np.array([20.0, 40, 60, 80, 100, 120])[
                np.searchsorted(steps, tables.weights, side="right")
            ]
        elif effect == Effect.FRIENDSHIP_POWER:
            power[:] = 28
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


def _random_moves(tables: GameTables, forms: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One damaging move of each form, each as likely; int (k,)."""
    usable = tables.usable & tables.damaging
    counts = usable.sum(axis=1)
    order = np.argsort(~usable, axis=1, kind="stable")
    return order[forms, rng.integers(0, counts[forms])]


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


def _special_sides(
    tables: GameTables, count: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """(forms, moves): each special move as likely, with a random form that has it."""
    moves = np.flatnonzero(special_moves(tables) & tables.usable.any(axis=0))
    chosen = rng.choice(moves, count)
    users = tables.usable[:, chosen].T
    order = np.argsort(~users, axis=1, kind="stable")
    forms = order[np.arange(count), rng.integers(0, users.sum(axis=1))]
    return forms, chosen


def _random_setups(forms: np.ndarray, levels: np.ndarray, rng: np.random.Generator) -> Setups:
    """Fighters raised in all ways: natures, IVs, AVs, friendship."""
    count = len(forms)
    ivs = rng.integers(0, 32, (count, 6))
    ivs[rng.random(count) < 0.3] = 31
    avs = rng.integers(0, 201, (count, 6)) * (rng.random((count, 6)) < 0.5)
    avs[rng.random(count) < 0.5] = 0
    friendship = np.where(rng.random(count) < 0.5, 70, rng.integers(0, 256, count))
    return Setups(
        form=forms.astype(np.int32),
        level=levels.astype(np.int32),
        nature=rng.integers(0, len(NATURE_NAMES), count).astype(np.int32),
        friendship=friendship.astype(np.int32),
        ivs=ivs.astype(np.int32),
        avs=avs.astype(np.int32),
    )


def draw(
    tables: GameTables, count: int, rng: np.random.Generator
) -> tuple[Setups, np.ndarray, Setups, np.ndarray, np.ndarray]:
    """a, move_a, b, move_b, scenario of ``count`` duels."""
    fighters = fighters_of(tables)
    sizes = np.array([round(count * _MIX[name]) for name in SCENARIOS])
    sizes[0] += count - sizes.sum()
    scenario = np.repeat(np.arange(len(SCENARIOS)), sizes)
    form_a = rng.choice(fighters, count)
    form_b = rng.choice(fighters, count)
    rows = {name: scenario == index for index, name in enumerate(SCENARIOS)}

    # Many duels of the same two forms, as a match-up asks for them.
    whole = np.flatnonzero(rows["pair"])
    form_a[whole] = form_a[whole[np.arange(len(whole)) // _DUELS_PER_PAIR]]
    form_b[whole] = form_b[whole[np.arange(len(whole)) // _DUELS_PER_PAIR]]
    form_b[rows["mirror"]] = form_a[rows["mirror"]]

    move_a = _random_moves(tables, form_a, rng)
    move_b = _random_moves(tables, form_b, rng)
    best = best_moves(tables)
    for name, sides in (("best", "ab"), ("best_random", "a")):
        if "a" in sides:
            move_a[rows[name]] = best[form_a, form_b][rows[name]]
        if "b" in sides:
            move_b[rows[name]] = best[form_b, form_a][rows[name]]
    special = np.flatnonzero(rows["special"])
    form_a[special], move_a[special] = _special_sides(tables, len(special), rng)
    both = special[rng.random(len(special)) < 0.4]
    form_b[both], move_b[both] = _special_sides(tables, len(both), rng)

    # Half of the duels whose sides were drawn differently are looked at from the other side.
    flip = rng.random(count) < 0.5
    form_a[flip], form_b[flip] = form_b[flip], form_a[flip]
    move_a[flip], move_b[flip] = move_b[flip], move_a[flip]

    a, b = Setups.flat(form_a), Setups.flat(form_b)
    other = np.flatnonzero(rng.random(count) < _SHARE_OF_OTHER_SETUPS)
    level_a = rng.integers(1, 101, len(other))
    near = np.clip(level_a + rng.integers(-10, 11, len(other)), 1, 100)
    level_b = np.where(rng.random(len(other)) < 0.7, near, rng.integers(1, 101, len(other)))
    for setups, levels in ((a, level_a), (b, level_b)):
        raised = _random_setups(setups.form[other], levels, rng)
        # A third of them differ in level only.
        only_level = rng.random(len(other)) < 0.33
        setups.level[other] = levels
        for name in ("nature", "friendship", "ivs", "avs"):
            column = getattr(setups, name)
            column[other[~only_level]] = getattr(raised, name)[~only_level]
    return a, move_a, b, move_b, scenario
