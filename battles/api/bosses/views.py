"""The endpoints about Gym Leaders, Elite Four and Champion."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model, QuerySet
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from battles.api.bosses import docs as bosses_docs
from battles.api.bosses import serializers as bosses_serializers
from battles.api.core import query_params
from battles.api.core.facts import FactDetail, FactList
from battles.api.core.problems import FieldError
from battles.api.core.reader import check_text
from pokedex.choices import BossRole, GameEdition
from pokedex.lookup import normalize
from pokedex.models import Boss


class BossListView(FactList):
    caches = False  # no battle depends on bosses: they change without the version of the facts
    serializer_class = bosses_serializers.BossSummary
    queryset = Boss.objects.all()
    parameters = {
        **query_params.PAGING,
        "role": query_params.choice(BossRole.values, "Only this role."),
        "type": query_params.TYPE,
    }

    @bosses_docs.boss_list(parameters)
    def get(self, request: Request) -> HttpResponseBase:
        return self.list(request)

    def filtered(self, given: Mapping[str, Any]) -> QuerySet[Boss]:
        rows = Boss.objects.select_related("type").order_by("id")
        if "role" in given:
            rows = rows.filter(role=given["role"])
        if "type" in given:
            rows = rows.filter(type__slug=given["type"])
        return rows


class BossDetailView(FactDetail):
    caches = False
    serializer_class = bosses_serializers.BossDetail
    queryset = Boss.objects.all()
    lookup_field = "id_or_slug"
    parameters = {
        **query_params.LANGUAGE,
        "edition": query_params.choice(
            GameEdition.values, "Only this game's team; both if left out."
        ),
    }

    @bosses_docs.boss_detail(parameters)
    def get(self, request: Request, id_or_slug: str) -> HttpResponseBase:
        return self.retrieve(request)

    def find(self, text: str) -> Model | FieldError:
        everyone = {boss.slug: boss for boss in Boss.objects.select_related("type")}
        refused = check_text(text, "id_or_slug", tuple(everyone))
        if refused:
            return refused
        key = normalize(text)
        for boss in everyone.values():
            names = (boss.slug, boss.name_en, boss.name_fr)
            if text == str(boss.pk) or key in map(normalize, names):
                return self._with_team(boss)
        return bosses_serializers.unknown_boss(text, tuple(everyone))

    def _with_team(self, boss: Boss) -> Boss:
        rows = boss.team.select_related("pokemon", *(f"move_{slot}" for slot in range(1, 5)))
        edition = query_params.read_query(self.request, self.parameters).get("edition")
        boss.members = [row for row in rows if edition is None or row.edition in ("", edition)]
        return boss
