"""All routes. Pages live under an optional language prefix (/fr/), the API never does."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from battles.about import robots
from battles.api.docs import SchemaView, SwaggerView
from mlcore.retrain_view import retrain
from predictiondex import exposure, health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", exposure.metrics, name="metrics"),
    path("robots.txt", robots, name="robots"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", include("battles.api.urls")),
    path("api/schema/", exposure.api_docs(SchemaView.as_view()), name="schema"),
    path("api/docs/", exposure.api_docs(SwaggerView.as_view(url_name="schema")), name="docs"),
    *i18n_patterns(
        path("admin/retrain/", admin.site.admin_view(retrain), name="retrain"),
        path("admin/", admin.site.urls),
        path("", include("battles.urls")),
        path("", include("pokedex.urls")),
        prefix_default_language=False,
    ),
]
