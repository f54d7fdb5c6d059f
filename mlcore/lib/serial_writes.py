"""Single statements that write and that requests wait for."""

import threading
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

from django.db import connection

_turn = threading.Lock()


def write(statement: str, parameters: Sequence[Any]) -> Any:
    """Carry out one statement that returns one value, and give the value.

    SQLite lets one in at a time, and who finds it taken sleeps for a millisecond and then for
    longer and longer before he looks again. The threads of a process take turns instead, so that
    the next one is woken at once. Within a transaction nobody waits for his turn: whoever has it
    might be waiting for this very transaction.
    """
    alone = connection.vendor == "sqlite" and not connection.in_atomic_block
    with _turn if alone else nullcontext(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchone()[0]
