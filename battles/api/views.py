"""The endpoints under ``/api/v1/`` that read the game's facts."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from django.db.models import F, Model, Prefetch, Q, QuerySet, prefetch_related_objects
from django.http.response import HttpResponseBase
from rest_framework import generics
from rest_framework.request import Request

from battles.api import docs, queries, serializers
from battles.api.base import ApiView
from battles.api.inputs import check_text, form_of, move_of, unknown_type
from battles.api.kept import kept
from battles.api.problems import FieldError, Problem
from mlcore import gamedata
from mlcore.engine.specs import TYPES, Setups
from mlcore.engine.stats import compute_stats
from pokedex.lookup import normalize
from pokedex.models import (
    BASE_STAT_FIELDS,
    DamageClass,
    Move,
    Pokemon,
    PokemonKind,
    Type,
    TypeEffectiveness,
)


def _fighter(form: int) -> Setups:
    return Setups.flat(np.array([form], dtype=np.int32))


def known(found: Any | FieldError) -> Any:
    """What was found by a path; raises Problem when nothing was."""
    if isinstance(found, FieldError):
        raise Problem("not_found", found.reason, (found,))
    return found


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

    Answers are kept while the facts stay the same, unless a subclass says that its rows change
    without them (``keeps``).
    """

    keeps = True
    pagination_class = queries.Pagination
    parameters: Mapping[str, queries.Parameter] = queries.PAGING

    def list(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        make = partial(super().list, request)
        return kept(request, make) if self.keeps else make()

    def get_queryset(self) -> QuerySet[Any]:
        return self.filtered(queries.read_query(self.request, self.parameters))

    def filtered(self, given: Mapping[str, Any]) -> QuerySet[Any]:
        raise NotImplementedError


class PokemonList(FactList):
    serializer_class = serializers.PokemonSummary
    queryset = Pokemon.objects.all()
    parameters = {
        **queries.PAGING,
        "search": queries.search("Part of a slug or name, in English or French."),
        "type": queries.TYPE,
        "kind": queries.choice(PokemonKind.values, "Only this kind of form."),
        "ordering": queries.ordering(
            {
                "id": "id",
                "species": "species_id",
                "name_en": "name_en",
                "name_fr": "name_fr",
                "base_stat_total": "total",
                **{name.removeprefix("base_"): name for name in BASE_STAT_FIELDS},
            },
            default="species,id",
        ),
    }

    @docs.pokemon_list(parameters)
    def get(self, request: Request) -> HttpResponseBase:
        return self.list(request)

    def filtered(self, given: Mapping[str, Any]) -> QuerySet[Pokemon]:
        rows = Pokemon.objects.with_battle_data()
        if "search" in given:
            rows = rows.search(given["search"])
        if "type" in given:
            rows = rows.filter(Q(type_1__slug=given["type"]) | Q(type_2__slug=given["type"]))
        if "kind" in given:
            rows = rows.filter(kind=given["kind"])
        total = sum((F(name) for name in BASE_STAT_FIELDS[1:]), F(BASE_STAT_FIELDS[0]))
        order = given.get("ordering", ["species_id"])
        return rows.alias(total=total).order_by(*order, "id")


class MoveList(FactList):
    serializer_class = serializers.MoveSummary
    queryset = Move.objects.all()
    parameters = {
        **queries.PAGING,
        "search": queries.search("Part of a slug or name, in English or French."),
        "type": queries.TYPE,
        "damage_class": queries.choice(DamageClass.values, "Only moves of this class."),
        "ordering": queries.ordering(
            {
                name: name
                for name in ("id", "name_en", "name_fr", "power", "accuracy", "pp", "priority")
            },
            default="id",
        ),
    }

    @docs.move_list(parameters)
    def get(self, request: Request) -> HttpResponseBase:
        return self.list(request)

    def filtered(self, given: Mapping[str, Any]) -> QuerySet[Move]:
        return self.narrowed(Move.objects.with_battle_data(), given)

    @staticmethod
    def narrowed(rows: QuerySet[Move], given: Mapping[str, Any]) -> QuerySet[Move]:
        """The rows that the parameters leave, in the order that they ask for."""
        if "search" in given:
            rows = rows.search(given["search"])
        if "type" in given:
            rows = rows.filter(type__slug=given["type"])
        if "damage_class" in given:
            rows = rows.filter(damage_class=given["damage_class"])
        return rows.order_by(*given.get("ordering", []), "id")


class TypeList(FactList):
    serializer_class = serializers.TypeSummary
    queryset = Type.objects.all()

    @docs.type_list(queries.PAGING)
    def get(self, request: Request) -> HttpResponseBase:
        return self.list(request)

    def filtered(self, given: Mapping[str, Any]) -> QuerySet[Type]:
        return Type.objects.all()


class FactDetail(ApiView, generics.RetrieveAPIView):
    """One row, found by what the path says; kept as the answers of ``FactList``."""

    keeps = True
    parameters: Mapping[str, queries.Parameter] = queries.LANGUAGE

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        make = partial(super().retrieve, request)
        return kept(request, make) if self.keeps else make()

    def get_object(self) -> Model:
        queries.read_query(self.request, self.parameters)
        return known(self.find(self.kwargs[self.lookup_field]))

    def find(self, text: str) -> Model | FieldError:
        raise NotImplementedError


class PokemonDetail(FactDetail):
    serializer_class = serializers.PokemonDetail
    queryset = Pokemon.objects.all()
    lookup_field = "id_or_slug"

    @docs.pokemon_detail
    def get(self, request: Request, id_or_slug: str) -> HttpResponseBase:
        return self.retrieve(request)

    def find(self, text: str) -> Pokemon | FieldError:
        game = gamedata.current()
        index = form_of(text, "id_or_slug", game)
        if isinstance(index, FieldError):
            return index
        rows = Pokemon.objects.with_battle_data().select_related("base_form")
        pokemon = rows.get(pk=int(game.tables.form_ids[index]))
        pokemon.stats = serializers.stat_block(compute_stats(game.tables, _fighter(index))[0])
        pokemon.damaging_moves = pokemon.usable_moves().damaging().with_battle_data().order_by("id")
        return pokemon


class MoveDetail(FactDetail):
    serializer_class = serializers.MoveDetail
    queryset = Move.objects.all()
    lookup_field = "id_or_slug"

    @docs.move_detail
    def get(self, request: Request, id_or_slug: str) -> HttpResponseBase:
        return self.retrieve(request)

    def find(self, text: str) -> Move | FieldError:
        game = gamedata.current()
        index = move_of(text, "id_or_slug", game)
        if isinstance(index, FieldError):
            return index
        tables = game.tables
        move = Move.objects.with_battle_data().get(pk=int(tables.move_ids[index]))
        move.usable_by = [
            {"id": int(tables.form_ids[form]), "slug": tables.form_slugs[form]}
            for form in np.flatnonzero(tables.usable[:, index])
        ]
        return move


class TypeDetail(FactDetail):
    serializer_class = serializers.TypeDetail
    queryset = Type.objects.all()
    lookup_field = "slug"

    @docs.type_detail
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        return self.retrieve(request)

    def find(self, text: str) -> Type | FieldError:
        found = type_called(text, "slug")
        if isinstance(found, Type):
            prefetch_related_objects(
                [found],
                Prefetch("attacking", _cells("defending_type")),
                Prefetch("defending", _cells("attacking_type")),
            )
        return found


def _cells(other: str) -> QuerySet[TypeEffectiveness]:
    """Cells of the type chart with their ``other`` type, in its order."""
    return TypeEffectiveness.objects.select_related(other).order_by(f"{other}__sort_order")
