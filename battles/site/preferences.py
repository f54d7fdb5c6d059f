"""Choices of a visitor that change how pages look, kept in cookies and set without scripts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

_A_YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Preference:
    """``name`` names the cookie and the form's field. The first of the values is the default."""

    name: str
    values: Sequence[str]

    def chosen(self, request: HttpRequest | None) -> str:
        """The visitor's choice; the default when nothing valid was chosen."""
        value = request.COOKIES.get(self.name, "") if request is not None else ""
        return value if value in self.values else self.values[0]

    def store(self, request: HttpRequest, *, refusal: Any) -> HttpResponse:
        """Keep what the form says and redirect to its ``next``; the default clears the cookie."""
        value = request.POST.get(self.name, "")
        if value not in self.values:
            return HttpResponseBadRequest(
                refusal % {"allowed": ", ".join(self.values)},
                content_type="text/plain; charset=utf-8",
            )
        target = request.POST.get("next", "")
        if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
            target = reverse("battles:home")
        response = HttpResponseRedirect(target, status=303)
        if value == self.values[0]:
            response.delete_cookie(self.name, samesite="Lax")
        else:
            response.set_cookie(
                self.name,
                value,
                max_age=_A_YEAR,
                secure=settings.PRODUCTION,
                httponly=True,
                samesite="Lax",
            )
        return response
