"""The home page's matchup of the day: two Pokémon picked by date, and who wins if both play well.

The network is asked once a day; the answer is kept in the cache by day, network and game data, in
codes, so that it serves both languages.
"""

import datetime
import hashlib
from dataclasses import dataclass

import numpy as np
from django.urls import reverse

from battles.common import shared_cache, text, well_played
from battles.common.serving import Serving
from battles.common.well_played import Fighter
from mlcore.game import move_strength
from mlcore.game.gamedata import GameData
from mlcore.game.spreads import FLAT
from mlcore.serving import well_played as serving_well_played
from mlcore.serving.predict import LogUnavailable
from pokedex.models import Move, Pokemon

#: A match-up is worth a look when the favorite's chance lies between these.
_OPEN = (0.55, 0.9)
#: Pairs to try before settling for the last one.
_TRIES = 12
_SECONDS = 48 * 3600


@dataclass(frozen=True)
class Pair:
    """The answer in codes; ``opening``: how often A begins with which move."""

    a: str
    b: str
    opening: tuple[tuple[str, float], ...]
    probability: float
    model_version: str


@dataclass(frozen=True)
class Shown:
    """The same as shown on the page."""

    a: Pokemon
    b: Pokemon
    opening: str
    url: str
    percent_a: str
    percent_b: str
    width: str
    winner: str
    words: str
    model_version: str


def pair_of(game: GameData, day: datetime.date) -> Pair:
    """Pick and answer; only the pair that is shown is logged.

    Raises NoBattleValue, LogUnavailable.
    """
    rng = np.random.default_rng(
        int.from_bytes(hashlib.sha256(day.isoformat().encode()).digest()[:8])
    )
    able = move_strength.fighters_of(game.tables)
    for _ in range(_TRIES):
        forms = rng.choice(able, 2, replace=False)
        a, b = (
            Fighter(form, FLAT, tuple(game.usable_moves(form, damaging=False).tolist()))
            for form in forms.tolist()
        )
        probability = well_played.answer(game, a, b).probability
        if _OPEN[0] <= max(probability, 1 - probability) <= _OPEN[1]:
            break
    answer = well_played.answer(game, a, b, source="home")
    return Pair(
        a=game.form_slugs[a.form],
        b=game.form_slugs[b.form],
        opening=tuple((game.move_slugs[move], share) for move, share in answer.a.shares.items()),
        probability=answer.probability,
        model_version=answer.model_version,
    )


def shown_today(day: datetime.date, serving: Serving) -> Shown | None:
    """The matchup of ``day`` in the page's language; None if no network can answer."""
    game = serving.game
    if game is None:
        return None
    try:
        value = serving_well_played.current(game)
        made_from = f"{value.version}/{game.fingerprint[:16]}/{game.version}"
        key = f"matchup-of-the-day/{day.isoformat()}/{made_from}"
        pair = shared_cache.get_or_make(key, lambda: pair_of(game, day), _SECONDS)
    except (serving_well_played.NoBattleValue, LogUnavailable):
        return None
    pokemon = {
        row.slug: row
        for row in Pokemon.objects.with_battle_data().filter(slug__in=[pair.a, pair.b])
    }
    names = {move.slug: move.name for move in Move.objects.filter(slug__in=dict(pair.opening))}
    try:
        a, b = pokemon[pair.a], pokemon[pair.b]
        opening = [(names[slug], share) for slug, share in pair.opening]
    except KeyError:
        return None  # an admin has just renamed one of them
    return Shown(
        a=a,
        b=b,
        opening=text.mixture(opening) if len(opening) > 1 else opening[0][0],
        url=f"{reverse('battles:compare')}?a={a.slug}&b={b.slug}",
        percent_a=text.percent(pair.probability),
        percent_b=text.percent(1 - pair.probability),
        width=f"{100 * pair.probability:.1f}%",
        winner=text.favorite(pair.probability),
        words=text.odds(pair.probability, a.name, b.name),
        model_version=pair.model_version,
    )
