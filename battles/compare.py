"""The compare page: two Pokémon face to face, who wins, and with which move.

Its address holds the whole state. The same address answers a page to a browser and a fragment
of it to htmx.
"""

from dataclasses import dataclass

import numpy as np
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from battles import text
from battles.forms import SIDES, CompareForm, Learnable
from mlcore import gamedata, matchup, predictor
from mlcore.engine.specs import MoveColumn, Setups
from mlcore.engine.stats import compute_stats
from pokedex.models import Move, Pokemon, Type, TypeEffectiveness

FRAGMENTS = {"compare-result"}
#: Rows of the ranking that are shown before the rest is folded away.
RANKING_SHOWN = 6

STAT_NAMES = (
    gettext_lazy("HP"),
    gettext_lazy("Attack"),
    gettext_lazy("Defense"),
    gettext_lazy("Special Attack"),
    gettext_lazy("Special Defense"),
    gettext_lazy("Speed"),
)


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page; its history asks for whole pages."""
    htmx = request.htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


# What a fighter's card shows


@dataclass(frozen=True)
class MoveOption:
    """A move in a fighter's list."""

    move: Move
    learned: str
    is_kept: bool
    is_chosen: bool


@dataclass(frozen=True)
class Takes:
    """All types whose attacks hurt a Pokémon equally; ``code`` names the icon."""

    code: str
    sign: str
    types: list[Type]


@dataclass(frozen=True)
class Fighter:
    side: str
    pokemon: Pokemon
    options: list[MoveOption]
    chosen_count: int
    summary: str
    takes: list[Takes]
    #: Names of moves that an earlier Pokémon left behind.
    dropped: str
    #: The same page with all of its moves.
    all_moves_url: str


@dataclass(frozen=True)
class StatRow:
    name: str
    a: int
    b: int
    width_a: str
    width_b: str

    @property
    def higher(self) -> str:
        return "" if self.a == self.b else "a" if self.a > self.b else "b"


def move_option(learnable: Learnable, chosen: set[int]) -> MoveOption:
    kept = learnable.kept
    return MoveOption(
        move=learnable.move,
        learned=text.kept_from(kept)
        if kept
        else text.how_learned(learnable.entries, learnable.move.tm_number),
        is_kept=kept is not None,
        is_chosen=learnable.move.pk in chosen,
    )


def type_takes(fighters: list[Pokemon]) -> dict[int, list[Takes]]:
    """What each fighter takes from attacks of the 18 types, hardest first; one query."""
    rows = list(
        TypeEffectiveness.objects.filter(
            defending_type__in={each.pk for pokemon in fighters for each in pokemon.types}
        )
        .select_related("attacking_type")
        .order_by("attacking_type__sort_order")
    )
    result = {}
    for pokemon in fighters:
        defending = {each.pk for each in pokemon.types}
        percents: dict[Type, int] = {}
        for row in rows:
            if row.defending_type_id in defending:
                before = percents.get(row.attacking_type, 100)
                percents[row.attacking_type] = before * row.percent // 100
        result[pokemon.pk] = [
            Takes(code, sign, [each for each, value in percents.items() if value == percent])
            for percent, (code, sign) in text.MULTIPLIERS.items()
            if percent in percents.values()
        ]
    return result


def stat_rows(a: Pokemon, b: Pokemon) -> list[StatRow]:
    """Base stats side by side; the longest bar fills its half."""
    longest = max(120, *a.base_stats, *b.base_stats)

    def width(value: int) -> str:
        return f"{100 * value / longest:.1f}%"

    return [
        StatRow(str(name), of_a, of_b, width(of_a), width(of_b))
        for name, of_a, of_b in zip(STAT_NAMES, a.base_stats, b.base_stats, strict=True)
    ]


