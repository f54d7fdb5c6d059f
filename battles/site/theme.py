"""Light or dark: the system's until a visitor chooses. The choice is kept in a cookie."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

COOKIE = "theme"
CHOICES = ("system", "light", "dark")
_A_YEAR = 365 * 24 * 3600


def chosen(request: HttpRequest | None) -> str:
    """ "light", "dark", or "system" when nothing valid was chosen."""
    value = request.COOKIES.get(COOKIE, "") if request is not None else ""
    return value if value in CHOICES else "system"


class ThemeMiddleware:
    """Tells caches that a page looks different for another cookie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["Cookie"])
        return response


# Without a CSRF token on purpose: it would set a cookie for every reader, and a forged request
# could only change the colors of a page.
@csrf_exempt
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Store ``theme`` and redirect to ``next``; "system" clears the choice."""
    theme = request.POST.get("theme", "")
    if theme not in CHOICES:
        return HttpResponseBadRequest(
            _("The theme must be one of: %(allowed)s.") % {"allowed": ", ".join(CHOICES)},
            content_type="text/plain; charset=utf-8",
        )
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = reverse("battles:home")
    response = HttpResponseRedirect(target, status=303)
    if theme == "system":
        response.delete_cookie(COOKIE, samesite="Lax")
    else:
        response.set_cookie(
            COOKIE,
            theme,
            max_age=_A_YEAR,
            secure=settings.PRODUCTION,
            httponly=True,
            samesite="Lax",
        )
    return response
