"""What moves do besides damage: HP lost and gained, conditions, stat stages, whole status moves."""

import numpy as np

from mlcore.engine import events as ev
from mlcore.engine import state as st
from mlcore.engine.jit import kernel
from mlcore.engine.rng import chance, draw
from mlcore.engine.specs import NO_TYPE, STATUS_IMMUNE_TYPES, TYPES, Ailment

#: STATUS_IMMUNE_TYPES for compiled code: bool by [ailment, type].
_STATUS_IMMUNE = np.zeros((len(Ailment), NO_TYPE + 1), dtype=np.bool_)
for _ailment, _slugs in STATUS_IMMUNE_TYPES.items():
    _STATUS_IMMUNE[_ailment, [TYPES.index(slug) for slug in _slugs]] = True


@kernel
def lose_hp(s, log, side, amount, cause):
    """Take HP, at least 1, and note a faint; returns what was really lost."""
    hp = s[side, st.HP]
    if hp <= 0:
        return 0
    lost = min(max(amount, 1), hp)
    s[side, st.HP] = hp - lost
    ev.emit(log, ev.DAMAGE, side, hp - lost, cause)
    if hp == lost:
        s[st.FIELD, st.LAST_FAINTED] = side + 1
    return lost


@kernel
def gain_hp(s, log, side, amount, cause):
    """Heal, at least 1 and up to the maximum, a fighter that still stands."""
    hp = s[side, st.HP]
    if hp <= 0 or hp >= s[side, st.MAX_HP]:
        return 0
    healed = min(max(amount, 1), s[side, st.MAX_HP] - hp)
    s[side, st.HP] = hp + healed
    ev.emit(log, ev.HEAL, side, hp + healed, cause)
    return healed


@kernel
def log_faint(s, log, side):
    """Announce, once, that a fighter is down."""
    if s[side, st.HP] <= 0 and s[st.FIELD, st.FAINTS_TOLD] & (side + 1) == 0:
        s[st.FIELD, st.FAINTS_TOLD] |= side + 1
        ev.emit(log, ev.FAINT, side, 0, 0)


@kernel
def check_winner(s, log):
    """Decide the battle if someone has fainted; when both have, the last one to faint wins."""
    a_down = s[0, st.HP] <= 0
    b_down = s[1, st.HP] <= 0
    if not (a_down or b_down) or s[st.FIELD, st.WINNER] != st.UNDECIDED:
        return s[st.FIELD, st.WINNER] != st.UNDECIDED
    if a_down and b_down:
        winner = s[st.FIELD, st.LAST_FAINTED] - 1
    elif a_down:
        winner = 1
    else:
        winner = 0
    log_faint(s, log, 1 - winner)
    log_faint(s, log, winner)
    s[st.FIELD, st.WINNER] = winner + 1
    ev.emit(log, ev.WIN, winner, 0, 0)
    return True


@kernel
def cure_status(s, log, side):
    """Take the fighter's status away."""
    if s[side, st.STATUS] != st.NO_AILMENT:
        ev.emit(log, ev.CURE, side, s[side, st.STATUS], 0)
        s[side, st.STATUS] = st.NO_AILMENT
        s[side, st.STATUS_COUNTER] = 0


@kernel
def immune_to_status(ailment, type_1, type_2):
    """Whether a fighter of these types cannot get a status, see specs.STATUS_IMMUNE_TYPES."""
    return _STATUS_IMMUNE[ailment, type_1] or _STATUS_IMMUNE[ailment, type_2]


@kernel
def confuse(s, rng, log, side):
    """Confuse for 1 to 4 actions; the counter starts at 2 to 5 and is lowered before each."""
    if s[side, st.HP] <= 0 or s[side, st.CONFUSION] > 0:
        return False
    s[side, st.CONFUSION] = 2 + draw(rng, 4)
    ev.emit(log, ev.START, side, st.CONFUSION, 0)
    return True


@kernel
def inflict(s, rng, log, side, ailment):
    """Give a status (or confusion) to a fighter that has none and is not immune."""
    if ailment == st.CONFUSION_AILMENT:
        return confuse(s, rng, log, side)
    if s[side, st.HP] <= 0 or s[side, st.STATUS] != st.NO_AILMENT:
        return False
    if immune_to_status(ailment, s[side, st.TYPE_1], s[side, st.TYPE_2]):
        return False
    s[side, st.STATUS] = ailment
    s[side, st.STATUS_COUNTER] = 0
    if ailment == st.SLEEP:
        s[side, st.STATUS_COUNTER] = 2 + draw(rng, 3)
    ev.emit(log, ev.STATUS, side, ailment, 0)
    return True


