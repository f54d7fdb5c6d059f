"""Fitting what can serve: gradient-boosted trees, or a linear model, on top of the exact solver.

Both start from the exact solver's log-odds and learn what it leaves out. Every duel is learned
from both sides, and the answer is logit P = (f(A,B) - f(B,A)) / 2 divided by one
temperature, which is fitted on the validation split. What is evaluated is what serves: nothing
is refitted afterwards, and the model goes through the same ``model.build`` as in serving.
"""

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from mlcore.datasets import dataset
from mlcore.datasets.dataset import DatasetFiles
from mlcore.datasets.duels import Duels
from mlcore.game.gamedata import GameData
from mlcore.learning import features
from mlcore.learning import model as learning_model
from mlcore.learning.metrics import log_loss

#: Called with a tree's number and the validation log-loss after it.
Watch = Callable[[int, float], None]
#: Rows of features computed at a time, and by one thread.
_CHUNK = 4096
_TEMPERATURES = np.exp(np.linspace(np.log(0.5), np.log(2.0), 141))


@dataclass(frozen=True)
class Settings:
    """What to fit and how. For trees ``params`` are XGBoost's own names, and ``rounds`` the
    trees at most; the linear model knows ``l2``. With ``on_closed_form`` a model only corrects
    the exact solver; without, it must find out for itself.
    """

    rounds: int
    early_stopping: int
    seed: int = 1
    kind: str = "xgboost"
    on_closed_form: bool = True
    feature_names: tuple[str, ...] = features.FEATURE_NAMES
    params: dict[str, Any] = field(default_factory=dict)


_PARAMS = {
    "objective": "binary:logistic",
    "eval_metric": "logloss",
    "tree_method": "hist",
    "max_depth": 6,
    "eta": 0.2,
    "min_child_weight": 10,
    "subsample": 0.7,
    "colsample_bytree": 0.3,
    "lambda": 5.0,
    "max_bin": 64,
}
#: Groups of features that a champion does without, and the validation log-loss that each was
#: worth beside the exact solver (220,000 duels, standard error 0.000004): nothing, or less.
#: Measured by ``manage.py ml --mode=compare`` on 2026-11-23; that of the types without it.
SWITCHED_OFF = {
    "stats": -0.0000043,
    "types": -0.000116,
    "damage": -0.0000011,
    "uses_to_ko": -0.0000044,
    "order": -0.0000025,
    "contrast": -0.0000086,
}
_SWITCHED_ON = features.names_without(*SWITCHED_OFF)
# The exact solver leaves little to learn: few trees find most of it.
PROFILES = {
    "quick": Settings(rounds=40, early_stopping=10, feature_names=_SWITCHED_ON, params=_PARAMS),
    "full": Settings(
        rounds=1000,
        early_stopping=40,
        feature_names=_SWITCHED_ON,
        params={**_PARAMS, "max_depth": 7, "eta": 0.05, "max_bin": 128},
    ),
}


@dataclass(frozen=True, eq=False)
class FeatureView:
    """A split as the model sees it: rows of features from both sides, float32 (k, F) each."""

    duels: Duels
    rows_ab: np.ndarray
    rows_ba: np.ndarray

    def take(self, rows: np.ndarray) -> "FeatureView":
        return FeatureView(self.duels.take(rows), self.rows_ab[rows], self.rows_ba[rows])


@dataclass(frozen=True, eq=False)
class Trained:
    """A fitted model before it has a name: what to export, and how fitting went."""

    model: bytes
    metadata: dict[str, Any]

    def as_model(self, version: str) -> learning_model.Model:
        """The model as it would serve under that name."""
        return learning_model.build({**self.metadata, "version": version}, self.model)


