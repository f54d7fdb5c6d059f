"""A trained model: its artefact, loading it, and its probabilities."""

import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from cachetools import LRUCache

from mlcore.engine.specs import Setups
from mlcore.game.gamedata import GameData
from mlcore.learning import features
from mlcore.learning.trees import FlatTrees

#: Layout of the metadata file; raised when an older reader could misread a newer file.
FORMAT_VERSION = 1


#: So many answers to single duels are kept, some 8 MB.
MAX_ANSWERED = 16_384


class BadArtefact(Exception):
    """Files of a model that do not belong together or do not fit this program."""


#: File name endings of the kinds of models.
SUFFIXES = {"xgboost": "ubj", "linear": "json"}


def model_name(version: str, kind: str = "xgboost") -> str:
    return f"battle_winner_model_{version}.{SUFFIXES[kind]}"


def metadata_name(version: str) -> str:
    return f"battle_winner_metadata_{version}.json"


#: Up to so many rows a walk through the trees takes less than a call of XGBoost.
_FEW_ROWS = 64


class Trees:
    """XGBoost's answer to rows of chosen features: float32 (k, n) -> float64 (k,) log-odds."""

    def __init__(self, model: bytes) -> None:
        import xgboost

        self.booster = xgboost.Booster({"nthread": 1})
        try:
            self.booster.load_model(bytearray(model))
        except xgboost.core.XGBoostError as error:
            raise BadArtefact("not an XGBoost model") from error
        self.feature_count = int(self.booster.num_features())
        self.flat = FlatTrees(json.loads(self.booster.save_raw("json")))

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        if len(rows) <= _FEW_ROWS:
            return self.flat(rows).astype(np.float64)
        # The trees' own constant stays in: it cancels between both sides of a duel.
        answers = self.booster.inplace_predict(rows, predict_type="margin", validate_features=False)
        return answers.astype(np.float64)

    def contributions(self, rows: np.ndarray) -> np.ndarray:
        """What each column adds to the answer, float64 (k, n) log-odds (exact Shapley values).

        They add up to the answer but for a constant, which cancels between both sides.
        """
        import xgboost

        matrix = xgboost.DMatrix(np.ascontiguousarray(rows), nthread=1)
        shares = self.booster.predict(matrix, pred_contribs=True, validate_features=False)
        return shares[:, :-1].astype(np.float64)


class Linear:
    """A weighted sum of standardised features, as ``Trees``; scaling is part of the model."""

    def __init__(self, model: bytes) -> None:
        try:
            values = json.loads(model)
            self.weights = np.array(values["weights"], dtype=np.float64)
            self.means = np.array(values["means"], dtype=np.float64)
            self.scales = np.array(values["scales"], dtype=np.float64)
        except (ValueError, KeyError, TypeError) as error:
            raise BadArtefact("not a linear model") from error
        shapes = {self.weights.shape, self.means.shape, self.scales.shape}
        numbers = np.concatenate([self.weights, self.means, self.scales])
        if len(shapes) != 1 or self.weights.ndim != 1 or not np.isfinite(numbers).all():
            raise BadArtefact("not a linear model")
        self.feature_count = len(self.weights)

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        return self.contributions(rows).sum(axis=1)

    def contributions(self, rows: np.ndarray) -> np.ndarray:
        """What each column adds to the answer, float64 (k, n) log-odds."""
        return (rows - self.means) / self.scales * self.weights


_KINDS: dict[str, Callable[[bytes], Trees | Linear]] = {"xgboost": Trees, "linear": Linear}


@dataclass(frozen=True, eq=False)
class Model:
    """A loaded model: what it was trained on, and how to ask it.

    columns   indices into ``features.FEATURE_NAMES`` of the columns that the model reads
    on_closed_form   its answers are corrections to the exact solver's log-odds
    """

    version: str
    metadata: dict[str, Any]
    fingerprint: str
    columns: np.ndarray = field(repr=False)
    temperature: float
    scorer: Trees | Linear = field(repr=False)
    on_closed_form: bool = True
    #: Single duels that were asked before, with their answers; threads share it under ``lock``.
    answered: LRUCache[bytes, float] = field(
        default_factory=lambda: LRUCache(MAX_ANSWERED), init=False, repr=False
    )
    lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def raw_margins(self, rows: np.ndarray) -> np.ndarray:
        """f of each row: float32 (k, F) of all features -> float64 (k,) log-odds, one call.

        The margin that the trees started from is added here, since handing it to the call costs
        eight times the call.
        """
        answers = self.scorer(rows[:, self.columns])
        return answers + features.base_margin(rows) if self.on_closed_form else answers

    def contributions(self, rows: np.ndarray) -> np.ndarray:
        """What each of ``columns`` adds to f, on top of the exact solver, float64 (k, n)."""
        return self.scorer.contributions(rows[:, self.columns])

    def margins(self, rows_ab: np.ndarray, rows_ba: np.ndarray) -> np.ndarray:
        """Calibrated log-odds that A wins, float64 (k,): antisymmetric by construction."""
        count = len(rows_ab)
        raw = self.raw_margins(np.concatenate([rows_ab, rows_ba]))
        return (raw[:count] - raw[count:]) / (2.0 * self.temperature)


