"""The home page and its examples."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from battles.common import serving as common_serving
from battles.site import navigation
from battles.site.matchup_of_the_day import shown_today
from pokedex.models import Pokemon

#: Example matchups: slugs of both sides.
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
    """Example matchups whose Pokémon exist; one query."""
    wanted = EXAMPLES[:count]
    by_slug = {
        pokemon.slug: pokemon
        for pokemon in Pokemon.objects.with_battle_data().filter(
            slug__in={slug for pair in wanted for slug in pair}
        )
    }
    return [
        Example(by_slug[a], by_slug[b], f"{reverse('battles:compare')}?a={a}&b={b}")
        for a, b in wanted
        if a in by_slug and b in by_slug
    ]


@require_safe
@cache_control(private=True, no_cache=True)
def home(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "battles/home.html",
        {
            "examples": examples(),
            "daily": shown_today(timezone.now().date(), common_serving.now()),
            "ways": navigation.entries(),
        },
    )
