"""The chooser of match-ups worth playing: a part of the set-up page, and a page of its own."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from battles.common import text
from battles.common.gates import uses_engine
from battles.models import Strength
from battles.play import addresses as play_addresses
from battles.play import contested
from battles.play.forms import DEFAULT_STRENGTH
from mlcore.game import gamedata
from mlcore.serving.well_played import NoBattleValue
from pokedex.htmx import wants_fragment
from pokedex.models import Move, Pokemon


@dataclass(frozen=True)
class ShownMatchup:
    """``url`` sets the match-up up, with the moves that make it open."""

    a: Pokemon
    b: Pokemon
    moves_a: str
    moves_b: str
    url: str


@uses_engine
@require_safe
@vary_on_headers("HX-Request")
@cache_control(private=True, no_cache=True)
def battle_matchups(request: HttpRequest) -> HttpResponse:
    """``page`` draws others; ``strength`` is kept."""
    page = request.GET.get("page", "")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 3 else 1
    number = min(max(number, 1), contested.PAGES)
    strength = request.GET.get("strength", "")
    if strength not in Strength.values or strength == DEFAULT_STRENGTH:
        strength = ""
    reason, matchups = "", []
    try:
        game = gamedata.current()
        matchups = shown(contested.page_of(game, timezone.now().date(), number), strength)
    except (gamedata.IncompleteGameData, NoBattleValue):
        reason = _("The model that finds them is unavailable right now.")
    more = QueryDict(mutable=True)
    more["page"] = str(number % contested.PAGES + 1)
    if strength:
        more["strength"] = strength
    fragment = wants_fragment(request)
    template = "battles/battle_matchups.html"
    return render(
        request,
        f"{template}#battle-matchups" if fragment else template,
        {
            "title": _("Even matchups"),
            "matchups": matchups,
            "number": number,
            "reason": reason,
            "low": text.share(contested.OPEN[0]),
            "high": text.share(contested.OPEN[1]),
            "more_url": f"{reverse('battles:battle-matchups')}?{more.urlencode()}",
            "fragment": fragment,
        },
    )


def shown(matchups: list[contested.Contested], strength: str) -> list[ShownMatchup]:
    """With names in the page's language; two queries. Those renamed meanwhile are left out."""
    slugs = {slug for each in matchups for slug in (each.a, each.b)}
    pokemon = {row.slug: row for row in Pokemon.objects.with_battle_data().filter(slug__in=slugs)}
    slugs = {slug for each in matchups for slug in (*each.moves_a, *each.moves_b)}
    names = {move.slug: move.name for move in Move.objects.filter(slug__in=slugs)}
    result = []
    for each in matchups:
        if not pokemon.keys() >= {each.a, each.b}:
            continue
        query = QueryDict(mutable=True)
        query["a"], query["b"] = each.a, each.b
        query.setlist("moves_a", list(each.moves_a))
        query.setlist("moves_b", list(each.moves_b))
        if strength:
            query["strength"] = strength
        result.append(
            ShownMatchup(
                a=pokemon[each.a],
                b=pokemon[each.b],
                moves_a=text.listed(names[slug] for slug in each.moves_a if slug in names),
                moves_b=text.listed(names[slug] for slug in each.moves_b if slug in names),
                url=play_addresses.setup_url(query.urlencode()),
            )
        )
    return result
