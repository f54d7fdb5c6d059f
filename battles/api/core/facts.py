"""Lists and details of facts: views that several endpoints share."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db.models import Model, QuerySet
from django.http.response import HttpResponseBase
from rest_framework import generics
from rest_framework.request import Request

from battles.api.core import query_params
from battles.api.core.base import ApiView
from battles.api.core.problems import FieldError, Problem
from battles.api.core.reader import check_text, unknown_type
from battles.api.core.response_cache import cached
from mlcore.engine.specs import TYPES
from pokedex.lookup import normalize
from pokedex.models import Type


def known(fact: Any | FieldError) -> Any:
    """The object found for a path; raises Problem if there is none."""
    if isinstance(fact, FieldError):
        raise Problem("not_found", fact.reason, (fact,))
    return fact


def type_called(text: str, field: str) -> Type | FieldError:
    """The type with that id, slug or name; one query."""
    refused = check_text(text, field, TYPES)
    if refused:
        return refused
    key = normalize(text)
    for row in Type.objects.all():
        if key in {str(row.pk), row.slug, normalize(row.name_en), normalize(row.name_fr)}:
            return row
    return unknown_type(text, field)


class FactList(ApiView, generics.ListAPIView):
    """Rows on pages, filtered by ``parameters``.

    Responses are cached while the facts stay the same, unless a subclass says that its rows change
    without them (``caches``).
    """

    caches = True
    pagination_class = query_params.Pagination
    parameters: Mapping[str, query_params.Parameter] = query_params.PAGING

    def list(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        make = partial(super().list, request)
        return cached(request, self.game, make) if self.caches else make()

    def get_queryset(self) -> QuerySet[Any]:
        return self.filtered(query_params.read_query(self.request, self.parameters))

    def filtered(self, given: Mapping[str, Any]) -> QuerySet[Any]:
        raise NotImplementedError


class FactDetail(ApiView, generics.RetrieveAPIView):
    """One row, found by the path; cached like those of ``FactList``."""

    caches = True
    parameters: Mapping[str, query_params.Parameter] = query_params.LANGUAGE

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        make = partial(super().retrieve, request)
        return cached(request, self.game, make) if self.caches else make()

    def get_object(self) -> Model:
        query_params.read_query(self.request, self.parameters)
        return known(self.find(self.kwargs[self.lookup_field]))

    def find(self, text: str) -> Model | FieldError:
        raise NotImplementedError
