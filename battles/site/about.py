"""The about page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from battles.common import serving as common_serving
from battles.site import pictures
from mlcore.game.gamedata import GameData
from mlcore.learning.model import Model


@require_safe
@cache_control(private=True, no_cache=True)
def about(request: HttpRequest) -> HttpResponse:
    """Sources, method, limits, credits, trademarks, privacy; figures of the live model."""
    serving = common_serving.now()
    return render(
        request,
        "battles/about.html",
        {
            "facts": serving.game and _facts(serving.game),
            "model": serving.champion and _model(serving.champion),
            "sprite_hosts": pictures.hosts(),
        },
    )


def _facts(game: GameData) -> dict[str, int]:
    """Counts of the game data."""
    return {
        "species": len(set(game.form_species.tolist())),
        "forms": len(game.form_slugs),
        "moves": len(game.move_slugs),
    }


def _model(champion: Model) -> dict[str, object]:
    """The champion's training data, from its metadata."""
    dataset = champion.metadata.get("dataset", {})
    rows = sum(file["rows"] for file in dataset.get("files", {}).values())
    return {
        "version": champion.version,
        "duels": rows,
        "battles": dataset.get("battles", 0),
        "created": parse_datetime(champion.metadata.get("created_at", "")),
    }
