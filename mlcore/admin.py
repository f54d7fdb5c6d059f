from typing import Any

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from mlcore import charts, gate, live_quality, report
from mlcore.models import DriftReport, EvaluationReport, ModelVersion, PredictionLog

#: Reports that a chart over time goes back.
_CHARTED = 200


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that only the program writes: to look at, not to touch."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(ModelVersion)
class ModelVersionAdmin(ReadOnlyAdmin):
    list_display = ["version", "is_champion", "created_at", "promoted_at", "data_fingerprint"]
    list_filter = ["is_champion"]
    search_fields = ["version", "data_fingerprint"]


@admin.register(PredictionLog)
class PredictionLogAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "source", "duel_count", "model_version"]
    list_filter = ["source", "model_version"]
    date_hierarchy = "created_at"
    show_full_result_count = False


@admin.register(EvaluationReport)
class EvaluationReportAdmin(ReadOnlyAdmin):
    """Live quality: over time above the list, by bin and slice on each report."""

    list_display = [
        "created_at",
        "model_version",
        "verdict",
        "duels",
        "log_loss_excess",
        "brier_excess",
        "ece",
        "clear_favourites_right",
    ]
    list_filter = ["model_version", "verdict"]
    date_hierarchy = "created_at"
    change_list_template = "admin/mlcore/charted_list.html"
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "model_version",
                    "verdict",
                    ("window_start", "window_end"),
                    ("duels", "plays"),
                    "data_fingerprint",
                ]
            },
        ),
        (_("Figures"), {"fields": EvaluationReport.MEASURED}),
        (_("Reliability"), {"fields": ["diagram"]}),
        (_("Slices, the weakest first"), {"fields": ["slice_table"]}),
    ]
    readonly_fields = ["diagram", "slice_table"]

    @admin.display(description=_("what it said, what happened"))
    def diagram(self, row: EvaluationReport) -> SafeString:
        points = report.reliability_points(row.reliability) if row.reliability else []
        return render_to_string("admin/mlcore/_reliability.html", {"points": points})

    @admin.display(description=_("slices"))
    def slice_table(self, row: EvaluationReport) -> SafeString:
        worst_first = sorted(row.slices.items(), key=lambda item: -item[1]["log_loss_excess"])
        return render_to_string("admin/mlcore/_slices.html", {"slices": worst_first})

    def changelist_view(self, request: Any, extra_context: dict[str, Any] | None = None) -> Any:
        rows = list(EvaluationReport.objects.defer("slices", "scores", "reliability")[:_CHARTED])
        drawn = []
        for title, name, bar in (
            (
                _("Log-loss above the best possible"),
                "log_loss_excess",
                live_quality.MOST_LOG_LOSS_EXCESS,
            ),
            (_("Calibration error"), "ece", gate.MOST_ECE),
        ):
            values = [
                (row.created_at, getattr(row, name), row.verdict == row.Verdict.DEGRADED)
                for row in rows
            ]
            drawn.append({"title": title, "line": charts.line(values, bar=bar)})
        return super().changelist_view(
            request,
            {**(extra_context or {}), "charts": [chart for chart in drawn if chart["line"]]},
        )


@admin.register(DriftReport)
class DriftReportAdmin(ReadOnlyAdmin):
    """Drift: the worst figure over time above the list, every distribution on each report."""

    list_display = ["created_at", "model_version", "verdict", "requests", "worst"]
    list_filter = ["model_version", "verdict"]
    date_hierarchy = "created_at"
    change_list_template = "admin/mlcore/charted_list.html"
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "model_version",
                    "verdict",
                    ("window_start", "window_end"),
                    "requests",
                    "data_fingerprint",
                ]
            },
        ),
        (_("What was asked beside what was learned from"), {"fields": ["distributions"]}),
    ]
    readonly_fields = ["distributions"]

    @admin.display(description=_("distributions"))
    def distributions(self, row: DriftReport) -> SafeString:
        drawn = [
            {**finding, "bars": charts.pairs(finding["rows"], "reference", "asked")}
            for finding in row.findings
        ]
        return render_to_string("admin/mlcore/_distributions.html", {"findings": drawn})

    def changelist_view(self, request: Any, extra_context: dict[str, Any] | None = None) -> Any:
        values = [
            (row.created_at, row.worst, row.verdict == row.Verdict.DRIFTED)
            for row in DriftReport.objects.defer("findings")[:_CHARTED]
        ]
        line = charts.line(values, bar=1.0)
        title = _("The largest difference, as a multiple of its limit")
        drawn = [{"title": title, "line": line}] if line else []
        return super().changelist_view(request, {**(extra_context or {}), "charts": drawn})
