"""What a piece of work belongs to: the request, and who sent it."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

#: A request id that a proxy or client may choose: nothing that could forge a log line.
SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{7,63}")


class Caller(NamedTuple):
    """Who sent a request: a name that means nothing outside of this process, "" for nobody."""

    name: str = ""
    with_key: bool = False


_request_id: ContextVar[str] = ContextVar("request_id", default="")
_NOBODY = Caller()
_caller: ContextVar[Caller] = ContextVar("caller", default=_NOBODY)


def request_id() -> str:
    """The id of the request that is being answered or that ordered this task; "" for neither."""
    return _request_id.get()


def caller() -> Caller:
    """Who sent the request that is being answered."""
    return _caller.get()


def known_as(name: str) -> None:
    """For the rest of the request its caller is the holder of a key."""
    _caller.set(Caller(name, with_key=True))


def sane_or_new(given: str | None) -> str:
    """The id that was given, when it is one; else a new one."""
    return given if given and SANE.fullmatch(given) else uuid.uuid4().hex


@contextmanager
def of_request(identifier: str, caller: str = "") -> Iterator[None]:
    """Everything in this block belongs to one request, sent by ``caller``."""
    token = _request_id.set(identifier)
    caller_token = _caller.set(Caller(caller))
    try:
        yield
    finally:
        _request_id.reset(token)
        _caller.reset(caller_token)
