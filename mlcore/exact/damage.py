"""How much a use of a move takes, as values with their odds."""

from mlcore.engine import state as st
from mlcore.engine.damage import (
    critical_odds,
    friendship_power,
    hit_count_chance,
    rolled_damage,
    weight_power,
)
from mlcore.engine.jit import kernel
from mlcore.exact import columns, situations
from mlcore.exact.fighters import has_type, is_hidden, stage_of, type_effect
from mlcore.exact.situations import get_field


@kernel
def one_hit(workspace, side, key, foe_key, move, row):
    """Damage of one hit by the formula, into a row; returns how many values. Crits come last."""
    values, odds = workspace.values[row], workspace.odds[row]
    foe = 1 - side
    effect = workspace.moves[move, st.M_EFFECT]
    power = workspace.moves[move, st.M_POWER]
    if effect == st.E_WEIGHT_POWER:
        power = weight_power(workspace.fighters[foe, columns.WEIGHT])
    elif effect == st.E_FRIENDSHIP_POWER:
        power = friendship_power(workspace.fighters[side, columns.FRIENDSHIP])
    elif effect == st.E_DOUBLE_WHEN_STATUSED:
        status = get_field(key, situations.STATUS)
        if status != st.NO_AILMENT and status != st.SLEEP:
            power *= 2
    if power <= 0:
        return 0
    physical = workspace.moves[move, st.M_CLASS] == st.PHYSICAL
    attack_stat, defense_stat = (1, 2) if physical else (3, 4)
    attacker, attacker_key = side, key
    if effect == st.E_USE_TARGET_ATTACK:
        attacker, attacker_key = foe, foe_key
    up = stage_of(workspace, attacker, attacker_key, attack_stat)
    down = stage_of(workspace, foe, foe_key, defense_stat)
    move_type = workspace.moves[move, st.M_TYPE]
    if effect == st.E_STRUGGLE:
        move_type = st.NO_TYPE
    stab = move_type != st.NO_TYPE and has_type(workspace, side, move_type)
    doublings = type_effect(workspace, foe, move_type)
    burned = (
        physical
        and get_field(key, situations.STATUS) == st.BURN
        and effect != st.E_DOUBLE_WHEN_STATUSED
    )
    hidden = is_hidden(workspace, foe, foe_key)
    doubled = (hidden == 1 and workspace.moves[move, st.M_DOUBLED_BY_AIRBORNE] != 0) or (
        hidden == 2 and workspace.moves[move, st.M_DOUBLED_BY_UNDERGROUND] != 0
    )
    screened = get_field(foe_key, situations.REFLECT if physical else situations.LIGHT_SCREEN) > 0
    crit_odds = 1.0 / critical_odds(workspace.moves, move, False)
    count = 0
    for critical in (False, True):
        share = crit_odds if critical else 1.0 - crit_odds
        if share <= 0.0:
            continue
        attack = st.staged(
            workspace.fighters[attacker, attack_stat], max(up, 0) if critical else up
        )
        defense = st.staged(
            workspace.fighters[foe, defense_stat], min(down, 0) if critical else down
        )
        start = count
        # The roll comes after everything that divides, so that is done once for all 16.
        level = workspace.fighters[side, columns.LEVEL]
        base = (2 * level // 5 + 2) * power * attack // max(defense, 1) // 50 + 2
        if critical:
            base = base * 3 // 2
        factor = (1 if doubled else 0) - (1 if screened and not critical else 0)
        for percent in range(85, 101):
            damage = base * percent // 100
            if stab:
                damage = (damage * 6144 + 2047) >> 12
            if doublings > 0:
                damage <<= doublings
            elif doublings < 0:
                damage >>= -doublings
            if burned:
                damage >>= 1
            if factor > 0:
                damage <<= 1
            elif factor < 0:
                damage >>= 1
            damage = max(damage, 1)
            if count > start and values[count - 1] == damage:
                odds[count - 1] += share / 16.0
            else:
                values[count] = damage
                odds[count] = share / 16.0
                count += 1
    return count


@kernel
def _several_hits(workspace, move, row, count, cap):
    """From the damage of one hit to that of all hits of a use; values above ``cap`` are cap."""
    least, most = workspace.moves[move, st.M_MIN_HITS], workspace.moves[move, st.M_MAX_HITS]
    single = workspace.values[situations.SHIFT]
    single_odds = workspace.odds[situations.SHIFT]
    for i in range(count):
        single[i] = workspace.values[row, i]
        single_odds[i] = workspace.odds[row, i]
    dense = workspace.dense
    for v in range(cap + 1):
        dense[0, v] = 0.0
        dense[1, v] = 0.0
        dense[2, v] = 0.0
    dense[0, 0] = 1.0
    now = 0
    for n in range(1, most + 1):
        other = 1 - now
        for v in range(cap + 1):
            dense[other, v] = 0.0
        for i in range(count):
            value = min(single[i], cap)
            for v in range(cap - value):
                dense[other, v + value] += dense[now, v] * single_odds[i]
            for v in range(cap - value, cap + 1):
                dense[other, cap] += dense[now, v] * single_odds[i]
        now = other
        if n < least:
            continue
        share = hit_count_chance(least, most, n)
        for v in range(cap + 1):
            dense[2, v] += share * dense[now, v]
    total = 0
    for v in range(1, cap + 1):
        if dense[2, v] > 1e-7:
            workspace.values[row, total] = v
            workspace.odds[row, total] = dense[2, v]
            total += 1
    return total


@kernel
def use_damage(workspace, side, key, foe_key, move):
    """Row with the damage of one use that hits; fixed or by the formula."""
    foe = 1 - side
    hidden = is_hidden(workspace, foe, foe_key)
    known = (
        side
        | (hidden << 1)
        | ((1 if move != workspace.fighters[side, columns.MOVE] else 0) << 3)
        | (get_field(key, situations.STATUS) << 4)
        | (get_field(key, situations.OWN_STAGES) << 8)
        | (get_field(key, situations.FOE_STAGES) << 12)
        | (get_field(foe_key, situations.OWN_STAGES) << 16)
        | (get_field(foe_key, situations.FOE_STAGES) << 20)
        | ((1 if get_field(foe_key, situations.REFLECT) > 0 else 0) << 24)
        | ((1 if get_field(foe_key, situations.LIGHT_SCREEN) > 0 else 0) << 25)
    )
    for row in range(situations.CACHED):
        if workspace.known[row] == known:
            return row
    row = workspace.cursor
    workspace.cursor = (row + 1) % situations.CACHED
    workspace.known[row] = known
    values, odds = workspace.values[row], workspace.odds[row]
    effect = workspace.moves[move, st.M_EFFECT]
    level = workspace.fighters[side, columns.LEVEL]
    count = 0
    if effect == st.E_LEVEL_DAMAGE:
        values[0], odds[0], count = level, 1.0, 1
    elif effect == st.E_RANDOM_LEVEL_DAMAGE:
        for percent in range(50, 151):
            damage = max(1, percent * level // 100)
            if count > 0 and values[count - 1] == damage:
                odds[count - 1] += 1.0 / 101.0
            else:
                values[count] = damage
                odds[count] = 1.0 / 101.0
                count += 1
    elif workspace.moves[move, st.M_FIXED_DAMAGE] > 0:
        values[0], odds[0], count = workspace.moves[move, st.M_FIXED_DAMAGE], 1.0, 1
    else:
        count = one_hit(workspace, side, key, foe_key, move, row)
    if count > 0 and workspace.moves[move, st.M_MAX_HITS] > 1:
        cap = min(workspace.fighters[foe, 0], situations.VALUES - 1)
        count = _several_hits(workspace, move, row, count, cap)
    workspace.sizes[row] = count
    return row


@kernel
def self_hit(workspace, side, key):
    """Damage of a confused fighter to itself into row SHIFT: typeless, power 40, no crits."""
    values, odds = workspace.values[situations.SHIFT], workspace.odds[situations.SHIFT]
    attack = st.staged(workspace.fighters[side, 1], stage_of(workspace, side, key, 1))
    defense = st.staged(workspace.fighters[side, 2], stage_of(workspace, side, key, 2))
    for i in range(16):
        values[i] = max(
            1,
            rolled_damage(
                workspace.fighters[side, columns.LEVEL],
                40,
                attack,
                defense,
                False,
                85 + i,
                False,
                0,
            ),
        )
        odds[i] = 1.0 / 16.0
    return 16
