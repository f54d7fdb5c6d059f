"""One action of a side: what may stop it, and everything that it may lead to."""

import numpy as np

from mlcore.engine import state as st
from mlcore.engine.effectiveness import IMMUNE
from mlcore.engine.jit import kernel
from mlcore.exact import columns, situations
from mlcore.exact.damage import self_hit, use_damage
from mlcore.exact.distributions import (
    accumulate,
    apply_damage,
    from_scratch,
    from_situation,
    point,
)
from mlcore.exact.fighters import (
    accuracy_of,
    is_hidden,
    is_immune,
    move_now,
    type_effect,
)
from mlcore.exact.hit import apply_hit, confuse
from mlcore.exact.situations import count_up, get_field, number, set_field


@kernel
def _hit_chance(workspace, side, key, foe_key, flags, move, second):
    """Chance that the move does something now, 0 to 1."""
    effect = workspace.moves[move, st.M_EFFECT]
    if effect == st.E_BIDE:  # finds its target wherever it is
        normal = type_effect(workspace, 1 - side, st.NORMAL)
        return 0.0 if normal == IMMUNE else 1.0
    hidden = is_hidden(workspace, 1 - side, foe_key)
    if hidden == 1 and not workspace.moves[move, st.M_HITS_AIRBORNE]:
        return 0.0
    if hidden == 2 and not workspace.moves[move, st.M_HITS_UNDERGROUND]:
        return 0.0
    if is_immune(workspace, side, move):
        return 0.0
    if effect == st.E_TARGET_ASLEEP_ONLY and get_field(foe_key, situations.STATUS) != st.SLEEP:
        return 0.0
    if effect == st.E_TARGET_ATTACKING_ONLY and (
        second or get_field(foe_key, situations.PHASE) == situations.RECHARGING
    ):
        return 0.0
    if effect == st.E_FIRST_TURN_ONLY and workspace.turn > 0:
        return 0.0
    if (effect == st.E_COUNTER or effect == st.E_MIRROR_COAT) and (flags & situations.STRUCK) == 0:
        return 0.0
    return accuracy_of(workspace, side, move)


@kernel
def _returned(workspace, hp_distribution, table, slot, channel):
    """Twice the damage remembered, into the spare row: (number of values, their mass)."""
    memory = hp_distribution[table, slot, channel]
    weight = workspace.weights[table, slot]
    count = 0
    total = 0.0
    for h in range(
        max(workspace.low[table, slot, channel], 1), workspace.high[table, slot, channel] + 1
    ):
        if memory[h] > 0.0 and count < situations.VALUES:
            workspace.values[situations.SPARE, count] = 2 * h
            workspace.odds[situations.SPARE, count] = memory[h] / weight
            total += workspace.odds[situations.SPARE, count]
            count += 1
    for i in range(count):
        workspace.odds[situations.SPARE, i] /= total
    return count, min(1.0, total)


