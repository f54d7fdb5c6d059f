"""Pictures of results: a finished battle, and a round of the quiz."""

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from battles.cards import art as card_art
from battles.cards.views import png
from battles.common import text
from battles.models import Battle, Result, Strength
from battles.play import addresses as play_addresses
from battles.play import game as play
from battles.quiz import questions, wording
from battles.quiz.rounds import DAILY_PLAN, ROUND_LENGTH

_HOUR = 3600


@require_safe
@cache_control(public=True, max_age=_HOUR)
def battle_card(request: HttpRequest, public_id: str) -> HttpResponse:
    """Both fighters, who won, and the win chance turn by turn; 404 until the battle is over."""
    battle = play_addresses.find(public_id)
    if not battle.is_over:
        raise Http404
    plates = [_plate(battle, side) for side in (0, 1)]
    if None in plates:
        raise Http404
    a, b = plates
    turns = ngettext("%(count)d turn", "%(count)d turns", battle.turns) % {"count": battle.turns}
    difficulty = _("Difficulty: %(strength)s") % {"strength": Strength(battle.strength).label}
    result = card_art.BattleResult(
        headline=_headline(battle),
        words=f"{turns} · {difficulty}",
        chart_title=text.elided(_("%(name)s’s win chance") % {"name": battle.name_a}),
        shares=tuple(share for share, _games in battle.chances),
        winner={Result.WON: "a", Result.LOST: "b", Result.FORFEIT: "b"}.get(
            Result(battle.result), ""
        ),
    )
    return png(request, (a, b, result), lambda: card_art.result_card(a, b, result))


def _headline(battle: Battle) -> str:
    if battle.result == Result.DRAW:
        return _("A draw.")
    if battle.result == Result.FORFEIT:
        return _("%(name)s gave up.") % {"name": battle.name_a}
    winner = battle.name_a if battle.result == Result.WON else battle.name_b
    return _("%(name)s won!") % {"name": winner}


def _plate(battle: Battle, side: int) -> card_art.Plate | None:
    form = play.form_of(battle, side)
    if form.face is None:
        return None
    types = tuple(card_art.Badge(type_.slug, type_.name) for type_ in form.types)
    return card_art.Plate(form.name, types, form.face)


@require_safe
@cache_control(public=True, max_age=_HOUR)
def quiz_card(request: HttpRequest) -> HttpResponse:
    """A round’s score: ``marks`` such as 1101, with ``day``, or with ``kind`` and ``level``."""
    marks, day = request.GET.get("marks", ""), request.GET.get("day", "")
    kind, level = request.GET.get("kind", ""), request.GET.get("level", "")
    if day:
        known = re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", day)
        title, length = f"{_('Quiz of the day')} · {day}", len(DAILY_PLAN)
    else:
        known = kind in questions.ROUND_KINDS and level in questions.LEVELS
        length = ROUND_LENGTH
        title = f"{wording.KIND_NAMES[kind]} · {wording.LEVEL_NAMES[level]}" if known else ""
    if not known or not re.fullmatch("[01]+", marks) or len(marks) != length:
        raise Http404
    result = card_art.QuizResult(
        title=title,
        score=f"{marks.count('1')} / {length}",
        words=wording.praise(marks.count("1"), length),
        marks=tuple(mark == "1" for mark in marks),
        question=pgettext("challenge", "Can you beat it?"),
    )
    return png(request, result, lambda: card_art.quiz_card(result))
