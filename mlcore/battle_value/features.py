"""A battle state as numbers: one row a side, each from the point of view of its own fighter.

Nothing depends on the order of move slots: the three strongest attacks come sorted, everything
that other moves can do is the best that any slot offers. All values lie near -1 to 1.
"""

import math
from typing import NamedTuple

import numpy as np

from mlcore.battle_value import race
from mlcore.engine import choosing
from mlcore.engine import damage as dm
from mlcore.engine import effects as fx
from mlcore.engine import state as st
from mlcore.engine.effectiveness import IMMUNE
from mlcore.engine.jit import kernel

#: Attacks that are described one by one.
ATTACKS = 3

_CONDITIONS = (
    "hp",
    "paralyzed",
    "burned",
    "poisoned",
    "badly_poisoned",
    "asleep",
    "frozen",
    "poison_stage",
    "sleep_turns",
    "confusion_turns",
    "seeded",
    "trapped_turns",
    "protect_in_a_row",
    "reflect_turns",
    "light_screen_turns",
    "mist_turns",
    "disable_turns",
    "encore_turns",
    "taunt_turns",
    "yawn_turns",
    "raging",
    "charging",
    "hidden",
    "recharging",
    "locked",
    "lock_turns",
    "bide_turns",
    "bide_damage",
    "substitute_hp",
    "focused",
    "minimized",
    "fresh",
    "transformed",
    "attack_stage",
    "defense_stage",
    "special_attack_stage",
    "special_defense_stage",
    "speed_stage",
    "accuracy_stage",
    "evasion_stage",
    "residual_loss",
    "residual_gain",
    "faster",
    "speed_tie",
    "speed_ratio",
    "bulk_ratio",
    "late",
    "bound",
    "no_choice",
    "acts_next",
)
# Where these are, in the same order.
(
    _HP,
    _PARALYZED,
    _BURNED,
    _POISONED,
    _BADLY_POISONED,
    _ASLEEP,
    _FROZEN,
    _POISON_STAGE,
    _SLEEP_TURNS,
    _CONFUSION_TURNS,
    _SEEDED,
    _TRAPPED_TURNS,
    _PROTECT_IN_A_ROW,
    _REFLECT_TURNS,
    _LIGHT_SCREEN_TURNS,
    _MIST_TURNS,
    _DISABLE_TURNS,
    _ENCORE_TURNS,
    _TAUNT_TURNS,
    _YAWN_TURNS,
    _RAGING,
    _CHARGING,
    _HIDDEN,
    _RECHARGING,
    _LOCKED,
    _LOCK_TURNS,
    _BIDE_TURNS,
    _BIDE_DAMAGE,
    _SUBSTITUTE_HP,
    _FOCUSED,
    _MINIMIZED,
    _FRESH,
    _TRANSFORMED,
    _ATTACK_STAGE,
    _DEFENSE_STAGE,
    _SPECIAL_ATTACK_STAGE,
    _SPECIAL_DEFENSE_STAGE,
    _SPEED_STAGE,
    _ACCURACY_STAGE,
    _EVASION_STAGE,
    _RESIDUAL_LOSS,
    _RESIDUAL_GAIN,
    _FASTER,
    _SPEED_TIE,
    _SPEED_RATIO,
    _BULK_RATIO,
    _LATE,
    _BOUND,
    _NO_CHOICE,
    _ACTS_NEXT,
) = range(len(_CONDITIONS))
_ATTACK = (
    "damage",
    "damage_of_full_hp",
    "knock_out",
    "hits_needed",
    "two_hit_knock_out",
    "accuracy",
    "priority",
    "pp",
    "drain",
    "recoil",
    "two_turns",
    "recharge",
    "locks",
    "crash",
    "usable",
    "paralysis",
    "burn",
    "freeze",
    "poison",
    "confusion",
    "flinch",
    "foe_stat_drop",
    "own_stat_change",
    "traps",
    "physical",
)
(
    _A_DAMAGE,
    _A_DAMAGE_OF_FULL_HP,
    _A_KNOCK_OUT,
    _A_HITS_NEEDED,
    _A_TWO_HIT_KNOCK_OUT,
    _A_ACCURACY,
    _A_PRIORITY,
    _A_PP,
    _A_DRAIN,
    _A_RECOIL,
    _A_TWO_TURNS,
    _A_RECHARGE,
    _A_LOCKS,
    _A_CRASH,
    _A_USABLE,
    _A_PARALYSIS,
    _A_BURN,
    _A_FREEZE,
    _A_POISON,
    _A_CONFUSION,
    _A_FLINCH,
    _A_FOE_STAT_DROP,
    _A_OWN_STAT_CHANGE,
    _A_TRAPS,
    _A_PHYSICAL,
) = range(len(_ATTACK))
_ABILITIES = (
    "sleep",
    "sleep_now",
    "paralyze",
    "paralyze_now",
    "burn",
    "burn_now",
    "poison",
    "poison_now",
    "toxic",
    "toxic_now",
    "confuse",
    "confuse_now",
    "seed",
    "seed_now",
    "yawn",
    "yawn_now",
    "heal",
    "heal_pp",
    "rest",
    "substitute",
    "protect",
    "reflect",
    "light_screen",
    "mist",
    "focus",
    "taunt",
    "disable",
    "encore",
    "haze",
    "transform",
    "mimic",
    "metronome",
    "mirror_move",
    "counter",
    "mirror_coat",
    "refresh",
    "bide",
    "explode",
    "one_hit_knock_out",
    "raise_attack",
    "raise_defense",
    "raise_special_attack",
    "raise_special_defense",
    "raise_speed",
    "raise_accuracy",
    "raise_evasion",
    "lower_attack",
    "lower_defense",
    "lower_special_attack",
    "lower_special_defense",
    "lower_speed",
    "lower_accuracy",
    "lower_evasion",
    "best_physical",
    "best_special",
    "best_fixed",
    "dream_eater",
    "breaks_screens",
    "status_moves",
    "race",
    "race_log_odds",
    "best_plan",
    "second_plan",
)
#: Names of a side's features, in their order.
SIDE_FEATURES = (
    *_CONDITIONS,
    *(f"attack_{rank + 1}_{name}" for rank in range(ATTACKS) for name in _ATTACK),
    *_ABILITIES,
)
WIDTH = len(SIDE_FEATURES)
_ATTACK_START = len(_CONDITIONS)
_ATTACK_WIDTH = len(_ATTACK)
_ABILITY_START = _ATTACK_START + ATTACKS * _ATTACK_WIDTH
(
    _SLEEP,
    _PARALYZE,
    _BURN,
    _POISON,
    _TOXIC,
    _CONFUSE,
    _SEED,
    _YAWN,
) = range(_ABILITY_START, _ABILITY_START + 16, 2)
(
    _HEAL,
    _HEAL_PP,
    _REST,
    _SUBSTITUTE,
    _PROTECT,
    _REFLECT,
    _LIGHT_SCREEN,
    _MIST,
    _FOCUS,
    _TAUNT,
    _DISABLE,
    _ENCORE,
    _HAZE,
    _TRANSFORM,
    _MIMIC,
    _METRONOME,
    _MIRROR_MOVE,
    _COUNTER,
    _MIRROR_COAT,
    _REFRESH,
    _BIDE,
    _EXPLODE,
    _OHKO,
) = range(_ABILITY_START + 16, _ABILITY_START + 39)
_RAISE = _ABILITY_START + 39
_LOWER = _ABILITY_START + 46
(
    _BEST_PHYSICAL,
    _BEST_SPECIAL,
    _BEST_FIXED,
    _DREAM_EATER,
    _BREAKS_SCREENS,
    _STATUS_MOVES,
    _RACE,
    _RACE_LOG_ODDS,
    _BEST_PLAN,
    _SECOND_PLAN,
) = range(_ABILITY_START + 53, _ABILITY_START + 63)

