"""The matchup matrix: any group of forms against another, as page and as CSV."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np
from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import escape
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import push_url

from battles.common import serving as common_serving
from battles.common import text
from battles.common.plays import play_choices, play_field
from battles.rankings.views import (
    FORMATS,
    RankingState,
    compare_url,
    csv_response,
    nothing_yet,
    sets_of,
    state,
)
from mlcore.rankings.standings import Standings
from pokedex.choices import PokemonKind
from pokedex.forms import ANY, FilterForm, choice_field
from pokedex.htmx import wanted_partial
from pokedex.known_facts import KnownFacts, known_facts
from pokedex.lookup import normalize
from pokedex.matching import MAX_LENGTH, best_matches
from pokedex.models import Move, Pokemon, Type
from pokedex.other_species import other_species

SIDES = ("a", "b")
#: Default size of a group that is left empty.
STRONGEST = 10
#: With more cells than this, they are numbers without links.
LINKED_CELLS = 2500
#: With more columns than this, cells do not name the move.
NAMED_COLUMNS = 10
#: Maximum length of a list of names.
MAX_NAMES_LENGTH = 3000
ALL = "all"


def names_field(label: Any) -> forms.CharField:
    return forms.CharField(
        required=False,
        max_length=MAX_NAMES_LENGTH,
        label=label,
        error_messages={
            "max_length": gettext_lazy(
                "The list of names is too long: the limit is %(limit_value)d characters."
            )
        },
    )


_SELF = '<td class="is-self">–</td>'
_KINDS = [ANY, *PokemonKind.choices, (ALL, gettext_lazy("all forms"))]


class MatrixForm(FilterForm):
    """Two groups; members must match all of the group's filters."""

    names_a = names_field(gettext_lazy("Names"))
    type_a = choice_field(gettext_lazy("Type"), [ANY])
    kind_a = choice_field(gettext_lazy("Form"), _KINDS)
    names_b = names_field(gettext_lazy("Names"))
    type_b = choice_field(gettext_lazy("Type"), [ANY])
    kind_b = choice_field(gettext_lazy("Form"), _KINDS)
    format = choice_field(gettext_lazy("Format"), FORMATS)
    play = play_field()

    def __init__(self, data: QueryDict, types: Iterable[Type]) -> None:
        self.problems: list[str] = []
        super().__init__(data, types)

    def url(self, **changes: str) -> str:
        return matrix_url(self.query(**{"format": "", **changes}))

    def rankings_url(self) -> str:
        query = urlencode(play_query(self.value("play")))
        return reverse("battles:rankings") + (f"?{query}" if query else "")

    def swapped_url(self) -> str:
        names = ("names", "type", "kind")
        return self.url(
            **{f"{name}_a": self.value(f"{name}_b") for name in names},
            **{f"{name}_b": self.value(f"{name}_a") for name in names},
        )

    def is_chosen(self, side: str) -> bool:
        return any(self.value(f"{name}_{side}") for name in ("names", "type", "kind"))

    def group(self, side: str, everyone: list[Pokemon]) -> list[Pokemon]:
        """Members of a side, strongest first; named ones in the order of their names.

        ``everyone`` is sorted by place. What cannot be understood is told in ``problems``.
        """
        if not self.is_chosen(side):
            # An invalid field does not mean the default group.
            wrong = any(name.endswith(f"_{side}") for name in self.errors)
            return [] if wrong else everyone[:STRONGEST]
        members = everyone
        if self.value(f"names_{side}"):
            members = self._called(self.value(f"names_{side}"), everyone)
        kind, slug = self.value(f"kind_{side}"), self.value(f"type_{side}")
        if kind and kind != ALL:
            members = [pokemon for pokemon in members if pokemon.kind == kind]
        if slug:
            members = [
                pokemon for pokemon in members if slug in (type_.slug for type_ in pokemon.types)
            ]
        return members

    def _called(self, names: str, everyone: list[Pokemon]) -> list[Pokemon]:
        by_key = {key: pokemon for pokemon in everyone for key in pokemon.keys}
        by_number = {str(pokemon.pk): pokemon for pokemon in everyone}
        called: dict[int, Pokemon] = {}
        for name in filter(None, (part.strip() for part in re.split(r"[,;\n\r]+", names))):
            key = normalize(name[:MAX_LENGTH])
            pokemon = by_key.get(key) or by_number.get(key.lstrip("0"))
            if pokemon:
                called.setdefault(pokemon.pk, pokemon)
            else:
                self.problems.append(_unknown(name, everyone))
        return list(called.values())

    @property
    def messages(self) -> list[str]:
        return [*super().messages, *dict.fromkeys(self.problems)]


