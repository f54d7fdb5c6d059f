"""Who changed which fact, from what to what: kept in the admin's own log.

An entry's ``change_message`` is the JSON that Django writes, with one more key beside it:
``values``, a list of [field name, text before, text after]. Django passes over what it does not
know, so its own pages go on reading these entries.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.contrib.admin.models import ADDITION, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from pokedex.models import Fact

#: field name, text before, text after
Change = tuple[str, str, str]


def _text(row: models.Model, field: models.Field) -> str:
    """A value as one reads it: rows by their names, nothing as nothing."""
    value = getattr(row, field.name)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)


def changes(before: Fact | None, after: Fact | None) -> list[Change]:
    """What differs between two states of a row; None stands for no row."""
    row = after or before
    if row is None:
        return []
    differences = []
    for field in row._meta.concrete_fields:
        # Whatever is changed by hand is marked as curated: no news.
        if not field.editable or field.primary_key or field.name == "is_curated":
            continue
        old = "" if before is None else _text(before, field)
        new = "" if after is None else _text(after, field)
        if old != new:
            differences.append((field.name, old, new))
    return differences


def label(model: type[models.Model], name: str) -> str:
    """A field's name in the language of the moment."""
    try:
        return str(model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    except FieldDoesNotExist:
        return name


def message(flag: int, row: Fact, values: list[Change]) -> list[dict[str, Any]]:
    """The structure that is kept as JSON in ``LogEntry.change_message``."""
    if flag == ADDITION:
        part: dict[str, Any] = {"added": {}}
    elif flag == DELETION:
        part = {"deleted": {"name": str(row._meta.verbose_name), "object": str(row)}}
    else:
        part = {"changed": {"fields": [name for name, _old, _new in values]}}
    return [{**part, "values": values}]


def write(user_id: int, entries: Iterable[tuple[int, Fact, list[Change]]]) -> None:
    """Log many changes at once: (ADDITION, CHANGE or DELETION; the row; what changed)."""
    rows = list(entries)
    if not rows:
        return
    content_type = ContentType.objects.get_for_model(type(rows[0][1]))
    LogEntry.objects.bulk_create(
        LogEntry(
            user_id=user_id,
            content_type=content_type,
            object_id=str(row.pk),
            object_repr=str(row)[:200],
            action_flag=flag,
            change_message=json.dumps(message(flag, row, values)),
        )
        for flag, row, values in rows
    )


def read(entry: LogEntry) -> list[dict[str, str]]:
    """What an entry says was changed: [{"name", "label", "old", "new"}], or nothing."""
    try:
        parts = json.loads(entry.change_message)
    except ValueError:
        return []
    model = entry.content_type.model_class() if entry.content_type else None
    return [
        {
            "name": name,
            "label": label(model, name) if model else name,
            "old": old,
            "new": new,
        }
        for part in (parts if isinstance(parts, list) else [])
        if isinstance(part, dict)
        for name, old, new in part.get("values", [])
    ]
