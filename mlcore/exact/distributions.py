"""Distributions of HP and of damage: moved along with situations, shifted by damage and healing."""

import numpy as np

from mlcore.engine.jit import kernel
from mlcore.exact import situations


@kernel
def from_situation(workspace, table, slot, share):
    """All that ``accumulate`` adds comes from one situation."""
    for channel in range(4):
        workspace.origin[channel, 0] = table
        workspace.origin[channel, 1] = slot
        workspace.share[channel] = share


@kernel
def from_scratch(workspace, channel, share):
    """What ``accumulate`` adds to one channel comes from the scratch table."""
    workspace.origin[channel, 0] = situations.SCRATCH
    workspace.origin[channel, 1] = 0
    workspace.share[channel] = share


@kernel
def _add(target, source, factor):
    """target += factor * source. Views from 0 on: only so do the loops become vector code."""
    for i in range(target.shape[0]):
        target[i] += factor * source[i]


@kernel
def accumulate(workspace, hp_distribution, table, side, key, foe_key, flags, weight):
    """Add weight to a situation of ``table``, and to its distributions as ``origin`` says.

    ``key`` is that of ``side``, ``foe_key`` that of the other.
    """
    if weight < situations.MIN_WEIGHT:
        return
    foe = 1 - side
    count = workspace.counts[table]
    slot = 0
    while slot < count and (
        workspace.keys[table, slot, side] != key
        or workspace.keys[table, slot, foe] != foe_key
        or workspace.keys[table, slot, 2] != flags
    ):
        slot += 1
    if slot == count and count >= situations.CROWDED:
        # So many: counters that only sharpen the picture no longer keep situations apart.
        slot = 0
        while slot < count and (
            (workspace.keys[table, slot, side] ^ key) & situations.SHARP != 0
            or (workspace.keys[table, slot, foe] ^ foe_key) & situations.SHARP != 0
            or workspace.keys[table, slot, 2] != flags
        ):
            slot += 1
    fresh = slot == count
    if fresh:
        if count == situations.SITUATIONS:
            return
        workspace.counts[table] = count + 1
        workspace.keys[table, slot, side] = key
        workspace.keys[table, slot, foe] = foe_key
        workspace.keys[table, slot, 2] = flags
        workspace.weights[table, slot] = 0.0
    workspace.weights[table, slot] += weight
    for channel in range(workspace.channels):
        from_table, from_slot = workspace.origin[channel, 0], workspace.origin[channel, 1]
        factor = np.float32(workspace.share[channel])
        low = workspace.low[from_table, from_slot, channel]
        high = workspace.high[from_table, from_slot, channel]
        source = hp_distribution[from_table, from_slot, channel]
        target = hp_distribution[table, slot, channel]
        old_low, old_high = low, low - 1
        if not fresh:
            old_low, old_high = (
                workspace.low[table, slot, channel],
                workspace.high[table, slot, channel],
            )
            if old_low > old_high:
                old_low, old_high = low, low - 1
        for h in range(low, old_low):
            target[h] = 0.0
        for h in range(max(old_high + 1, low), high + 1):
            target[h] = 0.0
        for h in range(old_high + 1, low):
            target[h] = 0.0
        for h in range(high + 1, old_low):
            target[h] = 0.0
        _add(target[low : high + 1], source[low : high + 1], factor)
        workspace.low[table, slot, channel] = min(low, old_low)
        workspace.high[table, slot, channel] = max(high, old_high)


@kernel
def point(workspace, hp_distribution, table, slot, channel, position, mass):
    """All the mass at one value."""
    hp_distribution[table, slot, channel, position] = mass
    workspace.low[table, slot, channel] = position
    workspace.high[table, slot, channel] = position


@kernel
def apply_damage(workspace, hp_distribution, channel, table, slot, row, count):
    """Take damage off a distribution, into the scratch table; returns the mass at 0 HP.

    ``row``: of the damage values with their odds. ``workspace.running`` is left as the running sum
    of the distribution before the damage.
    """
    values, odds = workspace.values[row], workspace.odds[row]
    low, high = workspace.low[table, slot, channel], workspace.high[table, slot, channel]
    source = hp_distribution[table, slot, channel]
    target = hp_distribution[situations.SCRATCH, 0, channel]
    running = workspace.running
    total = np.float32(0.0)
    for h in range(low, high + 1):
        total += source[h]
        running[h] = total
    smallest, largest = high, low - low
    fallen = 0.0
    for i in range(count):
        value = values[i]
        if value >= high:
            fallen += odds[i] * total
            continue
        smallest = min(smallest, value)
        largest = max(largest, value)
        if value >= low:
            fallen += odds[i] * running[value]
    if smallest == high:
        workspace.low[situations.SCRATCH, 0, channel] = 1
        workspace.high[situations.SCRATCH, 0, channel] = 0
        return fallen
    new_low, new_high = max(1, low - largest), high - smallest
    for h in range(new_low, new_high + 1):
        target[h] = 0.0
    for i in range(count):
        value = values[i]
        share = np.float32(odds[i])
        first = max(low - value, 1)
        if value < high:
            _add(target[first : high - value + 1], source[first + value : high + 1], share)
    floor = situations.MIN_CELL * workspace.weights[table, slot]
    while new_low < new_high and target[new_low] < floor:
        new_low += 1
    while new_high > new_low and target[new_high] < floor:
        new_high -= 1
    workspace.low[situations.SCRATCH, 0, channel] = new_low
    workspace.high[situations.SCRATCH, 0, channel] = new_high
    return fallen


