"""XGBoost's trees walked by a kernel of our own: what a few rows cost it is mostly the call."""

import math
from typing import Any

import numpy as np

from mlcore.engine.jit import kernel


class FlatTrees:
    """All trees of a model as arrays of nodes, one tree after another.

    feature   int32 (n,): index of the column that a node looks at; -1 for a leaf
    value     float32 (n,): what a smaller number goes left of; of a leaf, its answer
    left      int32 (n,): the left child, as ``right`` the other
    """

    def __init__(self, model: dict[str, Any]) -> None:
        learner = model["learner"]
        trees = learner["gradient_booster"]["model"]["trees"]
        base = np.float32(learner["learner_model_param"]["base_score"].strip("[]"))
        #: The margin that all answers start from, rounded where XGBoost rounds it.
        self.start = np.float32(-math.log(np.float32(1) / base - np.float32(1)))
        sizes = [len(tree["left_children"]) for tree in trees]
        self.roots = np.cumsum([0, *sizes[:-1]]).astype(np.int32)

        def joined(name: str, kind: type, *, moved: bool = False) -> np.ndarray:
            parts: list[np.ndarray] = [
                np.array(tree[name], kind) + (root if moved else 0)
                for tree, root in zip(trees, self.roots, strict=True)
            ]
            return np.concatenate(parts).astype(kind)

        leaf = joined("left_children", np.int32) < 0
        self.feature = joined("split_indices", np.int32)
        self.feature[leaf] = -1
        self.value = joined("split_conditions", np.float32)
        self.left = joined("left_children", np.int32, moved=True)
        self.right = joined("right_children", np.int32, moved=True)
        self.missing_left = joined("default_left", np.int32)

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        """float32 (k, columns) -> float32 (k,), to the bit what XGBoost answers."""
        out = np.empty(len(rows), dtype=np.float32)
        _walk(
            np.ascontiguousarray(rows, dtype=np.float32),
            self.roots,
            self.feature,
            self.value,
            self.left,
            self.right,
            self.missing_left,
            self.start,
            out,
        )
        return out


@kernel
def _walk(rows, roots, feature, value, left, right, missing_left, start, out):
    for row in range(rows.shape[0]):
        total = start
        for tree in range(roots.shape[0]):
            node = roots[tree]
            while feature[node] >= 0:
                given = rows[row, feature[node]]
                goes_left = missing_left[node] == 1 if np.isnan(given) else given < value[node]
                node = left[node] if goes_left else right[node]
            total += value[node]
        out[row] = total
