"""Addresses of battles, and the battle at an address."""

from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse

from battles.common.forms import SIDES
from battles.common.spread_query import write_spread
from battles.models import Battle
from battles.play import game


def setup_url(query: str) -> str:
    return reverse("battles:battle-setup") + (f"?{query}" if query else "")


def battle_url(battle: Battle) -> str:
    return reverse("battles:battle", args=[battle.public_id])


def turn_url(battle: Battle, turn: int) -> str:
    """A finished battle after this turn; 0 is its start."""
    return reverse("battles:battle-turn", args=[battle.public_id, turn])


def card_url(battle: Battle) -> str:
    """The picture of a finished battle’s result."""
    return reverse("battles:battle-card", args=[battle.public_id])


def find(public_id: str) -> Battle:
    battles = Battle.objects.select_related("snapshot").defer("snapshot__data")
    return get_object_or_404(battles, public_id=public_id)


def setup_query(battle: Battle) -> str:
    """The set-up of this battle as the set-up page writes it."""
    snapshot = game.snapshot_of(battle)
    query = QueryDict(mutable=True)
    for name in SIDES:
        side = battle.setup[name]
        query[name] = side["slug"]
        query.setlist(f"moves_{name}", [snapshot.move_of[pk].slug for pk in side["moves"]])
        for key, value in write_spread(game.spread_of(side), name):
            query[key] = value
    query["strength"] = battle.strength
    return query.urlencode()
