"""The prediction log, added up while it grows: what live quality and drift are measured on.

Each request is read once and added to the totals of its day, so that an evaluation reads a few
thousand rows whatever the log holds. What may count is decided here:

- A request counts once, by one of its duels that is drawn by lot.
- A request about several pairs counts only with an API key (or without any request, as those of
  commands): nobody else can be known by the duels that he picks.
- No caller is more than ``SHARE`` of what counts for drift on a day, apart from ``FREE`` requests,
  or of the sample for live quality.
- The sample holds every question once, and those with the lowest lots of all questions of the day.
  A lot cannot be foretold without the site's secret, and is the same again for the same log.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

import numpy as np
from django.db import connection, transaction
from django.db.models import Max

from mlcore.engine.state import NO_MOVE
from mlcore.models import AskedOnDay, LogTotals, ModelKind, PredictionLog, SampledAnswer
from mlcore.serving import callers, prediction_log

#: The most that one caller is of a sample.
SHARE = 0.05
#: Requests of a caller that count for drift on a day, however few others there are.
FREE = 10
#: Questions that are kept of each day, by kind of model.
KEPT = {ModelKind.DUEL: 2_000, ModelKind.BATTLE: 500}
#: Steps of the chances that drift compares.
ANSWER_BINS = 200
#: Requests that are added in one go: in SQLite nobody else writes meanwhile.
_CHUNK, _CHUNK_SQLITE = 10_000, 500
#: PostgreSQL gives ids before it shows the rows: those that are under way get so long to arrive.
_SETTLE_SECONDS = 1.0
_FIELDS = (
    "id",
    "created_at",
    "model",
    "model_version",
    "data_fingerprint",
    "source",
    "caller",
    "with_key",
    "duel_count",
    "record",
)


class _Request(NamedTuple):
    id: int
    created_at: datetime
    model: str
    model_version: str
    data_fingerprint: str
    source: str
    caller: int
    with_key: bool
    duel_count: int
    record: bytes

    @property
    def counts(self) -> bool:
        known = self.with_key or self.caller == callers.NOBODY
        return self.duel_count > 0 and (known or prediction_log.is_pairs(self.record))


class _Candidate(NamedTuple):
    lot: int
    created_at: datetime
    source: str
    caller: int
    record: bytes


def add_up(*, seconds: float | None = None) -> int:
    """Add what was logged since the last time; gives how many requests. ``seconds``: at most."""
    started = time.monotonic()
    last = PredictionLog.objects.aggregate(last=Max("id"))["last"] or 0
    LogTotals.objects.get_or_create(pk=1)
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        time.sleep(_SETTLE_SECONDS)
    added = 0
    while seconds is None or time.monotonic() - started < seconds:
        begin = LogTotals.objects.get(pk=1).last_id
        chunk = _read(begin, last)
        if not chunk:
            break
        by_day: dict[tuple[Any, ...], list[_Request]] = defaultdict(list)
        for row in chunk:
            day = row.created_at.astimezone(UTC).date()
            by_day[day, row.model, row.model_version, row.data_fingerprint].append(row)
        with transaction.atomic():
            # Who is overtaken by another process adds nothing.
            mine = LogTotals.objects.filter(pk=1, last_id=begin).update(last_id=chunk[-1].id)
            if mine:
                for key, rows in by_day.items():
                    _add(key, rows)
                added += len(chunk)
    return added


def _read(begin: int, last: int) -> list[_Request]:
    rows = PredictionLog.objects.filter(id__gt=begin, id__lte=last).order_by("id")
    size = _CHUNK_SQLITE if connection.vendor == "sqlite" else _CHUNK
    return [
        _Request._make((*row[:-1], bytes(row[-1]))) for row in rows.values_list(*_FIELDS)[:size]
    ]


def _add(key: tuple[Any, ...], rows: list[_Request]) -> None:
    """Add requests of one day and version to its totals and its sample."""
    names = ("day", "model", "model_version", "data_fingerprint")
    totals, _ = AskedOnDay.objects.get_or_create(**dict(zip(names, key, strict=True)))
    totals.requests += len(rows)
    totals.duels += sum(row.duel_count for row in rows)
    for row in rows:
        requests, duels = totals.sources.get(row.source, (0, 0))
        totals.sources[row.source] = (requests + 1, duels + row.duel_count)
    candidates = [_candidate(row) for row in rows if row.counts]
    counted = [candidate for candidate in candidates if _counts_for_drift(totals, candidate.caller)]
    if counted:
        _count(totals, counted)
    totals.save()
    _keep_lowest(totals, candidates)


def _candidate(row: _Request) -> _Candidate:
    single = prediction_log.one_row(row.record)
    lot = prediction_log.lot_of(prediction_log.question_of(single))
    return _Candidate(lot, row.created_at, row.source, row.caller, single)


def _counts_for_drift(totals: AskedOnDay, caller: int) -> bool:
    """Whether one more request of the caller may count; then it does."""
    so_far = totals.callers.get(str(caller), 0)
    if so_far >= max(FREE, SHARE * totals.counted):
        return False
    totals.callers[str(caller)] = so_far + 1
    totals.counted += 1
    return True


def _count(totals: AskedOnDay, counted: list[_Candidate]) -> None:
    """Both sides' forms, levels and moves, and the answers."""
    columns, chances = prediction_log.unpack_singles([row.record for row in counted])
    lots = np.array([row.lot for row in counted])
    sides = ("a", "b")
    moves = [one_of(columns[f"moves_{side}"], lots >> 8 * at) for at, side in enumerate(sides)]
    seen = {
        "forms": np.concatenate([columns[f"form_{side}"] for side in sides]),
        "levels": np.concatenate([columns[f"level_{side}"] for side in sides]),
        "moves": np.concatenate(moves),
        "answers": np.minimum((chances * ANSWER_BINS).astype(int), ANSWER_BINS - 1),
    }
    for name, values in seen.items():
        known = Counter(totals.histograms.get(name, {}))
        numbers, counts = np.unique(values, return_counts=True)
        known.update(dict(zip(map(str, numbers.tolist()), counts.tolist(), strict=True)))
        totals.histograms[name] = dict(known)


