"""How strong the opponents of the battle page are: each against the next, on contested starts.

Random starts hardly tell policies apart, since most are decided. Contested are those that a
referee, the engine's search, wins neither nearly always nor nearly never.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from battles.models import Strength
from battles.play import opponent
from mlcore.battle_value import search, selfplay
from mlcore.engine.battle import Battle
from mlcore.engine.specs import Setups
from mlcore.evaluation import referee
from mlcore.evaluation import well_played as evaluation
from mlcore.game.gamedata import GameData
from mlcore.serving import champion as champion_store
from mlcore.serving import well_played

#: Battles of each start by the referee.
REFEREE_BATTLES = 40
#: Opponents that are compiled; the others play one battle where these play many.
_COMPILED = {
    Strength.RANDOM: selfplay.RANDOM,
    Strength.STRONGEST: selfplay.STRONGEST,
    Strength.SEARCH: selfplay.SEARCH,
    Strength.VALUE: selfplay.VALUE,
}
_FEWER = 10


@dataclass(frozen=True)
class Step:
    """The stronger opponent's share of points against the next weaker one, a draw counting half.

    margin  of the 95% interval, starts counting as clusters
    """

    weaker: Strength
    stronger: Strength
    share: float
    margin: float
    battles: int


@dataclass(frozen=True)
class ContestedStarts:
    """a, slots_a, b, slots_b of the starts, and how many were drawn to find them."""

    sides: tuple[Setups, np.ndarray, Setups, np.ndarray]
    drawn: int

    def __len__(self) -> int:
        return len(self.sides[0])


def contested_starts(
    game: GameData,
    drawn: int,
    *,
    seed: int,
    threads: int,
    progress: Callable[[int], None] | None = None,
) -> ContestedStarts:
    """Draw starts and keep those that the referee finds open."""
    truth = evaluation.play_out(
        game.tables, drawn, REFEREE_BATTLES, seed=seed, threads=threads, progress=progress
    )
    a, slots_a, b, slots_b = truth.sides
    rows = np.flatnonzero(truth.is_contested)
    return ContestedStarts((a.take(rows), slots_a[rows], b.take(rows), slots_b[rows]), drawn)


def steps(
    game: GameData, contested: ContestedStarts, *, battles: int, seed: int, threads: int
) -> Iterator[Step]:
    """Every opponent against the next weaker one, ``battles`` from each seat of each start.

    Fewer where an opponent is not compiled. Raises NoChampion, NoBattleValue.
    """
    value = well_played.current(game)
    for weaker, stronger in pairwise(Strength):
        if weaker in _COMPILED and stronger in _COMPILED:
            count = battles
            policies = _COMPILED[stronger], _COMPILED[weaker]
            seats = [
                _play_compiled(game, value.net, contested, seat, count, seed, threads)
                for seat in (policies, policies[::-1])
            ]
        else:
            count = max(1, battles // _FEWER)
            names = stronger, weaker
            seats = [
                _play_here(game, contested, seat, count, seed) for seat in (names, names[::-1])
            ]
        points = (seats[0] + 1 - seats[1]) / 2
        margin = 1.96 * points.std(ddof=1) / np.sqrt(len(points))
        yield Step(
            weaker, stronger, float(points.mean()), float(margin), 2 * count * len(contested)
        )


def _play_compiled(
    game: GameData,
    net: search.Net,
    contested: ContestedStarts,
    policies: tuple[int, int],
    battles: int,
    seed: int,
    threads: int,
) -> np.ndarray:
    """Share of points of the first policy, seated as A, of each start; float64 (k,)."""
    return referee.shares_of(
        game.tables,
        contested.sides,
        battles,
        seed=seed,
        threads=threads,
        net=net,
        play=selfplay.Play(
            *policies,
            samples=well_played.ADVICE_SAMPLES,
            extra=well_played.ADVICE_EXTRA,
            budget=opponent.SEARCH_BUDGET,
        ),
    )


def _play_here(
    game: GameData,
    contested: ContestedStarts,
    strengths: tuple[Strength, Strength],
    battles: int,
    seed: int,
) -> np.ndarray:
    """The same by the opponents as the battle page has them."""
    champion = champion_store.current()
    policies = [
        opponent.policy(strength, lambda: champion, game.fingerprint) for strength in strengths
    ]
    a, slots_a, b, slots_b = contested.sides
    share = np.empty(len(contested))
    for k in range(len(contested)):
        fighters = Setups.concatenate([a.take(np.array([k])), b.take(np.array([k]))])
        moves = tuple(slots[k][slots[k] >= 0].tolist() for slots in (slots_a, slots_b))
        points = 0.0
        for number in range(battles):
            battle = Battle(game.tables, fighters, moves, seed=seed + number * len(contested) + k)
            battle.play_out(policies[0], policies[1])
            points += battle.points or 0.0
        share[k] = points / battles
    return share
