from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from mlcore.evaluation import charts, gate
from mlcore.game import gamedata
from mlcore.jobs import task_runs
from mlcore.models import (
    DriftReport,
    EvaluationReport,
    ModelKind,
    ModelVersion,
    PredictionLog,
    Rollout,
    TaskRun,
)
from mlcore.monitoring import drift, figures_view, lineage, log_filters, log_view, retraining
from mlcore.serving import champion as champion_store
from mlcore.serving import well_played
from mlcore.serving.live_versions import live_versions
from mlcore.templatetags.ml_admin import share
from pokedex.admin import ReadOnlyAdmin

#: Reports that a chart over time goes back.
_CHARTED = 200
#: Tasks that change what is live or may become it: ordered on the page of the versions, which asks
#: for a confirmation where it matters.
_CONFIRMED = ("promote", "rollback", "roll_out")
#: What the buttons say that order a task.
_ORDER_WORDS = {
    "retrain": _("Train the model of duels now"),
    "retrain_battle_value": _("Train the model of battles now"),
    "evaluate_predictions": _("Evaluate predictions now"),
    "check_drift": _("Check for drift now"),
    "refresh_rankings": _("Compute the rankings now"),
    "prune_logs": _("Delete old logs now"),
    "judge_rollout": _("Judge the rollout now"),
}
_VERSION_FIGURES = ["log_loss", "squared_error", "calibration_error", "favorites_correct"]