def view(
    game: GameData,
    duels: Duels,
    *,
    threads: int = 1,
    progress: Callable[[int], None] = lambda done: None,
) -> FeatureView:
    """Features of a split, computed on ``threads`` threads."""
    count = len(duels)
    rows_ab = np.empty((count, len(features.FEATURE_NAMES)), dtype=np.float32)
    rows_ba = np.empty_like(rows_ab)

    def fill(first: int) -> int:
        rows = np.arange(first, min(first + _CHUNK, count))
        rows_ab[rows], rows_ba[rows] = features.build_pair(
            game.tables,
            duels.a.take(rows),
            duels.move_a[rows],
            duels.b.take(rows),
            duels.move_b[rows],
        )
        return len(rows)

    with ThreadPoolExecutor(max(1, threads)) as pool:
        for done in pool.map(fill, range(0, count, _CHUNK)):
            progress(done)
    return FeatureView(duels, rows_ab, rows_ba)


def code_version() -> str:
    """Hash of the code that a model depends on, beside its data set."""
    digest = hashlib.sha256(dataset.code_version().encode())
    for module in (features, learning_model):
        digest.update(Path(str(module.__file__)).read_bytes())
    digest.update(Path(__file__).read_bytes())
    return digest.hexdigest()[:16]


def _matrix(view: FeatureView, columns: np.ndarray, settings: Settings, *, ref: Any = None) -> Any:
    """Both sides of every duel as XGBoost's quantised matrix."""
    import xgboost

    rows = np.concatenate([view.rows_ab, view.rows_ba])
    share = view.duels.share
    return xgboost.QuantileDMatrix(
        rows[:, columns],
        label=np.concatenate([share, 1 - share]),
        weight=np.tile(view.duels.weight, 2),
        base_margin=features.base_margin(rows) if settings.on_closed_form else None,
        max_bin=settings.params.get("max_bin", 256),
        ref=ref,
    )


def fit(
    game: GameData,
    train: FeatureView,
    validation: FeatureView,
    files: DatasetFiles,
    settings: Settings,
    *,
    threads: int = 1,
    progress: Callable[[int], None] = lambda done: None,
    watch: Watch = lambda round_, loss: None,
) -> Trained:
    """Fit a model on ``train``, stop and calibrate it on ``validation``.

    ``watch`` sees the validation log-loss after each tree; what it raises ends the fit.
    """
    started = time.perf_counter()
    fitters: dict[str, Callable[..., tuple[bytes, dict[str, Any]]]] = {
        "xgboost": partial(_fit_trees, watch),
        "linear": _fit_linear,
    }
    model, about = fitters[settings.kind](train, validation, settings, threads, progress)
    metadata: dict[str, Any] = {
        "format_version": learning_model.FORMAT_VERSION,
        "kind": settings.kind,
        "on_closed_form": settings.on_closed_form,
        "feature_names": list(settings.feature_names),
        "schema_hash": features.SCHEMA_HASH,
        "temperature": 1.0,
        "data_fingerprint": game.fingerprint,
        "code_version": code_version(),
        "seed": settings.seed,
        "params": settings.params,
        "dataset": {
            key: files.manifest[key]
            for key in ("name", "recipe", "files", "battles", "unseen_species", "code_version")
        },
        **about,
    }
    uncalibrated = Trained(model, metadata)
    temperature = fit_temperature(uncalibrated.as_model("unnamed"), validation)
    seconds = round(time.perf_counter() - started, 1)
    return replace(
        uncalibrated, metadata={**metadata, "temperature": temperature, "fit_seconds": seconds}
    )


