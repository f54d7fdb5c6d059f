"""What a hit of a move leads to: damage, what it does to the user, and side effects."""

from mlcore.engine import state as st
from mlcore.engine.effects import immune_to_status
from mlcore.engine.jit import kernel
from mlcore.exact import columns, situations
from mlcore.exact.damage import one_hit
from mlcore.exact.distributions import (
    accumulate,
    apply_damage,
    from_scratch,
    from_situation,
    halve,
    halves_of,
    heal,
    remember,
    survivors,
)
from mlcore.exact.fighters import (
    has_type,
    hits_of,
)
from mlcore.exact.situations import count_up, get_field, number, set_field


@kernel
def confuse(key):
    return (
        set_field(key, situations.CONFUSED, 1) if get_field(key, situations.CONFUSED) == 0 else key
    )


@kernel
def _branch(workspace, size, i, column, value, odds):
    """Split ``odds`` of branch i off into a new one with another value in a column."""
    for other in range(3):
        workspace.branches[size, other] = workspace.branches[i, other]
    workspace.branches[size, column] = value
    workspace.branch_odds[size] = odds
    workspace.branch_odds[i] -= odds


@kernel
def _at_least_once(percent, times):
    if percent == 0 or times == 1.0:
        return percent / 100.0
    return 1.0 - (1.0 - percent / 100.0) ** times


@kernel
def _branch_on_effects(workspace, side, move, second, hit_count):
    """What a hit may do beside damage: splits branch 0 (own key, foe key, flags)."""
    size = 1
    foe = workspace.fighters[1 - side]
    effect = workspace.moves[move, st.M_EFFECT]
    key = workspace.branches[0, 0]
    if effect == st.E_LOCK_IN:
        phase = get_field(key, situations.PHASE)
        over = confuse(set_field(key, situations.PHASE, 0))
        if phase == 0:
            workspace.branches[0, 0] = set_field(key, situations.PHASE, situations.LOCKED_ONCE)
        elif phase == situations.LOCKED_ONCE:
            workspace.branches[0, 0] = set_field(key, situations.PHASE, situations.LOCKED_TWICE)
            _branch(workspace, size, 0, 0, over, 0.5)
            size += 1
        else:
            workspace.branches[0, 0] = over
    ailment = workspace.moves[move, st.M_AILMENT]
    chance = _at_least_once(workspace.moves[move, st.M_AILMENT_CHANCE], hit_count)
    kinds = 1
    if effect == st.E_TRI_STATUS:
        kinds = 3
        chance /= 3.0
    elif ailment == st.NO_AILMENT:
        chance = 0.0
    if chance > 0.0:
        for i in range(size):
            before, whole = workspace.branches[i, 1], workspace.branch_odds[i]
            for kind in range(kinds):
                if effect == st.E_TRI_STATUS:
                    ailment = st.BURN if kind == 0 else st.PARALYSIS if kind == 1 else st.FREEZE
                after = before
                if ailment == st.CONFUSION_AILMENT:
                    after = confuse(before)
                elif get_field(before, situations.STATUS) == 0 and not immune_to_status(
                    ailment, foe[columns.TYPE_1], foe[columns.TYPE_2]
                ):
                    after = set_field(before, situations.STATUS, ailment)
                if after != before:
                    _branch(workspace, size, i, 1, after, whole * chance)
                    size += 1
    chance = _at_least_once(workspace.moves[move, st.M_FLINCH_CHANCE], hit_count)
    if chance > 0.0 and not second:
        for i in range(size):
            _branch(
                workspace,
                size,
                i,
                2,
                workspace.branches[i, 2] | situations.FLINCHED,
                workspace.branch_odds[i] * chance,
            )
            size += 1
    chance = workspace.moves[move, st.M_STAT_CHANCE] / 100.0
    changes = False
    for stat in range(5):
        changes = changes or workspace.moves[move, st.M_ATTACK_CHANGE + stat] != 0
    if chance > 0.0 and changes:
        column, field = 1, situations.FOE_STAGES
        if workspace.moves[move, st.M_STAT_TARGET] == st.ON_USER:
            column, field = 0, situations.OWN_STAGES
        for i in range(size):
            before = workspace.branches[i, column]
            stages = get_field(before, field)
            if stages < 6:
                after = set_field(before, field, stages + 1)
                _branch(workspace, size, i, column, after, workspace.branch_odds[i] * chance)
                size += 1
    return size


