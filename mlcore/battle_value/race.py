"""Who knocks out whom first: the strongest attack of both sides, and what another plan changes.

A rule of thumb for the network's input, cheap enough for every state of a search: damage is taken
as normally distributed, healing and side effects of attacks are left out.
"""

import math

import numpy as np

from mlcore.engine import damage as dm
from mlcore.engine import effects as fx
from mlcore.engine import state as st
from mlcore.engine.effectiveness import IMMUNE
from mlcore.engine.jit import kernel

#: Turns that are looked ahead.
TURNS = 8
# What is assumed of one side in a race: columns of a row of the workspace.
(
    HP,  # left to lose
    MEAN,  # damage of a use of its strongest attack
    SPREAD,  # standard deviation of that damage
    SHARE,  # of uses that happen and connect
    DELAY,  # turns before its first use
    PERIOD,  # turns from one use to the next
    LOSS,  # HP lost every turn without being attacked; below zero it gains
    GROWTH,  # by how much that loss grows every turn
    SPEED,
    PRIORITY,
    KIND,  # one of the kinds below
) = range(11)
COLUMNS = 11
#: What changes that damage: physical stats, special ones, or nothing.
SPECIAL, PHYSICAL, FIXED = range(3)
#: A race: two sides; two rows of chances by turn; a row of chances by number of hits; and the foe
#: as it was before a plan changed it.
SHAPE = (6, COLUMNS)
_CHANCES, _REACH, KEPT = 2, 4, 5


def new_scratch() -> np.ndarray:
    """Workspace of one race."""
    return np.zeros(SHAPE)


@kernel
def below(x):
    """The standard normal distribution function, to about 0.01."""
    if x >= 8.0:
        return 1.0
    if x <= -8.0:
        return 0.0
    return 1.0 / (1.0 + math.exp(-1.702 * x))


@kernel
def _reaches(hits, mean, spread, left):
    """Chance that so many hits take what is left."""
    return below((hits * mean - left + 0.5) / (spread * math.sqrt(hits) + 0.5))


@kernel
def write_chances(sides, me):
    """Chance that the foe is down after each turn, in the row of chances of ``me``."""
    foe = 1 - me
    out = sides[_CHANCES + me]
    out[0] = 0.0
    hp, mean, spread, share = sides[foe, HP], sides[me, MEAN], sides[me, SPREAD], sides[me, SHARE]
    lost = 0.0
    loss = sides[foe, LOSS]
    is_steady = loss == 0.0 and sides[foe, GROWTH] == 0.0
    known = 0
    before = 0.0
    for turn in range(1, TURNS + 1):
        lost += loss
        loss += sides[foe, GROWTH]
        if before > 0.999:
            out[turn] = before
            continue
        uses = 0
        if turn > sides[me, DELAY]:
            uses = 1 + int((turn - sides[me, DELAY] - 1) / sides[me, PERIOD])
        left = hp - lost
        chance = 0.0
        if left <= 0:
            chance = 1.0
        elif share >= 0.999:
            if uses > 0:
                chance = _reaches(uses, mean, spread, left)
        else:
            if not is_steady:
                known = 0
            while known < uses:
                known += 1
                sides[_REACH, known] = _reaches(known, mean, spread, left)
            weight = (1.0 - share) ** uses
            odds = share / (1.0 - share)
            for hits in range(uses + 1):
                if hits > 0:
                    chance += weight * sides[_REACH, hits]
                weight *= odds * (uses - hits) / (hits + 1)
        before = max(before, min(1.0, chance))
        out[turn] = before


@kernel
def _rate(sides, me):
    """Share of its HP that the foe loses a turn, never quite nothing."""
    uses = sides[me, SHARE] / max(1.0, sides[me, PERIOD])
    lost = sides[me, MEAN] * uses + sides[1 - me, LOSS]
    return max(0.0, lost) / max(1.0, sides[1 - me, HP]) + 1e-3


@kernel
def chance(sides):
    """Chance that side 0 of a race wins it; a race without an end goes by damage a turn."""
    for side in range(2):
        write_chances(sides, side)
    return outcome(sides)


@kernel
def outcome(sides):
    """``chance`` when the chances by turn are written."""
    ahead = sides[0, PRIORITY] - sides[1, PRIORITY]
    if ahead == 0:
        ahead = sides[0, SPEED] - sides[1, SPEED]
    first = 1.0 if ahead > 0 else (0.5 if ahead == 0 else 0.0)
    mine, theirs = sides[_CHANCES], sides[_CHANCES + 1]
    total = 0.0
    for turn in range(1, TURNS + 1):
        standing = first * (1.0 - theirs[turn - 1]) + (1.0 - first) * (1.0 - theirs[turn])
        total += (mine[turn] - mine[turn - 1]) * standing
    # A long race is sure to be won by the one with a clear lead in damage a turn.
    lead = (_rate(sides, 0) / _rate(sides, 1)) ** 10
    unfinished = (1.0 - mine[TURNS]) * (1.0 - theirs[TURNS])
    return total + unfinished * lead / (lead + 1.0)


@kernel
def hide(sides, hidden):
    """Side 0 attacks from where the foe cannot reach it: the foe connects every second turn.

    hidden: it is there already and attacks this turn.
    """
    ahead = sides[0, PRIORITY] - sides[1, PRIORITY]
    if ahead == 0:
        ahead = sides[0, SPEED] - sides[1, SPEED]
    # Who is slower is hit before it hides.
    if hidden != (ahead > 0):
        sides[1, DELAY] += 1
    sides[1, PERIOD] = 2.0


@kernel
def _stage_factor(stage):
    """What a stage of a stat other than accuracy and evasion multiplies it by."""
    return (2.0 + stage) / 2.0 if stage >= 0 else 2.0 / (2.0 - stage)


