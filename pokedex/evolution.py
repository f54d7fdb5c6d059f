"""Who evolves into whom: lines as trees, and the stage of each form."""

from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _

from pokedex.known_facts import known_facts
from pokedex.models import Evolution, Pokemon
from pokedex.text import evolves_how


class Stage(models.TextChoices):
    FIRST = "first", _("first stage, evolves")
    MIDDLE = "middle", _("middle stage")
    LAST = "last", _("last stage")
    ONLY = "only", _("does not evolve")


@dataclass
class EvolutionStep:
    """A form in its line, how it came about, and what it becomes."""

    pokemon: Pokemon
    how: str = ""
    becomes: list["EvolutionStep"] = field(default_factory=list)


def stages() -> dict[int, Stage]:
    """Stage of every form that has relatives, by id; one query. The others do not evolve."""
    pairs = list(Evolution.objects.order_by().values_list("from_pokemon_id", "to_pokemon_id"))
    before = {pair[0] for pair in pairs}
    after = {pair[1] for pair in pairs}
    return {
        pk: Stage.MIDDLE
        if pk in before and pk in after
        else Stage.FIRST
        if pk in before
        else Stage.LAST
        for pk in before | after
    }


def stage_of(pokemon: Pokemon, known: dict[int, Stage]) -> Stage:
    """A Mega Evolution stands where its base form stands."""
    return known.get(pokemon.base_form_id or pokemon.pk, Stage.ONLY)


def line_of(pokemon: Pokemon) -> EvolutionStep:
    """The whole line that a form belongs to, from its first stage."""
    known = known_facts().pokemon
    rows = [
        row
        for row in Evolution.objects.order_by("to_pokemon_id")
        if row.from_pokemon_id in known and row.to_pokemon_id in known
    ]
    start = pokemon
    before = {row.to_pokemon_id: known[row.from_pokemon_id] for row in rows}
    seen = set()
    while start.pk in before and start.pk not in seen:  # an edited line may bite its own tail
        seen.add(start.pk)
        start = before[start.pk]

    def grown(step: EvolutionStep, seen: set[int]) -> EvolutionStep:
        for row in rows:
            if row.from_pokemon_id == step.pokemon.pk and row.to_pokemon_id not in seen:
                seen.add(row.to_pokemon_id)
                after = EvolutionStep(known[row.to_pokemon_id], evolves_how(row))
                step.becomes.append(grown(after, seen))
        return step

    return grown(EvolutionStep(start), {start.pk})
