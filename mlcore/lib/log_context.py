"""What every log line of a piece of work has in common: the request that it belongs to."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

#: A request id that a proxy or client may choose: nothing that could forge a log line.
SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{7,63}")

_request_id: ContextVar[str] = ContextVar("request_id", default="")


def request_id() -> str:
    """The id of the request that is being answered or that ordered this task; "" for neither."""
    return _request_id.get()


def sane_or_new(given: str | None) -> str:
    """The id that was given, when it is one; else a new one."""
    return given if given and SANE.fullmatch(given) else uuid.uuid4().hex


@contextmanager
def of_request(identifier: str) -> Iterator[None]:
    """Everything in this block belongs to one request."""
    token = _request_id.set(identifier)
    try:
        yield
    finally:
        _request_id.reset(token)