def build_fighters(form: CompareForm) -> dict[str, Fighter]:
    present = {side: pokemon for side, pokemon in form.fighters.items() if pokemon}
    takes = type_takes(list(present.values())) if present else {}
    fighters = {}
    for side, pokemon in present.items():
        chosen = {move.pk for move in form.chosen[side]}
        options = [move_option(each, chosen) for each in form.learnable[side]]
        fighters[side] = Fighter(
            side=side,
            pokemon=pokemon,
            options=sorted(options, key=lambda each: (not each.is_chosen, each.move.name)),
            chosen_count=len(chosen),
            summary=text.moves_summary(form.chosen[side], len(options)),
            takes=takes[pokemon.pk],
            dropped=text.listed(form.dropped[side]),
            all_moves_url=compare_url(form.canonical_query(without_moves_of=side)),
        )
    return fighters


# The prediction


@dataclass(frozen=True)
class Ranked:
    """A move of side A and what comes of it."""

    place: int
    move: Move
    reply: Move
    probability: float
    width: str
    #: Who moves first: a sentence, and a few words.
    first: str
    first_short: str

    @property
    def percent(self) -> str:
        return text.percent(self.probability)


@dataclass(frozen=True)
class Result:
    """The answer of the model, ready to be shown."""

    best: Ranked
    ranking: list[Ranked]
    words: str
    winner: str
    percent_a: str
    percent_b: str
    announcement: str
    reason: str
    #: Whether there is a move worth using.
    has_chance: bool
    model_version: str

    @property
    def shown(self) -> list[Ranked]:
        return self.ranking[:RANKING_SHOWN]

    @property
    def folded(self) -> list[Ranked]:
        return self.ranking[RANKING_SHOWN:]


@dataclass(frozen=True)
class NoResult:
    """Why there is no answer: "no-move-a", "no-move-b", "no-model" or "no-log"."""

    code: str
    reason: str = ""

    @property
    def status(self) -> int:
        return 503 if self.code in {"no-model", "no-log"} else 200


def first_to_move(
    game: gamedata.GameData, speed_a: int, speed_b: int, move_a: int, move_b: int
) -> str:
    """ "A", "B" or "tie": by priority, then by speed."""
    priorities = game.tables.moves[:, MoveColumn.PRIORITY]
    of_a = (int(priorities[move_a]), speed_a)
    of_b = (int(priorities[move_b]), speed_b)
    return "tie" if of_a == of_b else "A" if of_a > of_b else "B"


def predict(form: CompareForm) -> Result | NoResult:
    """Rank A's moves against B's best reply; both fight under flat rules."""
    a, b = form.fighters["a"], form.fighters["b"]
    if a is None or b is None:
        raise ValueError("both sides are needed")
    moves = {
        side: form.chosen[side] or [each.move for each in form.learnable[side]] for side in SIDES
    }
    by_slug = {move.slug: move for side in SIDES for move in moves[side]}
    for side in SIDES:
        if not moves[side]:
            return NoResult(f"no-move-{side}")
    try:
        game = gamedata.current()
        setup_a, setup_b = (
            Setups.flat(np.array([game.form_index(pokemon.slug)])) for pokemon in (a, b)
        )
        indices = {side: [game.move_index(move.slug) for move in moves[side]] for side in SIDES}
        answer = matchup.best_move(
            game, setup_a, indices["a"], setup_b, indices["b"], source="compare"
        )
    except matchup.NoDamagingMove as error:
        return NoResult(f"no-move-{error.side}")
    except predictor.NoChampion as error:
        return NoResult("no-model", str(error))
    except (gamedata.UnknownName, gamedata.IncompleteGameData) as error:
        # The facts have changed within the last two seconds; what is in memory follows.
        return NoResult("no-model", str(error))
    except predictor.LogUnavailable as error:
        return NoResult("no-log", str(error))

    speed_a, speed_b = (
        int(compute_stats(game.tables, setup)[0, -1]) for setup in (setup_a, setup_b)
    )
    ranking = []
    for place, row in enumerate(answer.ranking, start=1):
        move_a = int(answer.moves_a[row])
        move_b = int(answer.moves_b[answer.replies[row]])
        probability = float(answer.values[row])
        code = first_to_move(game, speed_a, speed_b, move_a, move_b)
        ranking.append(
            Ranked(
                place=place,
                move=by_slug[game.tables.move_slugs[move_a]],
                reply=by_slug[game.tables.move_slugs[move_b]],
                probability=probability,
                width=f"{100 * probability:.1f}%",
                first=text.who_moves_first(code, a.name, b.name),
                first_short=text.first_in_short(code, a.name, b.name),
            )
        )
    best = ranking[0]
    words = text.odds(best.probability, a.name, b.name)
    has_chance = best.probability >= text.HOPELESS
    advice = _("Use %(move)s") % {"move": best.move.name} if has_chance else _("No move helps")
    return Result(
        best=best,
        ranking=ranking,
        words=words,
        winner=answer.winner.lower(),
        percent_a=text.percent(best.probability),
        percent_b=text.percent(1 - best.probability),
        announcement=f"{words}. {advice}.",
        reason=advice_reason(a, b, best, len(ranking)),
        has_chance=has_chance,
        model_version=answer.model_version,
    )


