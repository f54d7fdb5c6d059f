"""Endpoints that are asked often, without what REST framework does around a view."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from battles.api.core import problems
from battles.api.core.base import ApiView, language_of

_JSON = "application/json"
_ACCEPTED = ("*/*", _JSON, "")
#: Text as REST framework's own renderer writes it.
encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


class LeanView(ApiView):
    """An endpoint that is posted JSON.

    Finding a parser and a renderer takes REST framework longer than many an answer. What can only
    mean JSON both ways is answered by ``lean``, everything else as usual, by ``post``.
    """

    def lean(self, request: HttpRequest, body: bytes) -> str:
        """The answer as JSON. Lets the caller pay (``charge``), whether there is one or not."""
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        meta = request.META
        if (
            request.method != "POST"
            or meta.get("CONTENT_TYPE") != _JSON
            or meta.get("HTTP_ACCEPT", "") not in _ACCEPTED
            or meta.get("QUERY_STRING")
        ):
            return super().dispatch(request, *args, **kwargs)
        language = language_of(request)
        with translation.override(language):
            try:
                content = self.lean(request, request.read())
                response = HttpResponse(content.encode(), content_type=_JSON)
            except Exception as error:
                refused = problems.handle_exception(error, {"request": request})
                if refused is None:
                    raise
                response = refused
        response["Allow"] = ", ".join(self.allowed_methods)
        response["Content-Language"] = language
        return response