@kernel
def _ties_both_hp(workspace, side, key, move):
    """Whether a hit of this move ties the two sides' HP together: then hits are counted.

    Without the count, "few HP left here" would no longer go with "the foe has lost actions".
    """
    effect = workspace.moves[move, st.M_EFFECT]
    foe_effect = workspace.moves[workspace.fighters[1 - side, columns.MOVE], st.M_EFFECT]
    status = get_field(key, situations.STATUS)
    return (
        workspace.moves[move, st.M_FLINCH_CHANCE] > 0
        or workspace.moves[move, st.M_DRAIN] > 0
        or workspace.moves[move, st.M_RECOIL] > 0
        or effect == st.E_STRUGGLE
        or effect == st.E_LOCK_IN
        or (effect == st.E_DOUBLE_WHEN_STATUSED and status != 0)
        or (status == st.BURN and workspace.moves[move, st.M_CLASS] == st.PHYSICAL)
        or foe_effect == st.E_COUNTER
        or foe_effect == st.E_MIRROR_COAT
        or foe_effect == st.E_BIDE
    )


@kernel
def apply_hit(
    workspace,
    hp_distribution,
    table,
    slot,
    to,
    side,
    key,
    foe_key,
    flags,
    share,
    second,
    move,
    row,
    count,
):
    """A hit with the damage of a row: all that it does to both sides."""
    weight = workspace.weights[table, slot]
    foe = 1 - side
    effect = workspace.moves[move, st.M_EFFECT]

    # The foe's HP; the result lies in the scratch table.
    if effect == st.E_ONE_HIT_KO:
        fallen = weight
    elif effect == st.E_HALF_HP_DAMAGE:
        fallen = halve(workspace, hp_distribution, foe, table, slot)
        if workspace.channels > 2:
            count = halves_of(workspace, hp_distribution, foe, table, slot, row)
    else:
        fallen = apply_damage(workspace, hp_distribution, foe, table, slot, row, count)
    workspace.wins[side] += share * fallen
    standing = max(0.0, 1.0 - fallen / weight)
    if weight * share * standing < situations.MIN_WEIGHT:
        return

    # What it does to the user's own HP, given that the foe still stands.
    own_standing = 1.0
    drain, recoil = workspace.moves[move, st.M_DRAIN], workspace.moves[move, st.M_RECOIL]
    percent = max(drain, recoil)
    own_changes = effect == st.E_STRUGGLE or (percent > 0 and count > 0)
    foe_effect = workspace.moves[workspace.fighters[foe, columns.MOVE], st.M_EFFECT]
    physical = workspace.moves[move, st.M_CLASS] == st.PHYSICAL
    biding = get_field(foe_key, situations.PHASE) >= situations.BIDING
    waits = not second and (
        (foe_effect == st.E_COUNTER and physical)
        or (foe_effect == st.E_MIRROR_COAT and not physical)
    )
    memory_changes = workspace.channels > 2 and count > 0 and (biding or waits)
    if (own_changes or memory_changes) and effect != st.E_HALF_HP_DAMAGE:
        survivors(workspace, foe, table, slot, row, count)
    if memory_changes:
        last, last_odds, size = row, number(situations.SHIFT), count
        if effect == st.E_HALF_HP_DAMAGE:
            last_odds = row
        if waits and workspace.moves[move, st.M_MAX_HITS] > 1:
            # Only the last hit is returned.
            last = number(situations.SHIFT)
            size = one_hit(workspace, side, key, foe_key, move, last)
        remember(workspace, hp_distribution, 2 + foe, table, slot, last, last_odds, size, biding)
        if size != count:
            survivors(workspace, foe, table, slot, row, count)
        if waits:
            flags |= situations.STRUCK
    if own_changes:
        size = 0
        for i in range(count):
            value = (workspace.values[row, i] * percent + 50) // 100
            if effect == st.E_STRUGGLE:
                value = max(1, (workspace.fighters[side, 0] + 2) // 4)
            if size > 0 and workspace.values[situations.SHIFT, size - 1] == value:
                workspace.odds[situations.SHIFT, size - 1] += workspace.odds[situations.SHIFT, i]
            elif workspace.odds[situations.SHIFT, i] > 0.0:
                workspace.values[situations.SHIFT, size] = value
                workspace.odds[situations.SHIFT, size] = workspace.odds[situations.SHIFT, i]
                size += 1
        if drain > 0:
            full = workspace.fighters[side, 0]
            heal(
                workspace, hp_distribution, side, table, slot, number(situations.SHIFT), size, full
            )
        else:
            lost = apply_damage(
                workspace, hp_distribution, side, table, slot, number(situations.SHIFT), size
            )
            workspace.wins[foe] += share * standing * lost
            own_standing = max(0.0, 1.0 - lost / weight)
    both = standing * own_standing
    if weight * share * both < situations.MIN_WEIGHT:
        return

    # What it does to both sides' condition.
    if _ties_both_hp(workspace, side, key, move):
        key = count_up(key, situations.LANDED)
    if effect == st.E_RECHARGE:
        key = set_field(key, situations.PHASE, situations.RECHARGING)
    elif effect == st.E_RAGE:
        key = set_field(key, situations.RAGING, 1)
    elif effect == st.E_REFLECT and get_field(key, situations.REFLECT) == 0:
        key = set_field(key, situations.REFLECT, 5)
    elif effect == st.E_LIGHT_SCREEN and get_field(key, situations.LIGHT_SCREEN) == 0:
        key = set_field(key, situations.LIGHT_SCREEN, 5)
    elif effect == st.E_CURE_USER:
        key = set_field(key, situations.STATUS, 0)
    elif effect == st.E_RESET_TARGET_STAGES:
        foe_key = set_field(set_field(foe_key, situations.OWN_STAGES, 0), situations.FOE_STAGES, 0)
    elif effect == st.E_RESET_ALL_STAGES:
        foe_key = set_field(set_field(foe_key, situations.OWN_STAGES, 0), situations.FOE_STAGES, 0)
        key = set_field(set_field(key, situations.OWN_STAGES, 0), situations.FOE_STAGES, 0)
    elif effect == st.E_LEECH_SEED and not has_type(workspace, foe, st.GRASS):
        foe_key = set_field(foe_key, situations.SEEDED, 1)
    elif effect == st.E_PARTIAL_TRAP and get_field(foe_key, situations.TRAPPED) == 0:
        foe_key = set_field(foe_key, situations.TRAPPED, 1)
    hit_count = hits_of(workspace, move)
    if get_field(foe_key, situations.RAGING):
        raised = get_field(foe_key, situations.OWN_STAGES) + int(hit_count + 0.5)
        foe_key = set_field(foe_key, situations.OWN_STAGES, min(6, raised))
    if get_field(foe_key, situations.STATUS) == st.FREEZE and (
        workspace.moves[move, st.M_THAWS_TARGET] or workspace.moves[move, st.M_TYPE] == st.FIRE
    ):
        foe_key = set_field(foe_key, situations.STATUS, 0)

    workspace.branches[0, 0], workspace.branches[0, 1], workspace.branches[0, 2] = (
        key,
        foe_key,
        flags,
    )
    workspace.branch_odds[0] = 1.0
    size = _branch_on_effects(workspace, side, move, second, hit_count)
    for i in range(size):
        part = share * workspace.branch_odds[i]
        from_situation(workspace, table, slot, part * both)
        workspace.share[side] = part * standing
        if own_changes:
            from_scratch(workspace, side, part * standing)
        from_scratch(workspace, foe, part * own_standing)
        if memory_changes:
            from_scratch(workspace, 2 + foe, part * both)
        accumulate(
            workspace,
            hp_distribution,
            to,
            side,
            workspace.branches[i, 0],
            workspace.branches[i, 1],
            workspace.branches[i, 2],
            weight * part * both,
        )