# What _hits writes of a move: columns of a row of the workspace.
MEAN, LOW, HIGH, ACCURACY, PER_TURN, SLOT = range(6)


class Scratch(NamedTuple):
    """What ``describe`` works on.

    hits  float64 (2, slots, 6): what each attack does, see above
    race  float64 race.SHAPE
    """

    hits: np.ndarray
    race: np.ndarray


def new_scratch() -> Scratch:
    """Workspace of one description."""
    return Scratch(np.zeros((2, st.MOVE_SLOTS, 6)), race.new_scratch())


@kernel
def _accuracy(s, rules, me, move):
    """Share of uses that connect, as things stand."""
    return min(100, max(0, dm.accuracy_percent(s, rules.moves, me, move))) / 100.0


@kernel
def _hits(s, rules, me, slot, out):
    """Damage of the attack in a slot, before accuracy, in HP; PER_TURN is 0 when it does none."""
    foe = 1 - me
    for column in range(6):
        out[slot, column] = 0.0
    out[slot, SLOT] = slot
    move = s[me, st.MOVE_1 + slot]
    if move < 0 or s[me, st.PP_1 + slot] <= 0:
        return
    moves = rules.moves
    if moves[move, st.M_CLASS] == st.STATUS_CLASS:
        return
    effect = moves[move, st.M_EFFECT]
    immune = dm.type_effect(s, rules.chart, foe, moves[move, st.M_TYPE]) == IMMUNE
    if immune and moves[move, st.M_RESPECTS_IMMUNITY]:
        return
    if effect == st.E_FAILS_ALONE or effect == st.E_SELF_DESTRUCT:
        return
    if effect == st.E_COUNTER or effect == st.E_MIRROR_COAT or effect == st.E_BIDE:
        return
    if effect == st.E_FIRST_TURN_ONLY and s[me, st.ACTIONS] > 0:
        return
    accuracy = _accuracy(s, rules, me, move)
    low = mean = high = 0.0
    if effect == st.E_ONE_HIT_KO:
        if s[me, st.LEVEL] < s[foe, st.LEVEL]:
            return
        low = mean = high = 1.0 * s[foe, st.HP]
    elif effect == st.E_LEVEL_DAMAGE:
        low = mean = high = 1.0 * s[me, st.LEVEL]
    elif effect == st.E_RANDOM_LEVEL_DAMAGE:
        mean = 1.0 * s[me, st.LEVEL]
        low, high = 0.5 * mean, 1.5 * mean
    elif effect == st.E_HALF_HP_DAMAGE:
        low = mean = high = 0.5 * s[foe, st.HP]
    elif moves[move, st.M_FIXED_DAMAGE] > 0:
        low = mean = high = 1.0 * moves[move, st.M_FIXED_DAMAGE]
    else:
        power = dm.move_power(s, rules.moves, me, move)
        if power <= 0:
            return
        odds = dm.critical_odds(rules.moves, move, s[me, st.FOCUSED] != 0)
        top = 1.0 * dm.formula_damage(s, moves, rules.chart, me, move, power, odds == 1, 100)
        mean = 0.925 * top
        if odds > 1:
            critical = 0.925 * dm.formula_damage(
                s, rules.moves, rules.chart, me, move, power, True, 100
            )
            mean += (critical - mean) / odds
        least, most = moves[move, st.M_MIN_HITS], moves[move, st.M_MAX_HITS]
        mean *= dm.mean_hits(least, most)
        low, high = 0.85 * top * least, top * most
    out[slot, MEAN] = mean
    out[slot, LOW] = low
    out[slot, HIGH] = high
    out[slot, ACCURACY] = accuracy
    share = accuracy
    if effect == st.E_TARGET_ASLEEP_ONLY and s[foe, st.STATUS] != st.SLEEP:
        share *= 0.1
    if effect == st.E_TARGET_ATTACKING_ONLY:
        share *= 0.5
    if st.charges(effect) and s[me, st.CHARGING] != move + 1:
        share *= 0.5
    if effect == st.E_RECHARGE and mean < s[foe, st.HP]:
        share *= 0.5
    out[slot, PER_TURN] = min(mean, 1.0 * s[foe, st.HP]) * share + 1e-3 * mean * share


@kernel
def _knock_out(hp, low, high):
    """Chance that one draw between low and high, all as likely, reaches hp."""
    if low >= hp:
        return 1.0
    if high < hp:
        return 0.0
    return (high - hp + 1.0) / (high - low + 1.0)


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
    out[_HP] = s[me, st.HP] / max_hp
    status = s[me, st.STATUS]
    for i in range(6):
        out[_PARALYZED + i] = 1.0 if status == st.PARALYSIS + i else 0.0
    out[_POISON_STAGE] = s[me, st.STATUS_COUNTER] / 8.0 if status == st.BAD_POISON else 0.0
    out[_SLEEP_TURNS] = s[me, st.STATUS_COUNTER] / 4.0 if status == st.SLEEP else 0.0
    out[_CONFUSION_TURNS] = s[me, st.CONFUSION] / 5.0
    out[_SEEDED] = 1.0 if s[me, st.SEEDED] else 0.0
    out[_TRAPPED_TURNS] = s[me, st.TRAPPED] / 6.0
    out[_PROTECT_IN_A_ROW] = (
        math.log(max(1.0, s[me, st.STALL_COUNTER])) / 3.0 if s[me, st.STALL_TURNS] else 0.0
    )
    out[_REFLECT_TURNS] = s[me, st.REFLECT] / 5.0
    out[_LIGHT_SCREEN_TURNS] = s[me, st.LIGHT_SCREEN] / 5.0
    out[_MIST_TURNS] = s[me, st.MIST] / 5.0
    out[_DISABLE_TURNS] = s[me, st.DISABLE_TURNS] / 5.0
    out[_ENCORE_TURNS] = s[me, st.ENCORE_TURNS] / 4.0
    out[_TAUNT_TURNS] = s[me, st.TAUNT_TURNS] / 4.0
    out[_YAWN_TURNS] = s[me, st.YAWN_TURNS] / 2.0
    out[_RAGING] = 1.0 if s[me, st.RAGING] else 0.0
    out[_CHARGING] = 1.0 if s[me, st.CHARGING] else 0.0
    out[_HIDDEN] = 1.0 if s[me, st.HIDDEN] else 0.0
    out[_RECHARGING] = 1.0 if s[me, st.RECHARGING] else 0.0
    out[_LOCKED] = 1.0 if s[me, st.LOCKED] else 0.0
    out[_LOCK_TURNS] = s[me, st.LOCK_LEFT] / 3.0 if s[me, st.LOCKED] else 0.0
    out[_BIDE_TURNS] = s[me, st.BIDE_TURNS] / 3.0
    out[_BIDE_DAMAGE] = (
        min(2.0, s[me, st.BIDE_DAMAGE] * 2.0 / s[foe, st.MAX_HP]) if s[me, st.BIDE_TURNS] else 0.0
    )
    out[_SUBSTITUTE_HP] = s[me, st.SUBSTITUTE] / max_hp * 4.0
    out[_FOCUSED] = 1.0 if s[me, st.FOCUSED] else 0.0
    out[_MINIMIZED] = 1.0 if s[me, st.MINIMIZED] else 0.0
    out[_FRESH] = 1.0 if s[me, st.ACTIONS] == 0 else 0.0
    out[_TRANSFORMED] = 1.0 if s[me, st.TRANSFORMED] else 0.0
    for i in range(7):
        out[_ATTACK_STAGE + i] = s[me, st.ATTACK_STAGE + i] / 3.0
    loss, gain = _residual_loss(s, me), _seeded_gain(s, me)
    hp = max(1.0, 1.0 * s[me, st.HP])
    out[_RESIDUAL_LOSS] = min(1.0, loss / hp)
    out[_RESIDUAL_GAIN] = min(1.0, gain / max_hp * 4.0)
    mine, theirs = st.effective_speed(s, me), st.effective_speed(s, foe)
    out[_FASTER] = 1.0 if mine > theirs else 0.0
    out[_SPEED_TIE] = 1.0 if mine == theirs else 0.0
    out[_SPEED_RATIO] = max(-2.0, min(2.0, math.log((mine + 1.0) / (theirs + 1.0))))
    out[_BULK_RATIO] = max(-2.0, min(2.0, math.log(max_hp / s[foe, st.MAX_HP])))
    out[_LATE] = max(0.0, s[st.FIELD, st.TURN] - 50.0) / 50.0
    out[_BOUND] = 0.0 if choosing.forced_move(s, me) == st.FREE_CHOICE else 1.0
    bound = s[me, st.RECHARGING] or (status == st.SLEEP and s[me, st.STATUS_COUNTER] > 1)
    out[_ACTS_NEXT] = 0.0 if bound else _acting_share(s, me)


