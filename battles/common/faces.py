"""The plate that stands for a Pokémon: which drawings of ``static/img/faces.svg`` lie on it.

Body shape, color and size are facts; pages put the drawings on each other with ``<use>``, and
``battles/cards/plates.py`` paints the same ones.
"""

from dataclasses import dataclass

from pokedex.choices import BodyShape, BodySize, PokemonKind
from pokedex.models import Pokemon

#: Rim and mark by kind; a Mega Evolution that is one of two has its letter as its mark.
_RINGS = {PokemonKind.MEGA: "ring-mega", PokemonKind.ALOLAN: "ring-alolan"}
_MARKS = {
    PokemonKind.MEGA: "mark-mega",
    PokemonKind.ALOLAN: "mark-alolan",
    PokemonKind.PARTNER: "mark-partner",
}
_OWN_WINGS = (BodyShape.WINGS, BodyShape.BUG_WINGS)


@dataclass(frozen=True)
class Face:
    """What a plate shows. ``ground`` lies under ``body``, ``mark`` over it."""

    number: str
    color: str
    first: str
    second: str
    ground: tuple[str, ...]
    body: tuple[str, ...]
    mark: tuple[str, ...]


def face_of(pokemon: Pokemon) -> Face:
    """The plate of a form that came with its types."""
    first, second = pokemon.types[0].slug, pokemon.types[-1].slug
    flies = second == "flying" and pokemon.shape not in _OWN_WINGS
    return Face(
        number=f"{pokemon.species_id:03d}",
        color=pokemon.color,
        first=first,
        second=second,
        ground=(f"on-{first}", _RINGS.get(PokemonKind(pokemon.kind), "ring")),
        body=(
            *((f"flight-{pokemon.size}",) if flies else ()),
            f"{pokemon.shape}-{_look(pokemon)}",
        ),
        mark=_marks(pokemon),
    )


def _look(pokemon: Pokemon) -> str:
    """A grown-up that takes better than it gives looks calm."""
    attack = max(pokemon.base_attack, pokemon.base_special_attack)
    defense = max(pokemon.base_defense, pokemon.base_special_defense)
    return "calm" if pokemon.size == BodySize.LARGE and attack <= defense else pokemon.size


def _marks(pokemon: Pokemon) -> tuple[str, ...]:
    mark = _MARKS.get(PokemonKind(pokemon.kind))
    if mark is None:
        return ()
    letter = pokemon.slug[-2:]
    return (f"{mark}{letter}",) if letter in ("-x", "-y") else (mark,)
