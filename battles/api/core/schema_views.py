"""The pages of the schema: the document, Swagger UI and ReDoc."""

from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpResponse
from django.utils import translation
from django.utils.decorators import method_decorator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import (
    SpectacularAPIView,
    SpectacularRedocView,
    SpectacularSwaggerSplitView,
)
from rest_framework.request import Request

from battles.api.core import query_params
from battles.common.kept import kept


class SchemaView(SpectacularAPIView):
    """The OpenAPI document, YAML or JSON by ``Accept`` or ``?format=``; written once a process."""

    parameters = {
        "format": query_params.choice(("yaml", "json"), "Overrides the Accept header."),
        "lang": query_params.choice(dict(settings.LANGUAGES), "Language of the texts."),
    }

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        query_params.read_query(request, self.parameters)
        renderer, media_type = request.accepted_renderer, request.accepted_media_type
        language = request.GET.get("lang", "").lower() or translation.get_language()

        def make() -> bytes:
            response = super(SchemaView, self).get(request, *args, **kwargs)
            return bytes(renderer.render(response.data, media_type, {"response": response}))

        content = kept(("schema", renderer.format, language), make)
        charset = f"; charset={renderer.charset}" if renderer.charset else ""
        file = self._get_filename(request, None)
        return HttpResponse(
            content,
            content_type=f"{media_type}{charset}",
            headers={"Content-Disposition": f'inline; filename="{file}"'},
        )

    def get_renderers(self) -> list[Any]:
        wanted = {"yaml": OpenApiYamlRenderer, "json": OpenApiJsonRenderer}
        chosen = wanted.get(self.request.GET.get("format", "").lower())
        return [chosen()] if chosen else super().get_renderers()


class SwaggerView(SpectacularSwaggerSplitView):
    """Swagger UI from our own static files, without a word of inline script or style."""

    template_name = "api/docs.html"
    http_method_names = ["get", "head"]


#: The hash of an empty <style>: ReDoc makes such, and fills them by script.
_EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"


@method_decorator(csp_update({"style-src": [_EMPTY_STYLE]}), name="dispatch")
class RedocView(SpectacularRedocView):
    """ReDoc from our own static files."""

    template_name = "api/redoc.html"
    http_method_names = ["get", "head"]
