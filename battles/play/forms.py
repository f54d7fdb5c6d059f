"""What a battle begins with: two Pokémon, up to four moves and a spread each, and how strong
the opponent plays.

Read from the address (the page that sets a battle up keeps its state there) and from the form
that begins it. Every value may be anything; what cannot be says why, and the rest stays.
"""

import secrets

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from battles.common.forms import SIDES, SidesForm
from battles.common.spread_query import SpreadInput, read_spread, write_spread
from battles.common.text import shortened
from battles.models import Strength
from battles.play import default_moves, game
from mlcore.game.spreads import Spread
from pokedex.models import Move, Pokemon

#: The default Pokémon: an open matchup.
DEFAULT_FIGHTERS = {"a": "charizard", "b": "dragonite"}
DEFAULT_STRENGTH = Strength.STRONGEST
#: In place of a name: a random Pokémon.
RANDOM = "random"
#: Code of errors that the fields of the spread show.
BAD_SPREAD = "bad_spread"


class BattleForm(SidesForm):
    """After ``is_valid``, side "a" being the player's, beside what every ``SidesForm`` has:

    ``options``   the moves it can use, in the order of their names
    ``chosen``    the moves it fights with; the default ones when none were named
    ``spreads``   level, nature and the rest, with what is wrong with them
    """

    strength = forms.ChoiceField(
        choices=Strength.choices,
        required=False,
        error_messages={"invalid_choice": gettext_lazy("There is no such difficulty.")},
    )

    def __init__(self, data: QueryDict, *, begins: bool = False) -> None:
        """``begins``: the form was submitted to start, so no selected moves means none."""
        super().__init__(data)
        self.begins = begins
        self.options: dict[str, list[Move]] = {side: [] for side in SIDES}
        self.spreads: dict[str, SpreadInput] = {side: read_spread(data, side) for side in SIDES}
        self.has_random = RANDOM in (data.get("a"), data.get("b"))

    def _clean_pokemon(self, side: str) -> str:
        text: str = self.cleaned_data[side]
        if side not in self.data:
            text = DEFAULT_FIGHTERS[side]
        if not text:
            raise forms.ValidationError(_("Choose a Pokémon."))
        self.fighters[side] = (
            secrets.choice(list(self.facts.pokemon.values()))
            if text == RANDOM
            else self._named(side, text)
        )
        return text

    def clean_strength(self) -> str:
        return self.cleaned_data["strength"] or DEFAULT_STRENGTH

    def clean(self) -> None:
        for side, pokemon in self.fighters.items():
            if pokemon:
                moves = pokemon.usable_moves().with_battle_data()
                self.options[side] = sorted(moves, key=lambda move: move.name)
                self._clean_moves(side, pokemon)
        for side in SIDES:
            for message in self.spreads[side].errors.values():
                self.add_error(None, forms.ValidationError(message, code=BAD_SPREAD))

    def _clean_moves(self, side: str, pokemon: Pokemon) -> None:
        options = self.options[side]
        moves, refused = self._read_moves(side, options)
        changed = self._is_changed(side, pokemon)
        if changed or self.cleaned_data.get(side) == RANDOM:
            self.dropped[side] = [shortened(text) for text in refused]
            moves = []
        else:
            self._refuse_moves(side, pokemon, options, refused)
        self._refuse_too_many(side, len(moves))
        if not moves and self.begins and not changed and f"of_{side}" in self.data and not refused:
            self.add_error(f"moves_{side}", _("Choose at least one move."))
        elif (not moves and not refused) or changed:
            moves = default_moves.default_moves(pokemon, options)
        self.chosen[side] = moves

    @property
    def messages(self) -> list[str]:
        """What is wrong with no field of the page."""
        errors = self.errors.get_json_data().get("__all__", [])
        return [error["message"] for error in errors if error["code"] != BAD_SPREAD]

    def fighter(self, side: str) -> game.Fighter:
        """The side's fighter, of a valid form."""
        pokemon = self.fighters[side]
        if pokemon is None:
            raise ValueError(f"nobody fights for side {side}")
        return game.Fighter(
            form=pokemon.pk,
            moves=tuple(move.pk for move in self.chosen[side]),
            spread=self.spreads[side].spread,
        )

    @property
    def opponent(self) -> str:
        """The difficulty."""
        return self.cleaned_data.get("strength", DEFAULT_STRENGTH)

    def canonical_query(
        self,
        *,
        instead: dict[str, str] | None = None,
        spreads: dict[str, Spread] | None = None,
        swapped: bool = False,
    ) -> str:
        """The query string that means the same, written in one way, or one of its relatives.

        ``instead`` puts other Pokémon (slugs, or "random") in, ``spreads`` other spreads; what is
        as usual is left out.
        """
        query = QueryDict(mutable=True)
        instead, spreads = instead or {}, spreads or {}
        source = dict(zip(SIDES, SIDES[::-1] if swapped else SIDES, strict=True))
        for name, side in source.items():
            pokemon = self.fighters[side]
            if side in instead:
                query[name] = instead[side]
            elif pokemon:
                query[name] = pokemon.slug
        for name, side in source.items():
            pokemon = self.fighters[side]
            if side in instead or pokemon is None:
                continue
            usual = default_moves.default_moves(pokemon, self.options[side])
            if {move.pk for move in self.chosen[side]} != {move.pk for move in usual}:
                query.setlist(f"moves_{name}", [move.slug for move in self.chosen[side]])
        for name, side in source.items():
            for key, value in write_spread(spreads.get(side, self.spreads[side].spread), name):
                query[key] = value
        if self.opponent != DEFAULT_STRENGTH:
            query["strength"] = self.opponent
        return query.urlencode()
