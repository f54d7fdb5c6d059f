"""Brings the files of ``pokedex/data`` into the database.

All files are read and checked before the database is touched, and everything is written in one
transaction: an import happens as a whole or not at all. Rows that an admin edited are left alone.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models.deletion import ProtectedError
from django.utils.translation import gettext

from pokedex.game_data_version import GameDataVersion
from pokedex.models import (
    Boss,
    BossPokemon,
    Evolution,
    Fact,
    KeptMove,
    LearnsetEntry,
    Move,
    Named,
    Pokemon,
    Species,
    Type,
    TypeEffectiveness,
)

DATA_DIR = Path(__file__).resolve().parent / "data"
BATCH_SIZE = 500
# A bulk update writes one CASE per row and field: long ones cost more than more queries.
UPDATE_BATCH_SIZE = 100
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,9}")

Key = tuple[Any, ...]


class GameDataError(Exception):
    """A file that cannot be imported; says which file, row and column, and why."""

    def __init__(self, file: str, reason: str, *, row: int | None = None, column: str = "") -> None:
        place = [file]
        if row is not None:
            place.append(f"row {row}")
        if column:
            place.append(f"column {column}")
        super().__init__(f"{', '.join(place)}: {reason}")
        self.file, self.row, self.column, self.reason = file, row, column, reason


@dataclass(frozen=True)
class Table:
    """A file and the model whose rows it holds.

    ``key`` names the fields that identify a row. A curated row that is not in the file stands for
    the row of the file with the same ``edited_key``: the one it was before it was edited.
    """

    file: str
    model: type[Fact]
    key: tuple[str, ...] = ("id",)
    edited_key: tuple[str, ...] = ()

    @property
    def fields(self) -> list[models.Field]:
        """The fields that the file fills, in the model's order."""
        return [
            field
            for field in self.model._meta.concrete_fields
            if field.editable
            and field.name != "is_curated"
            and not isinstance(field, models.AutoField)
        ]


#: In the order in which rows can refer to each other.
TABLES = (
    Table("types.csv", Type),
    Table("type_effectiveness.csv", TypeEffectiveness, ("attacking_type", "defending_type")),
    Table("species.csv", Species),
    Table("pokemon.csv", Pokemon),
    Table("evolutions.csv", Evolution, ("from_pokemon", "to_pokemon")),
    Table("moves.csv", Move),
    Table(
        "learnsets.csv",
        LearnsetEntry,
        ("pokemon", "move", "method", "level"),
        edited_key=("pokemon", "move", "method"),
    ),
    Table("kept_moves.csv", KeptMove, ("pokemon", "move")),
    Table("bosses.csv", Boss),
    Table("boss_pokemon.csv", BossPokemon, ("boss", "position", "edition")),
)


@dataclass
class TableReport:
    """What an import did to the rows of one model; ``kept`` are curated rows left alone."""

    model: type[Fact]
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    kept: int = 0

    @property
    def changed(self) -> bool:
        return bool(self.created or self.updated or self.removed)


@dataclass
class ImportReport:
    tables: list[TableReport]
    version: int

    @property
    def changed(self) -> bool:
        return any(table.changed for table in self.tables)


@dataclass
class _Plan:
    """What is to be done to the rows of one table."""

    table: Table
    report: TableReport
    create: list[Fact] = field(default_factory=list)
    update: list[Fact] = field(default_factory=list)
    changed_fields: set[str] = field(default_factory=set)
    remove: list[Any] = field(default_factory=list)
    #: Row of the file by identity of the object, to say where an error comes from.
    rows: dict[int, int] = field(default_factory=dict)


def import_game_data(directory: Path = DATA_DIR, *, overwrite: bool = False) -> ImportReport:
    """Make the database hold what the files in ``directory`` say, and report what changed.

    Curated rows are left alone; with ``overwrite`` they are reset to the files, and those that
    the files do not know are removed. The version of the game data is raised once if anything
    changed that a battle can feel. Raises GameDataError, and changes nothing, when a file is wrong.
    """
    raw = {table.file: _read(directory / table.file, table) for table in TABLES}
    ids: dict[type[models.Model], dict[str, int]] = {
        table.model: _ids(table, raw[table.file]) for table in TABLES if table.key == ("id",)
    }
    parsed = {table.file: _parse(table, raw[table.file], ids) for table in TABLES}
    with transaction.atomic(), GameDataVersion.once():
        plans = [_plan(table, parsed[table.file], overwrite=overwrite) for table in TABLES]
        # What refers to others goes first, and old rows make room for new ones of the same name.
        for plan in reversed(plans):
            _remove(plan)
        for plan in plans:
            _write(plan)
    return ImportReport([plan.report for plan in plans], GameDataVersion.current())


