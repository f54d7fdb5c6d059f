"""The preview images of shared links, in the link's language.

An unchanged picture costs its reader a 304: the ETag names everything that is drawn, and it is
known before anything is drawn.
"""

import hashlib
from collections.abc import Callable

from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import etag, require_safe

from battles.cards import art as card_art
from battles.common import faces, text
from battles.common import serving as common_serving
from battles.common.forms import SIDES
from battles.common.gates import uses_engine
from battles.compare.duel import Duel, duel_of
from battles.compare.forms import CompareForm
from battles.compare.played import play_well
from mlcore.game.gamedata import GameData, UnknownName
from mlcore.game.matchup import NoDamagingMove
from mlcore.learning.model import Model
from mlcore.serving import best_move, well_played
from mlcore.serving.well_played import NoBattleValue
from pokedex.models import Move, Pokemon
from pokedex.views.lookup import find

_DAY = 24 * 3600
#: Incremented when the drawing changes.
_EDITION = 3


@require_safe
@cache_control(public=True, max_age=_DAY)
def site_card(request: HttpRequest) -> HttpResponse:
    title, words = _("Who wins, and with which move?"), _("Pokémon Let’s Go battles, predicted")
    return png(request, (title, words), lambda: card_art.site_card(title, words))


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
    return png(request, (plate, stats, title), lambda: card_art.pokemon_card(plate, stats, title))


@uses_engine
@require_safe
@cache_control(public=True, max_age=_DAY)
def compare_card(request: HttpRequest) -> HttpResponse:
    """Takes the compare page's query string; 404 without two fighters."""
    form = CompareForm(request.GET)
    if not form.is_valid() or not all(form.fighters.values()):
        raise Http404
    a, b = (_plate(form.fighters[side]) for side in SIDES)
    serving = common_serving.now()
    game, champion = serving.game, serving.champion
    model = _models(game, champion) if game and champion else ()
    versus = pgettext("between two fighters", "vs")
    question = _("Who wins, and with which move?")

    def draw() -> bytes:
        verdict = _verdict(form, game, champion) if game and champion else None
        return card_art.versus_card(a, b, versus, verdict, question)

    return png(request, (a, b, versus, question, model, form.canonical_query()), draw)


def _models(game: GameData, champion: Model) -> tuple[str, ...]:
    """Names everything that the verdict is computed from."""
    try:
        value = well_played.current(game).fingerprint
    except NoBattleValue:
        value = ""
    return champion.version, value, game.fingerprint


def _verdict(form: CompareForm, game: GameData, champion: Model) -> card_art.CardVerdict | None:
    """The page's prediction, or None; not logged, since no visitor requested it."""
    try:
        duel = duel_of(form, game)
    except UnknownName:
        return None
    try:
        played = play_well(form, duel, source=None)
    except NoBattleValue:
        return _verdict_of_single_moves(form, duel, champion)
    return card_art.CardVerdict(
        probability=played.probability,
        percent_a=played.percent_a,
        percent_b=played.percent_b,
        advice=played.advice,
        words=played.words,
    )


def _verdict_of_single_moves(
    form: CompareForm, duel: Duel, champion: Model
) -> card_art.CardVerdict | None:
    """The page's prediction while no network can say who wins if both play well."""
    game = duel.game
    try:
        answer = best_move.best_move(
            game,
            champion,
            duel.setups["a"],
            duel.moves["a"],
            duel.setups["b"],
            duel.moves["b"],
        ).matchup
    except NoDamagingMove:
        return None
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
        types=tuple(card_art.Badge(type_.slug, type_.name) for type_ in pokemon.types),
        face=faces.face_of(pokemon),
    )


def png(request: HttpRequest, content: object, draw: Callable[[], bytes]) -> HttpResponse:
    """The image of ``content``, cached in the process, or 304 Not Modified."""
    words = repr((_EDITION, get_language(), content))
    key = hashlib.sha256(words.encode()).hexdigest()[:32]

    @etag(lambda request: key)
    def picture(request: HttpRequest) -> HttpResponse:
        cache = caches["process"]
        drawn = cache.get(f"card/{key}")
        if drawn is None:
            drawn = draw()
            cache.set(f"card/{key}", drawn, _DAY)
        return HttpResponse(drawn, content_type="image/png")

    return picture(request)
