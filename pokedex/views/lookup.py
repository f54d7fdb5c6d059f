"""Addresses with a name in them: one spelling is the right one, the others lead to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from pokedex.lookup import number_in
from pokedex.matching import MAX_LENGTH, best_matches
from pokedex.models import Move, Named, Pokemon
from pokedex.other_species import other_species
from pokedex.querysets import NamedQuerySet
from pokedex.text import shortened

#: Suggestions on the page of an unknown name.
SUGGESTED = 5

NamedT = TypeVar("NamedT", Pokemon, Move)


@dataclass(frozen=True)
class Suggestion:
    name: str
    url: str


def find(rows: NamedQuerySet[NamedT], slug: str) -> NamedT | None:
    """The row with that slug, else the one with that name in either language, or that id."""
    text = slug[:MAX_LENGTH]
    number = number_in(text)
    if number is not None:
        return rows.filter(pk=number).first() if number < 10**6 else None
    return rows.called(text).first()


def canonical(request: HttpRequest, view_name: str, slug: str) -> HttpResponse | None:
    """A redirect to the right spelling; None when it was asked for."""
    url = reverse(view_name, args=[slug])
    if request.path == url:
        return None
    query = request.META.get("QUERY_STRING", "")
    return HttpResponseRedirect(f"{url}?{query}" if query else url)


def unknown(
    request: HttpRequest, rows: Iterable[Named], slug: str, view_name: str, list_name: str
) -> HttpResponse:
    """A page that says that nothing bears this name, and what comes near."""
    text = slug.replace("-", " ")
    is_move = view_name.startswith("pokedex:move")
    other = None if is_move else other_species(text)
    near = (
        best_matches(text, list(rows), lambda row: (row.slug, row.name_en, row.name_fr))
        if other is None
        else []
    )
    return render(
        request,
        "pokedex/unknown.html",
        {
            "text": shortened(text),
            "is_move": is_move,
            "other": other,
            "suggestions": [
                Suggestion(row.name, reverse(view_name, args=[row.slug]))
                for row in near[:SUGGESTED]
            ],
            "list_url": reverse(list_name),
        },
        status=404,
    )
