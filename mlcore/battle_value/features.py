"""A battle state as numbers: one row a side, each from the point of view of its own fighter.

Nothing depends on the order of move slots: the three strongest attacks come sorted, everything
that other moves can do is the best that any slot offers. All values lie near -1 to 1.
"""

import math
from typing import NamedTuple

import numpy as np

from mlcore.battle_value import attacks, race
from mlcore.battle_value import columns as col
from mlcore.battle_value.attacks import ACCURACY, KNOCK_OUT, MEAN, PER_TURN, SPREAD
from mlcore.battle_value.columns import WIDTH
from mlcore.engine import choosing
from mlcore.engine import damage as dm
from mlcore.engine import effects as fx
from mlcore.engine import state as st
from mlcore.engine.effectiveness import IMMUNE
from mlcore.engine.jit import kernel


class Scratch(NamedTuple):
    """What ``describe`` works on.

    hits  float64 (2, slots, 6): what each attack does, see attacks.py
    race  float64 race.SHAPE
    """

    hits: np.ndarray
    race: np.ndarray


def new_scratch() -> Scratch:
    """Workspace of one description."""
    return Scratch(np.zeros((2, st.MOVE_SLOTS, 6)), race.new_scratch())


@kernel
def _residual_loss(s, me):
    """HP that the fighter loses at the end of each turn."""
    max_hp = 1.0 * s[me, st.MAX_HP]
    status = s[me, st.STATUS]
    loss = 0.0
    if s[me, st.SEEDED]:
        loss += max_hp / 8.0
    if status == st.POISON:
        loss += max_hp / 8.0
    elif status == st.BAD_POISON:
        loss += max_hp / 16.0 * (s[me, st.STATUS_COUNTER] + 1)
    elif status == st.BURN:
        loss += max_hp / 16.0
    if s[me, st.TRAPPED] > 1:
        loss += max_hp / 8.0
    return loss


@kernel
def _seeded_gain(s, me):
    """HP that the fighter takes from a seeded foe at the end of each turn."""
    foe = 1 - me
    return min(s[foe, st.MAX_HP] / 8.0, 1.0 * s[foe, st.HP]) if s[foe, st.SEEDED] else 0.0


@kernel
def _acting_share(s, me):
    """Share of turns in which an awake fighter acts."""
    status = s[me, st.STATUS]
    acts = 0.2 if status == st.FREEZE else (0.75 if status == st.PARALYSIS else 1.0)
    return acts * 0.67 if s[me, st.CONFUSION] > 1 else acts


