"""Columns of what goes into the exact solver and of what comes out of it."""

#: Turns and uses that the results tell apart.
TURNS = 8
USES = 10

# A fighter, one row of int64 per side: the six stats, then
(
    LEVEL,
    FRIENDSHIP,
    TYPE_1,
    TYPE_2,
    WEIGHT,
    MOVE,
    LAST_TURN,  # PP are gone from this turn on (counted from 0), unless uses are counted
    FEW_USES,  # the number of uses when it is small enough to count them, else 0
    FIGHTER_COLUMNS,
) = range(6, 15)

# Columns of the results of ``solve`` (win_* by A's and B's view each)
(
    WIN_A,
    WIN_B,
    UNDECIDED,
    MEAN_TURNS,
    WIN_A_BY,  # A has won by the end of turn 1 .. TURNS
) = (0, 1, 2, 3, 4)
WIN_B_BY = WIN_A_BY + TURNS
RESULT_COLUMNS = WIN_B_BY + TURNS

# Columns of the results of ``uses_to_win``
(
    MIN_DAMAGE,
    MAX_DAMAGE,
    MEAN_DAMAGE,  # of a use that hits, HP
    MEAN_CAPPED,  # the same, a use never counting more than the target's HP
    HIT_CHANCE,
    KO_IN,  # the target is down after 1 .. USES uses
) = (0, 1, 2, 3, 4, 5)
USES_COLUMNS = KO_IN + USES

#: Most HP that a fighter can have here; more than the game knows.
MAX_HP = 1000