@admin.register(ModelVersion)
class ModelVersionAdmin(ReadOnlyAdmin):
    """Exported models with what the holdout says of them."""

    list_display = [
        "version",
        "model",
        "is_champion",
        "log_loss",
        "squared_error",
        "calibration_error",
        "favorites_correct",
        "created_at",
        "promoted_at",
        "data_fingerprint",
    ]
    list_filter = ["model", "is_champion"]
    search_fields = ["version", "data_fingerprint"]
    change_list_template = "admin/mlcore/list_with_orders.html"
    actions = ["promote", "roll_out"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "version",
                    "model",
                    "is_champion",
                    ("created_at", "promoted_at"),
                    "sha256",
                ]
            },
        ),
        (None, {"fields": ["data_fingerprint", "run_id"]}),
        (_("Figures"), {"fields": [*_VERSION_FIGURES]}),
        (_("Release checks"), {"fields": ["checks"]}),
        (_("Reliability"), {"fields": ["diagram"]}),
        (_("Slices, weakest first"), {"fields": ["slice_table"]}),
        (_("Metadata"), {"fields": ["metadata"], "classes": ["collapse"]}),
    ]
    readonly_fields = [
        *_VERSION_FIGURES,
        "checks",
        "diagram",
        "slice_table",
    ]

    @admin.display(description=_("Log loss (best possible)"))
    def log_loss(self, row: ModelVersion) -> str:
        if row.model == ModelKind.BATTLE:
            return "-"
        return figures_view.holdout(
            row, lambda of: f"{of['log_loss']:.4f} ({of['log_loss_floor']:.4f})"
        )

    @admin.display(description=_("Calibration error"))
    def calibration_error(self, row: ModelVersion) -> str:
        name = "calibration_error" if row.model == ModelKind.BATTLE else "ece"
        return figures_view.holdout(row, lambda of: f"{of[name]:.4f}")

    @admin.display(description=_("Squared error above noise"))
    def squared_error(self, row: ModelVersion) -> str:
        name = "squared_error" if row.model == ModelKind.BATTLE else "mse_above_noise"
        return figures_view.holdout(row, lambda of: f"{of[name]:.5f}")

    @admin.display(description=_("Clear favorites called correctly"))
    def favorites_correct(self, row: ModelVersion) -> str:
        name = "favorites" if row.model == ModelKind.BATTLE else "clear_favourites_right"
        return figures_view.holdout(row, lambda of: share(of[name]))

    @admin.display(description=_("checks"))
    def checks(self, row: ModelVersion) -> SafeString:
        judged = (row.metadata.get("gate") or {}).get("checks", [])
        return render_to_string("admin/mlcore/_checks.html", {"checks": judged})

    @admin.display(description=_("Reliability (predicted vs. observed)"))
    def diagram(self, row: ModelVersion) -> SafeString:
        return figures_view.diagram(row.metrics.get("holdout_reliability"))

    @admin.display(description=_("slices"))
    def slice_table(self, row: ModelVersion) -> SafeString:
        return figures_view.slice_table(
            {
                name: {
                    **scores,
                    "log_loss_excess": scores["log_loss"] - scores["log_loss_floor"],
                    "brier_excess": scores["brier"] - scores["brier_floor"],
                }
                for name, scores in row.metrics.get("holdout_slices", {}).items()
            }
        )

    @admin.action(description=_("Promote selected version"))
    def promote(
        self, request: HttpRequest, versions: QuerySet[ModelVersion]
    ) -> HttpResponse | None:
        row = self._selected(request, versions)
        if row is None:
            return None
        return redirect("admin:mlcore_modelversion_promote", row.pk)

    @admin.action(description=_("Roll out selected version in steps"))
    def roll_out(
        self, request: HttpRequest, versions: QuerySet[ModelVersion]
    ) -> HttpResponse | None:
        row = self._selected(request, versions)
        if row is None:
            return None
        _order(request, "roll_out", {"version": row.version})
        return redirect("admin:mlcore_rollout_changelist")

    def _selected(
        self, request: HttpRequest, versions: QuerySet[ModelVersion]
    ) -> ModelVersion | None:
        """The one selected version; None, and a message, when there are others."""
        _must_be_allowed(request)
        if versions.count() == 1:
            return versions.get()
        self.message_user(request, gettext("Select one version."), messages.ERROR)
        return None

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "<int:number>/promote/",
                self.admin_site.admin_view(self.promote_view),
                name="mlcore_modelversion_promote",
            ),
            path(
                "rollback/<slug:kind>/",
                self.admin_site.admin_view(self.rollback_view),
                name="mlcore_modelversion_rollback",
            ),
            *super().get_urls(),
        ]

    def promote_view(self, request: HttpRequest, number: int) -> HttpResponse:
        _must_be_allowed(request)
        row = get_object_or_404(ModelVersion, pk=number)
        if not row.can_answer(_fingerprint()):
            words = gettext("%(version)s was trained on other game data, so it cannot answer.")
            messages.error(request, words % {"version": row.version})
            return redirect("admin:mlcore_modelversion_changelist")
        return self._confirmed(
            request, ModelKind(row.model), row.version, "promote", {"version": row.version}
        )

    def rollback_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        _must_be_allowed(request)
        if kind not in ModelKind:
            raise Http404
        version = _version_before(ModelKind(kind))
        if version is None:
            messages.error(request, gettext("There is no earlier version to go back to."))
            return redirect("admin:mlcore_modelversion_changelist")
        arguments = {"model": kind, "version": version}
        return self._confirmed(request, ModelKind(kind), version, "rollback", arguments)

    def _confirmed(
        self,
        request: HttpRequest,
        kind: ModelKind,
        version: str,
        task: str,
        arguments: dict[str, Any],
    ) -> HttpResponse:
        """Order the task if the page that names ``version`` was confirmed, else show that page."""
        if request.method == "POST" and request.POST.get("version") == version:
            _order(request, task, arguments)
            return redirect("admin:mlcore_modelversion_changelist")
        row = ModelVersion.objects.filter(version=version).first()
        live = live_versions().get(kind)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Make %(version)s live?") % {"version": version},
            "opts": self.opts,
            "kind": kind.label,
            "version": version,
            "live": live.version if live else None,
            "rollout": Rollout.open_of(kind),
            "refused": row and not (row.metadata.get("gate") or {}).get("passed", True),
            "aged": row and row.data_fingerprint != _fingerprint(),
        }
        return render(request, "admin/mlcore/confirm_live.html", context)

    def changelist_view(self, request: Any, extra_context: dict[str, Any] | None = None) -> Any:
        context = {
            **(extra_context or {}),
            "orders": _orders(retraining.TASKS.values()),
            "rollbacks": ModelKind.choices,
        }
        return super().changelist_view(request, context)


