"""What the admin says at a glance: what serves and how well, how old its facts are, what runs."""

from dataclasses import dataclass
from typing import Any

from mlcore.game import gamedata
from mlcore.game.gamedata import GameData
from mlcore.learning.model import Model
from mlcore.models import DriftReport, EvaluationReport, ModelVersion, TaskRun
from mlcore.serving import champion as champion_store
from pokedex.game_data_version import GameDataVersion
from pokedex.models import FACT_MODELS

#: Runs that the overview shows.
_RUNS = 6


@dataclass(frozen=True)
class Ageing:
    """A champion that learned from other facts than those of now; ``run`` is an open retraining."""

    version: str
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


def ageing() -> Ageing | None:
    """The champion's age, if it was trained on other facts than those of now; else None."""
    champion, game = _now()
    if champion is None or game is None or champion.fingerprint == game.fingerprint:
        return None
    run = TaskRun.objects.filter(task="retrain", state__in=TaskRun.OPEN).defer("log").first()
    return Ageing(champion.version, run)


def overview() -> dict[str, Any]:
    """Champion, its gate figures, live quality and drift, state of the facts, newest runs.

    champion, row and the reports are None where there is nothing yet.
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
        "facts": GameDataVersion.objects.first(),
        "curated": sum(
            model._default_manager.filter(is_curated=True).count() for model in FACT_MODELS
        ),
        "runs": TaskRun.objects.defer("log")[:_RUNS],
    }
