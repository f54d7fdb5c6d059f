"""Correcting the facts. What is saved here is curated: imports leave it alone."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from pokedex import exchange, history
from pokedex.choices import BASE_STAT_FIELDS, STAT_CHANGE_FIELDS
from pokedex.game_data_version import GameDataVersion
from pokedex.models import (
    FACT_MODELS,
    Boss,
    BossPokemon,
    Evolution,
    Fact,
    KeptMove,
    LearnsetEntry,
    Move,
    Named,
    Pokemon,
    Species,
    Type,
    TypeEffectiveness,
)


def _user_id(request: HttpRequest) -> int:
    """The key of the user, who is there: the admin's views ask for a login first."""
    return int(request.user.pk or 0)


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that only the program writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


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

    # What is kept of changes -------------------------------------------------------------------

    def save_model(
        self, request: HttpRequest, obj: models.Model, form: ModelForm, change: bool
    ) -> None:
        assert isinstance(obj, Fact)
        form.before = self.model._default_manager.get(pk=obj.pk) if change else None  # type: ignore[attr-defined]
        obj.is_curated = True
        super().save_model(request, obj, form, change)

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[dict[str, Any]]:
        before: Fact | None = form.before
        row: Fact = form.instance
        flag = ADDITION if add else CHANGE
        return history.message(flag, row, history.changes(before, row))

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        removed = [(DELETION, row, history.changes(row, None)) for row in queryset]
        history.write(_user_id(request), removed)

    @admin.action(
        description=_("Allow imports to overwrite the selected rows"), permissions=["change"]
    )
    def let_imports_overwrite(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        freed = list(queryset.filter(is_curated=True))
        with transaction.atomic():
            count = queryset.update(is_curated=False)
            given = [("is_curated", "1", "0")]
            history.write(_user_id(request), [(CHANGE, row, given) for row in freed])
        self.message_user(
            request,
            ngettext(
                "%(count)d row will be updated by the next import.",
                "%(count)d rows will be updated by the next import.",
                count,
            )
            % {"count": count},
        )

    # CSV ---------------------------------------------------------------------------------------

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) and self.has_change_permission(request)

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("import/", view(self.import_view), name=f"{name}_import"),
            path("export/", view(self.export_view), name=f"{name}_export"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        given = {"has_import_permission": self.has_import_permission(request), "can_export": True}
        return super().changelist_view(request, {**given, **(extra_context or {})})

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """All rows as CSV, in the format that an import takes."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        content = exchange.export(self.model, self.model._default_manager.all())
        name = exchange.table_of(self.model).file
        return HttpResponse(
            content,
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """A file is previewed, row by row, then confirmed; bad rows keep all of it out."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        table = exchange.table_of(self.model)
        if "confirmed" in request.POST:
            return self._confirmed(request, request.POST["confirmed"])
        form = exchange.UploadForm(table, request.POST or None, request.FILES or None)
        outcome = None
        if request.method == "POST" and form.is_valid():
            outcome = exchange.run(self.model, form.rows, dry_run=True)
        return self._import_page(request, form, outcome)

    def _confirmed(self, request: HttpRequest, text: str) -> HttpResponse:
        user_id = _user_id(request)
        try:
            rows = exchange.unsign(self.model, text, user_id)
        except exchange.StaleConfirmation as error:
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(request.path)
        with transaction.atomic():
            outcome = exchange.run(self.model, rows, dry_run=False)
            if not outcome.bad:
                history.write(user_id, outcome.changed)
        if outcome.bad:
            return self._import_page(
                request, exchange.UploadForm(exchange.table_of(self.model)), outcome
            )
        words = gettext("Imported: %(added)d added, %(updated)d changed, %(unchanged)d unchanged.")
        counts = {
            "added": outcome.added,
            "updated": outcome.updated,
            "unchanged": outcome.unchanged,
        }
        self.message_user(request, words % counts, messages.SUCCESS)
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        return HttpResponseRedirect(reverse(name))

    def _import_page(
        self,
        request: HttpRequest,
        form: exchange.UploadForm,
        outcome: exchange.ImportOutcome | None,
    ) -> HttpResponse:
        confirm = ""
        if outcome is not None and outcome.changed and not outcome.bad:
            confirm = exchange.sign(self.model, form.rows, _user_id(request))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Import %(what)s") % {"what": self.opts.verbose_name_plural},
            "opts": self.opts,
            "form": form,
            "outcome": outcome,
            "bad_lines": len({cell.line for cell in outcome.bad}) if outcome else 0,
            "confirm": confirm,
            "columns": exchange.columns(form.table),
        }
        return TemplateResponse(request, "admin/pokedex/import.html", context)


class NamedAdmin(FactAdmin):
    search_fields = ("=id", "slug", "name_en", "name_fr")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Names are found however they are spelled."""
        matches, may_have_duplicates = super().get_search_results(request, queryset, search_term)
        if search_term.strip() and issubclass(self.model, Named):
            matches |= queryset.search(search_term)  # type: ignore[attr-defined]
        return matches, may_have_duplicates


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
        (_("Drawing"), {"fields": ("color", "shape", "size")}),
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


#: What rows about a Pokémon and a move are searched by.
_LEARNED = tuple(
    f"{row}__{name}" for row in ("pokemon", "move") for name in ("slug", "name_en", "name_fr")
)


@admin.register(LearnsetEntry)
class LearnsetEntryAdmin(FactAdmin):
    list_display = ("pokemon", "move", "method", "level", "is_curated")
    list_filter = ("method", "is_curated")
    list_select_related = ("pokemon", "move")
    search_fields = _LEARNED
    autocomplete_fields = ("pokemon", "move")


@admin.register(KeptMove)
class KeptMoveAdmin(FactAdmin):
    list_display = ("pokemon", "move", "learned_as", "is_curated")
    list_filter = ("is_curated",)
    list_select_related = ("pokemon", "move", "learned_as")
    search_fields = _LEARNED
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
class GameDataVersionAdmin(ReadOnlyAdmin):
    """To look at: changes of the facts raise it."""

    list_display = ("number", "updated_at")


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    """Who changed what, from what to what: to look at."""

    list_display = ("action_time", "user", "content_type", "object_repr", "what")
    list_filter = ("action_flag", ("content_type", admin.RelatedOnlyFieldListFilter), "user")
    list_select_related = ("user", "content_type")
    search_fields = ("object_repr", "user__username", "change_message")
    date_hierarchy = "action_time"
    fields = ("action_time", "user", "content_type", "object_repr", "what")
    readonly_fields = ("what",)

    @admin.display(description=_("what"))
    def what(self, entry: LogEntry) -> SafeString:
        return render_to_string("admin/pokedex/_changes.html", {"entry": entry})

    def get_queryset(self, request: HttpRequest) -> QuerySet[LogEntry]:
        """Changes of facts; a superuser sees all there is."""
        entries = super().get_queryset(request)
        if request.user.is_superuser:
            return entries
        types = ContentType.objects.get_for_models(*FACT_MODELS).values()
        return entries.filter(content_type__in=[kind.pk for kind in types])
