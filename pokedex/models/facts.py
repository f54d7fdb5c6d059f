"""All models of facts, and the signals that raise the game data version when one changes."""

from typing import Any

from django.db.models.signals import post_delete, post_save

from pokedex.game_data_version import GameDataVersion
from pokedex.models.base import Fact
from pokedex.models.bosses import Boss, BossPokemon
from pokedex.models.moves import KeptMove, LearnsetEntry, Move
from pokedex.models.pokemon import Evolution, Pokemon, Species
from pokedex.models.types import Type, TypeEffectiveness

FACT_MODELS: tuple[type[Fact], ...] = (
    Type,
    TypeEffectiveness,
    Species,
    Pokemon,
    Evolution,
    Move,
    LearnsetEntry,
    KeptMove,
    Boss,
    BossPokemon,
)


def _raise_version(sender: type[Fact], **kwargs: Any) -> None:
    GameDataVersion.bump()


# Signals also see loaddata and rows that are deleted along with another.
for _model in FACT_MODELS:
    if _model.raises_version:
        for _signal in (post_save, post_delete):
            _signal.connect(
                _raise_version,
                sender=_model,
                dispatch_uid=f"pokedex_raise_version_{_model.__name__}",
            )
