"""The days of the prediction log on PostgreSQL: partitions, made ahead and dropped whole.

Rows of a day without one go to the default partition, so that no answer waits for it.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, OperationalError, connection, transaction

from mlcore.models import PredictionLog

logger = logging.getLogger(__name__)

TABLE = PredictionLog._meta.db_table
#: Days that are made ahead.
AHEAD = 14
#: How long requests may have to wait for a partition to come or go.
_LOCK_SECONDS = 2


def _name(day: date) -> str:
    return f"{TABLE}_{day:%Y%m%d}"


def days() -> list[date]:
    """The days that have a partition, oldest first; none on SQLite."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid"
            " WHERE inhparent = %s::regclass",
            [TABLE],
        )
        names = [name.removeprefix(f"{TABLE}_") for (name,) in cursor.fetchall()]
    return sorted(datetime.strptime(name, "%Y%m%d").date() for name in names if name.isdigit())


def make_ahead(today: date | None = None) -> int:
    """Make the partitions of the next days that are not there; gives how many."""
    if connection.vendor != "postgresql":
        return 0
    today = today or datetime.now(UTC).date()
    there = set(days())
    missing = [day for at in range(AHEAD) if (day := today + timedelta(days=at)) not in there]
    return sum(make(day) for day in missing)


def make(day: date) -> bool:
    """Make the partition of a day; False if that is not possible now."""
    name = _name(day)
    start, end = (f"{moment} 00:00:00+00" for moment in (day, day + timedelta(days=1)))
    try:
        with _short_lock() as cursor:
            cursor.execute(f"CREATE TABLE {name} (LIKE {TABLE} INCLUDING ALL)")
            cursor.execute(
                f"ALTER TABLE {TABLE} ATTACH PARTITION {name} FOR VALUES FROM (%s) TO (%s)",
                [start, end],
            )
    except (IntegrityError, OperationalError) as reason:
        # Rows of the day are in the default partition already, or somebody holds the table.
        logger.warning("no partition %s for now: %s", name, str(reason).strip())
        return False
    return True


def drop_before(day: date) -> int:
    """Drop the partitions of earlier days; gives how many rows that were."""
    return sum(_drop(old) for old in days() if old < day)


def _drop(day: date) -> int:
    name = _name(day)
    try:
        with _short_lock() as cursor:
            cursor.execute(f"SELECT count(*) FROM {name}")
            count: int = cursor.fetchone()[0]
            cursor.execute(f"DROP TABLE {name}")
    except OperationalError as reason:
        logger.warning("%s stays for now: %s", name, str(reason).strip())
        return 0
    return count


@contextmanager
def _short_lock() -> Iterator[Any]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{_LOCK_SECONDS}s'")
        yield cursor
