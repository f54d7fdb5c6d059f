"""What was computed from the value of battle states, kept by each process."""

from collections.abc import Callable
from typing import TypeVar

from battles.common import kept as answers
from mlcore.battle_value.artefact import BattleValue
from mlcore.game.gamedata import GameData

#: Answers are kept until network or facts change, and no longer than this.
CACHE_SECONDS = 24 * 3600
T = TypeVar("T")


def kept(game: GameData, value: BattleValue, name: str, make: Callable[[], T]) -> T:
    """What ``name`` says in full, computed if this process has not kept it."""
    # The fingerprint does not cover who can use which move; the version does.
    made_from = ("network", value.version, game.fingerprint, game.version, name)
    return answers.kept(made_from, make, cache="process", seconds=CACHE_SECONDS)
