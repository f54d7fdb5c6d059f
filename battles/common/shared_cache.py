"""The cache shared by all workers, for callers that can do without it during an outage."""

import logging
from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.core.cache import caches
from django.db import DatabaseError, InterfaceError

logger = logging.getLogger(__name__)
T = TypeVar("T")


def errors() -> tuple[type[Exception], ...]:
    """The errors of an unreachable Redis; none without Redis."""
    if not settings.REDIS_URL:
        return ()
    from django_redis.exceptions import ConnectionInterrupted
    from redis.exceptions import RedisError

    return ConnectionInterrupted, RedisError


def get_or_make(key: str, make: Callable[[], T], seconds: int) -> T:
    """The value cached under ``key``, computed if missing. None is not cached.

    While the shared cache does not answer, each process keeps its own.
    """
    for cache in (caches["default"], caches["process"]):
        try:
            kept: T | None = cache.get(key)
        except (DatabaseError, InterfaceError, *errors()) as error:
            logger.warning("the shared cache does not answer: %s", error)
            continue
        if kept is None:
            kept = make()
            try:
                cache.set(key, kept, seconds)
            except (DatabaseError, InterfaceError, *errors()) as error:
                logger.warning("the shared cache does not answer: %s", error)
        return kept
    return make()
