"""The cache that all workers share, for those who can do without it for a while."""

import logging
from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.core.cache import caches
from django.db import DatabaseError, InterfaceError

logger = logging.getLogger(__name__)
T = TypeVar("T")


def errors() -> tuple[type[Exception], ...]:
    """What a Redis that does not answer raises; nothing without Redis."""
    if not settings.REDIS_URL:
        return ()
    from django_redis.exceptions import ConnectionInterrupted
    from redis.exceptions import RedisError

    return ConnectionInterrupted, RedisError


def get_or_make(key: str, make: Callable[[], T], seconds: int) -> T:
    """What is kept under ``key``, made when it is not there. None is not kept.

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
