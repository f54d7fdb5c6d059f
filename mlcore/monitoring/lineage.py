"""From a served answer back to what it was made of: model, data set, facts, code."""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from mlcore.battle_value import training as battle_training
from mlcore.game import gamedata
from mlcore.learning import model as learning_model
from mlcore.learning import training
from mlcore.models import ModelFile, ModelKind, ModelVersion, PredictionLog
from mlcore.monitoring import log_view
from mlcore.serving import prediction_log, well_played
from mlcore.serving.live_versions import live_versions

#: Rows of the log that one request id leads to at most: a proxy may give one id to many.
MOST = 20


@dataclass(frozen=True)
class Lineage:
    """What is known of one answer; what was not recorded is empty.

    facts_alike  the answer's game data are those that its model learned from
    facts_today  they are today's, too
    code_today   the code that trained the model is what runs now
    again        whether the stored model gives the logged chances once more: None where it cannot
                 be asked, since its files, or the game data of that day, are gone
    """

    row: PredictionLog
    asked: log_view.Asked
    version: ModelVersion | None
    metadata: dict[str, Any]
    live: bool
    stored: bool
    facts_alike: bool
    facts_today: bool
    code_today: bool
    again: bool | None


def of_request(request_id: str) -> list[Lineage]:
    """The answers to a request, in the order of their rows."""
    rows = PredictionLog.objects.filter(request_id=request_id).order_by("id") if request_id else ()
    return [of_row(row) for row in rows[:MOST]]


def of_row(row: PredictionLog) -> Lineage:
    version = ModelVersion.objects.filter(model=row.model, version=row.model_version).first()
    metadata = version.metadata if version else _metadata_without_row(row)
    trained_on = metadata.get("data_fingerprint", "")
    today = _game()
    live = live_versions().get(ModelKind(row.model))
    code = training if row.model == ModelKind.DUEL else battle_training
    return Lineage(
        row=row,
        asked=log_view.asked(row),
        version=version,
        metadata=metadata,
        live=live is not None and live.version == row.model_version,
        stored=ModelFile.objects.filter(bundle=row.model_version).exists(),
        facts_alike=trained_on.startswith(row.data_fingerprint),
        facts_today=today is not None and today.fingerprint.startswith(row.data_fingerprint),
        code_today=metadata.get("code_version") == code.code_version(),
        again=_again(row, today) if version else None,
    )


def _metadata_without_row(row: PredictionLog) -> dict[str, Any]:
    """Of the value of battle states that comes with the code, which has no row."""
    value = well_played.loaded() if row.model == ModelKind.BATTLE else None
    return value.metadata if value is not None and value.version == row.model_version else {}


def _game() -> gamedata.GameData | None:
    try:
        return gamedata.current()
    except gamedata.IncompleteGameData:
        return None


def _again(row: PredictionLog, game: gamedata.GameData | None) -> bool | None:
    """Ask the stored model of duels once more; matchups take a search of seconds and are not."""
    if row.model != ModelKind.DUEL or game is None:
        return None
    if not game.fingerprint.startswith(row.data_fingerprint):
        return None
    files = {
        name.rpartition(".")[2] if "_model_" in name else "metadata": bytes(content)
        for name, content in ModelFile.objects.filter(bundle=row.model_version).values_list(
            "name", "content"
        )
    }
    try:
        metadata = json.loads(files.pop("metadata"))
        (content,) = files.values()
        model = learning_model.build(metadata, content)
        record = prediction_log.unpack(bytes(row.record))
        duels = prediction_log.duels_of(game.tables, record.columns)
    except (KeyError, ValueError, learning_model.BadArtefact):
        return None
    chances = learning_model.predict_with(model, game, *duels)
    # Many rows are kept to four digits or so, and trees add up in float32.
    return bool(np.allclose(chances, record.chances, rtol=0, atol=1e-4))
