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

import numpy as np

from mlcore.engine import state as st
from mlcore.engine.damage import IMMUNE, rolled_damage, weight_power
from mlcore.engine.jit import kernel
from mlcore.engine.specs import NO_TYPE, GameTables, MoveColumn, Setups
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
    LAST_TURN,  # PP are gone from this turn on (counted from 0), unless uses are counted
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
    _LUCK,  # those of them above the mean damage, and hits in confusion, modulo 16
) = range(0, 52, 4)
_B_FIRST, _FLINCHED, _STRUCK = 1, 2, 4
#: The fields that any approximation needs; the counters behind them only sharpen it.
_SHARP = (1 << _USED) - 1
#: Values of _PHASE.
_CHARGING, _RECHARGING, _LOCKED_ONCE, _LOCKED_TWICE, _BIDING, _BIDING_ON = 1, 2, 3, 4, 5, 6

# Tables of situations: at the start of the turn, after the first and the second action; the
# last holds distributions that have just been changed.
_START, _MIDDLE, _END, _SCRATCH = range(4)


#: Rows of damage values behind the remembered ones: for what is never remembered, for changes
#: of the user's own HP.
_SPARE, _SHIFT = _CACHED, _CACHED + 1
#: Rows of ``moves``: those of A and B are 0 and 1.
_STRUGGLE = 2
#: Most HP that a fighter can have here; more than the game knows.
MAX_HP = 1000

#: Everything the kernels work with, but the distributions: one record, because arrays are
#: handed from function to function word by word. Tables of situations: keys (A, B, within the
#: turn), weights, counts, and the valid range of each distribution; ``origin`` and ``share`` say
#: for each channel what ``_emit`` adds: which table and row, and how much of it. Damage values
#: with odds, remembered by what they depend on (``known``). ``moves`` holds the rows of A's
#: move, of B's, and of Struggle.
_ROOM = np.dtype(
    [
        ("keys", np.int64, (4, _SITUATIONS, 3)),
        ("weights", np.float64, (4, _SITUATIONS)),
        ("counts", np.int64, (4,)),
        ("low", np.int64, (4, _SITUATIONS, 4)),
        ("high", np.int64, (4, _SITUATIONS, 4)),
        ("origin", np.int64, (4, 2)),
        ("share", np.float64, (4,)),
        ("wins", np.float64, (2,)),
        ("fighters", np.int64, (2, FIGHTER_COLUMNS)),
        ("moves", np.int64, (3, len(MoveColumn))),
        ("chart", np.int64, (NO_TYPE + 1, NO_TYPE + 1)),
        ("known", np.int64, (_CACHED,)),
        ("sizes", np.int64, (_CACHED + 1,)),
        ("values", np.int64, (_CACHED + 2, _VALUES)),
        ("odds", np.float64, (_CACHED + 2, _VALUES)),
        ("dense", np.float64, (3, _VALUES)),
        ("running", np.float32, (_VALUES,)),
        ("branches", np.int64, (_BRANCHES, 3)),
        ("branch_odds", np.float64, (_BRANCHES,)),
        ("channels", np.int64),
        ("turn", np.int64),
        ("cursor", np.int64),
    ]
)
#: Distributions are float32 vectors by HP, multiplied by the weight of their situation, by
#: [table, situation, channel]; channels: HP of A, HP of B, damage that A and that B remembers.
_CHANNELS = 4


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
def _from(room, table, slot, share):
    """All that ``_emit`` adds comes from one situation."""
    for channel in range(4):
        room.origin[channel, 0] = table
        room.origin[channel, 1] = slot
        room.share[channel] = share


@kernel
def _from_scratch(room, channel, share):
    """What ``_emit`` adds to one channel comes from the scratch table."""
    room.origin[channel, 0] = _SCRATCH
    room.origin[channel, 1] = 0
    room.share[channel] = share


@kernel
def _add(target, source, factor):
    """target += factor * source. Views from 0 on: only so do the loops become vector code."""
    for i in range(target.shape[0]):
        target[i] += factor * source[i]


@kernel
def _emit(room, cells, table, side, key, foe_key, flags, weight):
    """Add weight to a situation of ``table``, and to its distributions as ``origin`` says.

    ``key`` is that of ``side``, ``foe_key`` that of the other.
    """
    if weight < MIN_WEIGHT:
        return
    foe = 1 - side
    count = room.counts[table]
    slot = 0
    while slot < count and (
        room.keys[table, slot, side] != key
        or room.keys[table, slot, foe] != foe_key
        or room.keys[table, slot, 2] != flags
    ):
        slot += 1
    if slot == count and count >= _CROWDED:
        # So many: counters that only sharpen the picture no longer keep situations apart.
        slot = 0
        while slot < count and (
            (room.keys[table, slot, side] ^ key) & _SHARP != 0
            or (room.keys[table, slot, foe] ^ foe_key) & _SHARP != 0
            or room.keys[table, slot, 2] != flags
        ):
            slot += 1
    fresh = slot == count
    if fresh:
        if count == _SITUATIONS:
            return
        room.counts[table] = count + 1
        room.keys[table, slot, side] = key
        room.keys[table, slot, foe] = foe_key
        room.keys[table, slot, 2] = flags
        room.weights[table, slot] = 0.0
    room.weights[table, slot] += weight
    for channel in range(room.channels):
        from_table, from_slot = room.origin[channel, 0], room.origin[channel, 1]
        factor = np.float32(room.share[channel])
        low = room.low[from_table, from_slot, channel]
        high = room.high[from_table, from_slot, channel]
        source = cells[from_table, from_slot, channel]
        target = cells[table, slot, channel]
        old_low, old_high = low, low - 1
        if not fresh:
            old_low, old_high = room.low[table, slot, channel], room.high[table, slot, channel]
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
        room.low[table, slot, channel] = min(low, old_low)
        room.high[table, slot, channel] = max(high, old_high)


@kernel
def _point(room, cells, table, slot, channel, position, mass):
    """All the mass at one value."""
    cells[table, slot, channel, position] = mass
    room.low[table, slot, channel] = position
    room.high[table, slot, channel] = position


@kernel
def _hurt(room, cells, channel, table, slot, row, count):
    """Take damage off a distribution, into the scratch table; returns the mass at 0 HP.

    ``row``: of the damage values with their odds. ``room.running`` is left as the running sum
    of the distribution before the damage.
    """
    values, odds = room.values[row], room.odds[row]
    low, high = room.low[table, slot, channel], room.high[table, slot, channel]
    source = cells[table, slot, channel]
    target = cells[_SCRATCH, 0, channel]
    running = room.running
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
        room.low[_SCRATCH, 0, channel] = 1
        room.high[_SCRATCH, 0, channel] = 0
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
    floor = _MIN_CELL * room.weights[table, slot]
    while new_low < new_high and target[new_low] < floor:
        new_low += 1
    while new_high > new_low and target[new_high] < floor:
        new_high -= 1
    room.low[_SCRATCH, 0, channel] = new_low
    room.high[_SCRATCH, 0, channel] = new_high
    return fallen


