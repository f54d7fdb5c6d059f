"""``model/``: the live model, its scores and its game data."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from battles.api.core import query_params
from battles.api.core.base import ApiView
from battles.api.model import docs as model_docs
from mlcore.evaluation import model_card


class ModelView(ApiView):
    """The champion: metadata, scores, and whether the game data has changed since training."""

    @model_docs.model
    def get(self, request: Request) -> Response:
        query_params.read_query(request, query_params.LANGUAGE)
        champion, game = self.champion, self.game
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
                "battle_value": _battle_value(card["battle_value"]),
                "card": model_card.as_markdown(card),
            }
        )


def _battle_value(card: dict[str, Any] | None) -> dict[str, Any] | None:
    if card is None:
        return None
    names = ("version", "created_at", "sha256", "fingerprint", "command", "battles")
    return {name: card[name] for name in names} | {
        "changed_since_training": card["data_changed"],
        "metrics": card["metrics"],
        "gate": card["gate"],
    }
