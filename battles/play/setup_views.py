"""The page that sets up a battle."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import push_url, replace_url

from battles.common import text
from battles.common.forms import SIDES
from battles.common.gates import uses_engine
from battles.models import Battle, Strength
from battles.play import addresses as play_addresses
from battles.play import game
from battles.play import player as play_player
from battles.play.forms import RANDOM, BattleForm
from battles.play.training import PRESETS, Training, training_of
from mlcore.game import gamedata
from mlcore.serving import champion as champion_store
from pokedex.htmx import wants_fragment
from pokedex.models import Move, Pokemon

RECENT = 5
STRENGTHS = {
    Strength.RANDOM: gettext_lazy("Picks a move at random."),
    Strength.STRONGEST: gettext_lazy("Always uses the move that deals the most damage right now."),
    Strength.MODEL: gettext_lazy("Uses the move our model rates best against yours."),
    Strength.SEARCH: gettext_lazy("Looks ahead: plays out thousands of games before every move."),
    Strength.VALUE: gettext_lazy(
        "Plays the best mix of moves, learned from battles against itself: hard to predict."
    ),
}


@dataclass(frozen=True)
class SetupSide:
    """One side of the set-up page."""

    side: str
    pokemon: Pokemon | None
    field: Any
    options: list[tuple[Move, bool]]
    chosen: str
    training: Training
    moves_errors: list[str]
    dropped: str
    similar: list[tuple[str, str]]


def corner(form: BattleForm, side: str) -> SetupSide:
    chosen = {move.pk for move in form.chosen[side]}
    options = [(move, move.pk in chosen) for move in form.options[side]]
    return SetupSide(
        side=side,
        pokemon=form.fighters[side],
        field=form[side],
        options=sorted(options, key=lambda option: not option[1]),
        chosen=text.listed(move.name for move in form.chosen[side]),
        training=training_of(form.spreads[side]),
        moves_errors=list(form.errors.get(f"moves_{side}", [])),
        dropped=text.listed(form.dropped[side]),
        similar=[
            (
                pokemon.name,
                play_addresses.setup_url(form.canonical_query(instead={side: pokemon.slug})),
            )
            for pokemon in form.similar[side]
        ],
    )


def setup_context(request: HttpRequest, form: BattleForm) -> dict[str, Any]:
    secret = play_player.secret_of(request)
    recent = Battle.objects.filter(owner=game.owner_of(secret)) if secret else Battle.objects.none()
    return {
        "form": form,
        "corners": [corner(form, side) for side in SIDES],
        "strengths": [
            (value, Strength(value).label, description, value == form.opponent)
            for value, description in STRENGTHS.items()
        ],
        "url": play_addresses.setup_url(form.canonical_query()),
        "title": _("Battle"),
        "recent": recent.only("public_id", "setup", "result", "turns", "strength", "created_at")[
            :RECENT
        ],
    }


@uses_engine
@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request", "Cookie")
@cache_control(private=True, no_cache=True)
def battle_setup(request: HttpRequest) -> HttpResponse:
    posted = request.method == "POST"
    action = request.POST.get("do", "begin")
    form = BattleForm(_with_random(request.POST, action) if posted else request.GET, begins=posted)
    valid = form.is_valid()
    if not valid and not form.facts.pokemon:
        return render(
            request, "503.html", {"reason": _("The game data is not available yet.")}, status=503
        )
    if posted and valid:
        answer = begin(request, form) if action == "begin" else _changed(form, action)
        if answer is not None:
            return answer
    context = setup_context(request, form)
    if not posted and form.has_random and valid and not wants_fragment(request):
        return HttpResponseRedirect(context["url"])
    fragment = not posted and wants_fragment(request)
    template = "battles/battle_setup.html"
    response = TemplateResponse(
        request,
        f"{template}#battle-setup" if fragment else template,
        context | {"fragment": fragment},
        status=422 if posted else 200,
    )
    if fragment and valid:
        # A change of a field is no step to go back to; another Pokémon is.
        kept = request.htmx.target == "battle-address"  # type: ignore[attr-defined]
        (replace_url if kept else push_url)(response, context["url"])
    return response


def _with_random(data: QueryDict, action: str) -> QueryDict:
    """The form with a random Pokémon in place of what ``action`` replaces."""
    sides = {"random": SIDES, "random-a": ("a",), "random-b": ("b",)}.get(action, ())
    if not sides:
        return data
    data = data.copy()
    for side in sides:
        data[side] = RANDOM
        for name in (f"moves_{side}", f"of_{side}"):
            data.pop(name, None)
    return data


def _changed(form: BattleForm, action: str) -> HttpResponse:
    """The same page with what a button other than "begin" changes; nothing else is lost.

    Buttons: "update" (show the moves), "random", "random-a", "swap", "standard-a", "maxed-b".
    """
    name, _dash, side = action.partition("-")
    spreads = {side: PRESETS[name]} if name in PRESETS and side in SIDES else None
    query = form.canonical_query(swapped=action == "swap", spreads=spreads)
    place = f"#corner-{side}" if side in SIDES else ""
    return HttpResponseRedirect(play_addresses.setup_url(query) + place)


def begin(request: HttpRequest, form: BattleForm) -> HttpResponse | None:
    """Start the battle of a valid form, or add the reason why not to the form."""
    secret = play_player.secret_of(request) or secrets.token_urlsafe(24)
    try:
        battle = game.create(
            game=gamedata.current(),
            secret=secret,
            a=form.fighter("a"),
            b=form.fighter("b"),
            strength=form.opponent,
            champion=champion_store.current,
        )
    except champion_store.NoChampion:
        form.add_error(
            "strength", _("The model is unavailable right now. Choose another difficulty.")
        )
    except (game.IllegalTeam, gamedata.IncompleteGameData):
        # The facts changed within the last two seconds; the copy in memory is about to follow.
        form.add_error(None, _("The game data is being updated. Try again in a moment."))
    else:
        return play_player.remember(HttpResponseRedirect(play_addresses.battle_url(battle)), secret)
    return None
