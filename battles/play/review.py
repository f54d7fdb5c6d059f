"""How good each decision of a finished battle was."""

from dataclasses import dataclass
from itertools import pairwise

from battles.models import Battle
from battles.play import outlook
from battles.play.game import Replay

#: Differences in percentage points below which it is noise, and from which it is a mistake.
NOISE_POINTS, MISTAKE_POINTS = 5, 15
#: From which change of the chance to win on a turn is named as what decided the battle.
TURNING_POINT = 0.1


@dataclass(frozen=True)
class Weighed:
    """A decision: the player's move and the best one, by index.

    plan       (move, share) of the best mixture, the most frequent first; empty where playouts
               reviewed the turn
    is_within  whether the player's move is part of the plan: then it cost nothing
    """

    turn: int
    chosen: int
    best: int
    value: float
    best_value: float
    plan: tuple[tuple[int, float], ...] = ()
    is_within: bool = False


def review(replay: Replay) -> list[Weighed]:
    """The player's decisions with more than one choice; raises NotReplayable."""
    battle = replay.battle
    result = []
    # While a battle goes on, and after it was given up, the turn to come is weighed already.
    reviews = battle.reviews[: len(battle.choices)]
    for turn, ((slot, _answer), stored, moves) in enumerate(
        zip(battle.choices, reviews, replay.moves, strict=True), start=1
    ):
        choices = {choice.slot: choice for choice in outlook.choices_of(stored)}
        if len(choices) < 2:
            continue
        plan = sorted((c for c in choices.values() if c.share), key=lambda c: -(c.share or 0))
        best = plan[0] if plan else max(choices.values(), key=lambda c: c.worth)
        result.append(
            Weighed(
                turn=turn,
                chosen=int(moves[slot]),
                best=int(moves[best.slot]),
                value=choices[slot].worth,
                best_value=best.worth,
                plan=tuple((int(moves[c.slot]), c.share or 0.0) for c in plan),
                is_within=bool(choices[slot].share),
            )
        )
    return result


@dataclass(frozen=True)
class TurningPoint:
    """The turn with the largest change of A's chance to win, and the chance around it."""

    turn: int
    before: float
    after: float


def turning_point(battle: Battle) -> TurningPoint | None:
    """The turn that decided a battle; None if none did: it was as good as decided before."""
    shares = [share for share, _games in battle.chances]
    changes = [abs(after - before) for before, after in pairwise(shares)]
    if not changes or max(changes) < TURNING_POINT:
        return None
    turn = changes.index(max(changes)) + 1
    return TurningPoint(turn, shares[turn - 1], shares[turn])