@kernel
def _conditions(s, rules, me, out):
    foe = 1 - me
    max_hp = 1.0 * s[me, st.MAX_HP]
    out[col.HP] = s[me, st.HP] / max_hp
    status = s[me, st.STATUS]
    for i in range(6):
        out[col.PARALYZED + i] = 1.0 if status == st.PARALYSIS + i else 0.0
    out[col.POISON_STAGE] = s[me, st.STATUS_COUNTER] / 8.0 if status == st.BAD_POISON else 0.0
    out[col.SLEEP_TURNS] = s[me, st.STATUS_COUNTER] / 4.0 if status == st.SLEEP else 0.0
    out[col.CONFUSION_TURNS] = s[me, st.CONFUSION] / 5.0
    out[col.SEEDED] = 1.0 if s[me, st.SEEDED] else 0.0
    out[col.TRAPPED_TURNS] = s[me, st.TRAPPED] / 6.0
    out[col.PROTECT_IN_A_ROW] = (
        math.log(max(1.0, s[me, st.STALL_COUNTER])) / 3.0 if s[me, st.STALL_TURNS] else 0.0
    )
    out[col.REFLECT_TURNS] = s[me, st.REFLECT] / 5.0
    out[col.LIGHT_SCREEN_TURNS] = s[me, st.LIGHT_SCREEN] / 5.0
    out[col.MIST_TURNS] = s[me, st.MIST] / 5.0
    out[col.DISABLE_TURNS] = s[me, st.DISABLE_TURNS] / 5.0
    out[col.ENCORE_TURNS] = s[me, st.ENCORE_TURNS] / 4.0
    out[col.TAUNT_TURNS] = s[me, st.TAUNT_TURNS] / 4.0
    out[col.YAWN_TURNS] = s[me, st.YAWN_TURNS] / 2.0
    out[col.RAGING] = 1.0 if s[me, st.RAGING] else 0.0
    out[col.CHARGING] = 1.0 if s[me, st.CHARGING] else 0.0
    out[col.HIDDEN] = 1.0 if s[me, st.HIDDEN] else 0.0
    out[col.RECHARGING] = 1.0 if s[me, st.RECHARGING] else 0.0
    out[col.LOCKED] = 1.0 if s[me, st.LOCKED] else 0.0
    out[col.LOCK_TURNS] = s[me, st.LOCK_LEFT] / 3.0 if s[me, st.LOCKED] else 0.0
    out[col.BIDE_TURNS] = s[me, st.BIDE_TURNS] / 3.0
    out[col.BIDE_DAMAGE] = (
        min(2.0, s[me, st.BIDE_DAMAGE] * 2.0 / s[foe, st.MAX_HP]) if s[me, st.BIDE_TURNS] else 0.0
    )
    out[col.SUBSTITUTE_HP] = s[me, st.SUBSTITUTE] / max_hp * 4.0
    out[col.FOCUSED] = 1.0 if s[me, st.FOCUSED] else 0.0
    out[col.MINIMIZED] = 1.0 if s[me, st.MINIMIZED] else 0.0
    out[col.FRESH] = 1.0 if s[me, st.ACTIONS] == 0 else 0.0
    out[col.TRANSFORMED] = 1.0 if s[me, st.TRANSFORMED] else 0.0
    for i in range(7):
        out[col.ATTACK_STAGE + i] = s[me, st.ATTACK_STAGE + i] / 3.0
    loss, gain = _residual_loss(s, me), _seeded_gain(s, me)
    hp = max(1.0, 1.0 * s[me, st.HP])
    out[col.RESIDUAL_LOSS] = min(1.0, loss / hp)
    out[col.RESIDUAL_GAIN] = min(1.0, gain / max_hp * 4.0)
    mine, theirs = st.effective_speed(s, me), st.effective_speed(s, foe)
    out[col.FASTER] = 1.0 if mine > theirs else 0.0
    out[col.SPEED_TIE] = 1.0 if mine == theirs else 0.0
    out[col.SPEED_RATIO] = max(-2.0, min(2.0, math.log((mine + 1.0) / (theirs + 1.0))))
    out[col.BULK_RATIO] = max(-2.0, min(2.0, math.log(max_hp / s[foe, st.MAX_HP])))
    out[col.LATE] = max(0.0, s[st.FIELD, st.TURN] - 50.0) / 50.0
    out[col.BOUND] = 0.0 if choosing.forced_move(s, me) == st.FREE_CHOICE else 1.0
    bound = s[me, st.RECHARGING] or (status == st.SLEEP and s[me, st.STATUS_COUNTER] > 1)
    out[col.ACTS_NEXT] = 0.0 if bound else _acting_share(s, me)


@kernel
def _attack(s, rules, me, slot, hits, out, at):
    """The features of one attack."""
    foe = 1 - me
    moves = rules.moves
    move = s[me, st.MOVE_1 + slot]
    effect = moves[move, st.M_EFFECT]
    hp, full = 1.0 * s[foe, st.HP], 1.0 * s[foe, st.MAX_HP]
    mean = hits[slot, MEAN]
    accuracy = hits[slot, ACCURACY]
    substitute = s[foe, st.SUBSTITUTE] and not moves[move, st.M_BYPASSES_SUBSTITUTE]
    out[at + col.A_DAMAGE] = min(2.0, hits[slot, PER_TURN] / hp)
    out[at + col.A_DAMAGE_OF_FULL_HP] = min(2.0, mean * accuracy / full)
    if not substitute:
        twice = race.below((2 * mean - hp + 0.5) / (math.sqrt(2.0) * hits[slot, SPREAD] + 0.5))
        out[at + col.A_KNOCK_OUT] = accuracy * hits[slot, KNOCK_OUT]
        out[at + col.A_TWO_HIT_KNOCK_OUT] = accuracy * accuracy * twice
    out[at + col.A_HITS_NEEDED] = 1.0 / max(1.0, math.ceil(hp / max(mean, 0.5)))
    out[at + col.A_ACCURACY] = accuracy
    out[at + col.A_PRIORITY] = moves[move, st.M_PRIORITY] / 2.0
    out[at + col.A_PP] = min(8.0, s[me, st.PP_1 + slot]) / 8.0
    dealt = min(mean, hp) * accuracy
    out[at + col.A_DRAIN] = min(
        1.0, dealt * moves[move, st.M_DRAIN] / 100.0 / s[me, st.MAX_HP] * 4.0
    )
    out[at + col.A_RECOIL] = min(
        1.0, dealt * moves[move, st.M_RECOIL] / 100.0 / max(1, s[me, st.HP])
    )
    charge = st.charges(effect)
    out[at + col.A_TWO_TURNS] = (1.0 if effect == st.E_CHARGE else 1.5) if charge else 0.0
    out[at + col.A_RECHARGE] = 1.0 if effect == st.E_RECHARGE else 0.0
    out[at + col.A_LOCKS] = 1.0 if effect == st.E_LOCK_IN else 0.0
    out[at + col.A_CRASH] = 1.0 - accuracy if effect == st.E_CRASH else 0.0
    out[at + col.A_USABLE] = 1.0 if choosing.usable(s, rules.moves, me, slot) else 0.0
    chance = moves[move, st.M_AILMENT_CHANCE] / 100.0 * accuracy
    healthy = s[foe, st.STATUS] == st.NO_AILMENT
    ailment = moves[move, st.M_AILMENT]
    if healthy and chance > 0.0:
        if effect == st.E_TRI_STATUS:
            for i, each in ((0, st.PARALYSIS), (1, st.BURN), (2, st.FREEZE)):
                if not fx.immune_to_status(each, s[foe, st.TYPE_1], s[foe, st.TYPE_2]):
                    out[at + col.A_PARALYSIS + i] = chance / 3.0
        elif not fx.immune_to_status(ailment, s[foe, st.TYPE_1], s[foe, st.TYPE_2]):
            if ailment == st.PARALYSIS:
                out[at + col.A_PARALYSIS] = chance
            elif ailment == st.BURN:
                out[at + col.A_BURN] = chance
            elif ailment == st.FREEZE:
                out[at + col.A_FREEZE] = chance
            elif ailment == st.POISON or ailment == st.BAD_POISON:
                out[at + col.A_POISON] = chance
    if ailment == st.CONFUSION_AILMENT and s[foe, st.CONFUSION] == 0:
        out[at + col.A_CONFUSION] = chance
    out[at + col.A_FLINCH] = moves[move, st.M_FLINCH_CHANCE] / 100.0 * accuracy
    change = 0
    for i in range(7):
        change += moves[move, st.M_ATTACK_CHANGE + i]
    if moves[move, st.M_STAT_TARGET] == st.ON_USER:
        out[at + col.A_OWN_STAT_CHANGE] = change * moves[move, st.M_STAT_CHANCE] / 200.0
    else:
        out[at + col.A_FOE_STAT_DROP] = -change * moves[move, st.M_STAT_CHANCE] / 100.0 * accuracy
    out[at + col.A_TRAPS] = 1.0 if effect == st.E_PARTIAL_TRAP else 0.0
    out[at + col.A_PHYSICAL] = 1.0 if moves[move, st.M_CLASS] == st.PHYSICAL else 0.0


@kernel
def _more(out, at, value):
    """Keep the larger."""
    if value > out[at]:
        out[at] = value


@kernel
def _able(out, at, value, now):
    """Keep the larger of what can be done at all, and of what can be done now (the next entry)."""
    if value > out[at]:
        out[at] = value
    if now and value > out[at + 1]:
        out[at + 1] = value


