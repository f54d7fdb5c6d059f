"""The battle pages: set one up, play it turn by turn, look back at it.

Every action is a POST that redirects to the battle's address; htmx gets the part of the page
that changes instead. An action that cannot be shows the battle as it stands, with a word.
"""

import re
import secrets
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_cookie, vary_on_headers

from battles import battle_words as words
from battles import play, text
from battles.battle_forms import RANDOM, BattleForm
from battles.compare import wants_fragment
from battles.forms import SIDES
from battles.models import Battle, Result, Strength
from battles.snapshots import Known, KnownForm, KnownMove, Snapshot
from mlcore import gamedata, lookahead, predictor
from mlcore.engine import battle as bt
from mlcore.engine import state as st
from mlcore.engine.specs import NO_TYPE, DamageClass
from pokedex.models import DamageClass as DamageClassName
from pokedex.models import Move, Pokemon

#: The secret that says whose battles are whose; nothing else is known of a player.
COOKIE = "player"
COOKIE_SECONDS = 365 * 24 * 3600
RECENT = 5
_SECRET = re.compile(r"[A-Za-z0-9_-]{22,64}")

STRENGTHS = {
    Strength.RANDOM: gettext_lazy("Picks a move at random."),
    Strength.STRONGEST: gettext_lazy("Always uses the move that deals the most damage right now."),
    Strength.MODEL: gettext_lazy("Uses the move our model rates best against yours."),
    Strength.SEARCH: gettext_lazy("Looks ahead: plays out thousands of games before every move."),
}
#: Words for what cannot be done, and the status they are sent with.
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


def secret_of(request: HttpRequest) -> str:
    """The player's secret, empty for somebody who never played."""
    given = request.COOKIES.get(COOKIE, "")
    return given if _SECRET.fullmatch(given) else ""


