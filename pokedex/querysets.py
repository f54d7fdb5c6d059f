"""Questions that are asked of the facts in more than one place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models, transaction
from django.db.models import Q

from pokedex.game_data_version import GameDataVersion
from pokedex.lookup import normalize

if TYPE_CHECKING:
    from pokedex.models import Fact, Move, Named, Pokemon  # noqa: F401

FactT = TypeVar("FactT", bound="Fact")
NamedT = TypeVar("NamedT", bound="Named")


class FactQuerySet(models.QuerySet[FactT]):
    """Rows of facts; a change to many at once raises the version of the game data once."""

    def _raise_version(self) -> None:
        if self.model.raises_version:
            GameDataVersion.bump()

    def _once(self) -> Any:
        return GameDataVersion.once()

    def update(self, **kwargs: Any) -> int:
        with transaction.atomic(using=self.db), self._once():
            count = super().update(**kwargs)
            if count:
                self._raise_version()
        return count

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        # Each deleted row reports itself by its signal; here they are only gathered.
        with transaction.atomic(using=self.db), self._once():
            return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Iterable[FactT], *args: Any, **kwargs: Any) -> list[FactT]:
        with transaction.atomic(using=self.db), self._once():
            created = super().bulk_create(objs, *args, **kwargs)
            if created:
                self._raise_version()
        return created

    bulk_create.alters_data = True  # type: ignore[attr-defined]

    def bulk_update(
        self, objs: Iterable[FactT], fields: Iterable[str], *args: Any, **kwargs: Any
    ) -> int:
        # The batches go through update(), which raises the version.
        with transaction.atomic(using=self.db), self._once():
            return super().bulk_update(objs, fields, *args, **kwargs)

    bulk_update.alters_data = True  # type: ignore[attr-defined]


class NamedQuerySet(FactQuerySet[NamedT]):
    """Rows that are found by their names."""

    def called(self, text: str) -> NamedQuerySet[NamedT]:
        """Rows whose slug, English or French name is ``text``, however it is spelled."""
        key = normalize(text)
        if not key:
            return self.none()
        return self.filter(Q(key_slug=key) | Q(key_en=key) | Q(key_fr=key))

    def search(self, text: str) -> NamedQuerySet[NamedT]:
        """Rows whose slug, English or French name contains ``text``, however it is spelled.

        A text without a letter or digit finds nothing; an empty one leaves the rows alone.
        """
        key = normalize(text)
        if not key:
            return self.none() if text.strip() else self
        return self.filter(
            Q(key_slug__contains=key) | Q(key_en__contains=key) | Q(key_fr__contains=key)
        )


class PokemonQuerySet(NamedQuerySet["Pokemon"]):
    def with_battle_data(self) -> PokemonQuerySet:
        """Species and types come along: what a card or a battle shows costs one query."""
        return self.select_related("species", "type_1", "type_2")


class MoveQuerySet(NamedQuerySet["Move"]):
    def with_battle_data(self) -> MoveQuerySet:
        return self.select_related("type")

    def damaging(self) -> MoveQuerySet:
        """Physical and special moves; Struggle, which nobody chooses, excepted."""
        return self.exclude(damage_class="status").exclude(effect="struggle")
