"""Gym Leaders, Elite Four and Champion: their teams and counters.

The best counters overall and the team that somebody enters, at the levels given; the address
holds all of it.
"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import push_url

from battles.bosses import counters as bosses_counters
from battles.bosses import forms as bosses_forms
from battles.bosses import well_played
from battles.common import plays, text
from battles.common.gates import uses_engine
from mlcore.game import gamedata
from mlcore.serving import champion as champion_store
from mlcore.serving import well_played as serving_well_played
from pokedex.choices import BossRole
from pokedex.htmx import wants_fragment
from pokedex.matching import best_matches
from pokedex.models import Boss


@dataclass(frozen=True)
class Rank:
    heading: str
    bosses: list[Boss]


@require_safe
@cache_control(private=True, no_cache=True)
def bosses(request: HttpRequest) -> HttpResponse:
    everyone = list(
        Boss.objects.select_related("type").prefetch_related(
            "team__pokemon__type_1", "team__pokemon__type_2"
        )
    )
    headings = {
        BossRole.GYM_LEADER: _("Gym Leaders"),
        BossRole.ELITE_FOUR: _("Elite Four"),
        BossRole.CHAMPION: _("Champion"),
    }
    ranks = [
        Rank(heading, [boss for boss in everyone if boss.role == role])
        for role, heading in headings.items()
    ]
    return render(
        request, "battles/bosses.html", {"ranks": [rank for rank in ranks if rank.bosses]}
    )


def boss_called(slug: str, everyone: list[Boss]) -> Boss | None:
    """The boss with that name in either language, typos forgiven."""
    near = best_matches(slug, everyone, lambda boss: (boss.slug, boss.name_en, boss.name_fr))
    return near[0] if near else None


def answer_for(boss: Boss, form: bosses_forms.BossForm) -> bosses_counters.CounterReport:
    """Counters as asked for; without a wish, of well-played battles if a network can answer.

    Raises NoChampion, UnknownName, IncompleteGameData.
    """
    game, play = gamedata.current(), form.cleaned_data.get("play")
    if play != plays.Play.ONE_MOVE:
        try:
            return well_played.answer(game, serving_well_played.current(game), boss, form)
        except serving_well_played.NoBattleValue:
            if play:
                raise
    return bosses_counters.answer(game, champion_store.current(), boss, form)


@uses_engine
@require_safe
@cache_control(private=True, no_cache=True)
@vary_on_headers("HX-Request", "HX-Target")
def boss(request: HttpRequest, slug: str) -> HttpResponse:
    everyone = list(Boss.objects.select_related("type"))
    boss = next((row for row in everyone if row.slug == slug), None)
    if boss is None:
        return render(
            request,
            "battles/unknown_boss.html",
            {
                "text": text.shortened(slug.replace("-", " ")),
                "near": boss_called(slug, everyone),
                "bosses": everyone,
            },
            status=404,
        )
    form = bosses_forms.BossForm(request.GET)
    result, reason = None, ""
    try:
        result = answer_for(boss, form)
    except champion_store.NoChampion as error:
        reason = str(error)
    except (gamedata.UnknownName, gamedata.IncompleteGameData, KeyError) as error:
        # The facts changed within the last two seconds; the copy in memory is about to follow.
        reason = str(error)

    def address(query: str) -> str:
        return reverse("battles:boss", args=[boss.slug]) + (f"?{query}" if query else "")

    url = address(form.query())
    shown = plays.Play.WELL if result and result.is_well_played else plays.Play.ONE_MOVE
    fragment = wants_fragment(request)
    response = render(
        request,
        "battles/boss.html#boss-answer" if fragment else "battles/boss.html",
        {
            "boss": boss,
            "form": form,
            "answer": result,
            "plays": plays.play_choices(
                form.cleaned_data.get("play") or shown, lambda play: address(form.query(play=play))
            ),
            "reason": reason,
            "team_foes": [] if result else bosses_counters.team_of(boss, form.chosen_edition),
            "max_text": bosses_forms.MAX_TEXT,
            "url": url,
            "fragment": fragment,
        },
    )
    if fragment and not form.errors:
        push_url(response, url)
    return response
