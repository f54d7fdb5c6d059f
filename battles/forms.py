"""What the compare page reads from its address: two Pokémon, up to four moves a side, set-ups.

The address is typed, shared and edited by hand, so every value may be anything. A field that
cannot be understood says why and what is possible; the others keep their values.
"""

import difflib
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from battles.raised import FLAT, Raised, RaisedInput, read_raised
from battles.text import listed, shortened
from pokedex.lookup import normalize
from pokedex.models import DamageClass, KeptMove, LearnsetEntry, Move, Pokemon
from pokedex.views.lookup import find

SIDES = ("a", "b")
MAX_MOVES = 4
#: Longest text that is looked at; the longest name has 24 signs.
MAX_LENGTH = 60
#: More values than this for one side's moves are not looked at.
MAX_VALUES = 20


@dataclass
class Learnable:
    """One damaging move of a fighter and how it came by it."""

    move: Move
    entries: list[LearnsetEntry] = field(default_factory=list)
    kept: KeptMove | None = None


@dataclass(frozen=True)
class Corner:
    """One side of a comparison, as an address names it."""

    slug: str = ""
    #: Slugs of the moves it may use; none means all.
    moves: tuple[str, ...] = ()
    raised: Raised = FLAT


def compare_query(a: Corner, b: Corner) -> str:
    """The query string of a comparison, always written in the same way."""
    query = QueryDict(mutable=True)
    corners = list(zip(SIDES, (a, b), strict=True))
    for name, corner in corners:
        if corner.slug:
            query[name] = corner.slug
    for name, corner in corners:
        if corner.moves:
            query.setlist(f"moves_{name}", list(corner.moves))
    for name, corner in corners:
        for key, value in corner.raised.query(name):
            query[key] = value
    return query.urlencode()


def find_pokemon(text: str) -> Pokemon | None:
    """The form that ``text`` names in either language, by slug or by number."""
    return find(Pokemon.objects.with_battle_data(), text.strip())


def similar_pokemon(text: str, count: int = 3) -> list[Pokemon]:
    """Forms whose names look like ``text``, best first."""
    key = normalize(text)[:MAX_LENGTH]
    if not key:
        return []
    by_key: dict[str, Pokemon] = {}
    for pokemon in Pokemon.objects.with_battle_data():
        for each in pokemon.keys:
            by_key.setdefault(each, pokemon)
    close = difflib.get_close_matches(key, by_key, n=3 * count, cutoff=0.6)
    close += [each for each in by_key if len(key) > 2 and key in each]
    return list(dict.fromkeys(by_key[each] for each in close))[:count]


def learnable_moves(fighters: list[Pokemon]) -> dict[int, list[Learnable]]:
    """Damaging moves that each fighter can use, by its id, in the order of their ids.

    A Mega uses the moves of its base form. Two queries, however many fighters.
    """
    sources = {pokemon.pk: {pokemon.pk, pokemon.base_form_id} - {None} for pokemon in fighters}
    wanted = set().union(*sources.values()) if sources else set()
    damaging = Move.objects.damaging().values("pk")
    entries = list(
        LearnsetEntry.objects.filter(pokemon__in=wanted, move__in=damaging)
        .select_related("move__type")
        .order_by("level", "id")
    )
    kept = list(
        KeptMove.objects.filter(pokemon__in=wanted, move__in=damaging)
        .select_related("move__type", "learned_as")
        .order_by("id")
    )
    result = {}
    for pk, forms_ in sources.items():
        found: dict[int, Learnable] = {}
        for entry in entries:
            if entry.pokemon_id in forms_:
                found.setdefault(entry.move_id, Learnable(entry.move)).entries.append(entry)
        for row in kept:
            if row.pokemon_id in forms_ and row.move_id not in found:
                found[row.move_id] = Learnable(row.move, kept=row)
        result[pk] = [found[move_id] for move_id in sorted(found)]
    return result


class AddressForm(forms.Form):
    """Bound to a query string; a field that is wrong says so, the others keep their values."""

    @property
    def messages(self) -> list[str]:
        return [
            f"{self.fields[name].label}: {message}"
            for name, messages in self.errors.items()
            for message in messages
        ]

    def query(self) -> str:
        """The query string of what is valid."""
        query = QueryDict(mutable=True)
        for name, value in self.cleaned_data.items():
            if value not in (None, ""):
                query[name] = str(value)
        return query.urlencode()


