"""The model that serves: the champion in memory, swapped while running, asked in batches.

A pointer in the database, and ``champion.json`` in ``settings.MODELS_DIR`` after it, names the
version that serves (``mlcore/serving/pointer.py``). What can serve is XGBoost (UBJ) or a linear
model (JSON).

Nothing here imports MLflow, pandas or scikit-learn, and xgboost only when a model is loaded.
"""

import logging
from pathlib import Path
from typing import Any

from mlcore.learning import model as learning_model
from mlcore.models import ModelKind, ModelVersion, Rollout
from mlcore.serving import pointer
from mlcore.serving.pointer import Follower

logger = logging.getLogger(__name__)

POINTER_NAME = "champion.json"


class NoChampion(Exception):
    """No model can answer; the text says why and what to do."""


def load(directory: Path, named: dict[str, Any]) -> learning_model.Model:
    """The version that a pointer names. Raises BadArtefact."""
    return learning_model.load(
        directory, str(named["version"]), named["sha256"], named["metadata_sha256"]
    )


_follower = Follower(
    "champion",
    lambda: pointer.live(ModelKind.DUEL),
    POINTER_NAME,
    load,
    refusals=(learning_model.BadArtefact,),
    absent="no champion yet: run manage.py ml --mode=all",
    logger=logger,
)


def current() -> learning_model.Model:
    """The champion; looks for a new pointer at most every two seconds. Raises NoChampion."""
    return _champion(_follower.get())


def reload() -> learning_model.Model:
    """The champion after looking at the pointer right now (after a promotion, in tests)."""
    return _champion(_follower.get(force=True))


def trouble() -> str:
    """What keeps the version that the pointer names from serving; empty if nothing does."""
    return _follower.trouble


def version_before() -> tuple[str, Rollout | None]:
    """The version that a rollback puts live, and the rollout that ends with it, if that is all.

    While a challenger is compared with the live version it is that one, else the one that was live
    before. Raises LookupError when there is nothing to go back to.
    """
    rollout = Rollout.open_of(ModelKind.DUEL)
    live = pointer.live(ModelKind.DUEL)
    if rollout is not None and live is not None and rollout.champion == live["version"]:
        return rollout.champion, rollout
    row = ModelVersion.live_before(ModelKind.DUEL)
    if row is None:
        raise LookupError("no other version has served before")
    return row.version, None


def _champion(model: learning_model.Model | None) -> learning_model.Model:
    if model is None:
        raise NoChampion(_follower.reason)
    return model
