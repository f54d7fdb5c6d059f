"""How good each decision of a finished battle was."""

from dataclasses import dataclass

from battles.play.game import Replay

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


def review(replay: Replay) -> list[Weighed]:
    """The player's decisions with more than one choice; raises NotReplayable."""
    battle = replay.battle
    result = []
    for turn, ((slot, _answer), values, moves) in enumerate(
        zip(battle.choices, battle.reviews, replay.moves, strict=True), start=1
    ):
        if values:
            best = max(values, key=values.__getitem__)
            result.append(
                Weighed(
                    turn=turn,
                    chosen=int(moves[slot]),
                    best=int(moves[int(best)]),
                    value=values[str(slot)],
                    best_value=values[best],
                )
            )
    return result
