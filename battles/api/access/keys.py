"""API keys: made once, kept as hashes, looked up in memory."""

import hashlib
import logging
import secrets
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from battles.models import ApiKey, Scope

logger = logging.getLogger(__name__)

START = "pdx_"
_PREFIX_LENGTH = len(START) + 8
#: Longer texts are rejected without hashing them.
MAX_LENGTH = 128
#: How often a process reloads the keys, in seconds.
POLL_SECONDS = 2.0
#: How often the last use of a key is saved, in seconds.
_SEEN_SECONDS = 60.0


def create(*, name: str, scopes: Iterable[str], rate_per_minute: int | None = None) -> tuple:
    """A new key: its row, and the key itself, which is not stored."""
    key = f"{START}{secrets.token_urlsafe(32)}"
    row = ApiKey.objects.create(
        name=name,
        prefix=key[:_PREFIX_LENGTH],
        digest=digest_of(key),
        scopes=sorted(scopes),
        rate_per_minute=rate_per_minute,
    )
    return row, key


def revoke(row: ApiKey) -> None:
    """The key stops working in all processes within two seconds."""
    if row.revoked_at is None:
        row.revoked_at = timezone.now()
        row.save(update_fields=["revoked_at"])


def digest_of(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True)
class Holder:
    """The holder of a valid key."""

    pk: int
    digest: str
    scopes: frozenset[str]
    rate_per_minute: int | None

    def may(self, scope: str) -> bool:
        return bool(self.scopes & {scope, Scope.ADMIN})


class _Ring:
    """All valid keys by prefix; reloaded at most every two seconds, when a key is checked.

    An unknown key is rejected in memory, so guessing costs no query.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.holders: dict[str, Holder] = {}
        self.read_at = float("-inf")
        self.seen: dict[int, float] = {}

    def find(self, key: str) -> Holder | None:
        if len(key) > MAX_LENGTH or not key.startswith(START):
            return None
        self._refresh()
        holder = self.holders.get(key[:_PREFIX_LENGTH])
        if holder is None or not secrets.compare_digest(holder.digest, digest_of(key)):
            return None
        self._note(holder.pk)
        return holder

    def _refresh(self) -> None:
        if time.monotonic() - self.read_at < POLL_SECONDS:
            return
        with self.lock:
            if time.monotonic() - self.read_at < POLL_SECONDS:
                return
            rows = ApiKey.objects.filter(revoked_at=None).values_list(
                "prefix", "pk", "digest", "scopes", "rate_per_minute"
            )
            self.holders = {
                prefix: Holder(pk, digest, frozenset(scopes), rate)
                for prefix, pk, digest, scopes, rate in rows
            }
            self.read_at = time.monotonic()

    def _note(self, pk: int) -> None:
        now = time.monotonic()
        if now - self.seen.get(pk, float("-inf")) < _SEEN_SECONDS:
            return
        self.seen[pk] = now
        try:
            ApiKey.objects.filter(pk=pk).update(last_used_at=timezone.now())
        except (DatabaseError, InterfaceError) as error:
            # Not worth failing a request for.
            logger.warning("cannot note the use of an API key: %s", error)


_ring = _Ring()


def find(key: str) -> Holder | None:
    """The holder of this key; None if it is unknown or revoked."""
    return _ring.find(key)


def forget() -> None:
    """Reload the keys at the next check. For tests."""
    global _ring
    _ring = _Ring()