@kernel
def _attack(s, rules, me, slot, hits, out, at):
    """The features of one attack."""
    foe = 1 - me
    moves = rules.moves
    move = s[me, st.MOVE_1 + slot]
    effect = moves[move, st.M_EFFECT]
    hp, full = 1.0 * s[foe, st.HP], 1.0 * s[foe, st.MAX_HP]
    mean, low, high = hits[slot, MEAN], hits[slot, LOW], hits[slot, HIGH]
    accuracy = hits[slot, ACCURACY]
    substitute = s[foe, st.SUBSTITUTE] and not moves[move, st.M_BYPASSES_SUBSTITUTE]
    out[at + _A_DAMAGE] = min(2.0, hits[slot, PER_TURN] / hp)
    out[at + _A_DAMAGE_OF_FULL_HP] = min(2.0, mean * accuracy / full)
    if not substitute:
        out[at + _A_KNOCK_OUT] = accuracy * _knock_out(hp, low, high)
        out[at + _A_TWO_HIT_KNOCK_OUT] = accuracy * accuracy * _knock_out(hp, 2 * low, 2 * high)
    out[at + _A_HITS_NEEDED] = 1.0 / max(1.0, math.ceil(hp / max(mean, 0.5)))
    out[at + _A_TWO_HIT_KNOCK_OUT] = (
        0.0 if substitute else accuracy * accuracy * _knock_out(hp, 2 * low, 2 * high)
    )
    out[at + _A_ACCURACY] = accuracy
    out[at + _A_PRIORITY] = moves[move, st.M_PRIORITY] / 2.0
    out[at + _A_PP] = min(8.0, s[me, st.PP_1 + slot]) / 8.0
    dealt = min(mean, hp) * accuracy
    out[at + _A_DRAIN] = min(1.0, dealt * moves[move, st.M_DRAIN] / 100.0 / s[me, st.MAX_HP] * 4.0)
    out[at + _A_RECOIL] = min(1.0, dealt * moves[move, st.M_RECOIL] / 100.0 / max(1, s[me, st.HP]))
    charge = st.charges(effect)
    out[at + _A_TWO_TURNS] = (1.0 if effect == st.E_CHARGE else 1.5) if charge else 0.0
    out[at + _A_RECHARGE] = 1.0 if effect == st.E_RECHARGE else 0.0
    out[at + _A_LOCKS] = 1.0 if effect == st.E_LOCK_IN else 0.0
    out[at + _A_CRASH] = 1.0 - accuracy if effect == st.E_CRASH else 0.0
    out[at + _A_USABLE] = 1.0 if choosing.usable(s, rules.moves, me, slot) else 0.0
    chance = moves[move, st.M_AILMENT_CHANCE] / 100.0 * accuracy
    healthy = s[foe, st.STATUS] == st.NO_AILMENT
    ailment = moves[move, st.M_AILMENT]
    if healthy and chance > 0.0:
        if effect == st.E_TRI_STATUS:
            for i, each in ((0, st.PARALYSIS), (1, st.BURN), (2, st.FREEZE)):
                if not fx.immune_to_status(each, s[foe, st.TYPE_1], s[foe, st.TYPE_2]):
                    out[at + _A_PARALYSIS + i] = chance / 3.0
        elif not fx.immune_to_status(ailment, s[foe, st.TYPE_1], s[foe, st.TYPE_2]):
            if ailment == st.PARALYSIS:
                out[at + _A_PARALYSIS] = chance
            elif ailment == st.BURN:
                out[at + _A_BURN] = chance
            elif ailment == st.FREEZE:
                out[at + _A_FREEZE] = chance
            elif ailment == st.POISON or ailment == st.BAD_POISON:
                out[at + _A_POISON] = chance
    if ailment == st.CONFUSION_AILMENT and s[foe, st.CONFUSION] == 0:
        out[at + _A_CONFUSION] = chance
    out[at + _A_FLINCH] = moves[move, st.M_FLINCH_CHANCE] / 100.0 * accuracy
    change = 0
    for i in range(7):
        change += moves[move, st.M_ATTACK_CHANGE + i]
    if moves[move, st.M_STAT_TARGET] == st.ON_USER:
        out[at + _A_OWN_STAT_CHANGE] = change * moves[move, st.M_STAT_CHANCE] / 200.0
    else:
        out[at + _A_FOE_STAT_DROP] = -change * moves[move, st.M_STAT_CHANCE] / 100.0 * accuracy
    out[at + _A_TRAPS] = 1.0 if effect == st.E_PARTIAL_TRAP else 0.0
    out[at + _A_PHYSICAL] = 1.0 if moves[move, st.M_CLASS] == st.PHYSICAL else 0.0


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
        _more(out, _REFLECT, ready)
    elif effect == st.E_LIGHT_SCREEN:
        _more(out, _LIGHT_SCREEN, ready)
    elif effect == st.E_LEECH_SEED:
        if not st.has_type(s, foe, st.GRASS):
            is_free = not s[foe, st.SEEDED] and not s[foe, st.SUBSTITUTE]
            _able(out, _SEED, ready * _accuracy(s, rules, me, move), is_free)
    elif effect == st.E_RESET_ALL_STAGES or effect == st.E_RESET_TARGET_STAGES:
        _more(out, _HAZE, ready)
    elif effect == st.E_CURE_USER:
        _more(out, _REFRESH, ready)
    if moves[move, st.M_CLASS] != st.STATUS_CLASS:
        if effect == st.E_COUNTER:
            _more(out, _COUNTER, ready)
        elif effect == st.E_MIRROR_COAT:
            _more(out, _MIRROR_COAT, ready)
        elif effect == st.E_BIDE:
            _more(out, _BIDE, ready)
        elif effect == st.E_SELF_DESTRUCT:
            _more(out, _EXPLODE, 1.0)
        elif effect == st.E_ONE_HIT_KO and s[me, st.LEVEL] >= s[foe, st.LEVEL]:
            _more(out, _OHKO, ready * _accuracy(s, rules, me, move))
        elif effect == st.E_TARGET_ASLEEP_ONLY:
            _more(out, _DREAM_EATER, ready)
        elif effect == st.E_BREAK_SCREENS:
            _more(out, _BREAKS_SCREENS, ready)
        return
    out[_STATUS_MOVES] += 0.25
    if effect == st.E_DOES_NOTHING or effect == st.E_FAILS_ALONE:
        return
    if moves[move, st.M_TARGET] == st.ON_OPPONENT:
        if moves[move, st.M_IS_POWDER] and st.has_type(s, foe, st.GRASS):
            return
        immune = dm.type_effect(s, rules.chart, foe, moves[move, st.M_TYPE]) == IMMUNE
        if immune and moves[move, st.M_RESPECTS_IMMUNITY]:
            return
        lands = ready * _accuracy(s, rules, me, move)
        blocked = s[foe, st.SUBSTITUTE] != 0 and not moves[move, st.M_BYPASSES_SUBSTITUTE]
        ailment = moves[move, st.M_AILMENT]
        if ailment == st.CONFUSION_AILMENT:
            _able(out, _CONFUSE, lands, s[foe, st.CONFUSION] == 0 and not blocked)
        elif ailment != st.NO_AILMENT and not fx.immune_to_status(
            ailment, s[foe, st.TYPE_1], s[foe, st.TYPE_2]
        ):
            now = s[foe, st.STATUS] == st.NO_AILMENT and not blocked
            if ailment == st.SLEEP:
                _able(out, _SLEEP, lands, now)
            elif ailment == st.PARALYSIS:
                _able(out, _PARALYZE, lands, now)
            elif ailment == st.BURN:
                _able(out, _BURN, lands, now)
            elif ailment == st.POISON:
                _able(out, _POISON, lands, now)
            elif ailment == st.BAD_POISON:
                _able(out, _TOXIC, lands, now)
        if effect == st.E_YAWN:
            now = s[foe, st.STATUS] == st.NO_AILMENT and s[foe, st.YAWN_TURNS] == 0
            _able(out, _YAWN, lands, now and not blocked)
        elif effect == st.E_TAUNT:
            _more(out, _TAUNT, lands)
        elif effect == st.E_DISABLE:
            _more(out, _DISABLE, lands)
        elif effect == st.E_ENCORE:
            _more(out, _ENCORE, lands)
        elif effect == st.E_TRANSFORM:
            if not s[me, st.TRANSFORMED]:
                _more(out, _TRANSFORM, ready)
        elif effect == st.E_MIMIC:
            _more(out, _MIMIC, ready)
        elif effect == st.E_MIRROR_MOVE:
            _more(out, _MIRROR_MOVE, ready)
        for i in range(7):
            change = -moves[move, st.M_ATTACK_CHANGE + i]
            if change > 0 and not s[foe, st.MIST] and not blocked:
                room = s[foe, st.ATTACK_STAGE + i] + 6
                _more(out, _LOWER + i, lands * min(change, room) / 2.0)
        return
    percent = moves[move, st.M_HEAL]
    if percent > 0:
        _more(out, _HEAL, ready * percent / 100.0)
        _more(out, _HEAL_PP, min(8.0, s[me, st.PP_1 + slot]) / 8.0)
    if effect == st.E_REST:
        _more(out, _REST, ready)
    elif effect == st.E_SUBSTITUTE:
        can = not s[me, st.SUBSTITUTE] and 4 * s[me, st.HP] > s[me, st.MAX_HP]
        _more(out, _SUBSTITUTE, ready if can else 0.4)
    elif effect == st.E_PROTECT:
        _more(out, _PROTECT, ready)
    elif effect == st.E_MIST:
        _more(out, _MIST, ready)
    elif effect == st.E_FOCUS_ENERGY:
        if not s[me, st.FOCUSED]:
            _more(out, _FOCUS, ready)
    elif effect == st.E_METRONOME:
        _more(out, _METRONOME, ready)
    elif effect == st.E_MIRROR_MOVE:
        _more(out, _MIRROR_MOVE, ready)
    for i in range(7):
        change = moves[move, st.M_ATTACK_CHANGE + i]
        if change > 0:
            room = 6 - s[me, st.ATTACK_STAGE + i]
            _more(out, _RAISE + i, ready * min(change, room) / 2.0)


