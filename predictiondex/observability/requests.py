"""What is seen of every request from outside: its id, its metrics, its line in the log."""

import logging
import os
import time
from collections.abc import Callable
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.middleware import Metrics
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from battles.common.allowance import address_of
from mlcore.lib import log_context
from mlcore.monitoring.exporter import StateCollector

logger = logging.getLogger("predictiondex.request")

API_PREFIX = "/api/v1/"
UNMATCHED = "unmatched"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

API_REQUESTS = Counter(
    "api_requests", "Requests of the API by route name", ["route", "method", "status"]
)
API_SECONDS = Histogram(
    "api_request_duration_seconds",
    "How long the API took to answer",
    ["route", "method"],
    buckets=(0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


class ObserveMiddleware:
    """Outermost: gives each request an id, counts those of the API, and notes what was answered.

    The id of a proxy in front (``X-Request-ID``) is kept when it is a plain one. It is in the
    response, in every log line and in what the request leaves in the database.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        identifier = log_context.sane_or_new(request.META.get("HTTP_X_REQUEST_ID"))
        with log_context.of_request(identifier, address_of(request)):
            response = self.get_response(request)
            response["X-Request-ID"] = identifier
            seconds = time.perf_counter() - started
            method = request.method if request.method in _METHODS else "OTHER"
            route = route_of(request)
            if request.path_info.startswith(API_PREFIX):
                requests, responses, latency = _metrics(route, method, response.status_code)
                requests.inc()
                responses.inc()
                latency.observe(seconds)
            logger.info(
                "%s %s %d",
                method,
                route,
                response.status_code,
                extra={
                    "method": method,
                    "route": route,
                    "path": request.path,
                    "status": response.status_code,
                    "milliseconds": round(1000 * seconds, 1),
                },
            )
        return response


@lru_cache
def _metrics(route: str, method: str, status: int) -> tuple[Counter, Counter, Histogram]:
    """Found once: to look a metric up by its labels costs more than to count."""
    # What django_prometheus counts of pages, for rates and errors of all views together.
    responses = Metrics.get_instance().responses_by_status_view_method
    return (
        API_REQUESTS.labels(route, method, str(status)),
        responses.labels(status=str(status), view=route, method=method),
        API_SECONDS.labels(route, method),
    )


def route_of(request: HttpRequest) -> str:
    """The name of the address that was asked for: one of a few, whatever people ask."""
    match = request.resolver_match
    if match is None:
        # Refused before it came to a view.
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return UNMATCHED
    return match.view_name if match.url_name else UNMATCHED


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Everything for Prometheus: what all workers of this server counted, and the state."""
    counted = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        counted = CollectorRegistry()
        MultiProcessCollector(counted)
    state = CollectorRegistry()
    state.register(StateCollector())
    content = generate_latest(counted) + generate_latest(state)
    return HttpResponse(content, content_type=CONTENT_TYPE_LATEST)