@kernel
def _abilities(s, rules, me, slot, out):
    """What the move in a slot offers besides damage."""
    foe = 1 - me
    moves = rules.moves
    move = s[me, st.MOVE_1 + slot]
    if move < 0 or s[me, st.PP_1 + slot] <= 0:
        return
    effect = moves[move, st.M_EFFECT]
    ready = 1.0 if choosing.usable(s, rules.moves, me, slot) else 0.4
    # What attacks and status moves can do alike.
    if effect == st.E_REFLECT:
        _more(out, col.REFLECT, ready)
    elif effect == st.E_LIGHT_SCREEN:
        _more(out, col.LIGHT_SCREEN, ready)
    elif effect == st.E_LEECH_SEED:
        if not st.has_type(s, foe, st.GRASS):
            is_free = not s[foe, st.SEEDED] and not s[foe, st.SUBSTITUTE]
            _able(out, col.SEED, ready * attacks.accuracy_of(s, rules, me, move), is_free)
    elif effect == st.E_RESET_ALL_STAGES or effect == st.E_RESET_TARGET_STAGES:
        _more(out, col.HAZE, ready)
    elif effect == st.E_CURE_USER:
        _more(out, col.REFRESH, ready)
    if moves[move, st.M_CLASS] != st.STATUS_CLASS:
        if effect == st.E_COUNTER:
            _more(out, col.COUNTER, ready)
        elif effect == st.E_MIRROR_COAT:
            _more(out, col.MIRROR_COAT, ready)
        elif effect == st.E_BIDE:
            _more(out, col.BIDE, ready)
        elif effect == st.E_SELF_DESTRUCT:
            _more(out, col.EXPLODE, 1.0)
        elif effect == st.E_ONE_HIT_KO and s[me, st.LEVEL] >= s[foe, st.LEVEL]:
            _more(out, col.OHKO, ready * attacks.accuracy_of(s, rules, me, move))
        elif effect == st.E_TARGET_ASLEEP_ONLY:
            _more(out, col.DREAM_EATER, ready)
        elif effect == st.E_BREAK_SCREENS:
            _more(out, col.BREAKS_SCREENS, ready)
        return
    out[col.STATUS_MOVES] += 0.25
    if effect == st.E_DOES_NOTHING or effect == st.E_FAILS_ALONE:
        return
    if moves[move, st.M_TARGET] == st.ON_OPPONENT:
        if moves[move, st.M_IS_POWDER] and st.has_type(s, foe, st.GRASS):
            return
        immune = dm.type_effect(s, rules.chart, foe, moves[move, st.M_TYPE]) == IMMUNE
        if immune and moves[move, st.M_RESPECTS_IMMUNITY]:
            return
        lands = ready * attacks.accuracy_of(s, rules, me, move)
        blocked = s[foe, st.SUBSTITUTE] != 0 and not moves[move, st.M_BYPASSES_SUBSTITUTE]
        ailment = moves[move, st.M_AILMENT]
        if ailment == st.CONFUSION_AILMENT:
            _able(out, col.CONFUSE, lands, s[foe, st.CONFUSION] == 0 and not blocked)
        elif ailment != st.NO_AILMENT and not fx.immune_to_status(
            ailment, s[foe, st.TYPE_1], s[foe, st.TYPE_2]
        ):
            now = s[foe, st.STATUS] == st.NO_AILMENT and not blocked
            if ailment == st.SLEEP:
                _able(out, col.SLEEP, lands, now)
            elif ailment == st.PARALYSIS:
                _able(out, col.PARALYZE, lands, now)
            elif ailment == st.BURN:
                _able(out, col.BURN, lands, now)
            elif ailment == st.POISON:
                _able(out, col.POISON, lands, now)
            elif ailment == st.BAD_POISON:
                _able(out, col.TOXIC, lands, now)
        if effect == st.E_YAWN:
            now = s[foe, st.STATUS] == st.NO_AILMENT and s[foe, st.YAWN_TURNS] == 0
            _able(out, col.YAWN, lands, now and not blocked)
        elif effect == st.E_TAUNT:
            _more(out, col.TAUNT, lands)
        elif effect == st.E_DISABLE:
            _more(out, col.DISABLE, lands)
        elif effect == st.E_ENCORE:
            _more(out, col.ENCORE, lands)
        elif effect == st.E_TRANSFORM:
            if not s[me, st.TRANSFORMED]:
                _more(out, col.TRANSFORM, ready)
        elif effect == st.E_MIMIC:
            _more(out, col.MIMIC, ready)
        elif effect == st.E_MIRROR_MOVE:
            _more(out, col.MIRROR_MOVE, ready)
        for i in range(7):
            change = -moves[move, st.M_ATTACK_CHANGE + i]
            if change > 0 and not s[foe, st.MIST] and not blocked:
                room = s[foe, st.ATTACK_STAGE + i] + 6
                _more(out, col.LOWER + i, lands * min(change, room) / 2.0)
        return
    percent = moves[move, st.M_HEAL]
    if percent > 0:
        _more(out, col.HEAL, ready * percent / 100.0)
        _more(out, col.HEAL_PP, min(8.0, s[me, st.PP_1 + slot]) / 8.0)
    if effect == st.E_REST:
        _more(out, col.REST, ready)
    elif effect == st.E_SUBSTITUTE:
        can = not s[me, st.SUBSTITUTE] and 4 * s[me, st.HP] > s[me, st.MAX_HP]
        _more(out, col.SUBSTITUTE, ready if can else 0.4)
    elif effect == st.E_PROTECT:
        _more(out, col.PROTECT, ready)
    elif effect == st.E_MIST:
        _more(out, col.MIST, ready)
    elif effect == st.E_FOCUS_ENERGY:
        if not s[me, st.FOCUSED]:
            _more(out, col.FOCUS, ready)
    elif effect == st.E_METRONOME:
        _more(out, col.METRONOME, ready)
    elif effect == st.E_MIRROR_MOVE:
        _more(out, col.MIRROR_MOVE, ready)
    for i in range(7):
        change = moves[move, st.M_ATTACK_CHANGE + i]
        if change > 0:
            room = 6 - s[me, st.ATTACK_STAGE + i]
            _more(out, col.RAISE + i, ready * min(change, room) / 2.0)


