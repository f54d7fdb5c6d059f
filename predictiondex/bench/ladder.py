"""How strong the opponents of the battle page are, and the network's player.

All play on contested starts, since most random ones are decided and hardly tell policies apart.
Contested are those that the engine's search wins neither nearly always nor nearly never.
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


#: Playouts a decision of the searches that the network's player meets.
SEARCHES = (400, 1600)


@dataclass(frozen=True)
class Match:
    """The first player's share of points against the second, a draw counting half.

    margin  of the 95% interval, starts counting as clusters
    """

    first: str
    second: str
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
) -> Iterator[Match]:
    """Every opponent against the next weaker one, ``battles`` from each seat of each start.

    Fewer where an opponent is not compiled. Raises NoChampion, NoBattleValue.
    """
    value = well_played.current(game)
    play = selfplay.Play(
        samples=well_played.ADVICE_SAMPLES,
        extra=well_played.ADVICE_EXTRA,
        budget=opponent.SEARCH_BUDGET,
    )
    for weaker, stronger in pairwise(Strength):
        names = f"{stronger.label} ({stronger})", f"{weaker.label} ({weaker})"
        if weaker in _COMPILED and stronger in _COMPILED:
            yield _match(
                game,
                contested,
                names,
                play._replace(policy_a=_COMPILED[stronger], policy_b=_COMPILED[weaker]),
                battles=battles,
                seed=seed,
                threads=threads,
                net=value.net,
            )
        else:
            count = max(1, battles // _FEWER)
            seats = (stronger, weaker), (weaker, stronger)
            as_a, as_b = (_play_here(game, contested, seat, count, seed) for seat in seats)
            yield _of_seats(names, as_a, as_b, count)


def players(
    game: GameData, contested: ContestedStarts, *, battles: int, seed: int, threads: int
) -> Iterator[Match]:
    """The network's player against searches and against one who knows its mixture of every turn.

    ``battles`` from each seat of each start. Raises NoBattleValue.
    """
    net = well_played.current(game).net
    own = f"one turn ahead, up to {search.PLAY_EXTRA} plays of pairs that decide"
    for playouts in SEARCHES:
        play = selfplay.Play(policy_b=selfplay.SEARCH, budget=playouts)
        names = own, f"search, {playouts:,} playouts"
        yield _match(
            game, contested, names, play, battles=battles, seed=seed, threads=threads, net=net
        )
    play = selfplay.Play(policy_a=selfplay.KNOWING)
    names = "who knows its mixture", own
    yield _match(game, contested, names, play, battles=battles, seed=seed, threads=threads, net=net)


def _of_seats(names: tuple[str, str], as_a: np.ndarray, as_b: np.ndarray, battles: int) -> Match:
    """From the shares of points of side A by start, the first player seated as A, then as B."""
    points = (as_a + 1 - as_b) / 2
    margin = 1.96 * points.std(ddof=1) / np.sqrt(len(points))
    return Match(*names, float(points.mean()), float(margin), 2 * battles * len(points))


def _match(
    game: GameData,
    contested: ContestedStarts,
    names: tuple[str, str],
    play: selfplay.Play,
    *,
    battles: int,
    seed: int,
    threads: int,
    net: search.Net,
) -> Match:
    """Compiled policies from both seats."""
    swapped = play._replace(policy_a=play.policy_b, policy_b=play.policy_a)
    as_a, as_b = (
        referee.shares_of(
            game.tables, contested.sides, battles, seed=seed, threads=threads, net=net, play=each
        )
        for each in (play, swapped)
    )
    return _of_seats(names, as_a, as_b, battles)


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
