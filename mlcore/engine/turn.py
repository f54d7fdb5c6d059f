"""One turn of a battle, in the simulator's order of events.

The order: both choose; Counter and Mirror Coat brace; the faster by priority, then speed, acts,
then the other; then what happens at the end of a turn (seed, poison, burn, trap, ...), each step
for the faster side first. The battle is decided the moment a fighter is down after an action or
a step.
"""

from mlcore.engine import damage as dm
from mlcore.engine import effects as fx
from mlcore.engine import events as ev
from mlcore.engine import state as st
from mlcore.engine.jit import kernel
from mlcore.engine.rng import chance, draw

# Choosing ------------------------------------------------------------------------------------


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
def usable(s, rules, side, slot):
    """Whether the move in the slot may be chosen now."""
    move = s[side, st.MOVE_1 + slot]
    if move < 0 or s[side, st.PP_1 + slot] <= 0:
        return False
    if s[side, st.DISABLED] == move + 1:
        return False
    if s[side, st.TAUNT_TURNS] and rules.moves[move, st.M_CLASS] == st.STATUS_CLASS:
        return False
    encored = s[side, st.ENCORED]
    return not (encored and encored != move + 1 and fx.slot_of(s, side, encored - 1) >= 0)


@kernel
def selected_move(s, rules, side, slot):
    """The move that choosing ``slot`` means; NO_CHOICE: the forced one, else Struggle."""
    if slot >= 0:
        return s[side, st.MOVE_1 + slot]
    forced = forced_move(s, side)
    return rules.struggle if forced == st.FREE_CHOICE else forced


# Acting --------------------------------------------------------------------------------------


@kernel
def _abort(s, log, side):
    """An action that did not happen ends charging and Bide."""
    s[side, st.CHARGING] = 0
    s[side, st.HIDDEN] = 0
    s[side, st.BIDE_TURNS] = 0


@kernel
def _confusion_damage(s, rng, side):
    """A fighter hits itself: 40 power, physical, typeless, never critical."""
    attack = st.staged(s[side, st.ATTACK], s[side, st.ATTACK_STAGE])
    defense = st.staged(s[side, st.DEFENSE], s[side, st.DEFENSE_STAGE])
    percent = 100 - draw(rng, 16)
    return dm.rolled_damage(s[side, st.LEVEL], 40, attack, defense, False, percent, False, 0)


@kernel
def _hit_substitute(s, log, side, damage):
    """Damage to a substitute; returns what it took."""
    taken = min(damage, s[side, st.SUBSTITUTE])
    s[side, st.SUBSTITUTE] -= taken
    if s[side, st.SUBSTITUTE] <= 0:
        ev.emit(log, ev.END, side, st.SUBSTITUTE, 0)
    else:
        ev.emit(log, ev.ACTIVATE, side, st.SUBSTITUTE, 0)
    return taken


@kernel
def _hit_fighter(s, log, me, damage):
    """Damage to the target itself, and what follows from it at once; returns HP taken."""
    foe = 1 - me
    if s[foe, st.BIDE_TURNS]:
        s[foe, st.BIDE_DAMAGE] += damage
    return fx.lose_hp(s, log, foe, damage, ev.BY_MOVE)


@kernel
def _after_damage(s, log, rules, me, move, type_, taken):
    """Counter and Mirror Coat remember the hit; a Fire hit thaws."""
    foe = 1 - me
    class_ = rules.moves[move, st.M_CLASS]
    if (s[foe, st.COUNTERING] == 1 and class_ == st.PHYSICAL) or (
        s[foe, st.COUNTERING] == 2 and class_ == st.SPECIAL
    ):
        s[foe, st.COUNTER_DAMAGE] = 2 * taken
    if s[foe, st.STATUS] == st.FREEZE and type_ == st.FIRE and s[foe, st.HP] > 0:
        fx.cure_status(s, log, foe)