@kernel
def change_stages(s, log, moves, move, side, by):
    """Apply the move's stage changes to ``side``; Mist stops drops caused by the other side.

    Returns whether anything changed. Nothing changes once the foe of ``side`` is down.
    """
    if s[side, st.HP] <= 0 or s[1 - side, st.HP] <= 0:
        return False
    changed = False
    for i in range(7):
        change = moves[move, st.M_ATTACK_CHANGE + i]
        if change == 0 or (change < 0 and by != side and s[side, st.MIST]):
            continue
        before = s[side, st.ATTACK_STAGE + i]
        after = min(6, max(-6, before + change))
        if after != before:
            s[side, st.ATTACK_STAGE + i] = after
            ev.emit(log, ev.STAGE, side, i, after - before)
            changed = True
    return changed


@kernel
def raise_stage(s, log, side, stat, change):
    """Change one of the fighter's own stages (index 0..6), within -6..+6."""
    if s[side, st.HP] <= 0 or s[1 - side, st.HP] <= 0:
        return
    before = s[side, st.ATTACK_STAGE + stat]
    after = min(6, before + change)
    if after != before:
        s[side, st.ATTACK_STAGE + stat] = after
        ev.emit(log, ev.STAGE, side, stat, after - before)


@kernel
def reset_stages(s, log, side):
    for i in range(7):
        s[side, st.ATTACK_STAGE + i] = 0
    ev.emit(log, ev.RESET_STAGES, side, 0, 0)


@kernel
def plant_seed(s, log, side):
    """Leech Seed on ``side``, unless it is of type Grass or seeded already."""
    if s[side, st.HP] <= 0 or s[side, st.SEEDED] or st.has_type(s, side, st.GRASS):
        return False
    s[side, st.SEEDED] = 1
    ev.emit(log, ev.START, side, st.SEEDED, 0)
    return True


@kernel
def raise_screen(s, log, side, column):
    """Reflect, Light Screen or Mist for 5 turns; one that stands is not renewed."""
    if s[side, column]:
        return False
    s[side, column] = 5
    ev.emit(log, ev.START, side, column, 0)
    return True


@kernel
def slot_of(s, side, move):
    """The slot that holds the move, or NO_SLOT."""
    for slot in range(st.MOVE_SLOTS):
        if s[side, st.MOVE_1 + slot] == move:
            return slot
    return st.NO_SLOT


@kernel
def _transform(s, log, moves, me):
    foe = 1 - me
    if s[me, st.TRANSFORMED] or s[foe, st.TRANSFORMED] or s[foe, st.SUBSTITUTE]:
        return False
    for column in (
        st.ATTACK,
        st.DEFENSE,
        st.SPECIAL_ATTACK,
        st.SPECIAL_DEFENSE,
        st.SPEED,
        st.TYPE_1,
        st.TYPE_2,
        st.WEIGHT,
        st.FOCUSED,
    ):
        s[me, column] = s[foe, column]
    for i in range(7):
        s[me, st.ATTACK_STAGE + i] = s[foe, st.ATTACK_STAGE + i]
    for slot in range(st.MOVE_SLOTS):
        move = s[foe, st.MOVE_1 + slot]
        s[me, st.MOVE_1 + slot] = move
        s[me, st.PP_1 + slot] = 0
        if move >= 0:
            s[me, st.PP_1 + slot] = min(5, moves[move, st.M_PP])
    s[me, st.TRANSFORMED] = 1
    ev.emit(log, ev.TRANSFORM, me, 0, 0)
    return True


@kernel
def _mimic(s, log, moves, me, mimic):
    last = s[1 - me, st.LAST_MOVE] - 1
    if s[me, st.TRANSFORMED] or last < 0 or not moves[last, st.M_CAN_BE_MIMICKED]:
        return False
    slot = slot_of(s, me, mimic)
    if slot < 0 or slot_of(s, me, last) >= 0:
        return False
    s[me, st.MOVE_1 + slot] = last
    s[me, st.PP_1 + slot] = moves[last, st.M_PP]
    ev.emit(log, ev.LEARN, me, last, 0)
    return True


@kernel
def _disable(s, log, struggle, foe):
    last = s[foe, st.LAST_MOVE] - 1
    if last < 0 or last == struggle or s[foe, st.DISABLED]:
        return False
    slot = slot_of(s, foe, last)
    if slot >= 0 and s[foe, st.PP_1 + slot] <= 0:
        return False
    s[foe, st.DISABLED] = last + 1
    # Four of the target's turns: this one counts if it is still to act.
    s[foe, st.DISABLE_TURNS] = 5 if s[foe, st.HAS_MOVED] else 4
    ev.emit(log, ev.START, foe, st.DISABLED, last)
    return True


