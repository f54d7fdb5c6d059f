"""What one should know about the models that serve, gathered from what was measured on them.

The same facts make the page ``/model/`` and ``docs/MODEL_CARD.md``.
"""

from typing import Any

from django.template.loader import render_to_string

from mlcore.datasets.splits import HOLDOUTS
from mlcore.evaluation import charts
from mlcore.game.gamedata import GameData
from mlcore.learning.model import Model
from mlcore.models import ModelKind, ModelVersion
from mlcore.serving import well_played

#: Slices that are shown as the weakest.
WEAKEST = 12
#: An error above noise is one when it is this many standard errors from nothing.
_SURE = 2.0


def card(champion: Model, game: GameData) -> dict[str, Any]:
    """Facts about a champion, and the live value of battle states: plain numbers, texts and lists.

    What an older version did not record is None or empty.
    """
    about = champion.metadata
    metrics = about.get("metrics") or {}
    recipe = (about.get("dataset") or {}).get("recipe") or {}
    return {
        "version": champion.version,
        "created_at": about.get("created_at"),
        "kind": about.get("kind", "xgboost"),
        "on_closed_form": about.get("on_closed_form", True),
        "trees": about.get("trees"),
        "features": len(about.get("feature_names") or ()),
        "temperature": about.get("temperature"),
        "code_version": about.get("code_version"),
        "sha256": about.get("model_sha256"),
        "dataset": (about.get("dataset") or {}).get("name"),
        "duels": recipe.get("duels"),
        "plays": recipe.get("plays"),
        "more_plays": recipe.get("more_plays"),
        "battles": (about.get("dataset") or {}).get("battles"),
        "unseen_species": len((about.get("dataset") or {}).get("unseen_species") or ()),
        "seed": about.get("seed"),
        "fingerprint": champion.fingerprint,
        "data_changed": champion.fingerprint != game.fingerprint,
        "splits": [_split(split, metrics) for split in HOLDOUTS if metrics.get(split)],
        "plain_split": metrics.get("plain_split"),
        "best_move": metrics.get("best_move"),
        "gate": about.get("gate"),
        "battle_value": battle_value(game),
    }


def _battles_of(order: dict[str, int]) -> int | None:
    """How many battles a training played in all its rounds."""
    if "battles" not in order:
        return None
    late = max(0, order["rounds"] - order.get("exploring", order["rounds"]))
    per_late_round = order.get("late_battles", order["battles"])
    return (order["rounds"] - late) * order["battles"] + late * per_late_round


def battle_value(game: GameData) -> dict[str, Any] | None:
    """Facts about the live value of battle states, which answers how well-played battles end.

    ``metrics`` is the report it was released with, see ``BattlePipeline.evaluate``; empty, like
    ``gate``, where none came with it. ``exact``: its figures of exact games, or None. None without
    a network.
    """
    value = well_played.loaded()
    if value is None:
        return None
    about = value.metadata
    order = about.get("settings") or {}
    fingerprint = about.get("data_fingerprint")
    return {
        "version": value.version,
        "created_at": about.get("created_at"),
        "sha256": value.fingerprint,
        "fingerprint": fingerprint,
        "data_changed": fingerprint != game.fingerprint,
        "command": about.get("command"),
        "code_version": about.get("code_version"),
        "seed": order.get("seed"),
        "rounds": order.get("rounds"),
        "battles": _battles_of(order),
        "states": sum(int(each["rows"]) for each in about.get("rounds") or ()),
        "metrics": about.get("metrics") or {},
        "exact": (about.get("metrics") or {}).get("exact games", {}).get("all"),
        "gate": about.get("gate"),
    }


def _split(split: str, metrics: dict[str, Any]) -> dict[str, Any]:
    slices = [
        {"name": name, "excess": scores["log_loss"] - scores["log_loss_floor"], **scores}
        for name, scores in (metrics.get(f"{split}_slices") or {}).items()
    ]
    curve = metrics.get(f"{split}_reliability") or []
    return {
        "name": split,
        "scores": metrics[split],
        "baselines": metrics.get(f"{split}_baselines") or {},
        "worth": metrics.get(f"{split}_worth"),
        "reliability": charts.reliability_points(curve) if curve else [],
        "slices": sorted(slices, key=lambda row: -row["mse_above_noise"]),
    }


def adds_something(worth: dict[str, float]) -> bool:
    """Whether a model calls fewer favorites wrongly than the exact solver alone, beyond noise."""
    return worth["gap"] < -_SURE * worth["standard_error"]


def weak_slices(part: dict[str, Any]) -> list[dict[str, Any]]:
    """The slices of a split on which the model errs most beyond noise, the worst first."""
    notable = [
        row
        for row in part["slices"]
        if row["mse_above_noise"] > _SURE * row.get("mse_standard_error", 0)
    ]
    return notable[:WEAKEST]


def versions() -> list[dict[str, Any]]:
    """All versions, the newest first, with what tells them apart."""
    rows = []
    for row in ModelVersion.objects.filter(model=ModelKind.DUEL).defer("metadata"):
        scores = (row.metrics or {}).get("holdout") or {}
        rows.append(
            {
                "version": row.version,
                "created_at": row.created_at,
                "promoted_at": row.promoted_at,
                "is_champion": row.is_champion,
                "data_fingerprint": row.data_fingerprint,
                "log_loss": scores.get("log_loss"),
                "log_loss_floor": scores.get("log_loss_floor"),
                "ece": scores.get("ece"),
                "clear_favourites_right": scores.get("clear_favourites_right"),
            }
        )
    return rows


def as_markdown(card: dict[str, Any]) -> str:
    """The card as Markdown."""
    return render_to_string(
        "mlcore/model_card.md",
        {
            "card": card,
            "weak": {part["name"]: weak_slices(part) for part in card["splits"]},
            "worth": [
                {"name": part["name"], "adds": adds_something(part["worth"]), **part["worth"]}
                for part in card["splits"]
                if part["worth"]
            ],
        },
    )
