"""The compare page's query string: two Pokémon, up to four moves per side, set-ups.

The address is typed, shared and edited by hand, so every value may be anything. A field that
cannot be understood says why and what is possible; the others keep their values.
"""

from dataclasses import dataclass, field

from django.http import QueryDict

from battles.common import forms as common_forms
from battles.common.spread_query import SpreadInput, read_spread, write_spread
from battles.common.text import shortened
from battles.compare.conditions import read_conditions, write_conditions
from battles.compare.tabs import DEFAULT, read_tab
from mlcore.engine.state import MOVE_SLOTS
from mlcore.game.spreads import FLAT, Spread
from pokedex.choices import DamageClass
from pokedex.known_facts import KnownFacts
from pokedex.matching import MAX_LENGTH
from pokedex.models import KeptMove, LearnsetEntry, Move, Pokemon


@dataclass
class Learnable:
    """A fighter's move and how it learned it."""

    move: Move
    entries: list[LearnsetEntry] = field(default_factory=list)
    kept: KeptMove | None = None


@dataclass(frozen=True)
class ComparedSide:
    """One side of a comparison, as in its query string."""

    slug: str = ""
    #: Slugs of the moves it may use; none means all.
    moves: tuple[str, ...] = ()
    spread: Spread = FLAT


def compare_query(a: ComparedSide, b: ComparedSide) -> str:
    """The canonical query string of a comparison."""
    query = QueryDict(mutable=True)
    corners = list(zip(common_forms.SIDES, (a, b), strict=True))
    for name, corner in corners:
        if corner.slug:
            query[name] = corner.slug
    for name, corner in corners:
        if corner.moves:
            query.setlist(f"moves_{name}", list(corner.moves))
    for name, corner in corners:
        for key, value in write_spread(corner.spread, name):
            query[key] = value
    return query.urlencode()


def learnable_moves(fighters: list[Pokemon], facts: KnownFacts) -> dict[int, list[Learnable]]:
    """Moves that each fighter can use, by its id, in the order of their ids.

    A Mega uses the moves of its base form. Two queries, however many fighters.
    """
    sources = {pokemon.pk: {pokemon.pk, pokemon.base_form_id} - {None} for pokemon in fighters}
    wanted = set().union(*sources.values()) if sources else set()
    entries = list(LearnsetEntry.objects.filter(pokemon__in=wanted).order_by("level", "id"))
    kept = list(
        KeptMove.objects.filter(pokemon__in=wanted).select_related("learned_as").order_by("id")
    )
    result = {}
    for pk, forms_ in sources.items():
        by_move: dict[int, Learnable] = {}
        for entry in entries:
            # A move can be newer than the facts.
            if entry.pokemon_id in forms_ and (move := facts.moves.get(entry.move_id)):
                by_move.setdefault(move.pk, Learnable(move)).entries.append(entry)
        for row in kept:
            is_new = row.pokemon_id in forms_ and row.move_id not in by_move
            if is_new and (move := facts.moves.get(row.move_id)):
                by_move[move.pk] = Learnable(move, kept=row)
        result[pk] = [by_move[move_id] for move_id in sorted(by_move)]
    return result


class CompareForm(common_forms.SidesForm):
    """Bound to the query string. After ``is_valid``, beside what every ``SidesForm`` has:

    ``learnable`` side -> its moves, status moves too
    ``chosen``    in the order of ids; empty means all
    ``spreads``   side -> level, nature and the rest, with what is wrong with them
    ``tab``       the tab that is asked for
    ``conditions``  what the damage tab takes for granted
    """

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.learnable: dict[str, list[Learnable]] = {side: [] for side in common_forms.SIDES}
        self.spreads: dict[str, SpreadInput] = {
            side: read_spread(data, side) for side in common_forms.SIDES
        }
        self.tab = read_tab(data)
        self.conditions = read_conditions(data)

    def clean(self) -> None:
        present = [pokemon for pokemon in self.fighters.values() if pokemon]
        learnable = learnable_moves(present, self.facts)
        for side in common_forms.SIDES:
            pokemon = self.fighters[side]
            if pokemon:
                self.learnable[side] = learnable[pokemon.pk]
                self._clean_moves(side, pokemon)
            for message in self.spreads[side].errors.values():
                self.add_error(None, message)

    def _clean_moves(self, side: str, pokemon: Pokemon) -> None:
        options = [option.move for option in self.learnable[side]]
        moves, refused = self._read_moves(side, options)
        self.chosen[side] = sorted(moves, key=lambda move: move.pk)
        if self._is_changed(side, pokemon):
            self.dropped[side] = [shortened(text) for text in refused]
        else:
            self._refuse_moves(side, pokemon, options, refused)
        self._refuse_too_many(side, len(moves))

    def attacks(self, side: str) -> list[Learnable]:
        """The damaging moves that a side can learn."""
        return [
            learnable
            for learnable in self.learnable[side]
            if learnable.move.damage_class != DamageClass.STATUS
        ]

    def waiting_moves(self, side: str) -> list[str]:
        """Submitted moves of a Pokémon that is not chosen yet."""
        texts: list[str] = self.cleaned_data.get(f"moves_{side}", [])
        return [] if self.fighters[side] else [text[:MAX_LENGTH] for text in texts[:MOVE_SLOTS]]

    def corner(self, side: str) -> ComparedSide:
        """A side's valid values."""
        pokemon = self.fighters[side]
        return ComparedSide(
            slug=pokemon.slug if pokemon else "",
            moves=tuple(move.slug for move in self.chosen[side][:MOVE_SLOTS]),
            spread=self.spreads[side].spread,
        )

    def canonical_query(self, **instead: ComparedSide) -> str:
        """The query string that means the same, or one with other corners: ``a=``, ``b=``."""
        corners = {side: self.corner(side) for side in common_forms.SIDES} | instead
        return compare_query(corners["a"], corners["b"])

    def page_query(
        self, *, tab: str | None = None, swapped: bool = False, **instead: ComparedSide
    ) -> str:
        """The canonical query string with the open tab, or another one, and what it was asked."""
        extra = QueryDict(mutable=True)
        tab = self.tab if tab is None else tab
        if tab != DEFAULT:
            extra["tab"] = tab
        if tab == "damage":
            for side, source in zip(
                common_forms.SIDES, common_forms.SIDES[:: -1 if swapped else 1], strict=True
            ):
                for key, value in write_conditions(self.conditions.sides[source], side):
                    extra[key] = value
            if self.conditions.is_critical:
                extra["critical"] = "1"
        if swapped:
            instead = {"a": self.corner("b"), "b": self.corner("a")}
        query = self.canonical_query(**instead)
        return "&".join(part for part in (query, extra.urlencode()) if part)
