"""Best counters to a boss's team."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np
from django.core.cache import caches
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from battles.bosses import forms as bosses_forms
from battles.common import text
from battles.common.showdown_text import read_team, remark_in_words
from battles.common.spread_fields import spread_summary
from battles.compare.fighters import compare_url
from battles.compare.forms import ComparedSide, compare_query
from battles.insights.counters import CACHE_SECONDS
from mlcore.engine.specs import Setups
from mlcore.game import gamedata
from mlcore.game.spreads import FLAT, Spread
from mlcore.learning.model import Model
from mlcore.serving import counters
from pokedex.known_facts import known_facts
from pokedex.models import Boss, BossPokemon, Move, Pokemon
from pokedex.other_species import other_species

#: Rows of the table of best counters, and names beside each Pokémon of a boss.
SHOWN = 10
SHOWN_EACH = 3
#: Maximum team size, and text length in characters: six full exports fit into a URL.
MAX_MEMBERS = 6
#: Import remarks that do not matter here: every export has some of them.
_PASSED_OVER = {"item", "ability", "field", "status_move"}


@dataclass(frozen=True)
class CounterCell:
    """One of yours against one of the boss's; ``strength`` names its color, 0 to 4."""

    foe: BossPokemon
    probability: float
    #: The move to repeat; None without one, and if both play well.
    move: Move | None
    url: str
    #: The set, if both play well.
    moves: list[Move] = field(default_factory=list)

    @property
    def percent(self) -> str:
        return text.percent(self.probability)

    @property
    def strength(self) -> int:
        return min(4, int(self.probability * 5))


@dataclass(frozen=True)
class TeamMember:
    """One of yours: index of its form, its spread, indices of moves (none: any)."""

    form: int
    spread: Spread
    moves: tuple[int, ...] = ()


@dataclass
class Team:
    """The parsed team, and a sentence for everything that could not be parsed."""

    members: list[TeamMember] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class CounterRow:
    pokemon: Pokemon
    level: int
    #: Set-up beyond the level, in words; empty under standard rules.
    setup: str
    cells: list[CounterCell]
    mean: float
    #: Its one set against the whole team, if both play well.
    moves: list[Move] = field(default_factory=list)

    @property
    def percent(self) -> str:
        return text.percent(self.mean)

    @property
    def wins(self) -> int:
        return sum(cell.probability >= 0.5 for cell in self.cells)


@dataclass(frozen=True)
class Foe:
    """A boss's Pokémon and its best counters."""

    entry: BossPokemon
    moves: list[Move]
    best: list[tuple[Pokemon, CounterCell]]
    yours: tuple[Pokemon, CounterCell] | None


@dataclass(frozen=True)
class Matrix:
    """P(A wins) and A's move for candidates (rows) against the boss's team (columns)."""

    value: np.ndarray
    move: np.ndarray
    model_version: str


def team_of(boss: Boss, edition: str) -> list[BossPokemon]:
    """The boss's team in one of the two games; one query."""
    rows = boss.team.select_related(
        "pokemon__species",
        "pokemon__type_1",
        "pokemon__type_2",
        *(f"move_{slot}__type" for slot in range(1, 5)),
    )
    return [row for row in rows if row.edition in ("", edition)]


def foe_moves(game: gamedata.GameData, entry: BossPokemon) -> np.ndarray | None:
    """The known damaging moves; None if there are none, so that any are allowed."""
    known = [game.move_index(move.slug) for move in entry.moves]
    damaging = [index for index in known if game.tables.damaging[index]]
    return np.array(damaging) if damaging else None


def predict_matrix(
    game: gamedata.GameData,
    champion: Model,
    members: Sequence[TeamMember],
    foes: list[BossPokemon],
) -> Matrix:
    """All members vs all foes in one call."""
    forms_b = [game.form_index(foe.pokemon.slug) for foe in foes]
    moves_b = [foe_moves(game, foe) for foe in foes]
    rows, columns = len(members), len(foes)
    own = Setups.concatenate([member.spread.setups(member.form) for member in members])
    a = own.take(np.repeat(np.arange(rows), columns))
    b = Setups.flat(np.tile(forms_b, rows), level=np.tile([foe.level for foe in foes], rows))
    pairs = counters.predict_pairs(
        game,
        champion,
        a,
        b,
        moves_a=[
            np.array(member.moves) if member.moves else None for member in members for _foe in foes
        ],
        moves_b=moves_b * rows,
    )
    shape = (rows, columns)
    return Matrix(pairs.value.reshape(shape), pairs.move_a.reshape(shape), champion.version)


