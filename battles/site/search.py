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
from pokedex.lookup import normalize
from pokedex.matching import EXACT, MAX_LENGTH, START, WITHIN, WORD_START, fit
from pokedex.models import Pokemon
from pokedex.other_species import other_species

MAX_OPTIONS = 12
#: Places of names in a search; a number of a form other than the first takes 1, types 4 and 6.
_PLACES = {EXACT: 0, START: 2, WORD_START: 3, WITHIN: 5}


def rank(pokemon: Pokemon, text: str) -> int | None:
    """How well a form matches a search, smaller is better; None if it does not."""
    key = normalize(text)
    number = key.lstrip("0") if key.isascii() and key.isdigit() else ""
    if number and str(pokemon.species_id) == number:
        return 0 if pokemon.pk == pokemon.species_id else 1
    types = [normalize(name) for type_ in pokemon.types for name in (type_.name_en, type_.name_fr)]
    match = fit(text, (pokemon.slug, pokemon.name_en, pokemon.name_fr))
    place = None if match is None else _PLACES[match]
    if key in types and (place is None or place > 4):
        return 4
    if place is not None:
        return place
    if len(key) > 2 and any(name.startswith(key) for name in types):
        return 6
    return None


def matching_pokemon(text: str) -> list[Pokemon]:
    """Forms that match ``text``: a name in either language, a number or a type; best first."""
    everyone = list(Pokemon.objects.with_battle_data())
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
    if not matches:
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
            "exact": {pokemon.pk for pokemon in matches[:MAX_OPTIONS] if rank(pokemon, text) == 0},
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
        words = _("%(name)s (no. %(number)s) is from another game: it is not in Let’s Go.") % {
            "name": other.name,
            "number": other.number,
        }
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
