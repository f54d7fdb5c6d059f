"""What belongs to a Pokémon or a type: weaknesses, moves, counters, affinities."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from battles.api.core import query_params
from battles.api.core.base import HEAVY, ApiView
from battles.api.core.facts import FactDetail, FactList, known, type_called
from battles.api.core.problems import FieldError, invalid, near_misses, quote
from battles.api.core.reader import Reader, check_text, form_of
from battles.api.pokedex import related_docs, related_serializers
from battles.api.pokedex.views import MoveListView, PokemonListView
from battles.common import best_sets
from battles.insights import counters
from battles.insights import well_played as insights_well_played
from battles.models import Scope
from mlcore.engine import effectiveness
from mlcore.engine.specs import NO_TYPE
from mlcore.game.gamedata import GameData
from mlcore.models import Ranking
from mlcore.serving import well_played as serving_well_played
from pokedex.models import (
    Boss,
    BossPokemon,
    KeptMove,
    LearnsetEntry,
    Move,
    Pokemon,
    TypeEffectiveness,
)

#: ``victims`` is the old name of ``good_matchups``: deprecated since 2026-11-29.
VICTIMS_DEPRECATED = {"Deprecation": "@1795910400", "Sunset": "Tue, 01 Jun 2027 00:00:00 GMT"}


def form_in_path(text: str, game: GameData) -> int:
    """Index of the form in the path; raises Problem if there is none."""
    return int(known(form_of(text, "id_or_slug", game)))


class PokemonWeaknesses(ApiView):
    """A Pokémon's weaknesses and resistances."""

    @related_docs.weaknesses
    def get(self, request: Request, id_or_slug: str) -> Response:
        query_params.read_query(request, query_params.LANGUAGE)
        game = self.game
        form = form_in_path(id_or_slug, game)
        tables = game.tables
        own = tables.form_types[form]
        percents = {
            slug: int(effectiveness.percent(tables.type_chart, attacking, *own))
            for attacking, slug in enumerate(tables.type_slugs)
        }
        hardest = sorted(percents, key=lambda slug: -percents[slug])
        return Response(
            {
                "pokemon_id": int(tables.form_ids[form]),
                "slug": tables.form_slugs[form],
                "types": [
                    tables.type_slugs[type_index] for type_index in own if type_index != NO_TYPE
                ],
                "weaknesses": [slug for slug in hardest if percents[slug] > 100],
                "resistances": [slug for slug in hardest if 0 < percents[slug] < 100],
                "immunities": [slug for slug in hardest if percents[slug] == 0],
                "affinities": [
                    {"type": slug, "multiplier": percents[slug] / 100} for slug in hardest
                ],
            }
        )


class PokemonMoves(FactList):
    """Every move that a Pokémon can use, and how it learns it."""

    serializer_class = related_serializers.LearnableMove
    queryset = Move.objects.all()
    parameters = MoveListView.parameters

    @related_docs.moves(parameters)
    def get(self, request: Request, id_or_slug: str) -> HttpResponseBase:
        return self.list(request)

    def filtered(self, given: Mapping[str, Any]) -> QuerySet[Move]:
        game = self.game
        form = form_in_path(self.kwargs["id_or_slug"], game)
        pokemon = Pokemon.objects.get(pk=int(game.tables.form_ids[form]))
        # A Mega Evolution has the moves of its base form.
        forms = [pk for pk in (pokemon.pk, pokemon.base_form_id) if pk is not None]
        learned = LearnsetEntry.objects.filter(pokemon__in=forms).order_by("method", "level")
        kept = KeptMove.objects.filter(pokemon__in=forms)
        rows = MoveListView.narrowed(pokemon.usable_moves().with_battle_data(), given)
        return rows.prefetch_related(
            Prefetch("learnset", learned, to_attr="ways"), Prefetch("kept_by", kept, to_attr="kept")
        )


