"""The endpoints under ``/api/v1/`` that read the game's facts."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from django.db.models import F, Prefetch, Q, QuerySet, prefetch_related_objects
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from battles.api.core import facts as core_facts
from battles.api.core import query_params
from battles.api.core.problems import FieldError
from battles.api.core.reader import form_of, move_of
from battles.api.pokedex import docs as pokedex_docs
from battles.api.pokedex import serializers
from mlcore.engine.specs import Setups
from mlcore.engine.stats import compute_stats
from pokedex.choices import BASE_STAT_FIELDS, DamageClass, PokemonKind
from pokedex.models import Evolution, Move, Pokemon, Type, TypeEffectiveness


def _fighter(form: int) -> Setups:
    return Setups.flat(np.array([form], dtype=np.int32))


class PokemonListView(core_facts.FactList):
    serializer_class = serializers.PokemonSummary
    queryset = Pokemon.objects.all()
    parameters = {
        **query_params.PAGING,
        "search": query_params.search("Part of a slug or name, in English or French."),
        "type": query_params.TYPE,
        "kind": query_params.choice(PokemonKind.values, "Only this kind of form."),
        "ordering": query_params.ordering(
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

    @pokedex_docs.pokemon_list(parameters)
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


class MoveListView(core_facts.FactList):
    serializer_class = serializers.MoveSummary
    queryset = Move.objects.all()
    parameters = {
        **query_params.PAGING,
        "search": query_params.search("Part of a slug or name, in English or French."),
        "type": query_params.TYPE,
        "damage_class": query_params.choice(DamageClass.values, "Only moves of this class."),
        "ordering": query_params.ordering(
            {
                name: name
                for name in ("id", "name_en", "name_fr", "power", "accuracy", "pp", "priority")
            },
            default="id",
        ),
    }

    @pokedex_docs.move_list(parameters)
    def get(self, request: Request) -> HttpResponseBase:
        return self.list(request)

    def filtered(self, given: Mapping[str, Any]) -> QuerySet[Move]:
        return self.narrowed(Move.objects.with_battle_data(), given)

    @staticmethod
    def narrowed(rows: QuerySet[Move], given: Mapping[str, Any]) -> QuerySet[Move]:
        """The rows that match the parameters, in the requested order."""
        if "search" in given:
            rows = rows.search(given["search"])
        if "type" in given:
            rows = rows.filter(type__slug=given["type"])
        if "damage_class" in given:
            rows = rows.filter(damage_class=given["damage_class"])
        return rows.order_by(*given.get("ordering", []), "id")


class TypeListView(core_facts.FactList):
    serializer_class = serializers.TypeSummary
    queryset = Type.objects.all()

    @pokedex_docs.type_list(query_params.PAGING)
    def get(self, request: Request) -> HttpResponseBase:
        return self.list(request)

    def filtered(self, given: Mapping[str, Any]) -> QuerySet[Type]:
        return Type.objects.all()


class PokemonDetailView(core_facts.FactDetail):
    serializer_class = serializers.PokemonDetail
    queryset = Pokemon.objects.all()
    lookup_field = "id_or_slug"

    @pokedex_docs.pokemon_detail
    def get(self, request: Request, id_or_slug: str) -> HttpResponseBase:
        return self.retrieve(request)

    def find(self, text: str) -> Pokemon | FieldError:
        game = self.game
        index = form_of(text, "id_or_slug", game)
        if isinstance(index, FieldError):
            return index
        rows = Pokemon.objects.with_battle_data().select_related("base_form")
        pokemon = rows.get(pk=int(game.tables.form_ids[index]))
        steps = Evolution.objects.filter(Q(from_pokemon=pokemon) | Q(to_pokemon=pokemon))
        pokemon.evolves_from, pokemon.evolves_into = [], []
        for step in steps.select_related("from_pokemon", "to_pokemon").order_by("id"):
            into = step.from_pokemon_id == pokemon.id
            step.other = step.to_pokemon if into else step.from_pokemon
            (pokemon.evolves_into if into else pokemon.evolves_from).append(step)
        pokemon.stats = serializers.stat_block(compute_stats(game.tables, _fighter(index))[0])
        pokemon.damaging_moves = pokemon.usable_moves().damaging().with_battle_data().order_by("id")
        return pokemon


class MoveDetailView(core_facts.FactDetail):
    serializer_class = serializers.MoveDetail
    queryset = Move.objects.all()
    lookup_field = "id_or_slug"

    @pokedex_docs.move_detail
    def get(self, request: Request, id_or_slug: str) -> HttpResponseBase:
        return self.retrieve(request)

    def find(self, text: str) -> Move | FieldError:
        game = self.game
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


class TypeDetailView(core_facts.FactDetail):
    serializer_class = serializers.TypeDetail
    queryset = Type.objects.all()
    lookup_field = "slug"

    @pokedex_docs.type_detail
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        return self.retrieve(request)

    def find(self, text: str) -> Type | FieldError:
        type_ = core_facts.type_called(text, "slug")
        if isinstance(type_, Type):
            prefetch_related_objects(
                [type_],
                Prefetch("attacking", _cells("defending_type")),
                Prefetch("defending", _cells("attacking_type")),
            )
        return type_


def _cells(other: str) -> QuerySet[TypeEffectiveness]:
    """Cells of the type chart with their ``other`` type, in its order."""
    return TypeEffectiveness.objects.select_related(other).order_by(f"{other}__sort_order")
