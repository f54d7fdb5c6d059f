"""The compare page: two Pokémon head to head, who wins, and with which move.

Its address holds the whole state. The same address answers a page to a browser and a fragment
of it to htmx. What stands on it comes from the modules beside this one.
"""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import push_url

from battles.common import serving as common_serving
from battles.common.forms import SIDES
from battles.compare.duel import Duel
from battles.compare.fighters import build_fighters, compare_url, similar_links, stat_rows
from battles.compare.forms import CompareForm
from battles.compare.paste import exported
from battles.compare.played import CompareAnswer
from battles.compare.played import answer as compare_answer
from battles.compare.prediction import NoResult, conditions, read_duel
from battles.compare.sharing import read_recent, recent_links, remember, share
from battles.compare.simulation import MODES, judge_at_once, offers
from mlcore.game.gamedata import GameData
from pokedex.htmx import wants_fragment
from pokedex.models import Pokemon

FRAGMENTS = {"compare-result"}


@require_safe
@vary_on_headers("HX-Request", "HX-Target")
@cache_control(private=True, no_cache=True)
def compare(request: HttpRequest) -> HttpResponse:
    form = CompareForm(request.GET)
    valid = form.is_valid()
    if not any(form.fighters.values()) and not Pokemon.objects.exists():
        return render(
            request, "503.html", {"reason": _("The game data is not available yet.")}, status=503
        )
    query = form.canonical_query()
    mode = request.GET.get("referee", "") if request.GET.get("referee") in MODES else ""
    url = compare_url(query)
    here = f"{url}&referee={mode}" if mode else url
    fragment = wants_fragment(request)
    if valid and not fragment and request.get_full_path() != here:
        return HttpResponseRedirect(here)

    serving = common_serving.now() if all(form.fighters.values()) else None
    duel = read_duel(form, serving) if serving else None
    answer = compare_answer(form, duel, serving) if valid and serving and duel else None
    target = request.htmx.target if fragment else None
    partial = target if target in FRAGMENTS else "compare"
    before = read_recent(request)
    response = TemplateResponse(
        request,
        f"battles/compare.html#{partial}" if fragment else "battles/compare.html",
        {
            **_scene(form, duel if isinstance(duel, Duel) else None),
            **_answer(request, form, answer, mode, serving.game if serving else None),
            "recent": recent_links(before, query),
            "url": url,
            "query": query,
            "fragment": fragment,
            "partial": partial,
            "card_url": card_url(form),
            "pokemon_names": Pokemon.objects.values_list("name_en", "name_fr", "pk"),
        },
        status=answer.status if isinstance(answer, NoResult) else 200,
    )
    if fragment:
        # Invalid values are not pushed to the address bar.
        push_url(response, url if valid else False)
    if response.status_code == 503:
        response["Retry-After"] = "30"
    if isinstance(answer, CompareAnswer):
        remember(response, before, query)
    return response


def card_url(form: CompareForm) -> str:
    """URL of the comparison's preview image; the site's own until both sides are chosen."""
    if not all(form.fighters.values()):
        return reverse("battles:site-card")
    return f"{reverse('battles:compare-card')}?{form.canonical_query()}"


def _scene(form: CompareForm, duel: Duel | None) -> dict:
    """Everything that needs no model: the fighters and links."""
    fighters = build_fighters(form)
    a, b = (fighters.get(side) for side in SIDES)
    title = (
        _("%(a)s vs %(b)s") % {"a": a.pokemon.name, "b": b.pokemon.name}
        if a and b
        else _("Compare two Pokémon")
    )
    swapped = form.canonical_query(a=form.corner("b"), b=form.corner("a"))
    return {
        "form": form,
        "sides": [(side, fighters.get(side), form[side]) for side in SIDES],
        "a": a,
        "b": b,
        "stats": stat_rows(form, duel),
        "similar": similar_links(form),
        "waiting": {side: form.waiting_moves(side) for side in SIDES},
        "title": title,
        "swapped_url": compare_url(swapped),
        "exports": [(fighter, exported(fighter, form)) for fighter in fighters.values()],
    }


def _answer(
    request: HttpRequest,
    form: CompareForm,
    answer: CompareAnswer | NoResult | None,
    mode: str,
    game: GameData | None,
) -> dict:
    """The prediction and everything based on it; ``result`` is what the headline says."""
    if not isinstance(answer, CompareAnswer):
        return {"result": None, "no_result": answer}
    fighters = {side: form.fighters[side] for side in SIDES}
    query = form.canonical_query()
    return {
        "result": answer.headline,
        "played": answer.played,
        "single": answer.single,
        "reason": answer.reason,
        "no_result": None,
        "offers": offers(form, answer),
        "verdict": judge_at_once(form, answer, mode, game) if mode and game else None,
        "share": share(request.build_absolute_uri(compare_url(query)), form, answer),
        "conditions": conditions(
            {side: form.spreads[side].spread for side in SIDES},
            [fighters[side].name for side in SIDES],
        ),
    }
