"""The home page, and the search that fills every picker."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from battles.compare import wants_fragment
from battles.forms import MAX_LENGTH, SIDES
from battles.text import shortened
from pokedex.lookup import normalize
from pokedex.models import Pokemon

MAX_OPTIONS = 12
#: Match-ups to start from: slugs of both sides.
EXAMPLES = (
    ("pikachu", "gyarados"),
    ("arcanine", "nidoking"),
    ("starmie", "raichu"),
    ("eevee-starter", "pikachu-starter"),
)


@dataclass(frozen=True)
class Example:
    a: Pokemon
    b: Pokemon
    url: str


def examples(count: int = len(EXAMPLES)) -> list[Example]:
    """Match-ups to start from, those whose Pokémon are there; one query."""
    wanted = EXAMPLES[:count]
    found = {
        pokemon.slug: pokemon
        for pokemon in Pokemon.objects.with_battle_data().filter(
            slug__in={slug for pair in wanted for slug in pair}
        )
    }
    return [
        Example(found[a], found[b], f"{reverse('battles:compare')}?a={a}&b={b}")
        for a, b in wanted
        if a in found and b in found
    ]


@require_safe
@cache_control(private=True, no_cache=True)
def home(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "battles/home.html",
        {
            "examples": examples(),
            "pokemon_names": Pokemon.objects.values_list("name_en", "name_fr", "pk"),
        },
    )


def rank(pokemon: Pokemon, text: str) -> int | None:
    """How well a form answers a search, smaller is better; None when it does not."""
    key = normalize(text)
    number = key.lstrip("0") if key.isascii() and key.isdigit() else ""
    if number and str(pokemon.species_id) == number:
        return 0 if pokemon.pk == pokemon.species_id else 1
    if key in pokemon.keys:
        return 0
    starts = [each.startswith(key) for each in pokemon.keys]
    if any(starts):
        return 2
    words = f"{pokemon.slug} {pokemon.name_en} {pokemon.name_fr}".replace("-", " ").split()
    if any(normalize(word).startswith(key) for word in words):
        return 3
    types = [normalize(name) for each in pokemon.types for name in (each.name_en, each.name_fr)]
    if key in types:
        return 4
    parts = [normalize(part) for part in text.split()]
    if any(all(part in each for part in parts) for each in pokemon.keys):
        return 5
    if len(key) > 2 and any(each.startswith(key) for each in types):
        return 6
    return None


def matching_pokemon(text: str) -> list[Pokemon]:
    """Forms that answer ``text``: a name in either language, a number or a type; best first."""
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


@require_safe
@cache_control(private=True, max_age=60)
@vary_on_headers("HX-Request")
def search(request: HttpRequest) -> HttpResponse:
    """Options of a picker to htmx, else a page of links.

    ``q`` is what to look for; a picker sends it under the name of its side.
    """
    side = request.GET.get("side", "")
    side = side if side in SIDES else "a"
    text = request.GET.get("q") or request.GET.get(side, "")
    found = matching_pokemon(text)
    if not found:
        words = _("No Pokémon matches “%(text)s”") % {"text": shortened(text)}
    else:
        words = ngettext("%(count)d Pokémon matches", "%(count)d Pokémon match", len(found)) % {
            "count": len(found)
        }
    fragment = wants_fragment(request)
    return render(
        request,
        "battles/search.html#search-options" if fragment else "battles/search.html",
        {
            "found": found[:MAX_OPTIONS] if fragment else found,
            "side": side,
            "text": shortened(text),
            "words": words,
            "fragment": fragment,
        },
    )
