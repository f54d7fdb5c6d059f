"""Facts in and out as CSV, in the very format of ``pokedex/data``, for the admin.

An import adds rows and changes rows; it removes none. It happens as a whole or not at all: one bad
row keeps the others out. What it writes is curated, as if it had been typed in the admin.
"""

import io
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin.models import ADDITION, CHANGE
from django.core import signing
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.results import Result, RowResult
from import_export.widgets import Widget
from tablib import Dataset

from pokedex import history
from pokedex.game_data_version import GameDataVersion
from pokedex.importer import TABLES, GameDataError, Key, Table, read_rows, reader_of
from pokedex.models import Fact, Named

#: How long a previewed file may wait for its confirmation, in seconds.
CONFIRM_SECONDS = 3600
_SALT = "pokedex.exchange"
_SHOWN_AS = {"key_slug": "slug", "key_en": "name_en", "key_fr": "name_fr"}


def table_of(model: type[models.Model]) -> Table:
    """The table whose file holds rows of the model; raises KeyError."""
    return {table.model: table for table in TABLES}[model]  # type: ignore[index]


def columns(table: Table) -> list[str]:
    """Names of the columns, in the order of an export: what identifies a row comes first."""
    names = [column.name for column in table.fields]
    return sorted(names, key=lambda name: name not in table.key)


class _Cell(Widget):
    """A column: cells are read and refused as the importer does, and written likewise."""

    def __init__(self, column: models.Field, ids: dict[type[models.Model], dict[str, int]]) -> None:
        super().__init__()
        self._read: Callable[[str], Any] = reader_of(column, ids)
        related = column.related_model if isinstance(column, models.ForeignKey) else None
        self._slugs = None if related is None else {pk: slug for slug, pk in ids[related].items()}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        return self._read(value)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, bool):
            return "1" if value else "0"
        return str(value if self._slugs is None else self._slugs[value])


class _AllRows:
    """Every row of a table by its key, read once: a file may name thousands."""

    def __init__(self, resource: "_FactResource", dataset: Dataset | None = None) -> None:
        self._keys = [resource.fields[name] for name in resource.get_import_id_fields()]
        rows = resource._meta.model._default_manager.order_by().select_related(*resource.foreign)
        self._by_key = {self._key_of(row): row for row in rows}

    def _key_of(self, row: Fact) -> Key:
        return tuple(getattr(row, column.attribute) for column in self._keys)

    def get_instance(self, row: dict[str, str]) -> Fact | None:
        try:
            return self._by_key.get(tuple(column.clean(row) for column in self._keys))
        except ValueError:
            return None  # a cell that cannot be read is reported where the row is filled


class _FactResource(ModelResource):
    """The rows of one table, as django-import-export handles them."""

    def __init__(self, table: Table) -> None:
        super().__init__()
        related = {
            column.related_model for column in table.fields if isinstance(column, models.ForeignKey)
        }
        ids = {model: dict(model._default_manager.values_list("slug", "pk")) for model in related}
        by_name = {column.name: column for column in table.fields}
        self.fields = OrderedDict(
            (
                column.name,
                Field(
                    attribute=column.attname,
                    column_name=column.name,
                    widget=_Cell(column, ids),
                ),
            )
            for column in (by_name[name] for name in columns(table))
        )
        self.foreign = {
            column.name for column in table.fields if isinstance(column, models.ForeignKey)
        }

    def get_import_order(self) -> list[str]:
        return list(self.fields)

    get_export_order = get_import_order

    def import_instance(self, instance: Fact, row: dict[str, str], **kwargs: Any) -> None:
        errors = {}
        for name, column in self.fields.items():
            try:
                column.save(instance, row)
            except ValueError as error:
                errors[name] = ValidationError(str(error))
        if errors:
            raise ValidationError(errors)

    def validate_instance(
        self,
        instance: Fact,
        import_validation_errors: dict[str, Any] | None = None,
        validate_unique: bool = True,
    ) -> None:
        """All that is wrong with the row, by column; rows that it names are known to be there."""
        errors: dict[str, Any] = dict(import_validation_errors or {})
        if isinstance(instance, Named):
            instance.set_keys()
        _gather(errors, lambda: instance.clean_fields(exclude={*self.foreign, *errors}))
        if not errors:  # the rest would stumble over them, or say the same again
            _gather(errors, instance.validate_unique)
            _gather(errors, instance.validate_constraints)
        if errors:
            raise ValidationError(errors)

    def before_save_instance(self, instance: Fact, row: dict[str, str], **kwargs: Any) -> None:
        instance.is_curated = True

    def after_import_row(self, row: dict[str, str], row_result: RowResult, **kwargs: Any) -> None:
        if not row_result.is_skip():
            row_result.changes = history.changes(row_result.original, row_result.instance)