def everyone_at(game: gamedata.GameData, level: int) -> list[TeamMember]:
    """All forms under standard rules, by index."""
    return [TeamMember(form, Spread(level=level)) for form in range(len(game.form_slugs))]


def everyone_against(
    game: gamedata.GameData, champion: Model, foes: list[BossPokemon], level: int
) -> Matrix:
    """All forms at one level vs the team; cached until model, data or team change."""
    team = tuple((foe.pokemon.slug, foe.level, *(m.slug for m in foe.moves)) for foe in foes)
    key = f"boss:{champion.version}:{game.fingerprint[:16]}:{game.version}:{level}:{hash(team)}"
    cache = caches["process"]
    kept = cache.get(key)
    if kept is None:
        members = everyone_at(game, level)
        kept = predict_matrix(game, champion, members, foes)
        cache.set(key, kept, CACHE_SECONDS)
    return kept


class Words:
    """Maps table indices to facts."""

    def __init__(self, game: gamedata.GameData, foes: list[BossPokemon]) -> None:
        self.game = game
        self.foes = foes
        facts = known_facts()
        self.pokemon, self.moves = facts.pokemon_by_slug, facts.moves_by_slug

    def cell(
        self, member: TeamMember, foe: BossPokemon, probability: float, move: int
    ) -> CounterCell:
        return CounterCell(
            foe,
            probability,
            self.moves.get(self.game.move_slugs[move]) if move >= 0 else None,
            self.url(member, foe),
        )

    def url(self, member: TeamMember, foe: BossPokemon, *, status_moves: bool = False) -> str:
        """The comparison of the two, with the boss's damaging moves or all of them."""
        moves = tuple(self.game.move_slugs[index] for index in member.moves)
        theirs = tuple(
            foe_move.slug
            for foe_move in foe.moves
            if status_moves or foe_move.damage_class != "status"
        )
        query = compare_query(
            ComparedSide(self.game.form_slugs[member.form], moves, member.spread),
            ComparedSide(foe.pokemon.slug, theirs, Spread(level=foe.level)),
        )
        return compare_url(query)

    def row(self, member: TeamMember, matrix: Matrix, at: int) -> CounterRow | None:
        pokemon = self.pokemon.get(self.game.form_slugs[member.form])
        if pokemon is None:
            return None
        cells = [
            self.cell(member, foe, float(matrix.value[at, k]), int(matrix.move[at, k]))
            for k, foe in enumerate(self.foes)
        ]
        setup = setup_in_words(member.spread)
        mean = float(matrix.value[at].mean())
        return CounterRow(pokemon, member.spread.level, setup, cells, mean)


def setup_in_words(spread: Spread) -> str:
    """What is not as standard rules have it, beyond the level."""
    return "" if replace(spread, level=FLAT.level) == FLAT else spread_summary(spread)


def read_members(
    given: str, game: gamedata.GameData, level: int, *, status_moves: bool = False
) -> Team:
    """The team in a text; ``level`` is the default level. Status moves are kept only if asked."""
    team = Team()
    if len(given) > bosses_forms.MAX_TEXT:
        team.problems.append(
            _("The team is longer than %(limit)d characters; the rest was ignored.")
            % {"limit": bosses_forms.MAX_TEXT}
        )
    kept = given[: bosses_forms.MAX_TEXT]
    # In the page's language; the game itself knows only English ones.
    names = cache(lambda: {pokemon.slug: pokemon.name for pokemon in Pokemon.objects.all()})
    for pasted in read_team(kept, game, level=level, status_moves=status_moves):
        if not pasted.form:
            team.problems.append(_unknown(pasted.name, game, names))
            continue
        form = game.form_index(pasted.form)
        moves = tuple(game.move_index(slug) for slug in pasted.moves)
        team.members.append(TeamMember(form, pasted.spread, moves))
        for remark in pasted.remarks:
            if remark.code not in _PASSED_OVER:
                name = names()[pasted.form]
                words = {"name": name, "remark": remark_in_words(remark, name)}
                team.problems.append(_("%(name)s: %(remark)s") % words)
    if len(team.members) > MAX_MEMBERS:
        team.problems.append(
            _("A team has at most %(limit)d Pokémon; only the first %(limit)d were used.")
            % {"limit": MAX_MEMBERS}
        )
        del team.members[MAX_MEMBERS:]
    return team


