"""What happens at the end of a turn: residual damage, then everything that counts down."""

from mlcore.engine import effects as fx
from mlcore.engine import events as ev
from mlcore.engine import state as st
from mlcore.engine.action import end_lock
from mlcore.engine.jit import kernel
from mlcore.engine.rng import draw


@kernel
def _first_of_step(s, rng, a_does, b_does):
    """Which side an end-of-turn step handles first: the faster one, at random on a tie."""
    if not (a_does and b_does):
        return 0 if a_does else 1
    a_speed, b_speed = st.effective_speed(s, 0), st.effective_speed(s, 1)
    if a_speed == b_speed:
        return draw(rng, 2)
    return 0 if a_speed > b_speed else 1


@kernel
def _tick(s, log, side, column):
    """Count a condition down; True on the turn it ends."""
    if s[side, column] == 0:
        return False
    s[side, column] -= 1
    if s[side, column] == 0:
        ev.emit(log, ev.END, side, column, 0)
        return True
    return False


@kernel
def _poisoned(s, side):
    return s[side, st.STATUS] == st.POISON or s[side, st.STATUS] == st.BAD_POISON


@kernel
def _seed_step(s, log, side):
    if not s[side, st.SEEDED]:
        return
    lost = fx.lose_hp(s, log, side, s[side, st.MAX_HP] // 8, ev.BY_SEED)
    if lost > 0:
        fx.gain_hp(s, log, 1 - side, lost, ev.BY_SEED)


@kernel
def _poison_step(s, log, side):
    if s[side, st.STATUS] == st.POISON:
        fx.lose_hp(s, log, side, s[side, st.MAX_HP] // 8, ev.BY_POISON)
    elif s[side, st.STATUS] == st.BAD_POISON:
        if s[side, st.STATUS_COUNTER] < 15:
            s[side, st.STATUS_COUNTER] += 1
        unit = max(1, s[side, st.MAX_HP] // 16)
        fx.lose_hp(s, log, side, unit * s[side, st.STATUS_COUNTER], ev.BY_POISON)


@kernel
def _trap_step(s, log, side):
    if s[side, st.TRAPPED] and not _tick(s, log, side, st.TRAPPED):
        fx.lose_hp(s, log, side, s[side, st.MAX_HP] // 8, ev.BY_TRAP)


@kernel
def _encore_step(s, log, side):
    if not s[side, st.ENCORED]:
        return
    slot = fx.slot_of(s, side, s[side, st.ENCORED] - 1)
    ended = _tick(s, log, side, st.ENCORE_TURNS)
    if not ended and (slot < 0 or s[side, st.PP_1 + slot] <= 0):
        s[side, st.ENCORE_TURNS] = 0
        ended = True
    if ended:
        s[side, st.ENCORED] = 0


@kernel
def end_turn(s, rng, log):
    """Damage and durations at the end of a turn, in the simulator's order."""
    if st.has_no_conditions(s, 0) and st.has_no_conditions(s, 1):
        return
    if s[0, st.SEEDED] or s[1, st.SEEDED]:
        first = _first_of_step(s, rng, s[0, st.SEEDED] != 0, s[1, st.SEEDED] != 0)
        for side in (first, 1 - first):
            _seed_step(s, log, side)
            if fx.check_winner(s, log):
                return
    if _poisoned(s, 0) or _poisoned(s, 1):
        first = _first_of_step(s, rng, _poisoned(s, 0), _poisoned(s, 1))
        for side in (first, 1 - first):
            _poison_step(s, log, side)
            if fx.check_winner(s, log):
                return
    a_burns, b_burns = s[0, st.STATUS] == st.BURN, s[1, st.STATUS] == st.BURN
    if a_burns or b_burns:
        first = _first_of_step(s, rng, a_burns, b_burns)
        for side in (first, 1 - first):
            if s[side, st.STATUS] == st.BURN:
                fx.lose_hp(s, log, side, s[side, st.MAX_HP] // 16, ev.BY_BURN)
                if fx.check_winner(s, log):
                    return
    if s[0, st.TRAPPED] or s[1, st.TRAPPED]:
        first = _first_of_step(s, rng, s[0, st.TRAPPED] != 0, s[1, st.TRAPPED] != 0)
        for side in (first, 1 - first):
            _trap_step(s, log, side)
            if fx.check_winner(s, log):
                return
    # Nothing of what follows depends on a tie but who falls asleep first.
    fast = 0 if st.effective_speed(s, 0) >= st.effective_speed(s, 1) else 1
    for side in (fast, 1 - fast):
        _tick(s, log, side, st.TAUNT_TURNS)
    for side in (fast, 1 - fast):
        _encore_step(s, log, side)
    for side in (fast, 1 - fast):
        if _tick(s, log, side, st.DISABLE_TURNS):
            s[side, st.DISABLED] = 0
    first = _first_of_step(s, rng, s[0, st.YAWN_TURNS] == 1, s[1, st.YAWN_TURNS] == 1)
    for side in (first, 1 - first):
        if _tick(s, log, side, st.YAWN_TURNS):
            fx.inflict(s, rng, log, side, st.SLEEP)
    for side in range(2):
        _tick(s, log, side, st.REFLECT)
        _tick(s, log, side, st.LIGHT_SCREEN)
        _tick(s, log, side, st.MIST)
    for side in (fast, 1 - fast):
        s[side, st.ROOSTED] = 0
        if s[side, st.LOCKED]:
            s[side, st.LOCK_TURNS] -= 1
            if s[side, st.LOCK_TURNS] <= 0:
                end_lock(s, rng, log, side)
            elif s[side, st.STATUS] == st.SLEEP:
                s[side, st.LOCKED] = 0
            else:
                s[side, st.LOCK_LEFT] -= 1
        if s[side, st.BIDE_TURNS]:
            s[side, st.BIDE_TURNS] -= 1
        s[side, st.PROTECTED] = 0
        if s[side, st.STALL_TURNS]:
            s[side, st.STALL_TURNS] -= 1
            if s[side, st.STALL_TURNS] == 0:
                s[side, st.STALL_COUNTER] = 0
        s[side, st.FLINCHED] = 0
