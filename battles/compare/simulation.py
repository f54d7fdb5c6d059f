"""Simulations: plays the matchup many times and compares the win rate with the prediction.

No state is kept on the server. A signed text carries what is played and the count so far; each
request plays for a fraction of a second, adds to the count and hands out the next text. Battle
number n always uses the same random stream, so the result does not depend on how the work was
cut: the same comparison gives the same count for everybody.
"""

import time
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from math import sqrt
from typing import Any

import numpy as np
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST
from django_htmx.http import HTMX_STOP_POLLING

from battles.common import text
from battles.common.forms import SIDES
from battles.common.gates import uses_engine
from battles.compare.forms import CompareForm
from battles.compare.played import CompareAnswer
from mlcore.engine import policies
from mlcore.engine.simulate import move_slots, simulate_battles
from mlcore.engine.specs import Setups
from mlcore.game import gamedata
from mlcore.game.spreads import Spread
from pokedex.models import Pokemon

#: How the sides choose: one fixed move each, or both look ahead with up to four.
MODES = {"move": 1000, "search": 100}
#: Seconds of simulation per request, and per request of pages without scripts.
CHUNK_SECONDS = 0.15
WHOLE_SECONDS = 4.0
#: Battles between two looks at the clock.
_BATCH = {"move": 250, "search": 1}
#: Playouts per decision: sets with healing moves play long battles, and a request stays short.
_SEARCH_BUDGET = 100
_SALT = "battles.referee"
#: Standard normal quantile of a 95% interval.
_Z95 = 1.959963984540054


@dataclass(frozen=True)
class Count:
    """A simulation and its results so far."""

    mode: str
    forms: tuple[str, str]
    moves: tuple[tuple[str, ...], tuple[str, ...]]
    spreads: tuple[tuple, tuple]
    seed: int
    #: What the page says: P(A wins) for the single moves, or if both play well.
    predicted: float
    played: int = 0
    wins: int = 0
    draws: int = 0

    @property
    def total(self) -> int:
        return MODES[self.mode]

    @property
    def is_over(self) -> bool:
        return self.played >= self.total

    def signed(self) -> str:
        return signing.dumps(list(asdict(self).values()), salt=_SALT, compress=True)


def read_count(given: str) -> Count:
    """The simulation in a signed text; raises signing.BadSignature."""
    return Count(*_tuples(signing.loads(given, salt=_SALT)))


def _tuples(value: Any) -> Any:
    """Nested lists as tuples, since JSON only has lists."""
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def modes(answer: CompareAnswer) -> list[str]:
    """What can be simulated: one move each, and both sides' sets."""
    given = {"move": answer.single, "search": answer.played}
    return [mode for mode in MODES if given[mode] is not None]


def start_count(form: CompareForm, answer: CompareAnswer, mode: str) -> Count:
    """A new simulation: the best single move vs its best reply, or both sides' sets."""
    if mode == "move":
        assert answer.single is not None
        best, predicted = answer.single.best, answer.single.probability
        moves = ((best.move.slug,), (best.reply.slug,))
    else:
        assert answer.played is not None
        predicted = answer.played.probability
        moves = tuple(
            tuple(row.move.slug for row in answer.played.sides[side].moves) for side in SIDES
        )
    spreads = tuple(tuple(asdict(form.spreads[side].spread).values()) for side in SIDES)
    forms = tuple(form.fighters[side].slug for side in SIDES)
    seed = zlib.crc32(repr((mode, forms, moves, spreads)).encode())
    return Count(mode, forms, moves, spreads, seed, predicted)


def play_on(count: Count, game: gamedata.GameData, seconds: float) -> Count:
    """Play until time is up or all battles are played, at least one batch. Raises UnknownName."""
    setups = [
        Spread(*spread).setups(game.form_index(form))
        for form, spread in zip(count.forms, count.spreads, strict=True)
    ]
    slots = [move_slots([[game.move_index(move) for move in moves]]) for moves in count.moves]
    end = time.monotonic() + seconds
    while not count.is_over:
        count = _play_batch(count, game, setups, slots)
        if time.monotonic() >= end:
            break
    return count


