"""Which of the site's inner workings the outside may see: measurements and the API's description.

Settings: METRICS_EXPOSED, METRICS_TOKEN and API_DOCS_EXPOSED. What is not shown answers 404, as
if it were not there.
"""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from predictiondex.observability import requests


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus's measurements: 404 when they are not exposed, 401 without the token."""
    if not settings.METRICS_EXPOSED:
        raise Http404
    if settings.METRICS_TOKEN and not _shows(request, settings.METRICS_TOKEN):
        return HttpResponse(
            "A token is needed: Authorization: Bearer ...\n",
            status=401,
            content_type="text/plain; charset=utf-8",
            headers={"WWW-Authenticate": 'Bearer realm="metrics"'},
        )
    return requests.metrics(request)


def _shows(request: HttpRequest, token: str) -> bool:
    scheme, _space, shown = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    # As bytes: text that is not ASCII cannot be compared in constant time.
    same = secrets.compare_digest(shown.strip().encode(), token.encode())
    return scheme.lower() == "bearer" and same


def api_docs(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The view of a page that describes the API; 404 when they are not exposed."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.API_DOCS_EXPOSED:
            raise Http404
        return view(request, *args, **kwargs)

    return shown
