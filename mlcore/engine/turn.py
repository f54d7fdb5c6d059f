"""One turn of a battle, in the simulator's order of events.

The order: both choose; Counter and Mirror Coat brace; the faster by priority, then speed, acts,
then the other; then what happens at the end of a turn (seed, poison, burn, trap, ...), each step
for the faster side first. The battle is decided the moment a fighter is down after an action or
a step.
"""

from mlcore.engine import effects as fx
from mlcore.engine import events as ev
from mlcore.engine import state as st
from mlcore.engine.action import act
from mlcore.engine.choosing import selected_move
from mlcore.engine.end_of_turn import end_turn
from mlcore.engine.jit import kernel
from mlcore.engine.rng import draw


@kernel
def _a_goes_first(s, rng, moves):
    """Priority, then speed, then chance."""
    a_move, b_move = s[0, st.SELECTED], s[1, st.SELECTED]
    a_priority = moves[a_move, st.M_PRIORITY] if a_move >= 0 else 0
    b_priority = moves[b_move, st.M_PRIORITY] if b_move >= 0 else 0
    if a_priority != b_priority:
        return a_priority > b_priority
    a_speed, b_speed = st.effective_speed(s, 0), st.effective_speed(s, 1)
    if a_speed != b_speed:
        return a_speed > b_speed
    return draw(rng, 2) == 0


@kernel
def play_turn(s, rng, log, rules, slot_a, slot_b):
    """Play one turn with both chosen slots (-1: whatever is forced, else Struggle).

    A slot that is not -1 must be usable: whoever chooses has asked usable().
    """
    s[st.FIELD, st.TURN] += 1
    ev.emit(log, ev.TURN, 0, s[st.FIELD, st.TURN], 0)
    s[0, st.SELECTED] = selected_move(s, rules.struggle, 0, slot_a)
    s[1, st.SELECTED] = selected_move(s, rules.struggle, 1, slot_b)
    for side in range(2):
        s[side, st.HAS_MOVED] = 0
        s[side, st.COUNTERING] = 0
        s[side, st.COUNTER_DAMAGE] = -1
        move = s[side, st.SELECTED]
        if move >= 0:
            if rules.moves[move, st.M_EFFECT] == st.E_COUNTER:
                s[side, st.COUNTERING] = 1
            elif rules.moves[move, st.M_EFFECT] == st.E_MIRROR_COAT:
                s[side, st.COUNTERING] = 2
    first = 0 if _a_goes_first(s, rng, rules.moves) else 1
    for side in (first, 1 - first):
        act(s, rng, log, rules, side)
        if fx.check_winner(s, log):
            return
    end_turn(s, rng, log)
    if s[st.FIELD, st.WINNER] == st.UNDECIDED and s[st.FIELD, st.TURN] >= st.TURN_LIMIT:
        s[st.FIELD, st.WINNER] = st.DRAW
        ev.emit(log, ev.WIN, -1, 0, 0)
