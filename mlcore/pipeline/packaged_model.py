"""The duel model as MLflow keeps it: this file's text, and the files of one version beside it.

Whoever has the project's code on the path loads it with ``mlflow.pyfunc.load_model``; neither
database nor settings are needed, since the facts of the game come with the model. The code does
not: compiling the exact solver takes minutes, which the code on the path has behind it. A model
that was trained on other features than the code computes is refused.

A row is a duel as ``manage.py predict`` reads it (``mlcore/game/duel_lines.py``), each side with a
level of its own: ``{"a": {"species": "pikachu", "move": "thunderbolt", "level": 50}, "b": {...}}``.
"""

import json
import os
from pathlib import Path
from typing import Any

import django
import mlflow
import numpy as np
import pandas as pd
from django.apps import apps
from django.conf import settings
from mlflow.pyfunc import PythonModel

if not apps.ready:
    if "DJANGO_SETTINGS_MODULE" not in os.environ:
        # The facts are described by Django models, whose apps must be there; no row is read.
        settings.configure(INSTALLED_APPS=["django.contrib.contenttypes", "pokedex"])
    django.setup()

from mlcore.game import duel_lines, facts_file
from mlcore.learning import model as learning_model


class DuelModel(PythonModel):
    """P(A wins) of duels, one a row."""

    def load_context(self, context: Any) -> None:
        files = {name: Path(path) for name, path in context.artifacts.items()}
        self.game = facts_file.load(files["facts"])
        self.model = learning_model.build(
            json.loads(files["metadata"].read_bytes()), files["model"].read_bytes()
        )

    def predict(
        self, context: Any, model_input: pd.DataFrame, params: dict[str, Any] | None = None
    ) -> np.ndarray:
        """float64 (k,). Raises ValueError with what is wrong in which row."""
        rows = (json.dumps(row, default=_plain) for row in model_input.to_dict("records"))
        lines = duel_lines.parse_lines(rows, self.game, allow_moves=False, allow_status=False)
        duels = [line for line in lines if isinstance(line, duel_lines.DuelLine)]
        wrong = [line for line in lines if isinstance(line, duel_lines.LineError)]
        if wrong:
            raise ValueError("; ".join(f"row {line.id}: {line.message}" for line in wrong))
        a, b = [duel.a for duel in duels], [duel.b for duel in duels]
        return learning_model.predict_with(
            self.model,
            self.game,
            duel_lines.to_setups(a),
            np.array([side.moves[0] for side in a], dtype=np.int64),
            duel_lines.to_setups(b),
            np.array([side.moves[0] for side in b], dtype=np.int64),
        )


def _plain(value: Any) -> Any:
    """NumPy's numbers and arrays, which MLflow makes of a row's, as JSON knows them."""
    return value.tolist()


mlflow.models.set_model(DuelModel())
