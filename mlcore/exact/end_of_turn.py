"""What happens at the end of a turn."""

import numpy as np

from mlcore.engine import state as st
from mlcore.engine.jit import kernel
from mlcore.exact import situations
from mlcore.exact.distributions import accumulate
from mlcore.exact.fighters import speed_of
from mlcore.exact.situations import get_field, number, set_field


@kernel
def _suffers(key, cause):
    """Whether a cause of residual damage, in the order of the causes, hurts now."""
    status = get_field(key, situations.STATUS)
    if cause == 0:
        return get_field(key, situations.SEEDED) != 0
    if cause == 1:
        return status == st.POISON or status == st.BAD_POISON
    if cause == 2:
        return status == st.BURN
    return 1 <= get_field(key, situations.TRAPPED) <= 5


@kernel
def _end_turn(workspace, hp_distribution, slot, share, trap_over, first):
    """Residual damage in its order, then counters; from END to START.

    ``trap_over``: bits of the sides whose trap ends now without damage; ``first``: the faster
    side.
    """
    weight = workspace.weights[situations.END, slot]
    # Distributions move to scratch when something changes them.
    moved = workspace.origin
    for side in range(2):
        moved[side, 0], moved[side, 1] = situations.END, slot
        workspace.share[side] = 1.0
    for cause in range(4):
        for position in range(2):
            side = first if position == 0 else 1 - first
            if not _suffers(workspace.keys[situations.END, slot, side], cause):
                continue
            if cause == 3 and (trap_over >> side) & 1:
                continue
            full = workspace.fighters[side, 0]
            loss = max(1, full // 16 if cause == 2 else full // 8)
            fallen = _slide(
                workspace, hp_distribution, moved[side, 0], moved[side, 1], side, -loss, full
            )
            moved[side, 0], moved[side, 1] = situations.SCRATCH, 0
            # Distributions keep the weight they had at first, less what has fallen of them.
            before = workspace.share[side]
            workspace.share[side] = max(0.0, before - fallen / weight)
            gone = before - workspace.share[side]
            workspace.wins[1 - side] += share * weight * gone * workspace.share[1 - side]
            if cause == 0:
                other = 1 - side
                _slide(
                    workspace,
                    hp_distribution,
                    moved[other, 0],
                    moved[other, 1],
                    other,
                    loss,
                    workspace.fighters[other, 0],
                )
                moved[other, 0], moved[other, 1] = situations.SCRATCH, 0
    # The next turn may still look at this situation: its other half has another trap or order.
    keys = workspace.branches
    for side in range(2):
        key = workspace.keys[situations.END, slot, side]
        trapped = get_field(key, situations.TRAPPED)
        if trapped > 0:
            trapped = 0 if trapped >= 6 or (trap_over >> side) & 1 else trapped + 1
            key = set_field(key, situations.TRAPPED, trapped)
        key = set_field(key, situations.REFLECT, max(0, get_field(key, situations.REFLECT) - 1))
        keys[0, side] = set_field(
            key, situations.LIGHT_SCREEN, max(0, get_field(key, situations.LIGHT_SCREEN) - 1)
        )
    standing_a, standing_b = workspace.share[0], workspace.share[1]
    both = share * standing_a * standing_b
    workspace.share[0], workspace.share[1] = share * standing_b, share * standing_a
    for channel in range(2, workspace.channels):
        workspace.origin[channel, 0], workspace.origin[channel, 1] = situations.END, slot
        workspace.share[channel] = both
    nothing = number(0)
    accumulate(
        workspace,
        hp_distribution,
        number(situations.START),
        nothing,
        keys[0, 0],
        keys[0, 1],
        nothing,
        weight * both,
    )


@kernel
def _slide(workspace, hp_distribution, table, slot, channel, change, full):
    """Move a distribution by ``change`` HP, into scratch (or within it); returns what fell to 0.

    HP above ``full`` become ``full``.
    """
    low, high = workspace.low[table, slot, channel], workspace.high[table, slot, channel]
    source = hp_distribution[table, slot, channel]
    target = hp_distribution[situations.SCRATCH, 0, channel]
    beyond = np.float32(0.0)
    if change < 0:
        for h in range(low, min(high, -change) + 1):
            beyond += source[h]
        low = max(low, 1 - change)
        for h in range(low, high + 1):
            target[h + change] = source[h]
        if low > high:
            low, high = 1 - change, -change
        workspace.low[situations.SCRATCH, 0, channel] = low + change
        workspace.high[situations.SCRATCH, 0, channel] = high + change
        return beyond
    for h in range(max(low, full - change), high + 1):
        beyond += source[h]
    for h in range(min(high, full - change - 1), low - 1, -1):
        target[h + change] = source[h]
    if high + change >= full:
        target[full] = beyond
    workspace.low[situations.SCRATCH, 0, channel] = min(full, low + change)
    workspace.high[situations.SCRATCH, 0, channel] = min(full, high + change)
    return np.float32(0.0)


@kernel
def end_turn_all(workspace, hp_distribution, slot):
    """The end of the turn of one situation, in halves where chance decides something.

    A trap hurts four or five times, so at its fifth end of turn it may be over; of two sides
    with the same speed either may suffer first.
    """
    key_a, key_b = workspace.keys[situations.END, slot, 0], workspace.keys[situations.END, slot, 1]
    may_end, traps = number(0), 1
    suffering = 0
    for side in range(2):
        key = workspace.keys[situations.END, slot, side]
        if get_field(key, situations.TRAPPED) == 5:
            may_end |= 1 << side
            traps *= 2
        for cause in range(4):
            if _suffers(key, cause):
                suffering |= 1 << side
    first, orders = number(0), 1
    if suffering == 3:
        lead = speed_of(workspace, 0, key_a) - speed_of(workspace, 1, key_b)
        if lead < 0:
            first = number(1)
        elif lead == 0:
            orders = 2
    share = 1.0 / (traps * orders)
    for trap_over in range(4):
        if trap_over & ~may_end == 0:
            for order in range(orders):
                _end_turn(workspace, hp_distribution, slot, share, trap_over, first + order)
