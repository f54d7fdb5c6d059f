"""What every endpoint does first: identify the caller, check the scope, count the request."""

import ipaddress
from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from battles.api.access import keys as api_keys
from battles.api.access import rate_limits
from battles.api.core import problems
from battles.models import Scope
from mlcore.game import gamedata
from mlcore.game.gamedata import GameData
from mlcore.learning.model import Model
from mlcore.lib import log_context
from mlcore.serving import champion as champion_store

#: Cost of a request that keeps the model or the engine busy.
HEAVY = 10


class ApiView(APIView):
    """An endpoint. A key needs ``scope`` to call it; a call counts as ``cost`` requests."""

    scope: str = Scope.READ
    cost = 1

    @cached_property
    def game(self) -> GameData:
        """The game data that this request is answered with. Raises IncompleteGameData."""
        return gamedata.current()

    @cached_property
    def champion(self) -> Model:
        """The model that this request is answered with. Raises NoChampion."""
        return champion_store.current()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with translation.override(language_of(request)):
            response = super().dispatch(request, *args, **kwargs)
        response["Content-Language"] = language_of(request)
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.admit(request)
        super().initial(request, *args, **kwargs)

    allowance: rate_limits.Allowance | None = None

    def admit(self, request: Request) -> None:
        """Count the request; raises Problem if the caller is not allowed or over the limit."""
        caller, limit = f"ip/{address_of(request)}", settings.API_ANONYMOUS_RATE
        key = key_of(request)
        holder = None if key is None else api_keys.find(key)
        if holder is not None:
            caller = f"key/{holder.pk}"
            log_context.known_as(caller)
            own = holder.rate_per_minute
            limit = settings.API_KEY_RATE if own is None else own
        self.allowance = rate_limits.spend(caller, self.cost, limit)
        if self.allowance is not None and self.allowance.exceeded:
            raise problems.throttled(self.allowance.limit, self.allowance.reset)
        if key is not None and holder is None:
            raise problems.unauthenticated()
        if holder is not None and not holder.may(self.scope):
            raise problems.missing_scope(self.scope)

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        if self.allowance is not None:
            for name, value in self.allowance.headers.items():
                response[name] = value
        return response


def key_of(request: Request) -> str | None:
    """The API key of the ``Authorization`` header; None without that header."""
    header = request.META.get("HTTP_AUTHORIZATION")
    if header is None:
        return None
    scheme, _space, key = header.partition(" ")
    # Any other scheme counts as an invalid key.
    return key.strip() if scheme.lower() == "bearer" else ""


def address_of(request: HttpRequest | Request) -> str:
    """The caller's address; for IPv6 its /64 network, since one household has many addresses."""
    address = request.META.get("REMOTE_ADDR") or ""
    proxies = settings.API_TRUSTED_PROXIES
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if proxies and len(forwarded) >= proxies:
        address = forwarded[-proxies]
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def language_of(request: HttpRequest) -> str:
    """``?lang=``, or what ``Accept-Language`` prefers, or English."""
    languages = dict(settings.LANGUAGES)
    asked = request.GET.get("lang", "").lower()
    if asked in languages:
        return asked
    return _accepted(request.META.get("HTTP_ACCEPT_LANGUAGE", ""), languages)


def _accepted(header: str, languages: dict[str, Any]) -> str:
    parse: Callable[[str], Any] = translation.trans_real.parse_accept_lang_header
    for code, _quality in parse(header[:500]):
        short = code.split("-")[0]
        if short in languages:
            return short
    return settings.LANGUAGE_CODE
