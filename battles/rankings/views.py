"""The rankings: every form by its mean win chance against all opponents, as page and as CSV.

There are two: both play well, each form with its best set; or each side repeats one move.
"""

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRefresh

from battles.common import serving as common_serving
from battles.common import text
from battles.common.plays import PlayChoice, play_choices, play_field, read_play
from battles.common.serving import Serving
from battles.common.text import exact_percent
from battles.compare.forms import ComparedSide, compare_query
from mlcore.models import Ranking
from mlcore.rankings import progress as rankings_progress
from mlcore.rankings import refresh, standings
from mlcore.rankings.standings import MatchupOutcome, Standing, Standings
from mlcore.serving import well_played
from pokedex.forms import ORDERS, PartField, PokemonFilters, choice_field, pokemon_called
from pokedex.game_data_version import GameDataVersion
from pokedex.htmx import render_list, wanted_partial
from pokedex.known_facts import known_facts
from pokedex.lookup import normalize
from pokedex.models import Move, Pokemon, Type
from pokedex.parts import MORE, letter, number_step
from pokedex.stat_bars import FULL_TOTAL, stat_bar

#: Best and worst matchups shown in a row.
MATCHUPS = 2
#: The same in a row of the CSV.
CSV_MATCHUPS = 5
FORMATS = (("", gettext_lazy("page")), ("csv", "CSV"))


# The model and data behind the rankings, and whether they are up to date


@dataclass(frozen=True)
class RankingState:
    """The state of the rankings.

    play        how the battles of this ranking are played
    standings   None before the first computation
    stale       why the numbers are not those of model and facts as they are now, or ""
    running     a computation under way
    can_start   there is something to compute and nobody does
    no_model    why there is nothing to compute with, or ""
    """

    play: str
    standings: Standings | None
    stale: str
    running: rankings_progress.Running | None
    can_start: bool
    no_model: str

    @property
    def done(self) -> str:
        return text.share(self.running.share) if self.running else ""

    @property
    def done_width(self) -> str:
        return f"{100 * self.running.share:.1f}%" if self.running else ""

    @property
    def left(self) -> str:
        """The remaining time in words."""
        if not self.running or self.running.seconds is None:
            return ""
        minutes = round(self.running.seconds / 60)
        if minutes < 1:
            return _("less than a minute left")
        return ngettext("about %(count)d minute left", "about %(count)d minutes left", minutes) % {
            "count": minutes
        }

    @property
    def is_well_played(self) -> bool:
        return self.play == Ranking.Play.WELL

    @property
    def count(self) -> str:
        """What the ranking was made of, in words."""
        if self.standings is None:
            return ""
        count = self.standings.rows
        words = (
            ngettext("%(count)s matchup", "%(count)s matchups", count)
            if self.is_well_played
            else ngettext("%(count)s duel", "%(count)s duels", count)
        )
        return words % {"count": number_format(count, force_grouping=True)}


def state(serving: Serving, play: str = "") -> RankingState:
    """The newest ranking of a kind, compared with the model that serves and the facts.

    Without a wish: that of well-played battles, or until it is computed the other one.
    """
    ranking = standings.current(play or Ranking.Play.WELL)
    if ranking is None and not play:
        ranking = standings.current()
    play = play or (ranking.play if ranking else Ranking.Play.WELL)
    running = rankings_progress.running()
    maker = maker_of(serving, play)
    nothing_to_make_it = ranking is None and serving.champion is None
    if maker is None or serving.game is None or nothing_to_make_it:
        no_model = _("No model is available yet.")
        stale = _("These rankings come from a retired model.") if ranking else ""
        return RankingState(play, ranking, stale, running, False, no_model)
    stale = ""
    if ranking and ranking.inputs != refresh.inputs_of(maker, serving.game):
        stale = (
            _("Model %(version)s is now live.") % {"version": maker.version}
            if ranking.model_version != maker.version
            else _("The game data has changed since then.")
        )
    can_start = not running and serving.champion is not None and (not ranking or bool(stale))
    return RankingState(play, ranking, stale, running, can_start, "")


