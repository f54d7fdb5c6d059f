"""Moves: a list to search, filter and sort, and a page for each with those who learn it."""

from collections import defaultdict
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from pokedex.choices import LearnMethod
from pokedex.forms import MOVE_SORTS, MoveFilter
from pokedex.htmx import render_list, wanted_partial
from pokedex.models import KeptMove, LearnsetEntry, Move, Pokemon, Type
from pokedex.parts import MORE, letter
from pokedex.text import method_heading, move_effects
from pokedex.type_chart import TypeChart
from pokedex.views.lookup import canonical, find, unknown
from pokedex.views.pokemon import heading

#: Columns whose heading sorts.
SORTED_BY = ("name", "power", "accuracy", "pp")


@dataclass(frozen=True)
class MoveRow:
    move: Move
    effects: str
    at: str
    is_next: bool


@dataclass(frozen=True)
class TopList:
    """A question that many ask, as a link."""

    name: str
    url: str
    is_current: bool


def top_lists(form: MoveFilter) -> list[TopList]:
    current, address = form.query(), reverse(form.list_name)
    return [
        TopList(name, f"{address}?{query}", query == current)
        for name, query in (
            (_("Strongest physical"), "damage_class=physical&sort=power"),
            (_("Strongest special"), "damage_class=special&sort=power"),
            (_("Priority moves"), "effect=priority&sort=power"),
            (_("Moves that never miss"), "effect=never-misses&sort=power"),
            (_("HP-draining moves"), "effect=drain&sort=power"),
            (_("Sleep moves"), "effect=sleep&sort=accuracy"),
            (_("Paralysis moves"), "effect=paralysis&sort=accuracy"),
            (_("All TMs"), "effect=tm&sort=tm"),
            (_("Partner moves"), "effect=partner"),
        )
    ]


@require_safe
@cache_control(private=True, no_cache=True)
@vary_on_headers("HX-Request", "HX-Target")
def move_list(request: HttpRequest) -> HttpResponse:
    form = MoveFilter(request.GET, Type.objects.all())
    partial = wanted_partial(request, ("move-list", "move-results", MORE, "move-names"))
    if partial == "move-names":
        names = sorted(str(move.name) for move in Move.objects.exclude(effect="struggle"))
        return render(request, "pokedex/_move_names.html", {"names": names})
    moves = form.rows()
    jump = (lambda move: letter(move.name)) if form.value("sort") == "name" else None
    parts = form.parts(moves, only_next=partial == MORE, jump=jump)
    return render_list(
        request,
        "pokedex/move_list.html",
        partial,
        form,
        {
            "rows": [
                MoveRow(line.row, "; ".join(move_effects(line.row)), line.at, line.is_next)
                for line in parts.lines
            ],
            "parts": parts,
            "columns": form.sort_columns(
                {key: heading(str(MOVE_SORTS[key][0])) for key in SORTED_BY}
            ),
            "top_lists": top_lists(form),
            "words": ngettext("%(count)d move", "%(count)d moves", parts.total)
            % {"count": parts.total},
        },
    )


@dataclass(frozen=True)
class Learner:
    pokemon: Pokemon
    #: Levels at which it learns the move, smallest first.
    levels: list[int]
    learned_as: Pokemon | None = None


@dataclass(frozen=True)
class LearnersBy:
    method: str
    heading: str
    learners: list[Learner]


def learners_of(move: Move) -> list[LearnersBy]:
    """Who learns a move, by the way it comes; two queries. Mega Evolutions follow their base."""
    levels: dict[str, dict[Pokemon, list[int]]] = defaultdict(dict)
    entries = LearnsetEntry.objects.filter(move=move).select_related(
        "pokemon__species", "pokemon__type_1", "pokemon__type_2"
    )
    for entry in entries.order_by("pokemon__species_id", "pokemon_id", "level"):
        at = levels[entry.method].setdefault(entry.pokemon, [])
        if entry.level is not None:
            at.append(entry.level)
    groups = [
        LearnersBy(
            method,
            method_heading(method),
            [Learner(pokemon, at) for pokemon, at in levels[method].items()],
        )
        for method in LearnMethod.values
        if method in levels
    ]
    kept = KeptMove.objects.filter(move=move).select_related(
        "pokemon__species", "pokemon__type_1", "pokemon__type_2", "learned_as"
    )
    keepers = [Learner(row.pokemon, [], row.learned_as) for row in kept]
    if keepers:
        groups.append(LearnersBy("kept", method_heading("kept"), keepers))
    return groups


@require_safe
@cache_control(private=True, no_cache=True)
def move_detail(request: HttpRequest, slug: str) -> HttpResponse:
    rows = Move.objects.with_battle_data()
    move = find(rows, slug)
    if move is None:
        return unknown(request, rows, slug, "pokedex:move-detail", "pokedex:move-list")
    if moved := canonical(request, "pokedex:move-detail", move.slug):
        return moved
    learners = learners_of(move)
    deals_damage = move.damage_class != "status"
    return render(
        request,
        "pokedex/move_detail.html",
        {
            "move": move,
            "effects": move_effects(move),
            "groups": TypeChart.load().dealt([move.type]) if deals_damage else [],
            "learners": learners,
            "learner_count": len(
                {learner.pokemon.pk for by in learners for learner in by.learners}
            ),
        },
    )
