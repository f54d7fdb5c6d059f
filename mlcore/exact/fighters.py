"""Facts about a fighter in a situation."""

from mlcore.engine import state as st
from mlcore.engine.damage import mean_hits
from mlcore.engine.effectiveness import IMMUNE, doublings
from mlcore.engine.jit import kernel
from mlcore.exact import columns, situations
from mlcore.exact.situations import get_field


@kernel
def type_effect(workspace, target, move_type):
    """Doublings of damage against the target, see effectiveness.doublings."""
    types = workspace.fighters[target]
    return doublings(workspace.chart, move_type, types[columns.TYPE_1], types[columns.TYPE_2])


@kernel
def has_type(workspace, side, wanted):
    return (
        workspace.fighters[side, columns.TYPE_1] == wanted
        or workspace.fighters[side, columns.TYPE_2] == wanted
    )


@kernel
def stage_of(workspace, side, key, stat):
    """Stage of a stat (column 1-5): changes that its own move and the foe's have made."""
    own_move, foe_move = (
        workspace.fighters[side, columns.MOVE],
        workspace.fighters[1 - side, columns.MOVE],
    )
    own = 0
    effect = workspace.moves[own_move, st.M_EFFECT]
    if effect == st.E_RAGE:
        own = 1 if stat == 1 else 0
    elif effect == st.E_CHARGE_RAISE_DEFENSE:
        own = 1 if stat == 2 else 0
    elif workspace.moves[own_move, st.M_STAT_TARGET] == st.ON_USER:
        own = workspace.moves[own_move, st.M_ATTACK_CHANGE + stat - 1]
    foe = 0
    if workspace.moves[foe_move, st.M_STAT_TARGET] != st.ON_USER:
        foe = workspace.moves[foe_move, st.M_ATTACK_CHANGE + stat - 1]
    stage = own * get_field(key, situations.OWN_STAGES) + foe * get_field(
        key, situations.FOE_STAGES
    )
    return min(6, max(-6, stage))


@kernel
def speed_of(workspace, side, key):
    speed = st.staged(workspace.fighters[side, 5], stage_of(workspace, side, key, 5))
    if get_field(key, situations.STATUS) == st.PARALYSIS:
        speed = speed * 50 // 100
    return speed


@kernel
def priority(workspace, key, move):
    return (
        0
        if get_field(key, situations.PHASE) == situations.RECHARGING
        else workspace.moves[move, st.M_PRIORITY]
    )


@kernel
def move_now(workspace, side, key):
    """The move it uses: its own, or Struggle when PP are gone and nothing holds it."""
    if get_field(key, situations.PHASE) == 0:
        few = workspace.fighters[side, columns.FEW_USES]
        if (few > 0 and get_field(key, situations.USED) >= few) or (
            few == 0 and workspace.turn >= workspace.fighters[side, columns.LAST_TURN]
        ):
            return situations.STRUGGLE
    return workspace.fighters[side, columns.MOVE]


@kernel
def is_hidden(workspace, side, key):
    """0, 1 in the air, 2 under the ground."""
    if get_field(key, situations.PHASE) != situations.CHARGING:
        return 0
    effect = workspace.moves[workspace.fighters[side, columns.MOVE], st.M_EFFECT]
    if effect == st.E_CHARGE_AIRBORNE:
        return 1
    if effect == st.E_CHARGE_UNDERGROUND:
        return 2
    return 0


@kernel
def accuracy_of(workspace, side, move):
    """Chance to hit a target that can be hit, 0 to 1."""
    accuracy = workspace.moves[move, st.M_ACCURACY]
    if workspace.moves[move, st.M_EFFECT] == st.E_ONE_HIT_KO:
        gap = workspace.fighters[side, columns.LEVEL] - workspace.fighters[1 - side, columns.LEVEL]
        if gap < 0:
            return 0.0
        return min(100, accuracy + gap) / 100.0
    if accuracy == 0:
        return 1.0
    return min(100, accuracy) / 100.0


@kernel
def is_immune(workspace, side, move):
    """The foe's types let the move do nothing at all."""
    if not workspace.moves[move, st.M_RESPECTS_IMMUNITY]:
        return False
    return type_effect(workspace, 1 - side, workspace.moves[move, st.M_TYPE]) == IMMUNE


@kernel
def hits_of(workspace, move):
    """Mean number of hits."""
    return mean_hits(workspace.moves[move, st.M_MIN_HITS], workspace.moves[move, st.M_MAX_HITS])
