"""The button under the warning: a curator who changed facts asks for a model that knows them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mlcore.jobs import task_runs
from mlcore.monitoring import overview

#: Either lets somebody ask for a retraining; what may serve is decided by the gate.
MAY_RETRAIN = ("pokedex.change_move", "mlcore.change_taskrun")


def may_retrain(request: HttpRequest) -> bool:
    return any(request.user.has_perm(permission) for permission in MAY_RETRAIN)


@require_POST
def retrain(request: HttpRequest) -> HttpResponse:
    """Retrain the models that learned from other facts, unless that is under way.

    403 for staff who may not edit facts either. Only replacements are asked for: whether they
    serve is the gate's decision.
    """
    if not may_retrain(request):
        raise PermissionDenied
    due = [aged.task for aged in overview.ageing() if aged.run is None]
    if not due:
        messages.info(request, _("No retraining is due, or one is already running."))
    for task in due:
        by = request.user.get_username()
        run = task_runs.submit(task, reason="the facts changed (asked in the admin)", by=by)
        words = _(
            "Retraining submitted: run %(number)d. The new model goes live if it "
            "passes the release checks."
        )
        messages.success(request, words % {"number": run.pk})
    return redirect("admin:index")
