"""What the admin says at a glance: what serves and how well, how old its facts are, what runs."""

from dataclasses import dataclass
from typing import Any

from mlcore.game import gamedata
from mlcore.game.gamedata import GameData
from mlcore.learning.model import Model
from mlcore.models import DriftReport, EvaluationReport, ModelKind, ModelVersion, TaskRun
from mlcore.monitoring import retraining
from mlcore.serving import champion as champion_store
from mlcore.serving import well_played
from mlcore.serving.live_versions import live_versions
from pokedex.game_data_version import GameDataVersion
from pokedex.models import FACT_MODELS

#: Runs that the overview shows.
_RUNS = 6


@dataclass(frozen=True)
class Ageing:
    """A live version that learned from other facts than those of now.

    task  that retrains its kind of model; ``run`` is an open run of it
    """

    kind: ModelKind
    version: str
    task: str
    run: TaskRun | None


def _now() -> tuple[Model | None, GameData | None]:
    """Champion and facts as they are at this moment: a page after a save shows what it did."""
    try:
        champion: Model | None = champion_store.current()
    except champion_store.NoChampion:
        champion = None
    try:
        game: GameData | None = gamedata.refreshed()
    except gamedata.IncompleteGameData:
        game = None
    return champion, game


def ageing() -> list[Ageing]:
    """The live versions that were trained on other facts than those of now."""
    _, game = _now()
    if game is None:
        return []
    aged = {
        kind: live.version
        for kind, live in live_versions().items()
        if live.data_fingerprint != game.fingerprint
    }
    runs = retraining.open_runs() if aged else {}
    return [
        Ageing(kind, version, retraining.TASKS[kind], runs.get(retraining.TASKS[kind]))
        for kind, version in aged.items()
    ]


def overview() -> dict[str, Any]:
    """Champion, its gate figures, live quality and drift, state of the facts, newest runs.

    champion, row and the reports are None where there is nothing yet. ``battle``: the value of
    battle states with its reports, or None.
    """
    champion, game = _now()
    about: dict[str, Any] = {"champion": champion, "game": game, "row": None}
    if champion is not None:
        version = champion.version
        about |= {
            "row": ModelVersion.objects.filter(version=version).defer("metrics").first(),
            "scores": (champion.metadata.get("metrics") or {}).get("holdout"),
            "checks": (champion.metadata.get("gate") or {}).get("checks", []),
            "quality": EvaluationReport.objects.filter(model_version=version).first(),
            "drift": DriftReport.objects.filter(model_version=version).first(),
            "same": game is not None and champion.fingerprint == game.fingerprint,
        }
        about["passed"] = sum(check["passed"] for check in about["checks"])
    return about | {
        "battle": _battle_value(),
        "facts": GameDataVersion.objects.first(),
        "curated": sum(
            model._default_manager.filter(is_curated=True).count() for model in FACT_MODELS
        ),
        "runs": TaskRun.objects.defer("log")[:_RUNS],
    }


def _battle_value() -> dict[str, Any] | None:
    value = well_played.loaded()
    if value is None:
        return None
    reports = {
        "row": ModelVersion.objects.filter(version=value.version).defer("metrics"),
        "quality": EvaluationReport.objects.filter(model_version=value.version),
        "drift": DriftReport.objects.filter(model_version=value.version),
    }
    return {"version": value.version} | {name: rows.first() for name, rows in reports.items()}
