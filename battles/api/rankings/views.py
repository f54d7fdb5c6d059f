"""``rankings/``: all forms, ranked by the live model of duels or of well-played battles."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from battles.api.core import query_params
from battles.api.core.base import ApiView
from battles.api.core.problems import no_rankings
from battles.api.rankings import docs as rankings_docs
from battles.common import serving as common_serving
from battles.common.serving import Serving
from battles.rankings.views import maker_of
from mlcore.models import Ranking
from mlcore.rankings import refresh, standings
from mlcore.rankings.standings import MatchupOutcome, Standing, Standings
from pokedex.choices import PokemonKind
from pokedex.lookup import normalize
from pokedex.models import Move, Pokemon

#: Best and worst matchups of each form.
MATCHUPS = 3


@dataclass(frozen=True)
class _Ranked:
    pokemon: Pokemon
    standing: Standing


#: Sort keys.
ORDERS: dict[str, Callable[[_Ranked], Any]] = {
    "place": lambda row: row.standing.place,
    "name": lambda row: normalize(row.pokemon.name),
    "species": lambda row: row.pokemon.species_id,
    "beaten": lambda row: row.standing.beaten,
    "base_stat_total": lambda row: row.pokemon.base_stat_total,
}


class RankingList(ApiView):
    """Every form by its mean win chance against all others."""

    parameters = {
        **query_params.PAGING,
        "search": query_params.search("Part of a slug or name, in English or French."),
        "type": query_params.TYPE,
        "kind": query_params.choice(PokemonKind.values, "Only this kind of form."),
        "play": query_params.choice(
            Ranking.Play.values,
            "How battles are played: each side repeats one move, or both play well with their "
            "best sets.",
            default=Ranking.Play.ONE_MOVE.value,
        ),
        "ordering": query_params.choice(
            [prefix + key for key in ORDERS for prefix in ("", "-")],
            "Sort key; a minus sign sorts in descending order.",
            default="place",
        ),
    }

    @rankings_docs.rankings(parameters)
    def get(self, request: Request) -> Response:
        given = query_params.read_query(request, self.parameters)
        ranking = standings.current(given.get("play", Ranking.Play.ONE_MOVE))
        if ranking is None:
            raise no_rankings()
        everyone = {row.pk: row for row in Pokemon.objects.with_battle_data()}
        rows = [
            _Ranked(everyone[standing.form], standing)
            for standing in ranking.standings.values()
            if standing.form in everyone and _fits(everyone[standing.form], given)
        ]
        order = given.get("ordering", "place")
        rows.sort(key=ORDERS[order.removeprefix("-")], reverse=order[0] == "-")
        pages = query_params.Pagination()
        page = pages.paginate_queryset(rows, request)
        envelope = pages.get_paginated_response(
            [_as_json(row, ranking, everyone) for row in _with_moves(page)]
        )
        envelope.data = {
            **envelope.data,
            "model_version": ranking.model_version,
            "created_at": ranking.created_at.isoformat(),
            "is_current": _is_current(ranking, common_serving.now()),
        }
        return envelope


def _fits(pokemon: Pokemon, given: dict[str, Any]) -> bool:
    if "type" in given and given["type"] not in {row.slug for row in pokemon.types}:
        return False
    if "kind" in given and pokemon.kind != given["kind"]:
        return False
    key = normalize(given.get("search", ""))
    return "search" not in given or bool(key and any(key in name_key for name_key in pokemon.keys))


def _with_moves(page: list[_Ranked]) -> list[tuple[_Ranked, dict[int, Move]]]:
    """The rows of a page with all their moves by id; one query."""
    wanted = {move for row in page for move in (row.standing.move, *row.standing.moves) if move}
    moves = Move.objects.in_bulk(wanted)
    return [(row, moves) for row in page]


def _as_json(
    ranked: tuple[_Ranked, dict[int, Move]],
    ranking: Standings,
    everyone: dict[int, Pokemon],
) -> dict[str, Any]:
    row, moves = ranked
    pokemon, standing = row.pokemon, row.standing
    chosen = moves.get(standing.move) if standing.move else None
    best, worst = ranking.best_and_worst(pokemon.pk, MATCHUPS) if standing.can_fight else ([], [])

    def against(outcomes: list[MatchupOutcome]) -> list[dict[str, Any]]:
        return [
            {
                "pokemon_id": outcome.opponent,
                "slug": everyone[outcome.opponent].slug,
                "win_probability": outcome.value,
            }
            for outcome in outcomes
            if outcome.opponent in everyone
        ]

    answer = {
        "place": standing.place,
        "pokemon_id": pokemon.pk,
        "slug": pokemon.slug,
        "name": pokemon.name,
        "kind": pokemon.kind,
        "types": [type_.slug for type_ in pokemon.types],
        "base_stat_total": pokemon.base_stat_total,
        "win_probability": standing.mean,
        "beaten": standing.beaten,
        "opponents": standing.opponents,
        "move_id": standing.move,
        "move": chosen.slug if chosen else None,
        "best": against(best),
        "worst": against(worst),
    }
    if ranking.play == Ranking.Play.WELL:
        answer["set"] = [moves[move].slug for move in standing.moves if move in moves]
    return answer


def _is_current(ranking: Standings, serving: Serving) -> bool:
    """Whether model and facts are still those of the rankings."""
    maker = maker_of(serving, ranking.play)
    if maker is None or serving.game is None:
        return False
    return ranking.inputs == refresh.inputs_of(maker, serving.game)
