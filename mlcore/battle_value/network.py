"""The network behind the value: f(own, foe) - f(foe, own), squashed to a chance to win.

Swapping the sides turns the difference around, so the chances of both sides sum to one by
construction. Two hidden layers; inference is compiled and skips features that are zero, which
most are.
"""

import math

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


def new_scratch() -> np.ndarray:
    """Workspace of one evaluation, float32 (2, HIDDEN_1)."""
    return np.zeros((2, HIDDEN_1), dtype=np.float32)


@kernel
def _half(features, own, net, scratch):
    """f(own, foe): the network seen from one side."""
    w1, b1, w2, b2, w3 = net
    first, second = scratch[0], scratch[1]
    for j in range(HIDDEN_1):
        first[j] = b1[j]
    for part in range(2):
        row = features[own if part == 0 else 1 - own]
        for i in range(WIDTH):
            x = row[i]
            if x != 0:
                weights = w1[part * WIDTH + i]
                for j in range(HIDDEN_1):
                    first[j] += x * weights[j]
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
def chance_of_a(features, net, scratch):
    """Chance that side A wins, from the features of both sides."""
    logit = _half(features, 0, net, scratch) - _half(features, 1, net, scratch)
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))
