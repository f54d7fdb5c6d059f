"""The login's lock against guessing: whose address counts, and what a locked-out visitor sees."""

from typing import Any

from axes.helpers import get_cool_off
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from battles.common.allowance import address_of


def client_address(request: HttpRequest) -> str | None:
    """The address that wrong passwords are counted for, or None if unknown.

    An IPv6 address stands for its network of 64 bits, which one household has to itself.
    """
    address = address_of(request).split("/")[0]
    return None if address == "unknown" else address


def locked_out(
    request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """429 with the time to wait, in the visitor's language."""
    wait = get_cool_off(request)
    seconds = int(wait.total_seconds()) if wait else 0
    context = {"limit": settings.AXES_FAILURE_LIMIT, "minutes": -(-seconds // 60)}
    page = render(request, "locked_out.html", context, status=429)
    page["Retry-After"] = str(seconds)
    return page
