"""Figures of versions, reports and rollouts, as the admin shows them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from mlcore.evaluation import charts
from mlcore.models import ModelKind, ModelVersion, Rollout


def holdout(row: ModelVersion, show: Callable[[dict[str, Any]], str]) -> str:
    """A figure of the holdout, or of held-out starts; a dash where it was not measured."""
    if row.model == ModelKind.BATTLE:
        measured = row.metrics.get("one ply", {}).get("all")
    else:
        measured = row.metrics.get("holdout")
    try:
        return show(measured) if measured else "-"
    except KeyError:
        return "-"


def diagram(reliability: list[dict[str, Any]] | None) -> SafeString:
    points = charts.reliability_points(reliability) if reliability else []
    return render_to_string("admin/mlcore/_reliability.html", {"points": points})


def slice_table(slices: dict[str, dict[str, Any]]) -> SafeString:
    worst_first = sorted(slices.items(), key=lambda item: -item[1]["log_loss_excess"])
    return render_to_string("admin/mlcore/_slices.html", {"slices": worst_first})


def judgments(row: Rollout) -> SafeString:
    entries = [
        {
            **entry,
            "at": datetime.fromisoformat(entry["at"]),
            "stage": Rollout.Stage(entry["stage"]),
        }
        for entry in row.history
    ]
    return render_to_string("admin/mlcore/_judgments.html", {"entries": entries})
