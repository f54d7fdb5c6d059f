"""Light or dark: the system's until a visitor chooses. The choice is kept in a cookie."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from battles.site.preferences import Preference

THEME = Preference("theme", ("system", "light", "dark"))
COOKIE = THEME.name


def chosen(request: HttpRequest | None) -> str:
    """ "light", "dark", or "system" when nothing valid was chosen."""
    return THEME.chosen(request)


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
    return THEME.store(request, refusal=_("The theme must be one of: %(allowed)s."))
