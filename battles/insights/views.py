"""What rules and model add to a Pokémon's page: stats at any level, counters, good matchups.

A page of its own, and a part of the Pokédex page that htmx loads.
"""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from battles.common import plays
from battles.common.gates import uses_engine
from battles.insights import best_moves as insights_best_moves
from battles.insights import counters as insights_counters
from battles.insights import forms as insights_forms
from battles.insights import well_played
from battles.insights.counters import Insights
from mlcore.engine.specs import Setups
from mlcore.engine.stats import compute_stats
from mlcore.game import gamedata
from mlcore.serving import champion as champion_store
from mlcore.serving import well_played as serving_well_played
from pokedex.htmx import wants_fragment
from pokedex.known_facts import known_facts
from pokedex.text import STAT_NAMES, STAT_SHORTS
from pokedex.views.lookup import canonical


@dataclass(frozen=True)
class Stat:
    name: str
    short: str
    base: int
    value: int
    width: str


def stats_of(game: gamedata.GameData, setups: Setups) -> list[Stat]:
    values = compute_stats(game.tables, setups)[0]
    base = game.tables.base_stats[setups.form[0]]
    top = max(int(values.max()), 1)
    return [
        Stat(str(name), str(short), int(own), int(value), f"{100 * int(value) / top:.1f}%")
        for name, short, own, value in zip(STAT_NAMES, STAT_SHORTS, base, values, strict=True)
    ]


def insights_for(
    game: gamedata.GameData, form: int, play: str, own_set: tuple[int, ...], *, megas: bool
) -> Insights:
    """Counters as asked for; without a wish, of well-played battles if a network can answer.

    Raises NoChampion.
    """
    if play != plays.Play.ONE_MOVE:
        try:
            value = serving_well_played.current(game)
            return well_played.insights_of(game, value, form, megas=megas, moves=own_set)
        except serving_well_played.NoBattleValue:
            if play:
                raise
    return insights_counters.insights_of(game, champion_store.current(), form, megas=megas)


@uses_engine
@require_safe
@cache_control(private=True, no_cache=True)
@vary_on_headers("HX-Request", "HX-Target")
def pokemon_insights(request: HttpRequest, slug: str) -> HttpResponse:
    pokemon = known_facts().find_pokemon(slug)
    if pokemon is None:
        raise Http404
    if moved := canonical(request, "battles:pokemon-insights", pokemon.slug):
        return moved
    form = insights_forms.SpreadForm(request.GET)
    megas = request.GET.get("megas") != "no"
    play = plays.read_play(request.GET.get("play", ""))
    insights, best, reason, stats = None, None, "", []
    try:
        game = gamedata.current()
        index = game.form_index(pokemon.slug)
        stats = stats_of(game, form.spread.setups(index))
        best = insights_best_moves.best_moves_of(game, index)
        insights = insights_for(game, index, play, best.own_set if best else (), megas=megas)
    except champion_store.NoChampion as error:
        reason = str(error)
    except (gamedata.UnknownName, gamedata.IncompleteGameData, KeyError) as error:
        # The facts changed within the last two seconds; the copy in memory is about to follow.
        reason = str(error)
    fragment = wants_fragment(request)
    shown = play or (
        plays.Play.WELL if insights and insights.is_well_played else plays.Play.ONE_MOVE
    )
    url = reverse("battles:pokemon-insights", args=[pokemon.slug])

    def address(play: str, *, megas: bool) -> str:
        query = ({"play": play} if play else {}) | ({} if megas else {"megas": "no"})
        return url + (f"?{urlencode(query)}" if query else "")

    return render(
        request,
        "battles/insights.html#pokemon-insights" if fragment else "battles/insights.html",
        {
            "pokemon": pokemon,
            "form": form,
            "stats": stats,
            "insights": insights,
            "best": best,
            "reason": reason,
            "megas": megas,
            "fragment": fragment,
            "page_url": reverse("pokedex:pokemon-detail", args=[pokemon.slug]),
            "insights_url": url,
            "play": play,
            "plays": plays.play_choices(shown, lambda play: address(play, megas=megas)),
            "megas_url": address(play, megas=not megas),
        },
    )
