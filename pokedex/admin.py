"""Correcting the facts. What is saved here is curated: imports leave it alone."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from pokedex.models import (
    BASE_STAT_FIELDS,
    STAT_CHANGE_FIELDS,
    Boss,
    BossPokemon,
    Evolution,
    Fact,
    GameDataVersion,
    KeptMove,
    LearnsetEntry,
    Move,
    Named,
    Pokemon,
    Species,
    Type,
    TypeEffectiveness,
)


class FactAdmin(admin.ModelAdmin):
    list_per_page = 50
    readonly_fields = ("is_curated",)
    actions = ("let_imports_overwrite",)

    def get_readonly_fields(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> tuple[str, ...]:
        # Another id would make another row of it.
        key = self.model._meta.pk.name
        fields = tuple(super().get_readonly_fields(request, obj))
        return fields if obj is None else (*fields, key)

    def save_model(
        self, request: HttpRequest, obj: models.Model, form: ModelForm, change: bool
    ) -> None:
        if isinstance(obj, Fact):
            obj.is_curated = True
        super().save_model(request, obj, form, change)

    @admin.action(description=_("Let imports overwrite the selected rows"), permissions=["change"])
    def let_imports_overwrite(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        count = queryset.update(is_curated=False)
        self.message_user(
            request, _("%(count)d row(s) will follow the next import.") % {"count": count}
        )


class NamedAdmin(FactAdmin):
    search_fields = ("=id", "slug", "name_en", "name_fr")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Names are found however they are spelled."""
        found, may_have_duplicates = super().get_search_results(request, queryset, search_term)
        if search_term.strip() and issubclass(self.model, Named):
            found |= queryset.search(search_term)  # type: ignore[attr-defined]
        return found, may_have_duplicates


@admin.register(Type)
class TypeAdmin(FactAdmin):
    list_display = ("name_en", "name_fr", "slug", "sort_order", "is_curated")
    list_filter = ("is_curated",)
    search_fields = ("slug", "name_en", "name_fr")


@admin.register(TypeEffectiveness)
class TypeEffectivenessAdmin(FactAdmin):
    list_display = ("__str__", "attacking_type", "defending_type", "percent", "is_curated")
    list_filter = ("percent", "is_curated", "attacking_type", "defending_type")
    list_select_related = ("attacking_type", "defending_type")
    search_fields = (
        "attacking_type__name_en",
        "attacking_type__name_fr",
        "defending_type__name_en",
        "defending_type__name_fr",
    )
    autocomplete_fields = ("attacking_type", "defending_type")


@admin.register(Species)
class SpeciesAdmin(FactAdmin):
    list_display = ("id", "name_en", "name_fr", "slug", "is_curated")
    list_display_links = ("id", "name_en")
    list_filter = ("is_curated",)
    search_fields = ("=id", "slug", "name_en", "name_fr")


@admin.register(Pokemon)
class PokemonAdmin(NamedAdmin):
    list_display = (
        "id",
        "name_en",
        "name_fr",
        "kind",
        "type_1",
        "type_2",
        *BASE_STAT_FIELDS,
        "is_curated",
    )
    list_display_links = ("id", "name_en")
    list_filter = ("kind", "is_curated", "type_1", "type_2")
    list_select_related = ("type_1", "type_2")
    autocomplete_fields = ("species", "base_form", "type_1", "type_2")
    fieldsets = (
        (None, {"fields": ("id", "slug", "name_en", "name_fr", "is_curated")}),
        (_("Form"), {"fields": ("species", "kind", "base_form", "type_1", "type_2", "weight_hg")}),
        (_("Base stats"), {"fields": BASE_STAT_FIELDS}),
    )


@admin.register(Evolution)
class EvolutionAdmin(FactAdmin):
    list_display = ("__str__", "method", "level", "item", "is_curated")
    list_filter = ("method", "item", "is_curated")
    list_select_related = ("from_pokemon", "to_pokemon")
    search_fields = (
        "from_pokemon__name_en",
        "from_pokemon__name_fr",
        "to_pokemon__name_en",
        "to_pokemon__name_fr",
    )
    autocomplete_fields = ("from_pokemon", "to_pokemon")


