"""Who is strongest: every form against every other, each with its best move.

A match-up is answered as ``mlcore.matchup`` answers it, with all damaging moves of both sides and
under flat rules: A names the move whose worst case is best, B replies best. The whole square is
computed in bulk and kept as one row (``mlcore.models.Ranking``), so that pages read one row.

The grid of A's moves against B's also answers B against A, since predictions are antisymmetric:
half of the pairs are enough. Chunks of duels go to threads; the compiled kernels and XGBoost
release the interpreter's lock.

A side without a damaging move has lost: 0 for it, 1 for the other, and no move is named.
"""

import fcntl
import hashlib
import io
import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

import numpy as np
from django.conf import settings

from mlcore import atomic, gamedata, matchup, predictor
from mlcore.engine.specs import Setups
from mlcore.gamedata import GameData
from mlcore.models import Ranking
from mlcore.predictor import Champion

logger = logging.getLogger(__name__)

#: Duels of one chunk: enough to make the calls of NumPy cheap, few enough to stay in the caches.
CHUNK_ROWS = 4096
#: Rankings that are kept; older ones are deleted.
KEPT = 3
#: How often a running computation says how far it is, in seconds.
REPORT_SECONDS = 0.5
#: So long a process that was just started may take before it holds the lock.
START_SECONDS = 30
#: Index in place of a move where a side has none, or needs none.
NO_MOVE = -1

#: Called with duels done and duels to do.
Progress = Callable[[int, int], None]


class Busy(Exception):
    """Another process computes the rankings right now."""


class Interrupted(Exception):
    """The computation was told to stop; nothing has been stored."""


# --- the computation -------------------------------------------------------------------------


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
    able = np.flatnonzero((game.tables.usable & game.tables.damaging).any(axis=1))
    first, second = np.triu_indices(len(able), k=1)
    return np.stack([able[first], able[second]], axis=1)


def row_count(game: GameData, pairs: np.ndarray) -> np.ndarray:
    """Duels that each pair takes, int (k,): moves of one times moves of the other."""
    moves = (game.tables.usable & game.tables.damaging).sum(axis=1)
    return moves[pairs[:, 0]] * moves[pairs[:, 1]]


