"""A fixed order of rows, for answers that must not depend on which side is named first."""

import numpy as np


def compare(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Row by row in lexicographic order, int (k,): below 0 where ``first`` comes earlier, 0: equal.

    first, second: int (k, n).
    """
    gap = first - second
    return gap[np.arange(len(gap)), (gap != 0).argmax(axis=1)]
