"""The page of the live model: how accurate it is, its weak spots, its training data."""

import math
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from battles.common import text
from mlcore.evaluation import charts, model_card
from mlcore.game import gamedata
from mlcore.models import DriftReport, EvaluationReport, ModelKind
from mlcore.serving import champion as champion_store

#: The test splits, in words.
SPLIT_WORDS: dict[str, tuple[Promise, Promise]] = {
    "holdout": (
        gettext_lazy("Pairs not seen in training"),
        gettext_lazy("The model knows both Pokémon, but never saw them battle each other."),
    ),
    "unseen": (
        gettext_lazy("Species not seen in training"),
        gettext_lazy("At least one of the two Pokémon is missing from its training duels."),
    ),
}

BASELINE_WORDS: dict[str, Promise] = {
    "base_stat_total": gettext_lazy("Higher base stat total wins"),
    "uses_then_order": gettext_lazy("Fewer hits to KO wins, then the faster Pokémon"),
    "race": gettext_lazy("A damage race, without side effects"),
    "closed_form": gettext_lazy("The exact turn-by-turn calculation alone"),
}

#: Names of slices (see mlcore.evaluation.slices) in words.
SLICE_WORDS: dict[str, Promise] = {
    "mechanic: charge": gettext_lazy("Moves that charge for a turn"),
    "mechanic: recharge": gettext_lazy("Moves that must recharge"),
    "mechanic: lock_in": gettext_lazy("Moves that lock the user in"),
    "mechanic: partial_trap": gettext_lazy("Moves that trap"),
    "mechanic: crash": gettext_lazy("Moves that hurt the user on a miss"),
    "mechanic: reactive": gettext_lazy("Counter, Mirror Coat, Bide"),
    "mechanic: self_destruct": gettext_lazy("Moves that make the user faint"),
    "mechanic: one_hit_ko": gettext_lazy("One-hit KO moves"),
    "mechanic: fixed_damage": gettext_lazy("Fixed damage"),
    "mechanic: conditional": gettext_lazy("Moves that need a condition"),
    "mechanic: drain": gettext_lazy("Moves that drain"),
    "mechanic: recoil": gettext_lazy("Moves with recoil"),
    "mechanic: priority": gettext_lazy("Moves with priority"),
    "mechanic: flinch": gettext_lazy("Moves that can make the target flinch"),
    "mechanic: ailment": gettext_lazy("Moves that can inflict a status condition"),
    "mechanic: stat_change": gettext_lazy("Moves that can change stats"),
    "mechanic: multi_hit": gettext_lazy("Multi-hit moves"),
    "mechanic: none": gettext_lazy("Two ordinary moves"),
    "class: both physical": gettext_lazy("Both physical"),
    "class: both special": gettext_lazy("Both special"),
    "class: mixed": gettext_lazy("Physical vs special"),
    "effectiveness: an immunity": gettext_lazy("One side is immune"),
    "effectiveness: both weak": gettext_lazy("Both hit super effectively"),
    "effectiveness: both resist": gettext_lazy("Both resist"),
    "effectiveness: neutral": gettext_lazy("Both hit neutrally"),
    "set-up: flat rules": gettext_lazy("Standard (Lv. 50)"),
    "set-up: others": gettext_lazy("Other levels, natures, IVs, AVs"),
    "level gap: 1 to 10": gettext_lazy("Up to 10 levels apart"),
    "level gap: above 10": gettext_lazy("More than 10 levels apart"),
    "close: 35 to 65 %": gettext_lazy("Close duels, 35% to 65%"),
    "decided: beyond 5 and 95 %": gettext_lazy("One-sided duels, below 5% or above 95%"),
    "form: mega": gettext_lazy("With a Mega Evolution"),
    "form: alola": gettext_lazy("With an Alolan form"),
    "scenario: random": gettext_lazy("Random moves"),
    "scenario: best": gettext_lazy("Each with its strongest move"),
    "scenario: best_random": gettext_lazy("The strongest move vs a random one"),
    "scenario: pair": gettext_lazy("All moves of a pair"),
    "scenario: special": gettext_lazy("Unusual moves"),
    "scenario: mirror": gettext_lazy("Mirror matches"),
}