def _fit_trees(
    watch: Watch,
    train: FeatureView,
    validation: FeatureView,
    settings: Settings,
    threads: int,
    progress: Callable[[int], None],
) -> tuple[bytes, dict[str, Any]]:
    import xgboost

    columns = feature_columns(settings.feature_names)
    matrix = _matrix(train, columns, settings)
    watched = _matrix(validation, columns, settings, ref=matrix)

    class Tick(xgboost.callback.TrainingCallback):
        def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
            progress(1)
            watch(epoch, evals_log["validation"]["logloss"][-1])
            return False

    history: dict[str, Any] = {}
    booster = xgboost.train(
        {**settings.params, "seed": settings.seed, "nthread": threads},
        matrix,
        num_boost_round=settings.rounds,
        evals=[(watched, "validation")],
        early_stopping_rounds=settings.early_stopping,
        evals_result=history,
        verbose_eval=False,
        callbacks=[Tick()],
    )
    booster = booster[: booster.best_iteration + 1]
    booster.feature_names = None
    return bytes(booster.save_raw("ubj")), {
        "xgboost_version": xgboost.__version__,
        "trees": booster.num_boosted_rounds(),
        "validation_log_loss": [round(v, 6) for v in history["validation"]["logloss"]],
    }


def _fit_linear(
    train: FeatureView,
    validation: FeatureView,
    settings: Settings,
    threads: int,
    progress: Callable[[int], None],
) -> tuple[bytes, dict[str, Any]]:
    """Logistic regression on standardised differences of the two views, ridge penalty ``l2``."""
    from scipy.optimize import minimize

    columns = feature_columns(settings.feature_names)
    scales = train.rows_ab[:, columns].std(axis=0, dtype=np.float64)
    scales[scales < 1e-6] = 1.0
    means = train.rows_ab[:, columns].mean(axis=0, dtype=np.float64)
    # f(A,B) - f(B,A) of a linear f needs only the difference of the rows.
    gaps = (train.rows_ab[:, columns] - train.rows_ba[:, columns]) / (2 * scales)
    start = np.zeros(len(gaps))
    if settings.on_closed_form:
        start = (features.base_margin(train.rows_ab) - features.base_margin(train.rows_ba)) / 2.0
    share = train.duels.share.astype(np.float64)
    weight = train.duels.weight / train.duels.weight.sum()
    penalty = float(settings.params.get("l2", 1e-5))

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        margins = start + gaps @ weights
        # -share log p - (1 - share) log(1 - p), written so that it cannot overflow
        value = float((weight * (np.logaddexp(0, margins) - share * margins)).sum())
        slope = gaps.T @ (weight * (learning_model.sigmoid(margins) - share))
        progress(1)
        return value + penalty * float(weights @ weights) / 2, slope + penalty * weights

    solution = minimize(
        loss, np.zeros(len(columns)), jac=True, method="L-BFGS-B", options={"maxiter": 300}
    )
    model = {
        "weights": solution.x.tolist(),
        "means": means.tolist(),
        "scales": scales.tolist(),
    }
    return json.dumps(model).encode(), {"iterations": int(solution.nit)}


def feature_columns(names: Sequence[str]) -> np.ndarray:
    """Indices of features by name, int (n,)."""
    position = {name: index for index, name in enumerate(features.FEATURE_NAMES)}
    return np.array([position[name] for name in names], dtype=np.int64)


def settings_hash(files: DatasetFiles, settings: Settings) -> str:
    """Names everything that a model depends on: data set, settings, code."""
    depends = json.dumps(
        [files.name, files.manifest["files"], asdict(settings), code_version()], sort_keys=True
    )
    return hashlib.sha256(depends.encode()).hexdigest()[:12]


def fit_temperature(champion: learning_model.Model, validation: FeatureView) -> float:
    """The one number that divides all log-odds so that validation log-loss is least."""
    margins = champion.margins(validation.rows_ab, validation.rows_ba) * champion.temperature
    weight = validation.duels.weight / validation.duels.weight.sum()
    losses = [
        float(
            (weight * log_loss(learning_model.sigmoid(margins / t), validation.duels.share)).sum()
        )
        for t in _TEMPERATURES
    ]
    return round(float(_TEMPERATURES[int(np.argmin(losses))]), 6)


def predict_view(champion: learning_model.Model, view: FeatureView) -> np.ndarray:
    """P(A wins) of the duels of a view, float64 (k,)."""
    return learning_model.sigmoid(champion.margins(view.rows_ab, view.rows_ba))
