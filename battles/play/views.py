"""The battle pages: set up a battle, play it turn by turn, review it.

Every action is a POST that redirects to the battle's address; htmx gets the part of the page
that changes instead. An action that cannot be shows the battle as it stands, with a word.
"""

import re
import secrets
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_cookie, vary_on_headers

from battles.common.forms import SIDES
from battles.common.gates import uses_engine
from battles.models import Battle, Strength
from battles.play import addresses as play_addresses
from battles.play import game, narration, review, stage
from battles.play import player as play_player
from battles.play.snapshots import Snapshot
from mlcore.engine import battle as bt
from mlcore.engine import lookahead
from mlcore.engine import state as st
from mlcore.game import gamedata
from mlcore.serving import champion as champion_store
from pokedex.htmx import wants_fragment

#: Message and status of each refusal.
REFUSALS = {
    "not_yours": (403, gettext_lazy("This is someone else’s battle. You can watch.")),
    "battle_over": (409, gettext_lazy("This battle is over. Nothing has changed.")),
    "stale_turn": (
        409,
        gettext_lazy("That turn was already played. Here is the current state of the battle."),
    ),
    "illegal_move": (409, gettext_lazy("You can’t use that move now. Choose one below.")),
    "bad_input": (400, gettext_lazy("That move isn’t available in this battle. Choose one below.")),
    "opponent_away": (
        503,
        gettext_lazy("The opponent’s model is unavailable right now. Try again."),
    ),
    "not_replayable": (
        409,
        gettext_lazy(
            "The rules have been corrected since this battle began, so it can’t continue."
        ),
    ),
}


def play_context(
    request: HttpRequest, replay: game.Replay, refusal: str = "", at: int | None = None
) -> dict[str, Any]:
    """Everything the page of a battle shows; with ``at``, of a finished one after that turn."""
    battle = replay.battle
    snapshot = game.snapshot_of(battle)
    names = stage.names_of(battle, snapshot)
    secret = play_player.secret_of(request)
    mine = game.is_owner(battle, secret)
    engine = replay.engine_if_possible
    if engine is None and not battle.is_over:
        refusal = refusal or "not_replayable"
    told = narration.tell(replay.events, names, replay.max_hp)
    refused = REFUSALS[refusal][1] if refusal else ""
    weighed = stage.decisions(replay, snapshot) if battle.is_over and engine else []
    log = told if at is None else [turn for turn in told if turn.number <= at]
    last = log[-1] if log and log[-1].number == (battle.turns if at is None else at) else None
    states = replay.states[: None if at is None else at + 1] if engine else []
    ending = ""
    if battle.is_over and at is None:
        ending = stage.ending_words(battle) if mine else stage.watched_ending(battle)
    spoken = narration.spoken(last) if last else ""
    return {
        "battle": battle,
        "title": _("%(a)s vs %(b)s") % {"a": battle.name_a, "b": battle.name_b},
        "sides": [
            (
                stage.stage_side(battle, states[-1], snapshot, names, side),
                int(states[max(len(states) - 2, 0)][side, st.HP]),
            )
            for side in (0, 1)
        ]
        if states
        else [],
        "names": names.fighters,
        "mine": mine,
        "cookie_lost": not secret,
        "refusal": refused,
        "spoken": f"{refused or spoken} {ending}".strip(),
        "log": log[::-1],
        "last_turn": last,
        "beats": stage.beats(last) if last else "",
        "strength": Strength(battle.strength).label,
        "url": play_addresses.battle_url(battle),
        "level_words": _level_words(*(battle.setup[name]["level"] for name in SIDES)),
        **_chance_context(battle, names, at),
        **_choice_context(battle, engine if mine and not battle.is_over else None, snapshot, names),
        "ending": ending,
        "steps": stage.replay_steps(battle, at) if at is not None else None,
        "chart": stage.chart_of(battle, at, can_replay=engine is not None)
        if battle.is_over
        else None,
        "decision": next((each for each in weighed if each.turn == at), None),
        "decisions": weighed if at is None else [],
        **(_ending_context(request, replay, told, weighed, names, mine=mine) if ending else {}),
    }


