"""All routes. Pages live under an optional language prefix (/fr/), the API never does."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django_prometheus.exports import ExportToDjangoView

from battles.about import robots
from battles.api.docs import RedocView, SchemaView, SwaggerView
from predictiondex import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", ExportToDjangoView, name="metrics"),
    path("robots.txt", robots, name="robots"),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", include("battles.api.urls")),
    path("api/schema/", SchemaView.as_view(), name="schema"),
    path("api/docs/", SwaggerView.as_view(url_name="schema"), name="docs"),
    path("api/redoc/", RedocView.as_view(url_name="schema"), name="redoc"),
    *i18n_patterns(
        path("", include("battles.urls")),
        path("", include("pokedex.urls")),
        prefix_default_language=False,
    ),
]
