"""What rules and model add to the facts of a Pokémon: stats at any level, counters, victims.

A page of its own, and a part of the Pokédex page that htmx loads.
"""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from django import forms
from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from battles import text
from battles.forms import AddressForm
from battles.text import NATURE_LABELS
from mlcore import counters, gamedata, predictor
from mlcore.engine.specs import (
    DEFAULT_AV,
    DEFAULT_FRIENDSHIP,
    DEFAULT_IV,
    DEFAULT_LEVEL,
    DEFAULT_NATURE,
    NATURE_NAMES,
    NATURES,
    Setups,
)
from mlcore.engine.stats import compute_stats
from pokedex.htmx import wants_fragment
from pokedex.models import Move, Pokemon
from pokedex.text import STAT_NAMES, STAT_SHORTS
from pokedex.views.lookup import canonical, find

#: How many counters and victims are shown.
SHOWN = 8
#: Chances that differ by less are equally sure.
STEP = 0.01
CACHE_SECONDS = 24 * 3600

STAT_KEYS = ("hp", "atk", "def", "spa", "spd", "spe")


def nature_choices() -> list[tuple[str, str]]:
    """Natures with what they raise and lower."""
    choices = []
    for key, label in NATURE_LABELS.items():
        raised, lowered = NATURES[key]
        change = "" if raised == lowered else f" (+{STAT_SHORTS[raised]} −{STAT_SHORTS[lowered]})"
        choices.append((key, f"{label}{change}"))
    return choices


class SetupForm(AddressForm):
    """How the Pokémon was raised. Empty fields mean flat rules."""

    level = forms.IntegerField(
        required=False, min_value=1, max_value=100, label=gettext_lazy("Level")
    )
    nature = forms.ChoiceField(required=False, label=gettext_lazy("Nature"))
    friendship = forms.IntegerField(
        required=False, min_value=0, max_value=255, label=gettext_lazy("Friendship")
    )

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.fields["nature"].choices = nature_choices()
        for key, name in zip(STAT_KEYS, STAT_NAMES, strict=True):
            self.fields[f"iv_{key}"] = forms.IntegerField(
                required=False, min_value=0, max_value=31, label=_("%(stat)s IV") % {"stat": name}
            )
            self.fields[f"av_{key}"] = forms.IntegerField(
                required=False, min_value=0, max_value=200, label=_("%(stat)s AV") % {"stat": name}
            )
        self.is_valid()

    def number(self, name: str, default: int) -> int:
        value = self.cleaned_data.get(name)
        return default if value is None else value

    @property
    def level_or_default(self) -> int:
        return self.number("level", DEFAULT_LEVEL)

    def setups(self, form: int) -> Setups:
        """One fighter with that set-up; ``form`` is an index into the tables."""
        nature = self.cleaned_data.get("nature") or DEFAULT_NATURE

        def column(value: int) -> np.ndarray:
            return np.array([value], dtype=np.int32)

        return Setups(
            form=column(form),
            level=column(self.level_or_default),
            nature=column(NATURE_NAMES.index(nature)),
            friendship=column(self.number("friendship", DEFAULT_FRIENDSHIP)),
            ivs=np.array(
                [[self.number(f"iv_{key}", DEFAULT_IV) for key in STAT_KEYS]], dtype=np.int32
            ),
            avs=np.array(
                [[self.number(f"av_{key}", DEFAULT_AV) for key in STAT_KEYS]], dtype=np.int32
            ),
        )

    def stat_fields(self) -> list[tuple[Any, Any, Any]]:
        return [
            (name, self[f"iv_{key}"], self[f"av_{key}"])
            for key, name in zip(STAT_KEYS, STAT_NAMES, strict=True)
        ]

    @property
    def is_custom(self) -> bool:
        return any(value not in (None, "") for value in self.cleaned_data.values())


# Counters and victims


@dataclass(frozen=True)
class Rival:
    """Another form and what comes of meeting it; the chance is that of the side who wins."""

    pokemon: Pokemon
    move: Move
    probability: float
    url: str

    @property
    def percent(self) -> str:
        return text.percent(self.probability)

    @property
    def width(self) -> str:
        return f"{100 * self.probability:.1f}%"


@dataclass(frozen=True)
class Insights:
    counters: list[Rival]
    victims: list[Rival]
    #: Opponents that it beats more often than not, and all opponents.
    beaten: int
    opponents: int
    model_version: str
    #: Seconds that the answer took when it was worked out.
    seconds: float
    duel_count: int