@admin.register(Move)
class MoveAdmin(NamedAdmin):
    list_display = (
        "id",
        "name_en",
        "name_fr",
        "type",
        "damage_class",
        "power",
        "accuracy",
        "pp",
        "priority",
        "effect",
        "tm_number",
        "is_curated",
    )
    list_display_links = ("id", "name_en")
    list_filter = ("damage_class", "type", "is_curated", "ailment", "effect")
    list_select_related = ("type",)
    autocomplete_fields = ("type",)
    fieldsets = (
        (None, {"fields": ("id", "slug", "name_en", "name_fr", "is_curated")}),
        (
            _("Basics"),
            {
                "fields": (
                    "type",
                    "damage_class",
                    "power",
                    "accuracy",
                    "pp",
                    "priority",
                    "target",
                    "tm_number",
                )
            },
        ),
        (
            _("Damage"),
            {
                "fields": (
                    "critical_stage",
                    "always_crits",
                    "min_hits",
                    "max_hits",
                    "fixed_damage",
                    "drain_percent",
                    "recoil_percent",
                    "heal_percent",
                )
            },
        ),
        (
            _("Effects"),
            {
                "fields": (
                    "effect",
                    "ailment",
                    "ailment_chance",
                    "flinch_chance",
                    "stat_change_target",
                    "stat_change_chance",
                    *STAT_CHANGE_FIELDS,
                )
            },
        ),
        (
            _("Rules"),
            {
                "fields": (
                    "blocked_by_protect",
                    "bypasses_substitute",
                    "is_powder",
                    "is_sound",
                    "makes_contact",
                    "respects_type_immunity",
                    "thaws_user",
                    "thaws_target",
                    "hits_airborne",
                    "hits_underground",
                    "doubled_by_airborne",
                    "doubled_by_underground",
                    "doubled_by_minimize",
                    "can_be_mirrored",
                    "called_by_metronome",
                    "can_be_encored",
                    "can_be_mimicked",
                )
            },
        ),
    )


@admin.register(LearnsetEntry)
class LearnsetEntryAdmin(FactAdmin):
    list_display = ("pokemon", "move", "method", "level", "is_curated")
    list_filter = ("method", "is_curated")
    list_select_related = ("pokemon", "move")
    search_fields = (
        "pokemon__slug",
        "pokemon__name_en",
        "pokemon__name_fr",
        "move__slug",
        "move__name_en",
        "move__name_fr",
    )
    autocomplete_fields = ("pokemon", "move")


@admin.register(KeptMove)
class KeptMoveAdmin(FactAdmin):
    list_display = ("pokemon", "move", "learned_as", "is_curated")
    list_filter = ("is_curated",)
    list_select_related = ("pokemon", "move", "learned_as")
    search_fields = (
        "pokemon__slug",
        "pokemon__name_en",
        "pokemon__name_fr",
        "move__slug",
        "move__name_en",
        "move__name_fr",
    )
    autocomplete_fields = ("pokemon", "move", "learned_as")


@admin.register(Boss)
class BossAdmin(FactAdmin):
    list_display = ("id", "name_en", "name_fr", "role", "type", "is_curated")
    list_display_links = ("id", "name_en")
    list_filter = ("role", "is_curated")
    list_select_related = ("type",)
    search_fields = ("slug", "name_en", "name_fr")
    autocomplete_fields = ("type",)


@admin.register(BossPokemon)
class BossPokemonAdmin(FactAdmin):
    """Community-sourced: meant to be corrected here."""

    list_display = (
        "boss",
        "position",
        "pokemon",
        "level",
        "edition",
        "move_1",
        "move_2",
        "move_3",
        "move_4",
        "is_curated",
    )
    list_display_links = ("boss", "position")
    list_filter = ("boss", "edition", "is_curated")
    list_select_related = ("boss", "pokemon", "move_1", "move_2", "move_3", "move_4")
    search_fields = (
        "boss__name_en",
        "boss__name_fr",
        "pokemon__slug",
        "pokemon__name_en",
        "pokemon__name_fr",
    )
    autocomplete_fields = ("boss", "pokemon", "move_1", "move_2", "move_3", "move_4")


@admin.register(GameDataVersion)
class GameDataVersionAdmin(admin.ModelAdmin):
    """To look at: changes of the facts raise it."""

    list_display = ("number", "updated_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False
