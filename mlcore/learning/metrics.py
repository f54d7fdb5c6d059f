"""How true a model's probabilities are, measured on battles that were really played.

A duel's truth is a frequency: its share of plays won, a draw counting half. A frequency from n
plays is noisy by itself, so each score comes with its floor: what a prophet who knows every true
probability would score on the same plays.
"""

from collections.abc import Mapping

import numpy as np

#: Bins of the expected calibration error, equal in width.
ECE_BINS = 15
#: A duel has a clear favorite when its frequency is further than this from one half.
CLEAR = 0.05
_LEAST = 1e-12


def _bernoulli_entropy(p: np.ndarray) -> np.ndarray:
    p = np.clip(np.asarray(p, dtype=np.float64), _LEAST, 1 - _LEAST)
    return -(p * np.log(p) + (1 - p) * np.log(1 - p))


def log_loss(y_prob: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Mean log-loss over the plays of each duel, float64 (k,), in nats."""
    p = np.clip(y_prob, _LEAST, 1 - _LEAST)
    return -(share * np.log(p) + (1 - share) * np.log(1 - p))


def brier(y_prob: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Mean squared error over the plays of each duel, float64 (k,)."""
    return (y_prob - share) ** 2 + share * (1 - share)


def noise(share: np.ndarray, plays: np.ndarray) -> np.ndarray:
    """Unbiased variance of a frequency from ``plays`` plays, float64 (k,)."""
    return share * (1 - share) / np.maximum(plays - 1, 1)


def log_loss_floor(share: np.ndarray, plays: np.ndarray) -> np.ndarray:
    """Entropy of the true probability, estimated (Miller and Madow's correction), (k,)."""
    undecided = (share > 0) & (share < 1)
    return _bernoulli_entropy(share) + undecided / (2 * plays)


def brier_floor(share: np.ndarray, plays: np.ndarray) -> np.ndarray:
    """p (1 - p) of the true probability, estimated without bias, (k,)."""
    return share * (1 - share) * plays / np.maximum(plays - 1, 1)


def is_clear(share: np.ndarray, plays: np.ndarray) -> np.ndarray:
    """Whether the plays leave no doubt who is the favorite: two standard errors; bool (k,)."""
    return np.abs(share - 0.5) > 2 * np.sqrt(noise(share, plays)) + 1e-9


def worth(
    y_prob: np.ndarray, others: np.ndarray, share: np.ndarray, plays: np.ndarray
) -> dict[str, float]:
    """Favorites called wrongly in 1,000 predictions, beside those of other predictions.

    Only clear favorites can be called wrongly. ``gap``: how many more than the others, with the
    standard error of that difference.
    """
    clear = is_clear(share, plays)
    wrong, others_wrong = (
        1000.0 * (clear & ((given >= 0.5) != (share > 0.5))) for given in (y_prob, others)
    )
    gap = wrong - others_wrong
    return {
        "wrong_favorites": float(wrong.mean()),
        "others": float(others_wrong.mean()),
        "gap": float(gap.mean()),
        "standard_error": float(gap.std() / np.sqrt(len(gap))),
    }


def reliability(
    y_prob: np.ndarray, share: np.ndarray, *, bins: int = ECE_BINS
) -> list[dict[str, float]]:
    """Per bin of predicted probability that is not empty: count, mean prediction, frequency."""
    import pandas as pd

    index = np.minimum((y_prob * bins).astype(int), bins - 1)
    frame = pd.DataFrame({"predicted": y_prob, "observed": share}, dtype=np.float64)
    rows = frame.groupby(index).agg(
        count=("predicted", "size"), predicted=("predicted", "mean"), observed=("observed", "mean")
    )
    return [
        {"low": b / bins, "high": (b + 1) / bins, **row} for b, row in rows.to_dict("index").items()
    ]


def expected_calibration_error(
    y_prob: np.ndarray, share: np.ndarray, *, bins: int = ECE_BINS
) -> float:
    """Mean gap between predicted and observed over the bins, weighted by their counts."""
    curve = reliability(y_prob, share, bins=bins)
    gaps = sum(row["count"] * abs(row["predicted"] - row["observed"]) for row in curve)
    return gaps / len(y_prob)


def evaluate(
    y_prob: np.ndarray,
    share: np.ndarray,
    plays: np.ndarray,
    *,
    half_share: np.ndarray | None = None,
    half_plays: np.ndarray | None = None,
) -> dict[str, float]:
    """All scores of k predictions against k frequencies.

    With the frequency of a part of the plays, the best possible accuracy is told by choosing
    the winner on the other part and counting on this one; without, it is flattered by chance.
    """
    y_prob = np.asarray(y_prob, dtype=np.float64)
    share = np.asarray(share, dtype=np.float64)
    plays = np.asarray(plays, dtype=np.float64)
    picks_a = y_prob >= 0.5
    clear = np.abs(share - 0.5) > CLEAR
    right = picks_a == (share > 0.5)
    if half_share is not None and half_plays is not None:
        rest = np.maximum(plays - half_plays, 1)
        others = (share * plays - half_share * half_plays) / rest
        best = np.where(others >= 0.5, half_share, 1 - half_share).mean()
    else:
        best = np.maximum(share, 1 - share).mean()
    squared = (y_prob - share) ** 2
    above = squared - noise(share, plays)
    return {
        "duels": len(y_prob),
        "log_loss": float(log_loss(y_prob, share).mean()),
        "log_loss_floor": float(log_loss_floor(share, plays).mean()),
        "brier": float(brier(y_prob, share).mean()),
        "brier_floor": float(brier_floor(share, plays).mean()),
        "ece": expected_calibration_error(y_prob, share),
        "ece_bins": ECE_BINS,
        "accuracy": float(np.where(picks_a, share, 1 - share).mean()),
        "best_accuracy": float(best),
        "clear_favourites": int(clear.sum()),
        "clear_favourites_right": float(right[clear].mean()) if clear.any() else 1.0,
        "mse": float(squared.mean()),
        "mse_above_noise": float(above.mean()),
        "mse_standard_error": float(above.std() / np.sqrt(len(above))),
    }


def summary(metrics: Mapping[str, float]) -> str:
    """The scores that matter most, on one line."""
    return (
        f"log-loss {metrics['log_loss']:.4f} (floor {metrics['log_loss_floor']:.4f}), "
        f"Brier {metrics['brier']:.4f} ({metrics['brier_floor']:.4f}), "
        f"ECE {metrics['ece']:.4f}, "
        f"favorites {metrics['clear_favourites_right']:.2%} of {metrics['clear_favourites']}, "
        f"MSE above noise {metrics['mse_above_noise']:.6f}"
    )


def classification(y_prob: np.ndarray, share: np.ndarray) -> dict[str, float]:
    """The figures that others publish, with the likelier winner of each duel as its label.

    Duels that were exactly even in the plays have no label and are left out.
    """
    from sklearn.metrics import confusion_matrix, precision_recall_fscore_support, roc_auc_score

    labelled = share != 0.5
    truth, picks = share[labelled] > 0.5, y_prob[labelled] >= 0.5
    true_b, false_a, false_b, true_a = confusion_matrix(truth, picks, labels=[False, True]).flat
    precision, recall, f1, _ = precision_recall_fscore_support(
        truth, picks, average="binary", zero_division=0.0
    )
    return {
        "duels": len(truth),
        "accuracy": float((truth == picks).mean()),
        "precision": float(precision),
        "recall": float(recall),
        "f1": float(f1),
        "roc_auc": float(roc_auc_score(truth, y_prob[labelled]))
        if 0 < truth.sum() < len(truth)
        else 1.0,
        "true_a": int(true_a),
        "false_a": int(false_a),
        "true_b": int(true_b),
        "false_b": int(false_b),
    }


def error_between(values: np.ndarray, groups: np.ndarray) -> float:
    """Standard error of the mean of values (k,) that are alike within their groups, int (k,)."""
    _, members = np.unique(groups, return_inverse=True)
    sums = np.bincount(members, values - values.mean())
    return float(np.sqrt((sums**2).sum()) / len(values))


def paired_difference(
    first: np.ndarray,
    second: np.ndarray,
    masks: np.ndarray,
    *,
    resamples: int = 1000,
    seed: int = 0,
) -> tuple[np.ndarray, np.ndarray]:
    """How much more the first loses than the second on each slice, and how sure that is.

    first, second: losses of the same duels (k,); masks bool (k, s). Returns mean differences
    (s,) and their standard errors (s,), by a bootstrap over duels.
    """
    gap = first - second
    random = np.random.default_rng(seed)
    counts = masks.sum(axis=0)
    means = (gap @ masks) / np.maximum(counts, 1)
    columns = np.concatenate([masks * gap[:, None], masks], axis=1).astype(np.float32)
    draws = []
    for _ in range(0, resamples, 50):
        # Poisson weights: each duel is drawn about once.
        weights = random.poisson(1.0, size=(50, len(gap))).astype(np.float32)
        sums = weights @ columns
        slices = masks.shape[1]
        draws.append(sums[:, :slices] / np.maximum(sums[:, slices:], 1))
    return means, np.concatenate(draws).std(axis=0)
