"""What will happen in a duel, computed instead of played: probabilities by convolution.

A duel is followed turn by turn as a weighted set of situations. A situation is everything about
both sides but their HP (ailments, stat stages, charging, seeds, screens ...), packed into one
integer; with it go two distributions, of A's HP and of B's HP, which are taken as independent
given the situation. For plain attacks that is exact; drain, recoil and the like make it a close
approximation, because what one side loses then depends on what the other has lost. Everything
that can happen in a turn moves weight from situation to situation and shifts the distributions;
what falls to 0 HP is a win of the other side. No randomness is involved.

The rules are the engine's, restricted to one damaging move a side. Some corners are cut where
they hardly matter: PP are counted in turns, the counter of bad poison is left out, a stage that
reached its limit forgets by how much it overshot, and situations below ``MIN_WEIGHT`` are
dropped.
"""

from typing import NamedTuple

import numpy as np

from mlcore.engine import state as st
from mlcore.engine.damage import IMMUNE, rolled_damage, weight_power
from mlcore.engine.jit import kernel
from mlcore.engine.specs import GameTables, Setups
from mlcore.engine.stats import compute_stats

#: Situations and single HP cells with less weight than this are dropped.
MIN_WEIGHT = 1e-4
_MIN_CELL = 1e-6
#: A duel is followed until this much of it is undecided.
_UNDECIDED = 5e-4
#: Situations kept at a time. There are rarely more than a dozen; when there are many, similar
#: ones are put together.
_SITUATIONS = 96
_CROWDED = 32
#: Distinct damage values of one use of a move.
_VALUES = 1024
#: Damage distributions remembered at a time; one more row is for what is never remembered.
_CACHED = 16
#: A move with at most so many uses has them counted; of others PP last by the turn.
_FEW = 8
#: Rows for the branches of a hit, then for lost actions, then for attempts.
_LOST, _TRIES, _BRANCHES = 64, 72, 76
#: Turns and uses that the results tell apart.
TURNS = 8
USES = 10

# A fighter, one row of int64 per side: the six stats, then
(
    LEVEL,
    FRIENDSHIP,
    TYPE_1,
    TYPE_2,
    WEIGHT,
    MOVE,
    LAST_TURN,  # PP are gone from this turn on (counted from 0), unless they are counted
    FEW_USES,  # the number of uses when it is small enough to count them, else 0
    FIGHTER_COLUMNS,
) = range(6, 15)

# Columns of the results of ``foresee`` (win_* by A's and B's view each)
(
    WIN_A,
    WIN_B,
    UNDECIDED,
    MEAN_TURNS,
    WIN_A_BY,  # A has won by the end of turn 1 .. TURNS
) = (0, 1, 2, 3, 4)
WIN_B_BY = WIN_A_BY + TURNS
RESULT_COLUMNS = WIN_B_BY + TURNS

# Columns of the results of ``uses_to_win``
(
    MIN_DAMAGE,
    MAX_DAMAGE,
    MEAN_DAMAGE,  # of a use that hits, HP
    MEAN_CAPPED,  # the same, a use never counting more than the target's HP
    HIT_CHANCE,
    KO_IN,  # the target is down after 1 .. USES uses
) = (0, 1, 2, 3, 4, 5)
USES_COLUMNS = KO_IN + USES

# A situation: one integer for each side, with fields of four bits, and one for what is true
# within a turn only.
(
    _STATUS,
    _CONFUSED,
    _OWN_STAGES,  # changes by its own move
    _FOE_STAGES,  # changes by the foe's move
    _PHASE,
    _TRAPPED,
    _REFLECT,
    _LIGHT_SCREEN,
    _SEEDED,
    _RAGING,
    _USED,  # PP spent, counted when there are few
    _LANDED,  # hits after which both sides' HP changed together, modulo 16
    _LUCK,  # those of them above the mean damage, modulo 16
) = range(0, 52, 4)
_B_FIRST, _FLINCHED, _STRUCK = 1, 2, 4
#: The fields that any approximation needs; the counters behind them only sharpen it.
_SHARP = (1 << _USED) - 1
#: Values of _PHASE.
_CHARGING, _RECHARGING, _LOCKED_ONCE, _LOCKED_TWICE, _BIDING, _BIDING_ON = 1, 2, 3, 4, 5, 6

# Tables of situations: at the start of the turn, after the first and the second action; the
# last holds distributions that have just been changed.
_START, _MIDDLE, _END, _SCRATCH = range(4)


class Board(NamedTuple):
    """The weighted situations, in four tables of up to _SITUATIONS.

    Distributions (``cells``) are float32 vectors by HP, multiplied by the weight of their
    situation, valid from ``low`` to ``high``. Channels: HP of A, HP of B, damage that A and
    that B remembers. ``origin`` and ``share`` say for each channel what ``_emit`` adds: which
    table and row, and how much of it.
    """

    keys: np.ndarray
    weights: np.ndarray
    counts: np.ndarray
    cells: np.ndarray
    low: np.ndarray
    high: np.ndarray
    origin: np.ndarray
    share: np.ndarray


class Hits(NamedTuple):
    """Damage distributions, remembered by what they depend on; and room to compute with."""

    keys: np.ndarray
    sizes: np.ndarray
    values: np.ndarray
    odds: np.ndarray
    cursor: np.ndarray
    dense: np.ndarray
    running: np.ndarray
    shift: np.ndarray
    shift_odds: np.ndarray
    branches: np.ndarray
    branch_odds: np.ndarray
    wins: np.ndarray


@kernel
def _number(value):
    """The same number. Numba would compile a callee anew for every literal it is given."""
    return value + 0


@kernel
def _get(key, field):
    return (key >> field) & 15


@kernel
def _set(key, field, value):
    return (key & ~(15 << field)) | (value << field)


@kernel
def _count(key, field):
    """One more, modulo 16."""
    return _set(key, field, (_get(key, field) + 1) & 15)


# --- distributions ---------------------------------------------------------------------------


@kernel
def _from(board, table, slot, share):
    """All that ``_emit`` adds comes from one situation."""
    for channel in range(4):
        board.origin[channel, 0] = table
        board.origin[channel, 1] = slot
        board.share[channel] = share


@kernel
def _from_scratch(board, channel, share):
    """What ``_emit`` adds to one channel comes from the scratch table."""
    board.origin[channel, 0] = _SCRATCH
    board.origin[channel, 1] = 0
    board.share[channel] = share


@kernel
def _add(target, source, factor):
    """target += factor * source. Views from 0 on: only so do the loops become vector code."""
    for i in range(target.shape[0]):
        target[i] += factor * source[i]


@kernel
def _emit(board, table, side, key, foe_key, flags, weight, channels):
    """Add weight to a situation of ``table``, and to its distributions as ``origin`` says.

    ``key`` is that of ``side``, ``foe_key`` that of the other.
    """
    if weight < MIN_WEIGHT:
        return
    foe = 1 - side
    count = board.counts[table]
    slot = 0
    while slot < count and (
        board.keys[table, slot, side] != key
        or board.keys[table, slot, foe] != foe_key
        or board.keys[table, slot, 2] != flags
    ):
        slot += 1
    if slot == count and count >= _CROWDED:
        # So many: counters that only sharpen the picture no longer keep situations apart.
        slot = 0
        while slot < count and (
            (board.keys[table, slot, side] ^ key) & _SHARP != 0
            or (board.keys[table, slot, foe] ^ foe_key) & _SHARP != 0
            or board.keys[table, slot, 2] != flags
        ):
            slot += 1
    fresh = slot == count
    if fresh:
        if count == _SITUATIONS:
            return
        board.counts[table] = count + 1
        board.keys[table, slot, side] = key
        board.keys[table, slot, foe] = foe_key
        board.keys[table, slot, 2] = flags
        board.weights[table, slot] = 0.0
    board.weights[table, slot] += weight
    for channel in range(channels):
        from_table, from_slot = board.origin[channel, 0], board.origin[channel, 1]
        factor = np.float32(board.share[channel])
        low = board.low[from_table, from_slot, channel]
        high = board.high[from_table, from_slot, channel]
        source = board.cells[from_table, from_slot, channel]
        target = board.cells[table, slot, channel]
        old_low, old_high = low, low - 1
        if not fresh:
            old_low, old_high = board.low[table, slot, channel], board.high[table, slot, channel]
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
        board.low[table, slot, channel] = min(low, old_low)
        board.high[table, slot, channel] = max(high, old_high)


