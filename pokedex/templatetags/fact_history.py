"""What a log entry says was changed, for the admin's templates."""

from django import template
from django.contrib.admin.models import LogEntry

from pokedex import history

register = template.Library()


@register.filter
def changed_values(entry: LogEntry) -> list[dict[str, str]]:
    """``history.read`` of the entry."""
    return history.read(entry)


@register.filter
def field_label(name: str, opts: object) -> str:
    """A field's name in the language of the moment, for ``opts`` of its model."""
    return history.label(opts.model, name)  # type: ignore[attr-defined]
