"""The compare page: two Pokémon head to head, who wins, and with which move.

Its address holds the whole state. The same address answers a page to a browser and a fragment
of it to htmx. What stands on it comes from the modules beside this one; under the arena one tab
is open, and only that is built.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import push_url

from battles.common import serving as common_serving
from battles.common.forms import SIDES
from battles.common.gates import uses_engine
from battles.compare.damage_tab import damage_tab
from battles.compare.duel import Duel
from battles.compare.fighters import (
    build_fighters,
    compare_url,
    page_url,
    similar_links,
    stat_rows,
    type_matchups,
)
from battles.compare.forms import CompareForm
from battles.compare.moves_table import move_groups
from battles.compare.paste import exported
from battles.compare.played import CompareAnswer
from battles.compare.played import answer as compare_answer
from battles.compare.prediction import NoResult, conditions, read_duel
from battles.compare.sharing import read_recent, recent_links, remember, share
from battles.compare.simulation import offers
from battles.compare.tabs import TABS, TabLink, open_tab
from mlcore.game import gamedata
from pokedex.htmx import wants_fragment

FRAGMENTS = {"compare-result", "compare-tabs"}


@uses_engine
@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request", "HX-Target")
@cache_control(private=True, no_cache=True)
def compare(request: HttpRequest) -> HttpResponse:
    """The comparison of an address; by POST also simulations, for pages without scripts."""
    form = CompareForm(request.GET)
    valid = form.is_valid()
    if not form.facts.pokemon:
        return render(
            request, "503.html", {"reason": _("The game data is not available yet.")}, status=503
        )
    here = _here(request, form)
    fragment = wants_fragment(request)
    # An address that is written anew no longer has what the damage tab has to say about it.
    is_told = form.tab == "damage" and form.conditions.wrong
    is_asked = request.method != "POST" and not fragment
    if valid and is_asked and not is_told and request.get_full_path() != here:
        return HttpResponseRedirect(here)

    serving = common_serving.now(to_caller=True) if all(form.fighters.values()) else None
    duel = read_duel(form, serving) if serving else None
    answer = compare_answer(form, duel, serving) if valid and serving and duel else None
    target = request.htmx.target if fragment else None
    partial = target if target in FRAGMENTS else "compare"
    before = read_recent(request)
    query = form.canonical_query()
    known = duel if isinstance(duel, Duel) else None
    response = TemplateResponse(
        request,
        f"battles/compare.html#{partial}" if fragment else "battles/compare.html",
        {
            **_scene(form, known),
            **_answer(form, answer),
            **_tab(request, form, known, answer),
            "recent": recent_links(before, query, form.facts),
            # Without the open tab: this is what search engines and other sites link to.
            "url": compare_url(query),
            "here": here if valid else page_url(form),
            "query": query,
            "fragment": fragment,
            "partial": partial,
            "card_url": card_url(form),
        },
        status=answer.status if isinstance(answer, NoResult) else 200,
    )
    if fragment:
        # Invalid values are not pushed to the address bar.
        push_url(response, here if valid and not form.conditions.wrong else False)
    if response.status_code == 503:
        response["Retry-After"] = "30"
    if isinstance(answer, CompareAnswer):
        remember(response, before, query)
    return response


def _here(request: HttpRequest, form: CompareForm) -> str:
    """The address of this page as it is written: everything valid, nothing twice."""
    here = page_url(form)
    if form.tab == "damage" and (opened := _opened(request)):
        here += opened
    return here


def _opened(request: HttpRequest) -> str:
    """The move that the damage tab shows in full, as the end of an address."""
    side, move = request.GET.get("by", ""), request.GET.get("move", "")
    is_name = move.isascii() and move.replace("-", "").isalnum() and len(move) < 40
    return f"&by={side}&move={move}" if side in SIDES and is_name else ""


def card_url(form: CompareForm) -> str:
    """URL of the comparison's preview image; the site's own until both sides are chosen."""
    if not all(form.fighters.values()):
        return reverse("battles:site-card")
    return f"{reverse('battles:compare-card')}?{form.canonical_query()}"


def _scene(form: CompareForm, duel: Duel | None) -> dict:
    """Everything that needs no model: the fighters and links."""
    fighters = build_fighters(form, duel)
    a, b = (fighters.get(side) for side in SIDES)
    title = (
        _("%(a)s vs %(b)s") % {"a": a.pokemon.name, "b": b.pokemon.name}
        if a and b
        else _("Compare two Pokémon")
    )
    return {
        "form": form,
        "sides": [(side, fighters.get(side), form[side]) for side in SIDES],
        "a": a,
        "b": b,
        "similar": similar_links(form),
        "waiting": {side: form.waiting_moves(side) for side in SIDES},
        "title": title,
        "swapped_url": compare_url(form.page_query(swapped=True)),
    }


def _answer(form: CompareForm, answer: CompareAnswer | NoResult | None) -> dict:
    """The prediction; ``result`` is what the headline says."""
    if not isinstance(answer, CompareAnswer):
        return {"result": None, "no_result": answer}
    return {
        "result": answer.headline,
        "played": answer.played,
        "single": answer.single,
        "reason": answer.reason,
        "no_result": None,
        "conditions": conditions(
            {side: form.spreads[side].spread for side in SIDES},
            [form.fighters[side].name for side in SIDES],
        ),
    }


def _tab(
    request: HttpRequest,
    form: CompareForm,
    duel: Duel | None,
    answer: CompareAnswer | NoResult | None,
) -> dict[str, Any]:
    """The links to the tabs, and what the open one shows."""
    given = answer if isinstance(answer, CompareAnswer) else None
    needs = {
        **dict.fromkeys(("moves", "grid", "simulation", "share"), given is not None),
        **dict.fromkeys(("damage", "stats"), duel is not None),
        **dict.fromkeys(("types", "export"), any(form.fighters.values())),
    }
    available = [code for code in TABS if needs[code]]
    tab = open_tab(form.tab, available)
    links = [
        TabLink(code, str(TABS[code]), compare_url(form.page_query(tab=code)), code == tab)
        for code in available
    ]
    shown: dict[str, Any] = {"headline_verdict": None}
    if tab == "moves" and given:
        shown["groups"] = move_groups(given, form.fighters)
    elif tab == "simulation" and given and duel:
        shown["offers"] = offers(form, given, request.POST, duel.game)
        headline = "search" if given.played else "move"
        shown["headline_verdict"] = next(
            (offer.verdict for offer in shown["offers"] if offer.mode == headline), None
        )
    elif tab == "stats":
        shown["stats"] = stat_rows(form, duel)
    elif tab == "types":
        shown["type_matchups"] = type_matchups(form)
    elif tab == "share" and given:
        link = request.build_absolute_uri(compare_url(form.canonical_query()))
        shown["share"] = share(link, form, given)
    elif tab == "export":
        shown["exports"] = [
            (fighter, exported(fighter, form)) for fighter in build_fighters(form).values()
        ]
    elif tab == "damage" and duel:
        try:
            shown["calculator"] = damage_tab(form, duel.game, request.GET)
        except gamedata.UnknownName:
            shown["calculator"] = None
    return {"tab": tab, "tabs": links, **shown}