def _level_words(a: int, b: int) -> str:
    if a == b:
        return _("Lv. %(level)d") % {"level": a}
    return _("Lv. %(a)d and %(b)d") % {"a": a, "b": b}


def _chance_context(battle: Battle, names: narration.LogNames, at: int | None) -> dict[str, Any]:
    share, games = battle.chances[-1 if at is None else at]
    return {
        "percent_a": stage.chance_in_percent(share, games),
        "percent_b": stage.chance_in_percent(1 - share, games),
        "width_a": f"{100 * share:.1f}%",
        "leader": "a" if share >= 0.5 else "b",
        "chance_words": stage.chance_words(share, games, names.fighters[0]),
    }


def _choice_context(
    battle: Battle, engine: bt.Battle | None, snapshot: Snapshot, names: narration.LogNames
) -> dict[str, Any]:
    """What the player can do now; ``engine`` is None where there is nothing to do."""
    context: dict[str, Any] = {
        "choosing": engine is not None,
        "turn": battle.turns + 1,
        "buttons": [],
        "bound": "",
    }
    if engine is not None:
        context["buttons"] = stage.buttons(engine, snapshot, names)
        context["bound"] = narration.bound(engine.forced_move(0), names.fighters[0], names)
    return context


def _ending_context(
    request: HttpRequest,
    replay: game.Replay,
    told: list[narration.ToldTurn],
    weighed: list[stage.Decision],
    names: narration.LogNames,
    *,
    mine: bool,
) -> dict[str, Any]:
    battle = replay.battle
    address = request.build_absolute_uri(play_addresses.battle_url(battle))
    decided = stage.decided(battle, told, weighed, names.fighters[0], mine=mine)
    can_replay = replay.engine_if_possible is not None and battle.turns > 0
    setup = play_addresses.setup_query(battle)
    return {
        "ending_kind": battle.result,
        "decided": decided,
        "decided_url": play_addresses.turn_url(battle, decided.turn)
        if decided and decided.turn and can_replay
        else "",
        "replay_url": play_addresses.turn_url(battle, 1) if can_replay else "",
        "good_choices": sum(decision.verdict in ("best", "equal") for decision in weighed),
        "review_games": ""
        if all(decision.is_learned for decision in weighed)
        else lookahead.VALUE_BUDGET,
        "review_learned": any(decision.is_learned for decision in weighed),
        "noise": review.NOISE_POINTS,
        "permalink": address,
        "card_url": play_addresses.card_url(battle),
        "share_text": stage.share_words(battle, mine=mine),
        "setup_url": play_addresses.setup_url(setup),
        "setup_query": setup,
    }


def show(
    request: HttpRequest, replay: game.Replay, refusal: str = "", at: int | None = None
) -> HttpResponse:
    """The battle's page or, for htmx, the part that a turn changes."""
    fragment = wants_fragment(request)
    context = play_context(request, replay, refusal, at) | {"fragment": fragment}
    status = REFUSALS[refusal][0] if refusal else 200
    if fragment and status != 503:
        status = 200
    template = "battles/battle.html"
    response = TemplateResponse(
        request, f"{template}#battle-play" if fragment else template, context, status=status
    )
    if status == 503:
        response["Retry-After"] = "30"
    return response


@require_safe
@vary_on_headers("HX-Request", "Cookie")
@cache_control(private=True, no_cache=True)
def battle(request: HttpRequest, public_id: str) -> HttpResponse:
    return show(request, game.Replay(play_addresses.find(public_id)))


@require_safe
@vary_on_headers("HX-Request", "Cookie")
@cache_control(private=True, no_cache=True)
def battle_turn(request: HttpRequest, public_id: str, turn: int) -> HttpResponse:
    """A finished battle, shown again after one of its turns."""
    replay = game.Replay(play_addresses.find(public_id))
    if turn > replay.battle.turns:
        raise Http404
    if not replay.battle.is_over or replay.engine_if_possible is None:
        return HttpResponseRedirect(play_addresses.battle_url(replay.battle))
    return show(request, replay, at=turn)