def maker_of(serving: Serving, play: str) -> refresh.Maker | None:
    """The model that would make this ranking now; None if there is none."""
    if play == Ranking.Play.ONE_MOVE or serving.game is None:
        return serving.champion
    try:
        return well_played.current(serving.game)
    except well_played.NoBattleValue:
        return None


# Rows


@dataclass(frozen=True)
class Against:
    """A matchup of the row's form."""

    pokemon: Pokemon
    percent: str
    url: str
    value: float


@dataclass(frozen=True)
class Ranked:
    """A form and its standing: what lists are filtered and sorted by."""

    pokemon: Pokemon
    standing: Standing


@dataclass(frozen=True)
class StandingRow:
    """A row; what takes long is found when it is asked for, as the page keeps rows made before."""

    maker: "RowMaker"
    pokemon: Pokemon
    standing: Standing
    #: Id of the row if a jump leads there, or "".
    at: str = ""
    is_next: bool = False

    @property
    def move(self) -> Move | None:
        return self.maker.moves.get(self.standing.move) if self.standing.move else None

    @property
    def moves(self) -> list[Move]:
        """The set, if both play well."""
        moves = self.maker.moves
        return [moves[move] for move in self.standing.moves if move in moves]

    @cached_property
    def _against(self) -> tuple[list[Against], list[Against]]:
        return self.maker.against(self)

    @property
    def best(self) -> list[Against]:
        return self._against[0]

    @property
    def worst(self) -> list[Against]:
        return self._against[1]

    @property
    def total_bar(self) -> int:
        return stat_bar(self.pokemon.base_stat_total, FULL_TOTAL)

    @property
    def url(self) -> str:
        return compare_url(self.pokemon)

    @property
    def percent(self) -> str:
        return exact_percent(self.standing.mean)

    @property
    def width(self) -> str:
        return f"{100 * self.standing.mean:.1f}%"


#: Slugs of the forms' moves by their ids, if both play well.
Sets = Mapping[int, tuple[str, ...]]


def compare_url(a: Pokemon, b: Pokemon | None = None, sets: Sets | None = None) -> str:
    """The comparison of two forms, with their sets if they have one."""
    sides = [
        ComparedSide(pokemon.slug, (sets or {}).get(pokemon.pk, ())) if pokemon else ComparedSide()
        for pokemon in (a, b)
    ]
    return f"{reverse('battles:compare')}?{_query(*sides)}"


#: A page of all rows has a thousand of them.
_query = lru_cache(maxsize=4096)(compare_query)


def sets_of(ranking: Standings, moves: Mapping[int, Move]) -> Sets:
    """The sets of a ranking of well-played battles; empty for the other one."""
    return {
        standing.form: tuple(moves[move].slug for move in standing.moves if move in moves)
        for standing in ranking.standings.values()
        if standing.moves
    }


class RowMaker:
    """Rows for forms, with their opponents and moves."""

    def __init__(self, ranking: Standings, matchups: int = MATCHUPS) -> None:
        facts = known_facts()
        self.standings = ranking
        self.matchups = matchups
        self.everyone = {
            pokemon.pk: pokemon
            for pokemon in facts.pokemon.values()
            if ranking.place_of(pokemon.pk)
        }
        self.moves = facts.moves
        self.sets = sets_of(ranking, self.moves)

    def ranked(self) -> list[Ranked]:
        """All forms, best first."""
        return [
            Ranked(self.everyone[standing.form], standing)
            for standing in self.standings.standings.values()
            if standing.form in self.everyone
        ]

    def row(self, ranked: Ranked, at: str = "", is_next: bool = False) -> StandingRow:
        return StandingRow(self, ranked.pokemon, ranked.standing, at, is_next)

    def against(self, row: StandingRow) -> tuple[list[Against], list[Against]]:
        """The row's best and worst matchups; none for a form that cannot fight."""
        if not row.standing.can_fight:
            return [], []
        best, worst = self.standings.best_and_worst(row.pokemon.pk, self.matchups)
        return self._outcomes(row.pokemon, best), self._outcomes(row.pokemon, worst)

    def _outcomes(self, pokemon: Pokemon, outcomes: list[MatchupOutcome]) -> list[Against]:
        return [
            Against(
                self.everyone[outcome.opponent],
                text.percent(outcome.value),
                compare_url(pokemon, self.everyone[outcome.opponent], self.sets),
                outcome.value,
            )
            for outcome in outcomes
            if outcome.opponent in self.everyone
        ]


