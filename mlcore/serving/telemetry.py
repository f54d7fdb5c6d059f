"""Prometheus counters of served predictions."""

import time
from bisect import bisect_left
from collections import Counter as Tally
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from prometheus_client import Counter, Histogram

PREDICTIONS = Counter(
    "model_predictions", "Duels or matchups answered by a model", ["source", "model", "version"]
)
PREDICTION_SECONDS = Histogram(
    "model_prediction_duration_seconds",
    "Features and model, for all duels of one request",
    ["source"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
CONFIDENCE_BUCKETS = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1.0)
CONFIDENCE = Histogram(
    "model_prediction_confidence",
    "Probability of the side that the model favours",
    ["source"],
    buckets=CONFIDENCE_BUCKETS,
)
LOG_FAILURES = Counter(
    "prediction_log_failures", "Requests refused because their record could not be written"
)


# Found once: to look a metric up by its labels costs more than to count.
_seconds = lru_cache(PREDICTION_SECONDS.labels)
_confidence = lru_cache(CONFIDENCE.labels)
_predictions = lru_cache(PREDICTIONS.labels)


@contextmanager
def timed(source: str) -> Iterator[None]:
    """Measure a call of the model for ``source``."""
    started = time.perf_counter()
    yield
    _seconds(source).observe(time.perf_counter() - started)


def count_predictions(source: str, model: str, version: str, chances: list[float]) -> None:
    """Count what was answered: chances of A."""
    _predictions(source, model, version).inc(len(chances))
    confidence = _confidence(source)
    # What is 0.5 but for the last bit belongs into the bucket of 0.5.
    favored = [round(max(chance, 1 - chance), 12) for chance in chances]
    if len(favored) == 1:
        confidence.observe(favored[0])
        return
    # ``observe`` of them all, at once: it locks twice for each, and a grid has hundreds.
    confidence._sum.inc(sum(favored))
    bounds = confidence._upper_bounds
    for bucket, count in Tally(bisect_left(bounds, value) for value in favored).items():
        confidence._buckets[bucket].inc(count)