@kernel
def _enter_race(s, rules, me, hits, best, out):
    """What is assumed of a fighter in a race, see race.py: out float64 (race.COLUMNS,).

    best: the slot of the attack that it uses, -1 for none.
    """
    for column in range(race.COLUMNS):
        out[column] = 0.0
    out[race.HP] = 1.0 * s[me, st.HP] + s[me, st.SUBSTITUTE]
    out[race.PERIOD] = 1.0
    out[race.SPREAD] = 1.0
    out[race.LOSS] = _residual_loss(s, me) - _seeded_gain(s, me)
    if s[me, st.STATUS] == st.BAD_POISON:
        out[race.GROWTH] = s[me, st.MAX_HP] / 16.0
    out[race.SPEED] = st.effective_speed(s, me)
    if s[me, st.STATUS] == st.SLEEP:
        out[race.DELAY] = max(0, s[me, st.STATUS_COUNTER] - 1)
    if s[me, st.RECHARGING]:
        out[race.DELAY] += 1
    if best < 0:
        return
    moves = rules.moves
    move = s[me, st.MOVE_1 + best]
    effect = moves[move, st.M_EFFECT]
    out[race.MEAN] = hits[best, MEAN]
    out[race.SPREAD] = hits[best, SPREAD]
    out[race.SHARE] = hits[best, ACCURACY] * _acting_share(s, me)
    out[race.PRIORITY] = moves[move, st.M_PRIORITY]
    if dm.move_power(s, moves, me, move) <= 0:
        out[race.KIND] = race.FIXED
    elif moves[move, st.M_CLASS] == st.PHYSICAL:
        out[race.KIND] = race.PHYSICAL
    else:
        out[race.KIND] = race.SPECIAL
    if st.charges(effect):
        out[race.PERIOD] = 2.0
        out[race.DELAY] += 0 if s[me, st.CHARGING] == move + 1 else 1
    elif effect == st.E_RECHARGE:
        out[race.PERIOD] = 2.0
    dealt = hits[best, MEAN] * out[race.SHARE] / out[race.PERIOD]
    out[race.LOSS] += dealt * (moves[move, st.M_RECOIL] - moves[move, st.M_DRAIN]) / 100.0


