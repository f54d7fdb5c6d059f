"""The cookie that makes a browser the player of a battle."""

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse

#: The secret that identifies a player's battles; nothing else is known about a player.
COOKIE = "player"
COOKIE_SECONDS = 365 * 24 * 3600
_SECRET = re.compile(r"[A-Za-z0-9_-]{22,64}")


def secret_of(request: HttpRequest) -> str:
    """The player's secret; empty if they have never played."""
    given = request.COOKIES.get(COOKIE, "")
    return given if _SECRET.fullmatch(given) else ""


def remember(response: HttpResponse, secret: str) -> HttpResponse:
    response.set_cookie(
        COOKIE,
        secret,
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response