def number(given: str | None) -> int | None:
    """A small whole number from a form."""
    return int(given) if given and re.fullmatch(r"-?[0-9]{1,4}", given) else None


@uses_engine
@require_POST
@vary_on_cookie
def battle_move(request: HttpRequest, public_id: str) -> HttpResponse:
    replay = game.Replay(play_addresses.find(public_id))
    turn, slot = number(request.POST.get("turn")), number(request.POST.get("slot"))
    if turn is None or slot is None:
        return show(request, replay, "bad_input")
    try:
        game.choose(
            replay,
            secret=play_player.secret_of(request),
            turn=turn,
            slot=slot,
            champion=champion_store.current,
        )
    except game.PlayError as error:
        return _refused(request, replay, error)
    if wants_fragment(request):
        return show(request, replay)
    return HttpResponseRedirect(play_addresses.battle_url(replay.battle))


def _refused(request: HttpRequest, replay: game.Replay, error: game.PlayError) -> HttpResponse:
    """The battle as it stands, after another request's turn where there was one."""
    if isinstance(error, game.StaleTurn):
        replay = game.Replay(play_addresses.find(replay.battle.public_id))
    return show(request, replay, error.code)


@require_POST
@vary_on_cookie
def battle_forfeit(request: HttpRequest, public_id: str) -> HttpResponse:
    replay = game.Replay(play_addresses.find(public_id))
    turn = number(request.POST.get("turn"))
    if turn is None:
        return show(request, replay, "bad_input")
    try:
        game.forfeit(replay, secret=play_player.secret_of(request), turn=turn)
    except game.PlayError as error:
        return _refused(request, replay, error)
    return HttpResponseRedirect(play_addresses.battle_url(replay.battle))


@require_POST
@vary_on_cookie
def battle_guest(request: HttpRequest, public_id: str) -> HttpResponse:
    """Play on someone else’s battle, in a copy."""
    replay = game.Replay(play_addresses.find(public_id))
    secret = play_player.secret_of(request) or secrets.token_urlsafe(24)
    try:
        copy = game.play_on(replay.battle, secret=secret)
    except game.PlayError as error:
        return show(request, replay, error.code)
    return play_player.remember(HttpResponseRedirect(play_addresses.battle_url(copy)), secret)


@uses_engine
@require_POST
@vary_on_cookie
def battle_again(request: HttpRequest, public_id: str) -> HttpResponse:
    """A rematch: with ``same`` the same random rolls, otherwise new ones."""
    battle = play_addresses.find(public_id)
    secret = play_player.secret_of(request) or secrets.token_urlsafe(24)
    if request.POST.get("same"):
        return play_player.remember(
            HttpResponseRedirect(play_addresses.battle_url(game.play_again(battle, secret=secret))),
            secret,
        )
    try:
        fighters = {
            name: game.Fighter(
                battle.setup[name]["form"],
                tuple(battle.setup[name]["moves"]),
                game.spread_of(battle.setup[name]),
            )
            for name in SIDES
        }
        again = game.create(
            game=gamedata.current(),
            secret=secret,
            strength=battle.strength,
            champion=champion_store.current,
            **fighters,
        )
    except (game.IllegalTeam, champion_store.NoChampion, gamedata.IncompleteGameData):
        # The set-up page says what is no longer valid.
        return HttpResponseRedirect(play_addresses.setup_url(play_addresses.setup_query(battle)))
    return play_player.remember(HttpResponseRedirect(play_addresses.battle_url(again)), secret)


@require_safe
@cache_control(private=True, no_cache=True)
def battle_log(request: HttpRequest, public_id: str) -> HttpResponse:
    """The log in Showdown's format, as a download."""
    battle = play_addresses.find(public_id)
    response = HttpResponse(
        game.protocol_log(game.Replay(battle)), content_type="text/plain; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="battle-{battle.public_id}.log"'
    return response