def remember(request: HttpRequest, response: HttpResponse, secret: str) -> HttpResponse:
    response.set_cookie(
        COOKIE,
        secret,
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


# Setting up


@dataclass(frozen=True)
class Corner:
    """One side of the set-up page."""

    side: str
    pokemon: Pokemon | None
    field: Any
    options: list[tuple[Move, bool]]
    chosen: str
    level: Any
    level_errors: list[str]
    moves_errors: list[str]
    dropped: str
    similar: list[tuple[str, str]]
    random_url: str


def setup_url(query: str) -> str:
    return reverse("battles:battle-setup") + (f"?{query}" if query else "")


def corner(form: BattleForm, side: str) -> Corner:
    chosen = {move.pk for move in form.chosen[side]}
    options = [(move, move.pk in chosen) for move in form.options[side]]
    return Corner(
        side=side,
        pokemon=form.fighters[side],
        field=form[side],
        options=sorted(options, key=lambda option: not option[1]),
        chosen=text.listed(move.name for move in form.chosen[side]),
        level=form.level(side),
        level_errors=list(form.errors.get(f"level_{side}", [])),
        moves_errors=list(form.errors.get(f"moves_{side}", [])),
        dropped=text.listed(form.dropped[side]),
        similar=[
            (pokemon.name, setup_url(form.canonical_query(instead={side: pokemon.slug})))
            for pokemon in form.similar[side]
        ],
        random_url=setup_url(form.canonical_query(instead={side: RANDOM})),
    )


def setup_context(request: HttpRequest, form: BattleForm) -> dict[str, Any]:
    secret = secret_of(request)
    recent = Battle.objects.filter(owner=play.owner_of(secret)) if secret else Battle.objects.none()
    return {
        "form": form,
        "corners": [corner(form, side) for side in SIDES],
        "strengths": [
            (value, Strength(value).label, description, value == form.opponent)
            for value, description in STRENGTHS.items()
        ],
        "random_url": setup_url(form.canonical_query(instead=dict.fromkeys(SIDES, RANDOM))),
        "swapped_url": setup_url(form.canonical_query(swapped=True)),
        "url": setup_url(form.canonical_query()),
        "title": _("Battle"),
        "pokemon_names": Pokemon.objects.values_list("name_en", "name_fr", "pk"),
        "recent": recent.only("public_id", "setup", "result", "turns", "strength", "created_at")[
            :RECENT
        ],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request", "Cookie")
@cache_control(private=True, no_cache=True)
def battle_setup(request: HttpRequest) -> HttpResponse:
    begins = request.method == "POST"
    form = BattleForm(request.POST if begins else request.GET, begins=begins)
    valid = form.is_valid()
    if not valid and not any(form.fighters.values()) and not Pokemon.objects.exists():
        return render(
            request, "503.html", {"reason": _("The game data is not available yet.")}, status=503
        )
    if begins and request.POST.get("do") == "update":
        # Without scripts the form is sent to show the moves of another Pokémon.
        if valid:
            return HttpResponseRedirect(setup_url(form.canonical_query()))
    elif begins and valid:
        answer = begin(request, form)
        if answer is not None:
            return answer
    context = setup_context(request, form)
    if not begins and form.has_random and valid and not wants_fragment(request):
        return HttpResponseRedirect(context["url"])
    fragment = not begins and wants_fragment(request)
    template = "battles/battle_setup.html"
    response = TemplateResponse(
        request,
        f"{template}#battle-setup" if fragment else template,
        context | {"fragment": fragment},
        status=422 if begins else 200,
    )
    if fragment and valid:
        response["HX-Push-Url"] = context["url"]
    return response


def begin(request: HttpRequest, form: BattleForm) -> HttpResponse | None:
    """Begin the battle of a valid form, or say in the form why not."""
    secret = secret_of(request) or secrets.token_urlsafe(24)
    try:
        battle = play.create(
            game=gamedata.current(),
            secret=secret,
            a=form.fighter("a"),
            b=form.fighter("b"),
            strength=form.opponent,
        )
    except predictor.NoChampion:
        form.add_error(
            "strength", _("The model is unavailable right now. Choose another difficulty.")
        )
    except (play.IllegalTeam, gamedata.IncompleteGameData):
        # The facts have changed within the last two seconds; what is in memory follows.
        form.add_error(None, _("The game data is being updated. Try again in a moment."))
    else:
        return remember(request, HttpResponseRedirect(battle_url(battle)), secret)
    return None


# Playing


@dataclass(frozen=True)
class StageSide:
    """One side of the stage."""

    side: str
    form: KnownForm
    name: str
    level: int
    hp: int
    max_hp: int
    width: str
    types: list[Known]
    tags: list[words.Tag]
    moves: list[tuple[KnownMove, int]]

    @property
    def is_low(self) -> bool:
        return 0 < self.hp <= self.max_hp // 5


@dataclass(frozen=True)
class Button:
    """A move to choose, or one that cannot be, with the reason."""

    slot: int
    move: KnownMove
    damage_class: str
    pp: int
    reason: str
    #: Code and sign of how hard it hits the foe, empty for a status move.
    effect: tuple[str, str] | None


@dataclass(frozen=True)
class Decision:
    """A choice of the player, weighed afterwards."""

    turn: int
    chosen: str
    best: str
    #: "best", "equal", "slip" or "mistake".
    verdict: str
    verdict_words: str
    #: Percentage points of the chance to win that the choice cost.
    points: int


@dataclass(frozen=True)
class Chart:
    """How the chance to win went: points of a line and of the area under it, in a 100 by 100 box.

    rows: (turn, chance in words) for those who cannot see it.
    """

    line: str
    area: str
    rows: list[tuple[int, str]]
    last: int


def battle_url(battle: Battle) -> str:
    return reverse("battles:battle", args=[battle.public_id])


def find(public_id: str) -> Battle:
    battles = Battle.objects.select_related("snapshot").defer("snapshot__data")
    return get_object_or_404(battles, public_id=public_id)


def names_of(battle: Battle, snapshot: Snapshot) -> words.Names:
    return words.Names(
        fighters=words.fighter_names(battle.name_a, battle.name_b),
        move=lambda index: snapshot.moves[index].name,
        type=lambda index: snapshot.types[index].name,
    )


def stage_side(
    battle: Battle, engine: bt.Battle, snapshot: Snapshot, names: words.Names, side: int
) -> StageSide:
    own = engine.state[side]
    slots = [slot for slot in range(st.MOVE_SLOTS) if own[st.MOVE_1 + slot] >= 0]
    hp, max_hp = int(own[st.HP]), int(own[st.MAX_HP])
    return StageSide(
        side="ab"[side],
        form=play.form_of(battle, side),
        name=names.fighters[side],
        level=int(own[st.LEVEL]),
        hp=hp,
        max_hp=max_hp,
        width=f"{100 * hp / max_hp:.1f}%",
        types=[snapshot.types[t] for t in own[[st.TYPE_1, st.TYPE_2]] if t != NO_TYPE],
        tags=words.tags(engine.state, side, names) if hp else [],
        moves=[(snapshot.moves[own[st.MOVE_1 + slot]], int(own[st.PP_1 + slot])) for slot in slots],
    )


def buttons(engine: bt.Battle, snapshot: Snapshot, names: words.Names) -> list[Button]:
    """The player's moves; empty when there is nothing to choose."""
    allowed = engine.choices(0)
    own = engine.state[0]
    if not allowed:
        return []
    result = []
    for slot in range(st.MOVE_SLOTS):
        index = int(own[st.MOVE_1 + slot])
        if index < 0:
            continue
        move = snapshot.moves[index]
        reason = ""
        if slot not in allowed:
            reason = words.why_not(engine.state, engine.tables.moves, 0, slot, names)
        result.append(
            Button(
                slot=slot,
                move=move,
                damage_class=DamageClassName[move.damage_class.name].label,
                pp=int(own[st.PP_1 + slot]),
                reason=reason,
                effect=effect(engine, move),
            )
        )
    return result


def effect(engine: bt.Battle, move: KnownMove) -> tuple[str, str] | None:
    """How hard the move's type hits the foe as it is now."""
    if move.damage_class == DamageClass.STATUS:
        return None
    foe = engine.state[1]
    chart = engine.tables.type_chart[move.type.index]
    percent = int(chart[foe[st.TYPE_1]] * chart[foe[st.TYPE_2]] // 100)
    return text.MULTIPLIERS.get(percent)


def chance_words(share: float, games: int, name: str) -> str:
    """Where the chance on the meter comes from."""
    if not games:
        return _("The battle is decided.")
    return _(
        "Simulated %(games)d times from here, both sides looking ahead: %(name)s won %(percent)s."
    ) % {"games": games, "name": name, "percent": text.percent(share)}


def chart_of(battle: Battle) -> Chart | None:
    shares = [share for share, _games in battle.chances]
    if len(shares) < 2:
        return None
    step = 100 / (len(shares) - 1)
    points = [(i * step, 100 * (1 - share)) for i, share in enumerate(shares)]
    line = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
    return Chart(
        line=line,
        area=f"0,100 {line} 100,100",
        rows=[(turn, text.percent(share)) for turn, share in enumerate(shares)],
        last=len(shares) - 1,
    )


def decisions(battle: Battle, snapshot: Snapshot) -> list[Decision]:
    """The player's choices beside what a search would have chosen."""
    result = []
    for weighed in play.review(battle):
        points = round(100 * (weighed.best_value - weighed.value))
        verdict = (
            "best"
            if weighed.chosen == weighed.best
            else "equal"
            if points < play.NOISE_POINTS
            else "slip"
            if points < play.MISTAKE_POINTS
            else "mistake"
        )
        result.append(
            Decision(
                turn=weighed.turn,
                chosen=snapshot.moves[weighed.chosen].name,
                best=snapshot.moves[weighed.best].name,
                verdict=verdict,
                verdict_words={
                    "best": pgettext("choice", "best"),
                    "equal": pgettext("choice", "equal"),
                    "slip": pgettext("choice", "inaccuracy"),
                    "mistake": pgettext("choice", "mistake"),
                }[verdict],
                points=points,
            )
        )
    return result


def ending_words(battle: Battle) -> str:
    return {
        Result.WON: _("You won!"),
        Result.LOST: _("You lost."),
        Result.DRAW: _("A draw."),
        Result.FORFEIT: _("You gave up."),
    }[Result(battle.result)]


def watched_ending(battle: Battle) -> str:
    """The end for somebody who only looks at it."""
    winner = {Result.WON: battle.name_a, Result.LOST: battle.name_b}.get(Result(battle.result))
    if winner:
        return _("%(name)s won.") % {"name": winner}
    return _("A draw.") if battle.result == Result.DRAW else _("The player gave up.")


def play_context(request: HttpRequest, battle: Battle, refusal: str = "") -> dict[str, Any]:
    """Everything the page of a battle shows."""
    snapshot = play.snapshot_of(battle)
    names = names_of(battle, snapshot)
    start = play.at_start(battle)
    mine = play.is_owner(battle, secret_of(request))
    try:
        engine = play.replay(battle)
    except play.NotReplayable:
        engine = None
        refusal = refusal or ("" if battle.is_over else "not_replayable")
    events = engine.events if engine and battle.events is None else play.told(battle)
    told = words.tell(events, names, start.state[:2, st.MAX_HP].tolist())
    share, games = battle.chances[-1]
    choosing = mine and engine is not None and not battle.is_over
    ending = ""
    if battle.is_over:
        ending = ending_words(battle) if mine else watched_ending(battle)
    weighed = decisions(battle, snapshot) if battle.is_over and engine else []
    spoken = words.spoken(told[-1]) if told else ""
    return {
        "battle": battle,
        "title": _("%(a)s vs %(b)s") % {"a": battle.name_a, "b": battle.name_b},
        "sides": [stage_side(battle, engine, snapshot, names, side) for side in (0, 1)]
        if engine
        else [],
        "names": names.fighters,
        "mine": mine,
        "choosing": choosing,
        "turn": battle.turns + 1,
        "buttons": buttons(engine, snapshot, names) if choosing else [],
        "bound": words.bound(engine.forced_move(0), names.fighters[0], names) if choosing else "",
        "refusal": REFUSALS[refusal][1] if refusal else "",
        "spoken": f"{REFUSALS[refusal][1] if refusal else spoken} {ending}".strip(),
        "log": told[::-1],
        "percent_a": text.percent(share) if games else _certain(share),
        "percent_b": text.percent(1 - share) if games else _certain(1 - share),
        "width_a": f"{100 * share:.1f}%",
        "leader": "a" if share >= 0.5 else "b",
        "chance_words": chance_words(share, games, names.fighters[0]),
        "strength": Strength(battle.strength).label,
        "strength_words": STRENGTHS[Strength(battle.strength)],
        "ending": ending,
        "ending_kind": battle.result,
        "chart": chart_of(battle) if battle.is_over else None,
        "decisions": weighed,
        "good_choices": sum(each.verdict in ("best", "equal") for each in weighed),
        "review_games": lookahead.VALUE_BUDGET,
        "noise": play.NOISE_POINTS,
        "url": battle_url(battle),
        "permalink": request.build_absolute_uri(battle_url(battle)),
        "setup_url": setup_url(setup_query(battle)),
        "level_words": _("Lv. %(a)d and %(b)d")
        % {name: battle.setup[name]["level"] for name in SIDES},
    }


def _certain(share: float) -> str:
    return text.percentage(round(100 * share))


def setup_query(battle: Battle) -> str:
    """The set-up of this battle as the set-up page writes it."""
    snapshot = play.snapshot_of(battle)
    query = QueryDict(mutable=True)
    for name in SIDES:
        side = battle.setup[name]
        query[name] = side["slug"]
        query.setlist(f"moves_{name}", [snapshot.move_of[pk].slug for pk in side["moves"]])
        query[f"level_{name}"] = str(side["level"])
    query["strength"] = battle.strength
    return query.urlencode()


def show(request: HttpRequest, battle: Battle, refusal: str = "") -> HttpResponse:
    """The battle's page, or to htmx the part of it that a turn changes."""
    fragment = wants_fragment(request)
    context = play_context(request, battle, refusal) | {"fragment": fragment}
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
    return show(request, find(public_id))


def number(given: str | None) -> int | None:
    """A small whole number as a form sends it."""
    return int(given) if given and re.fullmatch(r"-?[0-9]{1,4}", given) else None


@require_POST
@vary_on_cookie
def battle_move(request: HttpRequest, public_id: str) -> HttpResponse:
    found = find(public_id)
    turn, slot = number(request.POST.get("turn")), number(request.POST.get("slot"))
    if turn is None or slot is None:
        return show(request, found, "bad_input")
    try:
        played = play.choose(found, secret=secret_of(request), turn=turn, slot=slot)
    except play.PlayError as error:
        return show(request, find(public_id), error.code)
    if wants_fragment(request):
        return show(request, played)
    return HttpResponseRedirect(battle_url(played))


@require_POST
@vary_on_cookie
def battle_forfeit(request: HttpRequest, public_id: str) -> HttpResponse:
    found = find(public_id)
    turn = number(request.POST.get("turn"))
    if turn is None:
        return show(request, found, "bad_input")
    try:
        play.forfeit(found, secret=secret_of(request), turn=turn)
    except play.PlayError as error:
        return show(request, find(public_id), error.code)
    return HttpResponseRedirect(battle_url(found))


@require_POST
@vary_on_cookie
def battle_again(request: HttpRequest, public_id: str) -> HttpResponse:
    """The same fighters again: with ``same`` the very same battle, else with new luck."""
    found = find(public_id)
    secret = secret_of(request) or secrets.token_urlsafe(24)
    if request.POST.get("same"):
        return remember(
            request,
            HttpResponseRedirect(battle_url(play.play_again(found, secret=secret))),
            secret,
        )
    try:
        fighters = {
            name: play.Fighter(
                found.setup[name]["form"],
                tuple(found.setup[name]["moves"]),
                found.setup[name]["level"],
                play.raising_of(found.setup[name]),
            )
            for name in SIDES
        }
        again = play.create(
            game=gamedata.current(), secret=secret, strength=found.strength, **fighters
        )
    except (play.IllegalTeam, predictor.NoChampion, gamedata.IncompleteGameData):
        # The set-up page says what no longer works.
        return HttpResponseRedirect(setup_url(setup_query(found)))
    return remember(request, HttpResponseRedirect(battle_url(again)), secret)


@require_safe
@cache_control(private=True, no_cache=True)
def battle_log(request: HttpRequest, public_id: str) -> HttpResponse:
    """The log in Showdown's format, to be kept."""
    found = find(public_id)
    response = HttpResponse(play.protocol_log(found), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="battle-{found.public_id}.log"'
    return response