#: Sort keys: key, label, value of a row.
SORTS: dict[str, tuple[Any, Callable[[Ranked], Any]]] = {
    "place": (gettext_lazy("rank"), lambda row: row.standing.place),
    "name": (gettext_lazy("name"), lambda row: normalize(row.pokemon.name)),
    "number": (gettext_lazy("number"), lambda row: row.pokemon.species_id),
    "wins": (gettext_lazy("wins"), lambda row: row.standing.beaten),
    "total": (gettext_lazy("base stat total"), lambda row: row.pokemon.base_stat_total),
}
#: Sortable columns and their headings.
HEADINGS = {
    "place": gettext_lazy("Rank"),
    "name": gettext_lazy("Pokémon"),
    "wins": gettext_lazy("Wins"),
    "total": gettext_lazy("Base stats"),
}


#: What a row is found under with jumps, by sort key.
JUMPS: dict[str, Callable[[Ranked], str]] = {
    "place": lambda row: number_step(row.standing.place),
    "name": lambda row: letter(row.pokemon.name),
    "number": lambda row: number_step(row.pokemon.species_id),
}


class RankingFilter(PokemonFilters):
    list_name = "battles:rankings"
    part_size = 40
    order_only = ("sort", "order", "part", "format", "play")
    defaults = {"sort": "place", "part": "1"}
    ascending = ("place", "name", "number")

    sort = choice_field(
        gettext_lazy("Sort by"), [(key, label) for key, (label, _key) in SORTS.items()]
    )
    order = choice_field(gettext_lazy("Order"), ORDERS)
    format = choice_field(gettext_lazy("Format"), FORMATS)
    part = PartField(required=False)
    play = play_field()

    def url(self, **changes: str) -> str:
        """The URL of a page or, if ``changes`` says so, of a CSV file."""
        return super().url(**{"format": "", **changes})

    def chosen(self, rows: list[Ranked]) -> list[Ranked]:
        """Rows that match the filters, in the requested order; ranks are among all forms."""
        passing = set(self.passing(row.pokemon for row in rows))
        filtered = [row for row in rows if row.pokemon in passing]
        if self.other:
            return []
        if self.value("q"):
            called = pokemon_called(self.value("q"), [row.pokemon for row in filtered])
            filtered = [row for row in filtered if row.pokemon in called]
        return sorted(filtered, key=SORTS[self.value("sort")][1], reverse=self.direction == "desc")


# CSV


