"""Who wins when both sides play well, and what to do: the value of battle states, once a process.

A network in ``MODELS_DIR/battle_value`` serves; without one, the network that comes with the code
does, as long as it was trained on the facts as they are.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from cachetools import TTLCache, cached
from django.conf import settings

from mlcore.battle_value import artefact, best_moves, search
from mlcore.battle_value.artefact import BattleValue
from mlcore.battle_value.search import Advice
from mlcore.engine.battle import Battle
from mlcore.engine.specs import Setups
from mlcore.engine.state import MOVE_SLOTS
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


@dataclass(frozen=True)
class Plan:
    """What one side brings and how it opens.

    moves   up to four, as indices into the game's tables: the given ones, else its best four
    shares  by move: how often to open with it; moves that are never right are left out
    worth   by move: the side's chance to win when it opens with it against the foe's best play
    """

    moves: tuple[int, ...]
    shares: dict[int, float]
    worth: dict[int, float]


@dataclass(frozen=True)
class Answer:
    """A match-up when both sides play well.

    probability    that A wins, a draw counting half
    a, b           what both sides do
    model_version  of the value that answered
    """

    probability: float
    a: Plan
    b: Plan
    model_version: str


def answer(
    game: GameData,
    value: BattleValue,
    a: Setups,
    moves_a: Sequence[int],
    b: Setups,
    moves_b: Sequence[int],
) -> Answer:
    """The answer to one match-up; ``a`` and ``b`` hold one fighter each.

    A side with more than four moves first chooses its best four (``best_moves.best_sets``). Sides
    may have no damaging move, or no move at all: then they struggle.
    """
    set_a, set_b = best_moves.best_sets(game.tables, value.net, a, moves_a, b, moves_b)
    slots_a, slots_b = _slots(set_a), _slots(set_b)
    (probability,) = search.start_values(game.tables, value.net, a, slots_a, b, slots_b)
    advice = search.advise_at_start(game.tables, value.net, a, slots_a, b, slots_b)
    return Answer(
        probability=float(probability),
        a=_plan(set_a, advice[0]),
        b=_plan(set_b, advice[1]),
        model_version=value.version,
    )


def _slots(moves: Sequence[int]) -> np.ndarray:
    """Moves of one side, int64 (1, 4), -1 for none."""
    return np.array([[*moves, *[-1] * (MOVE_SLOTS - len(moves))]], dtype=np.int64)


def _plan(moves: Sequence[int], advice: Advice) -> Plan:
    return Plan(
        moves=tuple(moves),
        shares={moves[slot]: share for slot, share in advice.shares.items()},
        worth={moves[slot]: chance for slot, chance in advice.worth.items()},
    )


def advise(battle: Battle, value: BattleValue, side: int) -> Advice:
    """What the side should do now in an undecided battle, by slot; the battle stays as it is."""
    return search.advise(
        battle.state, battle.tables, value.net, side, seed=0, samples=search.PLAY_SAMPLES
    )


def win_chance(battle: Battle, value: BattleValue) -> float:
    """A's chance to win from here when both play well; exact once the battle is decided."""
    decided = {0: 1.0, 1: 0.0, -1: 0.5}
    if battle.winner is not None:
        return decided[battle.winner]
    return advise(battle, value, 0).value


def win_probabilities(
    game: GameData, a: Setups, slots_a: np.ndarray, b: Setups, slots_b: np.ndarray
) -> np.ndarray:
    """P(A wins) of k match-ups, both playing well; a draw counts half. Raises NoBattleValue."""
    return search.start_values(game.tables, current(game).net, a, slots_a, b, slots_b)
