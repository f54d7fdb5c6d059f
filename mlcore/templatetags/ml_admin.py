"""The champion in the admin's templates: a warning on every page, an overview on the first."""

from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from mlcore.monitoring import overview
from mlcore.monitoring.retrain_view import may_retrain
from pokedex.text import percentage

register = template.Library()

_COMPARED = {
    "species": _("Pokémon"),
    "type": _("Type of the Pokémon"),
    "move": _("Move"),
    "move_type": _("Type of the move"),
    "level": _("Level"),
    "win_probability": _("Answered win chance"),
}


@register.inclusion_tag("admin/mlcore/_ageing.html", takes_context=True)
def champion_warning(context: dict[str, Any]) -> dict[str, Any]:
    """Says which live models were trained on older facts, to staff who are logged in."""
    request = context.get("request")
    if request is None or not getattr(request.user, "is_staff", False) or context.get("is_popup"):
        return {}
    ageing = overview.ageing()
    return {
        "ageing": ageing,
        "is_due": any(aged.run is None for aged in ageing),
        "may_retrain": may_retrain(request),
        "may_look": request.user.has_perm("mlcore.view_taskrun"),
        "request": request,
        "csrf_token": context.get("csrf_token"),
    }


@register.filter
def share(value: float) -> str:
    """A share as a percentage: 0.9973 as 99.7%."""
    return percentage(number_format(round(100 * value, 1), 1))


@register.filter
def compared(name: str) -> str:
    """What drift compares under a name, as an operator says it."""
    return str(_COMPARED.get(name, name))


@register.inclusion_tag("admin/mlcore/_overview.html", takes_context=True)
def admin_overview(context: dict[str, Any]) -> dict[str, Any]:
    """``overview.overview`` as cards."""
    user = context["request"].user
    links = {
        name: user.has_perm(f"mlcore.view_{name}")
        for name in ("modelversion", "evaluationreport", "driftreport", "taskrun")
    }
    return {**overview.overview(), "may": links}