@kernel
def _miss(workspace, hp_distribution, table, slot, to, side, key, foe_key, flags, share, move):
    """The move missed, failed or did not affect the foe."""
    weight = workspace.weights[table, slot]
    if weight * share < situations.MIN_WEIGHT:
        return
    confusion = 0.0
    if workspace.moves[move, st.M_EFFECT] == st.E_LOCK_IN:
        phase = get_field(key, situations.PHASE)
        if phase == situations.LOCKED_ONCE:
            confusion = 0.5
        elif phase == situations.LOCKED_TWICE:
            confusion = 1.0
        key = set_field(key, situations.PHASE, 0)
    left = 1.0
    crashes = workspace.moves[move, st.M_EFFECT] == st.E_CRASH
    if crashes:
        workspace.values[situations.SHIFT, 0] = max(1, workspace.fighters[side, 0] // 2)
        workspace.odds[situations.SHIFT, 0] = 1.0
        fallen = apply_damage(
            workspace, hp_distribution, side, table, slot, number(situations.SHIFT), number(1)
        )
        workspace.wins[1 - side] += share * fallen
        left = max(0.0, 1.0 - fallen / weight)
        key = count_up(key, situations.LANDED)
    for confused in range(2):
        part = share * (confusion if confused else 1.0 - confusion)
        after = confuse(key) if confused else key
        from_situation(workspace, table, slot, part * left)
        if crashes:
            from_scratch(workspace, side, part)
        accumulate(
            workspace, hp_distribution, to, side, after, foe_key, flags, weight * part * left
        )


@kernel
def _half(workspace, row, count, mean, above):
    """The damage values above (or not above) the mean, into the spare row: (number, their odds)."""
    values, odds = workspace.values[row], workspace.odds[row]
    some, some_odds = workspace.values[situations.SPARE], workspace.odds[situations.SPARE]
    size = 0
    mass = 0.0
    for i in range(count):
        if (values[i] > mean) == above:
            some[size] = values[i]
            some_odds[size] = odds[i]
            mass += odds[i]
            size += 1
    for i in range(size):
        some_odds[i] /= mass
    return size, mass


@kernel
def _attack(workspace, hp_distribution, table, slot, to, side, key, foe_key, flags, share, second):
    """The fighter acts: every outcome of its move, from ``share`` of one situation."""
    weight = workspace.weights[table, slot]
    if weight * share < situations.MIN_WEIGHT:
        return
    foe = 1 - side
    move = move_now(workspace, side, key)
    effect = workspace.moves[move, st.M_EFFECT]
    key = set_field(key, situations.RAGING, 0)
    phase = get_field(key, situations.PHASE)
    if workspace.fighters[side, columns.FEW_USES] > 0 and phase == 0 and effect != st.E_STRUGGLE:
        key = count_up(key, situations.USED)

    # A turn of preparation.
    prepares = False
    fresh_memory = False
    if st.charges(effect):
        prepares = phase != situations.CHARGING
        key = set_field(key, situations.PHASE, situations.CHARGING if prepares else 0)
        if prepares and effect == st.E_CHARGE_RAISE_DEFENSE:
            key = set_field(
                key, situations.OWN_STAGES, min(6, get_field(key, situations.OWN_STAGES) + 1)
            )
    elif effect == st.E_BIDE:
        prepares = phase != situations.BIDING_ON
        fresh_memory = prepares and phase != situations.BIDING
        key = set_field(
            key,
            situations.PHASE,
            0 if not prepares else situations.BIDING if fresh_memory else situations.BIDING_ON,
        )
    if prepares:
        from_situation(workspace, table, slot, share)
        if fresh_memory:
            point(
                workspace, hp_distribution, situations.SCRATCH, 0, 2 + side, 0, np.float32(weight)
            )
            from_scratch(workspace, 2 + side, share)
        accumulate(
            workspace,
            hp_distribution,
            to,
            side,
            key,
            foe_key,
            flags & situations.B_FIRST,
            weight * share,
        )
        return

    # A user of Explosion faints first, whatever becomes of the foe: that loses the duel.
    if effect == st.E_SELF_DESTRUCT:
        workspace.wins[foe] += weight * share
        return

    hit = _hit_chance(workspace, side, key, foe_key, flags, move, second)
    flags &= situations.B_FIRST
    if effect == st.E_BREAK_SCREENS and hit > 0.0:
        foe_key = set_field(set_field(foe_key, situations.REFLECT, 0), situations.LIGHT_SCREEN, 0)
    row, count = number(situations.SPARE), number(0)
    returns = effect == st.E_COUNTER or effect == st.E_MIRROR_COAT or effect == st.E_BIDE
    by_formula = effect != st.E_ONE_HIT_KO and effect != st.E_HALF_HP_DAMAGE
    if hit > 0.0 and returns:
        count, mass = _returned(workspace, hp_distribution, table, slot, 2 + side)
        hit *= mass
    elif hit > 0.0 and by_formula:
        row = use_damage(workspace, side, key, foe_key, move)
        count = workspace.sizes[row]
        if count == 0:
            hit = 0.0
    if hit < 1.0:
        _miss(
            workspace,
            hp_distribution,
            table,
            slot,
            to,
            side,
            key,
            foe_key,
            flags,
            share * (1.0 - hit),
            move,
        )
    share *= hit
    if weight * share < situations.MIN_WEIGHT:
        return
    # Drain and recoil follow the damage: strong and weak hits go separate ways.
    halves = 1
    mean = 0.0
    if count > 1 and (
        workspace.moves[move, st.M_DRAIN] > 0 or workspace.moves[move, st.M_RECOIL] > 0
    ):
        halves = 2
        for i in range(count):
            mean += workspace.values[row, i] * workspace.odds[row, i]
    for half in range(halves):
        part, size, used_row, after = share, count, row, key
        if halves > 1:
            size, mass = _half(workspace, row, count, mean, half == 1)
            part *= mass
            used_row = number(situations.SPARE)
            if half == 1:
                after = count_up(key, situations.LUCK)
        apply_hit(
            workspace,
            hp_distribution,
            table,
            slot,
            to,
            side,
            after,
            foe_key,
            flags,
            part,
            second,
            move,
            used_row,
            size,
        )


@kernel
def act(workspace, hp_distribution, table, slot, to, side, share, second, flags):
    """One side's action from ``share`` of a situation: what may keep it from acting, then it acts.

    Lost actions and attempts are gathered first, as (key, share) rows behind the branches.
    """
    weight = workspace.weights[table, slot]
    key, foe_key = workspace.keys[table, slot, side], workspace.keys[table, slot, 1 - side]
    calm = flags & situations.B_FIRST
    move = move_now(workspace, side, key)
    status = get_field(key, situations.STATUS)
    lost, tries = situations.LOST, situations.TRIES
    keys, odds = workspace.branches, workspace.branch_odds
    hurt_itself = -1
    if get_field(key, situations.PHASE) == situations.RECHARGING:
        keys[lost, 0], odds[lost] = set_field(key, situations.PHASE, 0), share
        lost += 1
        share = 0.0
    if status == st.FREEZE and workspace.moves[move, st.M_THAWS_USER]:
        status = 0
        key = set_field(key, situations.STATUS, 0)
    if status == st.FREEZE or status == st.SLEEP:
        stuck = 0.8 if status == st.FREEZE else 0.5
        keys[lost, 0], odds[lost] = key, share * stuck
        lost += 1
        share *= 1.0 - stuck
        status = 0
        key = set_field(key, situations.STATUS, 0)
    if (flags & situations.FLINCHED) != 0:
        keys[lost, 0], odds[lost] = key, share
        lost += 1
        share = 0.0
    actions = get_field(key, situations.CONFUSED)
    if actions > 0 and share > 0.0:
        # Confused for 1 to 4 actions, each as likely: so it ends before the n-th one.
        ends = 0.0
        if actions > 1:
            ends = 1.0 / (6 - actions) if actions < 5 else 1.0
            keys[tries, 0], odds[tries] = set_field(key, situations.CONFUSED, 0), share * ends
            tries += 1
        share *= 1.0 - ends
        key = set_field(key, situations.CONFUSED, min(5, actions + 1))
        hurt_itself = lost
        keys[lost, 0], odds[lost] = count_up(key, situations.LUCK), share * 0.33
        lost += 1
        share *= 0.67
    keys[tries, 0], odds[tries] = key, share
    tries += 1
    if status == st.PARALYSIS:
        for i in range(situations.TRIES, tries):
            keys[lost, 0], odds[lost] = keys[i, 0], odds[i] * 0.25
            lost += 1
            odds[i] *= 0.75

    for i in range(situations.LOST, lost):
        part, left = odds[i], 1.0
        if part * weight < situations.MIN_WEIGHT:
            continue
        if i == hurt_itself:
            count = self_hit(workspace, side, keys[i, 0])
            fallen = apply_damage(
                workspace, hp_distribution, side, table, slot, number(situations.SHIFT), count
            )
            workspace.wins[1 - side] += part * fallen
            left = max(0.0, 1.0 - fallen / weight)
        # Losing the action ends Outrage and its like: in confusion if this was its last turn.
        after = keys[i, 0]
        phase = get_field(after, situations.PHASE)
        confusion = (
            0.5
            if phase == situations.LOCKED_ONCE
            else 1.0
            if phase == situations.LOCKED_TWICE
            else 0.0
        )
        after = set_field(set_field(after, situations.PHASE, 0), situations.RAGING, 0)
        for confused in range(2):
            odds_now = part * (confusion if confused else 1.0 - confusion)
            from_situation(workspace, table, slot, odds_now * left)
            if i == hurt_itself:
                from_scratch(workspace, side, odds_now)
            final = confuse(after) if confused else after
            accumulate(
                workspace, hp_distribution, to, side, final, foe_key, calm, weight * odds_now * left
            )
    for i in range(situations.TRIES, tries):
        _attack(
            workspace,
            hp_distribution,
            table,
            slot,
            to,
            side,
            keys[i, 0],
            foe_key,
            flags,
            odds[i],
            second,
        )
