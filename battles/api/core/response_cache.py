"""Cached responses with game facts, kept until the facts change."""

import hashlib
from collections.abc import Callable

from django.core.cache import caches
from django.http import HttpResponse
from django.utils import translation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from mlcore.game.gamedata import GameData

#: Seconds after which a response is rebuilt even if the facts are the same.
KEPT_SECONDS = 3600


def cached(request: Request, game: GameData, make: Callable[[], Response]) -> HttpResponse:
    """The response of ``make`` to this URL in this language, cached until the facts change.

    Rows, serializers and rendering cost milliseconds; what they give changes with the facts alone.
    Exceptions of ``make`` are not cached.
    """
    parts = (game.version, translation.get_language(), request.build_absolute_uri())
    key = hashlib.sha256(repr(parts).encode()).hexdigest()
    cache = caches["reads"]
    content = cache.get(key)
    if content is None:
        content = JSONRenderer().render(make().data)
        cache.set(key, content, KEPT_SECONDS)
    return HttpResponse(content, content_type=JSONRenderer.media_type)
