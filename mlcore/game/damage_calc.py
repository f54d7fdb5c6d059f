"""What one use of a move takes from its target: the sixteen rolls and what follows from them.

Exact for the first uses against a target whose stats stay as they are: sums of hits and of uses
are convolutions of integer distributions (by FFT, errors about 1e-15), nothing is sampled. What
a fight adds on top (drain, recoil, burns, stat changes, lost turns) is not part of it.

Two answers stand side by side. ``knockout`` is the chance in play: it counts misses and critical
hits. ``knockout_by_rolls`` is what damage calculators print: every use hits, none is critical.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from mlcore.engine import effectiveness as type_effectiveness
from mlcore.engine import state as st
from mlcore.engine.damage import (
    critical_chance,
    damage_rolls,
    fighter_details,
    formula_damage,
    friendship_power,
    hit_count_chance,
    move_power,
    weight_power,
)
from mlcore.engine.specs import (
    NO_TYPE,
    REACTIVE,
    TWO_TURNS,
    Ailment,
    Effect,
    GameTables,
    MoveColumn,
    Setups,
)
from mlcore.engine.stats import compute_stats

#: Uses whose chance to knock out is told.
USES = 3
#: Uses that calculators name by their chance ("12.5% chance to 4HKO") before they only bound them.
CALCULATOR_USES = 4
ROLLS = 16
#: Stats whose stages change damage.
STAGED_STATS = ("attack", "defense", "special_attack", "special_defense")
MAX_STAGE = 6
#: Statuses that change damage or whom it hits, by name.
STATUSES = {
    "paralysis": Ailment.PARALYSIS,
    "burn": Ailment.BURN,
    "poison": Ailment.POISON,
    "sleep": Ailment.SLEEP,
    "freeze": Ailment.FREEZE,
}
#: Probabilities smaller than this are rounding of the transform.
_NOISE = 1e-12
_PSYWAVE_STEPS = 101


class DamageKind(IntEnum):
    """Where the damage of a move comes from."""

    FORMULA = 0
    #: The same amount every time (Dragon Rage, Seismic Toss).
    FIXED = 1
    #: 50 to 150 % of the user's level, evenly (Psywave).
    RANDOM_LEVEL = 2
    #: Half of what is left (Super Fang).
    HALF_HP = 3
    #: All or nothing (Fissure).
    ONE_HIT_KO = 4
    #: Depends on the damage taken before (Counter, Mirror Coat, Bide).
    REACTIVE = 5
    #: The target's type takes nothing, or the move deals no damage.
    NOTHING = 6


_KIND_OF_EFFECT = {
    Effect.LEVEL_DAMAGE: DamageKind.FIXED,
    Effect.RANDOM_LEVEL_DAMAGE: DamageKind.RANDOM_LEVEL,
    Effect.HALF_HP_DAMAGE: DamageKind.HALF_HP,
    Effect.ONE_HIT_KO: DamageKind.ONE_HIT_KO,
    **dict.fromkeys(REACTIVE, DamageKind.REACTIVE),
}
#: Moves that work at most once: the first turn only, or the user is gone.
_ONCE = (Effect.FIRST_TURN_ONLY, Effect.SELF_DESTRUCT)


@dataclass(frozen=True)
class Conditions:
    """How a side stands in the middle of a battle; by default as at its start.

    stages  of STAGED_STATS, -6 to 6
    hp      current HP, None for all; more than it has means all
    status  an Ailment
    """

    stages: tuple[int, ...] = (0, 0, 0, 0)
    hp: int | None = None
    status: int = int(Ailment.NONE)
    reflect: bool = False
    light_screen: bool = False


FRESH = Conditions()


@dataclass(frozen=True, eq=False)
class Damage:
    """The damage of k moves on k targets.

    kind              int64 (k,), DamageKind
    rolls             int64 (k, 16): one hit without a critical hit, lowest first, in HP,
                      not capped by the target's HP; zeros where no formula is at work
    critical_rolls    int64 (k, 16): the same for a critical hit
    critical_chance   float64 (k,): of each hit; 0 where nothing can be critical
    accuracy          float64 (k,): chance that a use hits; 0 when it cannot work
    effectiveness     int64 (k,): per cent of neutral damage, 0 to 400
    stab              bool (k,)
    power             int64 (k,): 0 where the formula is not used
    min_hits, max_hits  int64 (k,)
    hp                int64 (k,): the target's HP when it is healthy
    hp_left           int64 (k,): the HP it has
    use_min, use_max  int64 (k,): HP that a use that hits takes without critical hits (with them
                      where the move is always critical)
    expected          float64 (k,): mean share of the target's HP that a use takes, misses and
                      critical hits counted, 0 to 1
    knockout          float64 (k, USES): chance that 1, 2, 3 .. uses knock out, misses and critical
                      hits counted
    knockout_by_rolls float64 (k, CALCULATOR_USES): the same when every use hits and none is
                      critical
    turns_per_use     int64 (k,): 2 for moves that charge or recharge
    only_once         bool (k,): the move works for one use only
    asleep_only       bool (k,): it needs a sleeping target, so a fresh one takes nothing
    """

    kind: np.ndarray
    rolls: np.ndarray
    critical_rolls: np.ndarray
    critical_chance: np.ndarray
    accuracy: np.ndarray
    effectiveness: np.ndarray
    stab: np.ndarray
    power: np.ndarray
    min_hits: np.ndarray
    max_hits: np.ndarray
    hp: np.ndarray
    hp_left: np.ndarray
    use_min: np.ndarray
    use_max: np.ndarray
    expected: np.ndarray
    knockout: np.ndarray
    knockout_by_rolls: np.ndarray
    turns_per_use: np.ndarray
    only_once: np.ndarray
    asleep_only: np.ndarray

    def __len__(self) -> int:
        return len(self.kind)

    def of(self, rows: slice) -> "Damage":
        """Some of the moves."""
        return Damage(**{name: values[rows] for name, values in vars(self).items()})

    @property
    def fewest_uses(self) -> np.ndarray:
        """Uses that knock out when all hit hardest without a critical hit, int64 (k,); 0: never."""
        return self._uses(self.use_max)

    @property
    def most_uses(self) -> np.ndarray:
        """Uses that surely knock out when all hit, int64 (k,); 0: never."""
        return self._uses(self.use_min)

    def _uses(self, damage: np.ndarray) -> np.ndarray:
        uses = -(-self.hp_left // np.maximum(damage, 1))
        halving = self.kind == DamageKind.HALF_HP
        if halving.any():
            uses = np.where(halving, [_halvings(int(hp)) for hp in self.hp_left], uses)
        never = (damage <= 0) | (self.only_once & (uses > 1))
        return np.where(never, 0, uses)


def _halvings(hp: int) -> int:
    """Uses of Super Fang until nothing is left: each takes half, at least 1."""
    uses = 0
    while hp > 0:
        hp -= max(1, hp // 2)
        uses += 1
    return uses


def calculate(
    tables: GameTables,
    a: Setups,
    moves: np.ndarray,
    b: Setups,
    *,
    uses: int | None = None,
    of_a: Conditions = FRESH,
    of_b: Conditions = FRESH,
    critical_only: bool = False,
) -> Damage:
    """The damage of A's moves on B; a, b and moves have length k.

    ``uses``: how many uses both knock-outs go up to, in place of USES and CALCULATOR_USES.
    ``of_a``, ``of_b``: how the sides stand. ``critical_only``: every hit that can be is critical.
    """
    moves = np.asarray(moves, dtype=np.int64)
    table = tables.moves[moves]
    hp = compute_stats(tables, b)[:, 0]
    left = hp if of_b.hp is None else np.clip(of_b.hp, 1, hp)
    effect = table[:, MoveColumn.EFFECT]
    effectiveness = type_percent(tables, table[:, MoveColumn.TYPE], b)
    effectiveness[effect == Effect.STRUGGLE] = 100
    rolls = _rolls(tables, a, moves, b, of_a, of_b, critical=False)
    critical_rolls = _rolls(tables, a, moves, b, of_a, of_b, critical=True)
    kind = _kinds(table, rolls, effectiveness)
    rolls[kind != DamageKind.FORMULA] = 0
    critical_rolls[kind != DamageKind.FORMULA] = 0
    critical = np.ones(len(moves)) if critical_only else critical_chance(table)
    critical[kind != DamageKind.FORMULA] = 0.0

    accuracy = _accuracy(table, a, b, kind)
    asleep_only = (effect == Effect.TARGET_ASLEEP_ONLY) & (of_b.status != Ailment.SLEEP)
    once = np.isin(effect, _ONCE)
    # Of a move that is always critical the other rolls never happen.
    always = critical >= 1.0
    usual = np.where(always[:, None], critical_rolls, rolls)
    plain = _per_use(table, a, usual, critical_rolls, np.zeros(len(moves)), kind, left)
    mixed = _per_use(table, a, rolls, critical_rolls, critical, kind, left)
    use_min, use_max = _bounds(table, a, usual, kind, left)
    in_play = _with_misses(mixed, np.where(asleep_only, 0.0, accuracy))
    values = np.arange(in_play.shape[1])
    # Super Fang's row holds its first use: half of the HP left.
    expected = (in_play * np.minimum(values, left[:, None])).sum(axis=1) / hp
    return Damage(
        kind=kind,
        rolls=rolls,
        critical_rolls=critical_rolls,
        critical_chance=critical,
        accuracy=accuracy,
        effectiveness=effectiveness,
        stab=_has_stab(tables, a, table),
        power=np.where(kind == DamageKind.FORMULA, _power(tables, a, table, b, of_a), 0),
        min_hits=np.maximum(table[:, MoveColumn.MIN_HITS], 1),
        max_hits=np.maximum(table[:, MoveColumn.MAX_HITS], 1),
        hp=hp,
        hp_left=left,
        use_min=use_min,
        use_max=use_max,
        expected=expected,
        knockout=_knockouts(
            in_play, left, kind, np.where(asleep_only, 0.0, accuracy), once, uses or USES
        ),
        knockout_by_rolls=_knockouts(
            plain, left, kind, np.ones(len(moves)), once, uses or CALCULATOR_USES
        ),
        turns_per_use=np.where(np.isin(effect, TWO_TURNS), 2, 1),
        only_once=once,
        asleep_only=asleep_only,
    )


def _rolls(
    tables: GameTables,
    a: Setups,
    moves: np.ndarray,
    b: Setups,
    of_a: Conditions,
    of_b: Conditions,
    *,
    critical: bool,
) -> np.ndarray:
    """``damage_rolls`` for sides as they stand, int64 (k, ROLLS)."""
    fresh = damage_rolls(tables, a, moves, b, critical=critical)
    if of_a == of_b == FRESH:
        return fresh
    # Where there is no damage for fresh sides, there is none now.
    s = st.new_state()
    no_moves = np.full(st.MOVE_SLOTS, -1, dtype=np.int64)
    stats = compute_stats(tables, a), compute_stats(tables, b)
    details = fighter_details(tables, a), fighter_details(tables, b)
    rules = tables.rules
    for k in np.flatnonzero(fresh[:, 0]):
        for side, condition in enumerate((of_a, of_b)):
            level, friendship, *types, weight = details[side][k]
            st.set_side(
                s,
                side,
                stats[side][k],
                level,
                friendship,
                np.array(types),
                weight,
                rules.moves,
                no_moves,
            )
            s[side, st.ATTACK_STAGE : st.SPECIAL_DEFENSE_STAGE + 1] = condition.stages
            s[side, st.STATUS] = condition.status
            s[side, st.REFLECT] = condition.reflect
            s[side, st.LIGHT_SCREEN] = condition.light_screen
        power = move_power(s, rules.moves, 0, moves[k])
        for roll in range(ROLLS):
            fresh[k, roll] = formula_damage(
                s, rules.moves, rules.chart, 0, moves[k], power, critical, 85 + roll
            )
    return fresh


def type_percent(tables: GameTables, types: np.ndarray, b: Setups) -> np.ndarray:
    """Per cent of neutral damage that attacks of ``types`` (k,) deal to B, int64 (k,)."""
    return type_effectiveness.percent(tables.type_chart, types, *tables.form_types[b.form].T)


def _kinds(table: np.ndarray, rolls: np.ndarray, effectiveness: np.ndarray) -> np.ndarray:
    kind = np.full(len(table), DamageKind.FORMULA, dtype=np.int64)
    kind[rolls[:, 0] == 0] = DamageKind.NOTHING
    for effect, named in _KIND_OF_EFFECT.items():
        kind[table[:, MoveColumn.EFFECT] == effect] = named
    kind[table[:, MoveColumn.FIXED_DAMAGE] > 0] = DamageKind.FIXED
    immune = (effectiveness == 0) & (table[:, MoveColumn.RESPECTS_TYPE_IMMUNITY] > 0)
    kind[immune] = DamageKind.NOTHING
    return kind


def _power(
    tables: GameTables, a: Setups, table: np.ndarray, b: Setups, of_a: Conditions
) -> np.ndarray:
    """Base power as used now, int64 (k,)."""
    power = table[:, MoveColumn.POWER].copy()
    effect = table[:, MoveColumn.EFFECT]
    for k in np.flatnonzero(effect == Effect.WEIGHT_POWER):
        power[k] = weight_power(tables.weights[b.form[k]])
    for k in np.flatnonzero(effect == Effect.FRIENDSHIP_POWER):
        power[k] = friendship_power(int(a.friendship[k]))
    if of_a.status not in (Ailment.NONE, Ailment.SLEEP):
        power[effect == Effect.DOUBLE_WHEN_STATUSED] *= 2
    return power


def _has_stab(tables: GameTables, a: Setups, table: np.ndarray) -> np.ndarray:
    types = table[:, MoveColumn.TYPE]
    own = tables.form_types[a.form]
    struggle = table[:, MoveColumn.EFFECT] == Effect.STRUGGLE
    return ((own == types[:, None]).any(axis=1)) & (types != NO_TYPE) & ~struggle


def _accuracy(table: np.ndarray, a: Setups, b: Setups, kind: np.ndarray) -> np.ndarray:
    """Chance that a use hits, float64 (k,)."""
    percent = table[:, MoveColumn.ACCURACY].astype(np.float64)
    percent[percent == 0] = 100.0
    gap = a.level.astype(np.int64) - b.level
    one_hit = kind == DamageKind.ONE_HIT_KO
    percent = np.where(one_hit, np.where(gap < 0, 0.0, percent + gap), percent)
    percent[np.isin(kind, (DamageKind.NOTHING, DamageKind.REACTIVE))] = 0.0
    return np.clip(percent, 0.0, 100.0) / 100.0


def _fixed_damage(table: np.ndarray, a: Setups) -> np.ndarray:
    level_damage = table[:, MoveColumn.EFFECT] == Effect.LEVEL_DAMAGE
    return np.where(level_damage, a.level, table[:, MoveColumn.FIXED_DAMAGE]).astype(np.int64)


def _psywave(level: int) -> np.ndarray:
    """The 101 equally likely amounts of Psywave."""
    return np.maximum(1, (50 + np.arange(_PSYWAVE_STEPS)) * level // 100)


def _bounds(
    table: np.ndarray, a: Setups, rolls: np.ndarray, kind: np.ndarray, hp: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Least and most HP that a use takes when it hits as it usually does, int64 (k,) each."""
    low = rolls[:, 0] * np.maximum(table[:, MoveColumn.MIN_HITS], 1)
    high = rolls[:, -1] * np.maximum(table[:, MoveColumn.MAX_HITS], 1)
    fixed = _fixed_damage(table, a)
    level = a.level.astype(np.int64)
    for named, least, most in (
        (DamageKind.FIXED, fixed, fixed),
        (
            DamageKind.RANDOM_LEVEL,
            np.maximum(1, level // 2),
            np.maximum(1, level * 150 // 100),
        ),
        (DamageKind.HALF_HP, np.maximum(1, hp // 2), np.maximum(1, hp // 2)),
        (DamageKind.ONE_HIT_KO, hp, hp),
    ):
        low = np.where(kind == named, least, low)
        high = np.where(kind == named, most, high)
    return low, high


def _per_use(
    table: np.ndarray,
    a: Setups,
    rolls: np.ndarray,
    critical_rolls: np.ndarray,
    critical: np.ndarray,
    kind: np.ndarray,
    hp: np.ndarray,
) -> np.ndarray:
    """Distribution of the HP a use that hits takes, float64 (k, top + 1), capped at HP."""
    top = int(hp.max(initial=1))
    rows = np.arange(len(table))
    hit = np.zeros((len(table), top + 1))
    for share, values in ((1.0 - critical, rolls), (critical, critical_rolls)):
        capped = np.minimum(values, hp[:, None])
        for roll in range(ROLLS):
            hit[rows, capped[:, roll]] += share / ROLLS
    _put_other_kinds(hit, table, a, kind, hp)
    return _several_hits(hit, table, hp)


def _put_other_kinds(
    hit: np.ndarray, table: np.ndarray, a: Setups, kind: np.ndarray, hp: np.ndarray
) -> None:
    """Overwrite the rows whose damage is not the formula's."""
    fixed = _fixed_damage(table, a)
    for k in np.flatnonzero(kind != DamageKind.FORMULA):
        hit[k] = 0.0
        if kind[k] == DamageKind.RANDOM_LEVEL:
            amounts = np.minimum(_psywave(int(a.level[k])), hp[k])
            np.add.at(hit[k], amounts, 1.0 / len(amounts))
        else:
            amount = {
                DamageKind.FIXED: fixed[k],
                DamageKind.HALF_HP: max(1, hp[k] // 2),
                DamageKind.ONE_HIT_KO: hp[k],
            }.get(DamageKind(kind[k]), 0)
            hit[k, min(amount, hp[k])] = 1.0


def _several_hits(hit: np.ndarray, table: np.ndarray, hp: np.ndarray) -> np.ndarray:
    """From the distribution of one hit to that of all hits of a use."""
    most = np.maximum(table[:, MoveColumn.MAX_HITS], 1)
    out = hit.copy()
    for low, high in {
        (int(low), int(high))
        for low, high in zip(np.maximum(table[:, MoveColumn.MIN_HITS], 1), most, strict=True)
        if high > 1
    }:
        chosen = np.flatnonzero((table[:, MoveColumn.MIN_HITS] == low) & (most == high))
        sums = _sums(hit[chosen], high, hp[chosen])
        out[chosen] = sum(
            hit_count_chance(low, high, count) * sums[count - 1] for count in range(low, high + 1)
        )
    return out


def _with_misses(per_use: np.ndarray, accuracy: np.ndarray) -> np.ndarray:
    out = per_use * accuracy[:, None]
    out[:, 0] += 1.0 - accuracy
    return out


def _sums(single: np.ndarray, count: int, hp: np.ndarray) -> list[np.ndarray]:
    """Distributions of the sum of 1, 2 .. ``count`` draws of each row, capped at HP."""
    if count == 1:
        return [single]
    width = single.shape[1]
    size = 1 << (count * (width - 1)).bit_length()
    spectrum = np.fft.rfft(single, n=size, axis=1)
    result = [single]
    power = spectrum
    for n in range(2, count + 1):
        power = power * spectrum
        full = np.fft.irfft(power, n=size, axis=1)[:, : n * (width - 1) + 1]
        full[full < _NOISE] = 0.0
        result.append(_capped(full, hp, width))
    return result


def _capped(full: np.ndarray, hp: np.ndarray, width: int) -> np.ndarray:
    """Put everything from HP upwards on HP."""
    beyond = np.arange(full.shape[1]) >= hp[:, None]
    out = np.where(beyond, 0.0, full)[:, :width].copy()
    out[np.arange(len(hp)), hp] = (full * beyond).sum(axis=1)
    return out


def _knockouts(
    per_use: np.ndarray,
    hp: np.ndarray,
    kind: np.ndarray,
    accuracy: np.ndarray,
    once: np.ndarray,
    uses: int,
) -> np.ndarray:
    """Chance that 1 .. ``uses`` uses take all HP, float64 (k, uses)."""
    rows = np.arange(len(hp))
    out = np.column_stack([total[rows, hp] for total in _sums(per_use, uses, hp)])
    for k in np.flatnonzero(kind == DamageKind.HALF_HP):
        out[k] = _enough_hits(_halvings(int(hp[k])), float(accuracy[k]), uses)
    out[once, 1:] = out[once, :1]
    out[out < _NOISE] = 0.0
    out[out > 1.0 - _NOISE] = 1.0
    # What rounding takes from the sums of many uses must not look like a chance lost.
    return np.maximum.accumulate(out, axis=1)


def _enough_hits(needed: int, accuracy: float, uses: int) -> np.ndarray:
    """Chance of at least ``needed`` hits in 1 .. ``uses`` uses."""
    hits = np.zeros(uses + 1)
    hits[0] = 1.0
    out = np.zeros(uses)
    for n in range(uses):
        hits = hits * (1.0 - accuracy) + np.concatenate([[0.0], hits[:-1]]) * accuracy
        out[n] = hits[needed:].sum() if needed <= uses else 0.0
    return out