@kernel
def _halve(room, cells, channel, table, slot):
    """Take half of the HP that is left, at least 1; otherwise as ``_hurt``."""
    low, high = room.low[table, slot, channel], room.high[table, slot, channel]
    source = cells[table, slot, channel]
    target = cells[_SCRATCH, 0, channel]
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
    room.low[_SCRATCH, 0, channel] = new_low
    room.high[_SCRATCH, 0, channel] = new_high
    return fallen


@kernel
def _halves(room, cells, channel, table, slot, row):
    """The damage of ``_halve`` as a row of values with odds; returns how many."""
    values, odds = room.values[row], room.odds[row]
    low, high = room.low[table, slot, channel], room.high[table, slot, channel]
    weight = room.weights[table, slot]
    count = 0
    for h in range(low, high + 1):
        mass = cells[table, slot, channel, h] / weight
        value = max(1, h // 2)
        if count > 0 and values[count - 1] == value:
            odds[count - 1] += mass
        else:
            values[count] = value
            odds[count] = mass
            count += 1
    return count


@kernel
def _heal(room, cells, channel, table, slot, row, count, full):
    """Add a row's HP up to ``full``, from a table other than scratch into scratch."""
    values, odds = room.values[row], room.odds[row]
    low, high = room.low[table, slot, channel], room.high[table, slot, channel]
    source = cells[table, slot, channel]
    target = cells[_SCRATCH, 0, channel]
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
    room.low[_SCRATCH, 0, channel] = new_low
    room.high[_SCRATCH, 0, channel] = new_high


@kernel
def _remember(room, cells, channel, table, slot, row, odds_row, count, adds):
    """What is remembered of damage after a hit, into the scratch table.

    ``adds``: on top of what was remembered (Bide); else it replaces it (Counter).
    """
    values, odds = room.values[row], room.odds[odds_row]
    mass = room.weights[table, slot]
    top = cells.shape[3] - 1
    target = cells[_SCRATCH, 0, channel]
    for h in range(top + 1):
        target[h] = 0.0
    low, high = room.low[table, slot, channel], room.high[table, slot, channel]
    source = cells[table, slot, channel]
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
    room.low[_SCRATCH, 0, channel] = new_low
    room.high[_SCRATCH, 0, channel] = new_high


@kernel
def _survivors(room, channel, table, slot, row, count):
    """Odds of each damage of a row given that the target still stands, into row _SHIFT.

    Right after ``_hurt`` of that distribution, whose running sum it reads.
    """
    values, odds = room.values[row], room.odds[row]
    low, high = room.low[table, slot, channel], room.high[table, slot, channel]
    running, out = room.running, room.odds[_SHIFT]
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
def _effectiveness(room, target, move_type):
    """Doublings (positive) or halvings (negative), or IMMUNE."""
    if move_type == st.NO_TYPE:
        return 0
    total = 0
    for column in (TYPE_1, TYPE_2):
        defending = room.fighters[target, column]
        if defending == st.NO_TYPE:
            continue
        percent = room.chart[move_type, defending]
        if percent == 0:
            return IMMUNE
        if percent == 200:
            total += 1
        elif percent == 50:
            total -= 1
    return total


@kernel
def _has_type(room, side, wanted):
    return room.fighters[side, TYPE_1] == wanted or room.fighters[side, TYPE_2] == wanted


@kernel
def _stage(room, side, key, stat):
    """Stage of a stat (column 1-5): changes that its own move and the foe's have made."""
    own_move, foe_move = room.fighters[side, MOVE], room.fighters[1 - side, MOVE]
    own = 0
    effect = room.moves[own_move, st.M_EFFECT]
    if effect == st.E_RAGE:
        own = 1 if stat == 1 else 0
    elif effect == st.E_CHARGE_RAISE_DEFENSE:
        own = 1 if stat == 2 else 0
    elif room.moves[own_move, st.M_STAT_TARGET] == st.ON_USER:
        own = room.moves[own_move, st.M_ATTACK_CHANGE + stat - 1]
    foe = 0
    if room.moves[foe_move, st.M_STAT_TARGET] != st.ON_USER:
        foe = room.moves[foe_move, st.M_ATTACK_CHANGE + stat - 1]
    stage = own * _get(key, _OWN_STAGES) + foe * _get(key, _FOE_STAGES)
    return min(6, max(-6, stage))


@kernel
def _speed(room, side, key):
    speed = st.staged(room.fighters[side, 5], _stage(room, side, key, 5))
    if _get(key, _STATUS) == st.PARALYSIS:
        speed = speed * 50 // 100
    return speed


@kernel
def _priority(room, key, move):
    return 0 if _get(key, _PHASE) == _RECHARGING else room.moves[move, st.M_PRIORITY]


@kernel
def _move_now(room, side, key):
    """The move it uses: its own, or Struggle when PP are gone and nothing holds it."""
    if _get(key, _PHASE) == 0:
        few = room.fighters[side, FEW_USES]
        if (few > 0 and _get(key, _USED) >= few) or (
            few == 0 and room.turn >= room.fighters[side, LAST_TURN]
        ):
            return _STRUGGLE
    return room.fighters[side, MOVE]


@kernel
def _is_hidden(room, side, key):
    """0, 1 in the air, 2 under the ground."""
    if _get(key, _PHASE) != _CHARGING:
        return 0
    effect = room.moves[room.fighters[side, MOVE], st.M_EFFECT]
    if effect == st.E_CHARGE_AIRBORNE:
        return 1
    if effect == st.E_CHARGE_UNDERGROUND:
        return 2
    return 0


@kernel
def _accuracy(room, side, move):
    """Chance to hit a target that can be hit, 0 to 1."""
    accuracy = room.moves[move, st.M_ACCURACY]
    if room.moves[move, st.M_EFFECT] == st.E_ONE_HIT_KO:
        gap = room.fighters[side, LEVEL] - room.fighters[1 - side, LEVEL]
        if gap < 0:
            return 0.0
        return min(100, accuracy + gap) / 100.0
    if accuracy == 0:
        return 1.0
    return min(100, accuracy) / 100.0


@kernel
def _is_immune(room, side, move):
    """The foe's types let the move do nothing at all."""
    if not room.moves[move, st.M_RESPECTS_IMMUNITY]:
        return False
    return _effectiveness(room, 1 - side, room.moves[move, st.M_TYPE]) == IMMUNE


@kernel
def _hit_count(room, move):
    """Mean number of hits."""
    if room.moves[move, st.M_MIN_HITS] == 2 and room.moves[move, st.M_MAX_HITS] == 5:
        return 3.1
    return (room.moves[move, st.M_MIN_HITS] + room.moves[move, st.M_MAX_HITS]) / 2.0


# --- damage -------------------------------------------------------------------------------------


@kernel
def _one_hit(room, side, key, foe_key, move, row):
    """Damage of one hit by the formula, into a row; returns how many values. Crits come last."""
    values, odds = room.values[row], room.odds[row]
    foe = 1 - side
    effect = room.moves[move, st.M_EFFECT]
    power = room.moves[move, st.M_POWER]
    if effect == st.E_WEIGHT_POWER:
        power = weight_power(room.fighters[foe, WEIGHT])
    elif effect == st.E_FRIENDSHIP_POWER:
        power = max(1, room.fighters[side, FRIENDSHIP] * 10 // 25)
    elif effect == st.E_DOUBLE_WHEN_STATUSED:
        status = _get(key, _STATUS)
        if status != st.NO_AILMENT and status != st.SLEEP:
            power *= 2
    if power <= 0:
        return 0
    physical = room.moves[move, st.M_CLASS] == st.PHYSICAL
    attack_stat, defense_stat = (1, 2) if physical else (3, 4)
    attacker, attacker_key = side, key
    if effect == st.E_USE_TARGET_ATTACK:
        attacker, attacker_key = foe, foe_key
    up = _stage(room, attacker, attacker_key, attack_stat)
    down = _stage(room, foe, foe_key, defense_stat)
    move_type = room.moves[move, st.M_TYPE]
    if effect == st.E_STRUGGLE:
        move_type = st.NO_TYPE
    stab = move_type != st.NO_TYPE and _has_type(room, side, move_type)
    doublings = _effectiveness(room, foe, move_type)
    burned = physical and _get(key, _STATUS) == st.BURN and effect != st.E_DOUBLE_WHEN_STATUSED
    hidden = _is_hidden(room, foe, foe_key)
    doubled = (hidden == 1 and room.moves[move, st.M_DOUBLED_BY_AIRBORNE] != 0) or (
        hidden == 2 and room.moves[move, st.M_DOUBLED_BY_UNDERGROUND] != 0
    )
    screened = _get(foe_key, _REFLECT if physical else _LIGHT_SCREEN) > 0
    crit_stage = room.moves[move, st.M_CRITICAL_STAGE]
    crit_odds = 1.0 / 24.0
    if room.moves[move, st.M_ALWAYS_CRITS] or crit_stage >= 3:
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
        attack = st.staged(room.fighters[attacker, attack_stat], max(up, 0) if critical else up)
        defense = st.staged(room.fighters[foe, defense_stat], min(down, 0) if critical else down)
        start = count
        # The roll comes after everything that divides, so that is done once for all 16.
        level = room.fighters[side, LEVEL]
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
def _several_hits(room, move, row, count, cap):
    """From the damage of one hit to that of all hits of a use; values above ``cap`` are cap."""
    least, most = room.moves[move, st.M_MIN_HITS], room.moves[move, st.M_MAX_HITS]
    single = room.values[_SHIFT]
    single_odds = room.odds[_SHIFT]
    for i in range(count):
        single[i] = room.values[row, i]
        single_odds[i] = room.odds[row, i]
    dense = room.dense
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
            room.values[row, total] = v
            room.odds[row, total] = dense[2, v]
            total += 1
    return total


@kernel
def _use_damage(room, side, key, foe_key, move):
    """Row with the damage of one use that hits; fixed or by the formula."""
    foe = 1 - side
    hidden = _is_hidden(room, foe, foe_key)
    known = (
        side
        | (hidden << 1)
        | ((1 if move != room.fighters[side, MOVE] else 0) << 3)
        | (_get(key, _STATUS) << 4)
        | (_get(key, _OWN_STAGES) << 8)
        | (_get(key, _FOE_STAGES) << 12)
        | (_get(foe_key, _OWN_STAGES) << 16)
        | (_get(foe_key, _FOE_STAGES) << 20)
        | ((1 if _get(foe_key, _REFLECT) > 0 else 0) << 24)
        | ((1 if _get(foe_key, _LIGHT_SCREEN) > 0 else 0) << 25)
    )
    for row in range(_CACHED):
        if room.known[row] == known:
            return row
    row = room.cursor
    room.cursor = (row + 1) % _CACHED
    room.known[row] = known
    values, odds = room.values[row], room.odds[row]
    effect = room.moves[move, st.M_EFFECT]
    level = room.fighters[side, LEVEL]
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
    elif room.moves[move, st.M_FIXED_DAMAGE] > 0:
        values[0], odds[0], count = room.moves[move, st.M_FIXED_DAMAGE], 1.0, 1
    else:
        count = _one_hit(room, side, key, foe_key, move, row)
    if count > 0 and room.moves[move, st.M_MAX_HITS] > 1:
        cap = min(room.fighters[foe, 0], _VALUES - 1)
        count = _several_hits(room, move, row, count, cap)
    room.sizes[row] = count
    return row


@kernel
def _self_hit(room, side, key):
    """Damage of a confused fighter to itself into row _SHIFT: typeless, power 40, no crits."""
    values, odds = room.values[_SHIFT], room.odds[_SHIFT]
    attack = st.staged(room.fighters[side, 1], _stage(room, side, key, 1))
    defense = st.staged(room.fighters[side, 2], _stage(room, side, key, 2))
    for i in range(16):
        values[i] = max(
            1,
            rolled_damage(room.fighters[side, LEVEL], 40, attack, defense, False, 85 + i, False, 0),
        )
        odds[i] = 1.0 / 16.0
    return 16


# --- one action ---------------------------------------------------------------------------------


@kernel
def _confuse(key):
    return _set(key, _CONFUSED, 1) if _get(key, _CONFUSED) == 0 else key


@kernel
def _ailment_takes(room, target, ailment):
    if ailment == st.PARALYSIS:
        return not _has_type(room, target, st.ELECTRIC)
    if ailment == st.BURN:
        return not _has_type(room, target, st.FIRE)
    if ailment == st.POISON or ailment == st.BAD_POISON:
        return not (_has_type(room, target, st.POISON_TYPE) or _has_type(room, target, st.STEEL))
    if ailment == st.FREEZE:
        return not _has_type(room, target, st.ICE)
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
def _branch(room, size, i, column, value, odds):
    """Split ``odds`` of branch i off into a new one with another value in a column."""
    for other in range(3):
        room.branches[size, other] = room.branches[i, other]
    room.branches[size, column] = value
    room.branch_odds[size] = odds
    room.branch_odds[i] -= odds


@kernel
def _at_least_once(percent, times):
    if percent == 0 or times == 1.0:
        return percent / 100.0
    return 1.0 - (1.0 - percent / 100.0) ** times


@kernel
def _spread(room, side, move, second, hit_count):
    """What a hit may do beside damage: splits branch 0 (own key, foe key, flags)."""
    size = 1
    effect = room.moves[move, st.M_EFFECT]
    key = room.branches[0, 0]
    if effect == st.E_LOCK_IN:
        phase = _get(key, _PHASE)
        over = _confuse(_set(key, _PHASE, 0))
        if phase == 0:
            room.branches[0, 0] = _set(key, _PHASE, _LOCKED_ONCE)
        elif phase == _LOCKED_ONCE:
            room.branches[0, 0] = _set(key, _PHASE, _LOCKED_TWICE)
            _branch(room, size, 0, 0, over, 0.5)
            size += 1
        else:
            room.branches[0, 0] = over
    ailment = room.moves[move, st.M_AILMENT]
    chance = _at_least_once(room.moves[move, st.M_AILMENT_CHANCE], hit_count)
    kinds = 1
    if effect == st.E_TRI_STATUS:
        kinds = 3
        chance /= 3.0
    elif ailment == st.NO_AILMENT:
        chance = 0.0
    if chance > 0.0:
        for i in range(size):
            before, whole = room.branches[i, 1], room.branch_odds[i]
            for kind in range(kinds):
                if effect == st.E_TRI_STATUS:
                    ailment = st.BURN if kind == 0 else st.PARALYSIS if kind == 1 else st.FREEZE
                after = before
                if ailment == st.CONFUSION_AILMENT:
                    after = _confuse(before)
                elif _get(before, _STATUS) == 0 and _ailment_takes(room, 1 - side, ailment):
                    after = _set(before, _STATUS, ailment)
                if after != before:
                    _branch(room, size, i, 1, after, whole * chance)
                    size += 1
    chance = _at_least_once(room.moves[move, st.M_FLINCH_CHANCE], hit_count)
    if chance > 0.0 and not second:
        for i in range(size):
            _branch(room, size, i, 2, room.branches[i, 2] | _FLINCHED, room.branch_odds[i] * chance)
            size += 1
    chance = room.moves[move, st.M_STAT_CHANCE] / 100.0
    changes = False
    for stat in range(5):
        changes = changes or room.moves[move, st.M_ATTACK_CHANGE + stat] != 0
    if chance > 0.0 and changes:
        column, field = 1, _FOE_STAGES
        if room.moves[move, st.M_STAT_TARGET] == st.ON_USER:
            column, field = 0, _OWN_STAGES
        for i in range(size):
            before = room.branches[i, column]
            stages = _get(before, field)
            if stages < 6:
                after = _set(before, field, stages + 1)
                _branch(room, size, i, column, after, room.branch_odds[i] * chance)
                size += 1
    return size


@kernel
def _hit_chance(room, side, key, foe_key, flags, move, second):
    """Chance that the move does something now, 0 to 1."""
    effect = room.moves[move, st.M_EFFECT]
    if effect == st.E_BIDE:  # finds its target wherever it is
        normal = _effectiveness(room, 1 - side, st.NORMAL)
        return 0.0 if normal == IMMUNE else 1.0
    hidden = _is_hidden(room, 1 - side, foe_key)
    if hidden == 1 and not room.moves[move, st.M_HITS_AIRBORNE]:
        return 0.0
    if hidden == 2 and not room.moves[move, st.M_HITS_UNDERGROUND]:
        return 0.0
    if _is_immune(room, side, move):
        return 0.0
    if effect == st.E_TARGET_ASLEEP_ONLY and _get(foe_key, _STATUS) != st.SLEEP:
        return 0.0
    if effect == st.E_TARGET_ATTACKING_ONLY and (second or _get(foe_key, _PHASE) == _RECHARGING):
        return 0.0
    if effect == st.E_FIRST_TURN_ONLY and room.turn > 0:
        return 0.0
    if (effect == st.E_COUNTER or effect == st.E_MIRROR_COAT) and (flags & _STRUCK) == 0:
        return 0.0
    return _accuracy(room, side, move)


@kernel
def _returned(room, cells, table, slot, channel):
    """Twice the damage remembered, into the spare row: (number of values, their mass)."""
    memory = cells[table, slot, channel]
    weight = room.weights[table, slot]
    count = 0
    total = 0.0
    for h in range(max(room.low[table, slot, channel], 1), room.high[table, slot, channel] + 1):
        if memory[h] > 0.0 and count < _VALUES:
            room.values[_SPARE, count] = 2 * h
            room.odds[_SPARE, count] = memory[h] / weight
            total += room.odds[_SPARE, count]
            count += 1
    for i in range(count):
        room.odds[_SPARE, i] /= total
    return count, min(1.0, total)


@kernel
def _miss(room, cells, table, slot, to, side, key, foe_key, flags,
          share, move):  # fmt: skip
    """The move missed, failed or did not affect the foe."""
    weight = room.weights[table, slot]
    if weight * share < MIN_WEIGHT:
        return
    confusion = 0.0
    if room.moves[move, st.M_EFFECT] == st.E_LOCK_IN:
        phase = _get(key, _PHASE)
        if phase == _LOCKED_ONCE:
            confusion = 0.5
        elif phase == _LOCKED_TWICE:
            confusion = 1.0
        key = _set(key, _PHASE, 0)
    left = 1.0
    crashes = room.moves[move, st.M_EFFECT] == st.E_CRASH
    if crashes:
        room.values[_SHIFT, 0] = max(1, room.fighters[side, 0] // 2)
        room.odds[_SHIFT, 0] = 1.0
        fallen = _hurt(room, cells, side, table, slot, _number(_SHIFT), _number(1))
        room.wins[1 - side] += share * fallen
        left = max(0.0, 1.0 - fallen / weight)
        key = _count(key, _LANDED)
    for confused in range(2):
        part = share * (confusion if confused else 1.0 - confusion)
        after = _confuse(key) if confused else key
        _from(room, table, slot, part * left)
        if crashes:
            _from_scratch(room, side, part)
        _emit(room, cells, to, side, after, foe_key, flags, weight * part * left)


@kernel
def _half(room, row, count, mean, above):
    """The damage values above (or not above) the mean, into the spare row: (number, their odds)."""
    values, odds = room.values[row], room.odds[row]
    some, some_odds = room.values[_SPARE], room.odds[_SPARE]
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
def _couples(room, side, key, move):
    """Whether a hit of this move ties the two sides' HP together: then hits are counted.

    Without the count, "few HP left here" would no longer go with "the foe has lost actions".
    """
    effect = room.moves[move, st.M_EFFECT]
    foe_effect = room.moves[room.fighters[1 - side, MOVE], st.M_EFFECT]
    status = _get(key, _STATUS)
    return (
        room.moves[move, st.M_FLINCH_CHANCE] > 0
        or room.moves[move, st.M_DRAIN] > 0
        or room.moves[move, st.M_RECOIL] > 0
        or effect == st.E_STRUGGLE
        or effect == st.E_LOCK_IN
        or (effect == st.E_DOUBLE_WHEN_STATUSED and status != 0)
        or (status == st.BURN and room.moves[move, st.M_CLASS] == st.PHYSICAL)
        or foe_effect == st.E_COUNTER
        or foe_effect == st.E_MIRROR_COAT
        or foe_effect == st.E_BIDE
    )


@kernel
def _land(room, cells, table, slot, to, side, key, foe_key,
          flags, share, second, move, row, count):  # fmt: skip
    """A hit with the damage of a row: all that it does to both sides."""
    weight = room.weights[table, slot]
    foe = 1 - side
    effect = room.moves[move, st.M_EFFECT]

    # The foe's HP; the result lies in the scratch table.
    if effect == st.E_ONE_HIT_KO:
        fallen = weight
    elif effect == st.E_HALF_HP_DAMAGE:
        fallen = _halve(room, cells, foe, table, slot)
        if room.channels > 2:
            count = _halves(room, cells, foe, table, slot, row)
    else:
        fallen = _hurt(room, cells, foe, table, slot, row, count)
    room.wins[side] += share * fallen
    standing = max(0.0, 1.0 - fallen / weight)
    if weight * share * standing < MIN_WEIGHT:
        return

    # What it does to the user's own HP, given that the foe still stands.
    own_standing = 1.0
    drain, recoil = room.moves[move, st.M_DRAIN], room.moves[move, st.M_RECOIL]
    percent = max(drain, recoil)
    own_changes = effect == st.E_STRUGGLE or (percent > 0 and count > 0)
    foe_effect = room.moves[room.fighters[foe, MOVE], st.M_EFFECT]
    physical = room.moves[move, st.M_CLASS] == st.PHYSICAL
    biding = _get(foe_key, _PHASE) >= _BIDING
    waits = not second and (
        (foe_effect == st.E_COUNTER and physical)
        or (foe_effect == st.E_MIRROR_COAT and not physical)
    )
    memory_changes = room.channels > 2 and count > 0 and (biding or waits)
    if (own_changes or memory_changes) and effect != st.E_HALF_HP_DAMAGE:
        _survivors(room, foe, table, slot, row, count)
    if memory_changes:
        last, last_odds, size = row, _number(_SHIFT), count
        if effect == st.E_HALF_HP_DAMAGE:
            last_odds = row
        if waits and room.moves[move, st.M_MAX_HITS] > 1:
            # Only the last hit is returned.
            last = _number(_SHIFT)
            size = _one_hit(room, side, key, foe_key, move, last)
        _remember(room, cells, 2 + foe, table, slot, last, last_odds, size, biding)
        if size != count:
            _survivors(room, foe, table, slot, row, count)
        if waits:
            flags |= _STRUCK
    if own_changes:
        size = 0
        for i in range(count):
            value = (room.values[row, i] * percent + 50) // 100
            if effect == st.E_STRUGGLE:
                value = max(1, (room.fighters[side, 0] + 2) // 4)
            if size > 0 and room.values[_SHIFT, size - 1] == value:
                room.odds[_SHIFT, size - 1] += room.odds[_SHIFT, i]
            elif room.odds[_SHIFT, i] > 0.0:
                room.values[_SHIFT, size] = value
                room.odds[_SHIFT, size] = room.odds[_SHIFT, i]
                size += 1
        if drain > 0:
            full = room.fighters[side, 0]
            _heal(room, cells, side, table, slot, _number(_SHIFT), size, full)
        else:
            lost = _hurt(room, cells, side, table, slot, _number(_SHIFT), size)
            room.wins[foe] += share * standing * lost
            own_standing = max(0.0, 1.0 - lost / weight)
    both = standing * own_standing
    if weight * share * both < MIN_WEIGHT:
        return

    # What it does to both sides' condition.
    if _couples(room, side, key, move):
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
    elif effect == st.E_LEECH_SEED and not _has_type(room, foe, st.GRASS):
        foe_key = _set(foe_key, _SEEDED, 1)
    elif effect == st.E_PARTIAL_TRAP and _get(foe_key, _TRAPPED) == 0:
        foe_key = _set(foe_key, _TRAPPED, 1)
    hit_count = _hit_count(room, move)
    if _get(foe_key, _RAGING):
        raised = _get(foe_key, _OWN_STAGES) + int(hit_count + 0.5)
        foe_key = _set(foe_key, _OWN_STAGES, min(6, raised))
    if _get(foe_key, _STATUS) == st.FREEZE and (
        room.moves[move, st.M_THAWS_TARGET] or room.moves[move, st.M_TYPE] == st.FIRE
    ):
        foe_key = _set(foe_key, _STATUS, 0)

    room.branches[0, 0], room.branches[0, 1], room.branches[0, 2] = key, foe_key, flags
    room.branch_odds[0] = 1.0
    size = _spread(room, side, move, second, hit_count)
    for i in range(size):
        part = share * room.branch_odds[i]
        _from(room, table, slot, part * both)
        room.share[side] = part * standing
        if own_changes:
            _from_scratch(room, side, part * standing)
        _from_scratch(room, foe, part * own_standing)
        if memory_changes:
            _from_scratch(room, 2 + foe, part * both)
        _emit(
            room, cells, to, side, room.branches[i, 0], room.branches[i, 1], room.branches[i, 2],
            weight * part * both,
        )  # fmt: skip


@kernel
def _attack(room, cells, table, slot, to, side, key, foe_key,
            flags, share, second):  # fmt: skip
    """The fighter acts: every outcome of its move, from ``share`` of one situation."""
    weight = room.weights[table, slot]
    if weight * share < MIN_WEIGHT:
        return
    foe = 1 - side
    move = _move_now(room, side, key)
    effect = room.moves[move, st.M_EFFECT]
    key = _set(key, _RAGING, 0)
    phase = _get(key, _PHASE)
    if room.fighters[side, FEW_USES] > 0 and phase == 0 and effect != st.E_STRUGGLE:
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
        _from(room, table, slot, share)
        if fresh_memory:
            _point(room, cells, _SCRATCH, 0, 2 + side, 0, np.float32(weight))
            _from_scratch(room, 2 + side, share)
        _emit(room, cells, to, side, key, foe_key, flags & _B_FIRST, weight * share)
        return

    # A user of Explosion faints first, whatever becomes of the foe: that loses the duel.
    if effect == st.E_SELF_DESTRUCT:
        room.wins[foe] += weight * share
        return

    hit = _hit_chance(room, side, key, foe_key, flags, move, second)
    flags &= _B_FIRST
    if effect == st.E_BREAK_SCREENS and hit > 0.0:
        foe_key = _set(_set(foe_key, _REFLECT, 0), _LIGHT_SCREEN, 0)
    row, count = _number(_SPARE), _number(0)
    returns = effect == st.E_COUNTER or effect == st.E_MIRROR_COAT or effect == st.E_BIDE
    by_formula = effect != st.E_ONE_HIT_KO and effect != st.E_HALF_HP_DAMAGE
    if hit > 0.0 and returns:
        count, mass = _returned(room, cells, table, slot, 2 + side)
        hit *= mass
    elif hit > 0.0 and by_formula:
        row = _use_damage(room, side, key, foe_key, move)
        count = room.sizes[row]
        if count == 0:
            hit = 0.0
    if hit < 1.0:
        _miss(
            room, cells, table, slot, to, side, key, foe_key, flags,
            share * (1.0 - hit), move,
        )  # fmt: skip
    share *= hit
    if weight * share < MIN_WEIGHT:
        return
    # Drain and recoil follow the damage: strong and weak hits go separate ways.
    halves = 1
    mean = 0.0
    if count > 1 and (room.moves[move, st.M_DRAIN] > 0 or room.moves[move, st.M_RECOIL] > 0):
        halves = 2
        for i in range(count):
            mean += room.values[row, i] * room.odds[row, i]
    for half in range(halves):
        part, size, used_row, after = share, count, row, key
        if halves > 1:
            size, mass = _half(room, row, count, mean, half == 1)
            part *= mass
            used_row = _number(_SPARE)
            if half == 1:
                after = _count(key, _LUCK)
        _land(
            room, cells, table, slot, to, side, after, foe_key,
            flags, part, second, move, used_row, size,
        )  # fmt: skip


@kernel
def _act(room, cells, table, slot, to, side, share, second, flags):  # fmt: skip
    """One side's action from ``share`` of a situation: what may keep it from acting, then it acts.

    Lost actions and attempts are gathered first, as (key, share) rows behind the branches.
    """
    weight = room.weights[table, slot]
    key, foe_key = room.keys[table, slot, side], room.keys[table, slot, 1 - side]
    calm = flags & _B_FIRST
    move = _move_now(room, side, key)
    status = _get(key, _STATUS)
    lost, tries = _LOST, _TRIES
    keys, odds = room.branches, room.branch_odds
    hurt_itself = -1
    if _get(key, _PHASE) == _RECHARGING:
        keys[lost, 0], odds[lost] = _set(key, _PHASE, 0), share
        lost += 1
        share = 0.0
    if status == st.FREEZE and room.moves[move, st.M_THAWS_USER]:
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
        keys[lost, 0], odds[lost] = _count(key, _LUCK), share * 0.33
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
            count = _self_hit(room, side, keys[i, 0])
            fallen = _hurt(room, cells, side, table, slot, _number(_SHIFT), count)
            room.wins[1 - side] += part * fallen
            left = max(0.0, 1.0 - fallen / weight)
        # Losing the action ends Outrage and its like: in confusion if this was its last turn.
        after = keys[i, 0]
        phase = _get(after, _PHASE)
        confusion = 0.5 if phase == _LOCKED_ONCE else 1.0 if phase == _LOCKED_TWICE else 0.0
        after = _set(_set(after, _PHASE, 0), _RAGING, 0)
        for confused in range(2):
            odds_now = part * (confusion if confused else 1.0 - confusion)
            _from(room, table, slot, odds_now * left)
            if i == hurt_itself:
                _from_scratch(room, side, odds_now)
            final = _confuse(after) if confused else after
            _emit(room, cells, to, side, final, foe_key, calm, weight * odds_now * left)
    for i in range(_TRIES, tries):
        _attack(
            room, cells, table, slot, to, side, keys[i, 0],
            foe_key, flags, odds[i], second,
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
def _end_turn(room, cells, slot, share, trap_over, first):
    """Residual damage in its order, then counters; from _END to _START.

    ``trap_over``: bits of the sides whose trap ends now without damage; ``first``: the faster
    side.
    """
    weight = room.weights[_END, slot]
    # Distributions move to scratch when something changes them.
    moved = room.origin
    for side in range(2):
        moved[side, 0], moved[side, 1] = _END, slot
        room.share[side] = 1.0
    for cause in range(4):
        for position in range(2):
            side = first if position == 0 else 1 - first
            if not _suffers(room.keys[_END, slot, side], cause):
                continue
            if cause == 3 and (trap_over >> side) & 1:
                continue
            full = room.fighters[side, 0]
            loss = max(1, full // 16 if cause == 2 else full // 8)
            fallen = _slide(room, cells, moved[side, 0], moved[side, 1], side, -loss, full)
            moved[side, 0], moved[side, 1] = _SCRATCH, 0
            # Distributions keep the weight they had at first, less what has fallen of them.
            before = room.share[side]
            room.share[side] = max(0.0, before - fallen / weight)
            gone = before - room.share[side]
            room.wins[1 - side] += share * weight * gone * room.share[1 - side]
            if cause == 0:
                other = 1 - side
                _slide(
                    room,
                    cells,
                    moved[other, 0],
                    moved[other, 1],
                    other,
                    loss,
                    room.fighters[other, 0],
                )
                moved[other, 0], moved[other, 1] = _SCRATCH, 0
    # The next turn may still look at this situation: its other half has another trap or order.
    keys = room.branches
    for side in range(2):
        key = room.keys[_END, slot, side]
        trapped = _get(key, _TRAPPED)
        if trapped > 0:
            trapped = 0 if trapped >= 6 or (trap_over >> side) & 1 else trapped + 1
            key = _set(key, _TRAPPED, trapped)
        key = _set(key, _REFLECT, max(0, _get(key, _REFLECT) - 1))
        keys[0, side] = _set(key, _LIGHT_SCREEN, max(0, _get(key, _LIGHT_SCREEN) - 1))
    standing_a, standing_b = room.share[0], room.share[1]
    both = share * standing_a * standing_b
    room.share[0], room.share[1] = share * standing_b, share * standing_a
    for channel in range(2, room.channels):
        room.origin[channel, 0], room.origin[channel, 1] = _END, slot
        room.share[channel] = both
    nothing = _number(0)
    _emit(room, cells, _number(_START), nothing, keys[0, 0], keys[0, 1], nothing, weight * both)


@kernel
def _slide(room, cells, table, slot, channel, change, full):
    """Move a distribution by ``change`` HP, into scratch (or within it); returns what fell to 0.

    HP above ``full`` become ``full``.
    """
    low, high = room.low[table, slot, channel], room.high[table, slot, channel]
    source = cells[table, slot, channel]
    target = cells[_SCRATCH, 0, channel]
    beyond = np.float32(0.0)
    if change < 0:
        for h in range(low, min(high, -change) + 1):
            beyond += source[h]
        low = max(low, 1 - change)
        for h in range(low, high + 1):
            target[h + change] = source[h]
        if low > high:
            low, high = 1 - change, -change
        room.low[_SCRATCH, 0, channel] = low + change
        room.high[_SCRATCH, 0, channel] = high + change
        return beyond
    for h in range(max(low, full - change), high + 1):
        beyond += source[h]
    for h in range(min(high, full - change - 1), low - 1, -1):
        target[h + change] = source[h]
    if high + change >= full:
        target[full] = beyond
    room.low[_SCRATCH, 0, channel] = min(full, low + change)
    room.high[_SCRATCH, 0, channel] = min(full, high + change)
    return np.float32(0.0)


@kernel
def _end_turn_all(room, cells, slot):
    """The end of the turn of one situation, in halves where chance decides something.

    A trap hurts four or five times, so at its fifth end of turn it may be over; of two sides
    with the same speed either may suffer first.
    """
    key_a, key_b = room.keys[_END, slot, 0], room.keys[_END, slot, 1]
    may_end, traps = _number(0), 1
    suffering = 0
    for side in range(2):
        key = room.keys[_END, slot, side]
        if _get(key, _TRAPPED) == 5:
            may_end |= 1 << side
            traps *= 2
        for cause in range(4):
            if _suffers(key, cause):
                suffering |= 1 << side
    first, orders = _number(0), 1
    if suffering == 3:
        lead = _speed(room, 0, key_a) - _speed(room, 1, key_b)
        if lead < 0:
            first = _number(1)
        elif lead == 0:
            orders = 2
    share = 1.0 / (traps * orders)
    for trap_over in range(4):
        if trap_over & ~may_end == 0:
            for order in range(orders):
                _end_turn(room, cells, slot, share, trap_over, first + order)


# --- a whole duel -------------------------------------------------------------------------------


@kernel
def _supplies(room, side):
    """When the fighter's PP will be gone, into its row."""
    fighters, moves = room.fighters, room.moves
    effect = moves[side, st.M_EFFECT]
    uses = moves[side, st.M_PP] * 8 // 5
    fighters[side, FEW_USES] = uses if uses <= _FEW else 0
    if _charges(effect):
        uses *= 2
    elif effect == st.E_BIDE:
        uses *= 3
    elif not _is_immune(room, side, side):
        if effect == st.E_RECHARGE:
            uses *= 2
        elif effect == st.E_LOCK_IN:
            uses = uses * 5 // 2
    # Flinching costs turns but no PP.
    foe = 1 - side
    lost = moves[foe, st.M_FLINCH_CHANCE]
    lead = moves[side, st.M_PRIORITY] - moves[foe, st.M_PRIORITY]
    if lead == 0:
        lead = fighters[side, 5] - fighters[foe, 5]
    if lost > 0 and lead < 0 and not _is_immune(room, foe, foe):
        uses = uses * 100 // max(10, 100 - int(lost * _accuracy(room, foe, foe)))
    fighters[side, LAST_TURN] = uses


@kernel
def _enter(room, fighters, moves, chart, struggle):
    """Bring a duel's fighters and moves into the room."""
    for row in range(3):
        move = struggle if row == _STRUGGLE else fighters[row, MOVE]
        for column in range(moves.shape[1]):
            room.moves[row, column] = moves[move, column]
    for row in range(chart.shape[0]):
        for column in range(chart.shape[1]):
            room.chart[row, column] = chart[row, column]
    for side in range(2):
        for column in range(FIGHTER_COLUMNS):
            room.fighters[side, column] = fighters[side, column]
        room.fighters[side, MOVE] = side
    for side in range(2):
        _supplies(room, side)
    for row in range(_CACHED):
        room.known[row] = -1
    room.cursor = 0
    room.channels = 2


@kernel
def _last_turns(rooms, all_fighters, moves, chart, struggle, out):
    """Turn from which PP are gone, int64 (k, 2)."""
    room = rooms[0]
    for k in range(all_fighters.shape[0]):
        _enter(room, all_fighters[k], moves, chart, struggle)
        for side in range(2):
            out[k, side] = room.fighters[side, LAST_TURN]


@kernel
def _needs_memory(room, move):
    effect = room.moves[move, st.M_EFFECT]
    return effect == st.E_COUNTER or effect == st.E_MIRROR_COAT or effect == st.E_BIDE


@kernel
def _lead(room, key_a, key_b):
    """Positive when A acts first, negative when B does, 0 for a tie."""
    move_a = _move_now(room, 0, key_a)
    move_b = _move_now(room, 1, key_b)
    lead = _priority(room, key_a, move_a) - _priority(room, key_b, move_b)
    if lead == 0:
        lead = _speed(room, 0, key_a) - _speed(room, 1, key_b)
    return lead


@kernel
def _foresee_all(rooms, cells, all_fighters, moves, chart, struggle, results):
    """all_fighters int64 (k, 2, FIGHTER_COLUMNS) -> results float64 (k, RESULT_COLUMNS)."""
    room = rooms[0]
    for k in range(all_fighters.shape[0]):
        out = results[k]
        _enter(room, all_fighters[k], moves, chart, struggle)
        for side in range(2):
            if _needs_memory(room, side):
                room.channels = 4
            _point(room, cells, _START, 0, side, room.fighters[side, 0], np.float32(1.0))
            _point(room, cells, _START, 0, 2 + side, 0, np.float32(1.0))
            room.wins[side] = 0.0
        room.counts[_START] = 1
        for column in range(3):
            room.keys[_START, 0, column] = 0
        room.weights[_START, 0] = 1.0
        turns = 0.0
        alive = 1.0
        for turn in range(st.TURN_LIMIT):
            room.turn = turn
            for stage in range(2):
                room.counts[stage + 1] = 0
                for slot in range(room.counts[stage]):
                    keys = room.keys[stage, slot]
                    lead = _number(0)
                    if stage == 0:
                        lead = _lead(room, keys[0], keys[1])
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
                                room, cells, stage, slot,
                                stage + 1, side, share, stage == 1, flags,
                            )  # fmt: skip
            room.counts[_START] = 0
            for slot in range(room.counts[_END]):
                _end_turn_all(room, cells, slot)
            turns += alive
            alive = 0.0
            for slot in range(room.counts[_START]):
                alive += room.weights[_START, slot]
            over = alive < _UNDECIDED
            for later in range(turn, TURNS if over else min(turn + 1, TURNS)):
                out[WIN_A_BY + later] = room.wins[0]
                out[WIN_B_BY + later] = room.wins[1]
            if over:
                break
        total = room.wins[0] + room.wins[1] + alive
        out[WIN_A] = room.wins[0] / total
        out[WIN_B] = room.wins[1] / total
        out[UNDECIDED] = alive / total
        out[MEAN_TURNS] = turns


@kernel
def _uses_all(rooms, cells, all_fighters, moves, chart, struggle, results):
    """One use after another on a target that does nothing; results (k, 2, USES_COLUMNS)."""
    room = rooms[0]
    for k in range(all_fighters.shape[0]):
        _enter(room, all_fighters[k], moves, chart, struggle)
        for side in range(2):
            foe = 1 - side
            move = side
            effect = room.moves[move, st.M_EFFECT]
            out = results[k, side]
            if (
                _is_immune(room, side, move)
                or effect == st.E_TARGET_ASLEEP_ONLY
                or _needs_memory(room, move)
            ):
                continue
            hit = _accuracy(room, side, move)
            out[HIT_CHANCE] = hit
            if hit <= 0.0:
                continue
            full = room.fighters[foe, 0]
            row, count, nothing = _number(_SPARE), _number(1), _number(0)
            if effect == st.E_ONE_HIT_KO:
                room.values[row, 0], room.odds[row, 0] = full, 1.0
            elif effect == st.E_HALF_HP_DAMAGE:
                room.values[row, 0], room.odds[row, 0] = max(1, full // 2), 1.0
            else:
                row = _use_damage(room, side, nothing, nothing, move)
                count = room.sizes[row]
            if count == 0:
                continue
            values, odds = room.values[row], room.odds[row]
            out[MIN_DAMAGE], out[MAX_DAMAGE] = values[0], values[0]
            for i in range(count):
                out[MIN_DAMAGE] = min(out[MIN_DAMAGE], values[i])
                out[MAX_DAMAGE] = max(out[MAX_DAMAGE], values[i])
                out[MEAN_DAMAGE] += values[i] * odds[i]
                out[MEAN_CAPPED] += min(values[i], full) * odds[i]
            _point(room, cells, _START, 0, foe, full, np.float32(1.0))
            room.weights[_START, 0] = 1.0
            down = 0.0
            now = nothing
            for use in range(USES):
                room.counts[1 - now] = 0
                if effect == st.E_HALF_HP_DAMAGE:
                    fallen = _halve(room, cells, foe, now, nothing)
                else:
                    fallen = _hurt(room, cells, foe, now, nothing, row, count)
                down += hit * fallen
                out[KO_IN + use] = down
                if down > 0.9999:
                    for later in range(use + 1, USES):
                        out[KO_IN + later] = 1.0
                    break
                for part in range(2):
                    _from(room, now, nothing, 1.0 - hit)
                    if part == 1:
                        _from_scratch(room, foe, hit)
                    # Only the foe's channel means something here.
                    room.low[now, 0, side], room.high[now, 0, side] = 1, 0
                    room.low[_SCRATCH, 0, side], room.high[_SCRATCH, 0, side] = 1, 0
                    _emit(room, cells, 1 - now, nothing, nothing, nothing, nothing, 1.0)
                now = 1 - now
                room.weights[now, 0] = 1.0


def _room(fighters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Working space for these fighters: kernels allocate nothing."""
    most = int(fighters[:, :, 0].max())
    cells = np.zeros((4, _SITUATIONS, _CHANNELS, most + 2), dtype=np.float32)
    return np.zeros(1, dtype=_ROOM), cells


def fighter_rows(
    tables: GameTables, a: Setups, move_a: np.ndarray, b: Setups, move_b: np.ndarray
) -> np.ndarray:
    """Both sides of k duels as the kernels read them, int64 (k, 2, FIGHTER_COLUMNS)."""
    rows = np.zeros((len(a), 2, FIGHTER_COLUMNS), dtype=np.int64)
    for side, setups, used in ((0, a, move_a), (1, b, move_b)):
        rows[:, side, :6] = compute_stats(tables, setups)
        rows[:, side, LEVEL] = setups.level
        rows[:, side, FRIENDSHIP] = setups.friendship
        rows[:, side, TYPE_1 : TYPE_2 + 1] = tables.form_types[setups.form]
        rows[:, side, WEIGHT] = tables.weights[setups.form]
        rows[:, side, MOVE] = used
    rows[:, :, 0] = np.minimum(rows[:, :, 0], MAX_HP)
    return rows


def foresee(tables: GameTables, fighters: np.ndarray) -> np.ndarray:
    """How k duels end: float64 (k, RESULT_COLUMNS), from ``fighter_rows``.

    WIN_A, WIN_B and UNDECIDED (after the turn limit) add up to 1; MEAN_TURNS counts turns.
    """
    out = np.zeros((len(fighters), RESULT_COLUMNS))
    if len(fighters):
        moves, chart = _plain(tables)
        _foresee_all(*_room(fighters), fighters, moves, chart, tables.struggle, out)
    return out


def uses_to_win(tables: GameTables, fighters: np.ndarray) -> np.ndarray:
    """Damage and number of uses to knock out a passive foe: float64 (k, 2, USES_COLUMNS)."""
    out = np.zeros((len(fighters), 2, USES_COLUMNS))
    if len(fighters):
        moves, chart = _plain(tables)
        _uses_all(*_room(fighters), fighters, moves, chart, tables.struggle, out)
    return out


def last_turns(tables: GameTables, fighters: np.ndarray) -> np.ndarray:
    """Turn from which each fighter's PP are gone, int64 (k, 2), counted from 0."""
    out = np.zeros((len(fighters), 2), dtype=np.int64)
    if len(fighters):
        moves, chart = _plain(tables)
        rooms = np.zeros(1, dtype=_ROOM)
        _last_turns(rooms, fighters, moves, chart, tables.struggle, out)
    return out


def _plain(tables: GameTables) -> tuple[np.ndarray, np.ndarray]:
    """Moves and type chart as contiguous int64, so that one compiled version serves all."""
    return (
        np.ascontiguousarray(tables.moves, dtype=np.int64),
        np.ascontiguousarray(tables.type_chart, dtype=np.int64),
    )
