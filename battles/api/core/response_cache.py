"""Cached responses with game facts, kept until the facts change."""

from collections.abc import Callable

from django.http import HttpResponse
from django.utils import translation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from battles.common.kept import kept
from mlcore.game.gamedata import GameData


def cached(request: Request, game: GameData, make: Callable[[], Response]) -> HttpResponse:
    """The response of ``make`` to this URL in this language, cached until the facts change.

    Rows, serializers and rendering cost milliseconds; what they give changes with the facts alone.
    Exceptions of ``make`` are not cached.
    """
    parts = (game.version, translation.get_language(), request.build_absolute_uri())
    content = kept(parts, lambda: JSONRenderer().render(make().data))
    return HttpResponse(content, content_type=JSONRenderer.media_type)
