"""The home page's matchup of the day: two Pokémon picked by date, and a real prediction.

The champion is asked once a day; the answer is kept in the cache by day, model and game data, in
codes, so that it serves both languages.
"""

import datetime
import hashlib
from dataclasses import dataclass

import numpy as np
from django.urls import reverse

from battles.common import shared_cache, text
from battles.common.serving import Serving
from mlcore.engine.specs import Setups
from mlcore.game import move_strength
from mlcore.game.gamedata import GameData
from mlcore.learning.model import Model
from mlcore.serving import best_move, predict
from pokedex.models import Move, Pokemon

#: A match-up is worth a look when the favorite's chance lies between these.
_OPEN = (0.55, 0.93)
#: Pairs to try before settling for the last one.
_TRIES = 12
_SECONDS = 48 * 3600


@dataclass(frozen=True)
class Pair:
    """The prediction in codes; ``probability`` that A wins with ``move`` against ``reply``."""

    a: str
    b: str
    move: str
    reply: str
    probability: float
    model_version: str


@dataclass(frozen=True)
class Shown:
    """The same as shown on the page."""

    a: Pokemon
    b: Pokemon
    move: Move
    reply: Move
    url: str
    percent_a: str
    percent_b: str
    width: str
    winner: str
    words: str
    model_version: str


def pair_of(game: GameData, champion: Model, day: datetime.date) -> Pair:
    """Pick and predict; the prediction is logged. Raises LogUnavailable."""
    rng = np.random.default_rng(
        int.from_bytes(hashlib.sha256(day.isoformat().encode()).digest()[:8])
    )
    able = move_strength.fighters_of(game.tables)
    for _ in range(_TRIES):
        form_a, form_b = (int(form) for form in rng.choice(able, 2, replace=False))
        a, b = (Setups.flat(np.array([form])) for form in (form_a, form_b))
        asked = best_move.best_move(
            game, champion, a, game.usable_moves(form_a), b, game.usable_moves(form_b)
        )
        answer = asked.matchup
        favorite = max(answer.values.max(), 1 - answer.values.max())
        if _OPEN[0] <= favorite <= _OPEN[1]:
            break
    # Only the pair that is shown has been asked for.
    predict.predict_and_log(
        game,
        *asked.features.duels[1:],
        source="home",
        champion=champion,
        built=asked.features,
    )
    best = answer.best
    return Pair(
        a=game.form_slugs[form_a],
        b=game.form_slugs[form_b],
        move=game.move_slugs[answer.moves_a[best]],
        reply=game.move_slugs[answer.moves_b[answer.replies[best]]],
        probability=float(answer.values[best]),
        model_version=answer.model_version,
    )


def shown_today(day: datetime.date, serving: Serving) -> Shown | None:
    """The matchup of ``day`` in the page's language; None if no model is available."""
    game, champion = serving.game, serving.champion
    if game is None or champion is None:
        return None
    key = f"matchup-of-the-day/{day.isoformat()}/{champion.version}/{game.fingerprint[:16]}"
    try:
        pair = shared_cache.get_or_make(key, lambda: pair_of(game, champion, day), _SECONDS)
    except predict.LogUnavailable:
        return None
    pokemon = {
        row.slug: row
        for row in Pokemon.objects.with_battle_data().filter(slug__in=[pair.a, pair.b])
    }
    moves = {
        row.slug: row
        for row in Move.objects.with_battle_data().filter(slug__in=[pair.move, pair.reply])
    }
    try:
        a, b = pokemon[pair.a], pokemon[pair.b]
        move, reply = moves[pair.move], moves[pair.reply]
    except KeyError:
        return None  # an admin has just renamed one of them
    return Shown(
        a=a,
        b=b,
        move=move,
        reply=reply,
        url=f"{reverse('battles:compare')}?a={a.slug}&b={b.slug}",
        percent_a=text.percent(pair.probability),
        percent_b=text.percent(1 - pair.probability),
        width=f"{100 * pair.probability:.1f}%",
        winner="a" if pair.probability >= 0.5 else "b",
        words=text.odds(pair.probability, a.name, b.name),
        model_version=pair.model_version,
    )
