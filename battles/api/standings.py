"""The endpoints about the model that serves, and about what it thinks of everybody."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from battles.api import docs_facts, queries
from battles.api.base import ApiView
from battles.api.problems import no_rankings
from mlcore import gamedata, model_card, predictor, rankings
from mlcore.gamedata import IncompleteGameData
from mlcore.predictor import NoChampion
from pokedex.lookup import normalize
from pokedex.models import Move, Pokemon, PokemonKind

#: Best and worst match-ups of each form.
MATCHUPS = 3


class ModelView(ApiView):
    """The champion: what it is, what was measured on it, and whether it knows today's game."""

    @docs_facts.model
    def get(self, request: Request) -> Response:
        queries.read_query(request, queries.LANGUAGE)
        champion, game = predictor.current(), gamedata.current()
        card = model_card.card(champion, game)
        return Response(
            {
                "version": card["version"],
                "created_at": card["created_at"],
                "kind": card["kind"],
                "sha256": card["sha256"],
                "fingerprint": card["fingerprint"],
                "game_data": {
                    "fingerprint": game.fingerprint,
                    "changed_since_training": card["data_changed"],
                },
                "training": {
                    name: card[name]
                    for name in (
                        "dataset",
                        "duels",
                        "battles",
                        "features",
                        "trees",
                        "temperature",
                        "seed",
                        "code_version",
                    )
                },
                "metrics": {part["name"]: part["scores"] for part in card["splits"]},
                "plain_split": card["plain_split"],
                "best_move": card["best_move"],
                "gate": card["gate"],
                "card": model_card.as_markdown(card),
            }
        )


@dataclass(frozen=True)
class _Ranked:
    pokemon: Pokemon
    standing: rankings.Standing


#: What the rankings can be sorted by.
ORDERS: dict[str, Callable[[_Ranked], Any]] = {
    "place": lambda row: row.standing.place,
    "name": lambda row: normalize(row.pokemon.name),
    "species": lambda row: row.pokemon.species_id,
    "beaten": lambda row: row.standing.beaten,
    "base_stat_total": lambda row: row.pokemon.base_stat_total,
}


class RankingList(ApiView):
    """Every form by its chance to win over all others."""

    parameters = {
        **queries.PAGING,
        "search": queries.search("Part of a slug or name, in English or French."),
        "type": queries.TYPE,
        "kind": queries.choice(PokemonKind.values, "Only this kind of form."),
        "ordering": queries.choice(
            [sign + key for key in ORDERS for sign in ("", "-")],
            "What to sort by; a minus sign sorts downwards.",
            default="place",
        ),
    }

    @docs_facts.rankings(parameters)
    def get(self, request: Request) -> Response:
        given = queries.read_query(request, self.parameters)
        standings = rankings.current()
        if standings is None:
            raise no_rankings()
        everyone = {row.pk: row for row in Pokemon.objects.with_battle_data()}
        rows = [
            _Ranked(everyone[standing.form], standing)
            for standing in standings.standings.values()
            if standing.form in everyone and _fits(everyone[standing.form], given)
        ]
        order = given.get("ordering", "place")
        rows.sort(key=ORDERS[order.removeprefix("-")], reverse=order[0] == "-")
        pages = queries.Pagination()
        page = pages.paginate_queryset(rows, request)
        envelope = pages.get_paginated_response(
            [_as_json(row, standings, everyone) for row in _with_moves(page)]
        )
        envelope.data = {
            **envelope.data,
            "model_version": standings.model_version,
            "created_at": standings.created_at.isoformat(),
            "is_current": _is_current(standings),
        }
        return envelope


def _fits(pokemon: Pokemon, given: dict[str, Any]) -> bool:
    if "type" in given and given["type"] not in {row.slug for row in pokemon.types}:
        return False
    if "kind" in given and pokemon.kind != given["kind"]:
        return False
    key = normalize(given.get("search", ""))
    return "search" not in given or bool(key and any(key in each for each in pokemon.keys))


def _with_moves(page: list[_Ranked]) -> list[tuple[_Ranked, Move | None]]:
    """The rows of a page with their moves; one query."""
    moves = Move.objects.in_bulk({row.standing.move for row in page if row.standing.move})
    return [(row, moves.get(row.standing.move)) for row in page]


def _as_json(
    found: tuple[_Ranked, Move | None],
    standings: rankings.Standings,
    everyone: dict[int, Pokemon],
) -> dict[str, Any]:
    row, move = found
    pokemon, standing = row.pokemon, row.standing
    best, worst = standings.best_and_worst(pokemon.pk, MATCHUPS) if standing.can_fight else ([], [])

    def against(outcomes: list[rankings.Outcome]) -> list[dict[str, Any]]:
        return [
            {
                "pokemon_id": each.opponent,
                "slug": everyone[each.opponent].slug,
                "win_probability": each.value,
            }
            for each in outcomes
            if each.opponent in everyone
        ]

    return {
        "place": standing.place,
        "pokemon_id": pokemon.pk,
        "slug": pokemon.slug,
        "name": pokemon.name,
        "kind": pokemon.kind,
        "types": [each.slug for each in pokemon.types],
        "base_stat_total": pokemon.base_stat_total,
        "win_probability": standing.mean,
        "beaten": standing.beaten,
        "opponents": standing.opponents,
        "move_id": standing.move,
        "move": move.slug if move else None,
        "best": against(best),
        "worst": against(worst),
    }


def _is_current(standings: rankings.Standings) -> bool:
    """The champion and the facts are those that the rankings were computed with."""
    try:
        return standings.inputs == rankings.inputs_of(predictor.current(), gamedata.current())
    except (NoChampion, IncompleteGameData):
        return False
