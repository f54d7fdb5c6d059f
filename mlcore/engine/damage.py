"""How much a hit takes: the damage formula and everything that feeds it.

b = floor(floor(floor(floor(2 L / 5 + 2) power A / D) / 50)) + 2
critical hit: floor(1.5 b); roll: floor(b r / 100), r = 85..100; STAB: x1.5, half down;
x2 per weakness, floor(/2) per resistance; burn and screens halve; at least 1.
"""

import numpy as np

from mlcore.engine import events as ev
from mlcore.engine import state as st
from mlcore.engine.jit import kernel
from mlcore.engine.rng import chance, draw
from mlcore.engine.specs import Effect, GameTables, MoveColumn, Setups
from mlcore.engine.stats import compute_stats

#: type_effect() of a target that takes nothing.
IMMUNE = -99


@kernel
def type_effect(s, rules, target, type_):
    """Doublings (positive) or halvings (negative) of damage, or IMMUNE."""
    if type_ == st.NO_TYPE:
        return 0
    total = 0
    for column in (st.TYPE_1, st.TYPE_2):
        defending = s[target, column]
        if defending == st.NO_TYPE or (defending == st.FLYING and s[target, st.ROOSTED]):
            continue
        percent = rules.chart[type_, defending]
        if percent == 0:
            return IMMUNE
        if percent == 200:
            total += 1
        elif percent == 50:
            total -= 1
    return total


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
def move_power(s, rules, me, move):
    """Base power of the move as used now; 0 when it has none."""
    effect = rules.moves[move, st.M_EFFECT]
    if effect == st.E_WEIGHT_POWER:
        return weight_power(s[1 - me, st.WEIGHT])
    if effect == st.E_FRIENDSHIP_POWER:
        return max(1, s[me, st.FRIENDSHIP] * 10 // 25)
    power = rules.moves[move, st.M_POWER]
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
def formula_damage(s, rules, me, move, power, critical, percent):
    """Damage of a hit in HP, at least 1, for the state as it is."""
    foe = 1 - me
    physical = rules.moves[move, st.M_CLASS] == st.PHYSICAL
    if physical:
        attack_column, attack_stage = st.ATTACK, st.ATTACK_STAGE
        defense_column, defense_stage = st.DEFENSE, st.DEFENSE_STAGE
    else:
        attack_column, attack_stage = st.SPECIAL_ATTACK, st.SPECIAL_ATTACK_STAGE
        defense_column, defense_stage = st.SPECIAL_DEFENSE, st.SPECIAL_DEFENSE_STAGE
    attacker = me
    if rules.moves[move, st.M_EFFECT] == st.E_USE_TARGET_ATTACK:
        attacker = foe
    up = s[attacker, attack_stage]
    down = s[foe, defense_stage]
    if critical:
        up = max(up, 0)
        down = min(down, 0)
    attack = st.staged(s[attacker, attack_column], up)
    defense = st.staged(s[foe, defense_column], down)

    type_ = rules.moves[move, st.M_TYPE]
    if rules.moves[move, st.M_EFFECT] == st.E_STRUGGLE:
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
        type_effect(s, rules, foe, type_),
    )
    if (
        physical
        and s[me, st.STATUS] == st.BURN
        and rules.moves[move, st.M_EFFECT] != st.E_DOUBLE_WHEN_STATUSED
    ):
        damage //= 2
    # Doublings and screens form one factor before rounding, as the simulator chains them.
    doublings = 0
    if rules.moves[move, st.M_DOUBLED_BY_MINIMIZE] and s[foe, st.MINIMIZED]:
        doublings += 1
    hidden = s[foe, st.HIDDEN]
    if (hidden == st.HIDDEN_AIR and rules.moves[move, st.M_DOUBLED_BY_AIRBORNE]) or (
        hidden == st.HIDDEN_GROUND and rules.moves[move, st.M_DOUBLED_BY_UNDERGROUND]
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
def critical_odds(s, rules, me, move):
    """A critical hit happens once in this many hits."""
    if rules.moves[move, st.M_ALWAYS_CRITS]:
        return 1
    stage = rules.moves[move, st.M_CRITICAL_STAGE]
    if s[me, st.FOCUSED]:
        stage += 2
    if stage == 0:
        return 24
    if stage == 1:
        return 8
    if stage == 2:
        return 2
    return 1


@kernel
def hit_damage(s, rng, log, rules, me, move):
    """HP that one hit of the move would take, before what the target has left, or NO_DAMAGE."""
    foe = 1 - me
    effect = rules.moves[move, st.M_EFFECT]
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
    if rules.moves[move, st.M_FIXED_DAMAGE] > 0:
        return rules.moves[move, st.M_FIXED_DAMAGE]
    power = move_power(s, rules, me, move)
    if power <= 0:
        return st.NO_DAMAGE
    critical = chance(rng, 1, critical_odds(s, rules, me, move))
    damage = formula_damage(s, rules, me, move, power, critical, 100 - draw(rng, 16))
    if log.shape[0] > 1:
        if effect != st.E_STRUGGLE:
            exponent = type_effect(s, rules, foe, rules.moves[move, st.M_TYPE])
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
        power = move_power(s, rules, 0, move[k])
        immune = type_effect(s, rules, 1, rules.moves[move[k], st.M_TYPE]) == IMMUNE
        if power <= 0 or (immune and rules.moves[move[k], st.M_RESPECTS_IMMUNITY]):
            continue
        for roll in range(16):
            out[k, roll] = formula_damage(s, rules, 0, move[k], power, critical, 85 + roll)


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
        Effect.COUNTER,
        Effect.MIRROR_COAT,
        Effect.BIDE,
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
