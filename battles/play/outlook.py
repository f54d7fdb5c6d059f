"""How a battle stands: the player's chance to win, and what each of its choices is worth.

The value of battle states answers at once. Where it was trained on other facts than those the
battle is played with, or is missing, playouts do, for as long as their time allows.
"""

from dataclasses import dataclass

from battles.models import Battle
from mlcore.engine import battle as bt
from mlcore.engine import lookahead
from mlcore.serving import well_played

#: Random streams of playouts; 0 is the battle's own, 1 the opponent's.
_CHANCE, _REVIEW = 2, 3
#: In place of a number of games.
LEARNED = None


@dataclass(frozen=True)
class Outlook:
    """As stored in ``Battle.chances`` and ``Battle.reviews``.

    chance   [share that A wins, games]
    choices  {slot: [worth, share]} of A's choices, {slot: worth} by playouts; empty if bound
    """

    chance: list
    choices: dict[str, list[float] | float]


@dataclass(frozen=True)
class ChoiceWorth:
    """What one choice is worth: the chance to win with it, and how often to choose it.

    ``share`` is None where playouts answered.
    """

    slot: int
    worth: float
    share: float | None


def outlook(battle: Battle, engine: bt.Battle) -> Outlook:
    """How the battle stands for side A."""
    if engine.points is not None:
        return Outlook([engine.points, 0], {})
    try:
        value = well_played.current_for(battle.snapshot.fingerprint)
    except well_played.NoBattleValue:
        return _by_playouts(battle, engine)
    advice = well_played.advise(engine, value, 0)
    return Outlook(
        [round(advice.value, 4), LEARNED],
        {
            str(slot): [round(worth, 4), round(advice.shares.get(slot, 0.0), 4)]
            for slot, worth in advice.worth.items()
        },
    )


def _by_playouts(battle: Battle, engine: bt.Battle) -> Outlook:
    chance = lookahead.win_chance(engine, seed=battle.seed, stream=_CHANCE)
    values = lookahead.choice_values(engine, 0, seed=battle.seed, stream=_REVIEW)
    return Outlook(
        [round(chance.share, 4), chance.games],
        {str(slot): round(worth, 4) for slot, worth in values.items()},
    )


def choices_of(stored: dict) -> list[ChoiceWorth]:
    """The choices of a stored review, in the order of their slots."""
    read = []
    for slot, entry in sorted(stored.items()):
        worth, share = entry if isinstance(entry, list) else (entry, None)
        read.append(ChoiceWorth(int(slot), worth, share))
    return read
