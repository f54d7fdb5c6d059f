"""Explanations for champions whose predictions are made up."""

from collections.abc import Callable

import numpy as np

from mlcore.serving.explanations import Explanation, Reason


def explain_by(predict: Callable[..., np.ndarray]) -> Callable[..., Explanation]:
    """In place of ``explanations.explain``: of ``predict``, half by strength and half by order."""

    def explain(champion, game, a, move_a, b, move_b, rows):
        chance = float(predict(champion, game, a, np.array([move_a]), b, np.array([move_b]))[0])
        margin = float(np.log(chance / (1 - chance)))
        halves = [Reason(code, margin / 2, {}) for code in ("strength", "order")]
        rest = [Reason(code, 0.0, {}) for code in ("types", "accuracy", "effects")]
        return Explanation(margin, (*halves, *rest))

    return explain
