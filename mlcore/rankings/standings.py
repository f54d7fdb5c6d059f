"""Stored rankings, read: each form's place, best and worst matchups.

The whole square is one row (``mlcore.models.Ranking``), so that pages read one row.
"""

import io
import threading
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np

from mlcore.models import Ranking
from mlcore.rankings import compute as rankings_compute


@dataclass(frozen=True)
class MatchupOutcome:
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
    can_fight          False for a form that has lost against all others
    moves              ids of its set, if both play well
    """

    form: int
    place: int
    mean: float
    beaten: int
    opponents: int
    move: int | None
    move_count: int
    can_fight: bool
    moves: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Standings:
    """A stored ranking in memory. Forms and moves are spoken of by their ids.

    ``sets``: int (n, 4), the forms' moves if both play well (then ``square`` names no moves), else
    None.
    """

    run: int
    play: str
    created_at: datetime
    model_version: str
    data_fingerprint: str
    inputs: str
    rows: int
    seconds: float
    form_ids: np.ndarray
    move_ids: np.ndarray
    square: rankings_compute.Square
    sets: np.ndarray | None = None

    @cached_property
    def able(self) -> np.ndarray:
        """Who can fight, bool (n,); when both play well, a form without a move struggles."""
        if self.sets is not None:
            return np.ones(len(self.form_ids), dtype=bool)
        return (self.square.moves != rankings_compute.NO_MOVE).any(axis=1)

    @cached_property
    def index(self) -> dict[int, int]:
        """Row of each form."""
        return {int(form): at for at, form in enumerate(self.form_ids)}

    @cached_property
    def standings(self) -> dict[int, Standing]:
        """Every form's standing by its id, best first; who cannot fight comes last."""
        values = self.square.values
        means = np.nanmean(values, axis=1)
        able = self.able
        order = np.lexsort((self.form_ids, -means, ~able))
        by_form: dict[int, Standing] = {}
        place = 0
        for position, row in enumerate(order):
            before = order[position - 1] if position else row
            if not position or means[row] != means[before] or able[row] != able[before]:
                place = position + 1
            used = self.square.moves[row][self.square.moves[row] != rankings_compute.NO_MOVE]
            moves, counts = np.unique(used, return_counts=True)
            top = int(counts.argmax()) if len(moves) else 0
            form = int(self.form_ids[row])
            by_form[form] = Standing(
                form=form,
                place=place,
                mean=float(means[row]),
                beaten=int((values[row] > 0.5).sum()),
                opponents=int(np.isfinite(values[row]).sum()),
                move=int(self.move_ids[moves[top]]) if len(moves) else None,
                move_count=int(counts[top]) if len(moves) else 0,
                can_fight=bool(able[row]),
                moves=self._set_of(row),
            )
        return by_form

    def _set_of(self, row: int) -> tuple[int, ...]:
        """The ids of a form's set, in the order in which its moves were chosen."""
        if self.sets is None:
            return ()
        return tuple(int(self.move_ids[move]) for move in self.sets[row] if move >= 0)

    def place_of(self, form: int) -> Standing | None:
        """The standing of a form; None for one that was not ranked."""
        return self.standings.get(form)

    def outcome(self, a: int, b: int) -> MatchupOutcome | None:
        """A against B; None for a form against itself or one that was not ranked."""
        row, column = self.index.get(a), self.index.get(b)
        if row is None or column is None or row == column:
            return None
        return self._outcome(row, column)

    def _outcome(self, row: int, column: int) -> MatchupOutcome:
        move, reply = self.square.moves[row, column], self.square.replies[row, column]
        return MatchupOutcome(
            opponent=int(self.form_ids[column]),
            value=float(self.square.values[row, column]),
            move=None if move == rankings_compute.NO_MOVE else int(self.move_ids[move]),
            reply=None if reply == rankings_compute.NO_MOVE else int(self.move_ids[reply]),
        )

    def best_and_worst(
        self, form: int, count: int = 3
    ) -> tuple[list[MatchupOutcome], list[MatchupOutcome]]:
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
        means[~self.able] = np.nan
        return means


_lock = threading.Lock()
_kept: dict[str, Standings] = {}


def current(play: str = Ranking.Play.ONE_MOVE) -> Standings | None:
    """The newest ranking of its kind, None when there is none.

    One query; the arrays are read once a run.
    """
    same = Ranking.objects.filter(play=play)
    newest = same.order_by("-id").values_list("pk", "created_at").first()
    if newest is None:
        return None
    kept = _kept.get(play)
    # A restored database may give the same number to another run.
    if kept is not None and (kept.run, kept.created_at) == newest:
        return kept
    with _lock:
        row = Ranking.objects.filter(pk=newest[0]).first()
        if row is not None:
            _kept[play] = _unpack(row)
        return _kept.get(play)


def _unpack(row: Ranking) -> Standings:
    with np.load(io.BytesIO(bytes(row.arrays)), allow_pickle=False) as arrays:
        values = arrays["values"]
        square = rankings_compute.empty_square(len(values))
        well = row.play == Ranking.Play.WELL
        return Standings(
            run=row.pk,
            play=row.play,
            created_at=row.created_at,
            model_version=row.model_version,
            data_fingerprint=row.data_fingerprint,
            inputs=row.inputs,
            rows=row.rows,
            seconds=row.seconds,
            form_ids=arrays["form_ids"],
            move_ids=arrays["move_ids"],
            square=rankings_compute.Square(
                values,
                square.moves if well else arrays["moves"],
                square.replies if well else arrays["replies"],
            ),
            sets=arrays["sets"] if well else None,
        )
