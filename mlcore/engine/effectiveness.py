"""Type effectiveness: how hard an attack of a type hits a fighter of one type or two."""

from mlcore.engine.jit import kernel

#: doublings() of a target that takes nothing.
IMMUNE = -99


def percent(chart, attacking, type_1, type_2):
    """Per cent of neutral damage, 0 to 400, for types or arrays of types.

    ``chart`` is ``GameTables.type_chart``: a second type that is not there is NO_TYPE.
    """
    return chart[attacking, type_1] * chart[attacking, type_2] // 100


_percent = kernel(percent)


@kernel
def doublings(chart, attacking, type_1, type_2):
    """How often damage doubles (positive) or halves (negative), or IMMUNE."""
    share = _percent(chart, attacking, type_1, type_2)
    if share == 100:
        return 0
    if share > 100:
        return 1 if share == 200 else 2
    if share == 0:
        return IMMUNE
    return -1 if share == 50 else -2
