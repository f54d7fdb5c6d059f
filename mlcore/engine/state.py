"""The state of a battle: one int64 array of shape (3, COLUMNS), rows side A, side B, field.

Everything a battle needs between two turns is in it, so copying it copies the battle. Columns
are plain integers because compiled code treats module constants as literals.
"""

import numpy as np

from mlcore.engine import specs
from mlcore.engine.jit import kernel
from mlcore.engine.specs import Ailment, DamageClass, Effect, MoveColumn, Target

# Columns of a side ---------------------------------------------------------------------------
(
    HP,
    MAX_HP,
    ATTACK,
    DEFENSE,
    SPECIAL_ATTACK,
    SPECIAL_DEFENSE,
    SPEED,
    LEVEL,
    TYPE_1,
    TYPE_2,
    WEIGHT,
    FRIENDSHIP,
    ATTACK_STAGE,
    DEFENSE_STAGE,
    SPECIAL_ATTACK_STAGE,
    SPECIAL_DEFENSE_STAGE,
    SPEED_STAGE,
    ACCURACY_STAGE,
    EVASION_STAGE,
    # From here to CONDITIONS_END: zero when nothing is the matter, so has_no_conditions() can tell
    # that neither acting nor the end of a turn needs a closer look.
    STATUS,
    STATUS_COUNTER,  # sleep: actions left to lose, plus one; bad poison: stage
    CONFUSION,  # confused actions left, plus one
    FLINCHED,
    SEEDED,
    TRAPPED,  # turns left, the last without damage
    PROTECTED,
    STALL_COUNTER,  # Protect works once in this many
    STALL_TURNS,
    REFLECT,  # turns left
    LIGHT_SCREEN,
    MIST,
    DISABLED,  # move + 1
    DISABLE_TURNS,
    ENCORED,  # move + 1
    ENCORE_TURNS,
    TAUNT_TURNS,
    YAWN_TURNS,
    RAGING,
    ROOSTED,
    CHARGING,  # move + 1
    HIDDEN,  # 0, HIDDEN_AIR or HIDDEN_GROUND
    RECHARGING,
    LOCKED,  # move + 1 of Outrage and its like
    LOCK_TURNS,  # expires at 0 unless the move hits again
    BIDE_TURNS,
    # Conditions that change neither whether a side acts nor the end of a turn.
    LOCK_LEFT,  # turns Outrage truly lasts
    BIDE_DAMAGE,
    BIDE_MOVE,
    SUBSTITUTE,  # its HP
    FOCUSED,
    MINIMIZED,
    COUNTERING,  # 1: waits for physical hits, 2: for special ones
    COUNTER_DAMAGE,  # twice the last such hit of this turn
    LAST_MOVE,  # move + 1
    ACTIONS,  # times it came to act
    HAS_MOVED,  # this turn
    SELECTED,  # the move it will use this turn, -1 when it recharges
    TRANSFORMED,
    MOVE_1,  # move, -1 when the slot is empty
    MOVE_2,
    MOVE_3,
    MOVE_4,
    PP_1,
    PP_2,
    PP_3,
    PP_4,
    SIDE_COLUMNS,
) = range(67)
CONDITIONS_END = LOCK_LEFT

# Columns of the field row ----------------------------------------------------------------------
TURN, WINNER, LAST_FAINTED, FAINTS_TOLD = range(4)  # the last as bits, A 1 and B 2
FIELD = 2

#: Values of WINNER.
UNDECIDED, A_WINS, B_WINS, DRAW = range(4)
HIDDEN_AIR, HIDDEN_GROUND = 1, 2
#: In place of a slot: the fighter does what it is bound to, else it struggles.
NO_CHOICE = -1
#: In place of a move: the fighter must recharge, or it is free to choose.
RECHARGE, FREE_CHOICE = -1, -2
#: In place of a slot, a move or damage: there is none.
NO_SLOT, NO_MOVE, NO_DAMAGE = -1, -1, -1
MOVE_SLOTS = 4