def _unknown(name: str, everyone: list[Pokemon]) -> str:
    if other := other_species(name):
        return other.sentence
    reason = _("There is no Pokémon “%(text)s” in Let’s Go.") % {"text": text.shortened(name)}
    near = best_matches(name, everyone, lambda p: (p.slug, p.name_en, p.name_fr))[:3]
    if not near:
        return reason
    names = text.listed(pokemon.name for pokemon in near)
    return f"{reason} {_('Did you mean: %(names)s?') % {'names': names}}"


def matrix_url(query: str) -> str:
    return reverse("battles:ranking-matrix") + (f"?{query}" if query else "")


# The matrix


@dataclass(frozen=True)
class MatrixCell:
    """One of A (row) against one of B (column); ``strength`` names its color, 0 to 4."""

    value: float
    short: str
    strength: int
    url: str
    move: Move | None


@dataclass(frozen=True)
class MatrixRow:
    """``plain``: the cells of a table that is too large for links."""

    pokemon: Pokemon
    mean: float | None
    cells: list[MatrixCell | None]
    plain: SafeString | None = None

    @property
    def percent(self) -> str:
        return "–" if self.mean is None else text.percent(self.mean)


def _strength(value: float) -> int:
    return min(4, int(value * 5))


def plain_rows(
    standings: Standings, group_a: list[Pokemon], group_b: list[Pokemon]
) -> list[MatrixRow]:
    """Rows without links, for up to 35,000 cells: written at once, not by a template."""
    cells: dict[tuple[object, int], str] = {}
    columns = [standings.index[b.pk] for b in group_b]
    rows = []
    for a in group_a:
        values = standings.square.values[standings.index[a.pk], columns]
        known = values[np.isfinite(values)].tolist()
        written = []
        for value in values.tolist():
            if isnan(value):
                written.append(_SELF)
                continue
            key = text.whole_percent(value), _strength(value)
            if key not in cells:
                short = escape(text.percent_in_short(value))
                cells[key] = f'<td class="heat-{key[1]}">{short}</td>'
            written.append(cells[key])
        mean = sum(known) / len(known) if known else None
        rows.append(MatrixRow(a, mean, [], mark_safe("".join(written))))
    return rows


def build_rows(
    standings: Standings, group_a: list[Pokemon], group_b: list[Pokemon], facts: KnownFacts
) -> list[MatrixRow]:
    """All cells, each a link to its comparison; None where a form meets itself.

    They name their moves if there is room.
    """
    sets = sets_of(standings, facts.moves)
    moves = {} if len(group_b) > NAMED_COLUMNS else facts.moves
    rows = []
    for a in group_a:
        cells: list[MatrixCell | None] = []
        for b in group_b:
            outcome = standings.outcome(a.pk, b.pk)
            cells.append(
                MatrixCell(
                    value=outcome.value,
                    short=text.percent_in_short(outcome.value),
                    strength=_strength(outcome.value),
                    url=compare_url(a, b, sets),
                    move=moves.get(outcome.move) if outcome.move else None,
                )
                if outcome
                else None
            )
        values = [cell.value for cell in cells if cell]
        rows.append(MatrixRow(a, sum(values) / len(values) if values else None, cells))
    return rows


def csv_rows(
    standings: Standings, group_a: list[Pokemon], group_b: list[Pokemon]
) -> Iterable[Iterable[object]]:
    """Names of B over the columns, of A before the rows; empty where a form meets itself."""
    yield (_("Win probability of the row"), *(b.name for b in group_b))
    for a in group_a:
        outcomes = [standings.outcome(a.pk, b.pk) for b in group_b]
        yield (a.name, *(f"{outcome.value:.4f}" if outcome else "" for outcome in outcomes))


@dataclass(frozen=True)
class MatrixExample:
    label: str
    url: str


def play_query(play: str) -> dict[str, str]:
    return {"play": play} if play else {}


