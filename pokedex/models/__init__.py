"""The facts of Pokémon: Let's Go, Pikachu! and Let's Go, Eevee!

Rows come from the files in ``pokedex/data`` through ``manage.py import_pokedex``; an admin may
correct them, which marks them as curated. Constraints in the database refuse impossible values.
"""

from pokedex.game_data_version import GameDataVersion
from pokedex.models.base import Fact, Named, Translated
from pokedex.models.bosses import Boss, BossPokemon
from pokedex.models.facts import FACT_MODELS
from pokedex.models.moves import KeptMove, LearnsetEntry, Move
from pokedex.models.pokemon import Evolution, Pokemon, Species
from pokedex.models.types import Type, TypeEffectiveness

__all__ = [
    "FACT_MODELS",
    "Boss",
    "BossPokemon",
    "Evolution",
    "Fact",
    "GameDataVersion",
    "KeptMove",
    "LearnsetEntry",
    "Move",
    "Named",
    "Pokemon",
    "Species",
    "Translated",
    "Type",
    "TypeEffectiveness",
]
