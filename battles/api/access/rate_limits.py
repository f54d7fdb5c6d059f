"""How much of the API a caller may use: a number of requests each minute, counted for all workers.

With Redis a counter there, without it one statement on a row of the database: in both cases the
count is atomic, so that any number of workers together let no more through than one would.
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
#: One in so many callers' first requests of a minute sweeps rows of minutes long gone.
_SWEEP_ONE_IN = 200


@dataclass(frozen=True)
class Allowance:
    """What a caller may use in this minute and what is left; ``reset`` in seconds from now."""

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
    """Count ``cost`` towards the caller's minute; None when there is no limit or no counter.

    A counter that does not answer lets requests through: fairness is worth less than service.
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
