"""What each attack of a fighter does to its foe, on average, as things stand."""

import math

from mlcore.battle_value import race
from mlcore.engine import damage as dm
from mlcore.engine import state as st
from mlcore.engine.effectiveness import IMMUNE
from mlcore.engine.jit import kernel

# What write_hit writes of a move: columns of a row of the workspace.
MEAN, SPREAD, KNOCK_OUT, ACCURACY, PER_TURN, SLOT = range(6)
#: Below this much damage, what is rounded off between a roll and the bonus for the user's type
#: counts: 4 HP by formula is 4 HP at 15 of 16 rolls and 6 at one.
_FEW = 40


@kernel
def accuracy_of(s, rules, me, move):
    """Share of uses that connect, as things stand."""
    return min(100, max(0, dm.accuracy_percent(s, rules.moves, me, move))) / 100.0


@kernel
def _rolls(s, rules, me, move, power, is_critical):
    """(highest, mean) damage of the 16 rolls of a hit, and the share of them that take all HP."""
    hp = s[1 - me, st.HP]
    top = dm.formula_damage(s, rules.moves, rules.chart, me, move, power, is_critical, 100)
    total = enough = 0
    for roll in range(85, 101):
        damage = max(1, top * roll // 100)
        if top < _FEW:
            damage = dm.formula_damage(
                s, rules.moves, rules.chart, me, move, power, is_critical, roll
            )
        total += damage
        if damage >= hp:
            enough += 1
    return top, total / 16.0, enough / 16.0


@kernel
def _halvings(hp):
    """Uses of a move that takes half of the foe's HP, at least 1, until nothing is left."""
    uses = 0
    while hp > 0:
        hp -= max(1, hp // 2)
        uses += 1
    return uses


@kernel
def write_hit(s, rules, me, slot, out):
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
    accuracy = accuracy_of(s, rules, me, move)
    hp = 1.0 * s[foe, st.HP]
    mean = spread = 0.0
    knock_out = -1.0
    if effect == st.E_ONE_HIT_KO:
        if s[me, st.LEVEL] < s[foe, st.LEVEL]:
            return
        mean = hp
    elif effect == st.E_LEVEL_DAMAGE:
        mean = 1.0 * s[me, st.LEVEL]
    elif effect == st.E_RANDOM_LEVEL_DAMAGE:
        mean = 1.0 * s[me, st.LEVEL]
        spread = mean / math.sqrt(12.0)
        knock_out = max(0.0, min(1.0, (1.5 * mean - hp + 1.0) / (mean + 1.0)))
    elif effect == st.E_HALF_HP_DAMAGE:
        mean = hp / _halvings(s[foe, st.HP])
    elif moves[move, st.M_FIXED_DAMAGE] > 0:
        mean = 1.0 * moves[move, st.M_FIXED_DAMAGE]
    else:
        power = dm.move_power(s, moves, me, move)
        if power <= 0:
            return
        odds = dm.critical_odds(moves, move, s[me, st.FOCUSED] != 0)
        top, mean, knock_out = _rolls(s, rules, me, move, power, odds == 1)
        spread = 0.15 * top / math.sqrt(12.0)
        if odds > 1:
            _, critical, sure = _rolls(s, rules, me, move, power, True)
            gap = critical - mean
            spread = math.sqrt(spread * spread + gap * gap * (odds - 1.0) / (odds * odds))
            mean += gap / odds
            knock_out += (sure - knock_out) / odds
        least, most = moves[move, st.M_MIN_HITS], moves[move, st.M_MAX_HITS]
        if most > 1:
            hits = dm.mean_hits(least, most)
            spread = math.sqrt(hits * spread * spread + mean * mean * (most - least) ** 2 / 12.0)
            mean *= hits
            knock_out = race.below((mean - hp + 0.5) / (spread + 0.5))
    if knock_out < 0.0:
        knock_out = 1.0 if mean >= hp else 0.0
    out[slot, MEAN] = mean
    out[slot, SPREAD] = spread
    out[slot, KNOCK_OUT] = knock_out
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
def strongest(s, me, hits, taken):
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