def _gather(errors: dict[str, Any], check: Callable[[], None]) -> None:
    try:
        check()
    except ValidationError as error:
        for name, problems in error.error_dict.items():
            shown = _SHOWN_AS.get(name, name)
            # A name that is taken takes its key along: once is enough.
            if shown == name or shown not in errors:
                errors[shown] = [*errors.get(shown, []), *problems]


def _resource(table: Table) -> _FactResource:
    class Resource(_FactResource):
        class Meta:
            model = table.model
            fields = tuple(column.name for column in table.fields)
            import_id_fields = table.key
            instance_loader_class = _AllRows
            skip_unchanged = True
            skip_html_diff = True
            store_instance = True
            use_transactions = True

    return Resource(table)


@dataclass(frozen=True)
class BadCell:
    """Why a line cannot be imported; ``column`` is empty when it is no single column's fault."""

    line: int
    column: str
    reason: str
    text: str = ""


@dataclass
class ImportOutcome:
    """What a file did, or would do: lines count the header as line 1.

    changed: (ADDITION or CHANGE, row, [(field, old, new)]) for each row that differs.
    """

    bad: list[BadCell] = field(default_factory=list)
    changed: list[tuple[int, Fact, list[history.Change]]] = field(default_factory=list)
    unchanged: int = 0

    @property
    def added(self) -> int:
        return sum(flag == ADDITION for flag, _row, _changes in self.changed)

    @property
    def updated(self) -> int:
        return len(self.changed) - self.added


def export(model: type[models.Model], queryset: models.QuerySet[Any]) -> str:
    """The rows as CSV with a header, lines ended as in ``pokedex/data``."""
    dataset = _resource(table_of(model)).export(queryset.order_by("pk"))
    return str(dataset.export("csv", lineterminator="\n"))


def run(model: type[models.Model], rows: list[dict[str, str]], *, dry_run: bool) -> ImportOutcome:
    """Import the rows, all of them or none; with ``dry_run`` nothing stays but what was found.

    The version of the game data is raised once, with the rows.
    """
    table = table_of(model)
    header = [column.name for column in table.fields]
    with transaction.atomic():
        resource = _resource(table)
        outcome, differing = _sort_out(resource, rows)
        dataset = Dataset(headers=header)
        for line in differing:
            dataset.append([rows[line - 2][name] for name in header])
        with GameDataVersion.once():
            result = resource.import_data(
                dataset, dry_run=dry_run, rollback_on_validation_errors=True
            )
        _add_result(outcome, result, differing, rows)
        if dry_run or outcome.bad:
            transaction.set_rollback(True)
    return outcome


def _sort_out(
    resource: _FactResource, rows: list[dict[str, str]]
) -> tuple[ImportOutcome, list[int]]:
    """What can be told from the text alone: rows that are as they were, and repeated ones.

    Also the lines of all others. A file of thousands of rows mostly changes a few.
    """
    outcome = ImportOutcome()
    keys = resource.get_import_id_fields()
    exported = resource.export()
    known = {tuple(row[name] for name in keys): row for row in exported.dict}
    seen: dict[Key, int] = {}
    differing = []
    for line, row in enumerate(rows, start=2):
        key = tuple(row[name] for name in keys)
        if seen.setdefault(key, line) != line:
            reason = _("duplicate of line %(line)d") % {"line": seen[key]}
            outcome.bad.append(BadCell(line, "", reason))
        elif known.get(key) == row:
            outcome.unchanged += 1
        else:
            differing.append(line)
    return outcome, differing


