"""What a visitor is told when the database does not take a write or does not answer."""

import sys

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.defaults import server_error

from battles.api.core.problems import RETRY_AFTER


def reason_of(error: BaseException | None) -> str:
    """What an error of the database, SQLite's or PostgreSQL's, comes to; empty if it is none."""
    # SQLite's driver has no class of its own for a damaged file.
    damaged = type(error) is DatabaseError
    if not damaged and not isinstance(error, OperationalError | InterfaceError):
        return ""
    text = str(error).lower()
    if damaged:
        return _("The database is damaged. It has to be restored from a backup.")
    if "is full" in text or "no space left" in text:
        return _("The site’s disk is full. Pages can be read, but nothing can be saved.")
    if "locked" in text:
        return _("The database is busy. Try again in a moment.")
    if "readonly" in text or "read-only" in text:
        return _("The site’s disk is read-only. Pages can be read, but nothing can be saved.")
    return _("The database is not responding. Try again in a moment.")


def handler500(request: HttpRequest) -> HttpResponse:
    """Django's page after an exception: 503 with the reason when the database is to blame."""
    reason = reason_of(sys.exception())
    if not reason:
        return server_error(request)
    response = render(request, "503.html", {"reason": reason}, status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    return response