class PokemonCounters(ApiView):
    """A Pokémon's best counters and good matchups."""

    scope = Scope.PREDICT
    cost = HEAVY
    uses_engine = True
    parameters = {
        **query_params.LANGUAGE,
        "megas": query_params.choice(
            ("yes", "no"), "Whether to include Mega Evolutions.", default="yes"
        ),
        "play": query_params.choice(
            Ranking.Play.values,
            "How battles are played: each side repeats one move, or both play well with their "
            "best sets.",
            default=Ranking.Play.ONE_MOVE.value,
        ),
        "moves": query_params.Parameter(
            lambda text, name: check_text(text, name, "names of moves") or text.split(","),
            "With `play=well`: the Pokémon's set, up to four moves separated by commas. Default: "
            "its best set.",
        ),
    }

    @related_docs.counters(parameters)
    def get(self, request: Request, id_or_slug: str) -> Response:
        given = query_params.read_query(request, self.parameters)
        game = self.game
        form = form_in_path(id_or_slug, game)
        megas = given.get("megas") != "no"
        well_played = given.get("play") == Ranking.Play.WELL
        moves = _own_moves(given, game, form) if "moves" in given else ()
        try:
            insights = (
                insights_well_played.insights_of(
                    game, serving_well_played.current(game), form, megas=megas, moves=moves
                )
                if well_played
                else counters.insights_of(game, self.champion, form, megas=megas)
            )
        except KeyError as error:
            raise Move.DoesNotExist(str(error)) from error
        good_matchups = [_rival(rival) for rival in insights.good_matchups]
        answer = {
            "pokemon_id": int(game.tables.form_ids[form]),
            "slug": game.form_slugs[form],
            "counters": [_rival(rival) for rival in insights.counters],
            "good_matchups": good_matchups,
            "victims": good_matchups,
            "beaten": insights.beaten,
            "opponents": insights.opponents,
            "model_version": insights.model_version,
        }
        if well_played:
            answer["set"] = [move.slug for move in insights.own_set]
        return Response(answer, headers=VICTIMS_DEPRECATED)


def _own_moves(given: Mapping[str, Any], game: GameData, form: int) -> tuple[int, ...]:
    """The given set, as indices; raises Problem."""
    if given.get("play") != Ranking.Play.WELL:
        reason = "moves needs play=well."
        raise invalid([FieldError("moves", "not_allowed", reason, "leave it out, or play=well")])
    names = [name.strip() for name in given["moves"]]
    reader = Reader(
        {"moves": names}, game, related_serializers.OwnMoves, name="query", status_moves=True
    )
    moves = reader.given_moves("moves", form)
    reader.finish()
    return moves or ()


_AGAINST = "all, a Pokémon's id, slug or name, or boss: and a boss's slug"


def _against(text: str, name: str) -> str | FieldError:
    return check_text(text.removeprefix("boss:"), name, _AGAINST) or text


class PokemonBestMoves(ApiView):
    """The four moves that win most when both play well, and what each is worth."""

    scope = Scope.PREDICT
    cost = HEAVY
    uses_engine = True
    parameters = {
        "against": query_params.Parameter(
            _against,
            f"Whom to beat: {_AGAINST}.",
            {"type": "string", "minLength": 1, "default": "all"},
        )
    }

    @related_docs.best_moves(parameters)
    def get(self, request: Request, id_or_slug: str) -> Response:
        given = query_params.read_query(request, self.parameters)
        game = self.game
        form = form_in_path(id_or_slug, game)
        against, foes = _foes(game, given.get("against", "all"))
        best = best_sets.best_set(game, form, foes)
        tables = game.tables
        return Response(
            {
                "pokemon_id": int(tables.form_ids[form]),
                "slug": game.form_slugs[form],
                "against": against,
                "foes": best.foes,
                "win_probability": best.probability,
                "moves": [
                    {
                        "move_id": int(tables.move_ids[move]),
                        "move": tables.move_slugs[move],
                        "worth": best.worth[move],
                    }
                    for move in best.moves
                ],
                "model_version": best.model_version,
            }
        )


