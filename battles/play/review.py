"""How good each decision of a finished battle was."""

from dataclasses import dataclass

from battles.models import Battle
from battles.play import game as play_game
from mlcore.engine import battle as bt
from mlcore.engine import state as st

#: Differences in percentage points below which it is noise, and from which it is a mistake.
NOISE_POINTS, MISTAKE_POINTS = 5, 15


@dataclass(frozen=True)
class Weighed:
    """A decision: the player's move and the search's best, by index."""

    turn: int
    chosen: int
    best: int
    value: float
    best_value: float


def review(battle: Battle) -> list[Weighed]:
    """The player's decisions with more than one choice; raises NotReplayable."""
    engine = play_game.at_start(battle)
    result = []
    for turn, ((slot, answer), values) in enumerate(
        zip(battle.choices, battle.reviews, strict=True), start=1
    ):
        if values:
            best = max(values, key=values.__getitem__)
            result.append(
                Weighed(
                    turn=turn,
                    chosen=int(engine.state[0, st.MOVE_1 + slot]),
                    best=int(engine.state[0, st.MOVE_1 + int(best)]),
                    value=values[str(slot)],
                    best_value=values[best],
                )
            )
        try:
            engine.play(slot, answer)
        except bt.IllegalChoice as error:
            raise play_game.NotReplayable from error
    return result