class MovesInput(forms.SelectMultiple):
    """Values of a repeated parameter, or of one with commas."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        values = data.getlist(name) if isinstance(data, QueryDict) else data.get(name, [])
        parts = [part.strip() for value in values for part in value[:1000].split(",")]
        return [part for part in parts if part][:MAX_VALUES]


class MovesField(forms.Field):
    widget = MovesInput

    def clean(self, value: list[str]) -> list[str]:
        return value or []


class SidesForm(forms.Form):
    """Two Pokémon and the moves of each, by side "a" and "b". After ``is_valid``:

    ``fighters``  Pokemon or None
    ``chosen``    the moves picked for it
    ``similar``   forms whose names look like the one that nobody bears
    ``dropped``   names of moves left behind when the Pokémon was changed
    """

    a = forms.CharField(required=False)
    b = forms.CharField(required=False)
    moves_a = MovesField(required=False)
    moves_b = MovesField(required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.fighters: dict[str, Pokemon | None] = dict.fromkeys(SIDES)
        self.chosen: dict[str, list[Move]] = {side: [] for side in SIDES}
        self.similar: dict[str, list[Pokemon]] = {side: [] for side in SIDES}
        self.dropped: dict[str, list[str]] = {side: [] for side in SIDES}

    def clean_a(self) -> str:
        return self._clean_pokemon("a")

    def clean_b(self) -> str:
        return self._clean_pokemon("b")

    def _clean_pokemon(self, side: str) -> str:
        text: str = self.cleaned_data[side]
        if text:
            self.fighters[side] = self._named(side, text)
        return text

    def _named(self, side: str, text: str) -> Pokemon:
        found = find_pokemon(text[:MAX_LENGTH])
        if found is None:
            self.similar[side] = similar_pokemon(text[:MAX_LENGTH])
            raise forms.ValidationError(
                _("There is no Pokémon “%(text)s” in Let’s Go."), params={"text": shortened(text)}
            )
        return found

    def _read_moves(self, side: str, options: list[Move]) -> tuple[list[Move], list[str]]:
        """Moves among ``options`` in the order given, and the texts that name none of them."""
        by_key = {key: move for move in options for key in move.keys} | {
            str(move.pk): move for move in options
        }
        texts = self.cleaned_data[f"moves_{side}"]
        found = {text: by_key.get(normalize(text[:MAX_LENGTH])) for text in texts}
        moves = {move.pk: move for move in found.values() if move}
        return list(moves.values()), [text for text, move in found.items() if move is None]

    def _is_changed(self, side: str, pokemon: Pokemon) -> bool:
        """Whether the moves were chosen for the Pokémon before: a new one comes with those."""
        return self.data.get(f"of_{side}", "") not in ("", pokemon.slug)

    def _refuse_moves(
        self, side: str, pokemon: Pokemon, options: list[Move], texts: list[str]
    ) -> None:
        for text in texts[:MAX_MOVES]:
            self.add_error(f"moves_{side}", self._reason(text, pokemon, options))

    def _refuse_too_many(self, side: str, count: int) -> None:
        if count > MAX_MOVES:
            self.add_error(
                f"moves_{side}",
                _("Choose at most %(limit)d moves; you chose %(count)d.")
                % {"limit": MAX_MOVES, "count": count},
            )

    def _never(self, move: Move) -> str:
        """Why nobody can choose ``move`` here; empty when somebody can."""
        return ""

    def _reason(self, text: str, pokemon: Pokemon, options: list[Move]) -> str:
        """Why ``pokemon`` cannot use what ``text`` names, and what it can."""
        move = Move.objects.called(text[:MAX_LENGTH]).first()
        if move is not None:
            if never := self._never(move):
                return never
            reason = _("%(pokemon)s cannot learn %(move)s.") % {
                "pokemon": pokemon.name,
                "move": move.name,
            }
        else:
            reason = _("There is no move “%(move)s” in Let’s Go.") % {"move": shortened(text)}
            by_key = {key: option for option in options for key in option.keys}
            close = difflib.get_close_matches(normalize(text[:MAX_LENGTH]), by_key, n=3)
            if close:
                likely = listed(dict.fromkeys(by_key[key].name for key in close))
                return f"{reason} " + _("Did you mean: %(names)s?") % {"names": likely}
        allowed = ngettext(
            "Choose the %(count)d move listed under “Moves”.",
            "Choose from the %(count)d moves listed under “Moves”.",
            len(options),
        ) % {"count": len(options)}
        return f"{reason} {allowed}"


class CompareForm(SidesForm):
    """Bound to the query string. After ``is_valid``, beside what every ``SidesForm`` has:

    ``learnable`` side -> its damaging moves
    ``chosen``    in the order of ids; empty means all
    ``raised``    side -> level, nature and the rest, with what is wrong with them
    """

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.learnable: dict[str, list[Learnable]] = {side: [] for side in SIDES}
        self.raised: dict[str, RaisedInput] = {side: read_raised(data, side) for side in SIDES}

    def clean(self) -> None:
        present = [pokemon for pokemon in self.fighters.values() if pokemon]
        learnable = learnable_moves(present)
        for side in SIDES:
            pokemon = self.fighters[side]
            if pokemon:
                self.learnable[side] = learnable[pokemon.pk]
                self._clean_moves(side, pokemon)
            for message in self.raised[side].errors.values():
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

    def _never(self, move: Move) -> str:
        if move.damage_class == DamageClass.STATUS:
            words = _("%(move)s is not a damaging move; only damaging moves are compared.")
            return words % {"move": move.name}
        return ""

    def waiting_moves(self, side: str) -> list[str]:
        """Moves, as given, of a Pokémon that is not known yet."""
        texts: list[str] = self.cleaned_data.get(f"moves_{side}", [])
        return [] if self.fighters[side] else [text[:MAX_LENGTH] for text in texts[:MAX_MOVES]]

    def corner(self, side: str) -> Corner:
        """What is understood of a side."""
        pokemon = self.fighters[side]
        return Corner(
            slug=pokemon.slug if pokemon else "",
            moves=tuple(move.slug for move in self.chosen[side][:MAX_MOVES]),
            raised=self.raised[side].raised,
        )

    def canonical_query(self, **instead: Corner) -> str:
        """The query string that means the same, or one with other corners: ``a=``, ``b=``."""
        corners = {side: self.corner(side) for side in SIDES} | instead
        return compare_query(corners["a"], corners["b"])
