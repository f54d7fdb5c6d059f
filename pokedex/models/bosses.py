"""Bosses and their teams."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pokedex.choices import BossRole, GameEdition
from pokedex.models.base import Fact, Translated, _in_range, _one_of
from pokedex.models.moves import Move
from pokedex.models.pokemon import Pokemon
from pokedex.models.types import Type
from pokedex.querysets import FactQuerySet


class Boss(Translated):
    """A trainer who guards a badge or the League.

    Teams and moves come from what players wrote down, not from the games' tables.
    """

    # No battle of the engine depends on who leads which Gym.
    raises_version = False

    id = models.PositiveSmallIntegerField(
        _("id"), primary_key=True, help_text=_("Also the order in which they appear in the games.")
    )
    role = models.CharField(_("role"), max_length=10, choices=BossRole.choices)
    type = models.ForeignKey(
        Type,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("favorite type"),
    )

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("boss")
        verbose_name_plural = _("bosses")
        ordering = ("id",)
        constraints = (_one_of("boss", "role", BossRole),)


class BossPokemon(Fact):
    """One Pokémon of a boss, with those of its moves that are known."""

    raises_version = False

    boss = models.ForeignKey(Boss, models.CASCADE, related_name="team", verbose_name=_("boss"))
    position = models.PositiveSmallIntegerField(_("position"), help_text=_("Place in the team."))
    edition = models.CharField(
        _("game"),
        max_length=10,
        choices=GameEdition.choices,
        blank=True,
        default="",
        help_text=_("Empty: in both games."),
    )
    pokemon = models.ForeignKey(
        Pokemon, models.PROTECT, related_name="+", verbose_name=_("Pokémon")
    )
    level = models.PositiveSmallIntegerField(_("level"))
    move_1 = models.ForeignKey(
        Move, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("move 1")
    )
    move_2 = models.ForeignKey(
        Move, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("move 2")
    )
    move_3 = models.ForeignKey(
        Move, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("move 3")
    )
    move_4 = models.ForeignKey(
        Move, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("move 4")
    )

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("boss’s Pokémon")
        verbose_name_plural = _("bosses’ Pokémon")
        ordering = ("boss", "position", "edition")
        constraints = (
            models.UniqueConstraint(
                name="bosspokemon_unique_place", fields=("boss", "position", "edition")
            ),
            _in_range("bosspokemon", "position", 1, 6),
            _in_range("bosspokemon", "level", 1, 100),
            models.CheckConstraint(
                name="bosspokemon_edition_known",
                condition=Q(edition__in=["", *GameEdition.values]),
                violation_error_message=_("There are only two games."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.boss}: {self.pokemon} ({self.level})"

    @property
    def moves(self) -> list[Move]:
        """The moves that are known, up to four."""
        slots = (self.move_1, self.move_2, self.move_3, self.move_4)
        return [move for move in slots if move is not None]
