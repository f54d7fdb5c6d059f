"""Counters and good matchups of one form."""

import time
from dataclasses import dataclass

import numpy as np
from django.core.cache import caches
from django.urls import reverse

from battles.common import text
from mlcore.engine.specs import Setups
from mlcore.game import gamedata
from mlcore.learning.model import Model
from mlcore.serving import counters
from pokedex.models import Move, Pokemon

#: How many counters and good matchups are shown.
SHOWN = 8
#: Chances that differ by less count as ties.
STEP = 0.01
CACHE_SECONDS = 24 * 3600


@dataclass(frozen=True)
class RivalOutcome:
    """Another form and the win chance of the favored side."""

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
    counters: list[RivalOutcome]
    good_matchups: list[RivalOutcome]
    #: Opponents that it beats more often than not, and all opponents.
    beaten: int
    opponents: int
    model_version: str
    #: Seconds that the computation took.
    seconds: float
    duel_count: int


def outcomes(
    game: gamedata.GameData, champion: Model, form: int
) -> tuple[counters.Pairs, np.ndarray, float, str]:
    """The form vs all others under standard rules, cached until model or data change.

    Gives the pairs, the opponents' indices, the seconds it took and the model's version.
    """
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


def insights_of(game: gamedata.GameData, champion: Model, form: int, *, megas: bool) -> Insights:
    """A form’s best counters and good matchups; two queries."""
    pairs, opponents, seconds, version = outcomes(game, champion, form)
    slugs = [game.form_slugs[index] for index in opponents]
    pokemon = {row.slug: row for row in Pokemon.objects.with_battle_data()}
    own = game.form_slugs[form]
    known = [k for k, slug in enumerate(slugs) if slug in pokemon]
    if not megas:
        known = [k for k in known if pokemon[slugs[k]].kind != "mega"]
    totals = {k: pokemon[slugs[k]].base_stat_total for k in known}
    # Ties: the weakest counter and the strongest good matchup first.
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
            RivalOutcome(
                pokemon[slugs[k]],
                moves[game.move_slugs[int(pairs.move_b[k])]],
                1 - float(pairs.reply[k]),
                f"{compare}?a={slugs[k]}&b={own}",
            )
            for k in beats_it
        ],
        good_matchups=[
            RivalOutcome(
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
