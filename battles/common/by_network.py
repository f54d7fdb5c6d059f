"""What was computed from the value of battle states, kept by each process."""

import hashlib
from collections.abc import Callable
from typing import TypeVar

from django.core.cache import caches

from mlcore.battle_value.artefact import BattleValue
from mlcore.game.gamedata import GameData

#: Answers are kept until network or facts change, and no longer than this.
CACHE_SECONDS = 24 * 3600
T = TypeVar("T")


def kept(game: GameData, value: BattleValue, name: str, make: Callable[[], T]) -> T:
    """What ``name`` says in full, computed if this process has not kept it."""
    # The fingerprint does not cover who can use which move; the version does.
    made_from = f"{value.version}:{game.fingerprint}:{game.version}:{name}"
    key = f"network:{hashlib.sha256(made_from.encode()).hexdigest()}"
    cache = caches["process"]
    answer: T | None = cache.get(key)
    if answer is None:
        answer = make()
        cache.set(key, answer, CACHE_SECONDS)
    return answer
