"""Liveness and readiness, for load balancers and ``make run``.

Why a model does not serve, or which one serves in another's place, is told to staff alone.
"""

import logging
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mlcore.serving import champion as champion_store
from mlcore.serving import rollout, well_played
from pokedex.models import Pokemon

logger = logging.getLogger(__name__)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the process answers at all."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database, game data and champion are all there; else 503 and what is missing."""
    checks = {name: _outcome(name, check) for name, check in _CHECKS.items()}
    ready = all(value == "ok" for value in checks.values())
    answer: dict[str, object] = {"status": "ready" if ready else "not ready", "checks": checks}
    if _is_staff(request):
        troubles = {
            "champion": champion_store.trouble(),
            "challenger": rollout.trouble(),
            "battle_value": well_played.trouble(),
        }
        answer["troubles"] = {name: text for name, text in troubles.items() if text}
    elif checks["champion"] != "ok":
        checks["champion"] = "no model serves; staff and the log are told why"
    return JsonResponse(answer, status=200 if ready else 503)


def _is_staff(request: HttpRequest) -> bool:
    """Somebody of the staff asks. Without a database nobody can be known."""
    try:
        return bool(request.user.is_staff)  # type: ignore[union-attr]
    except (DatabaseError, InterfaceError):
        return False


def _outcome(name: str, check: Callable[[], str]) -> str:
    """What the check found. A check that crashes is a "no" with a name, never a 500."""
    try:
        return check()
    except Exception as error:
        logger.exception("readiness check %s failed", name)
        return f"failed: {type(error).__name__}"


def _database() -> str:
    try:
        # A connection that is kept may have died since; only a statement shows it.
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError) as error:
        return f"unreachable: {type(error).__name__}"
    return "ok"


def _game_data() -> str:
    try:
        return "ok" if Pokemon.objects.exists() else "empty: run manage.py import_pokedex"
    except DatabaseError:
        return "not readable: run manage.py migrate"


def _champion() -> str:
    try:
        champion_store.current()
    except champion_store.NoChampion as error:
        return str(error)
    return "ok"


_CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "game_data": _game_data,
    "champion": _champion,
}