@dataclass(frozen=True)
class SliceRow:
    """A slice of the holdout: ``error`` is the model's typical error in percentage points."""

    words: str
    duels: int
    error: str
    calibration: str
    favorites: str
    width: str


def points(scores: dict[str, float]) -> str:
    """An upper bound of the typical error of predictions, in percentage points.

    Root of the squared error above the noise of the plays, two standard errors added: what is
    measured on few plays may lie below the truth, and even below nothing.
    """
    bound = scores["mse_above_noise"] + 2 * scores.get("mse_standard_error", 0.0)
    return f"≤{text.NBSP}{text.decimal(100 * max(bound, 0.0) ** 0.5, 1)}"


def regret_bound(measured: dict[str, float]) -> str:
    """An upper bound of what the recommended move costs: two standard errors above the mean.

    Rounded up, so that it is never said to cost nothing.
    """
    bound = max(measured["mean_regret"], 0.0) + 2 * measured.get("standard_error", 0.0)
    return text.exact_percent(max(math.ceil(bound * 10_000 - 1e-9), 1) / 10_000, 2)


def slice_rows(part: dict[str, Any]) -> list[SliceRow]:
    """All slices of a split, least accurate first."""
    largest = max((max(row["mse_above_noise"], 0) ** 0.5 for row in part["slices"]), default=0)
    return [
        SliceRow(
            words=str(SLICE_WORDS.get(row["name"], row["name"])),
            duels=row["duels"],
            error=points(row),
            calibration=text.exact_percent(row["ece"], 2),
            favorites=text.exact_percent(row["clear_favourites_right"]),
            width=f"{100 * max(row['mse_above_noise'], 0) ** 0.5 / max(largest, 1e-9):.1f}%",
        )
        for row in part["slices"]
    ]


def split_context(part: dict[str, Any]) -> dict[str, Any]:
    """A split as the page shows it."""
    title, words = SPLIT_WORDS[part["name"]]
    scores = part["scores"]
    return {
        **part,
        "title": title,
        "words": words,
        "favorites": text.exact_percent(scores["clear_favourites_right"]),
        "calibration": text.exact_percent(scores["ece"], 2),
        "accuracy": text.exact_percent(scores["accuracy"]),
        # Luck of the plays can put the accuracy above the best that can be expected.
        "best_accuracy": scores["best_accuracy"] > scores["accuracy"]
        and text.exact_percent(scores["best_accuracy"]),
        "error": points(scores),
        "curve": [
            {
                **row,
                "said": text.percent(row["predicted"]),
                "happened": text.exact_percent(row["observed"]),
            }
            for row in part["reliability"]
        ],
        "rows": slice_rows(part),
        "rivals": [
            {
                "words": BASELINE_WORDS.get(name, name),
                "favorites": text.exact_percent(rule["clear_favourites_right"]),
                "log_loss": rule["log_loss"],
            }
            for name, rule in sorted(
                part["baselines"].items(), key=lambda item: -item[1]["log_loss"]
            )
        ],
    }


#: Starts that the value of battle states is measured on, and how it answers, in words.
BATTLE_WORDS: dict[tuple[str, str], Promise] = {
    ("one ply", "all"): gettext_lazy("All matchups"),
    ("one ply", "contested"): gettext_lazy("Close matchups"),
    ("network alone", "all"): gettext_lazy("All matchups, without looking ahead"),
    ("network alone", "contested"): gettext_lazy("Close matchups, without looking ahead"),
}


