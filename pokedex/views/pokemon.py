"""The Pokédex: a list to search, filter and sort, and a page for each form."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from pokedex import charts, evolution
from pokedex.choices import LearnMethod
from pokedex.forms import POKEMON_SORTS, PokemonFilter
from pokedex.htmx import render_list, wanted_partial
from pokedex.known_facts import KnownFacts, known_facts
from pokedex.models import KeptMove, LearnsetEntry, Move, Pokemon, Type
from pokedex.parts import MORE, Line, letter, number_step
from pokedex.stat_bars import FULL_STAT, FULL_TOTAL, stat_bar
from pokedex.text import STAT_NAMES, STAT_SHORTS, learned_when, method_heading
from pokedex.type_chart import TypeChart
from pokedex.views.lookup import canonical, unknown

# The list


def heading(label: str) -> str:
    return label[:1].upper() + label[1:]


def headings() -> dict[str, str]:
    return {
        key: _("No.") if key == "number" else heading(str(label))
        for key, (label, _value) in POKEMON_SORTS.items()
    }


def short_headings() -> dict[str, str]:
    shorts = dict(zip(STATS, (str(short) for short in STAT_SHORTS), strict=True))
    return shorts | {"total": _("Total")}


#: Keys of the columns with stats.
STATS = ("hp", "attack", "defense", "special-attack", "special-defense", "speed")
#: What a list of Pokémon is searched by with jumps, by sort key.
JUMPS: dict[str, Callable[[Pokemon], str]] = {
    "number": lambda pokemon: number_step(pokemon.species_id),
    "name": lambda pokemon: letter(pokemon.name),
}


@dataclass(frozen=True)
class StatCell:
    key: str
    label: str
    value: int
    bar: int


@dataclass(frozen=True)
class PokemonRow:
    pokemon: Pokemon
    at: str
    is_next: bool
    stats: list[StatCell]


def stat_row(line: Line[Pokemon]) -> PokemonRow:
    pokemon = line.row
    labels = short_headings()
    cells = [
        StatCell(key, labels[key], value, stat_bar(value, FULL_STAT))
        for key, value in zip(STATS, pokemon.base_stats, strict=True)
    ]
    total = pokemon.base_stat_total
    cells.append(StatCell("total", labels["total"], total, stat_bar(total, FULL_TOTAL)))
    return PokemonRow(pokemon, line.at, line.is_next, cells)


@require_safe
@cache_control(private=True, no_cache=True)
@vary_on_headers("HX-Request", "HX-Target")
def pokemon_list(request: HttpRequest) -> HttpResponse:
    form = PokemonFilter(request.GET, Type.objects.all())
    everyone = list(known_facts().pokemon.values())
    rows = form.rows(everyone, evolution.stages)
    partial = wanted_partial(request, ("pokemon-list", "pokemon-results", MORE))
    parts = form.parts(rows, only_next=partial == MORE, jump=JUMPS.get(form.value("sort")))
    return render_list(
        request,
        "pokedex/pokemon_list.html",
        partial,
        form,
        {
            "rows": [stat_row(line) for line in parts.lines],
            "parts": parts,
            "columns": form.sort_columns(headings(), short_headings()).values(),
            "words": ngettext("%(count)d Pokémon", "%(count)d Pokémon", len(rows))
            % {"count": len(rows)},
        },
    )


# The page of a form


@dataclass(frozen=True)
class StatBar:
    name: str
    value: int
    width: str
    #: Place among all forms, the highest being first.
    rank: int


@dataclass(frozen=True)
class Learned:
    """A row of a learnset; ``when`` is a level, the number of a TM or empty."""

    when: str
    move: Move
    learned_as: Pokemon | None = None


@dataclass(frozen=True)
class LearnedBy:
    """All moves that come in the same way."""

    method: str
    heading: str
    rows: list[Learned]


def stat_bars(pokemon: Pokemon, facts: KnownFacts) -> list[StatBar]:
    """Base stats with their place among all forms."""
    everyone = [form.base_stats for form in facts.pokemon.values()]
    top = max(max(row) for row in everyone)
    bars = []
    for index, (name, value) in enumerate(zip(STAT_NAMES, pokemon.base_stats, strict=True)):
        rank = 1 + sum(row[index] > value for row in everyone)
        bars.append(StatBar(str(name), value, f"{100 * value / top:.1f}%", rank))
    return bars


def learnset(pokemon: Pokemon, facts: KnownFacts) -> list[LearnedBy]:
    """Moves by the way they come, a Mega's those of its base form; two queries."""
    owner = pokemon.base_form_id or pokemon.pk
    by_method = defaultdict(list)
    for entry in LearnsetEntry.objects.filter(pokemon=owner):
        # A move can be newer than the facts.
        if move := facts.moves.get(entry.move_id):
            when = learned_when(entry, move.tm_number)
            by_method[entry.method].append(Learned(when, move))
    by_method["kept"] = [
        Learned("", facts.moves[row.move_id], row.learned_as)
        for row in KeptMove.objects.filter(pokemon=owner).select_related("learned_as")
        if row.move_id in facts.moves
    ]
    return [
        LearnedBy(
            method,
            method_heading(method),
            sorted(by_method[method], key=lambda row: (int(row.when or 0), row.move.name)),
        )
        for method in (*LearnMethod.values, "kept")
        if by_method[method]
    ]


def neighbors(pokemon: Pokemon, facts: KnownFacts) -> tuple[Pokemon | None, Pokemon | None]:
    """The forms before and after in the order of numbers."""
    order = list(facts.pokemon.values())
    place = order.index(pokemon)
    return (
        order[place - 1] if place else None,
        order[place + 1] if place + 1 < len(order) else None,
    )


@require_safe
@cache_control(private=True, no_cache=True)
def pokemon_detail(request: HttpRequest, slug: str) -> HttpResponse:
    facts = known_facts()
    everyone = facts.pokemon.values()
    pokemon = facts.find_pokemon(slug)
    if pokemon is None:
        return unknown(request, everyone, slug, "pokedex:pokemon-detail", "pokedex:pokemon-list")
    if moved := canonical(request, "pokedex:pokemon-detail", pokemon.slug):
        return moved
    base = pokemon.base_form or pokemon
    before, after = neighbors(pokemon, facts)
    return render(
        request,
        "pokedex/pokemon_detail.html",
        {
            "pokemon": pokemon,
            "bars": stat_bars(pokemon, facts),
            "radar": charts.radar(pokemon.base_stats, [str(name) for name in STAT_SHORTS]),
            "matchups": TypeChart.load(pokemon.types).taken(pokemon.types),
            "line": evolution.line_of(base),
            "forms": [form for form in everyone if form.species_id == pokemon.species_id],
            "learned": learnset(pokemon, facts),
            "before": before,
            "after": after,
            "weight": pokemon.weight_hg / 10,
        },
    )
