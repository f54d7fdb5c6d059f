"""What tests put into the prediction log: requests of many callers, as answers leave them."""

import numpy as np

from mlcore.models import ModelKind, PredictionLog
from mlcore.serving import prediction_log


def log_request(
    game,
    duels,
    chances,
    *,
    source="api",
    model=ModelKind.DUEL,
    version="v1",
    caller=1,
    with_key=False,
    fingerprint=None,
):
    """One request about these duels or match-ups, as one row; gives its id."""
    columns = prediction_log.columns_of(game.tables, duels)
    return PredictionLog.insert(
        source=source,
        model=model,
        model_version=version,
        data_fingerprint=fingerprint or game.fingerprint,
        request_id="",
        caller=caller,
        with_key=with_key,
        duel_count=len(chances),
        record=prediction_log.pack(columns, np.asarray(chances)),
    )


def rows_of(duels, rows):
    """Some of the duels or match-ups."""
    a, moves_a, b, moves_b = duels
    return a.take(rows), moves_a[rows], b.take(rows), moves_b[rows]


def log_each(game, duels, chances, *, callers=40, **options):
    """A request for each duel or match-up, of as many callers as said in turn."""
    for row in range(len(chances)):
        one = np.array([row])
        log_request(game, rows_of(duels, one), chances[one], caller=1 + row % callers, **options)


def record_of(row=None):
    """What the only row of the log, or this one, holds."""
    row = row or PredictionLog.objects.get()
    return prediction_log.unpack(bytes(row.record))


def distinct(game, duels, count):
    """The first ``count`` of the duels that are not the same as one before."""
    columns = prediction_log.columns_of(game.tables, duels)
    flat = np.column_stack([values.reshape(len(values), -1) for values in columns.values()])
    first = np.sort(np.unique(flat, axis=0, return_index=True)[1])
    assert len(first) >= count
    return rows_of(duels, first[:count])
