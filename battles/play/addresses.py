"""Addresses of battles, and the battle at an address."""

from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse

from battles.common.forms import SIDES
from battles.models import Battle
from battles.play import game


def setup_url(query: str) -> str:
    return reverse("battles:battle-setup") + (f"?{query}" if query else "")


def battle_url(battle: Battle) -> str:
    return reverse("battles:battle", args=[battle.public_id])


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
        query[f"level_{name}"] = str(side["level"])
    query["strength"] = battle.strength
    return query.urlencode()
