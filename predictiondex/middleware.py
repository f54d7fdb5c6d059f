"""What every request passes before Django looks at it, and what only pages do."""

import copy
import re
from collections.abc import Callable
from typing import Any

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    UnreadablePostError,
)
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import render
from django.urls import is_valid_path
from django.utils.cache import (
    get_conditional_response,
    patch_vary_headers,
    set_response_etag,
)
from django_htmx.middleware import HtmxMiddleware
from django_prometheus.middleware import PrometheusAfterMiddleware

from battles.api.core import problems
from battles.api.core.problems import Problem
from battles.common.allowance import parsed_address
from battles.site.theme import ThemeMiddleware

PREFIX = "/api/"
#: Addresses without cookies, sessions and pages. /api/docs/ is a page.
ENDPOINTS = "/api/v1/"
# Nothing that an endpoint answers is to be shown as a page.
_POLICY = "default-src 'none'; frame-ancestors 'none'"
# Headers of a response that stay true when its body is replaced.
_KEPT_HEADERS = ("Allow", "Retry-After", "Vary", "WWW-Authenticate")
# A body beyond the limit is read and thrown away up to this many bytes.
_DISCARDED = 64 * 1024 * 1024
_CHUNK = 64 * 1024
_LENGTH = re.compile(r"[0-9]{1,18}")


class ForwardedMiddleware:
    """First of all: who asks, by which scheme. Only proxies of API_TRUSTED_PROXIES may tell.

    Behind them REMOTE_ADDR is the last address in X-Forwarded-For that is no proxy's; whatever
    stands left of it was sent by a client. What anybody else forwards is as if it was not there.
    Probes and metrics are asked for by programs that know a machine, not the site: any name does.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        meta = request.META
        forwarded = meta.pop("HTTP_X_FORWARDED_FOR", "").split(",")
        if _is_proxy(meta.get("REMOTE_ADDR") or ""):
            addresses = [part.strip() for part in reversed(forwarded) if part.strip()]
            if addresses:
                meta["REMOTE_ADDR"] = next(
                    (one for one in addresses if not _is_proxy(one)), addresses[-1]
                )
        else:
            for name in _FORWARDED:
                meta.pop(name, None)
        if request.path_info in (*settings.PROBES, "/metrics") and settings.ALLOWED_HOSTS:
            meta["HTTP_HOST"] = settings.ALLOWED_HOSTS[0].lstrip(".").replace("*", "localhost")
        return self.get_response(request)


_FORWARDED = ("HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT")


def _is_proxy(address: str) -> bool:
    parsed = parsed_address(address)
    return parsed is not None and any(parsed in one for one in settings.API_TRUSTED_PROXIES)


class ApiMiddleware:
    """Bounds the size of bodies, turns every error below ``/api/`` into a problem document, and
    spares clients the reads that they have already.

    Errors that no view saw - an unknown address, a host that is not allowed, a crash - arrive
    here as Django's HTML pages.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if not path.startswith(PREFIX) and path != PREFIX.rstrip("/"):
            return self.get_response(request)
        problem = _body_problem(request)
        if problem is not None:
            if problem.name == "body_too_large":
                _discard_body(request)
            return problems.respond(problem, request.path)
        if not path.endswith("/") and not is_valid_path(path) and is_valid_path(f"{path}/"):
            # Django's own redirect would turn a POST into a GET.
            location = request.get_full_path(force_append_slash=True)
            return HttpResponsePermanentRedirect(location, preserve_request=True)
        response = _as_problem(request, self.get_response(request))
        if path.startswith(ENDPOINTS):
            response["Content-Security-Policy"] = _POLICY
            patch_vary_headers(response, ["Accept-Language"])
        return _unless_known(request, response)


class BodyLimitMiddleware:
    """Refuses bodies larger than ``MAX_BODY_BYTES`` before anything is read into memory or a file.

    Files count: Django itself bounds everything but them. The API says it in its own words.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if request.path_info.startswith(PREFIX) or not _LENGTH.fullmatch(length):
            return self.get_response(request)
        if int(length) > settings.MAX_BODY_BYTES:
            _discard_body(request)
            return render(request, "413.html", {"limit": settings.MAX_BODY_BYTES}, status=413)
        return self.get_response(request)


def _body_problem(request: HttpRequest) -> Problem | None:
    """Why the body cannot be taken, judged by the headers alone."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not _LENGTH.fullmatch(length):
        return Problem("bad_request", "Content-Length is not a number.")
    if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
        return Problem("length_required", "Send the body in one piece, with a Content-Length.")
    limit = settings.API_MAX_BODY_BYTES
    if int(length) > limit:
        detail = f"The body has {int(length)} bytes; the limit is {limit}."
        return Problem("body_too_large", detail)
    return None


