"""Form fields for two sides with moves, shared by pages."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from battles.common.text import listed, shortened
from mlcore.engine.state import MOVE_SLOTS
from pokedex.known_facts import known_facts
from pokedex.lookup import normalize
from pokedex.matching import MAX_LENGTH, closest
from pokedex.models import Move, Pokemon
from pokedex.other_species import other_species

SIDES = ("a", "b")
#: Maximum number of values read for one side's moves.
MAX_VALUES = 20


#: Suggestions for an unknown name.
SIMILAR = 3


class AddressForm(forms.Form):
    """Bound to a query string; invalid fields show errors, the others keep their values."""

    @property
    def messages(self) -> list[str]:
        return [
            f"{self.fields[name].label}: {message}"
            for name, messages in self.errors.items()
            for message in messages
        ]

    def query(self, **changes: str) -> str:
        """The query string of the valid fields, with ``changes``."""
        query = QueryDict(mutable=True)
        for name, value in (self.cleaned_data | changes).items():
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

    ``facts`` are those that it was read with.
    """

    a = forms.CharField(required=False)
    b = forms.CharField(required=False)
    moves_a = MovesField(required=False)
    moves_b = MovesField(required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.facts = known_facts()
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
        pokemon = self.facts.find_pokemon(text[:MAX_LENGTH].strip())
        if pokemon is None and (other := other_species(text)):
            raise forms.ValidationError(other.sentence)
        if pokemon is None:
            self.similar[side] = closest(text[:MAX_LENGTH], self.facts.pokemon_by_key, SIMILAR)
            raise forms.ValidationError(
                _("There is no Pokémon “%(text)s” in Let’s Go."), params={"text": shortened(text)}
            )
        return pokemon

    def _read_moves(self, side: str, options: list[Move]) -> tuple[list[Move], list[str]]:
        """The moves among ``options`` in the given order, and the unknown texts."""
        by_key = {key: move for move in options for key in move.keys} | {
            str(move.pk): move for move in options
        }
        texts = self.cleaned_data[f"moves_{side}"]
        by_text = {text: by_key.get(normalize(text[:MAX_LENGTH])) for text in texts}
        moves = {move.pk: move for move in by_text.values() if move}
        return list(moves.values()), [text for text, move in by_text.items() if move is None]

    def _is_changed(self, side: str, pokemon: Pokemon) -> bool:
        """Whether the moves were chosen for the previous Pokémon, submitted with a new one."""
        return self.data.get(f"of_{side}", "") not in ("", pokemon.slug)

    def _refuse_moves(
        self, side: str, pokemon: Pokemon, options: list[Move], texts: list[str]
    ) -> None:
        for text in texts[:MOVE_SLOTS]:
            self.add_error(f"moves_{side}", self._reason(text, pokemon, options))

    def _refuse_too_many(self, side: str, count: int) -> None:
        if count > MOVE_SLOTS:
            self.add_error(
                f"moves_{side}",
                _("Choose at most %(limit)d moves; you chose %(count)d.")
                % {"limit": MOVE_SLOTS, "count": count},
            )

    def _never(self, move: Move) -> str:
        """Why ``move`` cannot be chosen here; empty if it can."""
        return ""

    def _reason(self, text: str, pokemon: Pokemon, options: list[Move]) -> str:
        """Why ``pokemon`` cannot use the move ``text``, and what it can use."""
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
            if close := closest(text, by_key):
                likely = listed(option.name for option in close)
                return f"{reason} " + _("Did you mean: %(names)s?") % {"names": likely}
        allowed = ngettext(
            "Choose the %(count)d move listed under “Moves”.",
            "Choose from the %(count)d moves listed under “Moves”.",
            len(options),
        ) % {"count": len(options)}
        return f"{reason} {allowed}"