def _orders(tasks: Iterable[str]) -> list[tuple[str, Any]]:
    """Tasks with what their buttons say."""
    return [(task, _ORDER_WORDS[task]) for task in tasks]


def _fingerprint() -> str:
    """Of today's game data; empty, like that of no model, while they are incomplete."""
    try:
        return gamedata.current().fingerprint
    except gamedata.IncompleteGameData:
        return ""


def _version_before(kind: ModelKind) -> str | None:
    """The version that a rollback puts live; None if there is none."""
    try:
        if kind == ModelKind.BATTLE:
            return well_played.version_before(_fingerprint())
        return champion_store.version_before()[0]
    except LookupError:
        return None


def _must_be_allowed(request: HttpRequest) -> None:
    if not request.user.has_perm("mlcore.change_taskrun"):
        raise PermissionDenied


def _order(request: HttpRequest, task: str, arguments: dict[str, Any] | None = None) -> None:
    """Order a task and tell where to follow it."""
    by = request.user.get_username()
    run = task_runs.submit(task, reason="asked in the admin", arguments=arguments, by=by)
    words = format_html(
        '<a href="{}">{}</a>',
        reverse("admin:mlcore_taskrun_change", args=[run.pk]),
        gettext("%(task)s was submitted: run %(number)d.") % {"task": task, "number": run.pk},
    )
    messages.success(request, words)


@admin.register(Rollout)
class RolloutAdmin(ReadOnlyAdmin):
    """Challengers on their way: where each stands, and every judgment on the way there."""

    list_display = ["version", "champion", "stage", "started_at", "judged_at", "ended_at", "reason"]
    list_filter = ["stage", "by_itself"]
    change_list_template = "admin/mlcore/list_with_orders.html"
    fields = [
        ("version", "champion"),
        "stage",
        ("shadow_share", "canary_share"),
        ("duels", "hours"),
        ("started_by", "started_at", "stage_since"),
        ("ended_at", "by_itself"),
        "reason",
        "slow",
        "judgments",
    ]
    readonly_fields = ["judgments"]

    @admin.display(description=_("judgments"))
    def judgments(self, row: Rollout) -> SafeString:
        return figures_view.judgments(row)

    def changelist_view(self, request: Any, extra_context: dict[str, Any] | None = None) -> Any:
        orders = {"orders": _orders(["judge_rollout"]), "rollbacks": ModelKind.choices[:1]}
        return super().changelist_view(request, {**(extra_context or {}), **orders})