@kernel
def _point(board, table, slot, channel, position, mass):
    """All the mass at one value."""
    board.cells[table, slot, channel, position] = mass
    board.low[table, slot, channel] = position
    board.high[table, slot, channel] = position


@kernel
def _hurt(board, hits, channel, table, slot, values, odds, count):
    """Take damage off a distribution, into the scratch table; returns the mass at 0 HP.

    ``hits.running`` is left as the running sum of the distribution before the damage.
    """
    low, high = board.low[table, slot, channel], board.high[table, slot, channel]
    source = board.cells[table, slot, channel]
    target = board.cells[_SCRATCH, 0, channel]
    running = hits.running
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
        board.low[_SCRATCH, 0, channel] = 1
        board.high[_SCRATCH, 0, channel] = 0
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
    floor = _MIN_CELL * board.weights[table, slot]
    while new_low < new_high and target[new_low] < floor:
        new_low += 1
    while new_high > new_low and target[new_high] < floor:
        new_high -= 1
    board.low[_SCRATCH, 0, channel] = new_low
    board.high[_SCRATCH, 0, channel] = new_high
    return fallen


@kernel
def _halve(board, channel, table, slot):
    """Take half of the HP that is left, at least 1; otherwise as ``_hurt``."""
    low, high = board.low[table, slot, channel], board.high[table, slot, channel]
    source = board.cells[table, slot, channel]
    target = board.cells[_SCRATCH, 0, channel]
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
    board.low[_SCRATCH, 0, channel] = new_low
    board.high[_SCRATCH, 0, channel] = new_high
    return fallen


