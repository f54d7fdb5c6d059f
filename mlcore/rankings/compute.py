"""All forms against all others: every duel, in chunks.

A matchup is answered as in ``mlcore.serving.best_move``, with all damaging moves of both sides
and under standard rules: A picks the move whose worst case is best, B replies best. The grid of A's
moves against B's also answers B against A, since predictions are antisymmetric: half of the
pairs are enough. Chunks of duels go to threads; the compiled kernels and XGBoost release the GIL.

A side without a damaging move has lost: 0 for it, 1 for the other, and no move is named.
"""

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

import numpy as np

from mlcore.engine.specs import Setups
from mlcore.game import matchup as game_matchup
from mlcore.game import move_strength
from mlcore.game.gamedata import GameData
from mlcore.learning import model as learning_model
from mlcore.learning.model import Model

#: Duels of one chunk: enough to make the calls of NumPy cheap, few enough to stay in the caches.
CHUNK_ROWS = 4096
#: How often a running computation says how far it is, in seconds.
REPORT_SECONDS = 0.5
#: Index in place of a move where a side has none, or needs none.
NO_MOVE = -1
#: Called with duels done and duels to do.
Progress = Callable[[int, int], None]


class Interrupted(Exception):
    """The computation was asked to stop; nothing has been stored."""


@dataclass(frozen=True, eq=False)
class Square:
    """Every form (rows, A) against every form (columns, B), in the order of the game's tables.

    values    float32 (n, n): P(A wins) when A names its best move and B replies best; on the
              diagonal NaN
    moves     int16 (n, n): A's best move, an index into the tables, or NO_MOVE
    replies   int16 (n, n): B's best reply to it, or NO_MOVE
    """

    values: np.ndarray
    moves: np.ndarray
    replies: np.ndarray


def empty_square(count: int) -> Square:
    """What is known before anything is computed."""
    values = np.full((count, count), np.nan, dtype=np.float32)
    none = np.full((count, count), NO_MOVE, dtype=np.int16)
    return Square(values, none, none.copy())


def pairs_of(game: GameData) -> np.ndarray:
    """Unordered pairs of different forms that both have a damaging move, int (k, 2)."""
    able = move_strength.fighters_of(game.tables)
    first, second = np.triu_indices(len(able), k=1)
    return np.stack([able[first], able[second]], axis=1)


def row_count(game: GameData, pairs: np.ndarray) -> np.ndarray:
    """Duels that each pair takes, int (k,): moves of one times moves of the other."""
    moves = (game.tables.usable & game.tables.damaging).sum(axis=1)
    return moves[pairs[:, 0]] * moves[pairs[:, 1]]


def solve(champion: Model, game: GameData, pairs: np.ndarray, square: Square) -> int:
    """Answer some pairs, both ways round, into ``square``; returns the number of duels.

    One batched call of the model; not logged, since no user asked for these predictions.
    """
    moves = {int(form): game.usable_moves(int(form)) for form in np.unique(pairs)}
    of_a = [moves[int(form)] for form in pairs[:, 0]]
    of_b = [moves[int(form)] for form in pairs[:, 1]]
    sizes = np.array([len(x) * len(y) for x, y in zip(of_a, of_b, strict=True)])
    forms = np.repeat(pairs, sizes, axis=0).astype(np.int32)
    chances = learning_model.predict_with(
        champion,
        game,
        Setups.flat(forms[:, 0]),
        np.concatenate([np.repeat(x, len(y)) for x, y in zip(of_a, of_b, strict=True)]),
        Setups.flat(forms[:, 1]),
        np.concatenate([np.tile(y, len(x)) for x, y in zip(of_a, of_b, strict=True)]),
    )
    ends = np.cumsum(sizes)
    for k, (a, b) in enumerate(pairs):
        x, y = of_a[k], of_b[k]
        grid = chances[ends[k] - sizes[k] : ends[k]].reshape(len(x), len(y))
        _enter(square, int(a), int(b), game_matchup.from_grid(x, y, grid))
        _enter(square, int(b), int(a), game_matchup.from_grid(y, x, 1.0 - grid.T))
    return len(chances)


def _enter(square: Square, a: int, b: int, answer: game_matchup.Matchup) -> None:
    best = answer.best
    square.values[a, b] = answer.values[best]
    square.moves[a, b] = answer.moves_a[best]
    square.replies[a, b] = answer.moves_b[answer.replies[best]]


def _chunks(game: GameData, pairs: np.ndarray) -> Iterator[np.ndarray]:
    """Pairs in portions of about CHUNK_ROWS duels."""
    portion = np.cumsum(row_count(game, pairs)) // CHUNK_ROWS
    for number in np.unique(portion):
        yield pairs[portion == number]


def compute(
    champion: Model,
    game: GameData,
    *,
    pairs: np.ndarray | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> Square:
    """The square of all pairs, or of those given.

    ``threads``: as many as there are processors when None. Raises Interrupted soon after
    ``stop`` is set, and lets Ctrl-C through: chunks that have not begun are dropped.
    """
    stop = stop or threading.Event()
    count = len(game.form_slugs)
    square = empty_square(count)
    if pairs is None:
        pairs = pairs_of(game)
        able = (game.tables.usable & game.tables.damaging).any(axis=1)
        square.values[able[:, None] & ~able[None, :]] = 1.0
        square.values[~able[:, None] & able[None, :]] = 0.0
        # Where neither can fight, nobody is ahead.
        square.values[~able[:, None] & ~able[None, :]] = 0.5
        np.fill_diagonal(square.values, np.nan)
    total = int(row_count(game, pairs).sum())

    def work(chunk: np.ndarray) -> int:
        return solve(champion, game, chunk, square)

    done = run(work, _chunks(game, pairs), 0, total, threads=threads, progress=progress, stop=stop)
    if stop.is_set():
        raise Interrupted(f"stopped after {done} of {total} duels")
    return square


def run(
    work: Callable[[Any], int],
    chunks: Iterable[Any],
    done: int,
    total: int,
    *,
    threads: int | None,
    progress: Progress | None,
    stop: threading.Event,
) -> int:
    """Give chunks to threads; returns ``done`` and what ``work`` counted of it.

    Ends early when ``stop`` is set. An exception or Ctrl-C sets it: chunks that have not begun are
    dropped.
    """

    def unless_stopped(chunk: Any) -> int:
        return 0 if stop.is_set() else work(chunk)

    threads = threads or len(os.sched_getaffinity(0))
    with ThreadPoolExecutor(threads, thread_name_prefix="rankings") as pool:
        waiting: set[Future[int]] = {pool.submit(unless_stopped, chunk) for chunk in chunks}
        try:
            while waiting and not stop.is_set():
                # With a limit of time, for a wait without one would not hear Ctrl-C.
                ready, waiting = wait(waiting, REPORT_SECONDS, FIRST_COMPLETED)
                for future in ready:
                    done += future.result()
                    if progress:
                        progress(done, total)
        except BaseException:
            stop.set()
            raise
        finally:
            for future in waiting:
                future.cancel()
    return done
