"""What the compare page reads from its address: two Pokémon and up to four moves a side.

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

from battles.text import listed, shortened
from pokedex.lookup import normalize
from pokedex.models import KeptMove, LearnsetEntry, Move, Pokemon

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


def find_pokemon(text: str) -> Pokemon | None:
    """The form that ``text`` names in either language, by slug or by number."""
    forms_ = Pokemon.objects.with_battle_data()
    number = text.strip().lstrip("#").lstrip("0")
    if number.isascii() and number.isdigit() and len(number) <= 6:
        return forms_.filter(pk=int(number)).first()
    return forms_.called(text).first()


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


class CompareForm(forms.Form):
    """Bound to the query string. After ``is_valid``:

    ``fighters``  side -> Pokemon or None
    ``learnable`` side -> its damaging moves
    ``chosen``    side -> the moves picked for it, in the order of ids; empty means all
    ``similar``   side -> forms whose names look like the one that nobody bears
    ``dropped``   side -> names of moves left behind when the Pokémon was changed
    """

    a = forms.CharField(required=False)
    b = forms.CharField(required=False)
    moves_a = MovesField(required=False)
    moves_b = MovesField(required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.fighters: dict[str, Pokemon | None] = dict.fromkeys(SIDES)
        self.learnable: dict[str, list[Learnable]] = {side: [] for side in SIDES}
        self.chosen: dict[str, list[Move]] = {side: [] for side in SIDES}
        self.similar: dict[str, list[Pokemon]] = {side: [] for side in SIDES}
        self.dropped: dict[str, list[str]] = {side: [] for side in SIDES}

    def _clean_pokemon(self, side: str) -> str:
        text: str = self.cleaned_data[side]
        if not text:
            return text
        found = find_pokemon(text[:MAX_LENGTH])
        if found is None:
            self.similar[side] = similar_pokemon(text[:MAX_LENGTH])
            raise forms.ValidationError(
                _("There is no Pokémon “%(text)s” in Let’s Go."), params={"text": shortened(text)}
            )
        self.fighters[side] = found
        return text

    def clean_a(self) -> str:
        return self._clean_pokemon("a")

    def clean_b(self) -> str:
        return self._clean_pokemon("b")

    def clean(self) -> None:
        present = [pokemon for pokemon in self.fighters.values() if pokemon]
        learnable = learnable_moves(present)
        for side in SIDES:
            pokemon = self.fighters[side]
            if pokemon:
                self.learnable[side] = learnable[pokemon.pk]
                self._clean_moves(side, pokemon)

    def _clean_moves(self, side: str, pokemon: Pokemon) -> None:
        by_key = {
            key: option.move for option in self.learnable[side] for key in option.move.keys
        } | {str(option.move.pk): option.move for option in self.learnable[side]}
        texts = self.cleaned_data[f"moves_{side}"]
        found = {text: by_key.get(normalize(text[:MAX_LENGTH])) for text in texts}
        moves = {move.pk: move for move in found.values() if move}
        self.chosen[side] = [moves[pk] for pk in sorted(moves)]
        refused = [text for text, move in found.items() if move is None]
        # Whose moves they were when the form was filled in: a new Pokémon arrives together with
        # the moves of the one before it.
        changed = self.data.get(f"of_{side}", "") not in ("", pokemon.slug)
        if changed:
            self.dropped[side] = [shortened(text) for text in refused]
        elif refused:
            for text in refused[:MAX_MOVES]:
                self.add_error(f"moves_{side}", self._reason(text, side, pokemon))
        if len(moves) > MAX_MOVES:
            self.add_error(
                f"moves_{side}",
                _("Choose at most %(limit)d moves; %(count)d are chosen.")
                % {"limit": MAX_MOVES, "count": len(moves)},
            )

    def _reason(self, text: str, side: str, pokemon: Pokemon) -> str:
        """Why ``pokemon`` cannot use what ``text`` names, and what it can."""
        move = Move.objects.called(text[:MAX_LENGTH]).first()
        options = self.learnable[side]
        by_key = {key: option.move for option in options for key in option.move.keys}
        close = difflib.get_close_matches(normalize(text[:MAX_LENGTH]), by_key, n=3, cutoff=0.6)
        names = {"move": shortened(text), "pokemon": pokemon.name}
        if move is not None:
            names["move"] = move.name
            if move.damage_class == "status":
                return (
                    _("%(move)s deals no damage; only moves that deal damage are compared.") % names
                )
            reason = _("%(pokemon)s cannot learn %(move)s.") % names
        else:
            reason = _("There is no move “%(move)s” in Let’s Go.") % names
            if close:
                likely = listed(dict.fromkeys(by_key[key].name for key in close))
                question = _("Did you mean: %(names)s?") % {"names": likely}
                return f"{reason} {question}"
        allowed = ngettext(
            "Allowed is the %(count)d move listed under “Moves”.",
            "Allowed are the %(count)d moves listed under “Moves”.",
            len(options),
        ) % {"count": len(options)}
        return f"{reason} {allowed}"

    def waiting_moves(self, side: str) -> list[str]:
        """Moves, as given, of a Pokémon that is not known yet."""
        texts: list[str] = self.cleaned_data.get(f"moves_{side}", [])
        return [] if self.fighters[side] else [text[:MAX_LENGTH] for text in texts[:MAX_MOVES]]

    def canonical_query(
        self,
        *,
        swapped: bool = False,
        without_moves_of: str = "",
        instead: dict[str, Pokemon] | None = None,
    ) -> str:
        """The query string that means the same, written in one way, or one of its relatives."""
        fighters = self.fighters | (instead or {})
        query = QueryDict(mutable=True)
        order = SIDES[::-1] if swapped else SIDES
        for name, side in zip(SIDES, order, strict=True):
            if pokemon := fighters[side]:
                query[name] = pokemon.slug
        for name, side in zip(SIDES, order, strict=True):
            slugs = [move.slug for move in self.chosen[side][:MAX_MOVES]]
            if instead and side in instead:
                slugs = self.waiting_moves(side)
            if slugs and side != without_moves_of:
                query.setlist(f"moves_{name}", slugs)
        return query.urlencode()
