"""The about page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from mlcore.game import gamedata
from mlcore.serving import champion as champion_store


@require_safe
@cache_control(private=True, no_cache=True)
def about(request: HttpRequest) -> HttpResponse:
    """Sources, method, limits, credits, trademarks, privacy; figures of the live model."""
    sprite_host = settings.SPRITE_URL_TEMPLATE.split("/")[2] if settings.SPRITE_URL_TEMPLATE else ""
    return render(
        request,
        "battles/about.html",
        {"facts": _facts(), "model": _model(), "sprite_host": sprite_host},
    )


def _facts() -> dict[str, int] | None:
    """Counts of the game data; None before the import."""
    try:
        game = gamedata.current()
    except gamedata.IncompleteGameData:
        return None
    return {
        "species": len(set(game.form_species.tolist())),
        "forms": len(game.form_slugs),
        "moves": len(game.move_slugs),
    }


def _model() -> dict[str, object] | None:
    """The champion's training data, from its metadata; None without a champion."""
    try:
        champion = champion_store.current()
    except champion_store.NoChampion:
        return None
    dataset = champion.metadata.get("dataset", {})
    rows = sum(each["rows"] for each in dataset.get("files", {}).values())
    return {
        "version": champion.version,
        "duels": rows,
        "battles": dataset.get("battles", 0),
        "created": parse_datetime(champion.metadata.get("created_at", "")),
    }