def _discard_body(request: HttpRequest) -> None:
    """Read what is sent and keep none of it: a client hears no answer while it is sending."""
    try:
        for _ in range(_DISCARDED // _CHUNK):
            if not request.read(_CHUNK):
                return
    except UnreadablePostError:
        pass  # it has hung up


def _as_problem(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if response.status_code < 400 or response.get("Content-Type") == problems.MEDIA_TYPE:
        return response
    problem = problems.for_status(response.status_code, _DETAILS.get(response.status_code, ""))
    replaced: HttpResponse = problems.respond(problem, request.path)
    for name in _KEPT_HEADERS:
        if name in response:
            replaced[name] = response[name]
    replaced.cookies = response.cookies
    # Django has told of it already.
    replaced._has_been_logged = getattr(response, "_has_been_logged", False)  # type: ignore[attr-defined]
    return replaced


# What a 304 tells beside the headers that Django keeps.
_TOLD_ANYWAY = (
    "Content-Language",
    "Content-Security-Policy",
    "Deprecation",
    "Sunset",
)


def _unless_known(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """A read with its ETag; an empty 304 where the client names that one in If-None-Match."""
    if (
        request.method not in ("GET", "HEAD")
        or response.status_code != 200
        or not isinstance(response, HttpResponse)
        or response.get("Content-Type", "").startswith("text/html")
        or "no-store" in response.get("Cache-Control", "")
    ):
        return response
    response.setdefault("Cache-Control", "no-cache")
    set_response_etag(response)
    answer = get_conditional_response(request, etag=response["ETag"], response=response)
    if answer is not response:
        del answer["Content-Type"]
        for name in _TOLD_ANYWAY:
            if name in response:
                answer[name] = response[name]
    return answer


_DETAILS = {
    400: "The request could not be understood.",
    404: "There is nothing at this address; all addresses are listed at /api/docs/.",
    500: problems.INTERNAL_ERROR,
}


class PagesOnly:
    """What stands between this and its ``PagesEnd`` in MIDDLEWARE is passed by requests of
    endpoints: nothing there has anything to do for them but to set headers that are always the
    same. Those are learnt once, from a request that turns round at the end.

    A request of another site (CORS), or one to be redirected to HTTPS, takes the long way.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response
        # Django builds its middleware from the last to the first.
        self.beyond = _ends.pop()
        self.headers: dict[bool, dict[str, str] | None] = {}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(ENDPOINTS) or "HTTP_ORIGIN" in request.META:
            return self.get_response(request)
        secure = request.is_secure()
        if secure not in self.headers:
            self.headers[secure] = self._learnt(request)
        headers = self.headers[secure]
        if headers is None:
            return self.get_response(request)
        response = self.beyond(request)
        for name, value in headers.items():
            if name == "Vary":
                patch_vary_headers(response, [value])
            else:
                response.setdefault(name, value)
        return response

    def _learnt(self, request: HttpRequest) -> dict[str, str] | None:
        sample = copy.copy(request)
        sample.META = request.META | {_TURN_ROUND: True}
        response = self.get_response(sample)
        del response["Content-Type"]
        return dict(response.items()) if response.status_code == 204 else None


class PagesEnd:
    """See ``PagesOnly``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response
        _ends.append(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _TURN_ROUND in request.META:
            return HttpResponse(status=204)
        return self.get_response(request)


# What has been built of each PagesEnd whose PagesOnly has not yet been.
_ends: list[Callable[[HttpRequest], HttpResponseBase]] = []
_TURN_ROUND = "predictiondex.turn_round"


class _PageMiddleware:
    """Mixed into middleware that endpoints of the API have no use for: they pass it by."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(ENDPOINTS):
            return self.get_response(request)  # type: ignore[attr-defined]
        return super().__call__(request)  # type: ignore[misc]


class PageCSPMiddleware(_PageMiddleware, CSPMiddleware):
    pass


class PageSessionMiddleware(_PageMiddleware, SessionMiddleware):
    pass


class PageLocaleMiddleware(_PageMiddleware, LocaleMiddleware):
    pass


class PageAuthenticationMiddleware(_PageMiddleware, AuthenticationMiddleware):
    pass


class PageMessageMiddleware(_PageMiddleware, MessageMiddleware):
    pass


class PageHtmxMiddleware(_PageMiddleware, HtmxMiddleware):
    pass


class PageThemeMiddleware(_PageMiddleware, ThemeMiddleware):
    pass


class PagePrometheusAfterMiddleware(_PageMiddleware, PrometheusAfterMiddleware):
    """Endpoints are counted by ``ObserveMiddleware``."""

    def process_view(self, request: HttpRequest, *arguments: Any) -> None:
        if not request.path_info.startswith(ENDPOINTS):
            super().process_view(request, *arguments)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if not request.path_info.startswith(ENDPOINTS):
            super().process_exception(request, exception)