# Literals for compiled code: enum members as plain integers ------------------------------------
M_TYPE = int(MoveColumn.TYPE)
M_CLASS = int(MoveColumn.DAMAGE_CLASS)
M_POWER = int(MoveColumn.POWER)
M_ACCURACY = int(MoveColumn.ACCURACY)
M_PP = int(MoveColumn.PP)
M_PRIORITY = int(MoveColumn.PRIORITY)
M_TARGET = int(MoveColumn.TARGET)
M_CRITICAL_STAGE = int(MoveColumn.CRITICAL_STAGE)
M_ALWAYS_CRITS = int(MoveColumn.ALWAYS_CRITS)
M_MIN_HITS = int(MoveColumn.MIN_HITS)
M_MAX_HITS = int(MoveColumn.MAX_HITS)
M_DRAIN = int(MoveColumn.DRAIN_PERCENT)
M_RECOIL = int(MoveColumn.RECOIL_PERCENT)
M_HEAL = int(MoveColumn.HEAL_PERCENT)
M_AILMENT = int(MoveColumn.AILMENT)
M_AILMENT_CHANCE = int(MoveColumn.AILMENT_CHANCE)
M_FLINCH_CHANCE = int(MoveColumn.FLINCH_CHANCE)
M_ATTACK_CHANGE = int(MoveColumn.ATTACK_CHANGE)
M_STAT_TARGET = int(MoveColumn.STAT_CHANGE_TARGET)
M_STAT_CHANCE = int(MoveColumn.STAT_CHANGE_CHANCE)
M_FIXED_DAMAGE = int(MoveColumn.FIXED_DAMAGE)
M_EFFECT = int(MoveColumn.EFFECT)
M_BLOCKED_BY_PROTECT = int(MoveColumn.BLOCKED_BY_PROTECT)
M_BYPASSES_SUBSTITUTE = int(MoveColumn.BYPASSES_SUBSTITUTE)
M_IS_POWDER = int(MoveColumn.IS_POWDER)
M_RESPECTS_IMMUNITY = int(MoveColumn.RESPECTS_TYPE_IMMUNITY)
M_THAWS_USER = int(MoveColumn.THAWS_USER)
M_THAWS_TARGET = int(MoveColumn.THAWS_TARGET)
M_HITS_AIRBORNE = int(MoveColumn.HITS_AIRBORNE)
M_HITS_UNDERGROUND = int(MoveColumn.HITS_UNDERGROUND)
M_DOUBLED_BY_AIRBORNE = int(MoveColumn.DOUBLED_BY_AIRBORNE)
M_DOUBLED_BY_UNDERGROUND = int(MoveColumn.DOUBLED_BY_UNDERGROUND)
M_DOUBLED_BY_MINIMIZE = int(MoveColumn.DOUBLED_BY_MINIMIZE)
M_CAN_BE_MIRRORED = int(MoveColumn.CAN_BE_MIRRORED)
M_CALLED_BY_METRONOME = int(MoveColumn.CALLED_BY_METRONOME)
M_CAN_BE_ENCORED = int(MoveColumn.CAN_BE_ENCORED)
M_CAN_BE_MIMICKED = int(MoveColumn.CAN_BE_MIMICKED)

PHYSICAL = int(DamageClass.PHYSICAL)
SPECIAL = int(DamageClass.SPECIAL)
STATUS_CLASS = int(DamageClass.STATUS)
ON_OPPONENT = int(Target.OPPONENT)
ON_USER = int(Target.USER)
ON_FIELD = int(Target.FIELD)

NO_AILMENT = int(Ailment.NONE)
PARALYSIS = int(Ailment.PARALYSIS)
BURN = int(Ailment.BURN)
POISON = int(Ailment.POISON)
BAD_POISON = int(Ailment.BAD_POISON)
SLEEP = int(Ailment.SLEEP)
FREEZE = int(Ailment.FREEZE)
CONFUSION_AILMENT = int(Ailment.CONFUSION)

E_STRUGGLE = int(Effect.STRUGGLE)
E_ONE_HIT_KO = int(Effect.ONE_HIT_KO)
E_LEVEL_DAMAGE = int(Effect.LEVEL_DAMAGE)
E_RANDOM_LEVEL_DAMAGE = int(Effect.RANDOM_LEVEL_DAMAGE)
E_HALF_HP_DAMAGE = int(Effect.HALF_HP_DAMAGE)
E_COUNTER = int(Effect.COUNTER)
E_MIRROR_COAT = int(Effect.MIRROR_COAT)
E_BIDE = int(Effect.BIDE)
E_SELF_DESTRUCT = int(Effect.SELF_DESTRUCT)
E_CHARGE = int(Effect.CHARGE)
E_CHARGE_RAISE_DEFENSE = int(Effect.CHARGE_RAISE_DEFENSE)
E_CHARGE_UNDERGROUND = int(Effect.CHARGE_UNDERGROUND)
E_CHARGE_AIRBORNE = int(Effect.CHARGE_AIRBORNE)
E_RECHARGE = int(Effect.RECHARGE)
E_LOCK_IN = int(Effect.LOCK_IN)
E_PARTIAL_TRAP = int(Effect.PARTIAL_TRAP)
E_CRASH = int(Effect.CRASH)
E_RAGE = int(Effect.RAGE)
E_DOUBLE_WHEN_STATUSED = int(Effect.DOUBLE_WHEN_STATUSED)
E_USE_TARGET_ATTACK = int(Effect.USE_TARGET_ATTACK)
E_WEIGHT_POWER = int(Effect.WEIGHT_POWER)
E_FRIENDSHIP_POWER = int(Effect.FRIENDSHIP_POWER)
E_TARGET_ASLEEP_ONLY = int(Effect.TARGET_ASLEEP_ONLY)
E_TARGET_ATTACKING_ONLY = int(Effect.TARGET_ATTACKING_ONLY)
E_FIRST_TURN_ONLY = int(Effect.FIRST_TURN_ONLY)
E_BREAK_PROTECT = int(Effect.BREAK_PROTECT)
E_BREAK_SCREENS = int(Effect.BREAK_SCREENS)
E_RESET_TARGET_STAGES = int(Effect.RESET_TARGET_STAGES)
E_RESET_ALL_STAGES = int(Effect.RESET_ALL_STAGES)
E_LEECH_SEED = int(Effect.LEECH_SEED)
E_LIGHT_SCREEN = int(Effect.LIGHT_SCREEN)
E_REFLECT = int(Effect.REFLECT)
E_CURE_USER = int(Effect.CURE_USER)
E_TRI_STATUS = int(Effect.TRI_STATUS)
E_MIST = int(Effect.MIST)
E_SUBSTITUTE = int(Effect.SUBSTITUTE)
E_PROTECT = int(Effect.PROTECT)
E_REST = int(Effect.REST)
E_ROOST = int(Effect.ROOST)
E_FOCUS_ENERGY = int(Effect.FOCUS_ENERGY)
E_MINIMIZE = int(Effect.MINIMIZE)
E_DISABLE = int(Effect.DISABLE)
E_ENCORE = int(Effect.ENCORE)
E_TAUNT = int(Effect.TAUNT)
E_YAWN = int(Effect.YAWN)
E_MIMIC = int(Effect.MIMIC)
E_TRANSFORM = int(Effect.TRANSFORM)
E_METRONOME = int(Effect.METRONOME)
E_MIRROR_MOVE = int(Effect.MIRROR_MOVE)
E_CONVERSION = int(Effect.CONVERSION)
E_FAILS_ALONE = int(Effect.FAILS_ALONE)
E_DOES_NOTHING = int(Effect.DOES_NOTHING)

