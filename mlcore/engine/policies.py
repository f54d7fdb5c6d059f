"""How a side chooses its move: plain functions from a state to a slot.

Compiled policies are named by a code, so that bulk simulation never leaves compiled code; the
one that looks ahead is in search.py. A slot of -1 means "nothing to choose": the side is bound
to a move, or has only Struggle left.
"""

from mlcore.engine import damage as dm
from mlcore.engine import state as st
from mlcore.engine import turn
from mlcore.engine.jit import kernel
from mlcore.engine.rng import draw

RANDOM, STRONGEST, SEARCH = range(3)
#: Playouts per decision of the search policy in bulk simulation.
SEARCH_BUDGET = 400


@kernel
def choose_random(s, rng, rules, side):
    """One of the usable moves, each as likely."""
    if s[side, st.MOVE_2] < 0 and st.has_no_conditions(s, side):
        return 0 if s[side, st.PP_1] > 0 else st.NO_CHOICE  # a duel: one move, nothing in its way
    if turn.forced_move(s, side) != st.FREE_CHOICE:
        return st.NO_CHOICE
    count = 0
    last = st.NO_CHOICE
    for slot in range(st.MOVE_SLOTS):
        if turn.usable(s, rules, side, slot):
            count += 1
            last = slot
    if count < 2:
        return last
    pick = draw(rng, count)
    for slot in range(st.MOVE_SLOTS):
        if turn.usable(s, rules, side, slot):
            if pick == 0:
                return slot
            pick -= 1
    return st.NO_CHOICE


@kernel
def expected_damage(s, rules, side, move):
    """Mean HP the move takes from the foe now: accuracy, crits, rolls and hits; capped by HP."""
    foe = 1 - side
    if rules.moves[move, st.M_CLASS] == st.STATUS_CLASS:
        return 0.0
    effect = rules.moves[move, st.M_EFFECT]
    type_ = rules.moves[move, st.M_TYPE]
    if (
        rules.moves[move, st.M_RESPECTS_IMMUNITY]
        and dm.type_effect(s, rules, foe, type_) == dm.IMMUNE
    ):
        return 0.0
    if effect == st.E_TARGET_ASLEEP_ONLY and s[foe, st.STATUS] != st.SLEEP:
        return 0.0
    if effect == st.E_FIRST_TURN_ONLY and s[side, st.ACTIONS] > 0:
        return 0.0
    accuracy = rules.moves[move, st.M_ACCURACY]
    if accuracy == 0:
        accuracy = 100
    stage = min(6, max(-6, s[side, st.ACCURACY_STAGE] - s[foe, st.EVASION_STAGE]))
    if stage > 0:
        accuracy = min(100, accuracy * (3 + stage) // 3)
    elif stage < 0:
        accuracy = accuracy * 3 // (3 - stage)
    hp = s[foe, st.HP]
    if effect == st.E_ONE_HIT_KO:
        if s[side, st.LEVEL] < s[foe, st.LEVEL]:
            return 0.0
        return min(1.0, 0.3 + 0.01 * (s[side, st.LEVEL] - s[foe, st.LEVEL])) * hp
    if effect == st.E_LEVEL_DAMAGE or effect == st.E_RANDOM_LEVEL_DAMAGE:
        damage = 1.0 * s[side, st.LEVEL]
    elif effect == st.E_HALF_HP_DAMAGE:
        damage = 0.5 * hp
    elif rules.moves[move, st.M_FIXED_DAMAGE] > 0:
        damage = 1.0 * rules.moves[move, st.M_FIXED_DAMAGE]
    else:
        power = dm.move_power(s, rules, side, move)
        if power <= 0:
            return 0.0
        plain = 0.925 * dm.formula_damage(s, rules, side, move, power, False, 100)
        critical = 0.925 * dm.formula_damage(s, rules, side, move, power, True, 100)
        share = 1.0 / dm.critical_odds(s, rules, side, move)
        damage = plain + share * (critical - plain)
        low, high = rules.moves[move, st.M_MIN_HITS], rules.moves[move, st.M_MAX_HITS]
        if low == 2 and high == 5:
            damage *= 3.1
        else:
            damage *= 0.5 * (low + high)
        if (
            effect == st.E_CHARGE
            or effect == st.E_CHARGE_RAISE_DEFENSE
            or effect == st.E_CHARGE_UNDERGROUND
            or effect == st.E_CHARGE_AIRBORNE
            or effect == st.E_RECHARGE
        ):
            # Two turns for one hit, unless the hit ends it.
            if not (effect == st.E_RECHARGE and damage >= hp):
                damage *= 0.5
    return min(damage, 1.0 * hp) * accuracy / 100.0


@kernel
def choose_strongest(s, rng, rules, side):
    """The usable move with the most expected damage; a random one when none does any."""
    if turn.forced_move(s, side) != st.FREE_CHOICE:
        return st.NO_CHOICE
    best = st.NO_CHOICE
    best_damage = 0.0
    for slot in range(st.MOVE_SLOTS):
        if turn.usable(s, rules, side, slot):
            damage = expected_damage(s, rules, side, s[side, st.MOVE_1 + slot])
            if damage > best_damage:
                best_damage = damage
                best = slot
    if best < 0:
        return choose_random(s, rng, rules, side)
    return best
