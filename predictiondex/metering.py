"""Who may ask for how much: every request runs on a meter, and within a bounded number of others.

``/healthz`` and ``/readyz`` pass by all of it: patient_worker has a thread for each.
"""

import threading
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import translation

from battles.api.core import problems
from battles.common import allowance
from battles.common.allowance import Allowance
from battles.common.gates import Busy, Gate, is_engine_work
from predictiondex.middleware import ENDPOINTS, PREFIX

ResponseT = TypeVar("ResponseT", bound=HttpResponseBase)

#: How long a request waits for its turn, and when one that was turned away may try again.
_ENGINE_SECONDS = 3.0
_TURN_SECONDS = 5.0
_RETRY_AFTER = 2
_ENTERED = "predictiondex.gates"


class MeterMiddleware:
    """Counts what each request costs, and bounds how many are worked on at once.

    At most WEB_THREADS requests run, of those at most ENGINE_JOBS at the engine; WEB_QUEUE more
    wait for their turn, half of them at most for the engine. Others get a 503 at once.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response
        self.free = settings.WEB_THREADS + settings.WEB_QUEUE
        self.lock = threading.Lock()
        self.turns = Gate(settings.WEB_THREADS, settings.WEB_QUEUE, _TURN_SECONDS)
        self.engine = Gate(settings.ENGINE_JOBS, settings.WEB_QUEUE // 2, _ENGINE_SECONDS)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info in settings.PROBES:
            return self.get_response(request)
        if (none_left := _known_to_have_none(request)) is not None:
            return refused(request, none_left)
        with self.lock:
            if self.free <= 0:
                return busy(request)
            self.free -= 1
        try:
            with allowance.metered(request) as meter:
                response = self.get_response(request)
                meter.settle()
        finally:
            for gate in request.META.pop(_ENTERED, ()):
                gate.leave()
            with self.lock:
                self.free += 1
        return _told(request, response, meter.allowance)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if request.path_info in settings.PROBES:
            return None
        gates = (self.engine, self.turns) if is_engine_work(view) else (self.turns,)
        entered = request.META.setdefault(_ENTERED, [])
        try:
            for gate in gates:
                gate.enter()
                entered.append(gate)
        except Busy:
            return busy(request)
        return None


class AdmissionMiddleware:
    """Lets whoever asks for a page pay for it; the API does so itself, by key."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info in settings.PROBES or request.path_info.startswith(ENDPOINTS):
            return self.get_response(request)
        meter = allowance.meter_of(request)
        # Nobody's session is looked at in vain: the answer would vary by cookie.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            left = meter.admit(f"user/{request.user.pk}", settings.API_KEY_RATE)
        else:
            left = meter.admit(f"ip/{meter.address}", settings.API_ANONYMOUS_RATE)
        if left is not None and left.exceeded:
            return refused(request, left)
        return self.get_response(request)


def _known_to_have_none(request: HttpRequest) -> Allowance | None:
    """The allowance of an address that has none left, before anything is done for it."""
    if "HTTP_AUTHORIZATION" in request.META or settings.SESSION_COOKIE_NAME in request.COOKIES:
        return None  # somebody else may pay
    caller = f"ip/{allowance.address_of(request)}"
    return allowance.used_up(caller, settings.API_ANONYMOUS_RATE)


def _told(request: HttpRequest, response: ResponseT, left: Allowance | None) -> ResponseT:
    """The response of an endpoint with what is left."""
    if left is not None and request.path_info.startswith(ENDPOINTS):
        for name, value in left.headers.items():
            response[name] = value
    return response


def refused(request: HttpRequest, left: Allowance) -> HttpResponse:
    """429: a problem document below /api/, else a page that says when to come back."""
    if request.path_info.startswith(PREFIX):
        response = problems.respond(problems.throttled(left.limit, left.reset), request.path)
        return _told(request, response, left)
    return _page(request, 429, left.reset)


def busy(request: HttpRequest) -> HttpResponse:
    """503: a problem document below /api/, else a page."""
    if request.path_info.startswith(PREFIX):
        return problems.respond(problems.busy(_RETRY_AFTER), request.path)
    return _page(request, 503, _RETRY_AFTER)


def _page(request: HttpRequest, status: int, seconds: int) -> HttpResponse:
    language = translation.get_language_from_request(request, check_path=True)
    return HttpResponse(
        _text(status, language, seconds), status=status, headers={"Retry-After": str(seconds)}
    )


@lru_cache(maxsize=256)
def _text(status: int, language: str, seconds: int) -> str:
    """The page, which is the same for everybody: whoever is refused costs next to nothing."""
    with translation.override(language):
        return render_to_string(f"{'429' if status == 429 else 'busy'}.html", {"seconds": seconds})