@kernel
def _changed(stage, change):
    """What a change of stages multiplies a stat by, as the limits allow."""
    after = max(-6, min(6, stage + change))
    return _stage_factor(after) / _stage_factor(stage)


@kernel
def _scale(sides, me, factor):
    sides[me, MEAN] *= factor
    sides[me, SPREAD] *= factor


@kernel
def _apply_stages(s, moves, move, me, sides):
    """The move's stat changes, as they tell in a race of ``me``, who is side 0."""
    own = moves[move, st.M_STAT_TARGET] == st.ON_USER
    who = me if own else 1 - me
    side, other = (0, 1) if own else (1, 0)
    for i in range(7):
        change = moves[move, st.M_ATTACK_CHANGE + i]
        if change == 0 or (change < 0 and not own and s[who, st.MIST]):
            continue
        stage = s[who, st.ATTACK_STAGE + i]
        if i < 4:
            factor = _changed(stage, change)
            kind = PHYSICAL if i < 2 else SPECIAL
            if i == 0 or i == 2:
                if sides[side, KIND] == kind:
                    _scale(sides, side, factor)
            elif sides[other, KIND] == kind:
                _scale(sides, other, 1.0 / factor)
        elif i == 4:
            sides[side, SPEED] *= _changed(stage, change)
        else:
            after = max(-6, min(6, stage + change))
            # Stages of accuracy and evasion count in thirds.
            factor = _third(after) / _third(stage)
            if i == 5:
                sides[side, SHARE] = min(1.0, sides[side, SHARE] * factor)
            else:
                sides[other, SHARE] = min(1.0, sides[other, SHARE] / factor)


@kernel
def _third(stage):
    return (3.0 + stage) / 3.0 if stage >= 0 else 3.0 / (3.0 - stage)


@kernel
def is_surely_more(moves, move):
    """Whether an attack does more than damage as often as it connects, or nearly."""
    effect = moves[move, st.M_EFFECT]
    if effect == st.E_REFLECT or effect == st.E_LIGHT_SCREEN or effect == st.E_LEECH_SEED:
        return True
    return moves[move, st.M_AILMENT_CHANCE] >= 50


@kernel
def plan(s, rules, me, move, sides):
    """Change a race of ``me``, who is side 0, by what a move does besides damage, used now.

    Returns whether that could matter; its accuracy is the caller's.
    """
    foe = 1 - me
    moves = rules.moves
    effect = moves[move, st.M_EFFECT]
    if effect == st.E_DOES_NOTHING or effect == st.E_FAILS_ALONE:
        return False
    sides[0, DELAY] += 1
    max_hp, foe_max_hp = 1.0 * s[me, st.MAX_HP], 1.0 * s[foe, st.MAX_HP]
    if effect == st.E_REFLECT or effect == st.E_LIGHT_SCREEN:
        if s[me, st.REFLECT] if effect == st.E_REFLECT else s[me, st.LIGHT_SCREEN]:
            return False
        if sides[1, KIND] == (PHYSICAL if effect == st.E_REFLECT else SPECIAL):
            _scale(sides, 1, 0.5)
        return True
    if moves[move, st.M_TARGET] == st.ON_OPPONENT:
        if moves[move, st.M_IS_POWDER] and st.has_type(s, foe, st.GRASS):
            return False
        immune = dm.type_effect(s, rules.chart, foe, moves[move, st.M_TYPE]) == IMMUNE
        if immune and moves[move, st.M_RESPECTS_IMMUNITY]:
            return False
        if s[foe, st.SUBSTITUTE] != 0 and not moves[move, st.M_BYPASSES_SUBSTITUTE]:
            return False
        ailment = moves[move, st.M_AILMENT]
        if ailment == st.CONFUSION_AILMENT:
            if s[foe, st.CONFUSION]:
                return False
            sides[1, SHARE] *= 0.67
        elif ailment != st.NO_AILMENT or effect == st.E_YAWN:
            if s[foe, st.STATUS] != st.NO_AILMENT:
                return False
            if ailment != st.NO_AILMENT and fx.immune_to_status(
                ailment, s[foe, st.TYPE_1], s[foe, st.TYPE_2]
            ):
                return False
            if ailment == st.PARALYSIS:
                sides[1, SHARE] *= 0.75
                sides[1, SPEED] *= 0.5
            elif ailment == st.BURN:
                if sides[1, KIND] == PHYSICAL:
                    _scale(sides, 1, 0.5)
                sides[1, LOSS] += foe_max_hp / 16.0
            elif ailment == st.POISON:
                sides[1, LOSS] += foe_max_hp / 8.0
            elif ailment == st.BAD_POISON:
                sides[1, LOSS] += foe_max_hp / 16.0
                sides[1, GROWTH] += foe_max_hp / 16.0
            else:
                sides[1, DELAY] += 2
        if effect == st.E_LEECH_SEED:
            if st.has_type(s, foe, st.GRASS) or s[foe, st.SEEDED]:
                return False
            sides[1, LOSS] += foe_max_hp / 8.0
            sides[0, LOSS] -= foe_max_hp / 8.0
        _apply_stages(s, moves, move, me, sides)
        return True
    if moves[move, st.M_HEAL] > 0:
        sides[0, HP] = min(max_hp, sides[0, HP] + max_hp * moves[move, st.M_HEAL] / 100.0)
    elif effect == st.E_REST:
        sides[0, HP] = max_hp
        sides[0, DELAY] += 2
    elif effect == st.E_SUBSTITUTE and (
        s[me, st.SUBSTITUTE] or 4 * s[me, st.HP] <= s[me, st.MAX_HP]
    ):
        return False
    _apply_stages(s, moves, move, me, sides)
    return True
