"""A counter that every change to the facts raises."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

_one_bump: ContextVar[list[bool] | None] = ContextVar("pokedex_one_bump", default=None)


class GameDataVersion(models.Model):
    """A counter that every change to the facts raises.

    Processes poll it to know when what they keep in memory is old. One row, key 1.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    number = models.PositiveBigIntegerField(_("number"), default=0)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        verbose_name = _("game data version")
        verbose_name_plural = _("game data version")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(name="gamedataversion_single_row", condition=Q(id=1)),
        )

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def current(cls) -> int:
        """The number now; 0 before the first import."""
        return cls.objects.filter(pk=1).values_list("number", flat=True).first() or 0

    @classmethod
    def bump(cls) -> None:
        """Raise the number by one, atomically; inside ``once()`` this waits for its end."""
        waiting = _one_bump.get()
        if waiting is not None:
            waiting[0] = True
            return
        with transaction.atomic():
            row = cls.objects.filter(pk=1)
            raised = {"number": F("number") + 1, "updated_at": timezone.now()}
            if not row.update(**raised):
                cls.objects.get_or_create(pk=1)
                row.update(**raised)

    @classmethod
    @contextmanager
    def once(cls) -> Iterator[None]:
        """Gather the changes inside into one bump at the end; none if nothing asked for it.

        Nested uses join the outermost one. An exception passes without a bump: the caller's
        transaction takes the changes back.
        """
        if _one_bump.get() is not None:
            yield
            return
        waiting = [False]
        token = _one_bump.set(waiting)
        try:
            yield
        finally:
            _one_bump.reset(token)
        if waiting[0]:
            cls.bump()
