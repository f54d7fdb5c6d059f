"""A battle state as numbers: one row a side, each from the point of view of its own fighter.

Nothing depends on the order of move slots: the three strongest attacks come sorted, everything
that other moves can do is the best that any slot offers. All values lie near -1 to 1.
"""

import math

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
    "substitute",
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
    "race_margin",
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
    _RACE_MARGIN,
) = range(_ABILITY_START + 53, _ABILITY_START + 61)

# What _hits writes of a move: columns of a row of the workspace.
MEAN, LOW, HIGH, ACCURACY, PER_TURN, SLOT = range(6)
#: Shape of the workspace of one side: a row a slot.
HITS_SHAPE = (st.MOVE_SLOTS, 6)


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
def _conditions(s, rules, me, out):
    foe = 1 - me
    max_hp = 1.0 * s[me, st.MAX_HP]
    out[0] = s[me, st.HP] / max_hp
    status = s[me, st.STATUS]
    for i in range(6):
        out[1 + i] = 1.0 if status == st.PARALYSIS + i else 0.0
    out[7] = s[me, st.STATUS_COUNTER] / 8.0 if status == st.BAD_POISON else 0.0
    out[8] = s[me, st.STATUS_COUNTER] / 4.0 if status == st.SLEEP else 0.0
    out[9] = s[me, st.CONFUSION] / 5.0
    out[10] = 1.0 if s[me, st.SEEDED] else 0.0
    out[11] = s[me, st.TRAPPED] / 6.0
    out[12] = math.log(max(1.0, s[me, st.STALL_COUNTER])) / 3.0 if s[me, st.STALL_TURNS] else 0.0
    out[13] = s[me, st.REFLECT] / 5.0
    out[14] = s[me, st.LIGHT_SCREEN] / 5.0
    out[15] = s[me, st.MIST] / 5.0
    out[16] = s[me, st.DISABLE_TURNS] / 5.0
    out[17] = s[me, st.ENCORE_TURNS] / 4.0
    out[18] = s[me, st.TAUNT_TURNS] / 4.0
    out[19] = s[me, st.YAWN_TURNS] / 2.0
    out[20] = 1.0 if s[me, st.RAGING] else 0.0
    out[21] = 1.0 if s[me, st.CHARGING] else 0.0
    out[22] = 1.0 if s[me, st.HIDDEN] else 0.0
    out[23] = 1.0 if s[me, st.RECHARGING] else 0.0
    out[24] = 1.0 if s[me, st.LOCKED] else 0.0
    out[25] = s[me, st.LOCK_LEFT] / 3.0 if s[me, st.LOCKED] else 0.0
    out[26] = s[me, st.BIDE_TURNS] / 3.0
    out[27] = (
        min(2.0, s[me, st.BIDE_DAMAGE] * 2.0 / s[foe, st.MAX_HP]) if s[me, st.BIDE_TURNS] else 0.0
    )
    out[28] = s[me, st.SUBSTITUTE] / max_hp * 4.0
    out[29] = 1.0 if s[me, st.FOCUSED] else 0.0
    out[30] = 1.0 if s[me, st.MINIMIZED] else 0.0
    out[31] = 1.0 if s[me, st.ACTIONS] == 0 else 0.0
    out[32] = 1.0 if s[me, st.TRANSFORMED] else 0.0
    for i in range(7):
        out[33 + i] = s[me, st.ATTACK_STAGE + i] / 3.0
    loss = gain = 0.0
    if s[me, st.SEEDED]:
        loss += max_hp / 8.0
    if s[foe, st.SEEDED]:
        gain += min(s[foe, st.MAX_HP] / 8.0, 1.0 * s[foe, st.HP])
    if status == st.POISON:
        loss += max_hp / 8.0
    elif status == st.BAD_POISON:
        loss += max_hp / 16.0 * (s[me, st.STATUS_COUNTER] + 1)
    elif status == st.BURN:
        loss += max_hp / 16.0
    if s[me, st.TRAPPED] > 1:
        loss += max_hp / 8.0
    hp = max(1.0, 1.0 * s[me, st.HP])
    out[40] = min(1.0, loss / hp)
    out[41] = min(1.0, gain / max_hp * 4.0)
    mine, theirs = st.effective_speed(s, me), st.effective_speed(s, foe)
    out[42] = 1.0 if mine > theirs else 0.0
    out[43] = 1.0 if mine == theirs else 0.0
    out[44] = max(-2.0, min(2.0, math.log((mine + 1.0) / (theirs + 1.0))))
    out[45] = max(-2.0, min(2.0, math.log(max_hp / s[foe, st.MAX_HP])))
    out[46] = max(0.0, s[st.FIELD, st.TURN] - 50.0) / 50.0
    out[47] = 0.0 if choosing.forced_move(s, me) == st.FREE_CHOICE else 1.0
    out[48] = 0.0
    # Share of the next turn that the fighter can use.
    acts = 1.0
    if status == st.SLEEP and s[me, st.STATUS_COUNTER] > 1:
        acts = 0.0
    elif status == st.FREEZE:
        acts = 0.2
    elif status == st.PARALYSIS:
        acts = 0.75
    if s[me, st.CONFUSION] > 1:
        acts *= 0.67
    if s[me, st.RECHARGING]:
        acts = 0.0
    out[49] = acts


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
    out[at] = min(2.0, hits[slot, PER_TURN] / hp)
    out[at + 1] = min(2.0, mean * accuracy / full)
    out[at + 2] = 0.0 if substitute else accuracy * _knock_out(hp, low, high)
    out[at + 3] = 1.0 / max(1.0, math.ceil(hp / max(mean, 0.5)))
    out[at + 4] = 0.0 if substitute else accuracy * accuracy * _knock_out(hp, 2 * low, 2 * high)
    out[at + 5] = accuracy
    out[at + 6] = moves[move, st.M_PRIORITY] / 2.0
    out[at + 7] = min(8.0, s[me, st.PP_1 + slot]) / 8.0
    dealt = min(mean, hp) * accuracy
    out[at + 8] = min(1.0, dealt * moves[move, st.M_DRAIN] / 100.0 / s[me, st.MAX_HP] * 4.0)
    out[at + 9] = min(1.0, dealt * moves[move, st.M_RECOIL] / 100.0 / max(1, s[me, st.HP]))
    charge = st.charges(effect)
    out[at + 10] = (1.0 if effect == st.E_CHARGE else 1.5) if charge else 0.0
    out[at + 11] = 1.0 if effect == st.E_RECHARGE else 0.0
    out[at + 12] = 1.0 if effect == st.E_LOCK_IN else 0.0
    out[at + 13] = 1.0 - accuracy if effect == st.E_CRASH else 0.0
    out[at + 14] = 1.0 if choosing.usable(s, rules.moves, me, slot) else 0.0
    chance = moves[move, st.M_AILMENT_CHANCE] / 100.0 * accuracy
    healthy = s[foe, st.STATUS] == st.NO_AILMENT
    ailment = moves[move, st.M_AILMENT]
    if healthy and chance > 0.0:
        if effect == st.E_TRI_STATUS:
            for i, each in ((0, st.PARALYSIS), (1, st.BURN), (2, st.FREEZE)):
                if not fx.immune_to_status(each, s[foe, st.TYPE_1], s[foe, st.TYPE_2]):
                    out[at + 15 + i] = chance / 3.0
        elif not fx.immune_to_status(ailment, s[foe, st.TYPE_1], s[foe, st.TYPE_2]):
            if ailment == st.PARALYSIS:
                out[at + 15] = chance
            elif ailment == st.BURN:
                out[at + 16] = chance
            elif ailment == st.FREEZE:
                out[at + 17] = chance
            elif ailment == st.POISON or ailment == st.BAD_POISON:
                out[at + 18] = chance
    if ailment == st.CONFUSION_AILMENT and s[foe, st.CONFUSION] == 0:
        out[at + 19] = chance
    out[at + 20] = moves[move, st.M_FLINCH_CHANCE] / 100.0 * accuracy
    change = 0
    for i in range(7):
        change += moves[move, st.M_ATTACK_CHANGE + i]
    if moves[move, st.M_STAT_TARGET] == st.ON_USER:
        out[at + 22] = change * moves[move, st.M_STAT_CHANCE] / 200.0
    else:
        out[at + 21] = -change * moves[move, st.M_STAT_CHANCE] / 100.0 * accuracy
    out[at + 23] = 1.0 if effect == st.E_PARTIAL_TRAP else 0.0
    out[at + 24] = 1.0 if moves[move, st.M_CLASS] == st.PHYSICAL else 0.0


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
        elif effect == st.E_REFLECT:
            _more(out, _REFLECT, ready)
        elif effect == st.E_LIGHT_SCREEN:
            _more(out, _LIGHT_SCREEN, ready)
        elif effect == st.E_LEECH_SEED:
            if not st.has_type(s, foe, st.GRASS):
                _able(out, _SEED, ready, not s[foe, st.SEEDED])
        elif effect == st.E_RESET_ALL_STAGES or effect == st.E_RESET_TARGET_STAGES:
            _more(out, _HAZE, ready)
        elif effect == st.E_CURE_USER:
            _more(out, _REFRESH, ready)
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
        if effect == st.E_LEECH_SEED:
            if not st.has_type(s, foe, st.GRASS):
                _able(out, _SEED, lands, not s[foe, st.SEEDED] and not blocked)
        elif effect == st.E_YAWN:
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
    elif effect == st.E_REFLECT:
        _more(out, _REFLECT, ready)
    elif effect == st.E_LIGHT_SCREEN:
        _more(out, _LIGHT_SCREEN, ready)
    elif effect == st.E_MIST:
        _more(out, _MIST, ready)
    elif effect == st.E_FOCUS_ENERGY:
        if not s[me, st.FOCUSED]:
            _more(out, _FOCUS, ready)
    elif effect == st.E_RESET_ALL_STAGES:
        _more(out, _HAZE, ready)
    elif effect == st.E_CURE_USER:
        _more(out, _REFRESH, ready)
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
def _turns_to_win(s, me, hits):
    """Turns until the foe is down by the strongest attack alone, at most 12."""
    best = 0.0
    for slot in range(st.MOVE_SLOTS):
        if hits[slot, PER_TURN] > 0.0:
            share = hits[slot, PER_TURN] / min(hits[slot, MEAN], 1.0 * s[1 - me, st.HP])
            best = max(best, hits[slot, MEAN] * min(share, 1.0))
    loss = 0.0
    return min(12.0, s[1 - me, st.HP] / max(best + loss, 1e-6))