def solve(champion: Champion, game: GameData, pairs: np.ndarray, square: Square) -> int:
    """Answer some pairs, both ways round, into ``square``; returns the number of duels.

    One batched call of the model; nothing is logged, since nobody asked for these predictions.
    """
    moves = {int(form): game.usable_moves(int(form)) for form in np.unique(pairs)}
    of_a = [moves[int(form)] for form in pairs[:, 0]]
    of_b = [moves[int(form)] for form in pairs[:, 1]]
    sizes = np.array([len(x) * len(y) for x, y in zip(of_a, of_b, strict=True)])
    forms = np.repeat(pairs, sizes, axis=0).astype(np.int32)
    chances = predictor.predict_with(
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
        _enter(square, int(a), int(b), matchup.from_grid(x, y, grid))
        _enter(square, int(b), int(a), matchup.from_grid(y, x, 1.0 - grid.T))
    return len(chances)


def _enter(square: Square, a: int, b: int, answer: matchup.Matchup) -> None:
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
    champion: Champion,
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
    threads = threads or len(os.sched_getaffinity(0))
    done = 0

    def work(chunk: np.ndarray) -> int:
        return 0 if stop.is_set() else solve(champion, game, chunk, square)

    with ThreadPoolExecutor(threads, thread_name_prefix="rankings") as pool:
        waiting: set[Future[int]] = {pool.submit(work, each) for each in _chunks(game, pairs)}
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
    if stop.is_set():
        raise Interrupted(f"stopped after {done} of {total} duels")
    return square


# --- one at a time, and how far it is ---------------------------------------------------------


def _state_path() -> Path:
    return Path(settings.VAR_DIR) / "rankings.json"


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the right to compute; raises Busy when another process has it.

    The lock belongs to the process: it ends with it, however it ends.
    """
    path = _state_path().with_suffix(".lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Busy("the rankings are being computed by another process") from error
        try:
            yield
        finally:
            _state_path().unlink(missing_ok=True)


@dataclass(frozen=True)
class Running:
    """A computation under way; ``share`` of it is done, ``seconds`` it will take yet."""

    share: float
    seconds: float | None


def running() -> Running | None:
    """How far the computation is that some process on this machine is at; None when none is."""
    state = _read_state()
    try:
        with _state_path().with_suffix(".lock").open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        idle = True
    except FileNotFoundError:
        idle = True
    except OSError:
        idle = False
    if idle:
        # Somebody may have started a process that is not there yet.
        starting = state and not state[1] and time.time() - state[2] < START_SECONDS
        return Running(0.0, None) if starting else None
    if state and state[0]:
        done, total, since = state
        return Running(done / total, max(0.0, time.time() - since) * (total - done) / done)
    return Running(0.0, None)


def _read_state() -> tuple[int, int, float] | None:
    """Duels done, duels to do (0 while starting), and since when."""
    try:
        state = json.loads(_state_path().read_text())
        return int(state["done"]), int(state["total"]), float(state["since"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write_state(done: int, total: int, since: float) -> None:
    state = {"done": done, "total": total, "since": since}
    atomic.write(_state_path(), json.dumps(state).encode())


class _Reporter:
    """Writes the state file, at most twice a second, and tells a listener."""

    def __init__(self, listener: Progress | None) -> None:
        self.listener = listener
        self.since = time.time()
        self.wrote_at = float("-inf")

    def __call__(self, done: int, total: int) -> None:
        if self.listener:
            self.listener(done, total)
        if time.monotonic() - self.wrote_at >= REPORT_SECONDS or done == total:
            self.wrote_at = time.monotonic()
            _write_state(done, total, self.since)


# --- what is kept -----------------------------------------------------------------------------


def inputs_of(champion: Champion, game: GameData) -> str:
    """A hash of everything that the numbers depend on: model, facts, who can use which move."""
    digest = hashlib.sha256()
    for part in (champion.version, champion.metadata.get("model_sha256", ""), game.fingerprint):
        digest.update(f"{part}\n".encode())
    digest.update(np.ascontiguousarray(game.tables.usable).tobytes())
    return digest.hexdigest()


def store(
    champion: Champion, game: GameData, square: Square, *, rows: int = 0, seconds: float = 0.0
) -> Ranking:
    """Keep a square as the newest ranking; all but the newest KEPT are deleted."""
    packed = io.BytesIO()
    np.savez_compressed(
        packed,
        form_ids=game.tables.form_ids,
        move_ids=game.tables.move_ids,
        values=square.values,
        moves=square.moves,
        replies=square.replies,
    )
    row = Ranking.objects.create(
        model_version=champion.version,
        data_fingerprint=game.fingerprint,
        inputs=inputs_of(champion, game),
        rows=rows,
        seconds=seconds,
        arrays=packed.getvalue(),
    )
    old = Ranking.objects.order_by("-id").values_list("pk", flat=True)[KEPT:]
    Ranking.objects.filter(pk__in=list(old)).delete()
    return row


def is_current(champion: Champion, game: GameData) -> bool:
    """The newest ranking was made by this model of these facts."""
    newest = Ranking.objects.order_by("-id").values_list("inputs", flat=True).first()
    return newest == inputs_of(champion, game)


def refresh(
    *,
    force: bool = False,
    threads: int | None = None,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> Ranking | None:
    """Compute and keep the rankings of champion and facts as they are now.

    Returns None when they are up to date already (unless ``force``). Nothing is stored before
    all is done. When model or facts change meanwhile, what was computed is stored as of its
    own model and the next refresh makes it new.

    Raises Busy, Interrupted, predictor.NoChampion, gamedata.IncompleteGameData.
    """
    with one_at_a_time():
        champion, game = predictor.current(), gamedata.current()
        if not force and is_current(champion, game):
            return None
        rows = int(row_count(game, pairs_of(game)).sum())
        started = time.perf_counter()
        square = compute(champion, game, threads=threads, progress=_Reporter(progress), stop=stop)
        seconds = time.perf_counter() - started
        logger.info("rankings: %d duels in %.1f s", rows, seconds)
        return store(champion, game, square, rows=rows, seconds=seconds)


def start_detached() -> None:
    """Begin ``manage.py rankings`` in a process that outlives this one, behind all others.

    Two of them do no harm: the second one finds the first at work and ends.
    """
    log = _state_path().with_suffix(".log")
    _write_state(0, 0, time.time())
    with log.open("ab") as output:
        subprocess.Popen(
            [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), "rankings", "--nice"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            cwd=settings.BASE_DIR,
        )


# --- reading ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """One form against another, by their ids; ``move`` and ``reply`` are ids or None."""

    opponent: int
    value: float
    move: int | None
    reply: int | None


@dataclass(frozen=True)
class Standing:
    """A form's place among all, from 1; forms with equal means share one.

    mean    P(it wins), over all opponents; beaten   opponents it wins against more often than not
    move, move_count   the id of the move that is its best one against most opponents, and
                       against how many; None and 0 without a damaging move
    """

    form: int
    place: int
    mean: float
    beaten: int
    opponents: int
    move: int | None
    move_count: int

    @property
    def can_fight(self) -> bool:
        return self.move is not None


@dataclass(frozen=True, eq=False)
class Standings:
    """A stored ranking in memory. Forms and moves are spoken of by their ids."""

    run: int
    created_at: datetime
    model_version: str
    data_fingerprint: str
    inputs: str
    rows: int
    seconds: float
    form_ids: np.ndarray
    move_ids: np.ndarray
    square: Square

    @cached_property
    def index(self) -> dict[int, int]:
        """Row of each form."""
        return {int(form): at for at, form in enumerate(self.form_ids)}

    @cached_property
    def standings(self) -> dict[int, Standing]:
        """Every form's standing by its id, best first; who cannot fight comes last."""
        values = self.square.values
        means = np.nanmean(values, axis=1)
        able = (self.square.moves != NO_MOVE).any(axis=1)
        order = np.lexsort((self.form_ids, -means, ~able))
        found: dict[int, Standing] = {}
        place = 0
        for position, row in enumerate(order):
            before = order[position - 1] if position else row
            if not position or means[row] != means[before] or able[row] != able[before]:
                place = position + 1
            used = self.square.moves[row][self.square.moves[row] != NO_MOVE]
            moves, counts = np.unique(used, return_counts=True)
            top = int(counts.argmax()) if len(moves) else 0
            form = int(self.form_ids[row])
            found[form] = Standing(
                form=form,
                place=place,
                mean=float(means[row]),
                beaten=int((values[row] > 0.5).sum()),
                opponents=int(np.isfinite(values[row]).sum()),
                move=int(self.move_ids[moves[top]]) if len(moves) else None,
                move_count=int(counts[top]) if len(moves) else 0,
            )
        return found

    def place_of(self, form: int) -> Standing | None:
        """The standing of a form; None for one that was not ranked."""
        return self.standings.get(form)

    def outcome(self, a: int, b: int) -> Outcome | None:
        """A against B; None for a form against itself or one that was not ranked."""
        row, column = self.index.get(a), self.index.get(b)
        if row is None or column is None or row == column:
            return None
        return self._outcome(row, column)

    def _outcome(self, row: int, column: int) -> Outcome:
        move, reply = self.square.moves[row, column], self.square.replies[row, column]
        return Outcome(
            opponent=int(self.form_ids[column]),
            value=float(self.square.values[row, column]),
            move=None if move == NO_MOVE else int(self.move_ids[move]),
            reply=None if reply == NO_MOVE else int(self.move_ids[reply]),
        )

    def best_and_worst(self, form: int, count: int = 3) -> tuple[list[Outcome], list[Outcome]]:
        """The form's best and worst match-ups, the most extreme first.

        Opponents without a damaging move are left out. Of equally sure match-ups (to a hundredth)
        those count more whose opponent stands higher, among the worst lower.
        """
        row = self.index.get(form)
        if row is None:
            return [], []
        values = np.round(self.square.values[row].astype(np.float64), 2)
        means = self._opponent_means
        fights = np.flatnonzero(np.isfinite(values) & np.isfinite(means))
        best = fights[np.lexsort((-means[fights], -values[fights]))][:count]
        worst = fights[np.lexsort((means[fights], values[fights]))][:count]
        return (
            [self._outcome(row, int(column)) for column in best],
            [self._outcome(row, int(column)) for column in worst],
        )

    @cached_property
    def _opponent_means(self) -> np.ndarray:
        """Mean of each form, NaN for those that cannot fight."""
        means = np.nanmean(self.square.values, axis=1).astype(np.float64)
        means[(self.square.moves == NO_MOVE).all(axis=1)] = np.nan
        return means


_lock = threading.Lock()
_kept: Standings | None = None


def current() -> Standings | None:
    """The newest ranking, None when there is none. One query; the arrays are read once a run."""
    global _kept
    newest = Ranking.objects.order_by("-id").values_list("pk", "created_at").first()
    if newest is None:
        return None
    kept = _kept
    # A restored database may give the same number to another run.
    if kept is not None and (kept.run, kept.created_at) == newest:
        return kept
    with _lock:
        row = Ranking.objects.filter(pk=newest[0]).first()
        if row is not None:
            _kept = _unpack(row)
        return _kept


def _unpack(row: Ranking) -> Standings:
    with np.load(io.BytesIO(bytes(row.arrays)), allow_pickle=False) as arrays:
        return Standings(
            run=row.pk,
            created_at=row.created_at,
            model_version=row.model_version,
            data_fingerprint=row.data_fingerprint,
            inputs=row.inputs,
            rows=row.rows,
            seconds=row.seconds,
            form_ids=arrays["form_ids"],
            move_ids=arrays["move_ids"],
            square=Square(arrays["values"], arrays["moves"], arrays["replies"]),
        )


def place_of(form: int) -> Standing | None:
    """The standing of a form, by its id; None when nothing is ranked yet."""
    standings = current()
    return standings.place_of(form) if standings else None


def best_and_worst(form: int, count: int = 3) -> tuple[list[Outcome], list[Outcome]]:
    """Best and worst match-ups of a form, by its id; empty when nothing is ranked yet."""
    standings = current()
    return standings.best_and_worst(form, count) if standings else ([], [])
