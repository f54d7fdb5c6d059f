"""The type chart as a heat map, and a calculator for one type or two."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import push_url

from pokedex.forms import TypeCalculator
from pokedex.htmx import wanted_partial
from pokedex.models import Pokemon, Type
from pokedex.text import MULTIPLIERS, multiplier_words
from pokedex.type_chart import MultiplierGroup, TypeChart


@dataclass(frozen=True)
class ChartCell:
    defending: Type
    code: str
    sign: str
    words: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class ChartRow:
    """A row of the chart: what an attacking type does to each of the eighteen."""

    attacking: Type
    cells: list[ChartCell]


@dataclass(frozen=True)
class CalculatorResult:
    """What the calculator says of one type or two."""

    types: list[Type]
    matchups: list[MultiplierGroup]
    deals: list[MultiplierGroup]
    coverage: str
    #: Forms of exactly these types.
    forms: list[Pokemon]


def page_url(query: str) -> str:
    return reverse("pokedex:types") + (f"?{query}" if query else "")


def cell_words(attacking: Type, defending: Type, percent: int) -> str:
    return _("%(attacking)s vs %(defending)s: %(sign)s, %(words)s") % {
        "attacking": attacking.name,
        "defending": defending.name,
        "sign": MULTIPLIERS[percent][1],
        "words": multiplier_words(percent),
    }


def lines(chart: TypeChart, form: TypeCalculator) -> list[ChartRow]:
    current = form.cell or (chart.types[0], chart.types[0])
    return [
        ChartRow(
            attacking,
            [
                ChartCell(
                    defending,
                    *MULTIPLIERS[percent],
                    words=cell_words(attacking, defending, percent),
                    url=page_url(
                        form.query(type_attacking=attacking.slug, type_defending=defending.slug)
                    ),
                    is_current=(attacking, defending) == current,
                )
                for defending in chart.types
                for percent in [chart.percent(attacking, [defending])]
            ],
        )
        for attacking in chart.types
    ]


def answer(chart: TypeChart, types: list[Type]) -> CalculatorResult | None:
    """Defense and attack of the chosen types; one query."""
    if not types:
        return None
    everyone = list(Pokemon.objects.with_battle_data())
    hits = [chart.best_percent(types, pokemon.types) for pokemon in everyone]
    hard = sum(percent > 100 for percent in hits)
    weak = sum(percent < 100 for percent in hits)
    coverage = ngettext(
        "Super effective against %(hard)d of %(all)d Pokémon; %(weak)d resist it.",
        "Super effective against %(hard)d of %(all)d Pokémon; %(weak)d resist it.",
        len(everyone),
    ) % {"hard": hard, "all": len(everyone), "weak": weak}
    wanted = {kind.pk for kind in types}
    return CalculatorResult(
        types=types,
        matchups=chart.taken(types),
        deals=chart.dealt(types),
        coverage=coverage,
        forms=[pokemon for pokemon in everyone if {kind.pk for kind in pokemon.types} == wanted],
    )


@require_safe
@cache_control(private=True, no_cache=True)
@vary_on_headers("HX-Request", "HX-Target")
def types(request: HttpRequest) -> HttpResponse:
    chart = TypeChart.load()
    form = TypeCalculator(request.GET, chart.types)
    said = cell_words(*form.cell, chart.percent(form.cell[0], [form.cell[1]])) if form.cell else ""
    url = page_url(form.query())
    partial = wanted_partial(request, ("type-answer",))
    response = render(
        request,
        f"pokedex/types.html#{partial}" if partial else "pokedex/types.html",
        {
            "form": form,
            "chart_types": chart.types,
            "lines": [] if partial else lines(chart, form),
            "said": said,
            "answer": answer(chart, form.chosen),
            "url": url,
            "partial": partial,
        },
    )
    if partial and not form.errors:
        push_url(response, url)
    return response
