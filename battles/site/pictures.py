"""Pictures over the plates: from another server, so a visitor can switch them off."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from battles.site.preferences import Preference

PICTURES = Preference("pictures", ("on", "off"))
COOKIE = PICTURES.name


def chosen(request: HttpRequest | None) -> str:
    """ "on" or "off"; "on" until the visitor chooses."""
    return PICTURES.chosen(request)


def address(request: HttpRequest | None, pk: int, *, large: bool) -> str:
    """Where the picture of a form lies; empty if there is to be none."""
    template = settings.SPRITE_URL_TEMPLATE
    if not template or chosen(request) == "off":
        return ""
    if not large:
        template = settings.SPRITE_SMALL_URL_TEMPLATE or template
    return template.format(id=pk)


def hosts() -> list[str]:
    """The servers that pictures come from."""
    templates = (settings.SPRITE_URL_TEMPLATE, settings.SPRITE_SMALL_URL_TEMPLATE)
    if not templates[0]:
        return []
    return sorted({template.split("/")[2] for template in templates if template})


# Without a CSRF token, as the theme: a forged request could only hide or show pictures.
@csrf_exempt
@require_POST
def set_pictures(request: HttpRequest) -> HttpResponse:
    """Store ``pictures`` and redirect to ``next``; "on" clears the choice."""
    return PICTURES.store(request, refusal=_("Pictures must be one of: %(allowed)s."))
