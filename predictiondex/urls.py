"""All routes. Pages live under an optional language prefix (/fr/), the API never does."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path
from django.views.generic import RedirectView

from battles.api.core.schema_views import RedocView, SchemaView, SwaggerView
from battles.site.crawlers import robots, sitemap
from mlcore.monitoring.retrain_view import retrain
from predictiondex.observability import exposure, health


class FaviconView(RedirectView):
    """Browsers ask for it here where a page names no icon."""

    def get_redirect_url(self, *args: object, **kwargs: object) -> str:
        return static("img/favicon.ico")


handler500 = "predictiondex.database_faults.handler500"
admin.site.site_header = admin.site.site_title = "PredictionDex"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", exposure.metrics, name="metrics"),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("favicon.ico", FaviconView.as_view(), name="favicon"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", include("battles.api.urls")),
    path("api/schema/", exposure.api_docs(SchemaView.as_view()), name="schema"),
    path("api/docs/", exposure.api_docs(SwaggerView.as_view(url_name="schema")), name="docs"),
    path("api/redoc/", exposure.api_docs(RedocView.as_view(url_name="schema")), name="redoc"),
    *i18n_patterns(
        path("admin/retrain/", admin.site.admin_view(retrain), name="retrain"),
        path("admin/", admin.site.urls),
        path("", include("battles.urls")),
        path("", include("pokedex.urls")),
        prefix_default_language=False,
    ),
]