def _add_result(
    outcome: ImportOutcome, result: Result, lines: list[int], rows: list[dict[str, str]]
) -> None:
    outcome.bad += [BadCell(1, "", str(error.error)) for error in result.base_errors]
    for line, row_result in zip(lines, result.rows, strict=True):
        if row_result.is_skip():
            outcome.unchanged += 1
        elif row_result.is_valid():
            flag = ADDITION if row_result.is_new() else CHANGE
            outcome.changed.append((flag, row_result.instance, row_result.changes))
        outcome.bad += [BadCell(line, "", str(error.error)) for error in row_result.errors]
        if row_result.validation_error is not None:
            outcome.bad += _bad_cells(line, row_result.validation_error, rows[line - 2])
    outcome.bad.sort(key=lambda cell: cell.line)


def _bad_cells(line: int, error: ValidationError, row: dict[str, str]) -> list[BadCell]:
    if not hasattr(error, "error_dict"):
        return [BadCell(line, "", " ".join(error.messages))]
    return [
        BadCell(
            line,
            "" if name == NON_FIELD_ERRORS else name,
            " ".join(messages),
            row.get(name, ""),
        )
        for name, messages in error.message_dict.items()
    ]


# Forms -----------------------------------------------------------------------------------------


class UploadForm(forms.Form):
    """A CSV file of the right kind and size; ``rows`` holds what it says."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def __init__(self, table: Table, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = table
        self.rows: list[dict[str, str]] = []

    def clean_file(self) -> UploadedFile:
        upload: UploadedFile = self.cleaned_data["file"]
        limit = settings.FACTS_UPLOAD_MAX_BYTES
        if upload.size is None or upload.size > limit:
            raise ValidationError(
                _("The file has %(size)s; at most %(limit)s are accepted.")
                % {"size": filesizeformat(upload.size or 0), "limit": filesizeformat(limit)}
            )
        if PurePath(upload.name or "").suffix.lower() != ".csv":
            raise ValidationError(_("Only CSV files, named .csv, are accepted."))
        content = upload.read()
        if b"\0" in content:
            raise ValidationError(_("This isn’t a text file."))
        try:
            # Spreadsheets put a mark before the first letter.
            text = content.decode("utf-8-sig")
            self.rows = read_rows(self.table.file, io.StringIO(text, newline=""), self.table)
        except UnicodeDecodeError as error:
            reason = _("The file is not UTF-8 (byte %(place)d).")
            raise ValidationError(reason % {"place": error.start + 1}) from error
        except GameDataError as error:
            raise ValidationError(_in_words(error)) from error
        return upload


def _in_words(error: GameDataError) -> str:
    places = []
    if error.row is not None:
        places.append(_("line %(line)d") % {"line": error.row})
    if error.column:
        places.append(_("column %(column)s") % {"column": error.column})
    return f"{', '.join(places)}: {error.reason}" if places else error.reason


class StaleConfirmation(Exception):
    """What was previewed can no longer be confirmed; says why."""


def sign(model: type[models.Model], rows: list[dict[str, str]], user_id: int) -> str:
    """The previewed rows as a text that only this user can hand back, unaltered."""
    content = [model._meta.label, user_id, GameDataVersion.current(), list(rows[0])]
    return signing.dumps(
        [*content, [list(row.values()) for row in rows]], salt=_SALT, compress=True
    )


def unsign(model: type[models.Model], text: str, user_id: int) -> list[dict[str, str]]:
    """The rows that ``sign`` was given; raises StaleConfirmation."""
    try:
        label, owner, version, header, cells = signing.loads(
            text, salt=_SALT, max_age=CONFIRM_SECONDS
        )
    except signing.BadSignature as error:
        raise StaleConfirmation(_("This preview has expired. Upload the file again.")) from error
    if (label, owner) != (model._meta.label, user_id):
        raise StaleConfirmation(_("This preview has expired. Upload the file again."))
    if version != GameDataVersion.current():
        raise StaleConfirmation(_("The data has changed since the preview. Upload the file again."))
    return [dict(zip(header, row, strict=True)) for row in cells]