def examples(play: str) -> list[MatrixExample]:
    """Example groups."""
    eevee = "eevee, vaporeon, jolteon, flareon, eevee-starter"
    starters = "venusaur, charizard, blastoise, pikachu-starter, eevee-starter"
    queries: list[tuple[str, dict[str, str]]] = [
        (_("Fire vs Water"), {"type_a": "fire", "type_b": "water"}),
        (_("Megas vs Megas"), {"kind_a": "mega", "kind_b": "mega"}),
        (_("Eevee family vs the starters"), {"names_a": eevee, "names_b": starters}),
        (_("Everyone vs the strongest"), {"kind_a": ALL}),
    ]
    return [
        MatrixExample(label, matrix_url(urlencode(query | play_query(play))))
        for label, query in queries
    ]


def side_fields(form: MatrixForm) -> list[dict[str, Any]]:
    return [
        {
            "side": side,
            "title": title,
            "names": form[f"names_{side}"],
            "selects": [
                (form[f"{name}_{side}"], form.value(f"{name}_{side}")) for name in ("type", "kind")
            ],
        }
        for side, title in (("a", _("Group A, the rows")), ("b", _("Group B, the columns")))
    ]


@require_safe
@cache_control(private=True, no_cache=True)
@vary_on_headers("HX-Request", "HX-Target")
def matrix(request: HttpRequest) -> HttpResponse:
    form = MatrixForm(request.GET, Type.objects.all())
    ranking_state = state(common_serving.now(), form.value("play"))
    if ranking_state.standings is None:
        choices = play_choices(ranking_state.play, lambda play: form.url(play=play))
        return nothing_yet(request, ranking_state, choices)
    facts = known_facts()
    by_id = facts.pokemon
    everyone = [by_id[form_id] for form_id in ranking_state.standings.standings if form_id in by_id]
    group_a, group_b = (form.group(side, everyone) for side in SIDES)
    if form.value("format") == "csv" and group_a and group_b:
        return csv_response("matrix", csv_rows(ranking_state.standings, group_a, group_b))
    return _page(request, ranking_state, ranking_state.standings, form, group_a, group_b, facts)


def _page(
    request: HttpRequest,
    ranking_state: RankingState,
    standings: Standings,
    form: MatrixForm,
    group_a: list[Pokemon],
    group_b: list[Pokemon],
    facts: KnownFacts,
) -> HttpResponse:
    linked = len(group_a) * len(group_b) <= LINKED_CELLS
    rows = (
        build_rows(standings, group_a, group_b, facts)
        if linked
        else plain_rows(standings, group_a, group_b)
    )
    means = [row.mean for row in rows if row.mean is not None]
    partial = wanted_partial(request, ("matrix-result",))
    response = render(
        request,
        f"battles/ranking_matrix.html#{partial}" if partial else "battles/ranking_matrix.html",
        {
            "form": form,
            "state": ranking_state,
            "standings": standings,
            "plays": play_choices(ranking_state.play, lambda play: form.url(play=play)),
            "sides": side_fields(form),
            "examples": examples(form.value("play")),
            "group_b": group_b if group_a else [],
            "rows": rows if group_b else [],
            "empty": [
                side.upper()
                for side, group in zip(SIDES, (group_a, group_b), strict=True)
                if not group
            ],
            "linked": linked,
            "named": any(cell and cell.move for row in rows for cell in row.cells),
            "counts": _counts(group_a, group_b),
            "mean": sum(means) / len(means) if means else None,
            "verdict": _verdict(means),
            "url": form.url(),
            "csv_url": form.url(format="csv", play=ranking_state.play),
            "empty_url": matrix_url(urlencode(play_query(form.value("play")))),
            "rankings_url": form.rankings_url(),
            "swapped_url": form.swapped_url(),
            "partial": partial,
        },
    )
    if partial and not form.errors:
        push_url(response, form.url())
    return response


def _counts(group_a: list[Pokemon], group_b: list[Pokemon]) -> str:
    count = len(group_a) * len(group_b)
    return ngettext(
        "%(a)d vs %(b)d: %(count)s matchup", "%(a)d vs %(b)d: %(count)s matchups", count
    ) % {
        "a": len(group_a),
        "b": len(group_b),
        "count": number_format(count, force_grouping=True),
    }


def _verdict(means: list[float]) -> str:
    """The groups' result in one sentence."""
    if not means:
        return ""
    return _("Group A wins %(percent)s on average.") % {
        "percent": text.percent(sum(means) / len(means))
    }
