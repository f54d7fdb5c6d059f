from django.contrib import admin

from mlcore.models import ModelVersion, PredictionLog


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that only the program writes: to look at, not to touch."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(ModelVersion)
class ModelVersionAdmin(ReadOnlyAdmin):
    list_display = ["version", "is_champion", "created_at", "promoted_at", "data_fingerprint"]
    list_filter = ["is_champion"]
    search_fields = ["version", "data_fingerprint"]


@admin.register(PredictionLog)
class PredictionLogAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "source", "duel_count", "model_version"]
    list_filter = ["source", "model_version"]
    date_hierarchy = "created_at"
    show_full_result_count = False
