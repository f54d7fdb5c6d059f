"""The small bars under base stats in lists, drawn by classes of CSS."""

#: Values with a full bar: no base stat and no total of a form is higher.
FULL_STAT, FULL_TOTAL = 255, 800
#: The class of a full bar is "bar-25".
STEPS = 25


def stat_bar(value: int, full: int) -> int:
    """The number of a bar's class; what is not nothing has a bar."""
    return max(1, min(STEPS, round(STEPS * value / full)))
