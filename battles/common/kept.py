"""Answers that each process keeps, since they depend on little and cost much to write."""

import hashlib
from collections.abc import Callable

from django.core.cache import caches

#: Seconds after which an answer is written again even if all that it depends on is the same.
KEPT_SECONDS = 3600


def kept(parts: tuple[object, ...], make: Callable[[], bytes]) -> bytes:
    """What ``make`` gives, written once for these ``parts``: all that it depends on."""
    key = hashlib.sha256(repr(parts).encode()).hexdigest()
    cache = caches["reads"]
    content: bytes | None = cache.get(key)
    if content is None:
        content = make()
        cache.set(key, content, KEPT_SECONDS)
    return content