def _play_batch(
    count: Count, game: gamedata.GameData, setups: list[Setups], slots: list[np.ndarray]
) -> Count:
    size = min(_BATCH[count.mode], count.total - count.played)
    rows = np.zeros(size, dtype=np.int64)
    policy = policies.SEARCH if count.mode == "search" else policies.RANDOM
    outcomes = simulate_battles(
        game.tables,
        setups[0].take(rows),
        slots[0][rows],
        setups[1].take(rows),
        slots[1][rows],
        plays=1,
        seed=count.seed,
        policy_a=policy,
        policy_b=policy,
        search_budget=_SEARCH_BUDGET,
        streams=np.arange(count.played, count.played + size),
    )
    return replace(
        count,
        played=count.played + size,
        wins=count.wins + int(outcomes.wins_a.sum()),
        draws=count.draws + int(outcomes.draws.sum()),
    )


def wilson_interval(wins: float, plays: int) -> tuple[float, float]:
    """The 95% interval of a win share; a draw counts as half a win."""
    if plays == 0:
        return 0.0, 1.0
    share = wins / plays
    spread = _Z95 * sqrt(share * (1 - share) / plays + _Z95**2 / (4 * plays**2))
    middle = share + _Z95**2 / (2 * plays)
    scale = 1 + _Z95**2 / plays
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


@dataclass(frozen=True)
class SimulationVerdict:
    """The results as text and widths."""

    mode: str
    #: Whose win rate it is: the one with more wins.
    name: str
    is_over: bool
    played: int
    total: int
    progress: str
    rate: str
    winner: str
    words: str
    beside: str
    tally: str
    #: The prediction for A as a meter, and over it ends and middle of the interval.
    predicted: str
    predicted_words: str
    low: str
    high: str
    middle: str
    interval: str
    #: The count so far, signed, if there is more to play.
    next_count: str
    signed: str
    seed: int


def judge(count: Count, name_a: str, name_b: str) -> SimulationVerdict:
    points = count.wins + 0.5 * count.draws
    share = points / count.played if count.played else 0.5
    low, high = wilson_interval(points, count.played)
    losses = count.played - count.wins - count.draws
    numbers = {
        "a": name_a,
        "wins": text.decimal(count.wins, 0),
        "b": name_b,
        "losses": text.decimal(losses, 0),
    }
    tally = _("Wins: %(a)s %(wins)s, %(b)s %(losses)s") % numbers
    if count.draws:
        tally += ", " + ngettext("%(count)d draw", "%(count)d draws", count.draws) % {
            "count": count.draws
        }
    winner = "a" if share > 0.5 else "b" if share < 0.5 else ""
    # Few battles are never told as certainty: the rate stands beside its interval.
    of_winner = (1 - high, 1 - low) if winner == "b" else (low, high)
    return SimulationVerdict(
        mode=count.mode,
        name=name_b if winner == "b" else name_a,
        is_over=count.is_over,
        played=count.played,
        total=count.total,
        progress=f"{100 * count.played / count.total:.1f}%",
        rate=text.chance(1 - share if winner == "b" else share) if count.played else "–",
        winner=winner,
        words=text.odds(share, name_a, name_b),
        beside=_beside(1 - count.predicted if winner == "b" else count.predicted, *of_winner),
        tally=tally,
        predicted=f"{100 * count.predicted:.1f}%",
        predicted_words=_("Predicted: %(a)s %(percent_a)s, %(b)s %(percent_b)s")
        % {
            "a": name_a,
            "percent_a": text.percent(count.predicted),
            "b": name_b,
            "percent_b": text.percent(1 - count.predicted),
        },
        low=f"{100 * low:.2f}%",
        high=f"{100 * high:.2f}%",
        middle=f"{100 * share:.2f}%",
        interval=_("%(low)s to %(high)s")
        % {"low": text.chance(of_winner[0]), "high": text.chance(of_winner[1])},
        next_count="" if count.is_over else count.signed(),
        signed=count.signed(),
        seed=count.seed,
    )