@admin.register(TaskRun)
class TaskRunAdmin(ReadOnlyAdmin):
    """Background tasks: ordered by a button, followed, cancelled."""

    list_display = [
        "id",
        "task",
        "state",
        "done",
        "message",
        "reason",
        "requested_by",
        "queued_at",
        "duration",
        "attempts",
    ]
    list_filter = ["task", "state"]
    date_hierarchy = "queued_at"
    change_list_template = "admin/mlcore/list_with_orders.html"
    change_form_template = "admin/mlcore/taskrun/change_form.html"
    actions = ["cancel"]

    @admin.display(description=_("progress"))
    def done(self, row: TaskRun) -> SafeString:
        if row.state not in TaskRun.OPEN:
            return SafeString("")
        percent = round(100 * row.progress)
        return format_html('<progress max="100" value="{0}">{0} %</progress> {0} %', percent)

    @admin.display(description=_("duration"))
    def duration(self, row: TaskRun) -> str:
        if row.started_at is None:
            return ""
        seconds = round(((row.ended_at or timezone.now()) - row.started_at).total_seconds())
        return f"{seconds // 60}:{seconds % 60:02}"

    @admin.action(description=_("Cancel the selected runs"))
    def cancel(self, request: HttpRequest, runs: QuerySet[TaskRun]) -> None:
        _must_be_allowed(request)
        count = sum(task_runs.cancel(run) for run in runs)
        words = ngettext("%(count)d run was cancelled.", "%(count)d runs were cancelled.", count)
        words %= {"count": count}
        self.message_user(request, words, messages.SUCCESS)

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "order/<slug:task>/",
                self.admin_site.admin_view(require_POST(self.order_view)),
                name="mlcore_taskrun_order",
            ),
            path(
                "<int:number>/cancel/",
                self.admin_site.admin_view(require_POST(self.cancel_view)),
                name="mlcore_taskrun_cancel",
            ),
            *super().get_urls(),
        ]

    def order_view(self, request: HttpRequest, task: str) -> HttpResponse:
        _must_be_allowed(request)
        if task in _CONFIRMED:
            return redirect("admin:mlcore_modelversion_changelist")
        try:
            _order(request, task)
        except task_runs.UnknownTask as reason:
            messages.error(request, str(reason))
        return redirect("admin:mlcore_taskrun_changelist")

    def cancel_view(self, request: HttpRequest, number: int) -> HttpResponse:
        _must_be_allowed(request)
        run = get_object_or_404(TaskRun, pk=number)
        if task_runs.cancel(run):
            messages.success(request, gettext("The run is being cancelled."))
        else:
            messages.error(request, gettext("The run has already ended."))
        return redirect("admin:mlcore_taskrun_change", number)

    def changelist_view(self, request: Any, extra_context: dict[str, Any] | None = None) -> Any:
        task_runs.mark_dead_runs()
        orders = _orders(task for task in task_runs.KINDS if task not in _CONFIRMED)
        return super().changelist_view(request, {**(extra_context or {}), "orders": orders})

    def change_view(
        self,
        request: Any,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        run = TaskRun.objects.filter(pk=object_id, state__in=TaskRun.OPEN).first()
        context = {**(extra_context or {}), "open_run": run}
        return super().change_view(request, object_id, form_url, context)


@admin.register(PredictionLog)
class PredictionLogAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "source", "model", "duel_count", "model_version"]
    list_filter = [log_filters.DayFilter, "model", log_filters.VersionFilter]
    paginator = log_filters.FirstThousands
    show_full_result_count = False
    fields = [
        "created_at",
        "source",
        ("model", "model_version"),
        "data_fingerprint",
        "request_id",
        ("caller", "with_key"),
        "duel_count",
        "asked",
    ]
    readonly_fields = ["asked"]
    change_list_template = "admin/mlcore/predictionlog/change_list.html"
    change_form_template = "admin/mlcore/predictionlog/change_form.html"

    @admin.display(description=_("asked and answered"))
    def asked(self, row: PredictionLog) -> SafeString:
        shown = {"asked": log_view.asked(row), "row": row}
        return render_to_string("admin/mlcore/_asked.html", shown)

    def get_urls(self) -> list[URLPattern]:
        lineage_view = self.admin_site.admin_view(self.lineage_view)
        name = "mlcore_predictionlog_lineage"
        return [path("lineage/", lineage_view, name=name), *super().get_urls()]

    def lineage_view(self, request: HttpRequest) -> HttpResponse:
        """What the answer of a row, or those to a request, were made of."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        number, request_id = request.GET.get("row", ""), request.GET.get("request_id", "").strip()
        if number.isdecimal():
            found = [lineage.of_row(get_object_or_404(PredictionLog, pk=number[:18]))]
        else:
            found = lineage.of_request(request_id)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Where an answer comes from"),
            "opts": self.opts,
            "answers": found,
            "request_id": request_id,
        }
        return render(request, "admin/mlcore/predictionlog/lineage.html", context)


def _rounded(name: str) -> Callable[[EvaluationReport], str]:
    """A column of a measured figure, to as many digits as one can tell apart."""

    @admin.display(description=getattr(EvaluationReport, name).field.verbose_name, ordering=name)
    def show(row: EvaluationReport) -> str:
        value = getattr(row, name)
        return f"{value:.5f}" if isinstance(value, float) else f"{value}"

    return show


#: Any: the stubs know names of columns only.
_FIGURES: dict[str, Any] = {name: _rounded(name) for name in EvaluationReport.MEASURED}


@admin.register(EvaluationReport)
class EvaluationReportAdmin(ReadOnlyAdmin):
    """Live quality: over time above the list, by bin and slice on each report."""

    list_display = [
        "created_at",
        "model",
        "model_version",
        "verdict",
        "duels",
        *(
            _FIGURES[name]
            for name in ("log_loss_excess", "brier_excess", "ece", "clear_favourites_right")
        ),
    ]
    list_filter = ["model", "model_version", "verdict"]
    date_hierarchy = "created_at"
    change_list_template = "admin/mlcore/charted_list.html"
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("model", "model_version"),
                    "verdict",
                    ("window_start", "window_end"),
                    ("duels", "callers", "plays"),
                    "data_fingerprint",
                ]
            },
        ),
        (_("Figures"), {"fields": list(_FIGURES.values())}),
        (_("Reliability"), {"fields": ["diagram"]}),
        (_("Slices, weakest first"), {"fields": ["slice_table"]}),
    ]
    readonly_fields = [*_FIGURES.values(), "diagram", "slice_table"]

    @admin.display(description=_("Reliability (predicted vs. observed)"))
    def diagram(self, row: EvaluationReport) -> SafeString:
        return figures_view.diagram(row.reliability)

    @admin.display(description=_("slices"))
    def slice_table(self, row: EvaluationReport) -> SafeString:
        return figures_view.slice_table(row.slices)

    def changelist_view(self, request: Any, extra_context: dict[str, Any] | None = None) -> Any:
        reports = EvaluationReport.objects.defer("slices", "scores", "reliability")
        rows_of = {kind: list(reports.filter(model=kind)[:_CHARTED]) for kind in ModelKind}
        drawn = []
        for kind, title, name, bar in (
            (
                ModelKind.DUEL,
                _("Log loss above the best possible"),
                "log_loss_excess",
                EvaluationReport.MAX_LOG_LOSS_EXCESS,
            ),
            (ModelKind.DUEL, _("Calibration error"), "ece", gate.MAX_ECE),
            (
                ModelKind.BATTLE,
                _("Squared error above noise"),
                "brier_excess",
                EvaluationReport.MAX_BATTLE_BRIER_EXCESS,
            ),
        ):
            values = [
                (row.created_at, getattr(row, name), row.verdict == row.Verdict.DEGRADED)
                for row in rows_of[kind]
            ]
            drawn.append({"title": f"{title} ({kind.label})", "line": charts.line(values, bar=bar)})
        return super().changelist_view(
            request,
            {**(extra_context or {}), "charts": [chart for chart in drawn if chart["line"]]},
        )


@admin.register(DriftReport)
class DriftReportAdmin(ReadOnlyAdmin):
    """Drift: the worst figure over time above the list, every distribution on each report."""

    list_display = ["created_at", "model", "model_version", "verdict", "requests", "worst"]
    list_filter = ["model", "model_version", "verdict"]
    date_hierarchy = "created_at"
    change_list_template = "admin/mlcore/charted_list.html"
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("model", "model_version"),
                    "verdict",
                    ("window_start", "window_end"),
                    "requests",
                    "data_fingerprint",
                ]
            },
        ),
        (_("Requests compared with training data"), {"fields": ["distributions"]}),
    ]
    readonly_fields = ["distributions"]

    @admin.display(description=_("distributions"))
    def distributions(self, row: DriftReport) -> SafeString:
        drawn = []
        for finding in row.findings:
            more, less = drift.rose_and_fell(finding)
            bars = charts.pairs(finding["rows"], "reference", "asked")
            drawn.append({**finding, "bars": bars, "more": more, "less": less})
        return render_to_string("admin/mlcore/_distributions.html", {"findings": drawn})

    def changelist_view(self, request: Any, extra_context: dict[str, Any] | None = None) -> Any:
        title = _("The largest difference, as a multiple of its limit")
        drawn = []
        for kind in ModelKind:
            rows = DriftReport.objects.filter(model=kind).defer("findings")[:_CHARTED]
            values = [
                (row.created_at, row.worst, row.verdict == row.Verdict.DRIFTED) for row in rows
            ]
            if line := charts.line(values, bar=1.0):
                drawn.append({"title": f"{title} ({kind.label})", "line": line})
        return super().changelist_view(request, {**(extra_context or {}), "charts": drawn})