def sigmoid(margins: np.ndarray) -> np.ndarray:
    """Probabilities of log-odds. Written with tanh: p(x) + p(-x) is 1 to the last bit or two."""
    return 0.5 + 0.5 * np.tanh(0.5 * margins)


def load(directory: Path, version: str, sha256: str, metadata_sha256: str) -> Model:
    """Read and check an exported model; raises BadArtefact with the reason when it is refused."""
    metadata_bytes = _read_checked(directory / metadata_name(version), metadata_sha256)
    try:
        metadata = json.loads(metadata_bytes)
        model = _read_checked(
            directory / model_name(version, metadata.get("kind", "xgboost")), sha256
        )
        return build(metadata, model)
    except (ValueError, KeyError, TypeError) as error:
        raise BadArtefact(f"{version}: unreadable: {error!r}") from error


def _read_checked(path: Path, sha256: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadArtefact(f"{path.name}: cannot be read: {error.strerror}") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise BadArtefact(f"{path.name}: its SHA-256 is not the one recorded at promotion")
    return content


def build(metadata: dict[str, Any], model: bytes) -> Model:
    """A champion from its metadata and the bytes of its model file."""
    version = metadata["version"]
    if metadata["format_version"] != FORMAT_VERSION:
        raise BadArtefact(f"{version}: format {metadata['format_version']}, not {FORMAT_VERSION}")
    if metadata["schema_hash"] != features.SCHEMA_HASH:
        raise BadArtefact(f"{version}: trained on other features; train a new model")
    position = {name: index for index, name in enumerate(features.FEATURE_NAMES)}
    columns = np.array([position[name] for name in metadata["feature_names"]], dtype=np.int64)
    temperature = float(metadata["temperature"])
    if not 0.1 < temperature < 10:
        raise BadArtefact(f"{version}: temperature {temperature} makes no sense")

    try:
        scorer = _KINDS[metadata.get("kind", "xgboost")](model)
    except BadArtefact as error:
        raise BadArtefact(f"{version}: {error}") from error
    if scorer.feature_count != len(columns):
        raise BadArtefact(
            f"{version}: {scorer.feature_count} features, metadata says {len(columns)}"
        )
    return Model(
        version=version,
        metadata=metadata,
        fingerprint=metadata["data_fingerprint"],
        columns=columns,
        temperature=temperature,
        scorer=scorer,
        on_closed_form=bool(metadata.get("on_closed_form", True)),
    )


def predict_with(
    champion: Model,
    game: GameData,
    a: Setups,
    move_a: np.ndarray,
    b: Setups,
    move_b: np.ndarray,
    built: features.Features | None = None,
) -> np.ndarray:
    """P(A wins) by a given champion, float64 (k,).

    A caller that needs the features too gives ``built``, which then holds them. A single duel is
    remembered: the same facts, model and duel have the same answer.
    """
    built = built or features.Features(game.tables, a, move_a, b, move_b)
    if len(a) == 1:
        key = _duel_key(game, a, move_a, b, move_b)
        with champion.lock:
            known = champion.answered.get(key)
        if known is None:
            known = float(_computed(champion, built)[0])
            with champion.lock:
                champion.answered[key] = known
        return np.array([known])
    return _computed(champion, built) if len(a) else np.zeros(0)


def _computed(champion: Model, built: features.Features) -> np.ndarray:
    return sigmoid(champion.margins(*built.pair))


def _duel_key(
    game: GameData, a: Setups, move_a: np.ndarray, b: Setups, move_b: np.ndarray
) -> bytes:
    """All that the answer to one duel depends on, besides the model."""
    parts = [game.fingerprint.encode(), int(move_a[0]).to_bytes(4), int(move_b[0]).to_bytes(4)]
    for side in (a, b):
        parts += [
            column.tobytes()
            for column in (
                side.form,
                side.level,
                side.nature,
                side.friendship,
                side.ivs,
                side.avs,
            )
        ]
    return b"".join(parts)