@kernel
def describe(s, rules, out, hits):
    """Write the features of both sides of an undecided state: out float32 (2, WIDTH).

    hits float64 (2, slots, 6) is scratch.
    """
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
            out[me, 48] = 1.0
        full = 1.0 * s[1 - me, st.MAX_HP]
        taken = 0
        for rank in range(ATTACKS):
            best = -1
            for slot in range(st.MOVE_SLOTS):
                if taken & (1 << slot) or hits[me, slot, PER_TURN] <= 0.0:
                    continue
                # Equals go by their moves' indices, so that the order of slots means nothing.
                gain = 1.0
                if best >= 0:
                    gain = hits[me, slot, PER_TURN] - hits[me, best, PER_TURN]
                if gain > 0.0 or (
                    gain == 0.0 and s[me, st.MOVE_1 + slot] < s[me, st.MOVE_1 + best]
                ):
                    best = slot
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
    first, second = _turns_to_win(s, 0, hits[0]), _turns_to_win(s, 1, hits[1])
    edge = 0.5 * (out[0, 42] - out[1, 42])
    margin = math.ceil(second) - math.ceil(first) + edge
    out[0, _RACE] = math.tanh(margin)
    out[0, _RACE_MARGIN] = max(-2.0, min(2.0, (second - first) / 3.0))
    out[1, _RACE] = -out[0, _RACE]
    out[1, _RACE_MARGIN] = -out[0, _RACE_MARGIN]