def one_of(slots: np.ndarray, lots: np.ndarray) -> np.ndarray:
    """One of the moves of each row of slots (k, n) by its lot, -1 where there is none."""
    filled = slots != NO_MOVE
    wanted = lots % np.maximum(filled.sum(axis=1), 1)
    place = (filled & (np.cumsum(filled, axis=1) - 1 == wanted[:, None])).argmax(axis=1)
    return slots[np.arange(len(slots)), place]


def _keep_lowest(totals: AskedOnDay, candidates: Iterable[_Candidate]) -> None:
    """The sample of the day after these: each question once, its first asker's, lowest lots."""
    kept = KEPT[ModelKind(totals.model)]
    there = dict(totals.sample.values_list("lot", "caller"))
    highest = max(there) if len(there) >= kept else None
    new: dict[int, _Candidate] = {}
    for candidate in candidates:
        if candidate.lot not in there and (highest is None or candidate.lot < highest):
            new.setdefault(candidate.lot, candidate)
    if not new:
        return
    of_caller: Counter[int] = Counter()
    stays: set[int] = set()
    for lot, caller in sorted({**there, **{lot: row.caller for lot, row in new.items()}}.items()):
        if len(stays) < kept and of_caller[caller] < SHARE * kept:
            of_caller[caller] += 1
            stays.add(lot)
    totals.sample.filter(lot__in=there.keys() - stays).delete()
    SampledAnswer.objects.bulk_create(
        [SampledAnswer(asked=totals, **new[lot]._asdict()) for lot in sorted(new.keys() & stays)]
    )


def fair(askers: list[tuple[int, int]], most: int, *, share: float = SHARE) -> list[int]:
    """Positions of up to ``most`` of these, none of whose askers is more than ``share`` of them.

    askers: (week, number) of each; the first of each asker are taken. Numbers change with the week,
    so in a sample of two weeks each may be half as much. Empty where there are too few askers.
    """
    if not askers:
        return []
    share /= len({week for week, _ in askers})
    size = min(len(askers), most)
    while True:
        of_asker: Counter[tuple[int, int]] = Counter()
        taken = []
        for position, asker in enumerate(askers):
            if of_asker[asker] < int(share * size):
                of_asker[asker] += 1
                taken.append(position)
        if len(taken) >= size:
            return taken[:size]
        size = len(taken)
