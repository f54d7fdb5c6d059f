"""What well-played answers cost: one match-up at a time, all learnable moves, and in a batch."""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from mlcore.battle_value import search, starts
from mlcore.engine.simulate import warm_up
from mlcore.engine.specs import Setups
from mlcore.game.gamedata import GameData
from mlcore.serving import well_played

#: Match-ups answered one by one, and in one call.
_SINGLE, _BATCH = 200, 4_000


@dataclass(frozen=True)
class Cost:
    """Seconds of CPU of an answer, or of each of a batch."""

    name: str
    median: float
    most: float
    count: int


def costs(game: GameData, seed: int) -> Iterator[Cost]:
    """The costs on random match-ups as training draws them. Raises NoBattleValue."""
    warm_up(game.tables)
    value = well_played.current(game)
    sides = starts.draw(game.tables, _BATCH, np.random.default_rng(seed))
    a, slots_a, b, slots_b = sides

    def sets(row: int) -> tuple[list[int], list[int]]:
        return slots_a[row][slots_a[row] >= 0].tolist(), slots_b[row][slots_b[row] >= 0].tolist()

    def everything(row: int) -> tuple[list[int], list[int]]:
        forms = int(a.form[row]), int(b.form[row])
        first, second = (game.usable_moves(form, damaging=False).tolist() for form in forms)
        return first, second

    def single(row: int, moves: Callable[[int], tuple[list[int], list[int]]]) -> float:
        rows = np.array([row])
        moves_a, moves_b = moves(row)
        return _seconds(
            lambda: well_played.answer(game, value, a.take(rows), moves_a, b.take(rows), moves_b)
        )

    for name, moves in (("one match-up", sets), ("one, all learnable moves", everything)):
        single(0, moves)
        times = [single(row, moves) for row in range(_SINGLE)]
        yield Cost(name, statistics.median(times), max(times), len(times))
    mew = Setups.flat(np.array([game.form_index("mew")]))
    moves_of_mew = game.usable_moves(int(mew.form[0]), damaging=False).tolist()
    times = [
        _seconds(lambda: well_played.answer(game, value, mew, moves_of_mew, mew, moves_of_mew))
        for _ in range(5)
    ]
    yield Cost("Mew vs Mew, all learnable moves", statistics.median(times), max(times), len(times))
    batch = _seconds(lambda: search.start_values(game.tables, value.net, *sides))
    yield Cost("each of a batch, one thread", batch / _BATCH, batch / _BATCH, _BATCH)


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started
