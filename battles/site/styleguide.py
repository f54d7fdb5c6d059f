"""Every component in every state on one page, for developers. DEBUG only."""

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from battles.common import text
from pokedex.models import Move, Pokemon, Type

#: Custom properties of tokens.css that are colors; each has a rule ``.swatch-NAME``.
# fmt: off
COLORS = (
    "paper", "card", "sunk", "dot", "line", "line-strong", "ink", "ink-soft", "a", "a-ink",
    "a-wash", "on-a", "b", "b-ink", "b-wash", "on-b", "bad", "bad-wash", "good", "focus",
    "face-line",
    "hp-high", "hp-half", "hp-low", "stat-hp", "stat-attack", "stat-defense",
    "stat-special-attack", "stat-special-defense", "stat-speed", "stat-total",
)
# fmt: on
SIZES = ("xs", "s", "m", "l", "xl", "2xl", "3xl")
SPACES = tuple(range(1, 9))
# fmt: off
ICONS = (
    "swap", "search", "chevron", "arrow", "warning", "menu", "check", "cross", "copy",
    "share", "play",
    "theme-system", "theme-light", "theme-dark", "x4", "x2", "x1", "x-half", "x-quarter", "x0",
)
# fmt: on
#: Forms with one type and with two, with long names and with short ones.
FORMS = ("pikachu", "charizard", "mew", "charizard-mega-x", "nidoran-f", "raichu-alola")


@dataclass(frozen=True)
class MeterState:
    """A state of the meter."""

    percent_a: str
    percent_b: str
    width: str
    winner: str


def _chance(probability: float) -> MeterState:
    return MeterState(
        text.percent(probability),
        text.percent(1 - probability),
        f"{100 * probability:.1f}%",
        "a" if probability >= 0.5 else "b",
    )


@never_cache
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    if not settings.DEBUG:
        raise Http404("only with DEBUG")
    by_slug = {
        pokemon.slug: pokemon
        for pokemon in Pokemon.objects.with_battle_data().filter(slug__in=FORMS)
    }
    return render(
        request,
        "battles/styleguide.html",
        {
            "colors": COLORS,
            "sizes": SIZES,
            "spaces": SPACES,
            "icons": ICONS,
            "types": Type.objects.all(),
            "all_forms": Pokemon.objects.with_battle_data(),
            "forms": [by_slug[slug] for slug in FORMS if slug in by_slug],
            "chances": [
                _chance(probability) for probability in (0.998, 0.87, 0.52, 0.5, 0.13, 0.001)
            ],
            "multipliers": text.MULTIPLIERS.values(),
            "moves": Move.objects.with_battle_data()[:4],
        },
    )