def advice_reason(a: Pokemon, b: Pokemon, best: Ranked, count: int) -> str:
    """One sentence on where the advice comes from."""
    words = {"reply": best.reply.name, "a": a.name, "b": b.name, "count": count}
    if best.probability < text.HOPELESS:
        words["move"] = best.move.name
        return (
            _("Even the best try, %(move)s, hardly ever beats the reply of %(b)s, %(reply)s.")
            % words
        )
    if count == 1:
        return _("%(a)s has no other move to choose; %(b)s replies best with %(reply)s.") % words
    return (
        ngettext(
            "The best of %(count)d move, even when %(b)s answers with its best reply, %(reply)s.",
            "The best of %(count)d moves, even when %(b)s answers with its best reply, %(reply)s.",
            count,
        )
        % words
    )


# The page


def compare_url(query: str) -> str:
    return reverse("battles:compare") + (f"?{query}" if query else "")


@dataclass(frozen=True)
class Link:
    name: str
    url: str


def similar_links(form: CompareForm) -> dict[str, list[Link]]:
    """For a name that nobody bears: this page with a Pokémon whose name looks like it."""
    return {
        side: [
            Link(pokemon.name, compare_url(form.canonical_query(instead={side: pokemon})))
            for pokemon in form.similar[side]
        ]
        for side in SIDES
    }


@require_safe
@vary_on_headers("HX-Request", "HX-Target")
@cache_control(private=True, no_cache=True)
def compare(request: HttpRequest) -> HttpResponse:
    form = CompareForm(request.GET)
    valid = form.is_valid()
    if not any(form.fighters.values()) and not Pokemon.objects.exists():
        return render(
            request, "503.html", {"reason": _("The game data is not there yet.")}, status=503
        )
    url = compare_url(form.canonical_query())
    fragment = wants_fragment(request)
    if valid and not fragment and request.get_full_path() != url:
        return HttpResponseRedirect(url)

    fighters = build_fighters(form)
    result = predict(form) if valid and len(fighters) == len(SIDES) else None
    a, b = (fighters.get(side) for side in SIDES)
    title = (
        _("%(a)s against %(b)s") % {"a": a.pokemon.name, "b": b.pokemon.name}
        if a and b
        else _("Compare two Pokémon")
    )
    target = request.htmx.target if fragment else None
    partial = target if target in FRAGMENTS else "compare"
    response = TemplateResponse(
        request,
        f"battles/compare.html#{partial}" if fragment else "battles/compare.html",
        {
            "form": form,
            "sides": [(side, fighters.get(side), form[side]) for side in SIDES],
            "a": a,
            "b": b,
            "result": result if isinstance(result, Result) else None,
            "no_result": result if isinstance(result, NoResult) else None,
            "stats": stat_rows(a.pokemon, b.pokemon) if a and b else None,
            "similar": similar_links(form),
            "waiting": {side: form.waiting_moves(side) for side in SIDES},
            "title": title,
            "url": url,
            "swapped_url": compare_url(form.canonical_query(swapped=True)),
            "fragment": fragment,
            "partial": partial,
            "pokemon_names": Pokemon.objects.values_list("name_en", "name_fr", "pk"),
        },
        status=result.status if isinstance(result, NoResult) else 200,
    )
    if fragment and valid:
        response["HX-Push-Url"] = url
    if response.status_code == 503:
        response["Retry-After"] = "30"
    return response