@kernel
def _log_odds(p):
    p = max(0.002, min(0.998, p))
    return math.log(p / (1.0 - p)) / 3.0


@kernel
def _escapes(s, rules, me, slot, hits, theirs):
    """Whether an attack hides its user from the foe's attack in the slot ``theirs`` (-1: none)."""
    moves = rules.moves
    effect = moves[s[me, st.MOVE_1 + slot], st.M_EFFECT]
    if hits[me, slot, PER_TURN] <= 0.0:
        return False
    if effect == st.E_CHARGE_AIRBORNE:
        return theirs < 0 or not moves[s[1 - me, st.MOVE_1 + theirs], st.M_HITS_AIRBORNE]
    if effect == st.E_CHARGE_UNDERGROUND:
        return theirs < 0 or not moves[s[1 - me, st.MOVE_1 + theirs], st.M_HITS_UNDERGROUND]
    return False


@kernel
def _rivals(s, rules, me, slot, best, hits):
    """Whether an attack may be the better plan than the strongest: about as strong, or quicker."""
    if hits[slot, PER_TURN] <= 0.0:
        return False
    if hits[slot, PER_TURN] >= 0.5 * hits[best, PER_TURN]:
        return True
    own, other = s[me, st.MOVE_1 + slot], s[me, st.MOVE_1 + best]
    return rules.moves[own, st.M_PRIORITY] > rules.moves[other, st.M_PRIORITY]


@kernel
def _races(s, rules, hits, out, work):
    """Who wins by the strongest attacks alone, and how much more often by another plan.

    A plan is a status move first, or an attack that does more than damage, or one that hides its
    user every second turn, or, counted by itself, another attack than the strongest.
    """
    for me in range(2):
        foe = 1 - me
        mine = attacks.strongest(s, me, hits[me], 0)
        theirs = attacks.strongest(s, foe, hits[foe], 0)
        _enter_race(s, rules, me, hits[me], mine, work.race[0])
        _enter_race(s, rules, foe, hits[foe], theirs, work.race[1])
        for column in range(race.COLUMNS):
            work.race[race.KEPT, column] = work.race[1, column]
        plain = race.chance(work.race)
        out[me, col.RACE] = 2.0 * plain - 1.0
        out[me, col.RACE_LOG_ODDS] = _log_odds(plain)
        loss = work.race[0, race.LOSS]
        for slot in range(st.MOVE_SLOTS):
            if slot == mine or not _rivals(s, rules, me, slot, mine, hits[me]):
                continue
            if choosing.usable(s, rules.moves, me, slot):
                _enter_race(s, rules, me, hits[me], slot, work.race[0])
                race.write_chances(work.race, 0)
                # The foe's chances change with what the attack costs or gives.
                if work.race[0, race.LOSS] != loss:
                    loss = work.race[0, race.LOSS]
                    race.write_chances(work.race, 1)
                _more(out[me], col.OTHER_ATTACK, 2.0 * (race.outcome(work.race) - plain))
        best = second = 0.0
        for slot in range(st.MOVE_SLOTS):
            move = s[me, st.MOVE_1 + slot]
            if move < 0 or not choosing.usable(s, rules.moves, me, slot):
                continue
            is_attack = rules.moves[move, st.M_CLASS] != st.STATUS_CLASS
            escapes = is_attack and _escapes(s, rules, me, slot, hits, theirs)
            if is_attack and not escapes and not race.is_surely_more(rules.moves, move):
                continue
            _enter_race(s, rules, me, hits[me], slot if escapes else mine, work.race[0])
            for column in range(race.COLUMNS):
                work.race[1, column] = work.race[race.KEPT, column]
            lands = 1.0
            if escapes:
                race.hide(work.race, s[me, st.HIDDEN] != 0)
            elif race.plan(s, rules, me, move, work.race):
                lands = attacks.accuracy_of(s, rules, me, move)
                # What a status move does not have.
                work.race[1, race.HP] -= hits[me, slot, MEAN]
            else:
                continue
            gain = lands * (race.chance(work.race) - plain)
            if gain > best:
                best, second = gain, best
            elif gain > second:
                second = gain
        out[me, col.BEST_PLAN] = 2.0 * best
        out[me, col.SECOND_PLAN] = 2.0 * second