def outcomes(game: gamedata.GameData, form: int) -> tuple[counters.Pairs, np.ndarray, float, str]:
    """The form against all others under flat rules, kept until model or data change.

    Gives the pairs, the opponents' indices, the seconds it took and the model's version. Raises
    NoChampion.
    """
    champion = predictor.current()
    key = f"insights:{champion.version}:{game.fingerprint[:16]}:{game.version}:{form}"
    cache = caches["process"]
    if (kept := cache.get(key)) is not None:
        return kept
    started = time.perf_counter()
    opponents = np.flatnonzero(np.arange(len(game.form_slugs)) != form)
    pairs = counters.predict_pairs(
        game,
        champion,
        Setups.flat(np.full(len(opponents), form)),
        Setups.flat(opponents),
    )
    answer = (pairs, opponents, time.perf_counter() - started, champion.version)
    cache.set(key, answer, CACHE_SECONDS)
    return answer


def insights_of(game: gamedata.GameData, form: int, *, megas: bool) -> Insights:
    """Best counters and victims of a form; two queries. Raises NoChampion."""
    pairs, opponents, seconds, version = outcomes(game, form)
    slugs = [game.form_slugs[index] for index in opponents]
    pokemon = {each.slug: each for each in Pokemon.objects.with_battle_data()}
    own = game.form_slugs[form]
    known = [k for k, slug in enumerate(slugs) if slug in pokemon]
    if not megas:
        known = [k for k in known if pokemon[slugs[k]].kind != "mega"]
    totals = {k: pokemon[slugs[k]].base_stat_total for k in known}
    # Equally sure counters: the humblest first. Equally sure victims: the mightiest first.
    beats_it = sorted(
        (k for k in known if pairs.reply[k] < 0.5 and pairs.move_b[k] >= 0),
        key=lambda k: (round(pairs.reply[k] / STEP), totals[k]),
    )[:SHOWN]
    loses = sorted(
        (k for k in known if pairs.value[k] > 0.5 and pairs.move_a[k] >= 0),
        key=lambda k: (-round(pairs.value[k] / STEP), -totals[k]),
    )[:SHOWN]
    wanted = {int(pairs.move_b[k]) for k in beats_it} | {int(pairs.move_a[k]) for k in loses}
    moves = {
        move.slug: move
        for move in Move.objects.with_battle_data().filter(
            slug__in={game.move_slugs[index] for index in wanted}
        )
    }
    compare = reverse("battles:compare")
    return Insights(
        counters=[
            Rival(
                pokemon[slugs[k]],
                moves[game.move_slugs[int(pairs.move_b[k])]],
                1 - float(pairs.reply[k]),
                f"{compare}?a={slugs[k]}&b={own}",
            )
            for k in beats_it
        ],
        victims=[
            Rival(
                pokemon[slugs[k]],
                moves[game.move_slugs[int(pairs.move_a[k])]],
                float(pairs.value[k]),
                f"{compare}?a={own}&b={slugs[k]}",
            )
            for k in loses
        ],
        beaten=sum(pairs.value[k] >= 0.5 for k in known),
        opponents=len(known),
        model_version=version,
        seconds=seconds,
        duel_count=pairs.duel_count,
    )


# The page


@dataclass(frozen=True)
class Stat:
    name: str
    short: str
    base: int
    value: int
    width: str


def stats_of(game: gamedata.GameData, setups: Setups) -> list[Stat]:
    values = compute_stats(game.tables, setups)[0]
    base = game.tables.base_stats[setups.form[0]]
    top = max(int(values.max()), 1)
    return [
        Stat(str(name), str(short), int(own), int(value), f"{100 * int(value) / top:.1f}%")
        for name, short, own, value in zip(STAT_NAMES, STAT_SHORTS, base, values, strict=True)
    ]


@require_safe
@cache_control(private=True, no_cache=True)
@vary_on_headers("HX-Request", "HX-Target")
def pokemon_insights(request: HttpRequest, slug: str) -> HttpResponse:
    pokemon = find(Pokemon.objects.with_battle_data(), slug)
    if pokemon is None:
        raise Http404
    if moved := canonical(request, "battles:pokemon-insights", pokemon.slug):
        return moved
    form = SetupForm(request.GET)
    megas = request.GET.get("megas") != "no"
    insights, reason, stats = None, "", []
    try:
        game = gamedata.current()
        index = game.form_index(pokemon.slug)
        stats = stats_of(game, form.setups(index))
        insights = insights_of(game, index, megas=megas)
    except predictor.NoChampion as error:
        reason = str(error)
    except (gamedata.UnknownName, gamedata.IncompleteGameData, KeyError) as error:
        # The facts have changed within the last two seconds; what is in memory follows.
        reason = str(error)
    fragment = wants_fragment(request)
    return render(
        request,
        "battles/insights.html#pokemon-insights" if fragment else "battles/insights.html",
        {
            "pokemon": pokemon,
            "form": form,
            "stats": stats,
            "insights": insights,
            "reason": reason,
            "megas": megas,
            "fragment": fragment,
            "page_url": reverse("pokedex:pokemon-detail", args=[pokemon.slug]),
            "insights_url": reverse("battles:pokemon-insights", args=[pokemon.slug]),
        },
    )
