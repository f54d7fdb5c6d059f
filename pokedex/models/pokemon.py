"""Species, Pokémon and their evolutions."""

from django.apps import apps
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pokedex.choices import (
    BASE_STAT_FIELDS,
    BodyColor,
    BodyShape,
    BodySize,
    EvolutionItem,
    EvolutionMethod,
    PokemonKind,
)
from pokedex.models.base import Fact, Named, Translated, _in_range, _one_of
from pokedex.models.types import Type
from pokedex.querysets import FactQuerySet, MoveQuerySet, PokemonQuerySet


class Species(Translated):
    id = models.PositiveSmallIntegerField(
        _("national number"), primary_key=True, help_text=_("Number in the national Pokédex.")
    )

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("species")
        verbose_name_plural = _("species")
        ordering = ("id",)


class Pokemon(Named):
    """A form: what stands on the field."""

    id = models.PositiveIntegerField(
        _("id"),
        primary_key=True,
        help_text=_("National number of a base form, PokeAPI's number of another form."),
    )
    species = models.ForeignKey(
        Species, models.PROTECT, related_name="forms", verbose_name=_("species")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=PokemonKind.choices)
    base_form = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="megas",
        verbose_name=_("base form"),
        help_text=_("The form that Mega Evolves; the Mega has the same moves."),
    )
    type_1 = models.ForeignKey(Type, models.PROTECT, related_name="+", verbose_name=_("type 1"))
    type_2 = models.ForeignKey(
        Type, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("type 2")
    )
    base_hp = models.PositiveSmallIntegerField(_("base HP"))
    base_attack = models.PositiveSmallIntegerField(_("base Attack"))
    base_defense = models.PositiveSmallIntegerField(_("base Defense"))
    base_special_attack = models.PositiveSmallIntegerField(_("base Special Attack"))
    base_special_defense = models.PositiveSmallIntegerField(_("base Special Defense"))
    base_speed = models.PositiveSmallIntegerField(_("base Speed"))
    weight_hg = models.PositiveIntegerField(_("weight (hg)"), help_text=_("In hectograms."))
    color = models.CharField(_("color"), max_length=10, choices=BodyColor.choices)
    shape = models.CharField(_("body shape"), max_length=10, choices=BodyShape.choices)
    size = models.CharField(
        _("size"),
        max_length=10,
        choices=BodySize.choices,
        help_text=_("How large it is drawn: by its stage of evolution."),
    )

    objects = PokemonQuerySet.as_manager()

    class Meta:
        verbose_name = _("Pokémon")
        verbose_name_plural = _("Pokémon")
        ordering = ("species_id", "id")
        constraints = (
            *(_in_range("pokemon", field, 1, 255) for field in BASE_STAT_FIELDS),
            _in_range("pokemon", "weight_hg", 1, 99_999),
            _one_of("pokemon", "kind", PokemonKind),
            _one_of("pokemon", "color", BodyColor),
            _one_of("pokemon", "shape", BodyShape),
            _one_of("pokemon", "size", BodySize),
            models.CheckConstraint(
                name="pokemon_types_differ",
                condition=Q(type_2__isnull=True) | ~Q(type_1=F("type_2")),
                violation_error_message=_("The two types must differ."),
            ),
            models.CheckConstraint(
                name="pokemon_mega_has_base_form",
                condition=Q(kind="mega", base_form__isnull=False)
                | (~Q(kind="mega") & Q(base_form__isnull=True)),
                violation_error_message=_(
                    "Only a Mega Evolution has a base form, and it must have one."
                ),
            ),
            models.CheckConstraint(
                name="pokemon_base_form_is_another",
                condition=Q(base_form__isnull=True) | ~Q(base_form=F("id")),
                violation_error_message=_("A form cannot be its own base form."),
            ),
        )

    @property
    def types(self) -> tuple[Type, ...]:
        return (self.type_1,) if self.type_2 is None else (self.type_1, self.type_2)

    @property
    def base_stats(self) -> tuple[int, int, int, int, int, int]:
        """HP, Attack, Defense, Special Attack, Special Defense, Speed."""
        return (
            self.base_hp,
            self.base_attack,
            self.base_defense,
            self.base_special_attack,
            self.base_special_defense,
            self.base_speed,
        )

    @property
    def base_stat_total(self) -> int:
        return sum(self.base_stats)

    def usable_moves(self) -> MoveQuerySet:
        """Moves it learns, moves of its base form, and moves kept from earlier evolutions."""
        forms = [self.pk] if self.base_form_id is None else [self.pk, self.base_form_id]
        move = apps.get_model("pokedex", "Move")  # it refers to this model, so no import
        learned = self.learnset.model.objects.filter(pokemon__in=forms)
        kept = self.kept_moves.model.objects.filter(pokemon__in=forms)
        return move.objects.filter(
            Q(pk__in=learned.order_by().values("move")) | Q(pk__in=kept.order_by().values("move"))
        )


class Evolution(Fact):
    # No battle depends on who evolves into whom.
    raises_version = False

    from_pokemon = models.ForeignKey(
        Pokemon, models.CASCADE, related_name="evolutions", verbose_name=_("from")
    )
    to_pokemon = models.ForeignKey(
        Pokemon, models.CASCADE, related_name="pre_evolutions", verbose_name=_("to")
    )
    method = models.CharField(_("method"), max_length=10, choices=EvolutionMethod.choices)
    level = models.PositiveSmallIntegerField(_("level"), null=True, blank=True)
    item = models.CharField(
        _("item"), max_length=20, choices=EvolutionItem.choices, blank=True, default=""
    )

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("evolution")
        verbose_name_plural = _("evolutions")
        ordering = ("from_pokemon", "to_pokemon")
        constraints = (
            models.UniqueConstraint(
                name="evolution_unique_pair", fields=("from_pokemon", "to_pokemon")
            ),
            models.CheckConstraint(
                name="evolution_changes_form",
                condition=~Q(from_pokemon=F("to_pokemon")),
                violation_error_message=_("A form cannot evolve into itself."),
            ),
            _one_of("evolution", "method", EvolutionMethod),
            _in_range("evolution", "level", 1, 100),
            models.CheckConstraint(
                name="evolution_level_by_method",
                condition=Q(method="level_up", level__isnull=False)
                | (~Q(method="level_up") & Q(level__isnull=True)),
                violation_error_message=_(
                    "Only evolution by level has a level, and it must have one."
                ),
            ),
            models.CheckConstraint(
                name="evolution_item_by_method",
                condition=Q(method="item", item__in=EvolutionItem.values)
                | (~Q(method="item") & Q(item="")),
                violation_error_message=_(
                    "Only evolution by item has an item, and it must have one."
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.from_pokemon} → {self.to_pokemon}"