@kernel
def _encore(s, log, moves, foe):
    last = s[foe, st.LAST_MOVE] - 1
    if last < 0 or s[foe, st.ENCORED] or not moves[last, st.M_CAN_BE_ENCORED]:
        return False
    slot = slot_of(s, foe, last)
    if slot < 0 or s[foe, st.PP_1 + slot] <= 0:
        return False
    s[foe, st.ENCORED] = last + 1
    s[foe, st.ENCORE_TURNS] = 4 if s[foe, st.HAS_MOVED] else 3
    ev.emit(log, ev.START, foe, st.ENCORED, last)
    return True


@kernel
def act_on_self(s, rng, log, moves, me, move):
    """A status move on the user, its side or the field; returns whether it did anything."""
    effect = moves[move, st.M_EFFECT]
    foe = 1 - me
    if effect == st.E_DOES_NOTHING:
        ev.emit(log, ev.NOTHING, me, move, 0)
        return True
    if effect == st.E_PROTECT:
        s[me, st.PROTECTED] = 1
        s[me, st.STALL_COUNTER] = min(729, max(1, s[me, st.STALL_COUNTER]) * 3)
        s[me, st.STALL_TURNS] = 2
        ev.emit(log, ev.START, me, st.PROTECTED, 0)
        return True
    if effect == st.E_REFLECT:
        return raise_screen(s, log, me, st.REFLECT)
    if effect == st.E_LIGHT_SCREEN:
        return raise_screen(s, log, me, st.LIGHT_SCREEN)
    if effect == st.E_MIST:
        return raise_screen(s, log, me, st.MIST)
    if effect == st.E_RESET_ALL_STAGES:
        reset_stages(s, log, me)
        reset_stages(s, log, foe)
        return True
    if effect == st.E_SUBSTITUTE:
        cost = s[me, st.MAX_HP] // 4
        if s[me, st.SUBSTITUTE] or 4 * s[me, st.HP] <= s[me, st.MAX_HP]:
            return False
        lose_hp(s, log, me, cost, ev.BY_SUBSTITUTE)
        s[me, st.SUBSTITUTE] = cost
        s[me, st.TRAPPED] = 0
        ev.emit(log, ev.START, me, st.SUBSTITUTE, 0)
        return True
    if effect == st.E_REST:
        s[me, st.STATUS] = st.SLEEP
        s[me, st.STATUS_COUNTER] = 3
        ev.emit(log, ev.STATUS, me, st.SLEEP, 0)
        gain_hp(s, log, me, s[me, st.MAX_HP], ev.BY_REST)
        return True
    if effect == st.E_FOCUS_ENERGY:
        if s[me, st.FOCUSED]:
            return False
        s[me, st.FOCUSED] = 1
        ev.emit(log, ev.START, me, st.FOCUSED, 0)
        return True
    if effect == st.E_CONVERSION:
        type_ = moves[s[me, st.MOVE_1], st.M_TYPE]
        if st.has_type(s, me, type_):
            return False
        s[me, st.TYPE_1] = type_
        s[me, st.TYPE_2] = st.NO_TYPE
        ev.emit(log, ev.TYPE_CHANGE, me, type_, 0)
        return True
    if effect == st.E_CURE_USER:
        cure_status(s, log, me)
        return True

    did = False
    if effect == st.E_MINIMIZE:
        s[me, st.MINIMIZED] = 1
        did = True
    if change_stages(s, log, moves, move, me, me):
        did = True
    percent = moves[move, st.M_HEAL]
    if percent > 0:
        # Rounded half up, as generation 5 and later do.
        amount = (s[me, st.MAX_HP] * percent + 50) // 100
        if gain_hp(s, log, me, amount, ev.BY_MOVE) > 0:
            did = True
            if effect == st.E_ROOST:
                s[me, st.ROOSTED] = 1
                ev.emit(log, ev.START, me, st.ROOSTED, 0)
    return did


