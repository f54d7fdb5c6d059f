"""What happens in a battle, as codes and ids; words are written elsewhere.

Events are rows (code, side, first, second) of an int64 array (n, 4); row 0 holds the count. A
one-row array records nothing, so bulk simulation pays one comparison per event.
"""

import numpy as np

from mlcore.engine.jit import kernel

# Codes, with what ``first`` and ``second`` hold.
(
    TURN,  # turn number
    MOVE,  # move, how it came to be used (one of USED_*)
    CANT,  # reason (one of CANT_*), move
    MISS,
    FAIL,
    IMMUNE,
    DAMAGE,  # HP left, cause
    HEAL,  # HP left, cause
    CRITICAL,
    SUPER_EFFECTIVE,
    RESISTED,
    STATUS,  # ailment
    CURE,  # ailment
    STAGE,  # staged stat 0..6, change
    START,  # condition (a column of the state), detail
    END,  # condition
    ACTIVATE,  # condition
    PREPARE,  # move
    HIT_COUNT,  # hits
    ONE_HIT_KO,
    RESET_STAGES,
    TRANSFORM,
    TYPE_CHANGE,  # type
    LEARN,  # move that Mimic wrote
    NOTHING,  # a move that does nothing was used
    FAINT,
    WIN,  # side, -1 for a draw
) = range(27)

# Causes of damage and healing
(
    BY_MOVE,
    BY_RECOIL,
    BY_CRASH,
    BY_CONFUSION,
    BY_BURN,
    BY_POISON,
    BY_TRAP,
    BY_SEED,
    BY_SUBSTITUTE,
    BY_DRAIN,
    BY_REST,
    BY_SELF_DESTRUCT,
) = range(12)

# How a move came to be used: as it was chosen, called by another move, or as one chosen earlier
USED_AS_CHOSEN, USED_BY_METRONOME, USED_BY_MIRROR_MOVE, USED_LOCKED = range(4)

# Reasons why a fighter could not act
(
    CANT_RECHARGE,
    CANT_SLEEP,
    CANT_FREEZE,
    CANT_FLINCH,
    CANT_DISABLED,
    CANT_TAUNT,
    CANT_PARALYSIS,
    CANT_NO_PP,
) = range(8)


def no_events() -> np.ndarray:
    """A log that records nothing."""
    return np.zeros((1, 4), dtype=np.int64)


def new_log(capacity: int = 4096) -> np.ndarray:
    """An empty log for up to ``capacity`` events; later ones are dropped."""
    return np.zeros((capacity + 1, 4), dtype=np.int64)


def rows(log: np.ndarray) -> np.ndarray:
    """The recorded events, int64 (n, 4)."""
    return log[1 : 1 + int(log[0, 0])]


@kernel
def emit(log, code, side, first, second):
    count = log[0, 0]
    if count + 1 < log.shape[0]:
        log[count + 1, 0] = code
        log[count + 1, 1] = side
        log[count + 1, 2] = first
        log[count + 1, 3] = second
        log[0, 0] = count + 1