@kernel
def _answers(s, rules, me, hits, out):
    """What Counter and Mirror Coat would bring: the foe chooses without knowing of them."""
    foe = 1 - me
    moves = rules.moves
    hp, foe_hp = 1.0 * s[me, st.HP], 1.0 * s[foe, st.HP]
    for slot in range(st.MOVE_SLOTS):
        if not choosing.usable(s, moves, me, slot):
            continue
        move = s[me, st.MOVE_1 + slot]
        effect = moves[move, st.M_EFFECT]
        if effect == st.E_COUNTER:
            at, answered = col.COUNTER_ANSWER, st.PHYSICAL
        elif effect == st.E_MIRROR_COAT:
            at, answered = col.MIRROR_COAT_ANSWER, st.SPECIAL
        else:
            continue
        immune = dm.type_effect(s, rules.chart, foe, moves[move, st.M_TYPE]) == IMMUNE
        for theirs in range(st.MOVE_SLOTS):
            mean, accuracy = hits[foe, theirs, MEAN], hits[foe, theirs, ACCURACY]
            if hits[foe, theirs, PER_TURN] <= 0.0:
                continue
            if moves[s[foe, st.MOVE_1 + theirs], st.M_CLASS] != answered:
                _more(out, at + 2, min(2.0, mean * accuracy / hp))
            elif not immune:
                lands = accuracy * (1.0 - hits[foe, theirs, KNOCK_OUT])
                back = 2.0 * min(mean, hp)
                ends = race.below((back - foe_hp + 0.5) / (2.0 * hits[foe, theirs, SPREAD] + 0.5))
                _more(out, at, min(2.0, lands * back / foe_hp))
                _more(out, at + 1, lands * ends)


@kernel
def describe(s, rules, out, work):
    """Write the features of both sides of an undecided state: out float32 (2, WIDTH)."""
    hits = work.hits
    for me in range(2):
        for i in range(WIDTH):
            out[me, i] = 0.0
        _conditions(s, rules, me, out[me])
        free = 0
        for slot in range(st.MOVE_SLOTS):
            attacks.write_hit(s, rules, me, slot, hits[me])
            _abilities(s, rules, me, slot, out[me])
            if choosing.usable(s, rules.moves, me, slot):
                free += 1
        if free == 0:
            out[me, col.NO_CHOICE] = 1.0
        full = 1.0 * s[1 - me, st.MAX_HP]
        taken = 0
        for rank in range(col.ATTACKS):
            best = attacks.strongest(s, me, hits[me], taken)
            if best < 0:
                break
            taken |= 1 << best
            _attack(
                s, rules, me, best, hits[me], out[me], col.ATTACK_START + rank * col.ATTACK_WIDTH
            )
        for slot in range(st.MOVE_SLOTS):
            if hits[me, slot, PER_TURN] <= 0.0:
                continue
            move = s[me, st.MOVE_1 + slot]
            if rules.moves[move, st.M_PRIORITY] > 0 and choosing.usable(s, rules.moves, me, slot):
                hp, lands = 1.0 * s[1 - me, st.HP], hits[me, slot, ACCURACY]
                _more(out[me], col.QUICK_DAMAGE, min(2.0, hits[me, slot, PER_TURN] / hp))
                _more(out[me], col.QUICK_KNOCK_OUT, lands * hits[me, slot, KNOCK_OUT])
            share = min(2.0, hits[me, slot, MEAN] * hits[me, slot, ACCURACY] / full)
            if dm.move_power(s, rules.moves, me, move) <= 0:
                _more(out[me], col.BEST_FIXED, share)
            elif rules.moves[move, st.M_CLASS] == st.PHYSICAL:
                _more(out[me], col.BEST_PHYSICAL, share)
            else:
                _more(out[me], col.BEST_SPECIAL, share)
    for me in range(2):
        _answers(s, rules, me, hits, out[me])
    _races(s, rules, hits, out, work)
