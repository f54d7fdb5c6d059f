"""Pages of the Pokédex: a champion whose predictions are known, and short ways to look."""

from tests.pages import (  # noqa: F401
    champion,
    fragment,
    no_champion,
    page,
    ranked,
    warm,
    words,
)
