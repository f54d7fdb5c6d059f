"""What every endpoint does first: identify the caller, check the scope, count the request."""

from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from rest_framework.request import Request
from rest_framework.views import APIView

from battles.api.access import keys as api_keys
from battles.api.core import problems
from battles.common import allowance
from battles.models import Scope
from mlcore.game import gamedata
from mlcore.game.gamedata import GameData
from mlcore.learning.model import Model
from mlcore.lib import log_context
from mlcore.serving import champion as champion_store
from mlcore.serving import rollout

#: Cost of a request that keeps the model or the engine busy.
HEAVY = 10


class Payer(NamedTuple):
    """Who pays for a request, how much it has a minute, and why it may not be answered."""

    meter: allowance.Meter
    caller: str
    limit: int
    refusal: problems.Problem | None = None


class ApiView(APIView):
    """An endpoint. A key needs ``scope`` to call it; a call costs at least ``cost`` units."""

    scope: str = Scope.READ
    cost = 1
    #: Whether it plays battles or asks the models for much: few of them run at once.
    uses_engine = False

    @cached_property
    def game(self) -> GameData:
        """The game data that this request is answered with. Raises IncompleteGameData."""
        return gamedata.current()

    @cached_property
    def champion(self) -> Model:
        """The model that this request is answered with. Raises NoChampion."""
        return champion_store.current()

    @cached_property
    def answering(self) -> Model:
        """What answers this caller: the champion, or a challenger in a rollout's canary.

        Raises NoChampion.
        """
        return rollout.answering()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        language = language_of(request)
        with translation.override(language):
            response = super().dispatch(request, *args, **kwargs)
        response["Content-Language"] = language
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.admit(request)
        super().initial(request, *args, **kwargs)

    def admit(self, request: Request) -> None:
        """Let the caller pay; raises Problem if it is not allowed or has too little left."""
        self.charge(self.payer(request))

    def payer(self, request: HttpRequest | Request) -> Payer:
        """Who pays for the request."""
        meter = allowance.meter_of(request)
        caller, limit = f"ip/{meter.address}", settings.API_ANONYMOUS_RATE
        key = key_of(request)
        if key is None:
            return Payer(meter, caller, limit)
        holder = api_keys.find(key)
        if holder is None:
            return Payer(meter, caller, limit, problems.unauthenticated())
        caller = f"key/{holder.pk}"
        log_context.known_as(caller)
        own = holder.rate_per_minute
        limit = settings.API_KEY_RATE if own is None else own
        refusal = None if holder.may(self.scope) else problems.missing_scope(self.scope)
        return Payer(meter, caller, limit, refusal)

    def charge(self, payer: Payer) -> None:
        """Let it pay; raises Problem if it is not allowed or has too little left."""
        left = payer.meter.admit(payer.caller, payer.limit, self.cost)
        if left is not None and left.exceeded:
            raise problems.throttled(left.limit, left.reset)
        if payer.refusal is not None:
            raise payer.refusal


def key_of(request: HttpRequest | Request) -> str | None:
    """The API key of the ``Authorization`` header; None without that header."""
    header = request.META.get("HTTP_AUTHORIZATION")
    if header is None:
        return None
    scheme, _space, key = header.partition(" ")
    # Any other scheme counts as an invalid key.
    return key.strip() if scheme.lower() == "bearer" else ""


def language_of(request: HttpRequest) -> str:
    """``?lang=``, or what ``Accept-Language`` prefers, or English."""
    asked = request.GET.get("lang", "").lower() if request.META.get("QUERY_STRING") else ""
    if asked in _languages():
        return asked
    return _accepted(request.META.get("HTTP_ACCEPT_LANGUAGE", "")[:500])


@lru_cache(maxsize=1)
def _languages() -> dict[str, Any]:
    return dict(settings.LANGUAGES)


@lru_cache(maxsize=1024)
def _accepted(header: str) -> str:
    parse: Callable[[str], Any] = translation.trans_real.parse_accept_lang_header
    for code, _quality in parse(header):
        short = code.split("-")[0]
        if short in _languages():
            return short
    return settings.LANGUAGE_CODE
