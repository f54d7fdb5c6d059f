"""One allowance a caller, shared by pages and API, in units of work.

A unit is 50 ms of CPU. A request costs the CPU that answering it took, and at least one unit; one
whose price is known beforehand pays it before anything is done, and the rest afterwards. What a
caller has used beyond its allowance is owed by its next minute, so that over time nobody takes
more than 300 units a minute: a quarter of one core.

The count is in Redis, or without Redis in a database row updated by one statement. Both are
atomic, so the allowance holds for any number of workers.
"""

import ipaddress
import logging
import math
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from time import thread_time

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest

from battles.common import shared_cache
from battles.models import RateCount
from mlcore.lib.serial_writes import write

logger = logging.getLogger(__name__)

UNIT_SECONDS = 0.05
WINDOW_SECONDS = 60
#: One in this many first requests of a minute deletes the rows of past minutes.
_SWEEP_ONE_IN = 200
#: A counter that is not free within this time is done without, and not tried again for a while.
_PATIENCE_SECONDS = 2.0
_AWAY_SECONDS = 5.0


@dataclass
class Allowance:
    """A caller's units for this minute and what remains; ``reset`` is in seconds from now."""

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


class _Counter:
    """What this process remembers of the count: who is refused anyway, and whether it answers."""

    def __init__(self) -> None:
        self.window = 0
        self.used_up: dict[str, int] = {}
        self.away_until = 0.0

    def used(self, caller: str, window: int) -> int | None:
        """What a caller who has used up this minute's allowance has used."""
        if window != self.window:
            self.window, self.used_up = window, {}
        return self.used_up.get(caller)

    def add(self, caller: str, window: int, units: int, limit: int) -> int | None:
        """The caller's units in this window, these included; None while nothing is counted.

        Without a counter requests are allowed: availability matters more than limits.
        """
        if time.time() < self.away_until:
            return None
        try:
            return _count(caller, window, units, limit)
        except (DatabaseError, InterfaceError, *shared_cache.errors()) as error:
            self.away_until = time.time() + _AWAY_SECONDS
            logger.warning("requests are not counted: %s", error)
            return None


_counter = _Counter()


def forget() -> None:
    """Ask the counter again. For tests."""
    global _counter
    _counter = _Counter()


def spend(caller: str, cost: int, limit: int) -> Allowance | None:
    """Take ``cost`` units off the caller's minute if there are as many left.

    None when there is no limit or no counter. What is refused costs nothing.
    """
    if limit <= 0:
        return None
    window = int(time.time() // WINDOW_SECONDS)
    used = _counter.used(caller, window)
    if used is not None:
        return _allowance(limit, used, window, exceeded=True)
    used = _counter.add(caller, window, cost, limit)
    if used is None:
        return None
    if used <= limit:
        return _allowance(limit, used, window, exceeded=False)
    _counter.add(caller, window, -cost, limit)
    used -= cost
    if used >= limit:
        _counter.used_up[caller] = used
    return _allowance(limit, used, window, exceeded=True)


def used_up(caller: str, limit: int) -> Allowance | None:
    """The allowance of a caller who is known to have none left; None for everybody else."""
    window = int(time.time() // WINDOW_SECONDS)
    used = _counter.used(caller, window) if limit > 0 else None
    return None if used is None else _allowance(limit, used, window, exceeded=True)


def _allowance(limit: int, used: int, window: int, *, exceeded: bool) -> Allowance:
    # Who owes more than a minute waits for the minute in which something is left.
    last = window + max(1, used // limit)
    return Allowance(
        limit=limit,
        remaining=max(0, limit - used),
        reset=max(1, int(last * WINDOW_SECONDS - time.time()) + 1),
        exceeded=exceeded,
    )


def _count(caller: str, window: int, units: int, limit: int) -> int:
    """What the caller has used in this window, what it owed and ``units`` included."""
    if not settings.REDIS_URL:
        return _count_in_database(caller, window, units, limit)
    key = f"rate/{caller}/{window}"
    try:
        return int(cache.incr(key, units))
    except ValueError:
        before = int(cache.get(f"rate/{caller}/{window - 1}", 0))
        cache.add(key, max(0, before - limit), 2 * WINDOW_SECONDS)
        return int(cache.incr(key, units))


_UPSERT = f"""
    INSERT INTO {RateCount._meta.db_table} AS counted (caller, "window", used)
    VALUES (%s, %s, %s)
    ON CONFLICT (caller) DO UPDATE SET
        used = excluded.used + CASE
            WHEN counted."window" >= excluded."window" THEN counted.used
            WHEN counted.used > %s * (excluded."window" - counted."window")
                THEN counted.used - %s * (excluded."window" - counted."window")
            ELSE 0 END,
        "window" = excluded."window"
    RETURNING used
"""

_SWEEP = f'DELETE FROM {RateCount._meta.db_table} WHERE "window" < %s'


def _count_in_database(caller: str, window: int, units: int, limit: int) -> int:
    parameters = [caller, window, units, limit, limit]
    used = int(write(_UPSERT, parameters, patience=_PATIENCE_SECONDS))
    if used == units and secrets.randbelow(_SWEEP_ONE_IN) == 0:
        # By itself, since this may be within a write of several statements.
        with connection.cursor() as cursor:
            cursor.execute(_SWEEP, [window - 1])
    return used


@dataclass
class Meter:
    """What a request costs: CPU since it began, less what has been paid."""

    address: str
    started: float = field(default_factory=thread_time)
    caller: str = ""
    limit: int = 0
    paid: int = 0
    allowance: Allowance | None = None

    def admit(self, caller: str, limit: int, cost: int = 1) -> Allowance | None:
        """Name who pays, and let it pay ``cost`` units; as ``spend``."""
        self.caller, self.limit, self.paid = caller, limit, cost
        self.allowance = spend(caller, cost, limit)
        return self.allowance

    def settle(self) -> None:
        """Count what the request has cost beyond what was paid. What was refused costs nothing."""
        if self.allowance is not None and self.allowance.exceeded:
            return
        if not self.caller:
            self.caller, self.limit = f"ip/{self.address}", settings.API_ANONYMOUS_RATE
        units = max(1, math.ceil((thread_time() - self.started) / UNIT_SECONDS)) - self.paid
        if units <= 0 or self.limit <= 0:
            return
        window = int(time.time() // WINDOW_SECONDS)
        _counter.add(self.caller, window, units, self.limit)
        if self.allowance is not None:
            self.allowance.remaining = max(0, self.allowance.remaining - units)


_running: ContextVar[Meter | None] = ContextVar("meter", default=None)


@contextmanager
def metered(request: HttpRequest) -> Iterator[Meter]:
    """The meter of this request runs until the block ends."""
    meter = Meter(address_of(request))
    token = _running.set(meter)
    try:
        yield meter
    finally:
        _running.reset(token)


def meter_of(request: HttpRequest) -> Meter:
    """The request's meter; a new one outside of a server."""
    return _running.get() or Meter(address_of(request))


def address_of(request: HttpRequest) -> str:
    """The caller's address; for IPv6 its /64 network, since one household has many addresses."""
    parsed = parsed_address(request.META.get("REMOTE_ADDR") or "")
    if parsed is None:
        return "unknown"
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


@lru_cache(maxsize=4096)
def parsed_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An IP address, an IPv4 one that is written as IPv6 as what it is; None for anything else."""
    try:
        parsed = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed
