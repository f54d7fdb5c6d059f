"""Beginning and playing battles on the site, for tests of their pages."""

import itertools
import re

import pytest

from battles.models import Battle
from battles.play import game as play

SETUP = "/battle/"
HTMX = {"HX-Request": "true", "HX-Target": "battle-play"}


@pytest.fixture(autouse=True)
def _same_every_time(monkeypatch, small_budgets):
    """Battles differ from each other, and are the same in every run."""
    seeds = itertools.count(1)
    monkeypatch.setattr(play.secrets, "randbits", lambda bits: next(seeds))


def team(a="mewtwo", b="caterpie", moves_a=("psychic", "swift"), moves_b=("tackle",), **more):
    return {"a": a, "b": b, "moves_a": list(moves_a), "moves_b": list(moves_b), "do": "begin"} | {
        name: str(value) for name, value in more.items()
    }


@pytest.fixture
def begin(client):
    """Begin a battle as a browser does; gives the battle."""

    def start(who=client, **given):
        response = who.post(SETUP, team(**given))
        assert response.status_code == 302, visible(response)
        return Battle.objects.get(public_id=response["Location"].split("/")[-2])

    return start


def visible(response) -> str:
    html = re.sub(r"<(script|style|datalist)\b.*?</\1>", " ", response.content.decode(), flags=re.S)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html).replace("\u00a0", " "))
    return text.replace("&nbsp;", " ")


def url(battle, action=""):
    return f"/battle/{battle.public_id}/{action}"


def move(client, battle, slot, *, turn=None, **headers):
    turn = Battle.objects.get(pk=battle.pk).turns if turn is None else turn
    return client.post(url(battle, "move/"), {"turn": turn, "slot": slot}, headers=headers)


def play_on(client, battle, slot=0, limit=100):
    """Play to the end with one slot, or whatever is possible."""
    for _turn in range(limit):
        battle.refresh_from_db()
        if battle.is_over:
            return battle
        allowed = play.Replay(battle).engine.choices(0) or [-1]
        response = move(client, battle, slot if slot in allowed else allowed[0])
        assert response.status_code == 302
    raise AssertionError("no end")
