"""Which duels are learned from: scenarios, forms, moves and set-ups, drawn by chance."""

import numpy as np

from mlcore.engine.specs import (
    NATURE_NAMES,
    GameTables,
    Setups,
)
from mlcore.game import move_strength

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


def _random_moves(tables: GameTables, forms: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One damaging move of each form, each as likely; int (k,)."""
    usable = tables.usable & tables.damaging
    counts = usable.sum(axis=1)
    order = np.argsort(~usable, axis=1, kind="stable")
    return order[forms, rng.integers(0, counts[forms])]


def _special_sides(
    tables: GameTables, count: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """(forms, moves): each special move as likely, with a random form that has it."""
    moves = np.flatnonzero(move_strength.special_moves(tables) & tables.usable.any(axis=0))
    chosen = rng.choice(moves, count)
    users = tables.usable[:, chosen].T
    order = np.argsort(~users, axis=1, kind="stable")
    forms = order[np.arange(count), rng.integers(0, users.sum(axis=1))]
    return forms, chosen


def random_setups(forms: np.ndarray, levels: np.ndarray, rng: np.random.Generator) -> Setups:
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
    fighters = move_strength.fighters_of(tables)
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
    best = move_strength.best_moves(tables)
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
        raised = random_setups(setups.form[other], levels, rng)
        # A third of them differ in level only.
        only_level = rng.random(len(other)) < 0.33
        setups.level[other] = levels
        for name in ("nature", "friendship", "ivs", "avs"):
            column = getattr(setups, name)
            column[other[~only_level]] = getattr(raised, name)[~only_level]
    return a, move_a, b, move_b, scenario
