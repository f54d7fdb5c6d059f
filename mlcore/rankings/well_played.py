"""All forms against all others when both play well, each with its best set.

A form's set is its best one on average against all others: first against their strongest attacks,
then against the sets just found. Then every pair is valued one ply ahead. All under standard
rules; both sides know the other's set.
"""

import threading
from dataclasses import dataclass

import numpy as np

from mlcore.battle_value import search
from mlcore.battle_value.artefact import BattleValue
from mlcore.engine.specs import Setups
from mlcore.game.gamedata import GameData
from mlcore.rankings import compute as rankings_compute
from mlcore.rankings.compute import Interrupted, Progress
from mlcore.serving import known_sets

#: How often all forms choose their sets, each time against those of the time before. A round takes
#: about 50 s of a core; with a third of the forms as foes it takes 16 s, and the sets are worth up
#: to 0.014 less against all of them.
ROUNDS = 2
#: Match-ups of one chunk.
_CHUNK = 256
#: Choosing a set takes as long as about so many match-ups; only the progress depends on it.
_SET_COST = 200


@dataclass(frozen=True, eq=False)
class WellPlayed:
    """Every form (rows, A) against every form (columns, B), in the order of the game's tables.

    values  float32 (n, n): P(A wins), a draw counting half; on the diagonal NaN
    sets    int16 (n, 4): each form's moves, indices into the tables, -1 for an empty slot
    """

    values: np.ndarray
    sets: np.ndarray


def pairs_of(game: GameData) -> np.ndarray:
    """Unordered pairs of different forms, int (k, 2)."""
    return np.stack(np.triu_indices(len(game.form_slugs), k=1), axis=1)


def compute(
    value: BattleValue,
    game: GameData,
    *,
    forms: np.ndarray | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> WellPlayed:
    """Sets and values of all forms, or of those given, int (k,), as if there were no others.

    ``threads``: as many as there are processors when None. Does not depend on it. Raises
    Interrupted soon after ``stop`` is set, and lets Ctrl-C through.
    """
    stop = stop or threading.Event()
    count = len(game.form_slugs)
    pairs = pairs_of(game)
    if forms is None:
        forms = np.arange(count)
    pairs = pairs[np.isin(pairs, forms).all(axis=1)]
    done, total = 0, ROUNDS * _SET_COST * len(forms) + len(pairs)
    sets = known_sets.strongest_sets(game)
    for _ in range(ROUNDS):
        found = sets.copy()

        def choose(form: int, known: np.ndarray = sets, found: np.ndarray = found) -> int:
            found[form] = known_sets.set_against(game, value.net, form, forms, known[forms])
            return _SET_COST

        done = rankings_compute.run(
            choose, map(int, forms), done, total, threads=threads, progress=progress, stop=stop
        )
        sets = found
    values = np.full((count, count), np.nan, dtype=np.float32)

    def fill(part: np.ndarray) -> int:
        a, b = part.T
        chances = search.start_values(
            game.tables,
            value.net,
            Setups.flat(a.astype(np.int32)),
            sets[a],
            Setups.flat(b.astype(np.int32)),
            sets[b],
        )
        values[a, b], values[b, a] = chances, 1.0 - chances
        return len(part)

    parts = (pairs[at : at + _CHUNK] for at in range(0, len(pairs), _CHUNK))
    done = rankings_compute.run(
        fill, parts, done, total, threads=threads, progress=progress, stop=stop
    )
    if stop.is_set():
        raise Interrupted(f"stopped after {done / total:.0%} of the work")
    return WellPlayed(values, sets.astype(np.int16))