@kernel
def _halves(board, channel, table, slot, values, odds):
    """The damage of ``_halve`` as values with odds; returns how many."""
    low, high = board.low[table, slot, channel], board.high[table, slot, channel]
    weight = board.weights[table, slot]
    count = 0
    for h in range(low, high + 1):
        mass = board.cells[table, slot, channel, h] / weight
        value = max(1, h // 2)
        if count > 0 and values[count - 1] == value:
            odds[count - 1] += mass
        else:
            values[count] = value
            odds[count] = mass
            count += 1
    return count


@kernel
def _heal(board, channel, table, slot, values, odds, count, full):
    """Add HP up to ``full``, from a table other than scratch into scratch."""
    low, high = board.low[table, slot, channel], board.high[table, slot, channel]
    source = board.cells[table, slot, channel]
    target = board.cells[_SCRATCH, 0, channel]
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
    board.low[_SCRATCH, 0, channel] = new_low
    board.high[_SCRATCH, 0, channel] = new_high


@kernel
def _remember(board, channel, table, slot, values, odds, count, adds):
    """What is remembered of damage after a hit, into the scratch table.

    ``adds``: on top of what was remembered (Bide); else it replaces it (Counter).
    """
    mass = board.weights[table, slot]
    top = board.cells.shape[3] - 1
    target = board.cells[_SCRATCH, 0, channel]
    for h in range(top + 1):
        target[h] = 0.0
    low, high = board.low[table, slot, channel], board.high[table, slot, channel]
    source = board.cells[table, slot, channel]
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
    board.low[_SCRATCH, 0, channel] = new_low
    board.high[_SCRATCH, 0, channel] = new_high


@kernel
def _survivors(board, hits, channel, table, slot, values, odds, count):
    """Odds of each damage given that the target still stands, into ``hits.shift_odds``.

    Right after ``_hurt`` of that distribution, whose running sum it reads.
    """
    low, high = board.low[table, slot, channel], board.high[table, slot, channel]
    running, out = hits.running, hits.shift_odds
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


# --- facts about a fighter in a situation -------------------------------------------------------


@kernel
def _effectiveness(chart, fighters, target, move_type):
    """Doublings (positive) or halvings (negative), or IMMUNE."""
    if move_type == st.NO_TYPE:
        return 0
    total = 0
    for column in (TYPE_1, TYPE_2):
        defending = fighters[target, column]
        if defending == st.NO_TYPE:
            continue
        percent = chart[move_type, defending]
        if percent == 0:
            return IMMUNE
        if percent == 200:
            total += 1
        elif percent == 50:
            total -= 1
    return total


@kernel
def _has_type(fighters, side, wanted):
    return fighters[side, TYPE_1] == wanted or fighters[side, TYPE_2] == wanted


@kernel
def _stage(moves, fighters, side, key, stat):
    """Stage of a stat (column 1-5): changes that its own move and the foe's have made."""
    own_move, foe_move = fighters[side, MOVE], fighters[1 - side, MOVE]
    own = 0
    effect = moves[own_move, st.M_EFFECT]
    if effect == st.E_RAGE:
        own = 1 if stat == 1 else 0
    elif effect == st.E_CHARGE_RAISE_DEFENSE:
        own = 1 if stat == 2 else 0
    elif moves[own_move, st.M_STAT_TARGET] == st.ON_USER:
        own = moves[own_move, st.M_ATTACK_CHANGE + stat - 1]
    foe = 0
    if moves[foe_move, st.M_STAT_TARGET] != st.ON_USER:
        foe = moves[foe_move, st.M_ATTACK_CHANGE + stat - 1]
    stage = own * _get(key, _OWN_STAGES) + foe * _get(key, _FOE_STAGES)
    return min(6, max(-6, stage))


@kernel
def _speed(moves, fighters, side, key):
    speed = st.staged(fighters[side, 5], _stage(moves, fighters, side, key, 5))
    if _get(key, _STATUS) == st.PARALYSIS:
        speed = speed * 50 // 100
    return speed


@kernel
def _priority(moves, key, move):
    return 0 if _get(key, _PHASE) == _RECHARGING else moves[move, st.M_PRIORITY]


@kernel
def _move_now(fighters, side, key, turn, struggle):
    """The move it uses: its own, or Struggle when PP are gone and nothing holds it."""
    if _get(key, _PHASE) == 0:
        few = fighters[side, FEW_USES]
        if (few > 0 and _get(key, _USED) >= few) or (
            few == 0 and turn >= fighters[side, LAST_TURN]
        ):
            return struggle
    return fighters[side, MOVE]


@kernel
def _is_hidden(moves, fighters, side, key):
    """0, 1 in the air, 2 under the ground."""
    if _get(key, _PHASE) != _CHARGING:
        return 0
    effect = moves[fighters[side, MOVE], st.M_EFFECT]
    if effect == st.E_CHARGE_AIRBORNE:
        return 1
    if effect == st.E_CHARGE_UNDERGROUND:
        return 2
    return 0


@kernel
def _accuracy(moves, fighters, side, move):
    """Chance to hit a target that can be hit, 0 to 1."""
    accuracy = moves[move, st.M_ACCURACY]
    if moves[move, st.M_EFFECT] == st.E_ONE_HIT_KO:
        gap = fighters[side, LEVEL] - fighters[1 - side, LEVEL]
        if gap < 0:
            return 0.0
        return min(100, accuracy + gap) / 100.0
    if accuracy == 0:
        return 1.0
    return min(100, accuracy) / 100.0


@kernel
def _is_immune(moves, chart, fighters, side, move):
    """The foe's types let the move do nothing at all."""
    if not moves[move, st.M_RESPECTS_IMMUNITY]:
        return False
    return _effectiveness(chart, fighters, 1 - side, moves[move, st.M_TYPE]) == IMMUNE


@kernel
def _hit_count(moves, move):
    """Mean number of hits."""
    if moves[move, st.M_MIN_HITS] == 2 and moves[move, st.M_MAX_HITS] == 5:
        return 3.1
    return (moves[move, st.M_MIN_HITS] + moves[move, st.M_MAX_HITS]) / 2.0


# --- damage -------------------------------------------------------------------------------------


@kernel
def _one_hit(moves, chart, fighters, side, key, foe_key, move, values, odds):
    """Damage of one hit by the formula; returns how many values. Lowest first, then crits."""
    foe = 1 - side
    effect = moves[move, st.M_EFFECT]
    power = moves[move, st.M_POWER]
    if effect == st.E_WEIGHT_POWER:
        power = weight_power(fighters[foe, WEIGHT])
    elif effect == st.E_FRIENDSHIP_POWER:
        power = max(1, fighters[side, FRIENDSHIP] * 10 // 25)
    elif effect == st.E_DOUBLE_WHEN_STATUSED:
        status = _get(key, _STATUS)
        if status != st.NO_AILMENT and status != st.SLEEP:
            power *= 2
    if power <= 0:
        return 0
    physical = moves[move, st.M_CLASS] == st.PHYSICAL
    attack_stat, defense_stat = (1, 2) if physical else (3, 4)
    attacker, attacker_key = side, key
    if effect == st.E_USE_TARGET_ATTACK:
        attacker, attacker_key = foe, foe_key
    up = _stage(moves, fighters, attacker, attacker_key, attack_stat)
    down = _stage(moves, fighters, foe, foe_key, defense_stat)
    move_type = moves[move, st.M_TYPE]
    if effect == st.E_STRUGGLE:
        move_type = st.NO_TYPE
    stab = move_type != st.NO_TYPE and _has_type(fighters, side, move_type)
    doublings = _effectiveness(chart, fighters, foe, move_type)
    burned = physical and _get(key, _STATUS) == st.BURN and effect != st.E_DOUBLE_WHEN_STATUSED
    hidden = _is_hidden(moves, fighters, foe, foe_key)
    doubled = (hidden == 1 and moves[move, st.M_DOUBLED_BY_AIRBORNE] != 0) or (
        hidden == 2 and moves[move, st.M_DOUBLED_BY_UNDERGROUND] != 0
    )
    screened = _get(foe_key, _REFLECT if physical else _LIGHT_SCREEN) > 0
    crit_stage = moves[move, st.M_CRITICAL_STAGE]
    crit_odds = 1.0 / 24.0
    if moves[move, st.M_ALWAYS_CRITS] or crit_stage >= 3:
        crit_odds = 1.0
    elif crit_stage == 2:
        crit_odds = 0.5
    elif crit_stage == 1:
        crit_odds = 0.125
    count = 0
    for critical in (False, True):
        share = crit_odds if critical else 1.0 - crit_odds
        if share <= 0.0:
            continue
        attack = st.staged(fighters[attacker, attack_stat], max(up, 0) if critical else up)
        defense = st.staged(fighters[foe, defense_stat], min(down, 0) if critical else down)
        start = count
        # The roll comes after everything that divides, so that is done once for all 16.
        level = fighters[side, LEVEL]
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
def _several_hits(moves, move, hits, row, count, cap):
    """From the damage of one hit to that of all hits of a use; values above ``cap`` are cap."""
    least, most = moves[move, st.M_MIN_HITS], moves[move, st.M_MAX_HITS]
    single = hits.shift
    single_odds = hits.shift_odds
    for i in range(count):
        single[i] = hits.values[row, i]
        single_odds[i] = hits.odds[row, i]
    dense = hits.dense
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
        share = 1.0 / (most - least + 1)
        if least == 2 and most == 5:
            share = 0.35 if n <= 3 else 0.15
        for v in range(cap + 1):
            dense[2, v] += share * dense[now, v]
    total = 0
    for v in range(1, cap + 1):
        if dense[2, v] > 1e-7:
            hits.values[row, total] = v
            hits.odds[row, total] = dense[2, v]
            total += 1
    return total


@kernel
def _use_damage(moves, chart, fighters, side, key, foe_key, move, hits):
    """Row of ``hits`` with the damage of one use that hits; fixed or by the formula."""
    foe = 1 - side
    hidden = _is_hidden(moves, fighters, foe, foe_key)
    known = (
        side
        | (hidden << 1)
        | ((1 if move != fighters[side, MOVE] else 0) << 3)
        | (_get(key, _STATUS) << 4)
        | (_get(key, _OWN_STAGES) << 8)
        | (_get(key, _FOE_STAGES) << 12)
        | (_get(foe_key, _OWN_STAGES) << 16)
        | (_get(foe_key, _FOE_STAGES) << 20)
        | ((1 if _get(foe_key, _REFLECT) > 0 else 0) << 24)
        | ((1 if _get(foe_key, _LIGHT_SCREEN) > 0 else 0) << 25)
    )
    for row in range(_CACHED):
        if hits.keys[row] == known:
            return row
    row = hits.cursor[0]
    hits.cursor[0] = (row + 1) % _CACHED
    hits.keys[row] = known
    values, odds = hits.values[row], hits.odds[row]
    effect = moves[move, st.M_EFFECT]
    level = fighters[side, LEVEL]
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
    elif moves[move, st.M_FIXED_DAMAGE] > 0:
        values[0], odds[0], count = moves[move, st.M_FIXED_DAMAGE], 1.0, 1
    else:
        count = _one_hit(moves, chart, fighters, side, key, foe_key, move, values, odds)
    if count > 0 and moves[move, st.M_MAX_HITS] > 1:
        cap = min(fighters[foe, 0], hits.dense.shape[1] - 1)
        count = _several_hits(moves, move, hits, row, count, cap)
    hits.sizes[row] = count
    return row


@kernel
def _self_hit(moves, fighters, side, key, values, odds):
    """Damage of a confused fighter to itself: typeless, power 40, no critical hit."""
    attack = st.staged(fighters[side, 1], _stage(moves, fighters, side, key, 1))
    defense = st.staged(fighters[side, 2], _stage(moves, fighters, side, key, 2))
    for i in range(16):
        values[i] = max(
            1, rolled_damage(fighters[side, LEVEL], 40, attack, defense, False, 85 + i, False, 0)
        )
        odds[i] = 1.0 / 16.0
    return 16


# --- one action ---------------------------------------------------------------------------------


@kernel
def _confuse(key):
    return _set(key, _CONFUSED, 1) if _get(key, _CONFUSED) == 0 else key


@kernel
def _ailment_takes(fighters, target, ailment):
    if ailment == st.PARALYSIS:
        return not _has_type(fighters, target, st.ELECTRIC)
    if ailment == st.BURN:
        return not _has_type(fighters, target, st.FIRE)
    if ailment == st.POISON or ailment == st.BAD_POISON:
        return not (
            _has_type(fighters, target, st.POISON_TYPE) or _has_type(fighters, target, st.STEEL)
        )
    if ailment == st.FREEZE:
        return not _has_type(fighters, target, st.ICE)
    return ailment == st.SLEEP


@kernel
def _charges(effect):
    return (
        effect == st.E_CHARGE
        or effect == st.E_CHARGE_RAISE_DEFENSE
        or effect == st.E_CHARGE_UNDERGROUND
        or effect == st.E_CHARGE_AIRBORNE
    )


@kernel
def _branch(hits, size, i, column, value, odds):
    """Split ``odds`` of branch i off into a new one with another value in a column."""
    for other in range(3):
        hits.branches[size, other] = hits.branches[i, other]
    hits.branches[size, column] = value
    hits.branch_odds[size] = odds
    hits.branch_odds[i] -= odds


@kernel
def _at_least_once(percent, times):
    if percent == 0 or times == 1.0:
        return percent / 100.0
    return 1.0 - (1.0 - percent / 100.0) ** times


@kernel
def _spread(moves, fighters, hits, side, move, second, hit_count):
    """What a hit may do beside damage: splits branch 0 (own key, foe key, flags)."""
    size = 1
    effect = moves[move, st.M_EFFECT]
    key = hits.branches[0, 0]
    if effect == st.E_LOCK_IN:
        phase = _get(key, _PHASE)
        over = _confuse(_set(key, _PHASE, 0))
        if phase == 0:
            hits.branches[0, 0] = _set(key, _PHASE, _LOCKED_ONCE)
        elif phase == _LOCKED_ONCE:
            hits.branches[0, 0] = _set(key, _PHASE, _LOCKED_TWICE)
            _branch(hits, size, 0, 0, over, 0.5)
            size += 1
        else:
            hits.branches[0, 0] = over
    ailment = moves[move, st.M_AILMENT]
    chance = _at_least_once(moves[move, st.M_AILMENT_CHANCE], hit_count)
    kinds = 1
    if effect == st.E_TRI_STATUS:
        kinds = 3
        chance /= 3.0
    elif ailment == st.NO_AILMENT:
        chance = 0.0
    if chance > 0.0:
        for i in range(size):
            before, whole = hits.branches[i, 1], hits.branch_odds[i]
            for kind in range(kinds):
                if effect == st.E_TRI_STATUS:
                    ailment = st.BURN if kind == 0 else st.PARALYSIS if kind == 1 else st.FREEZE
                after = before
                if ailment == st.CONFUSION_AILMENT:
                    after = _confuse(before)
                elif _get(before, _STATUS) == 0 and _ailment_takes(fighters, 1 - side, ailment):
                    after = _set(before, _STATUS, ailment)
                if after != before:
                    _branch(hits, size, i, 1, after, whole * chance)
                    size += 1
    chance = _at_least_once(moves[move, st.M_FLINCH_CHANCE], hit_count)
    if chance > 0.0 and not second:
        for i in range(size):
            _branch(hits, size, i, 2, hits.branches[i, 2] | _FLINCHED, hits.branch_odds[i] * chance)
            size += 1
    chance = moves[move, st.M_STAT_CHANCE] / 100.0
    changes = False
    for stat in range(5):
        changes = changes or moves[move, st.M_ATTACK_CHANGE + stat] != 0
    if chance > 0.0 and changes:
        column, field = 1, _FOE_STAGES
        if moves[move, st.M_STAT_TARGET] == st.ON_USER:
            column, field = 0, _OWN_STAGES
        for i in range(size):
            before = hits.branches[i, column]
            stages = _get(before, field)
            if stages < 6:
                after = _set(before, field, stages + 1)
                _branch(hits, size, i, column, after, hits.branch_odds[i] * chance)
                size += 1
    return size


@kernel
def _hit_chance(moves, chart, fighters, side, key, foe_key, flags, move, second, turn):
    """Chance that the move does something now, 0 to 1."""
    effect = moves[move, st.M_EFFECT]
    if effect == st.E_BIDE:  # finds its target wherever it is
        normal = _effectiveness(chart, fighters, 1 - side, st.NORMAL)
        return 0.0 if normal == IMMUNE else 1.0
    hidden = _is_hidden(moves, fighters, 1 - side, foe_key)
    if hidden == 1 and not moves[move, st.M_HITS_AIRBORNE]:
        return 0.0
    if hidden == 2 and not moves[move, st.M_HITS_UNDERGROUND]:
        return 0.0
    if _is_immune(moves, chart, fighters, side, move):
        return 0.0
    if effect == st.E_TARGET_ASLEEP_ONLY and _get(foe_key, _STATUS) != st.SLEEP:
        return 0.0
    if effect == st.E_TARGET_ATTACKING_ONLY and (second or _get(foe_key, _PHASE) == _RECHARGING):
        return 0.0
    if effect == st.E_FIRST_TURN_ONLY and turn > 0:
        return 0.0
    if (effect == st.E_COUNTER or effect == st.E_MIRROR_COAT) and (flags & _STRUCK) == 0:
        return 0.0
    return _accuracy(moves, fighters, side, move)


@kernel
def _returned(board, hits, table, slot, channel):
    """Twice the damage remembered, into ``hits.shift``: (number of values, their mass)."""
    memory = board.cells[table, slot, channel]
    weight = board.weights[table, slot]
    count = 0
    total = 0.0
    for h in range(max(board.low[table, slot, channel], 1), board.high[table, slot, channel] + 1):
        if memory[h] > 0.0 and count < _VALUES:
            hits.values[_CACHED, count] = 2 * h
            hits.odds[_CACHED, count] = memory[h] / weight
            total += hits.odds[_CACHED, count]
            count += 1
    for i in range(count):
        hits.odds[_CACHED, i] /= total
    return count, min(1.0, total)


@kernel
def _miss(board, hits, fighters, moves, channels, table, slot, to, side, key, foe_key, flags,
          share, move):  # fmt: skip
    """The move missed, failed or did not affect the foe."""
    weight = board.weights[table, slot]
    if weight * share < MIN_WEIGHT:
        return
    confusion = 0.0
    if moves[move, st.M_EFFECT] == st.E_LOCK_IN:
        phase = _get(key, _PHASE)
        if phase == _LOCKED_ONCE:
            confusion = 0.5
        elif phase == _LOCKED_TWICE:
            confusion = 1.0
        key = _set(key, _PHASE, 0)
    left = 1.0
    crashes = moves[move, st.M_EFFECT] == st.E_CRASH
    if crashes:
        hits.shift[0] = max(1, fighters[side, 0] // 2)
        hits.shift_odds[0] = 1.0
        one = _number(1)
        fallen = _hurt(board, hits, side, table, slot, hits.shift, hits.shift_odds, one)
        hits.wins[1 - side] += share * fallen
        left = max(0.0, 1.0 - fallen / weight)
        key = _count(key, _LANDED)
    for confused in range(2):
        part = share * (confusion if confused else 1.0 - confusion)
        after = _confuse(key) if confused else key
        _from(board, table, slot, part * left)
        if crashes:
            _from_scratch(board, side, part)
        _emit(board, to, side, after, foe_key, flags, weight * part * left, channels)


@kernel
def _half(hits, row, count, mean, above):
    """The damage values above (or not above) the mean, into the last row: (number, their odds)."""
    values, odds = hits.values[row], hits.odds[row]
    some, some_odds = hits.values[_CACHED], hits.odds[_CACHED]
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
def _couples(moves, fighters, side, key, move):
    """Whether a hit of this move ties the two sides' HP together: then hits are counted.

    Without the count, "few HP left here" would no longer go with "the foe has lost actions".
    """
    effect = moves[move, st.M_EFFECT]
    foe_effect = moves[fighters[1 - side, MOVE], st.M_EFFECT]
    status = _get(key, _STATUS)
    return (
        moves[move, st.M_FLINCH_CHANCE] > 0
        or moves[move, st.M_DRAIN] > 0
        or moves[move, st.M_RECOIL] > 0
        or effect == st.E_STRUGGLE
        or effect == st.E_LOCK_IN
        or (effect == st.E_DOUBLE_WHEN_STATUSED and status != 0)
        or (status == st.BURN and moves[move, st.M_CLASS] == st.PHYSICAL)
        or foe_effect == st.E_COUNTER
        or foe_effect == st.E_MIRROR_COAT
        or foe_effect == st.E_BIDE
    )


@kernel
def _land(board, hits, fighters, moves, chart, channels, table, slot, to, side, key, foe_key,
          flags, share, second, move, row, count):  # fmt: skip
    """A hit with the damage of a row of ``hits``: all that it does to both sides."""
    weight = board.weights[table, slot]
    foe = 1 - side
    effect = moves[move, st.M_EFFECT]
    values, odds = hits.values[row], hits.odds[row]

    # The foe's HP; the result lies in the scratch table.
    if effect == st.E_ONE_HIT_KO:
        fallen = weight
    elif effect == st.E_HALF_HP_DAMAGE:
        fallen = _halve(board, foe, table, slot)
        if channels > 2:
            count = _halves(board, foe, table, slot, values, odds)
    else:
        fallen = _hurt(board, hits, foe, table, slot, values, odds, count)
    hits.wins[side] += share * fallen
    standing = max(0.0, 1.0 - fallen / weight)
    if weight * share * standing < MIN_WEIGHT:
        return

    # What it does to the user's own HP, given that the foe still stands.
    own_standing = 1.0
    drain, recoil = moves[move, st.M_DRAIN], moves[move, st.M_RECOIL]
    percent = max(drain, recoil)
    own_changes = effect == st.E_STRUGGLE or (percent > 0 and count > 0)
    foe_effect = moves[fighters[foe, MOVE], st.M_EFFECT]
    physical = moves[move, st.M_CLASS] == st.PHYSICAL
    biding = _get(foe_key, _PHASE) >= _BIDING
    waits = not second and (
        (foe_effect == st.E_COUNTER and physical)
        or (foe_effect == st.E_MIRROR_COAT and not physical)
    )
    memory_changes = channels > 2 and count > 0 and (biding or waits)
    if (own_changes or memory_changes) and effect != st.E_HALF_HP_DAMAGE:
        _survivors(board, hits, foe, table, slot, values, odds, count)
    if memory_changes:
        last, last_odds, size = values, hits.shift_odds, count
        if effect == st.E_HALF_HP_DAMAGE:
            last_odds = odds
        if waits and moves[move, st.M_MAX_HITS] > 1:
            # Only the last hit is returned.
            last, last_odds = hits.shift, hits.shift_odds
            size = _one_hit(moves, chart, fighters, side, key, foe_key, move, last, last_odds)
        _remember(board, 2 + foe, table, slot, last, last_odds, size, biding)
        if size != count:
            _survivors(board, hits, foe, table, slot, values, odds, count)
        if waits:
            flags |= _STRUCK
    if own_changes:
        size = 0
        for i in range(count):
            value = (values[i] * percent + 50) // 100
            if effect == st.E_STRUGGLE:
                value = max(1, (fighters[side, 0] + 2) // 4)
            if size > 0 and hits.shift[size - 1] == value:
                hits.shift_odds[size - 1] += hits.shift_odds[i]
            elif hits.shift_odds[i] > 0.0:
                hits.shift[size] = value
                hits.shift_odds[size] = hits.shift_odds[i]
                size += 1
        if drain > 0:
            full = fighters[side, 0]
            _heal(board, side, table, slot, hits.shift, hits.shift_odds, size, full)
        else:
            lost = _hurt(board, hits, side, table, slot, hits.shift, hits.shift_odds, size)
            hits.wins[foe] += share * standing * lost
            own_standing = max(0.0, 1.0 - lost / weight)
    both = standing * own_standing
    if weight * share * both < MIN_WEIGHT:
        return

    # What it does to both sides' condition.
    if _couples(moves, fighters, side, key, move):
        key = _count(key, _LANDED)
    if effect == st.E_RECHARGE:
        key = _set(key, _PHASE, _RECHARGING)
    elif effect == st.E_RAGE:
        key = _set(key, _RAGING, 1)
    elif effect == st.E_REFLECT and _get(key, _REFLECT) == 0:
        key = _set(key, _REFLECT, 5)
    elif effect == st.E_LIGHT_SCREEN and _get(key, _LIGHT_SCREEN) == 0:
        key = _set(key, _LIGHT_SCREEN, 5)
    elif effect == st.E_CURE_USER:
        key = _set(key, _STATUS, 0)
    elif effect == st.E_RESET_TARGET_STAGES:
        foe_key = _set(_set(foe_key, _OWN_STAGES, 0), _FOE_STAGES, 0)
    elif effect == st.E_RESET_ALL_STAGES:
        foe_key = _set(_set(foe_key, _OWN_STAGES, 0), _FOE_STAGES, 0)
        key = _set(_set(key, _OWN_STAGES, 0), _FOE_STAGES, 0)
    elif effect == st.E_LEECH_SEED and not _has_type(fighters, foe, st.GRASS):
        foe_key = _set(foe_key, _SEEDED, 1)
    elif effect == st.E_PARTIAL_TRAP and _get(foe_key, _TRAPPED) == 0:
        foe_key = _set(foe_key, _TRAPPED, 1)
    hit_count = _hit_count(moves, move)
    if _get(foe_key, _RAGING):
        raised = _get(foe_key, _OWN_STAGES) + int(hit_count + 0.5)
        foe_key = _set(foe_key, _OWN_STAGES, min(6, raised))
    if _get(foe_key, _STATUS) == st.FREEZE and (
        moves[move, st.M_THAWS_TARGET] or moves[move, st.M_TYPE] == st.FIRE
    ):
        foe_key = _set(foe_key, _STATUS, 0)

    hits.branches[0, 0], hits.branches[0, 1], hits.branches[0, 2] = key, foe_key, flags
    hits.branch_odds[0] = 1.0
    size = _spread(moves, fighters, hits, side, move, second, hit_count)
    for i in range(size):
        part = share * hits.branch_odds[i]
        _from(board, table, slot, part * both)
        board.share[side] = part * standing
        if own_changes:
            _from_scratch(board, side, part * standing)
        _from_scratch(board, foe, part * own_standing)
        if memory_changes:
            _from_scratch(board, 2 + foe, part * both)
        _emit(
            board, to, side, hits.branches[i, 0], hits.branches[i, 1], hits.branches[i, 2],
            weight * part * both, channels,
        )  # fmt: skip


@kernel
def _attack(board, hits, fighters, moves, chart, channels, table, slot, to, side, key, foe_key,
            flags, share, second, turn, struggle):  # fmt: skip
    """The fighter acts: every outcome of its move, from ``share`` of one situation."""
    weight = board.weights[table, slot]
    if weight * share < MIN_WEIGHT:
        return
    foe = 1 - side
    move = _move_now(fighters, side, key, turn, struggle)
    effect = moves[move, st.M_EFFECT]
    key = _set(key, _RAGING, 0)
    phase = _get(key, _PHASE)
    if fighters[side, FEW_USES] > 0 and phase == 0 and effect != st.E_STRUGGLE:
        key = _count(key, _USED)

    # A turn of preparation.
    prepares = False
    fresh_memory = False
    if _charges(effect):
        prepares = phase != _CHARGING
        key = _set(key, _PHASE, _CHARGING if prepares else 0)
        if prepares and effect == st.E_CHARGE_RAISE_DEFENSE:
            key = _set(key, _OWN_STAGES, min(6, _get(key, _OWN_STAGES) + 1))
    elif effect == st.E_BIDE:
        prepares = phase != _BIDING_ON
        fresh_memory = prepares and phase != _BIDING
        key = _set(key, _PHASE, 0 if not prepares else _BIDING if fresh_memory else _BIDING_ON)
    if prepares:
        _from(board, table, slot, share)
        if fresh_memory:
            _point(board, _SCRATCH, 0, 2 + side, 0, np.float32(weight))
            _from_scratch(board, 2 + side, share)
        _emit(board, to, side, key, foe_key, flags & _B_FIRST, weight * share, channels)
        return

    # A user of Explosion faints first, whatever becomes of the foe: that loses the duel.
    if effect == st.E_SELF_DESTRUCT:
        hits.wins[foe] += weight * share
        return

    hit = _hit_chance(moves, chart, fighters, side, key, foe_key, flags, move, second, turn)
    flags &= _B_FIRST
    if effect == st.E_BREAK_SCREENS and hit > 0.0:
        foe_key = _set(_set(foe_key, _REFLECT, 0), _LIGHT_SCREEN, 0)
    row, count = _number(_CACHED), _number(0)
    returns = effect == st.E_COUNTER or effect == st.E_MIRROR_COAT or effect == st.E_BIDE
    by_formula = effect != st.E_ONE_HIT_KO and effect != st.E_HALF_HP_DAMAGE
    if hit > 0.0 and returns:
        count, mass = _returned(board, hits, table, slot, 2 + side)
        hit *= mass
    elif hit > 0.0 and by_formula:
        row = _use_damage(moves, chart, fighters, side, key, foe_key, move, hits)
        count = hits.sizes[row]
        if count == 0:
            hit = 0.0
    if hit < 1.0:
        _miss(
            board, hits, fighters, moves, channels, table, slot, to, side, key, foe_key, flags,
            share * (1.0 - hit), move,
        )  # fmt: skip
    share *= hit
    if weight * share < MIN_WEIGHT:
        return
    # Drain and recoil follow the damage: strong and weak hits go separate ways.
    halves = 1
    mean = 0.0
    if count > 1 and (moves[move, st.M_DRAIN] > 0 or moves[move, st.M_RECOIL] > 0):
        halves = 2
        for i in range(count):
            mean += hits.values[row, i] * hits.odds[row, i]
    for half in range(halves):
        part, size, used_row, after = share, count, row, key
        if halves > 1:
            size, mass = _half(hits, row, count, mean, half == 1)
            part *= mass
            used_row = _number(_CACHED)
            if half == 1:
                after = _count(key, _LUCK)
        _land(
            board, hits, fighters, moves, chart, channels, table, slot, to, side, after, foe_key,
            flags, part, second, move, used_row, size,
        )  # fmt: skip


@kernel
def _act(board, hits, fighters, moves, chart, channels, table, slot, to, side, share, second,
         turn, struggle, flags):  # fmt: skip
    """One side's action from ``share`` of a situation: what may keep it from acting, then it acts.

    Lost actions and attempts are gathered first, as (key, share) rows behind the branches.
    """
    weight = board.weights[table, slot]
    key, foe_key = board.keys[table, slot, side], board.keys[table, slot, 1 - side]
    calm = flags & _B_FIRST
    move = _move_now(fighters, side, key, turn, struggle)
    status = _get(key, _STATUS)
    lost, tries = _LOST, _TRIES
    keys, odds = hits.branches, hits.branch_odds
    hurt_itself = -1
    if _get(key, _PHASE) == _RECHARGING:
        keys[lost, 0], odds[lost] = _set(key, _PHASE, 0), share
        lost += 1
        share = 0.0
    if status == st.FREEZE and moves[move, st.M_THAWS_USER]:
        status = 0
        key = _set(key, _STATUS, 0)
    if status == st.FREEZE or status == st.SLEEP:
        stuck = 0.8 if status == st.FREEZE else 0.5
        keys[lost, 0], odds[lost] = key, share * stuck
        lost += 1
        share *= 1.0 - stuck
        status = 0
        key = _set(key, _STATUS, 0)
    if (flags & _FLINCHED) != 0:
        keys[lost, 0], odds[lost] = key, share
        lost += 1
        share = 0.0
    actions = _get(key, _CONFUSED)
    if actions > 0 and share > 0.0:
        # Confused for 1 to 4 actions, each as likely: so it ends before the n-th one.
        ends = 0.0
        if actions > 1:
            ends = 1.0 / (6 - actions) if actions < 5 else 1.0
            keys[tries, 0], odds[tries] = _set(key, _CONFUSED, 0), share * ends
            tries += 1
        share *= 1.0 - ends
        key = _set(key, _CONFUSED, min(5, actions + 1))
        hurt_itself = lost
        keys[lost, 0], odds[lost] = _count(key, _LANDED), share * 0.33
        lost += 1
        share *= 0.67
    keys[tries, 0], odds[tries] = key, share
    tries += 1
    if status == st.PARALYSIS:
        for i in range(_TRIES, tries):
            keys[lost, 0], odds[lost] = keys[i, 0], odds[i] * 0.25
            lost += 1
            odds[i] *= 0.75

    for i in range(_LOST, lost):
        part, left = odds[i], 1.0
        if part * weight < MIN_WEIGHT:
            continue
        if i == hurt_itself:
            count = _self_hit(moves, fighters, side, keys[i, 0], hits.shift, hits.shift_odds)
            fallen = _hurt(board, hits, side, table, slot, hits.shift, hits.shift_odds, count)
            hits.wins[1 - side] += part * fallen
            left = max(0.0, 1.0 - fallen / weight)
        # Losing the action ends Outrage and its like: in confusion if this was its last turn.
        after = keys[i, 0]
        phase = _get(after, _PHASE)
        confusion = 0.5 if phase == _LOCKED_ONCE else 1.0 if phase == _LOCKED_TWICE else 0.0
        after = _set(_set(after, _PHASE, 0), _RAGING, 0)
        for confused in range(2):
            odds_now = part * (confusion if confused else 1.0 - confusion)
            _from(board, table, slot, odds_now * left)
            if i == hurt_itself:
                _from_scratch(board, side, odds_now)
            final = _confuse(after) if confused else after
            _emit(board, to, side, final, foe_key, calm, weight * odds_now * left, channels)
    for i in range(_TRIES, tries):
        _attack(
            board, hits, fighters, moves, chart, channels, table, slot, to, side, keys[i, 0],
            foe_key, flags, odds[i], second, turn, struggle,
        )  # fmt: skip


# --- end of turn --------------------------------------------------------------------------------


@kernel
def _suffers(key, cause):
    """Whether a cause of residual damage, in the order of the causes, hurts now."""
    status = _get(key, _STATUS)
    if cause == 0:
        return _get(key, _SEEDED) != 0
    if cause == 1:
        return status == st.POISON or status == st.BAD_POISON
    if cause == 2:
        return status == st.BURN
    return 1 <= _get(key, _TRAPPED) <= 5


@kernel
def _end_turn(board, hits, fighters, channels, slot, share, trap_over, first):
    """Residual damage in its order, then counters; from _END to _START.

    ``trap_over``: side whose trap ends now without damage, or -1; ``first``: the faster side.
    """
    weight = board.weights[_END, slot]
    # Distributions move to scratch when something changes them.
    moved = board.origin
    for side in range(2):
        moved[side, 0], moved[side, 1] = _END, slot
        board.share[side] = 1.0
    for cause in range(4):
        for position in range(2):
            side = first if position == 0 else 1 - first
            if not _suffers(board.keys[_END, slot, side], cause):
                continue
            if cause == 3 and trap_over == side:
                continue
            full = fighters[side, 0]
            loss = max(1, full // 16 if cause == 2 else full // 8)
            fallen = _slide(board, moved[side, 0], moved[side, 1], side, -loss, full)
            moved[side, 0], moved[side, 1] = _SCRATCH, 0
            # Distributions keep the weight they had at first, less what has fallen of them.
            before = board.share[side]
            board.share[side] = max(0.0, before - fallen / weight)
            gone = before - board.share[side]
            hits.wins[1 - side] += share * weight * gone * board.share[1 - side]
            if cause == 0:
                other = 1 - side
                _slide(board, moved[other, 0], moved[other, 1], other, loss, fighters[other, 0])
                moved[other, 0], moved[other, 1] = _SCRATCH, 0
    # The next turn may still look at this situation: its other half has another trap or order.
    keys = hits.branches
    for side in range(2):
        key = board.keys[_END, slot, side]
        trapped = _get(key, _TRAPPED)
        if trapped > 0:
            trapped = 0 if trapped >= 6 or trap_over == side else trapped + 1
            key = _set(key, _TRAPPED, trapped)
        key = _set(key, _REFLECT, max(0, _get(key, _REFLECT) - 1))
        keys[0, side] = _set(key, _LIGHT_SCREEN, max(0, _get(key, _LIGHT_SCREEN) - 1))
    standing_a, standing_b = board.share[0], board.share[1]
    both = share * standing_a * standing_b
    board.share[0], board.share[1] = share * standing_b, share * standing_a
    for channel in range(2, channels):
        board.origin[channel, 0], board.origin[channel, 1] = _END, slot
        board.share[channel] = both
    nothing = _number(0)
    _emit(board, _number(_START), nothing, keys[0, 0], keys[0, 1], nothing, weight * both, channels)


@kernel
def _slide(board, table, slot, channel, change, full):
    """Move a distribution by ``change`` HP, into scratch (or within it); returns what fell to 0.

    HP above ``full`` become ``full``.
    """
    low, high = board.low[table, slot, channel], board.high[table, slot, channel]
    source = board.cells[table, slot, channel]
    target = board.cells[_SCRATCH, 0, channel]
    beyond = np.float32(0.0)
    if change < 0:
        for h in range(low, min(high, -change) + 1):
            beyond += source[h]
        low = max(low, 1 - change)
        for h in range(low, high + 1):
            target[h + change] = source[h]
        if low > high:
            low, high = 1 - change, -change
        board.low[_SCRATCH, 0, channel] = low + change
        board.high[_SCRATCH, 0, channel] = high + change
        return beyond
    for h in range(max(low, full - change), high + 1):
        beyond += source[h]
    for h in range(min(high, full - change - 1), low - 1, -1):
        target[h + change] = source[h]
    if high + change >= full:
        target[full] = beyond
    board.low[_SCRATCH, 0, channel] = min(full, low + change)
    board.high[_SCRATCH, 0, channel] = min(full, high + change)
    return np.float32(0.0)


@kernel
def _end_turn_all(board, hits, fighters, moves, channels, slot):
    """The end of the turn of one situation, in halves where chance decides something.

    A trap hurts four or five times, so at its fifth end of turn it may be over; of two sides
    with the same speed either may suffer first.
    """
    key_a, key_b = board.keys[_END, slot, 0], board.keys[_END, slot, 1]
    trap_over, traps = _number(-1), 1
    suffering = 0
    for side in range(2):
        key = board.keys[_END, slot, side]
        if _get(key, _TRAPPED) == 5:
            trap_over, traps = side, 2
        for cause in range(4):
            if _suffers(key, cause):
                suffering |= 1 << side
    first, orders = _number(0), 1
    if suffering == 3:
        lead = _speed(moves, fighters, 0, key_a) - _speed(moves, fighters, 1, key_b)
        if lead < 0:
            first = _number(1)
        elif lead == 0:
            orders = 2
    for _trap in range(traps):
        for order in range(orders):
            _end_turn(
                board, hits, fighters, channels, slot, 1.0 / (traps * orders), trap_over,
                first + order,
            )  # fmt: skip
        trap_over = _number(-1)


# --- a whole duel -------------------------------------------------------------------------------


@kernel
def _supplies(moves, chart, all_fighters):
    """Fill in when each fighter's PP will be gone."""
    for k in range(all_fighters.shape[0]):
        fighters = all_fighters[k]
        for side in range(2):
            move = fighters[side, MOVE]
            effect = moves[move, st.M_EFFECT]
            uses = moves[move, st.M_PP] * 8 // 5
            fighters[side, FEW_USES] = uses if uses <= _FEW else 0
            if _charges(effect):
                uses *= 2
            elif effect == st.E_BIDE:
                uses *= 3
            elif not _is_immune(moves, chart, fighters, side, move):
                if effect == st.E_RECHARGE:
                    uses *= 2
                elif effect == st.E_LOCK_IN:
                    uses = uses * 5 // 2
            # Flinching costs turns but no PP.
            foe_move = fighters[1 - side, MOVE]
            lost = moves[foe_move, st.M_FLINCH_CHANCE]
            if lost > 0 and not _is_immune(moves, chart, fighters, 1 - side, foe_move):
                lead = moves[move, st.M_PRIORITY] - moves[foe_move, st.M_PRIORITY]
                if lead == 0:
                    lead = fighters[side, 5] - fighters[1 - side, 5]
                if lead < 0:
                    lost = int(lost * _accuracy(moves, fighters, 1 - side, foe_move))
                    uses = uses * 100 // max(10, 100 - lost)
            fighters[side, LAST_TURN] = uses


@kernel
def _needs_memory(moves, move):
    effect = moves[move, st.M_EFFECT]
    return effect == st.E_COUNTER or effect == st.E_MIRROR_COAT or effect == st.E_BIDE


@kernel
def _lead(moves, fighters, key_a, key_b, turn, struggle):
    """Positive when A acts first, negative when B does, 0 for a tie."""
    move_a = _move_now(fighters, 0, key_a, turn, struggle)
    move_b = _move_now(fighters, 1, key_b, turn, struggle)
    lead = _priority(moves, key_a, move_a) - _priority(moves, key_b, move_b)
    if lead == 0:
        lead = _speed(moves, fighters, 0, key_a) - _speed(moves, fighters, 1, key_b)
    return lead


@kernel
def _foresee_all(board, hits, all_fighters, moves, chart, struggle, results):
    """all_fighters int64 (k, 2, FIGHTER_COLUMNS) -> results float64 (k, RESULT_COLUMNS)."""
    for k in range(all_fighters.shape[0]):
        fighters, out = all_fighters[k], results[k]
        channels = _number(2)
        hits.keys[:] = -1
        hits.cursor[0] = 0
        for side in range(2):
            if _needs_memory(moves, fighters[side, MOVE]):
                channels = 4
            _point(board, _START, 0, side, fighters[side, 0], np.float32(1.0))
            _point(board, _START, 0, 2 + side, 0, np.float32(1.0))
            hits.wins[side] = 0.0
        board.counts[_START] = 1
        for column in range(3):
            board.keys[_START, 0, column] = 0
        board.weights[_START, 0] = 1.0
        turns = 0.0
        alive = 1.0
        for turn in range(st.TURN_LIMIT):
            for stage in range(2):
                board.counts[stage + 1] = 0
                for slot in range(board.counts[stage]):
                    keys = board.keys[stage, slot]
                    lead = _number(0)
                    if stage == 0:
                        lead = _lead(moves, fighters, keys[0], keys[1], turn, struggle)
                    for side in range(2):
                        flags = _B_FIRST if side == 1 else 0
                        share = 0.5
                        if stage == 1:  # the other side than in the first half
                            flags = keys[2]
                            share = 1.0 if ((flags & _B_FIRST) != 0) == (side == 0) else 0.0
                        elif lead != 0:
                            share = 1.0 if (lead > 0) == (side == 0) else 0.0
                        if share > 0.0:
                            _act(
                                board, hits, fighters, moves, chart, channels, stage, slot,
                                stage + 1, side, share, stage == 1, turn, struggle, flags,
                            )  # fmt: skip
            board.counts[_START] = 0
            for slot in range(board.counts[_END]):
                _end_turn_all(board, hits, fighters, moves, channels, slot)
            turns += alive
            alive = 0.0
            for slot in range(board.counts[_START]):
                alive += board.weights[_START, slot]
            over = alive < _UNDECIDED
            for later in range(turn, TURNS if over else min(turn + 1, TURNS)):
                out[WIN_A_BY + later] = hits.wins[0]
                out[WIN_B_BY + later] = hits.wins[1]
            if over:
                break
        total = hits.wins[0] + hits.wins[1] + alive
        out[WIN_A] = hits.wins[0] / total
        out[WIN_B] = hits.wins[1] / total
        out[UNDECIDED] = alive / total
        out[MEAN_TURNS] = turns


@kernel
def _uses_all(board, hits, all_fighters, moves, chart, results):
    """One use after another on a target that does nothing; results (k, 2, USES_COLUMNS)."""
    for k in range(all_fighters.shape[0]):
        fighters = all_fighters[k]
        hits.keys[:] = -1
        hits.cursor[0] = 0
        for side in range(2):
            foe = 1 - side
            move = fighters[side, MOVE]
            effect = moves[move, st.M_EFFECT]
            out = results[k, side]
            if (
                _is_immune(moves, chart, fighters, side, move)
                or effect == st.E_TARGET_ASLEEP_ONLY
                or _needs_memory(moves, move)
            ):
                continue
            hit = _accuracy(moves, fighters, side, move)
            out[HIT_CHANCE] = hit
            if hit <= 0.0:
                continue
            full = fighters[foe, 0]
            row, count, nothing = _number(_CACHED), _number(1), _number(0)
            if effect == st.E_ONE_HIT_KO:
                hits.values[row, 0], hits.odds[row, 0] = full, 1.0
            elif effect == st.E_HALF_HP_DAMAGE:
                hits.values[row, 0], hits.odds[row, 0] = max(1, full // 2), 1.0
            else:
                row = _use_damage(moves, chart, fighters, side, nothing, nothing, move, hits)
                count = hits.sizes[row]
            if count == 0:
                continue
            values, odds = hits.values[row], hits.odds[row]
            out[MIN_DAMAGE], out[MAX_DAMAGE] = values[0], values[0]
            for i in range(count):
                out[MIN_DAMAGE] = min(out[MIN_DAMAGE], values[i])
                out[MAX_DAMAGE] = max(out[MAX_DAMAGE], values[i])
                out[MEAN_DAMAGE] += values[i] * odds[i]
                out[MEAN_CAPPED] += min(values[i], full) * odds[i]
            _point(board, _START, 0, foe, full, np.float32(1.0))
            board.weights[_START, 0] = 1.0
            down = 0.0
            now = nothing
            for use in range(USES):
                board.counts[1 - now] = 0
                if effect == st.E_HALF_HP_DAMAGE:
                    fallen = _halve(board, foe, now, nothing)
                else:
                    fallen = _hurt(board, hits, foe, now, nothing, values, odds, count)
                down += hit * fallen
                out[KO_IN + use] = down
                if down > 0.9999:
                    for later in range(use + 1, USES):
                        out[KO_IN + later] = 1.0
                    break
                for part in range(2):
                    _from(board, now, nothing, 1.0 - hit)
                    if part == 1:
                        _from_scratch(board, foe, hit)
                    # Only the foe's channel means something here.
                    board.low[now, 0, side], board.high[now, 0, side] = 1, 0
                    board.low[_SCRATCH, 0, side], board.high[_SCRATCH, 0, side] = 1, 0
                    _emit(board, 1 - now, nothing, nothing, nothing, nothing, 1.0, nothing + 2)
                now = 1 - now
                board.weights[now, 0] = 1.0


def _room(fighters: np.ndarray) -> tuple[Board, Hits]:
    """Working space for these fighters: kernels allocate nothing."""
    cells = int(fighters[:, :, 0].max()) + 2
    board = Board(
        keys=np.zeros((4, _SITUATIONS, 3), dtype=np.int64),
        weights=np.zeros((4, _SITUATIONS)),
        counts=np.zeros(4, dtype=np.int64),
        cells=np.zeros((4, _SITUATIONS, 4, cells), dtype=np.float32),
        low=np.zeros((4, _SITUATIONS, 4), dtype=np.int64),
        high=np.zeros((4, _SITUATIONS, 4), dtype=np.int64),
        origin=np.zeros((4, 2), dtype=np.int64),
        share=np.zeros(4),
    )
    hits = Hits(
        keys=np.zeros(_CACHED, dtype=np.int64),
        sizes=np.zeros(_CACHED + 1, dtype=np.int64),
        values=np.zeros((_CACHED + 1, _VALUES), dtype=np.int64),
        odds=np.zeros((_CACHED + 1, _VALUES)),
        cursor=np.zeros(1, dtype=np.int64),
        dense=np.zeros((3, _VALUES)),
        running=np.zeros(cells, dtype=np.float32),
        shift=np.zeros(_VALUES, dtype=np.int64),
        shift_odds=np.zeros(_VALUES),
        branches=np.zeros((_BRANCHES, 3), dtype=np.int64),
        branch_odds=np.zeros(_BRANCHES),
        wins=np.zeros(2),
    )
    return board, hits


def fighter_rows(
    tables: GameTables, a: Setups, move_a: np.ndarray, b: Setups, move_b: np.ndarray
) -> np.ndarray:
    """Both sides of k duels as the kernels read them, int64 (k, 2, FIGHTER_COLUMNS)."""
    rows = np.empty((len(a), 2, FIGHTER_COLUMNS), dtype=np.int64)
    for side, setups, used in ((0, a, move_a), (1, b, move_b)):
        rows[:, side, :6] = compute_stats(tables, setups)
        rows[:, side, LEVEL] = setups.level
        rows[:, side, FRIENDSHIP] = setups.friendship
        rows[:, side, TYPE_1 : TYPE_2 + 1] = tables.form_types[setups.form]
        rows[:, side, WEIGHT] = tables.weights[setups.form]
        rows[:, side, MOVE] = used
    moves, chart = _plain(tables)
    _supplies(moves, chart, rows)
    return rows


def foresee(tables: GameTables, fighters: np.ndarray) -> np.ndarray:
    """How k duels end: float64 (k, RESULT_COLUMNS), from ``fighter_rows``.

    WIN_A, WIN_B and UNDECIDED (after the turn limit) add up to 1; MEAN_TURNS counts turns.
    """
    out = np.zeros((len(fighters), RESULT_COLUMNS))
    if len(fighters):
        moves, chart = _plain(tables)
        board, hits = _room(fighters)
        _foresee_all(board, hits, fighters, moves, chart, tables.struggle, out)
    return out


def uses_to_win(tables: GameTables, fighters: np.ndarray) -> np.ndarray:
    """Damage and number of uses to knock out a passive foe: float64 (k, 2, USES_COLUMNS)."""
    out = np.zeros((len(fighters), 2, USES_COLUMNS))
    if len(fighters):
        moves, chart = _plain(tables)
        board, hits = _room(fighters)
        _uses_all(board, hits, fighters, moves, chart, out)
    return out


def _plain(tables: GameTables) -> tuple[np.ndarray, np.ndarray]:
    """Moves and type chart as contiguous int64, so that one compiled version serves all."""
    return (
        np.ascontiguousarray(tables.moves, dtype=np.int64),
        np.ascontiguousarray(tables.type_chart, dtype=np.int64),
    )