@kernel
def _recoil(s, log, rules, me, move, dealt):
    """Recoil of the damage dealt, rounded half up, at least 1; Struggle's is a quarter of HP."""
    if rules.moves[move, st.M_EFFECT] == st.E_STRUGGLE:
        fx.lose_hp(s, log, me, (s[me, st.MAX_HP] + 2) // 4, ev.BY_RECOIL)
    elif rules.moves[move, st.M_RECOIL] > 0:
        amount = (dealt * rules.moves[move, st.M_RECOIL] + 50) // 100
        fx.lose_hp(s, log, me, amount, ev.BY_RECOIL)


@kernel
def _release_bide(s, rng, log, rules, me, move):
    """Give back twice what was taken; ignores protection and hiding, not a substitute."""
    foe = 1 - me
    s[me, st.BIDE_TURNS] = 0
    ev.emit(log, ev.END, me, st.BIDE_TURNS, 0)
    damage = 2 * s[me, st.BIDE_DAMAGE]
    if damage <= 0:
        ev.emit(log, ev.FAIL, me, 0, 0)
        return
    if dm.type_effect(s, rules, foe, st.NORMAL) == dm.IMMUNE:
        ev.emit(log, ev.IMMUNE, foe, 0, 0)
        return
    if s[foe, st.SUBSTITUTE]:
        _hit_substitute(s, log, foe, damage)
        return
    taken = _hit_fighter(s, log, me, damage)
    fx.hit_effects(s, rng, log, rules, me, move)
    _after_damage(s, log, rules, me, move, st.NORMAL, taken)


@kernel
def _can_act(s, rng, log, rules, me, move):
    """What may stop a fighter before its move, in the simulator's order of priority."""
    s[me, st.RAGING] = 0
    if s[me, st.RECHARGING]:
        s[me, st.RECHARGING] = 0
        ev.emit(log, ev.CANT, me, ev.CANT_RECHARGE, 0)
        return False
    if s[me, st.STATUS] == st.SLEEP:
        s[me, st.STATUS_COUNTER] -= 1
        if s[me, st.STATUS_COUNTER] > 0:
            ev.emit(log, ev.CANT, me, ev.CANT_SLEEP, 0)
            return False
        fx.cure_status(s, log, me)
    elif s[me, st.STATUS] == st.FREEZE and not rules.moves[move, st.M_THAWS_USER]:
        if not chance(rng, 1, 5):
            ev.emit(log, ev.CANT, me, ev.CANT_FREEZE, 0)
            return False
        fx.cure_status(s, log, me)
    if s[me, st.FLINCHED]:
        ev.emit(log, ev.CANT, me, ev.CANT_FLINCH, 0)
        return False
    if s[me, st.DISABLED] == move + 1:
        ev.emit(log, ev.CANT, me, ev.CANT_DISABLED, move)
        return False
    if s[me, st.TAUNT_TURNS] and rules.moves[move, st.M_CLASS] == st.STATUS_CLASS:
        ev.emit(log, ev.CANT, me, ev.CANT_TAUNT, move)
        return False
    if s[me, st.CONFUSION]:
        s[me, st.CONFUSION] -= 1
        if s[me, st.CONFUSION] == 0:
            ev.emit(log, ev.END, me, st.CONFUSION, 0)
        else:
            ev.emit(log, ev.ACTIVATE, me, st.CONFUSION, 0)
            if chance(rng, 33, 100):
                damage = _confusion_damage(s, rng, me)
                fx.lose_hp(s, log, me, damage, ev.BY_CONFUSION)
                return False
    if s[me, st.STATUS] == st.PARALYSIS and chance(rng, 1, 4):
        ev.emit(log, ev.CANT, me, ev.CANT_PARALYSIS, 0)
        return False
    return True


@kernel
def _accurate(s, rng, rules, me, move):
    """The accuracy check of a move on the opponent."""
    foe = 1 - me
    effect = rules.moves[move, st.M_EFFECT]
    if effect == st.E_ONE_HIT_KO:
        return chance(rng, 30 + s[me, st.LEVEL] - s[foe, st.LEVEL], 100)
    accuracy = rules.moves[move, st.M_ACCURACY]
    if accuracy == 0 or (rules.moves[move, st.M_DOUBLED_BY_MINIMIZE] and s[foe, st.MINIMIZED]):
        return True
    # Toxic of a Poison type never misses.
    if rules.moves[move, st.M_AILMENT] == st.BAD_POISON and st.has_type(s, me, st.POISON_TYPE):
        return True
    stage = min(6, max(-6, s[me, st.ACCURACY_STAGE] - s[foe, st.EVASION_STAGE]))
    if stage > 0:
        accuracy = accuracy * (3 + stage) // 3
    elif stage < 0:
        accuracy = accuracy * 3 // (3 - stage)
    return chance(rng, accuracy, 100)


@kernel
def _reaches(s, rng, log, rules, me, move):
    """Everything between using a move on the opponent and its first hit."""
    foe = 1 - me
    effect = rules.moves[move, st.M_EFFECT]
    hidden = s[foe, st.HIDDEN]
    if hidden:
        sure = rules.moves[move, st.M_AILMENT] == st.BAD_POISON and st.has_type(
            s, me, st.POISON_TYPE
        )
        if not (
            sure
            or (hidden == st.HIDDEN_AIR and rules.moves[move, st.M_HITS_AIRBORNE])
            or (hidden == st.HIDDEN_GROUND and rules.moves[move, st.M_HITS_UNDERGROUND])
        ):
            ev.emit(log, ev.MISS, me, 0, 0)
            return False
    if s[foe, st.PROTECTED] and rules.moves[move, st.M_BLOCKED_BY_PROTECT]:
        ev.emit(log, ev.ACTIVATE, foe, st.PROTECTED, 0)
        return False
    if rules.moves[move, st.M_RESPECTS_IMMUNITY] and effect != st.E_STRUGGLE:
        if dm.type_effect(s, rules, foe, rules.moves[move, st.M_TYPE]) == dm.IMMUNE:
            ev.emit(log, ev.IMMUNE, foe, 0, 0)
            return False
    if (
        (rules.moves[move, st.M_IS_POWDER] and st.has_type(s, foe, st.GRASS))
        or (
            effect == st.E_LEECH_SEED
            and rules.moves[move, st.M_CLASS] == st.STATUS_CLASS
            and st.has_type(s, foe, st.GRASS)
        )
        or (effect == st.E_TARGET_ASLEEP_ONLY and s[foe, st.STATUS] != st.SLEEP)
        or (effect == st.E_ONE_HIT_KO and s[me, st.LEVEL] < s[foe, st.LEVEL])
    ):
        ev.emit(log, ev.IMMUNE, foe, 0, 0)
        return False
    if not _accurate(s, rng, rules, me, move):
        ev.emit(log, ev.MISS, me, 0, 0)
        return False
    if effect == st.E_BREAK_PROTECT and s[foe, st.PROTECTED]:
        s[foe, st.PROTECTED] = 0
        s[foe, st.STALL_COUNTER] = 0
        s[foe, st.STALL_TURNS] = 0
        ev.emit(log, ev.END, foe, st.PROTECTED, 0)
    return True


@kernel
def _hit_loop(s, rng, log, rules, me, move):
    """All hits of a damaging move that reached its target."""
    foe = 1 - me
    effect = rules.moves[move, st.M_EFFECT]
    low, high = rules.moves[move, st.M_MIN_HITS], rules.moves[move, st.M_MAX_HITS]
    hits = low
    if low == 2 and high == 5:
        # 35, 35, 15 and 15 per cent
        pick = draw(rng, 20)
        hits = 2 if pick < 7 else (3 if pick < 14 else (4 if pick < 17 else 5))
    elif high > low:
        hits = low + draw(rng, high - low + 1)
    bypasses = rules.moves[move, st.M_BYPASSES_SUBSTITUTE] != 0
    type_ = rules.moves[move, st.M_TYPE]
    total = 0
    real = False
    done = 0
    for _ in range(hits):
        if s[foe, st.HP] <= 0:
            break
        if effect == st.E_BREAK_SCREENS:
            if s[foe, st.REFLECT]:
                s[foe, st.REFLECT] = 0
                ev.emit(log, ev.END, foe, st.REFLECT, 0)
            if s[foe, st.LIGHT_SCREEN]:
                s[foe, st.LIGHT_SCREEN] = 0
                ev.emit(log, ev.END, foe, st.LIGHT_SCREEN, 0)
        damage = dm.hit_damage(s, rng, log, rules, me, move)
        if damage < 0:
            ev.emit(log, ev.FAIL, me, 0, 0)
            return
        done += 1
        if s[foe, st.SUBSTITUTE] and not bypasses:
            taken = _hit_substitute(s, log, foe, damage)
            if taken > 0:
                _recoil(s, log, rules, me, move, taken)
            if rules.moves[move, st.M_DRAIN] > 0:
                amount = (taken * rules.moves[move, st.M_DRAIN] + 99) // 100
                fx.gain_hp(s, log, me, amount, ev.BY_DRAIN)
            fx.side_effects(s, rng, log, rules, me, move)
            real = False
        else:
            taken = _hit_fighter(s, log, me, damage)
            total += taken
            if rules.moves[move, st.M_DRAIN] > 0:
                amount = (taken * rules.moves[move, st.M_DRAIN] + 50) // 100
                fx.gain_hp(s, log, me, amount, ev.BY_DRAIN)
            fx.hit_effects(s, rng, log, rules, me, move)
            fx.side_effects(s, rng, log, rules, me, move)
            fx.secondary_effects(s, rng, log, rules, me, move)
            _after_damage(s, log, rules, me, move, type_, taken)
            real = True
        if s[me, st.HP] <= 0:
            break
    if s[foe, st.HP] <= 0:
        fx.log_faint(s, log, me)  # of an explosion, before its victim
        fx.log_faint(s, log, foe)
    if high > 1:
        ev.emit(log, ev.HIT_COUNT, me, done, 0)
    if total > 0:
        _recoil(s, log, rules, me, move, total)
    if effect == st.E_ONE_HIT_KO and s[foe, st.HP] <= 0:
        ev.emit(log, ev.ONE_HIT_KO, foe, 0, 0)
    if (
        real
        and rules.moves[move, st.M_THAWS_TARGET]
        and s[foe, st.STATUS] == st.FREEZE
        and s[foe, st.HP] > 0
    ):
        fx.cure_status(s, log, foe)


@kernel
def _fails_at_once(s, rng, rules, me, move):
    """Conditions of the move itself, before any target is looked at."""
    foe = 1 - me
    effect = rules.moves[move, st.M_EFFECT]
    if effect == st.E_FAILS_ALONE:
        return True
    if effect == st.E_FIRST_TURN_ONLY:
        return s[me, st.ACTIONS] > 1
    if effect == st.E_TARGET_ATTACKING_ONLY:
        selected = s[foe, st.SELECTED]
        return (
            s[foe, st.HAS_MOVED] != 0
            or selected < 0
            or rules.moves[max(selected, 0), st.M_CLASS] == st.STATUS_CLASS
        )
    if effect == st.E_COUNTER:
        return s[me, st.COUNTERING] != 1 or s[me, st.COUNTER_DAMAGE] < 0
    if effect == st.E_MIRROR_COAT:
        return s[me, st.COUNTERING] != 2 or s[me, st.COUNTER_DAMAGE] < 0
    if effect == st.E_REST:
        return s[me, st.STATUS] == st.SLEEP or s[me, st.HP] >= s[me, st.MAX_HP]
    if effect == st.E_PROTECT:
        # Works only while the foe is still to act, and less often in a row.
        if s[foe, st.HAS_MOVED]:
            return True
        if s[me, st.STALL_TURNS] and not chance(rng, 1, max(1, s[me, st.STALL_COUNTER])):
            s[me, st.STALL_TURNS] = 0
            s[me, st.STALL_COUNTER] = 0
            return True
    return False


@kernel
def _charges(s, log, rules, me, move):
    """First turn of a two-turn move: True when the user only gathers strength now."""
    effect = rules.moves[move, st.M_EFFECT]
    if (
        effect != st.E_CHARGE
        and effect != st.E_CHARGE_RAISE_DEFENSE
        and effect != st.E_CHARGE_UNDERGROUND
        and effect != st.E_CHARGE_AIRBORNE
    ):
        return False
    if s[me, st.CHARGING] == move + 1:
        s[me, st.CHARGING] = 0
        s[me, st.HIDDEN] = 0
        return False
    ev.emit(log, ev.PREPARE, me, move, 0)
    if effect == st.E_CHARGE_RAISE_DEFENSE:
        fx.raise_stage(s, log, me, 1, 1)
    s[me, st.CHARGING] = move + 1
    if effect == st.E_CHARGE_AIRBORNE:
        s[me, st.HIDDEN] = st.HIDDEN_AIR
    elif effect == st.E_CHARGE_UNDERGROUND:
        s[me, st.HIDDEN] = st.HIDDEN_GROUND
    return True


@kernel
def _called_move(s, rng, log, rules, me, move):
    """The move that Metronome or Mirror Move turns into; NO_MOVE when it fails."""
    if rules.moves[move, st.M_EFFECT] == st.E_METRONOME:
        return rules.metronome[draw(rng, rules.metronome.shape[0])]
    foe = 1 - me
    last = s[foe, st.LAST_MOVE] - 1
    if s[foe, st.HIDDEN]:
        ev.emit(log, ev.MISS, me, 0, 0)
        return st.NO_MOVE
    if last < 0 or not rules.moves[last, st.M_CAN_BE_MIRRORED]:
        ev.emit(log, ev.FAIL, me, 0, 0)
        return st.NO_MOVE
    return last


@kernel
def use_move(s, rng, log, rules, me, chosen):
    """The effects of a move whose user was able to act."""
    foe = 1 - me
    move = chosen
    called = 0
    if rules.moves[move, st.M_THAWS_USER] and s[me, st.STATUS] == st.FREEZE:
        fx.cure_status(s, log, me)
    while True:
        ev.emit(log, ev.MOVE, me, move, called)
        effect = rules.moves[move, st.M_EFFECT]
        if effect != st.E_METRONOME and effect != st.E_MIRROR_MOVE:
            break
        move = _called_move(s, rng, log, rules, me, move)
        called = 1
        if move < 0:
            return
    if _charges(s, log, rules, me, move):
        return
    if effect == st.E_SELF_DESTRUCT:
        # The user is down before the blast: if both fall, the other one fell last and wins.
        fx.lose_hp(s, log, me, s[me, st.HP], ev.BY_SELF_DESTRUCT)
    if _fails_at_once(s, rng, rules, me, move):
        aimed = rules.moves[move, st.M_TARGET] == st.ON_OPPONENT
        if effect == st.E_FAILS_ALONE and aimed and s[foe, st.HIDDEN]:
            ev.emit(log, ev.MISS, me, 0, 0)
        else:
            ev.emit(log, ev.FAIL, me, 0, 0)
        return
    if effect == st.E_BIDE:
        s[me, st.BIDE_TURNS] = 3
        s[me, st.BIDE_DAMAGE] = 0
        s[me, st.BIDE_MOVE] = move
        ev.emit(log, ev.START, me, st.BIDE_TURNS, 0)
        return
    if rules.moves[move, st.M_TARGET] != st.ON_OPPONENT:
        if not fx.act_on_self(s, rng, log, rules, me, move):
            ev.emit(log, ev.FAIL, me, 0, 0)
        return
    if not _reaches(s, rng, log, rules, me, move):
        if effect == st.E_CRASH:
            fx.lose_hp(s, log, me, s[me, st.MAX_HP] // 2, ev.BY_CRASH)
        return
    if rules.moves[move, st.M_CLASS] != st.STATUS_CLASS:
        _hit_loop(s, rng, log, rules, me, move)
    elif s[foe, st.SUBSTITUTE] and not rules.moves[move, st.M_BYPASSES_SUBSTITUTE]:
        ev.emit(log, ev.FAIL, me, 0, 0)
    elif not fx.act_on_foe(s, rng, log, rules, me, move):
        ailment = rules.moves[move, st.M_AILMENT]
        if s[foe, st.STATUS] == st.NO_AILMENT and fx.immune_to_status(s, foe, ailment):
            ev.emit(log, ev.IMMUNE, foe, 0, 0)
        else:
            ev.emit(log, ev.FAIL, me, 0, 0)


@kernel
def _end_lock(s, rng, log, me):
    """Outrage and its like are over; the user is confused if it raged to the end."""
    tired = s[me, st.LOCK_LEFT] <= 1
    s[me, st.LOCKED] = 0
    s[me, st.LOCK_TURNS] = 0
    if tired:
        fx.confuse(s, rng, log, me)


@kernel
def act(s, rng, log, rules, me):
    """A fighter's action of this turn: its selected move, if nothing stops it."""
    s[me, st.HAS_MOVED] = 1
    s[me, st.ACTIONS] += 1
    move = s[me, st.SELECTED]
    bound = False
    if not st.has_no_conditions(s, me):
        bound = s[me, st.CHARGING] != 0 or s[me, st.LOCKED] != 0
        if s[me, st.ENCORED] and move != rules.struggle and move >= 0:
            move = s[me, st.ENCORED] - 1
        if not _can_act(s, rng, log, rules, me, max(move, 0)):
            _abort(s, log, me)
            return
        if s[me, st.BIDE_TURNS] == 1:
            _release_bide(s, rng, log, rules, me, s[me, st.BIDE_MOVE])
            return
        if s[me, st.BIDE_TURNS]:
            ev.emit(log, ev.ACTIVATE, me, st.BIDE_TURNS, 0)
            return
    if not bound and move != rules.struggle:
        slot = fx.slot_of(s, me, move)
        if slot < 0 or s[me, st.PP_1 + slot] <= 0:
            ev.emit(log, ev.CANT, me, ev.CANT_NO_PP, move)
            return
        s[me, st.PP_1 + slot] -= 1
    s[me, st.LAST_MOVE] = move + 1
    use_move(s, rng, log, rules, me, move)
    if s[me, st.LOCKED] and s[me, st.LOCK_TURNS] == 1 and s[me, st.HP] > 0:
        _end_lock(s, rng, log, me)


# The end of a turn ---------------------------------------------------------------------------


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
    for side in range(2):
        _tick(s, log, side, st.TAUNT_TURNS)
        if s[side, st.ENCORED]:
            slot = fx.slot_of(s, side, s[side, st.ENCORED] - 1)
            ended = _tick(s, log, side, st.ENCORE_TURNS)
            if not ended and (slot < 0 or s[side, st.PP_1 + slot] <= 0):
                s[side, st.ENCORE_TURNS] = 0
                ended = True
            if ended:
                s[side, st.ENCORED] = 0
        if _tick(s, log, side, st.DISABLE_TURNS):
            s[side, st.DISABLED] = 0
        if _tick(s, log, side, st.YAWN_TURNS):
            fx.inflict(s, rng, log, side, st.SLEEP)
        s[side, st.ROOSTED] = 0
        _tick(s, log, side, st.REFLECT)
        _tick(s, log, side, st.LIGHT_SCREEN)
        _tick(s, log, side, st.MIST)
        if s[side, st.LOCKED]:
            s[side, st.LOCK_TURNS] -= 1
            if s[side, st.LOCK_TURNS] <= 0:
                _end_lock(s, rng, log, side)
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


# The turn ------------------------------------------------------------------------------------


@kernel
def _a_goes_first(s, rng, rules):
    """Priority, then speed, then chance."""
    a_move, b_move = s[0, st.SELECTED], s[1, st.SELECTED]
    a_priority = rules.moves[a_move, st.M_PRIORITY] if a_move >= 0 else 0
    b_priority = rules.moves[b_move, st.M_PRIORITY] if b_move >= 0 else 0
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
    s[0, st.SELECTED] = selected_move(s, rules, 0, slot_a)
    s[1, st.SELECTED] = selected_move(s, rules, 1, slot_b)
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
    first = 0 if _a_goes_first(s, rng, rules) else 1
    for side in (first, 1 - first):
        act(s, rng, log, rules, side)
        if fx.check_winner(s, log):
            return
    end_turn(s, rng, log)
    if s[st.FIELD, st.WINNER] == st.UNDECIDED and s[st.FIELD, st.TURN] >= st.TURN_LIMIT:
        s[st.FIELD, st.WINNER] = st.DRAW
        ev.emit(log, ev.WIN, -1, 0, 0)
