"""Liveness and readiness, for load balancers and ``make run``."""

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mlcore import predictor
from pokedex.models import Pokemon


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the process answers at all."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database, game data and champion are all there; else 503 and what is missing."""
    checks = {}
    try:
        connection.ensure_connection()
        checks["database"] = "ok"
        checks["game_data"] = "ok" if Pokemon.objects.exists() else "empty: run import_pokedex"
    except Exception as error:
        checks["database"] = f"unreachable: {type(error).__name__}"
    try:
        checks["champion"] = "ok" if predictor.current().version else "none"
    except predictor.NoChampion as error:
        checks["champion"] = str(error)
    ready = all(value == "ok" for value in checks.values())
    return JsonResponse(
        {"status": "ready" if ready else "not ready", "checks": checks},
        status=200 if ready else 503,
    )
