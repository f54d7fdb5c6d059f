"""How much a hit takes: the damage formula and everything that feeds it.

b = floor(floor(floor(floor(2 L / 5 + 2) power A / D) / 50)) + 2
critical hit: floor(1.5 b); roll: floor(b r / 100), r = 85..100; STAB: x1.5, half down;
x2 per weakness, floor(/2) per resistance; burn and screens halve; at least 1.
"""

import numpy as np

from mlcore.engine import events as ev
from mlcore.engine import state as st
from mlcore.engine.effectiveness import IMMUNE, doublings
from mlcore.engine.jit import kernel
from mlcore.engine.rng import chance, draw
from mlcore.engine.specs import (
    CRITICAL_ODDS,
    REACTIVE,
    TWO_TO_FIVE_HITS,
    Effect,
    GameTables,
    MoveColumn,
    Setups,
)
from mlcore.engine.stats import compute_stats

_MEAN_OF_TWO_TO_FIVE = sum(odds * hits for hits, odds in enumerate(TWO_TO_FIVE_HITS, 2)) / 20


@kernel
def type_effect(s, chart, target, type_):
    """Doublings of damage against the target as it is now, see effectiveness.doublings."""
    type_1, type_2 = st.types_now(s, target)
    return doublings(chart, type_, type_1, type_2)


@kernel
def weight_power(weight):
    """Power of Low Kick against a target of ``weight`` hectograms."""
    if weight >= 2000:
        return 120
    if weight >= 1000:
        return 100
    if weight >= 500:
        return 80
    if weight >= 250:
        return 60
    if weight >= 100:
        return 40
    return 20