@kernel
def act_on_foe(s, rng, log, rules, me, move):
    """A status move that reached its target; returns whether it did anything."""
    foe = 1 - me
    effect = rules.moves[move, st.M_EFFECT]
    if effect == st.E_DOES_NOTHING:
        ev.emit(log, ev.NOTHING, me, move, 0)
        return True
    if effect == st.E_DISABLE:
        return _disable(s, log, rules.struggle, foe)
    if effect == st.E_ENCORE:
        return _encore(s, log, rules.moves, foe)
    if effect == st.E_TAUNT:
        if s[foe, st.TAUNT_TURNS]:
            return False
        s[foe, st.TAUNT_TURNS] = 4 if s[foe, st.HAS_MOVED] else 3
        ev.emit(log, ev.START, foe, st.TAUNT_TURNS, 0)
        return True
    if effect == st.E_YAWN:
        if s[foe, st.STATUS] != st.NO_AILMENT or s[foe, st.YAWN_TURNS]:
            return False
        s[foe, st.YAWN_TURNS] = 2
        ev.emit(log, ev.START, foe, st.YAWN_TURNS, 0)
        return True
    if effect == st.E_LEECH_SEED:
        return plant_seed(s, log, foe)
    if effect == st.E_MIMIC:
        return _mimic(s, log, rules.moves, me, move)
    if effect == st.E_TRANSFORM:
        return _transform(s, log, rules.moves, me)
    did = change_stages(s, log, rules.moves, move, foe, me)
    ailment = rules.moves[move, st.M_AILMENT]
    if ailment != st.NO_AILMENT and inflict(s, rng, log, foe, ailment):
        did = True
    return did


@kernel
def side_effects(s, rng, log, moves, me, move):
    """What a damaging move does to its user when a hit connects, substitute or not."""
    effect = moves[move, st.M_EFFECT]
    if effect == st.E_RECHARGE:
        if s[me, st.HP] > 0:
            s[me, st.RECHARGING] = 1
    elif effect == st.E_LOCK_IN:
        if s[me, st.HP] > 0:
            if s[me, st.LOCKED] == 0:
                s[me, st.LOCKED] = move + 1
                s[me, st.LOCK_LEFT] = 2 + draw(rng, 2)
                s[me, st.LOCK_TURNS] = 2
            elif s[me, st.LOCK_LEFT] >= 2:
                s[me, st.LOCK_TURNS] = 2
    elif effect == st.E_RAGE:
        if s[me, st.HP] > 0:
            s[me, st.RAGING] = 1
    elif effect == st.E_REFLECT:
        raise_screen(s, log, me, st.REFLECT)
    elif effect == st.E_LIGHT_SCREEN:
        raise_screen(s, log, me, st.LIGHT_SCREEN)
    elif effect == st.E_CURE_USER:
        if s[me, st.HP] > 0:
            cure_status(s, log, me)
    if moves[move, st.M_STAT_TARGET] == st.ON_USER and moves[move, st.M_STAT_CHANCE] > 0:
        if chance(rng, moves[move, st.M_STAT_CHANCE], 100):
            change_stages(s, log, moves, move, me, me)


@kernel
def hit_effects(s, rng, log, moves, me, move):
    """Sure effects of a damaging hit on a target without a substitute."""
    foe = 1 - me
    effect = moves[move, st.M_EFFECT]
    if effect == st.E_PARTIAL_TRAP:
        if s[foe, st.HP] > 0 and s[foe, st.TRAPPED] == 0:
            s[foe, st.TRAPPED] = 5 + draw(rng, 2)
            ev.emit(log, ev.START, foe, st.TRAPPED, move)
    elif effect == st.E_RESET_TARGET_STAGES:
        reset_stages(s, log, foe)
    elif effect == st.E_RESET_ALL_STAGES:
        reset_stages(s, log, me)
        reset_stages(s, log, foe)
    elif effect == st.E_LEECH_SEED:
        plant_seed(s, log, foe)
    if s[foe, st.RAGING]:
        raise_stage(s, log, foe, 0, 1)


@kernel
def secondary_effects(s, rng, log, moves, me, move):
    """Effects with a chance, on a target that still stands and had no substitute."""
    foe = 1 - me
    if s[foe, st.HP] <= 0:
        return
    ailment = moves[move, st.M_AILMENT]
    odds = moves[move, st.M_AILMENT_CHANCE]
    if moves[move, st.M_EFFECT] == st.E_TRI_STATUS:
        if chance(rng, odds, 100):
            pick = draw(rng, 3)
            if pick == 0:
                inflict(s, rng, log, foe, st.BURN)
            elif pick == 1:
                inflict(s, rng, log, foe, st.PARALYSIS)
            else:
                inflict(s, rng, log, foe, st.FREEZE)
    elif ailment != st.NO_AILMENT and odds > 0:
        if chance(rng, odds, 100):
            inflict(s, rng, log, foe, ailment)
    if moves[move, st.M_FLINCH_CHANCE] > 0:
        if chance(rng, moves[move, st.M_FLINCH_CHANCE], 100):
            s[foe, st.FLINCHED] = 1
    if moves[move, st.M_STAT_TARGET] == st.ON_OPPONENT and moves[move, st.M_STAT_CHANCE] > 0:
        if chance(rng, moves[move, st.M_STAT_CHANCE], 100):
            change_stages(s, log, moves, move, foe, me)
