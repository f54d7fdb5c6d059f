"""Facts about a fighter in a situation."""

from mlcore.engine import state as st
from mlcore.engine.damage import IMMUNE
from mlcore.engine.jit import kernel
from mlcore.exact import columns, situations
from mlcore.exact.situations import get_field


@kernel
def effectiveness(room, target, move_type):
    """Doublings (positive) or halvings (negative), or IMMUNE."""
    if move_type == st.NO_TYPE:
        return 0
    total = 0
    for column in (columns.TYPE_1, columns.TYPE_2):
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
def has_type(room, side, wanted):
    return (
        room.fighters[side, columns.TYPE_1] == wanted
        or room.fighters[side, columns.TYPE_2] == wanted
    )


@kernel
def stage_of(room, side, key, stat):
    """Stage of a stat (column 1-5): changes that its own move and the foe's have made."""
    own_move, foe_move = room.fighters[side, columns.MOVE], room.fighters[1 - side, columns.MOVE]
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
    stage = own * get_field(key, situations.OWN_STAGES) + foe * get_field(
        key, situations.FOE_STAGES
    )
    return min(6, max(-6, stage))


@kernel
def speed_of(room, side, key):
    speed = st.staged(room.fighters[side, 5], stage_of(room, side, key, 5))
    if get_field(key, situations.STATUS) == st.PARALYSIS:
        speed = speed * 50 // 100
    return speed


@kernel
def priority(room, key, move):
    return (
        0
        if get_field(key, situations.PHASE) == situations.RECHARGING
        else room.moves[move, st.M_PRIORITY]
    )


@kernel
def move_now(room, side, key):
    """The move it uses: its own, or Struggle when PP are gone and nothing holds it."""
    if get_field(key, situations.PHASE) == 0:
        few = room.fighters[side, columns.FEW_USES]
        if (few > 0 and get_field(key, situations.USED) >= few) or (
            few == 0 and room.turn >= room.fighters[side, columns.LAST_TURN]
        ):
            return situations.STRUGGLE
    return room.fighters[side, columns.MOVE]


@kernel
def is_hidden(room, side, key):
    """0, 1 in the air, 2 under the ground."""
    if get_field(key, situations.PHASE) != situations.CHARGING:
        return 0
    effect = room.moves[room.fighters[side, columns.MOVE], st.M_EFFECT]
    if effect == st.E_CHARGE_AIRBORNE:
        return 1
    if effect == st.E_CHARGE_UNDERGROUND:
        return 2
    return 0


@kernel
def accuracy_of(room, side, move):
    """Chance to hit a target that can be hit, 0 to 1."""
    accuracy = room.moves[move, st.M_ACCURACY]
    if room.moves[move, st.M_EFFECT] == st.E_ONE_HIT_KO:
        gap = room.fighters[side, columns.LEVEL] - room.fighters[1 - side, columns.LEVEL]
        if gap < 0:
            return 0.0
        return min(100, accuracy + gap) / 100.0
    if accuracy == 0:
        return 1.0
    return min(100, accuracy) / 100.0


@kernel
def is_immune(room, side, move):
    """The foe's types let the move do nothing at all."""
    if not room.moves[move, st.M_RESPECTS_IMMUNITY]:
        return False
    return effectiveness(room, 1 - side, room.moves[move, st.M_TYPE]) == IMMUNE


@kernel
def hits_of(room, move):
    """Mean number of hits."""
    if room.moves[move, st.M_MIN_HITS] == 2 and room.moves[move, st.M_MAX_HITS] == 5:
        return 3.1
    return (room.moves[move, st.M_MIN_HITS] + room.moves[move, st.M_MAX_HITS]) / 2.0