@kernel
def _strongest(s, me, hits, taken):
    """The slot of the strongest attack that is not among ``taken`` (bits), or -1.

    Equals go by their moves' indices, so that the order of slots means nothing.
    """
    best = -1
    for slot in range(st.MOVE_SLOTS):
        if taken & (1 << slot) or hits[slot, PER_TURN] <= 0.0:
            continue
        gain = 1.0
        if best >= 0:
            gain = hits[slot, PER_TURN] - hits[best, PER_TURN]
        if gain > 0.0 or (gain == 0.0 and s[me, st.MOVE_1 + slot] < s[me, st.MOVE_1 + best]):
            best = slot
    return best


@kernel
def _enter_race(s, rules, me, hits, out):
    """What is assumed of a fighter in a race, see race.py: out float64 (race.COLUMNS,)."""
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
    best = _strongest(s, me, hits, 0)
    if best < 0:
        return
    moves = rules.moves
    move = s[me, st.MOVE_1 + best]
    effect = moves[move, st.M_EFFECT]
    out[race.MEAN] = hits[best, MEAN]
    out[race.SPREAD] = (hits[best, HIGH] - hits[best, LOW]) / math.sqrt(12.0)
    out[race.SHARE] = hits[best, ACCURACY] * _acting_share(s, me)
    out[race.PRIORITY] = moves[move, st.M_PRIORITY]
    out[race.IS_PHYSICAL] = 1.0 if moves[move, st.M_CLASS] == st.PHYSICAL else 0.0
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
def _races(s, rules, hits, out, work):
    """Who wins by the strongest attacks alone, and how much more often after a status move."""
    for me in range(2):
        foe = 1 - me
        _enter_race(s, rules, me, hits[me], work.race[0])
        _enter_race(s, rules, foe, hits[foe], work.race[1])
        plain = race.chance(work.race)
        out[me, _RACE] = 2.0 * plain - 1.0
        out[me, _RACE_LOG_ODDS] = _log_odds(plain)
        best = second = 0.0
        for slot in range(st.MOVE_SLOTS):
            move = s[me, st.MOVE_1 + slot]
            if move < 0 or rules.moves[move, st.M_CLASS] != st.STATUS_CLASS:
                continue
            if not choosing.usable(s, rules.moves, me, slot):
                continue
            _enter_race(s, rules, me, hits[me], work.race[0])
            _enter_race(s, rules, foe, hits[foe], work.race[1])
            if not race.plan(s, rules, me, move, work.race):
                continue
            lands = _accuracy(s, rules, me, move)
            gain = lands * (race.chance(work.race) - plain)
            if gain > best:
                best, second = gain, best
            elif gain > second:
                second = gain
        out[me, _BEST_PLAN] = 2.0 * best
        out[me, _SECOND_PLAN] = 2.0 * second


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
            _hits(s, rules, me, slot, hits[me])
            _abilities(s, rules, me, slot, out[me])
            if choosing.usable(s, rules.moves, me, slot):
                free += 1
        if free == 0:
            out[me, _NO_CHOICE] = 1.0
        full = 1.0 * s[1 - me, st.MAX_HP]
        taken = 0
        for rank in range(ATTACKS):
            best = _strongest(s, me, hits[me], taken)
            if best < 0:
                break
            taken |= 1 << best
            _attack(s, rules, me, best, hits[me], out[me], _ATTACK_START + rank * _ATTACK_WIDTH)
        for slot in range(st.MOVE_SLOTS):
            if hits[me, slot, PER_TURN] <= 0.0:
                continue
            move = s[me, st.MOVE_1 + slot]
            share = min(2.0, hits[me, slot, MEAN] * hits[me, slot, ACCURACY] / full)
            if dm.move_power(s, rules.moves, me, move) <= 0:
                _more(out[me], _BEST_FIXED, share)
            elif rules.moves[move, st.M_CLASS] == st.PHYSICAL:
                _more(out[me], _BEST_PHYSICAL, share)
            else:
                _more(out[me], _BEST_SPECIAL, share)
    _races(s, rules, hits, out, work)
