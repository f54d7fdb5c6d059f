"""API keys in the admin: created, shown once, revoked."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from battles.api.access import keys as api_keys
from battles.models import ApiKey, Scope, default_scopes


class ApiKeyForm(forms.ModelForm):
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("scopes"),
        choices=Scope.choices,
        initial=default_scopes,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = ApiKey
        fields = ("name", "scopes", "rate_per_minute")


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):
    form = ApiKeyForm
    list_display = (
        "name",
        "prefix",
        "shown_scopes",
        "rate_per_minute",
        "created_at",
        "last_used_at",
        "revoked_at",
    )
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    search_fields = ("name", "prefix")
    readonly_fields = ("prefix", "created_at", "last_used_at", "revoked_at")
    actions = ("revoke",)

    def has_delete_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        return False  # revoked keys are kept as a record

    @admin.display(description=gettext_lazy("scopes"))
    def shown_scopes(self, row: ApiKey) -> str:
        return ", ".join(row.scopes)

    def save_model(
        self, request: HttpRequest, obj: ApiKey, form: forms.ModelForm, change: bool
    ) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        row, key = api_keys.create(
            name=obj.name, scopes=obj.scopes, rate_per_minute=obj.rate_per_minute
        )
        obj.__dict__.update(row.__dict__)
        # Only for this request, whose response shows it.
        request.new_api_key = key  # type: ignore[attr-defined]

    def response_add(
        self, request: HttpRequest, obj: ApiKey, post_url_continue: Any = None
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("The new API key"),
            "opts": self.opts,
            "row": obj,
            "key": request.new_api_key,  # type: ignore[attr-defined]
        }
        # The admin sends Cache-Control: no-store, so the page is gone once it is closed.
        return TemplateResponse(request, "admin/battles/apikey/created.html", context)

    @admin.action(description=gettext_lazy("Revoke the selected keys"), permissions=["change"])
    def revoke(self, request: HttpRequest, keys: QuerySet[ApiKey]) -> None:
        valid = list(keys.filter(revoked_at=None))
        for row in valid:
            api_keys.revoke(row)
            self.log_change(request, row, "revoked")
        count = len(valid)
        words = ngettext("%(count)d key was revoked.", "%(count)d keys were revoked.", count)
        self.message_user(request, words % {"count": count}, messages.SUCCESS)
