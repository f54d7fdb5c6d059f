"""Log lines: for people, or one JSON object each; with the request's id, never with a secret."""

import logging
import re
from functools import lru_cache
from typing import Any

from django.conf import settings
from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

from mlcore.lib import log_context

HIDDEN = "[hidden]"
# Whatever is said of these names, as a header, a parameter, a setting or a key of JSON.
_NAMED = re.compile(
    r"""(?ix) ( \b (?: [a-z_-]* (?: password | passwd | secret | token | api[_-]?key ) [a-z_-]*
              | authorization | cookie | sessionid | csrftoken ) ["'\\]* \s* [:=] \s* ["'\\]* )
        (?: (?: bearer | basic ) \s+ )? [^\s"'\\,;&}\])]+"""
)
_API_KEY = re.compile(r"\bpdx_[A-Za-z0-9_-]+")
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}")
_IN_URL = re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s:/@]*:)[^\s@/]+@")


def redact(text: str) -> str:
    """The text without what must not be read: known secrets, and what looks like one."""
    for secret in _known_secrets():
        text = text.replace(secret, HIDDEN)
    text = _IN_URL.sub(rf"\1{HIDDEN}@", text)
    text = _NAMED.sub(rf"\1{HIDDEN}", text)
    text = _API_KEY.sub(HIDDEN, text)
    return _BEARER.sub(rf"\1 {HIDDEN}", text)


@lru_cache(maxsize=1)
def _known_secrets() -> tuple[str, ...]:
    values: list[Any] = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    values += [database.get("PASSWORD", "") for database in settings.DATABASES.values()]
    # A short one would hide half of all words.
    return tuple(value for value in values if value and len(value) >= 8)


class RequestFilter(logging.Filter):
    """Gives each record the id of the request that it belongs to."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = log_context.request_id()
        return True


class OneLine(logging.Filter):
    """For records that anybody can cause: what happened, without the way through the code."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = record.exc_text = None
        return True


class LineFormatter(logging.Formatter):
    """Lines for people."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


class JsonLines(JsonFormatter):
    """One JSON object a line: time, level, logger, message, request_id, and what was added."""

    def __init__(self) -> None:
        super().__init__(
            "%(levelname)s %(name)s %(message)s",
            rename_fields={"levelname": "level", "name": "logger"},
            timestamp="time",
            # Objects of Django that say too much.
            reserved_attrs=[*RESERVED_ATTRS, "request", "server_time", "args", "taskName"],
            json_ensure_ascii=False,
        )

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        return {key: _redacted(value) for key, value in log_data.items() if value != ""}


def _redacted(value: Any) -> Any:
    """Text within a record, before it is quoted."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {key: _redacted(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted(entry) for entry in value]
    if isinstance(value, bool | int | float) or value is None:
        return value
    return redact(str(value))


def config(log_format: str, level: str) -> dict[str, Any]:
    """What ``logging.config`` is told; also gunicorn's own lines go this way."""
    # The line of each request is for machines; people have the server's access log.
    requests = "INFO" if log_format == "json" else "WARNING"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "text": {
                "()": "predictiondex.observability.logs.LineFormatter",
                "format": "{asctime} {levelname} {name}: {message}",
                "style": "{",
            },
            "json": {"()": "predictiondex.observability.logs.JsonLines"},
        },
        "filters": {
            "request": {"()": "predictiondex.observability.logs.RequestFilter"},
            "one line": {"()": "predictiondex.observability.logs.OneLine"},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": log_format,
                "filters": ["request"],
            }
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "predictiondex.request": {"level": requests},
            "django.security.DisallowedHost": {"filters": ["one line"]},
            "gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True},
            "gunicorn.access": {"level": "INFO", "handlers": [], "propagate": True},
        },
    }
