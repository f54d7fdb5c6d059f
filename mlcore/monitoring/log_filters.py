"""How the list of the prediction log is cut in the admin, however long the log is."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from mlcore.models import AskedOnDay

#: Rows of the prediction log that its list counts at most.
_COUNTED = 10_000


class FirstThousands(Paginator):
    """Counts no further than anybody turns pages: a log of millions of rows is long to count."""

    object_list: QuerySet[Any]

    @cached_property
    def count(self) -> int:
        return self.object_list[:_COUNTED].count()


class _Totalled(admin.SimpleListFilter):
    """A filter whose choices come from the totals by day, not from all rows of the log."""

    parameter_name: str

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        column = AskedOnDay.objects.order_by(self.parameter_name)
        values = column.values_list(self.parameter_name, flat=True).distinct()
        return [(str(value), str(value)) for value in values.reverse()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset if value is None else queryset.filter(**{self.parameter_name: value})


class VersionFilter(_Totalled):
    title = _("model version")
    parameter_name = "model_version"


class DayFilter(_Totalled):
    title = _("day")
    parameter_name = "day"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        try:
            day = date.fromisoformat(self.value() or "")
        except ValueError:
            return queryset
        start = datetime.combine(day, time.min, UTC)
        return queryset.filter(created_at__gte=start, created_at__lt=start + timedelta(days=1))
