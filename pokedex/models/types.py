"""Types and their effectiveness."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pokedex.models.base import Fact, Translated
from pokedex.querysets import FactQuerySet


class Type(Translated):
    id = models.PositiveSmallIntegerField(
        _("id"), primary_key=True, help_text=_("PokeAPI's number.")
    )
    sort_order = models.PositiveSmallIntegerField(
        _("sort order"), unique=True, help_text=_("Place in lists and in the type chart.")
    )

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("type")
        verbose_name_plural = _("types")
        ordering = ("sort_order",)


class TypeEffectiveness(Fact):
    attacking_type = models.ForeignKey(
        Type, models.CASCADE, related_name="attacking", verbose_name=_("attacking type")
    )
    defending_type = models.ForeignKey(
        Type, models.CASCADE, related_name="defending", verbose_name=_("defending type")
    )
    percent = models.PositiveSmallIntegerField(
        _("percent"),
        choices=((0, "× 0"), (50, "× ½"), (100, "× 1"), (200, "× 2")),
        help_text=_("Damage as a percentage of neutral damage."),
    )

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("type effectiveness")
        verbose_name_plural = _("type chart")
        ordering = ("attacking_type", "defending_type")
        constraints = (
            models.UniqueConstraint(
                name="typeeffectiveness_unique_pair",
                fields=("attacking_type", "defending_type"),
            ),
            models.CheckConstraint(
                name="typeeffectiveness_percent_known",
                condition=Q(percent__in=(0, 50, 100, 200)),
                violation_error_message=_("The percentage must be 0, 50, 100 or 200."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.attacking_type} → {self.defending_type}: {self.percent} %"