@kernel
def halve(workspace, hp_distribution, channel, table, slot):
    """Take half of the HP that is left, at least 1; otherwise as ``apply_damage``."""
    low, high = workspace.low[table, slot, channel], workspace.high[table, slot, channel]
    source = hp_distribution[table, slot, channel]
    target = hp_distribution[situations.SCRATCH, 0, channel]
    fallen = 0.0
    new_low, new_high = max(1, low - max(1, low // 2)), max(1, high - max(1, high // 2))
    for h in range(new_low, new_high + 1):
        target[h] = 0.0
    for h in range(low, high + 1):
        left = h - max(1, h // 2)
        if left == 0:
            fallen += source[h]
        else:
            target[left] += source[h]
    workspace.low[situations.SCRATCH, 0, channel] = new_low
    workspace.high[situations.SCRATCH, 0, channel] = new_high
    return fallen


@kernel
def halves_of(workspace, hp_distribution, channel, table, slot, row):
    """The damage of ``halve`` as a row of values with odds; returns how many."""
    values, odds = workspace.values[row], workspace.odds[row]
    low, high = workspace.low[table, slot, channel], workspace.high[table, slot, channel]
    weight = workspace.weights[table, slot]
    count = 0
    for h in range(low, high + 1):
        mass = hp_distribution[table, slot, channel, h] / weight
        value = max(1, h // 2)
        if count > 0 and values[count - 1] == value:
            odds[count - 1] += mass
        else:
            values[count] = value
            odds[count] = mass
            count += 1
    return count


@kernel
def heal(workspace, hp_distribution, channel, table, slot, row, count, full):
    """Add a row's HP up to ``full``, from a table other than scratch into scratch."""
    values, odds = workspace.values[row], workspace.odds[row]
    low, high = workspace.low[table, slot, channel], workspace.high[table, slot, channel]
    source = hp_distribution[table, slot, channel]
    target = hp_distribution[situations.SCRATCH, 0, channel]
    smallest, largest = values[0], values[0]
    for i in range(count):
        smallest = min(smallest, values[i])
        largest = max(largest, values[i])
    new_low, new_high = min(full, low + smallest), min(full, high + largest)
    for h in range(new_low, new_high + 1):
        target[h] = 0.0
    for i in range(count):
        gain = values[i]
        share = np.float32(odds[i])
        reach = min(high, full - gain)
        if low <= reach:
            _add(target[low + gain : reach + gain + 1], source[low : reach + 1], share)
        top = np.float32(0.0)
        for h in range(max(low, full - gain + 1), high + 1):
            top += source[h]
        target[new_high] += share * top
    workspace.low[situations.SCRATCH, 0, channel] = new_low
    workspace.high[situations.SCRATCH, 0, channel] = new_high


@kernel
def remember(workspace, hp_distribution, channel, table, slot, row, odds_row, count, adds):
    """What is remembered of damage after a hit, into the scratch table.

    ``adds``: on top of what was remembered (Bide); else it replaces it (Counter).
    """
    values, odds = workspace.values[row], workspace.odds[odds_row]
    mass = workspace.weights[table, slot]
    top = hp_distribution.shape[3] - 1
    target = hp_distribution[situations.SCRATCH, 0, channel]
    for h in range(top + 1):
        target[h] = 0.0
    low, high = workspace.low[table, slot, channel], workspace.high[table, slot, channel]
    source = hp_distribution[table, slot, channel]
    new_low, new_high = top, 0
    for i in range(count):
        if odds[i] <= 0.0:
            continue
        value = min(values[i], top)
        if adds:
            for h in range(low, high + 1):
                target[min(top, h + value)] += odds[i] * source[h]
            new_low = min(new_low, min(top, low + value))
            new_high = max(new_high, min(top, high + value))
        else:
            target[value] += odds[i] * mass
            new_low, new_high = min(new_low, value), max(new_high, value)
    if new_low > new_high:
        target[0] = mass
        new_low, new_high = 0, 0
    workspace.low[situations.SCRATCH, 0, channel] = new_low
    workspace.high[situations.SCRATCH, 0, channel] = new_high


@kernel
def survivors(workspace, channel, table, slot, row, count):
    """Odds of each damage of a row given that the target still stands, into row SHIFT.

    Right after ``apply_damage`` of that distribution, whose running sum it reads.
    """
    values, odds = workspace.values[row], workspace.odds[row]
    low, high = workspace.low[table, slot, channel], workspace.high[table, slot, channel]
    running, out = workspace.running, workspace.odds[situations.SHIFT]
    total = running[high]
    mass = 0.0
    for i in range(count):
        value = values[i]
        out[i] = odds[i]
        if value >= high:
            out[i] = 0.0
        elif value >= low:
            out[i] = odds[i] * (1.0 - running[value] / total)
        mass += out[i]
    if mass > 0.0:
        for i in range(count):
            out[i] /= mass
