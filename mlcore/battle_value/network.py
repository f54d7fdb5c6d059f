"""The network behind the value: f(own, foe) - f(foe, own), squashed to a chance to win.

Swapping the sides turns the difference around, so the chances of both sides sum to one by
construction. Two hidden layers; inference is compiled and skips features that are zero, which
most are.
"""

import math
from typing import NamedTuple

import numpy as np

from mlcore.battle_value.columns import WIDTH
from mlcore.engine.jit import kernel

HIDDEN_1, HIDDEN_2 = 192, 32
#: Shapes of the weights: both hidden layers with their biases, then the output's row.
SHAPES = ((2 * WIDTH, HIDDEN_1), (HIDDEN_1,), (HIDDEN_1, HIDDEN_2), (HIDDEN_2,), (HIDDEN_2,))


#: All weights together.
SIZE = sum(math.prod(shape) for shape in SHAPES)


def split(flat: np.ndarray) -> tuple[np.ndarray, ...]:
    """The weights of a flat vector, float32, in the order of SHAPES."""
    ends = np.cumsum([math.prod(shape) for shape in SHAPES])
    parts = np.split(np.ascontiguousarray(flat, dtype=np.float32), ends[:-1])
    return tuple(part.reshape(shape) for part, shape in zip(parts, SHAPES, strict=True))


class Scratch(NamedTuple):
    """Workspace of evaluations. Row or view 0 is the battle seen from A, 1 from B; all float32.

    base         (2, WIDTH): features of a state that others are near to
    base_sums    (2, HIDDEN_1): its first layer, before the cut at zero
    nothing      (2, WIDTH): zeros
    sums         (2, HIDDEN_1)
    second       (HIDDEN_2,)
    """

    base: np.ndarray
    base_sums: np.ndarray
    nothing: np.ndarray
    sums: np.ndarray
    second: np.ndarray


def new_scratch() -> Scratch:
    shapes = (2, WIDTH), (2, HIDDEN_1), (2, WIDTH), (2, HIDDEN_1), (HIDDEN_2,)
    return Scratch(*(np.zeros(shape, dtype=np.float32) for shape in shapes))


@kernel
def _add_difference(features, base, net, sums):
    """Move the sums of the first layer from the features ``base`` to ``features``."""
    w1 = net[0]
    for side in range(2):
        for i in range(WIDTH):
            x = features[side, i] - base[side, i]
            if x != 0:
                for view in range(2):
                    # The viewer's own features come first.
                    weights = w1[i] if side == view else w1[WIDTH + i]
                    for j in range(HIDDEN_1):
                        sums[view, j] += x * weights[j]


@kernel
def _score(first, net, second):
    """f(own, foe) from the sums of the first layer."""
    w2, b2, w3 = net[2], net[3], net[4]
    for j in range(HIDDEN_2):
        second[j] = b2[j]
    for i in range(HIDDEN_1):
        x = first[i]
        if x > 0:
            weights = w2[i]
            for j in range(HIDDEN_2):
                second[j] += x * weights[j]
    total = 0.0
    for j in range(HIDDEN_2):
        if second[j] > 0:
            total += second[j] * w3[j]
    return total


@kernel
def _chance(features, base, base_sums, net, scratch):
    for view in range(2):
        for j in range(HIDDEN_1):
            scratch.sums[view, j] = base_sums[view, j]
    _add_difference(features, base, net, scratch.sums)
    logit = _score(scratch.sums[0], net, scratch.second)
    logit -= _score(scratch.sums[1], net, scratch.second)
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))


@kernel
def set_base(features, net, scratch):
    """Name the state that ``chance_near_base`` is asked about next."""
    for view in range(2):
        for j in range(HIDDEN_1):
            scratch.base_sums[view, j] = net[1][j]
    _add_difference(features, scratch.nothing, net, scratch.base_sums)
    for side in range(2):
        for i in range(WIDTH):
            scratch.base[side, i] = features[side, i]


@kernel
def chance_near_base(features, net, scratch):
    """``chance_of_a`` to the precision of float32, faster the fewer features differ from the base.

    A turn changes one feature in twenty.
    """
    return _chance(features, scratch.base, scratch.base_sums, net, scratch)


@kernel
def chance_of_a(features, net, scratch):
    """Chance that side A wins, from the features of both sides, float32 (2, WIDTH)."""
    for view in range(2):
        for j in range(HIDDEN_1):
            scratch.sums[view, j] = net[1][j]
    return _chance(features, scratch.nothing, scratch.sums, net, scratch)
