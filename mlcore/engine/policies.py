"""How a side chooses its move: plain functions from a state to a slot.

Compiled policies are named by a code, so that bulk simulation never leaves compiled code; the
one that looks ahead is in search.py. A slot of -1 means "nothing to choose": the side is bound
to a move, or has only Struggle left.
"""

from mlcore.engine import choosing
from mlcore.engine import damage as dm
from mlcore.engine import state as st
from mlcore.engine.effectiveness import IMMUNE
from mlcore.engine.jit import kernel
from mlcore.engine.rng import draw

RANDOM, STRONGEST, SEARCH = range(3)
#: Playouts per decision of the search policy in bulk simulation.
SEARCH_BUDGET = 400


@kernel
def choose_random(s, rng, moves, side):
    """One of the usable moves, each as likely."""
    if s[side, st.MOVE_2] < 0 and st.has_no_conditions(s, side):
        return 0 if s[side, st.PP_1] > 0 else st.NO_CHOICE  # a duel: one move, nothing in its way
    if choosing.forced_move(s, side) != st.FREE_CHOICE:
        return st.NO_CHOICE
    count = 0
    last = st.NO_CHOICE
    for slot in range(st.MOVE_SLOTS):
        if choosing.usable(s, moves, side, slot):
            count += 1
            last = slot
    if count < 2:
        return last
    pick = draw(rng, count)
    for slot in range(st.MOVE_SLOTS):
        if choosing.usable(s, moves, side, slot):
            if pick == 0:
                return slot
            pick -= 1
    return st.NO_CHOICE


@kernel
def expected_damage(s, moves, chart, side, move):
    """Mean HP the move takes from the foe now: accuracy, crits, rolls and hits; capped by HP."""
    foe = 1 - side
    if moves[move, st.M_CLASS] == st.STATUS_CLASS:
        return 0.0
    effect = moves[move, st.M_EFFECT]
    type_ = moves[move, st.M_TYPE]
    if moves[move, st.M_RESPECTS_IMMUNITY] and dm.type_effect(s, chart, foe, type_) == IMMUNE:
        return 0.0
    if effect == st.E_TARGET_ASLEEP_ONLY and s[foe, st.STATUS] != st.SLEEP:
        return 0.0
    if effect == st.E_FIRST_TURN_ONLY and s[side, st.ACTIONS] > 0:
        return 0.0
    if effect == st.E_SELF_DESTRUCT:
        return 0.0  # one on one its user has always lost: it falls first
    accuracy = dm.accuracy_percent(s, moves, side, move)
    hp = s[foe, st.HP]
    if effect == st.E_ONE_HIT_KO:
        if s[side, st.LEVEL] < s[foe, st.LEVEL]:
            return 0.0
        return min(100, accuracy) / 100.0 * hp
    if effect == st.E_LEVEL_DAMAGE or effect == st.E_RANDOM_LEVEL_DAMAGE:
        damage = 1.0 * s[side, st.LEVEL]
    elif effect == st.E_HALF_HP_DAMAGE:
        damage = 0.5 * hp
    elif moves[move, st.M_FIXED_DAMAGE] > 0:
        damage = 1.0 * moves[move, st.M_FIXED_DAMAGE]
    else:
        power = dm.move_power(s, moves, side, move)
        if power <= 0:
            return 0.0
        plain = 0.925 * dm.formula_damage(s, moves, chart, side, move, power, False, 100)
        critical = 0.925 * dm.formula_damage(s, moves, chart, side, move, power, True, 100)
        share = 1.0 / dm.critical_odds(moves, move, s[side, st.FOCUSED] != 0)
        damage = plain + share * (critical - plain)
        damage *= dm.mean_hits(moves[move, st.M_MIN_HITS], moves[move, st.M_MAX_HITS])
        if st.charges(effect) or effect == st.E_RECHARGE:
            # Two turns for one hit, unless the hit ends it.
            if not (effect == st.E_RECHARGE and damage >= hp):
                damage *= 0.5
    return min(damage, 1.0 * hp) * min(100, accuracy) / 100.0


@kernel
def own_loss(s, moves, side, move, damage):
    """Mean HP that a use costs its user by recoil or a crash, when it takes ``damage``; capped."""
    accuracy = min(100, dm.accuracy_percent(s, moves, side, move)) / 100.0
    loss = 0.0
    if moves[move, st.M_EFFECT] == st.E_CRASH:
        loss = (1.0 - accuracy) * s[side, st.MAX_HP] / 2.0
    elif damage < s[1 - side, st.HP] * accuracy:
        loss = damage * moves[move, st.M_RECOIL] / 100.0
    return min(loss, 1.0 * s[side, st.HP])


@kernel
def choose_harmless(s, rng, moves, side):
    """A random usable move that does not fell its user, while there is one."""
    if choosing.forced_move(s, side) != st.FREE_CHOICE:
        return st.NO_CHOICE
    count = 0
    for slot in range(st.MOVE_SLOTS):
        if choosing.usable(s, moves, side, slot):
            if moves[s[side, st.MOVE_1 + slot], st.M_EFFECT] != st.E_SELF_DESTRUCT:
                count += 1
    if count == 0:
        return choose_random(s, rng, moves, side)
    pick = draw(rng, count)
    for slot in range(st.MOVE_SLOTS):
        if choosing.usable(s, moves, side, slot):
            if moves[s[side, st.MOVE_1 + slot], st.M_EFFECT] != st.E_SELF_DESTRUCT:
                if pick == 0:
                    return slot
                pick -= 1
    return st.NO_CHOICE


@kernel
def choose_strongest(s, rng, rules, side):
    """The usable move that trades HP best: the share it takes less the share it costs its user.

    A random one that does not fell its user when none does any damage.
    """
    if choosing.forced_move(s, side) != st.FREE_CHOICE:
        return st.NO_CHOICE
    moves = rules.moves
    best = st.NO_CHOICE
    best_trade = -1.0
    for slot in range(st.MOVE_SLOTS):
        if choosing.usable(s, moves, side, slot):
            move = s[side, st.MOVE_1 + slot]
            damage = expected_damage(s, moves, rules.chart, side, move)
            if damage > 0.0:
                loss = own_loss(s, moves, side, move, damage)
                trade = damage / s[1 - side, st.HP] - loss / s[side, st.HP]
                if trade > best_trade:
                    best_trade = trade
                    best = slot
    if best < 0:
        return choose_harmless(s, rng, moves, side)
    return best