_CHARGES = np.isin(np.arange(max(Effect) + 1), specs.CHARGES)

NO_TYPE = specs.NO_TYPE
(
    NORMAL,
    FIRE,
    WATER,
    ELECTRIC,
    GRASS,
    ICE,
    FIGHTING,
    POISON_TYPE,
    GROUND,
    FLYING,
    PSYCHIC,
    BUG,
    ROCK,
    GHOST,
    DRAGON,
    DARK,
    STEEL,
    FAIRY,
) = range(18)
TURN_LIMIT = specs.TURN_LIMIT


def new_state() -> np.ndarray:
    """An empty battle, int64 (3, SIDE_COLUMNS)."""
    return np.zeros((3, SIDE_COLUMNS), dtype=np.int64)


@kernel
def set_side(s, side, stats, level, friendship, types, weight, moves, move_slots):
    """Put a fresh fighter on a side.

    stats (6,) in HP and points; types (2,); move_slots (4,) move indices, -1 for none.
    """
    for column in range(SIDE_COLUMNS):
        s[side, column] = 0
    s[side, HP] = stats[0]
    s[side, MAX_HP] = stats[0]
    for i in range(1, 6):
        s[side, HP + 1 + i] = stats[i]
    s[side, LEVEL] = level
    s[side, FRIENDSHIP] = friendship
    s[side, TYPE_1] = types[0]
    s[side, TYPE_2] = types[1]
    s[side, WEIGHT] = weight
    for slot in range(MOVE_SLOTS):
        move = move_slots[slot]
        s[side, MOVE_1 + slot] = move
        if move >= 0:
            s[side, PP_1 + slot] = moves[move, M_PP] * 8 // 5


@kernel
def types_now(s, side):
    """Both types of the fighter; until the turn ends, one that roosts is not Flying.

    Without another type it is Normal.
    """
    type_1, type_2 = s[side, TYPE_1], s[side, TYPE_2]
    if s[side, ROOSTED]:
        if type_1 == FLYING:
            type_1 = NO_TYPE if type_2 < NO_TYPE and type_2 != FLYING else NORMAL
        if type_2 == FLYING:
            type_2 = NO_TYPE
    return type_1, type_2


@kernel
def has_type(s, side, type_):
    """Whether the fighter has the type now."""
    type_1, type_2 = types_now(s, side)
    return type_1 == type_ or type_2 == type_


@kernel
def charges(effect):
    """Whether a move of this effect charges for a turn before it hits."""
    return _CHARGES[effect]


@kernel
def has_no_conditions(s, side):
    """Whether no condition is at work on the side, see the list of columns."""
    busy = 0
    for column in range(STATUS, CONDITIONS_END):
        busy |= s[side, column]
    return busy == 0


@kernel
def staged(value, stage):
    """A stat after its stage: x1.5 at +1 up to x4 at +6, /1.5 at -1 down to /4 at -6, floored."""
    if stage >= 0:
        return value * (2 + stage) // 2
    return value * 2 // (2 - stage)


@kernel
def effective_speed(s, side):
    """Speed that decides the order: stage first, then paralysis halves it."""
    speed = staged(s[side, SPEED], s[side, SPEED_STAGE])
    if s[side, STATUS] == PARALYSIS:
        speed = speed * 50 // 100
    return speed
