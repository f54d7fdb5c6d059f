"""What all models of facts share: constraints, curation, names in two languages."""

from functools import cache
from typing import Any, ClassVar

from django.db import models, transaction
from django.db.models import Q
from django.utils.encoding import force_str
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from pokedex.game_data_version import GameDataVersion
from pokedex.lookup import normalize


def _in_range(model: str, field: str, low: int, high: int) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{model}_{field}_range",
        condition=Q(**{f"{field}__gte": low, f"{field}__lte": high})
        | Q(**{f"{field}__isnull": True}),
        violation_error_message=f"{field} must lie between {low} and {high}.",
    )


def _one_of(model: str, field: str, choices: type[models.TextChoices]) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{model}_{field}_known",
        condition=Q(**{f"{field}__in": choices.values}),
        violation_error_message=f"{field} must be one of: {', '.join(choices.values)}.",
    )


@cache
def _labels(field: models.Field) -> dict[str, Any]:
    return dict(field.flatchoices)


class Fact(models.Model):
    """A row of game data."""

    #: Whether a change to such a row can be felt by those who keep game data in memory.
    raises_version: ClassVar[bool] = True

    is_curated = models.BooleanField(
        _("curated"),
        default=False,
        help_text=_("Edited here: imports skip this row unless allowed to overwrite it."),
    )

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        # The row and the version that it raises are committed together.
        with transaction.atomic():
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        # What is deleted along with the row reports itself too: one bump for all.
        with transaction.atomic(), GameDataVersion.once():
            return super().delete(*args, **kwargs)

    def _get_FIELD_display(self, field: models.Field) -> Any:  # noqa: N802
        # Django's own hashes every label of the field at every look, and translates it for that.
        value = getattr(self, field.attname)
        return force_str(_labels(field).get(value, value), strings_only=True)


class Translated(Fact):
    """A fact with a slug and a name in each language."""

    slug = models.SlugField(
        _("slug"), max_length=40, unique=True, help_text=_("As PokeAPI writes it.")
    )
    name_en = models.CharField(_("English name"), max_length=40, unique=True)
    name_fr = models.CharField(_("French name"), max_length=40, unique=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name_en

    @property
    def name(self) -> str:
        """The name in the language of the moment."""
        return self.name_fr if (get_language() or "").startswith("fr") else self.name_en


class Named(Translated):
    """A translated fact that people look up by name: it keeps the keys of its names."""

    key_slug = models.CharField(max_length=40, unique=True, editable=False)
    key_en = models.CharField(max_length=40, unique=True, editable=False)
    key_fr = models.CharField(max_length=40, unique=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.set_keys()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "key_slug", "key_en", "key_fr"}
        super().save(*args, **kwargs)

    def set_keys(self) -> None:
        self.key_slug = normalize(self.slug)
        self.key_en = normalize(self.name_en)
        self.key_fr = normalize(self.name_fr)

    @property
    def keys(self) -> tuple[str, str, str]:
        return (self.key_slug, self.key_en, self.key_fr)
