"""Site search, and the search behind every picker."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from battles.common.forms import SIDES
from battles.common.text import shortened
from battles.site import search_index
from pokedex.htmx import wants_fragment
from pokedex.known_facts import known_facts
from pokedex.lookup import normalize
from pokedex.matching import (
    EXACT,
    MAX_LENGTH,
    START,
    WITHIN,
    WORD_START,
    fit,
    fit_in_language,
)
from pokedex.models import Pokemon
from pokedex.other_species import other_species

MAX_OPTIONS = 12
#: Places of a whole type and of its beginning among those of names (``pokedex.matching``).
_TYPE, _TYPE_START = WORD_START + 0.75, WITHIN + 0.75


def _has_number(pokemon: Pokemon, text: str) -> bool:
    key = normalize(text)
    return key.isascii() and key.isdigit() and key.lstrip("0") == str(pokemon.species_id)


def _names(pokemon: Pokemon) -> tuple[str, ...]:
    return pokemon.slug, pokemon.name_en, pokemon.name_fr


def is_meant(pokemon: Pokemon, text: str) -> bool:
    """Whether the text is the form's whole name or number."""
    if _has_number(pokemon, text):
        return pokemon.pk == pokemon.species_id
    return fit(text, _names(pokemon)) == EXACT


def rank(pokemon: Pokemon, text: str) -> float | None:
    """How well a form matches a search, smaller is better; None if it does not."""
    if _has_number(pokemon, text):
        return EXACT if pokemon.pk == pokemon.species_id else START
    key = normalize(text)
    types = [normalize(name) for type_ in pokemon.types for name in (type_.name_en, type_.name_fr)]
    places = [fit_in_language(text, _names(pokemon), pokemon.name)]
    if key in types:
        places.append(_TYPE)
    elif len(key) > 2 and any(name.startswith(key) for name in types):
        places.append(_TYPE_START)
    return min((place for place in places if place is not None), default=None)


def matching_pokemon(text: str) -> list[Pokemon]:
    """Forms that match ``text``: a name in either language, a number or a type; best first."""
    everyone = list(known_facts().pokemon.values())
    text = text[:MAX_LENGTH]
    if not normalize(text):
        return [] if text.strip() else everyone
    ranked = [
        (place, pokemon.species_id, pokemon.pk, pokemon)
        for pokemon in everyone
        if (place := rank(pokemon, text)) is not None
    ]
    return [entry[-1] for entry in sorted(ranked, key=lambda entry: entry[:3])]


def picker_options(request: HttpRequest, side: str) -> HttpResponse:
    """Options for the picker of a side, which sends its text under the name of the side."""
    text = request.GET.get("q") or request.GET.get(side, "")
    matches = matching_pokemon(text)
    exact = {pokemon.pk for pokemon in matches if is_meant(pokemon, text)}
    other = None if exact else other_species(text)
    if other:
        matches = []
        words = other.sentence
    elif not matches:
        words = _("No Pokémon matches “%(text)s”") % {"text": shortened(text)}
    else:
        words = ngettext("%(count)d Pokémon matches", "%(count)d Pokémon match", len(matches)) % {
            "count": len(matches)
        }
    return render(
        request,
        "battles/_picker_options.html",
        {
            "matches": matches[:MAX_OPTIONS],
            # Whose whole name or number it is: taken without a choice when the field is left.
            "exact": exact,
            "side": side,
            "words": words,
        },
    )


@require_safe
@cache_control(private=True, max_age=60)
@vary_on_headers("HX-Request", "HX-Target")
def search(request: HttpRequest) -> HttpResponse:
    """Results for ``q``: a page, or suggestions for the search box in the header.

    A picker asks here too, with its ``side``.
    """
    fragment = wants_fragment(request)
    side = request.GET.get("side", "")
    if fragment and side in SIDES:
        return picker_options(request, side)
    text = request.GET.get("q", "")
    matches = search_index.find(text)
    other = None if matches and search_index.is_named(text, matches[0]) else other_species(text)
    if other:
        matches = []
        words = other.sentence
    elif not text.strip():
        words = ""
    elif matches:
        words = ngettext("%(count)d match", "%(count)d matches", len(matches)) % {
            "count": len(matches)
        }
    else:
        words = _("Nothing matches “%(text)s”") % {"text": shortened(text)}
    query = urlencode({"q": text[:MAX_LENGTH]})
    return render(
        request,
        "battles/search.html#site-search-options" if fragment else "battles/search.html",
        {
            "groups": search_index.groups(matches, query),
            "suggested": matches[: search_index.SUGGESTED],
            "text": shortened(text, MAX_LENGTH),
            "words": words,
            "other": other,
            "query": query,
            "fragment": fragment,
        },
    )
