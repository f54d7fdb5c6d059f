"""What a model must beat: rules of thumb that need no training. P(A wins), float64 (k,)."""

from collections.abc import Callable

import numpy as np

from mlcore.engine.specs import GameTables, Setups
from mlcore.learning.features import FEATURE_NAMES, build_features

#: How sure a rule of thumb is: it only says who wins, and never quite all of the time.
_SURE = 0.95

_AT = {name: index for index, name in enumerate(FEATURE_NAMES)}


def _sure_of(lead: np.ndarray) -> np.ndarray:
    return np.where(lead > 0, _SURE, np.where(lead < 0, 1 - _SURE, 0.5))


def base_stat_total(rows: np.ndarray) -> np.ndarray:
    """The form with the higher sum of base stats wins; rows from ``build_features``."""
    return _sure_of(rows[:, _AT["base_stat_gap"]])


def uses_then_order(rows: np.ndarray) -> np.ndarray:
    """Fewer mean hits to knock out win; a tie goes to priority, then to speed."""
    own, foe = _whole_uses(rows, "own"), _whole_uses(rows, "foe")
    first = rows[:, _AT["moves_first"]] - 0.5
    return _sure_of(np.where(own != foe, np.sign(np.less(own, foe) - 0.5), first))


def _whole_uses(rows: np.ndarray, side: str) -> np.ndarray:
    """Uses of mean damage that make up all of the foe's HP; infinite without damage."""
    share = rows[:, _AT[f"{side}_mean_share"]] * rows[:, _AT[f"{side}_hit_chance"]]
    turns = 1 + rows[:, _AT[f"{side}_charges"]] + rows[:, _AT[f"{side}_recharges"]]
    with np.errstate(divide="ignore"):
        return np.where(share > 0, np.ceil(1 / share) * turns, np.inf)


def race(rows: np.ndarray) -> np.ndarray:
    """Two distributions of uses to knock out, and who moves first: no side effects at all."""
    win, loss = rows[:, _AT["race_win"]], rows[:, _AT["race_loss"]]
    return (win + (1 - win - loss) / 2).astype(np.float64)


def closed_form(rows: np.ndarray) -> np.ndarray:
    """The duel followed turn by turn, without anything learned."""
    win, undecided = rows[:, _AT["closed_form_win"]], rows[:, _AT["closed_form_undecided"]]
    return (win + undecided / 2).astype(np.float64)


BASELINES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "base_stat_total": base_stat_total,
    "uses_then_order": uses_then_order,
    "race": race,
    "closed_form": closed_form,
}


def predict(
    name: str, tables: GameTables, a: Setups, move_a: np.ndarray, b: Setups, move_b: np.ndarray
) -> np.ndarray:
    """P(A wins) by the baseline of that name, float64 (k,)."""
    return BASELINES[name](build_features(tables, a, move_a, b, move_b))
