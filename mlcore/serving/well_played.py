"""Who wins when both sides play well: the value of battle states, loaded once a process.

A network in ``MODELS_DIR/battle_value`` serves; without one, the network that comes with the code
does, as long as it was trained on the facts as they are.
"""

import threading
from pathlib import Path

import numpy as np
from cachetools import TTLCache, cached
from django.conf import settings

from mlcore.battle_value import artefact, search
from mlcore.battle_value.artefact import BattleValue
from mlcore.engine.specs import Setups
from mlcore.game.gamedata import GameData
from mlcore.serving.champion import NoChampion

#: Seconds until another network on disk is seen.
_POLL_SECONDS = 2.0


class NoBattleValue(NoChampion):
    """No network can answer; the text says why and what to do."""


def folder() -> Path:
    """Where a network of this installation lies."""
    return Path(settings.MODELS_DIR) / "battle_value"


def current(game: GameData) -> BattleValue:
    """The network that serves; raises NoBattleValue."""
    value = _loaded(str(folder()))
    trained_on = value.metadata["data_fingerprint"]
    if trained_on != game.fingerprint:
        raise NoBattleValue(
            "the value of battle states was trained on other game data: "
            "run manage.py ml --model=battle --mode=train"
        )
    return value


@cached(TTLCache(maxsize=4, ttl=_POLL_SECONDS), lock=threading.Lock())
def _loaded(name: str) -> BattleValue:
    path = Path(name)
    if not (path / artefact.METADATA_NAME).is_file():
        path = artefact.SHIPPED
    try:
        return artefact.load(path)
    except artefact.BadValueArtefact as error:
        raise NoBattleValue(str(error)) from error


def win_probabilities(
    game: GameData, a: Setups, slots_a: np.ndarray, b: Setups, slots_b: np.ndarray
) -> np.ndarray:
    """P(A wins) of k match-ups, both playing well; a draw counts half. Raises NoBattleValue."""
    return search.start_values(game.tables, current(game).net, a, slots_a, b, slots_b)