def csv_response(name: str, rows: Iterable[Iterable[object]]) -> HttpResponse:
    """A table as CSV; UTF-8 with a byte order mark, without which Excel garbles accents."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.write("\ufeff")
    csv.writer(response).writerows(rows)
    return response


def csv_rows(rows: list[StandingRow], ranking: Standings) -> Iterable[Iterable[object]]:
    well_played = ranking.play == Ranking.Play.WELL
    yield (
        "place", "number", "slug", "name", "type_1", "type_2", "form",
        "mean_win_probability", "wins", "opponents", "base_stat_total",
        *(("set",) if well_played else ("best_move", "best_move_against")),
        "best_matchups", "worst_matchups",
        "model", "game_data",
    )  # fmt: skip
    for row in rows:
        pokemon, standing = row.pokemon, row.standing
        yield (
            standing.place,
            pokemon.species_id,
            pokemon.slug,
            pokemon.name,
            pokemon.type_1.slug,
            pokemon.type_2.slug if pokemon.type_2 else "",
            pokemon.kind,
            f"{standing.mean:.4f}",
            standing.beaten,
            standing.opponents,
            pokemon.base_stat_total,
            *(
                (" ".join(move.slug for move in row.moves),)
                if well_played
                else (row.move.slug if row.move else "", standing.move_count)
            ),
            " ".join(f"{matchup.pokemon.slug}:{matchup.value:.4f}" for matchup in row.best),
            " ".join(f"{matchup.pokemon.slug}:{matchup.value:.4f}" for matchup in row.worst),
            ranking.model_version,
            ranking.data_fingerprint[:12],
        )


# Pages


def nothing_yet(
    request: HttpRequest, ranking_state: RankingState, plays: list[PlayChoice]
) -> HttpResponse:
    """The page shown before the first ranking."""
    response = render(
        request,
        "battles/no_rankings.html",
        {"state": ranking_state, "plays": plays},
        status=503 if ranking_state.no_model else 200,
    )
    if ranking_state.no_model:
        response["Retry-After"] = "30"
    return response


def watched(request: HttpRequest) -> HttpResponse:
    """The progress of a running computation, polled by the page.

    When it has ended the whole page is loaded anew: its numbers are others now.
    """
    ranking_state = state(common_serving.now(), read_play(request.GET.get("play", "")))
    if not ranking_state.running:
        return HttpResponseClientRefresh()
    return render(request, "battles/_rankings_state.html", {"state": ranking_state})


@require_safe
@cache_control(private=True, no_cache=True)
@vary_on_headers("HX-Request", "HX-Target")
def ranking(request: HttpRequest) -> HttpResponse:
    partial = wanted_partial(request, ("rankings", "rankings-results", "rankings-state", MORE))
    if partial == "rankings-state":
        return watched(request)
    form = RankingFilter(request.GET, Type.objects.all())
    ranking_state = state(common_serving.now(), form.value("play"))
    choices = play_choices(ranking_state.play, lambda play: form.url(play=play))
    if ranking_state.standings is None:
        return nothing_yet(request, ranking_state, choices)
    as_csv = form.value("format") == "csv"
    maker = RowMaker(ranking_state.standings, CSV_MATCHUPS if as_csv else MATCHUPS)
    chosen = form.chosen(maker.ranked())
    if as_csv:
        rows = [maker.row(each) for each in chosen]
        return csv_response("rankings", csv_rows(rows, ranking_state.standings))
    parts = form.parts(chosen, only_next=partial == MORE, jump=JUMPS.get(form.value("sort")))
    return render_list(
        request,
        "battles/rankings.html",
        partial,
        form,
        {
            "state": ranking_state,
            "standings": ranking_state.standings,
            "edition": _edition(ranking_state.standings),
            "plays": choices,
            "rows": [maker.row(line.row, line.at, line.is_next) for line in parts.lines],
            "parts": parts,
            "opponents": len(ranking_state.standings.form_ids) - 1,
            "columns": form.sort_columns(
                {key: str(name) for key, name in HEADINGS.items()}, {"total": _("Total")}
            ),
            "words": ngettext("%(count)d Pokémon", "%(count)d Pokémon", parts.total)
            % {"count": parts.total},
            "csv_url": form.url(format="csv", part="", play=ranking_state.play),
            "all_url": form.without_filters(),
            "matrix_url": _matrix_url(form.value("play")),
        },
    )


def _edition(ranking: Standings) -> str:
    """Names what all rows depend on but for pictures; one query."""
    version = GameDataVersion.current()
    return f"{ranking.run} {ranking.created_at.isoformat()} {version} {get_language()}"


def _matrix_url(play: str) -> str:
    return reverse("battles:ranking-matrix") + (f"?play={play}" if play else "")


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Start the computation in the background, unless up to date or already running.

    It makes both rankings; ``play`` names the one that was looked at.
    """
    play = read_play(request.POST.get("play", ""))
    if state(common_serving.now(), play).can_start:
        rankings_progress.start("asked on the page")
    return HttpResponseRedirect(reverse("battles:rankings") + (f"?play={play}" if play else ""))