def _foes(game: GameData, text: str) -> tuple[str, list[best_sets.SetFoe] | None]:
    """Whom the text names, None for everyone, and how to call them; raises Problem."""
    if text.lower() == "all":
        return "all", None
    if text.startswith("boss:"):
        slug = text.removeprefix("boss:").lower()
        rows = list(
            BossPokemon.objects.filter(boss__slug=slug).select_related(
                "pokemon__species", *(f"move_{slot}" for slot in range(1, 5))
            )
        )
        if not rows:
            slugs = tuple(Boss.objects.order_by("id").values_list("slug", flat=True))
            reason = f"There is no boss {quote(slug)}."
            raise invalid(
                [FieldError("against", "unknown_boss", reason, slugs, near_misses(slug, slugs))]
            )
        return f"boss:{slug}", best_sets.team_of_boss(game, rows)
    foe = form_of(text, "against", game)
    if isinstance(foe, FieldError):
        raise invalid([foe])
    return game.form_slugs[foe], [best_sets.SetFoe(foe)]


def _rival(rival: counters.RivalOutcome) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "pokemon_id": rival.pokemon.pk,
        "slug": rival.pokemon.slug,
        "name": rival.pokemon.name,
        "win_probability": float(rival.probability),
        "move_id": rival.move.pk if rival.move else None,
        "move": rival.move.slug if rival.move else None,
    }
    if not rival.move:
        answer["set"] = [move.slug for move in rival.moves]
    return answer


class AffinityList(FactList):
    """The type chart, one cell per row."""

    serializer_class = related_serializers.Affinity
    queryset = TypeEffectiveness.objects.all()
    parameters = {
        **query_params.PAGING,
        "attacking": query_params.choice(
            query_params.TYPE.schema["enum"], "Only attacks of this type."
        ),
        "defending": query_params.choice(
            query_params.TYPE.schema["enum"], "Only targets of this type."
        ),
        "multiplier": query_params.choice(("0", "0.5", "1", "2"), "Only with this multiplier."),
    }

    @related_docs.affinity_list(parameters)
    def get(self, request: Request) -> HttpResponseBase:
        return self.list(request)

    def filtered(self, given: Mapping[str, Any]) -> QuerySet[TypeEffectiveness]:
        rows = _cells()
        for side in ("attacking", "defending"):
            if side in given:
                rows = rows.filter(**{f"{side}_type__slug": given[side]})
        if "multiplier" in given:
            rows = rows.filter(percent=round(100 * float(given["multiplier"])))
        return rows


class AffinityDetail(FactDetail):
    """One cell of the type chart, by the names of its types."""

    serializer_class = related_serializers.Affinity
    queryset = TypeEffectiveness.objects.all()

    @related_docs.affinity_detail
    def get(self, request: Request, attacking: str, defending: str) -> HttpResponseBase:
        return self.retrieve(request)

    def get_object(self) -> TypeEffectiveness:
        query_params.read_query(self.request, self.parameters)
        attacking, defending = (
            known(type_called(self.kwargs[side], side)) for side in ("attacking", "defending")
        )
        return _cells().get(attacking_type=attacking, defending_type=defending)


def _cells() -> QuerySet[TypeEffectiveness]:
    return TypeEffectiveness.objects.select_related("attacking_type", "defending_type").order_by(
        "attacking_type__sort_order", "defending_type__sort_order"
    )


class PokemonOfType(PokemonListView):
    """The Pokémon of a type."""

    parameters = {
        name: parameter for name, parameter in PokemonListView.parameters.items() if name != "type"
    }

    @related_docs.pokemon_of_type(parameters)
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        return self.list(request)

    def filtered(self, given: Mapping[str, Any]) -> QuerySet[Pokemon]:
        type_ = known(type_called(self.kwargs["slug"], "slug"))
        return super().filtered({**given, "type": type_.slug})
