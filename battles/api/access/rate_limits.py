"""Rate limits: requests per minute and caller, counted across all workers.

The count is in Redis, or without Redis in a database row updated by one statement. Both are
atomic, so the limit holds for any number of workers.
"""

import logging
import secrets
import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, InterfaceError

from battles.common import shared_cache
from battles.models import RateCount
from mlcore.lib.serial_writes import write

logger = logging.getLogger(__name__)

WINDOW_SECONDS = 60
#: One in this many first requests of a minute deletes the rows of past minutes.
_SWEEP_ONE_IN = 200


@dataclass(frozen=True)
class Allowance:
    """A caller's limit for this minute and what remains; ``reset`` is in seconds from now."""

    limit: int
    remaining: int
    reset: int
    exceeded: bool

    @property
    def headers(self) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(self.reset),
        }


def spend(caller: str, cost: int, limit: int) -> Allowance | None:
    """Count ``cost`` toward the caller's minute; None when there is no limit or no counter.

    If the counter is unavailable, requests are allowed: availability matters more than limits.
    """
    if limit <= 0:
        return None
    now = time.time()
    window = int(now // WINDOW_SECONDS)
    try:
        used = _count(caller, window, cost)
    except (DatabaseError, InterfaceError, *shared_cache.errors()) as error:
        logger.warning("requests are not counted: %s", error)
        return None
    return Allowance(
        limit=limit,
        remaining=max(0, limit - used),
        reset=max(1, int((window + 1) * WINDOW_SECONDS - now) + 1),
        exceeded=used > limit,
    )


def _count(caller: str, window: int, cost: int) -> int:
    """What the caller has used in this window, ``cost`` included."""
    if settings.REDIS_URL:
        key = f"rate/{caller}/{window}"
        cache.add(key, 0, 2 * WINDOW_SECONDS)
        return int(cache.incr(key, cost))
    return _count_in_database(caller, window, cost)


_UPSERT = f"""
    INSERT INTO {RateCount._meta.db_table} AS counted (caller, "window", used)
    VALUES (%s, %s, %s)
    ON CONFLICT (caller) DO UPDATE SET
        used = CASE WHEN counted."window" = excluded."window"
                    THEN counted.used + excluded.used ELSE excluded.used END,
        "window" = excluded."window"
    RETURNING used
"""


def _count_in_database(caller: str, window: int, cost: int) -> int:
    used = int(write(_UPSERT, [caller, window, cost]))
    if used == cost and secrets.randbelow(_SWEEP_ONE_IN) == 0:
        RateCount.objects.filter(window__lt=window - 1).delete()
    return used