def _beside(predicted: float, low: float, high: float) -> str:
    """Compares the prediction with the interval, both as exact as they are shown."""
    words = {"percent": text.chance(predicted)}
    predicted, low, high = (round(value, 3) for value in (predicted, low, high))
    if low <= predicted <= high:
        return _("The model predicted %(percent)s: within the interval.") % words
    if predicted > high:
        return _("The model predicted %(percent)s: a little high.") % words
    return _("The model predicted %(percent)s: a little low.") % words


@uses_engine
@require_POST
@cache_control(private=True, no_store=True)
def simulate(request: HttpRequest) -> HttpResponse:
    """Continue a signed simulation; the returned fragment requests the next part."""
    try:
        count = read_count(request.POST.get("count", ""))
    except signing.BadSignature:
        return HttpResponseBadRequest(_("Invalid simulation link."))
    try:
        count = play_on(count, gamedata.current(), CHUNK_SECONDS)
    except (gamedata.UnknownName, gamedata.IncompleteGameData):
        return HttpResponseBadRequest(_("The game data has changed. Compare again."))
    names = {pokemon.slug: pokemon.name for pokemon in Pokemon.objects.filter(slug__in=count.forms)}
    verdict = judge(count, *(names[slug] for slug in count.forms))
    return TemplateResponse(
        request,
        "battles/simulation.html",
        {"verdict": verdict, "fragment": True},
        status=HTMX_STOP_POLLING if verdict.is_over else 200,
    )


@dataclass(frozen=True)
class Offer:
    """A simulation button: with scripts it polls, without them it posts to the page."""

    mode: str
    label: str
    explanation: str
    #: What the button posts: nothing played yet, signed.
    start: str
    #: What it came to, if it has been run without scripts.
    verdict: SimulationVerdict | None


def offers(
    form: CompareForm, answer: CompareAnswer, posted: QueryDict, game: gamedata.GameData
) -> list[Offer]:
    """The simulations there are.

    ``count`` of what was posted is played on, ``shown`` was played before and is kept.
    """
    explanations = {}
    if answer.single:
        best = {"move": answer.single.best.move.name, "reply": answer.single.best.reply.name}
        explanations["move"] = (
            _("Each uses the same move every turn: %(move)s vs %(reply)s.") % best
        )
    if answer.played:
        names = {
            side: text.listed(row.move.name for row in answer.played.sides[side].moves)
            for side in SIDES
        }
        explanations["search"] = (
            _("Both look ahead and choose a move every turn: %(a)s vs %(b)s.") % names
        )
    labels = {
        "move": _("Simulate 1,000 battles"),
        "search": _("Simulate 100 battles with smart play"),
    }
    starts = {mode: start_count(form, answer, mode) for mode in modes(answer)}
    counts = {count.mode: count for count in _posted(posted.getlist("shown"), starts)}
    for count in _posted([posted.get("count", "")], starts):
        try:
            counts[count.mode] = play_on(count, game, WHOLE_SECONDS)
        except gamedata.UnknownName:
            continue  # the facts have changed
    fighters = [form.fighters[side].name for side in SIDES]
    return [
        Offer(
            mode,
            labels[mode],
            explanations[mode],
            start.signed(),
            judge(counts[mode], *fighters) if mode in counts else None,
        )
        for mode, start in starts.items()
    ]


def _posted(given: list[str], starts: dict[str, Count]) -> Iterator[Count]:
    """The counts that are signed, and of this comparison."""
    for signed in given[: len(MODES)]:
        try:
            count = read_count(signed)
        except signing.BadSignature:
            continue
        if replace(count, played=0, wins=0, draws=0) == starts.get(count.mode):
            yield count
