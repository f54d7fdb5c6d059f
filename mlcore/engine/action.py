"""One action of a side: what may stop it, reaching the target, and all hits of its move."""

from mlcore.engine import damage as dm
from mlcore.engine import effects as fx
from mlcore.engine import events as ev
from mlcore.engine import state as st
from mlcore.engine.effectiveness import IMMUNE
from mlcore.engine.jit import kernel
from mlcore.engine.rng import chance, draw
from mlcore.engine.specs import TWO_TO_FIVE_HITS


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
def _after_damage(s, log, moves, me, move, type_, taken):
    """Counter and Mirror Coat remember the hit; a Fire hit thaws."""
    foe = 1 - me
    class_ = moves[move, st.M_CLASS]
    if (s[foe, st.COUNTERING] == 1 and class_ == st.PHYSICAL) or (
        s[foe, st.COUNTERING] == 2 and class_ == st.SPECIAL
    ):
        s[foe, st.COUNTER_DAMAGE] = 2 * taken
    if s[foe, st.STATUS] == st.FREEZE and type_ == st.FIRE and s[foe, st.HP] > 0:
        fx.cure_status(s, log, foe)


@kernel
def _recoil(s, log, moves, me, move, dealt):
    """Recoil of the damage dealt, rounded half up, at least 1; Struggle's is a quarter of HP."""
    if moves[move, st.M_EFFECT] == st.E_STRUGGLE:
        fx.lose_hp(s, log, me, (s[me, st.MAX_HP] + 2) // 4, ev.BY_RECOIL)
    elif moves[move, st.M_RECOIL] > 0:
        amount = (dealt * moves[move, st.M_RECOIL] + 50) // 100
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
    if dm.type_effect(s, rules.chart, foe, st.NORMAL) == IMMUNE:
        ev.emit(log, ev.IMMUNE, foe, 0, 0)
        return
    if s[foe, st.SUBSTITUTE]:
        _hit_substitute(s, log, foe, damage)
        return
    taken = _hit_fighter(s, log, me, damage)
    fx.hit_effects(s, rng, log, rules.moves, me, move)
    _after_damage(s, log, rules.moves, me, move, st.NORMAL, taken)


@kernel
def _can_act(s, rng, log, moves, me, move):
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
    elif s[me, st.STATUS] == st.FREEZE and not moves[move, st.M_THAWS_USER]:
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
    if s[me, st.TAUNT_TURNS] and moves[move, st.M_CLASS] == st.STATUS_CLASS:
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
def _reaches(s, rng, log, moves, chart, me, move):
    """Everything between using a move on the opponent and its first hit."""
    foe = 1 - me
    effect = moves[move, st.M_EFFECT]
    hidden = s[foe, st.HIDDEN]
    if hidden:
        sure = moves[move, st.M_AILMENT] == st.BAD_POISON and st.has_type(s, me, st.POISON_TYPE)
        if not (
            sure
            or (hidden == st.HIDDEN_AIR and moves[move, st.M_HITS_AIRBORNE])
            or (hidden == st.HIDDEN_GROUND and moves[move, st.M_HITS_UNDERGROUND])
        ):
            ev.emit(log, ev.MISS, me, 0, 0)
            return False
    if s[foe, st.PROTECTED] and moves[move, st.M_BLOCKED_BY_PROTECT]:
        ev.emit(log, ev.ACTIVATE, foe, st.PROTECTED, 0)
        return False
    if moves[move, st.M_RESPECTS_IMMUNITY] and effect != st.E_STRUGGLE:
        if dm.type_effect(s, chart, foe, moves[move, st.M_TYPE]) == IMMUNE:
            ev.emit(log, ev.IMMUNE, foe, 0, 0)
            return False
    if (
        (moves[move, st.M_IS_POWDER] and st.has_type(s, foe, st.GRASS))
        or (
            effect == st.E_LEECH_SEED
            and moves[move, st.M_CLASS] == st.STATUS_CLASS
            and st.has_type(s, foe, st.GRASS)
        )
        or (effect == st.E_TARGET_ASLEEP_ONLY and s[foe, st.STATUS] != st.SLEEP)
        or (effect == st.E_ONE_HIT_KO and s[me, st.LEVEL] < s[foe, st.LEVEL])
    ):
        ev.emit(log, ev.IMMUNE, foe, 0, 0)
        return False
    if not chance(rng, dm.accuracy_percent(s, moves, me, move), 100):
        ev.emit(log, ev.MISS, me, 0, 0)
        return False
    if effect == st.E_BREAK_PROTECT and s[foe, st.PROTECTED]:
        s[foe, st.PROTECTED] = 0
        s[foe, st.STALL_COUNTER] = 0
        s[foe, st.STALL_TURNS] = 0
        ev.emit(log, ev.END, foe, st.PROTECTED, 0)
    return True


@kernel
def _hit_loop(s, rng, log, moves, chart, me, move):
    """All hits of a damaging move that reached its target."""
    foe = 1 - me
    effect = moves[move, st.M_EFFECT]
    low, high = moves[move, st.M_MIN_HITS], moves[move, st.M_MAX_HITS]
    hits = low
    if low == 2 and high == 5:
        pick = draw(rng, 20)
        while pick >= TWO_TO_FIVE_HITS[hits - 2]:
            pick -= TWO_TO_FIVE_HITS[hits - 2]
            hits += 1
    elif high > low:
        hits = low + draw(rng, high - low + 1)
    bypasses = moves[move, st.M_BYPASSES_SUBSTITUTE] != 0
    type_ = moves[move, st.M_TYPE]
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
        damage = dm.hit_damage(s, rng, log, moves, chart, me, move)
        if damage < 0:
            ev.emit(log, ev.FAIL, me, 0, 0)
            return
        done += 1
        if s[foe, st.SUBSTITUTE] and not bypasses:
            taken = _hit_substitute(s, log, foe, damage)
            if taken > 0:
                _recoil(s, log, moves, me, move, taken)
            if moves[move, st.M_DRAIN] > 0:
                amount = (taken * moves[move, st.M_DRAIN] + 99) // 100
                fx.gain_hp(s, log, me, amount, ev.BY_DRAIN)
            fx.side_effects(s, rng, log, moves, me, move)
            real = False
        else:
            taken = _hit_fighter(s, log, me, damage)
            total += taken
            if moves[move, st.M_DRAIN] > 0:
                amount = (taken * moves[move, st.M_DRAIN] + 50) // 100
                fx.gain_hp(s, log, me, amount, ev.BY_DRAIN)
            fx.hit_effects(s, rng, log, moves, me, move)
            fx.side_effects(s, rng, log, moves, me, move)
            fx.secondary_effects(s, rng, log, moves, me, move)
            _after_damage(s, log, moves, me, move, type_, taken)
            real = True
        if s[me, st.HP] <= 0:
            break
    if s[foe, st.HP] <= 0:
        fx.log_faint(s, log, me)  # of an explosion, before its victim
        fx.log_faint(s, log, foe)
    if high > 1:
        ev.emit(log, ev.HIT_COUNT, me, done, 0)
    if total > 0:
        _recoil(s, log, moves, me, move, total)
    if effect == st.E_ONE_HIT_KO and s[foe, st.HP] <= 0:
        ev.emit(log, ev.ONE_HIT_KO, foe, 0, 0)
    if (
        real
        and moves[move, st.M_THAWS_TARGET]
        and s[foe, st.STATUS] == st.FREEZE
        and s[foe, st.HP] > 0
    ):
        fx.cure_status(s, log, foe)


@kernel
def _fails_at_once(s, rng, moves, me, move):
    """Conditions of the move itself, before any target is looked at."""
    foe = 1 - me
    effect = moves[move, st.M_EFFECT]
    if effect == st.E_FAILS_ALONE:
        return True
    if effect == st.E_FIRST_TURN_ONLY:
        return s[me, st.ACTIONS] > 1
    if effect == st.E_TARGET_ATTACKING_ONLY:
        selected = s[foe, st.SELECTED]
        return (
            s[foe, st.HAS_MOVED] != 0
            or selected < 0
            or moves[max(selected, 0), st.M_CLASS] == st.STATUS_CLASS
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
def _charges(s, log, moves, me, move):
    """First turn of a two-turn move: True when the user only gathers strength now."""
    effect = moves[move, st.M_EFFECT]
    if not st.charges(effect):
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
def use_move(s, rng, log, rules, me, chosen, bound):
    """The effects of a move whose user was able to act; ``bound``: chosen on an earlier turn."""
    foe = 1 - me
    move = chosen
    how = ev.USED_LOCKED if bound else ev.USED_AS_CHOSEN
    if rules.moves[move, st.M_THAWS_USER] and s[me, st.STATUS] == st.FREEZE:
        fx.cure_status(s, log, me)
    while True:
        ev.emit(log, ev.MOVE, me, move, how)
        effect = rules.moves[move, st.M_EFFECT]
        if effect != st.E_METRONOME and effect != st.E_MIRROR_MOVE:
            break
        how = ev.USED_BY_METRONOME if effect == st.E_METRONOME else ev.USED_BY_MIRROR_MOVE
        move = _called_move(s, rng, log, rules, me, move)
        if move < 0:
            return
    if _charges(s, log, rules.moves, me, move):
        return
    if effect == st.E_SELF_DESTRUCT:
        # The user is down before the blast: if both fall, the other one fell last and wins.
        fx.lose_hp(s, log, me, s[me, st.HP], ev.BY_SELF_DESTRUCT)
    if _fails_at_once(s, rng, rules.moves, me, move):
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
        if not fx.act_on_self(s, rng, log, rules.moves, me, move):
            ev.emit(log, ev.FAIL, me, 0, 0)
        return
    if not _reaches(s, rng, log, rules.moves, rules.chart, me, move):
        if effect == st.E_CRASH:
            fx.lose_hp(s, log, me, s[me, st.MAX_HP] // 2, ev.BY_CRASH)
        return
    if rules.moves[move, st.M_CLASS] != st.STATUS_CLASS:
        _hit_loop(s, rng, log, rules.moves, rules.chart, me, move)
    elif s[foe, st.SUBSTITUTE] and not rules.moves[move, st.M_BYPASSES_SUBSTITUTE]:
        ev.emit(log, ev.FAIL, me, 0, 0)
    elif not fx.act_on_foe(s, rng, log, rules, me, move):
        ailment = rules.moves[move, st.M_AILMENT]
        if s[foe, st.STATUS] == st.NO_AILMENT and fx.immune_to_status(
            ailment, s[foe, st.TYPE_1], s[foe, st.TYPE_2]
        ):
            ev.emit(log, ev.IMMUNE, foe, 0, 0)
        else:
            ev.emit(log, ev.FAIL, me, 0, 0)


@kernel
def end_lock(s, rng, log, me):
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
        if not _can_act(s, rng, log, rules.moves, me, max(move, 0)):
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
    use_move(s, rng, log, rules, me, move, bound)
    if s[me, st.LOCKED] and s[me, st.LOCK_TURNS] == 1 and s[me, st.HP] > 0:
        end_lock(s, rng, log, me)