def _read(path: Path, table: Table) -> list[dict[str, str]]:
    """The rows of a file as text; the first of them is row 2, the header being row 1."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return read_rows(path.name, file, table)
    except OSError as error:
        raise GameDataError(path.name, f"cannot be read ({error.strerror})") from error


def read_rows(name: str, file: TextIO, table: Table) -> list[dict[str, str]]:
    """The rows of an open CSV file as text by column; raises GameDataError, naming the row."""
    expected = [field.name for field in table.fields]
    try:
        reader = csv.reader(file, strict=True)
        header = next(reader, [])
        for column in expected:
            if column not in header:
                raise GameDataError(name, gettext("missing column"), row=1, column=column)
        for column in header:
            if column not in expected:
                reason = gettext("unknown column")
                raise GameDataError(name, reason, row=1, column=column)
        if len(header) != len(set(header)):
            raise GameDataError(name, gettext("duplicate column"), row=1)
        rows = []
        for number, cells in enumerate(reader, start=2):
            if len(cells) != len(header):
                reason = gettext("%(cells)d cells for %(columns)d columns") % {
                    "cells": len(cells),
                    "columns": len(header),
                }
                raise GameDataError(name, reason, row=number)
            rows.append(dict(zip(header, cells, strict=True)))
    except (UnicodeDecodeError, csv.Error) as error:
        reason = gettext("is not a UTF-8 CSV file (%(error)s)") % {"error": error}
        raise GameDataError(name, reason) from error
    if not rows:
        raise GameDataError(name, gettext("has no rows"))
    return rows


def _ids(table: Table, rows: list[dict[str, str]]) -> dict[str, int]:
    """Slug -> id: files refer to rows of other files by slug."""
    ids = {}
    for number, row in enumerate(rows, start=2):
        try:
            ids[row["slug"]] = _number(row["id"])
        except ValueError as error:
            raise GameDataError(table.file, str(error), row=number, column="id") from error
    return ids


def _parse(
    table: Table, rows: list[dict[str, str]], ids: dict[type[models.Model], dict[str, int]]
) -> list[Fact]:
    """The rows as unsaved objects, each checked as far as it can be without the database."""
    readers = [(field.name, field.attname, reader_of(field, ids)) for field in table.fields]
    foreign_keys = {field.name for field in table.fields if isinstance(field, models.ForeignKey)}
    plain = [attname for name, attname, _ in readers if name not in foreign_keys]
    unique = [
        (field.name,)
        for field in table.model._meta.concrete_fields
        if field.unique and not field.primary_key
    ]
    seen: list[tuple[tuple[str, ...], tuple[str, ...], dict[Key, int]]] = [
        (names, _attnames(table.model, names), {}) for names in (table.key, *unique)
    ]
    clean: set[Key] = set()
    objects = []
    for number, row in enumerate(rows, start=2):
        values = {}
        for name, attname, read in readers:
            try:
                values[attname] = read(row[name])
            except ValueError as error:
                raise GameDataError(table.file, str(error), row=number, column=name) from error
        instance = table.model(**values)
        if isinstance(instance, Named):
            instance.set_keys()
        # Thousands of learnset rows share a few dozen combinations of values.
        combination = _key(instance, plain)
        if combination not in clean:
            try:
                instance.clean_fields(exclude=foreign_keys)
            except ValidationError as error:
                column, messages = next(iter(error.message_dict.items()))
                reason = f"{row.get(column, '')!r}: {' '.join(messages)}"
                raise GameDataError(table.file, reason, row=number, column=column) from error
            clean.add(combination)
        for names, attnames, rows_seen in seen:
            key = _key(instance, attnames)
            if key == (None,):  # an optional number that is not there, like a TM's
                continue
            if key in rows_seen:
                reason = f"the same as in row {rows_seen[key]}"
                raise GameDataError(table.file, reason, row=number, column=", ".join(names))
            rows_seen[key] = number
        objects.append(instance)
    return objects


def reader_of(
    field: models.Field, ids: dict[type[models.Model], dict[str, int]]
) -> Callable[[str], Any]:
    """What turns a cell of the field into its value, or raises ValueError with the reason."""
    if isinstance(field, models.BooleanField):
        return _truth
    if isinstance(field, models.CharField):
        return str
    if isinstance(field, models.ForeignKey):
        known, name = ids[field.related_model], str(field.related_model._meta.verbose_name)
        return lambda text: None if field.null and text == "" else _known(known, name, text)
    return lambda text: None if field.null and text == "" else _number(text)


def _truth(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError(gettext("%(text)r is not 0 or 1") % {"text": text})
    return text == "1"


def _known(known: dict[str, int], name: str, text: str) -> int:
    if text not in known:
        raise ValueError(
            gettext("there is no %(kind)s called %(text)r") % {"kind": name, "text": text}
        )
    return known[text]


def _number(text: str) -> int:
    if not _WHOLE_NUMBER.fullmatch(text):
        raise ValueError(gettext("%(text)r is not a whole number") % {"text": text})
    return int(text)


def _attnames(model: type[Fact], names: tuple[str, ...]) -> tuple[str, ...]:
    """Where the values of the fields are kept: ``move_id`` of ``move``."""
    by_name = {field.name: field.attname for field in model._meta.concrete_fields}
    return tuple(by_name[name] for name in names)


def _key(instance: Fact, attnames: Iterable[str]) -> Key:
    return tuple(getattr(instance, name) for name in attnames)


def _plan(table: Table, objects: list[Fact], *, overwrite: bool) -> _Plan:
    """Compare the file with the database."""
    plan = _Plan(table, TableReport(table.model))
    report = plan.report
    key_of = _attnames(table.model, table.key)
    edited_key_of = _attnames(table.model, table.edited_key)
    # The keys of names and the mark of curation come along, though no file holds them.
    compared = [
        field.attname
        for field in table.model._meta.concrete_fields
        if not isinstance(field, models.AutoField)
    ]
    rows = table.model._default_manager.order_by().values(*{"pk", *compared})
    existing = {tuple(row[name] for name in key_of): row for row in rows}
    edited: Counter[Key] = Counter()
    if table.edited_key and not overwrite:
        in_file = {_key(instance, key_of) for instance in objects}
        edited.update(
            tuple(row[name] for name in edited_key_of)
            for key, row in existing.items()
            if row["is_curated"] and key not in in_file
        )
    for number, instance in enumerate(objects, start=2):
        plan.rows[id(instance)] = number
        row = existing.pop(_key(instance, key_of), None)
        if row is None:
            origin = _key(instance, edited_key_of)
            if edited[origin] > 0:
                edited[origin] -= 1
                continue
            report.created += 1
            plan.create.append(instance)
        elif row["is_curated"] and not overwrite:
            report.kept += 1
        else:
            changed = [name for name in compared if row[name] != getattr(instance, name)]
            if changed:
                report.updated += 1
                instance.pk = row["pk"]
                plan.update.append(instance)
                plan.changed_fields.update(changed)
            else:
                report.unchanged += 1
    for row in existing.values():
        if row["is_curated"] and not overwrite:
            report.kept += 1
        else:
            report.removed += 1
            plan.remove.append(row["pk"])
    return plan


def _remove(plan: _Plan) -> None:
    rows = plan.table.model._default_manager
    try:
        if plan.remove and plan.table.model is Pokemon:
            # Mega Evolutions go before the forms that they start from.
            Pokemon.objects.filter(pk__in=plan.remove, base_form__isnull=False).delete()
        for start in range(0, len(plan.remove), BATCH_SIZE):
            rows.filter(pk__in=plan.remove[start : start + BATCH_SIZE]).delete()
    except ProtectedError as error:
        users = ", ".join(sorted(str(row) for row in error.protected_objects)[:5])
        raise GameDataError(
            plan.table.file, f"lacks rows that are still in use (by {users}); remove those first"
        ) from error


def _write(plan: _Plan) -> None:
    if not plan.create and not plan.update:
        return
    rows: models.QuerySet[Any] = plan.table.model._default_manager.all()
    changed = [
        field.name
        for field in plan.table.model._meta.concrete_fields
        if field.attname in plan.changed_fields
    ]
    try:
        with transaction.atomic():
            rows.bulk_create(plan.create, batch_size=BATCH_SIZE)
            if plan.update:
                rows.bulk_update(plan.update, changed, batch_size=UPDATE_BATCH_SIZE)
    except IntegrityError as error:
        raise _explain(plan, error) from error


def _explain(plan: _Plan, error: IntegrityError) -> GameDataError:
    """Find the row that the database refused: it does not say itself."""
    model, file = plan.table.model, plan.table.file
    columns = [field.name for field in plan.table.fields]
    new = {id(instance) for instance in plan.create}
    for instance in [*plan.create, *plan.update]:
        row = plan.rows[id(instance)]
        for constraint in model._meta.constraints:
            if isinstance(constraint, models.CheckConstraint):
                try:
                    constraint.validate(model, instance)
                except ValidationError as refused:
                    used = getattr(constraint.condition, "referenced_base_fields", ())
                    column = ", ".join(name for name in columns if name in used)
                    return GameDataError(file, " ".join(refused.messages), row=row, column=column)
        instance._state.adding = id(instance) in new
        try:
            instance.validate_unique()
        except ValidationError as refused:
            column, messages = next(iter(refused.message_dict.items()))
            return GameDataError(file, " ".join(messages), row=row, column=column)
    return GameDataError(file, f"the database refuses it ({error})")