def _unknown(name: str, game: gamedata.GameData, names: Callable[[], dict[str, str]]) -> str:
    """Says that the name is unknown, with similar names."""
    if other := other_species(name):
        return other.sentence
    words = _("There is no Pokémon “%(text)s” in Let’s Go.") % {"text": text.shortened(name)}
    try:
        game.form_index(name)
    except gamedata.UnknownName as error:
        if near := [names()[slug] for slug in error.suggestions]:
            words += " " + _("Did you mean: %(names)s?") % {"names": text.listed(near)}
    return words


@dataclass(frozen=True)
class CounterReport:
    foes: list[Foe]
    best: list[CounterRow]
    team: list[CounterRow]
    problems: list[str]
    verdict: str
    model_version: str
    is_well_played: bool = False


def verdict(rows: list[CounterRow], boss: Boss, count: int) -> str:
    """A one-sentence verdict on the team."""
    if not rows:
        return ""
    covered = sum(any(row.cells[k].probability >= 0.5 for row in rows) for k in range(count))
    names = {"boss": boss.name, "name": rows[0].pokemon.name, "count": covered, "all": count}
    if covered == 0:
        sentence = _("None of your Pokémon is favored against %(boss)s’s team.")
    else:
        sentence = ngettext(
            "Your best is %(name)s; your team counters %(count)d of %(boss)s’s %(all)d Pokémon.",
            "Your best is %(name)s; your team counters %(count)d of %(boss)s’s %(all)d Pokémon.",
            covered,
        )
    return text.elided(sentence % names)


def answer(
    game: gamedata.GameData, champion: Model, boss: Boss, form: bosses_forms.BossForm
) -> CounterReport:
    """Counters, and the visitor's team if there is one."""
    foes = team_of(boss, form.chosen_edition)
    level = form.cleaned_data.get("level") or max(foe.level for foe in foes)
    words = Words(game, foes)
    team = read_members(form.team_text, game, level)
    against = everyone_against(game, champion, foes, level)
    members = everyone_at(game, level)
    allowed = [
        index
        for index, slug in enumerate(game.form_slugs)
        if slug in words.pokemon
        and not (form.cleaned_data.get("megas") == "no" and words.pokemon[slug].kind == "mega")
    ]

    def total(index: int) -> int:
        return words.pokemon[game.form_slugs[index]].base_stat_total

    overall = sorted(allowed, key=lambda i: (-round(against.value[i].mean(), 2), total(i)))
    best = [words.row(members[index], against, index) for index in overall[:SHOWN]]
    own = []
    if team.members:
        matrix = predict_matrix(game, champion, team.members, foes)
        own = [words.row(member, matrix, at) for at, member in enumerate(team.members)]
    rows = sorted((row for row in own if row), key=lambda row: -row.mean)
    return CounterReport(
        foes=[_foe(k, foe, words, against, allowed, members, rows) for k, foe in enumerate(foes)],
        best=[row for row in best if row],
        team=rows,
        problems=team.problems,
        verdict=verdict(rows, boss, len(foes)),
        model_version=against.model_version,
    )


def _foe(
    k: int,
    foe: BossPokemon,
    words: Words,
    against: Matrix,
    allowed: list[int],
    members: list[TeamMember],
    rows: list[CounterRow],
) -> Foe:
    def weight(index: int) -> tuple[float, int]:
        pokemon = words.pokemon[words.game.form_slugs[index]]
        return -round(float(against.value[index, k]), 2), pokemon.base_stat_total

    best = [
        (
            words.pokemon[words.game.form_slugs[index]],
            words.cell(
                members[index],
                foe,
                float(against.value[index, k]),
                int(against.move[index, k]),
            ),
        )
        for index in sorted(allowed, key=weight)[:SHOWN_EACH]
    ]
    yours = max(rows, key=lambda row: row.cells[k].probability, default=None)
    return Foe(foe, foe.moves, best, (yours.pokemon, yours.cells[k]) if yours else None)
