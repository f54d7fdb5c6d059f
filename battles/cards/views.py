"""The preview images of shared links, in the link's language.

An unchanged picture costs its reader a 304: the ETag names everything that is drawn, and it is
known before anything is drawn.
"""

import hashlib
from collections.abc import Callable

import numpy as np
from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from battles.cards import art as card_art
from battles.common import text
from battles.common.forms import SIDES
from battles.compare.forms import CompareForm
from battles.compare.prediction import usable_moves
from mlcore.game import gamedata
from mlcore.game import matchup as game_matchup
from mlcore.serving import champion as champion_store
from mlcore.serving import predict
from pokedex.models import Move, Pokemon
from pokedex.views.lookup import find

_DAY = 24 * 3600
#: Incremented when the drawing changes.
_EDITION = 1


@require_safe
@cache_control(public=True, max_age=_DAY)
def site_card(request: HttpRequest) -> HttpResponse:
    title, words = _("Who wins, and with which move?"), _("Pokémon Let’s Go battles, predicted")
    return _png(request, (title, words), lambda: card_art.site_card(title, words))


@require_safe
@cache_control(public=True, max_age=_DAY)
def pokemon_card(request: HttpRequest, slug: str) -> HttpResponse:
    pokemon = find(Pokemon.objects.with_battle_data(), slug)
    if pokemon is None:
        raise Http404
    plate = _plate(pokemon)
    stats = [
        (str(name), value) for name, value in zip(text.STAT_NAMES, pokemon.base_stats, strict=True)
    ]
    title = _("Base stats")
    return _png(request, (plate, stats, title), lambda: card_art.pokemon_card(plate, stats, title))


@require_safe
@cache_control(public=True, max_age=_DAY)
def compare_card(request: HttpRequest) -> HttpResponse:
    """Takes the compare page's query string; 404 without two fighters."""
    form = CompareForm(request.GET)
    if not form.is_valid() or not all(form.fighters.values()):
        raise Http404
    a, b = (_plate(form.fighters[side]) for side in SIDES)
    try:
        model = (champion_store.current().version, gamedata.current().fingerprint)
    except (champion_store.NoChampion, gamedata.IncompleteGameData):
        model = ("", "")
    versus = pgettext("between two fighters", "vs")
    question = _("Who wins, and with which move?")

    def draw() -> bytes:
        return card_art.versus_card(a, b, versus, _verdict(form) if model[0] else None, question)

    return _png(request, (a, b, versus, question, model, form.canonical_query()), draw)


def _verdict(form: CompareForm) -> card_art.CardVerdict | None:
    """The page's prediction, or None; not logged, since no visitor requested it."""
    game = gamedata.current()
    try:
        setups, moves = [], []
        for side in SIDES:
            pokemon = form.fighters[side]
            setups.append(form.raised[side].raised.setups(game.form_index(pokemon.slug)))
            indices = [game.move_index(move.slug) for move in usable_moves(form, side)]
            moves.append(game_matchup.damaging_moves(game, indices, "a" if side == "a" else "b"))
        rows = np.zeros(len(moves[0]) * len(moves[1]), dtype=np.int64)
        grid = predict.predict(
            game,
            setups[0].take(rows),
            np.repeat(moves[0], len(moves[1])),
            setups[1].take(rows),
            np.tile(moves[1], len(moves[0])),
        ).reshape(len(moves[0]), -1)
    except (game_matchup.NoDamagingMove, champion_store.NoChampion, gamedata.UnknownName):
        return None
    answer = game_matchup.from_grid(moves[0], moves[1], grid)
    probability = float(answer.values[answer.best])
    move = Move.objects.get(slug=game.move_slugs[int(answer.moves_a[answer.best])])
    hopeless = probability < text.HOPELESS
    return card_art.CardVerdict(
        probability=probability,
        percent_a=text.percent(probability),
        percent_b=text.percent(1 - probability),
        advice=_("No winning move") if hopeless else _("Use %(move)s") % {"move": move.name},
        words=text.odds(probability, *(form.fighters[side].name for side in SIDES)),
    )


def _plate(pokemon: Pokemon) -> card_art.Plate:
    return card_art.Plate(
        name=pokemon.name,
        monogram=text.monogram(pokemon.name),
        number=f"{pokemon.species_id:03d}",
        types=tuple(card_art.Badge(each.slug, each.name) for each in pokemon.types),
    )


def _png(request: HttpRequest, content: object, draw: Callable[[], bytes]) -> HttpResponse:
    """The image of ``content``, cached in the process, or 304 Not Modified."""
    words = repr((_EDITION, get_language(), content))
    key = hashlib.sha256(words.encode()).hexdigest()[:32]
    etag = quote_etag(key)
    response = get_conditional_response(request, etag=etag)
    if response is None:
        cache = caches["process"]
        picture = cache.get(f"card/{key}")
        if picture is None:
            picture = draw()
            cache.set(f"card/{key}", picture, _DAY)
        response = HttpResponse(picture, content_type="image/png")
    response["ETag"] = etag
    return response
