"""What a side may choose this turn, and what it is bound to."""

from mlcore.engine import effects as fx
from mlcore.engine import state as st
from mlcore.engine.jit import kernel


@kernel
def forced_move(s, side):
    """The move a fighter is bound to, RECHARGE, or FREE_CHOICE."""
    if s[side, st.RECHARGING]:
        return st.RECHARGE
    if s[side, st.CHARGING]:
        return s[side, st.CHARGING] - 1
    if s[side, st.LOCKED]:
        return s[side, st.LOCKED] - 1
    if s[side, st.BIDE_TURNS]:
        return s[side, st.BIDE_MOVE]
    return st.FREE_CHOICE


@kernel
def usable(s, moves, side, slot):
    """Whether the move in the slot may be chosen now."""
    move = s[side, st.MOVE_1 + slot]
    if move < 0 or s[side, st.PP_1 + slot] <= 0:
        return False
    if s[side, st.DISABLED] == move + 1:
        return False
    if s[side, st.TAUNT_TURNS] and moves[move, st.M_CLASS] == st.STATUS_CLASS:
        return False
    encored = s[side, st.ENCORED]
    return not (encored and encored != move + 1 and fx.slot_of(s, side, encored - 1) >= 0)


@kernel
def selected_move(s, struggle, side, slot):
    """The move that choosing ``slot`` means; NO_CHOICE: the forced one, else Struggle."""
    if slot >= 0:
        return s[side, st.MOVE_1 + slot]
    forced = forced_move(s, side)
    return struggle if forced == st.FREE_CHOICE else forced
