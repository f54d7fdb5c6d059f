"""What is true of both sides besides their HP, and the workspace that a duel is followed in."""

import numpy as np

from mlcore.engine.jit import kernel
from mlcore.engine.specs import NO_TYPE, MoveColumn
from mlcore.exact import columns

#: Situations and single HP cells with less weight than this are dropped.
MIN_WEIGHT = 1e-4
MIN_CELL = 1e-6
#: A duel is followed until this much of it is undecided.
UNDECIDED = 5e-4
#: Situations kept at a time. There are rarely more than a dozen; when there are many, similar
#: ones are put together.
SITUATIONS = 96
CROWDED = 32
#: Distinct damage values of one use of a move.
VALUES = 1024
#: Damage distributions remembered at a time; one more row is for what is never remembered.
CACHED = 16
#: A move with at most so many uses has them counted; of others PP last by the turn.
FEW = 8
#: Rows for the branches of a hit, then for lost actions, then for attempts.
LOST, TRIES, _BRANCHES = 64, 72, 76

# A situation: one integer for each side, with fields of four bits, and one for what is true
# within a turn only.
(
    STATUS,
    CONFUSED,
    OWN_STAGES,  # changes by its own move
    FOE_STAGES,  # changes by the foe's move
    PHASE,
    TRAPPED,
    REFLECT,
    LIGHT_SCREEN,
    SEEDED,
    RAGING,
    USED,  # PP spent, counted when there are few
    LANDED,  # hits after which both sides' HP changed together, modulo 16
    LUCK,  # those of them above the mean damage, and hits in confusion, modulo 16
) = range(0, 52, 4)
B_FIRST, FLINCHED, STRUCK = 1, 2, 4
#: The fields that any approximation needs; the counters behind them only sharpen it.
SHARP = (1 << USED) - 1
#: Values of PHASE.
CHARGING, RECHARGING, LOCKED_ONCE, LOCKED_TWICE, BIDING, BIDING_ON = 1, 2, 3, 4, 5, 6

# Tables of situations: at the start of the turn, after the first and the second action; the
# last holds distributions that have just been changed.
START, _MIDDLE, END, SCRATCH = range(4)


#: Rows of damage values behind the remembered ones: for what is never remembered, for changes
#: of the user's own HP.
SPARE, SHIFT = CACHED, CACHED + 1
#: Rows of ``moves``: those of A and B are 0 and 1.
STRUGGLE = 2

#: Everything the kernels work with, but the distributions: one record, because arrays are
#: handed from function to function word by word. Tables of situations: keys (A, B, within the
#: turn), weights, counts, and the valid range of each distribution; ``origin`` and ``share`` say
#: for each channel what ``accumulate`` adds: which table and row, and how much of it. Damage values
#: with odds, remembered by what they depend on (``known``). ``moves`` holds the rows of A's
#: move, of B's, and of Struggle.
WORKSPACE = np.dtype(
    [
        ("keys", np.int64, (4, SITUATIONS, 3)),
        ("weights", np.float64, (4, SITUATIONS)),
        ("counts", np.int64, (4,)),
        ("low", np.int64, (4, SITUATIONS, 4)),
        ("high", np.int64, (4, SITUATIONS, 4)),
        ("origin", np.int64, (4, 2)),
        ("share", np.float64, (4,)),
        ("wins", np.float64, (2,)),
        ("fighters", np.int64, (2, columns.FIGHTER_COLUMNS)),
        ("moves", np.int64, (3, len(MoveColumn))),
        ("chart", np.int64, (NO_TYPE + 1, NO_TYPE + 1)),
        ("known", np.int64, (CACHED,)),
        ("sizes", np.int64, (CACHED + 1,)),
        ("values", np.int64, (CACHED + 2, VALUES)),
        ("odds", np.float64, (CACHED + 2, VALUES)),
        ("dense", np.float64, (3, VALUES)),
        ("running", np.float32, (VALUES,)),
        ("branches", np.int64, (_BRANCHES, 3)),
        ("branch_odds", np.float64, (_BRANCHES,)),
        ("channels", np.int64),
        ("turn", np.int64),
        ("cursor", np.int64),
    ]
)
#: Distributions are float32 vectors by HP, multiplied by the weight of their situation, by
#: [table, situation, channel]; channels: HP of A, HP of B, damage that A and that B remembers.
CHANNELS = 4


@kernel
def number(value):
    """The same number. Numba would compile a callee anew for every literal it is given."""
    return value + 0


@kernel
def get_field(key, field):
    return (key >> field) & 15


@kernel
def set_field(key, field, value):
    return (key & ~(15 << field)) | (value << field)


@kernel
def count_up(key, field):
    """One more, modulo 16."""
    return set_field(key, field, (get_field(key, field) + 1) & 15)
