"""Answers that each process keeps, since they depend on little and cost much to make."""

import hashlib
from collections.abc import Callable
from typing import TypeVar

from django.core.cache import caches

#: Seconds after which an answer is made again even if all that it depends on is the same.
KEPT_SECONDS = 3600
T = TypeVar("T")


def kept(
    parts: tuple[object, ...],
    make: Callable[[], T],
    *,
    cache: str = "reads",
    seconds: int = KEPT_SECONDS,
) -> T:
    """What ``make`` gives, made once for these ``parts``: all that it depends on."""
    key = hashlib.sha256(repr(parts).encode()).hexdigest()
    answer: T | None = caches[cache].get(key)
    if answer is None:
        answer = make()
        caches[cache].set(key, answer, seconds)
    return answer