@kernel
def friendship_power(friendship):
    """Power of moves that grow with friendship."""
    return max(1, friendship * 10 // 25)


@kernel
def move_power(s, moves, me, move):
    """Base power of the move as used now; 0 when it has none."""
    effect = moves[move, st.M_EFFECT]
    if effect == st.E_WEIGHT_POWER:
        return weight_power(s[1 - me, st.WEIGHT])
    if effect == st.E_FRIENDSHIP_POWER:
        return friendship_power(s[me, st.FRIENDSHIP])
    power = moves[move, st.M_POWER]
    if effect == st.E_DOUBLE_WHEN_STATUSED:
        status = s[me, st.STATUS]
        if status != st.NO_AILMENT and status != st.SLEEP:
            return power * 2
    return power


@kernel
def rolled_damage(level, power, attack, defense, critical, percent, stab, effectiveness):
    """The formula up to type effectiveness; ``percent`` is the roll, 85..100."""
    damage = (2 * level // 5 + 2) * power * attack // max(defense, 1) // 50 + 2
    if critical:
        damage = damage * 3 // 2
    damage = damage * percent // 100
    if stab:
        damage = (damage * 6144 + 2047) >> 12
    while effectiveness > 0:
        damage *= 2
        effectiveness -= 1
    while effectiveness < 0:
        damage //= 2
        effectiveness += 1
    return damage


@kernel
def formula_damage(s, moves, chart, me, move, power, critical, percent):
    """Damage of a hit in HP, at least 1, for the state as it is."""
    foe = 1 - me
    physical = moves[move, st.M_CLASS] == st.PHYSICAL
    if physical:
        attack_column, attack_stage = st.ATTACK, st.ATTACK_STAGE
        defense_column, defense_stage = st.DEFENSE, st.DEFENSE_STAGE
    else:
        attack_column, attack_stage = st.SPECIAL_ATTACK, st.SPECIAL_ATTACK_STAGE
        defense_column, defense_stage = st.SPECIAL_DEFENSE, st.SPECIAL_DEFENSE_STAGE
    attacker = me
    if moves[move, st.M_EFFECT] == st.E_USE_TARGET_ATTACK:
        attacker = foe
    up = s[attacker, attack_stage]
    down = s[foe, defense_stage]
    if critical:
        up = max(up, 0)
        down = min(down, 0)
    attack = st.staged(s[attacker, attack_column], up)
    defense = st.staged(s[foe, defense_column], down)

    type_ = moves[move, st.M_TYPE]
    if moves[move, st.M_EFFECT] == st.E_STRUGGLE:
        type_ = st.NO_TYPE
    stab = type_ != st.NO_TYPE and st.has_type(s, me, type_)
    damage = rolled_damage(
        s[me, st.LEVEL],
        power,
        attack,
        defense,
        critical,
        percent,
        stab,
        type_effect(s, chart, foe, type_),
    )
    if (
        physical
        and s[me, st.STATUS] == st.BURN
        and moves[move, st.M_EFFECT] != st.E_DOUBLE_WHEN_STATUSED
    ):
        damage //= 2
    # Doublings and screens form one factor before rounding, as the simulator chains them.
    doublings = 0
    if moves[move, st.M_DOUBLED_BY_MINIMIZE] and s[foe, st.MINIMIZED]:
        doublings += 1
    hidden = s[foe, st.HIDDEN]
    if (hidden == st.HIDDEN_AIR and moves[move, st.M_DOUBLED_BY_AIRBORNE]) or (
        hidden == st.HIDDEN_GROUND and moves[move, st.M_DOUBLED_BY_UNDERGROUND]
    ):
        doublings += 1
    if not critical and (
        (physical and s[foe, st.REFLECT]) or (not physical and s[foe, st.LIGHT_SCREEN])
    ):
        doublings -= 1
    if doublings > 0:
        damage <<= doublings
    elif doublings < 0:
        damage //= 2
    return max(damage, 1)


@kernel
def critical_odds(moves, move, is_focused):
    """A critical hit happens once in this many hits; Focus Energy raises the stage by two."""
    if moves[move, st.M_ALWAYS_CRITS]:
        return 1
    stage = moves[move, st.M_CRITICAL_STAGE] + (2 if is_focused else 0)
    return CRITICAL_ODDS[min(stage, len(CRITICAL_ODDS) - 1)]


def critical_chance(moves: np.ndarray) -> np.ndarray:
    """Chance of a critical hit by rows of moves, float64 (m,), for a user that is not focused."""
    stage = np.minimum(moves[:, MoveColumn.CRITICAL_STAGE], len(CRITICAL_ODDS) - 1)
    always = moves[:, MoveColumn.ALWAYS_CRITS] != 0
    return np.where(always, 1.0, 1 / np.array(CRITICAL_ODDS)[stage])


@kernel
def hit_count_chance(low, high, hits):
    """Chance that a move of ``low`` to ``high`` hits hits so often."""
    if low == 2 and high == 5:
        return TWO_TO_FIVE_HITS[hits - 2] / 20
    return 1.0 / (high - low + 1)


@kernel
def mean_hits(low, high):
    """Mean number of hits of a move of ``low`` to ``high`` hits."""
    if low == 2 and high == 5:
        return _MEAN_OF_TWO_TO_FIVE
    return 0.5 * (low + high)


@kernel
def accuracy_percent(s, moves, me, move):
    """Chance that the move hits a target within reach, in per cent; 100 when it cannot miss."""
    foe = 1 - me
    if moves[move, st.M_EFFECT] == st.E_ONE_HIT_KO:
        return 30 + s[me, st.LEVEL] - s[foe, st.LEVEL]
    accuracy = moves[move, st.M_ACCURACY]
    if accuracy == 0 or (moves[move, st.M_DOUBLED_BY_MINIMIZE] and s[foe, st.MINIMIZED]):
        return 100
    # Toxic of a Poison type never misses.
    if moves[move, st.M_AILMENT] == st.BAD_POISON and st.has_type(s, me, st.POISON_TYPE):
        return 100
    stage = min(6, max(-6, s[me, st.ACCURACY_STAGE] - s[foe, st.EVASION_STAGE]))
    if stage > 0:
        return accuracy * (3 + stage) // 3
    if stage < 0:
        return accuracy * 3 // (3 - stage)
    return accuracy


@kernel
def hit_damage(s, rng, log, moves, chart, me, move):
    """HP that one hit of the move would take, before what the target has left, or NO_DAMAGE."""
    foe = 1 - me
    effect = moves[move, st.M_EFFECT]
    if effect == st.E_ONE_HIT_KO:
        return s[foe, st.MAX_HP]
    if effect == st.E_LEVEL_DAMAGE:
        return s[me, st.LEVEL]
    if effect == st.E_RANDOM_LEVEL_DAMAGE:
        return max(1, (50 + draw(rng, 101)) * s[me, st.LEVEL] // 100)
    if effect == st.E_HALF_HP_DAMAGE:
        return max(1, s[foe, st.HP] // 2)
    if effect == st.E_COUNTER or effect == st.E_MIRROR_COAT:
        return max(1, s[me, st.COUNTER_DAMAGE])
    if moves[move, st.M_FIXED_DAMAGE] > 0:
        return moves[move, st.M_FIXED_DAMAGE]
    power = move_power(s, moves, me, move)
    if power <= 0:
        return st.NO_DAMAGE
    critical = chance(rng, 1, critical_odds(moves, move, s[me, st.FOCUSED] != 0))
    damage = formula_damage(s, moves, chart, me, move, power, critical, 100 - draw(rng, 16))
    if log.shape[0] > 1:
        if effect != st.E_STRUGGLE:
            exponent = type_effect(s, chart, foe, moves[move, st.M_TYPE])
            if exponent > 0:
                ev.emit(log, ev.SUPER_EFFECTIVE, foe, exponent, 0)
            elif exponent < 0:
                ev.emit(log, ev.RESISTED, foe, -exponent, 0)
        if critical:
            ev.emit(log, ev.CRITICAL, foe, 0, 0)
    return damage


@kernel
def _fill_rolls(s, rules, slots, stats, opponent_stats, details, opponent, move, critical, out):
    """Rows of the 16 rolls for k duels; details (k, 5): level, friendship, types, weight."""
    for k in range(out.shape[0]):
        st.set_side(
            s,
            0,
            stats[k],
            details[k, 0],
            details[k, 1],
            details[k, 2:4],
            details[k, 4],
            rules.moves,
            slots,
        )
        st.set_side(
            s,
            1,
            opponent_stats[k],
            opponent[k, 0],
            opponent[k, 1],
            opponent[k, 2:4],
            opponent[k, 4],
            rules.moves,
            slots,
        )
        power = move_power(s, rules.moves, 0, move[k])
        immune = type_effect(s, rules.chart, 1, rules.moves[move[k], st.M_TYPE]) == IMMUNE
        if power <= 0 or (immune and rules.moves[move[k], st.M_RESPECTS_IMMUNITY]):
            continue
        for roll in range(16):
            out[k, roll] = formula_damage(
                s, rules.moves, rules.chart, 0, move[k], power, critical, 85 + roll
            )


def fighter_details(tables: GameTables, setups: Setups) -> np.ndarray:
    """int64 (k, 5): level, friendship, first type, second type, weight in hectograms."""
    return np.column_stack(
        [
            setups.level,
            setups.friendship,
            tables.form_types[setups.form],
            tables.weights[setups.form],
        ]
    ).astype(np.int64)


_OWN_DAMAGE = np.array(
    [
        Effect.ONE_HIT_KO,
        Effect.LEVEL_DAMAGE,
        Effect.RANDOM_LEVEL_DAMAGE,
        Effect.HALF_HP_DAMAGE,
        *REACTIVE,
    ]
)


def damage_rolls(
    tables: GameTables, a: Setups, move_a: np.ndarray, b: Setups, *, critical: bool = False
) -> np.ndarray:
    """The 16 rolls of one hit of A's move on a fresh B, lowest first, in HP; int64 (k, 16).

    Not capped by B's HP. Rows are 0 where B is immune or the damage does not come from the
    formula (fixed damage, one-hit knock-outs, Counter, status moves).
    """
    move_a = np.asarray(move_a, dtype=np.int64)
    out = np.zeros((len(a), 16), dtype=np.int64)
    _fill_rolls(
        st.new_state(),
        tables.rules,
        np.full(st.MOVE_SLOTS, -1, dtype=np.int64),
        compute_stats(tables, a),
        compute_stats(tables, b),
        fighter_details(tables, a),
        fighter_details(tables, b),
        move_a,
        critical,
        out,
    )
    own = np.isin(tables.moves[move_a, MoveColumn.EFFECT], _OWN_DAMAGE)
    own |= tables.moves[move_a, MoveColumn.FIXED_DAMAGE] > 0
    out[own] = 0
    return out