def battle_context(card: dict[str, Any] | None) -> dict[str, Any] | None:
    """The model of well-played battles as the page shows it; None if there is none."""
    if card is None:
        return None
    metrics = card["metrics"]
    live = EvaluationReport.objects.filter(
        model=ModelKind.BATTLE, model_version=card["version"]
    ).first()
    return {
        **card,
        "trained": parse_datetime(card["created_at"] or ""),
        "checks_passed": sum(check["passed"] for check in (card["gate"] or {}).get("checks", [])),
        "rows": [
            {
                "words": words,
                "starts": scores["starts"],
                "error": text.decimal(100 * max(scores["squared_error"], 0.0) ** 0.5, 1),
                "favorites": "favorites" in scores and text.exact_percent(scores["favorites"]),
                "calibration": text.exact_percent(scores["calibration_error"], 2),
            }
            for (name, group), words in BATTLE_WORDS.items()
            if (scores := metrics.get(name, {}).get(group))
        ],
        "live": live
        and {
            "when": live.created_at,
            "matchups": live.duels,
            "error": text.decimal(100 * max(live.brier_excess, 0.0) ** 0.5, 1),
            "verdict": live.get_verdict_display(),
        },
        "exact": exact_context(metrics),
        "drift": drift_context(card["version"]),
    }


def exact_context(metrics: dict[str, Any]) -> dict[str, Any] | None:
    """Errors in small battles that were solved exactly, in points; None if not measured."""
    exact = metrics.get("exact games", {}).get("all")
    return exact and {
        "games": exact["games"],
        "error": text.decimal(100 * exact["one_ply_error"], 1),
        "gain": text.decimal(100 * max(exact["exploitability"], 0.0), 1),
    }


def drift_context(version: str) -> dict[str, Any] | None:
    """What was asked of a version beside what it learned from; None if never compared."""
    row = DriftReport.objects.filter(model_version=version).defer("findings").first()
    return row and {
        "when": row.created_at,
        "requests": row.requests,
        "verdict": row.get_verdict_display(),
    }


#: How many live quality reports the page shows.
_CHARTED = 60


def live_context(version: str) -> dict[str, Any] | None:
    """This version's live quality reports; None without any."""
    rows = list(
        EvaluationReport.objects.filter(model_version=version).defer("slices", "scores")[:_CHARTED]
    )
    if not rows:
        return None
    newest, degraded = rows[0], EvaluationReport.Verdict.DEGRADED
    return {
        "newest": newest,
        "is_degraded": newest.verdict == degraded,
        "too_few": newest.verdict == EvaluationReport.Verdict.TOO_FEW,
        "excess": text.decimal(max(newest.log_loss_excess, 0.0), 4),
        "calibration": text.exact_percent(newest.ece, 2),
        "favorites": text.exact_percent(newest.clear_favourites_right),
        "line": charts.line(
            [(row.created_at, row.log_loss_excess, row.verdict == degraded) for row in rows],
            bar=EvaluationReport.MAX_LOG_LOSS_EXCESS,
        ),
        "rows": [
            {
                "when": row.created_at,
                "duels": row.duels,
                "excess": text.decimal(row.log_loss_excess, 4),
                "favorites": text.exact_percent(row.clear_favourites_right),
                "calibration": text.exact_percent(row.ece, 2),
                "verdict": row.get_verdict_display(),
            }
            for row in rows
        ],
    }


@require_safe
@cache_control(private=True, no_cache=True)
def model(request: HttpRequest) -> HttpResponse:
    """The champion's model card."""
    try:
        card = model_card.card(champion_store.current(), gamedata.current())
    except (champion_store.NoChampion, gamedata.IncompleteGameData):
        reason = _("No model is available yet.")
        response = render(request, "503.html", {"reason": reason}, status=503)
        response["Retry-After"] = "30"
        return response
    return render(
        request,
        "battles/model.html",
        {
            "card": card,
            "trained": parse_datetime(card["created_at"] or ""),
            "checks_passed": sum(
                check["passed"] for check in (card["gate"] or {}).get("checks", [])
            ),
            "splits": [split_context(part) for part in card["splits"]],
            "plain_accuracy": card["plain_split"]
            and text.exact_percent(card["plain_split"]["accuracy"]),
            "regret": card["best_move"] and regret_bound(card["best_move"]),
            "live": live_context(card["version"]),
            "drift": drift_context(card["version"]),
            "battle": battle_context(card["battle_value"]),
            "versions": model_card.versions(),
        },
    )
