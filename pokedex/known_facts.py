"""The facts that most pages show, in memory: read anew once they have changed."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

from pokedex.game_data_version import GameDataVersion
from pokedex.lookup import normalize, number_in
from pokedex.matching import MAX_LENGTH
from pokedex.models import Move, Pokemon


@dataclass(frozen=True, eq=False)
class KnownFacts:
    """All forms, with species, types and base form, and all moves, with types; by id, in order.

    Threads share the rows: nobody may change them.
    """

    pokemon: dict[int, Pokemon]
    moves: dict[int, Move]

    @cached_property
    def pokemon_by_slug(self) -> dict[str, Pokemon]:
        return {pokemon.slug: pokemon for pokemon in self.pokemon.values()}

    @cached_property
    def moves_by_slug(self) -> dict[str, Move]:
        return {move.slug: move for move in self.moves.values()}

    @cached_property
    def pokemon_by_key(self) -> dict[str, Pokemon]:
        """By the keys of their slugs and names; the first of those that share one."""
        by_key: dict[str, Pokemon] = {}
        for pokemon in self.pokemon.values():
            for key in pokemon.keys:
                by_key.setdefault(key, pokemon)
        return by_key

    def find_pokemon(self, text: str) -> Pokemon | None:
        """The form with that slug, name in either language, or id."""
        text = text[:MAX_LENGTH]
        number = number_in(text)
        if number is not None:
            return self.pokemon.get(number)
        return self.pokemon_by_key.get(normalize(text))


def known_facts() -> KnownFacts:
    """The facts now; one query, and two more if they have changed."""
    stamp = GameDataVersion.objects.filter(pk=1).values_list("number", "updated_at").first()
    return _read(stamp)


@lru_cache(maxsize=1)
def _read(stamp: tuple[int, datetime] | None) -> KnownFacts:
    # The time tells versions apart whose numbers a transaction took back and gave anew.
    pokemon = {form.pk: form for form in Pokemon.objects.with_battle_data()}
    for form in pokemon.values():
        form.base_form = pokemon[form.base_form_id] if form.base_form_id else None
    return KnownFacts(pokemon, {move.pk: move for move in Move.objects.with_battle_data()})
