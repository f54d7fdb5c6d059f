"""A request replays its battle once: each turn before it is played by the engine a single time."""

import json
from contextlib import contextmanager

import pytest

from battles.models import Battle, Strength
from mlcore.engine import battle as bt
from tests.playing import HTMX, _same_every_time, move, play_on, url  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warm", "champion")]

TEAM = {"a": "snorlax", "moves_a": ["rest", "body-slam"], "b": "chansey", "moves_b": ["toxic"]}


@pytest.fixture
def turns(monkeypatch):
    """Counts the turns that battles play, within ``with turns() as played``."""
    real = bt.Battle.play

    @contextmanager
    def counting():
        played = []

        def play(battle, slot_a, slot_b):
            real(battle, slot_a, slot_b)
            played.append((slot_a, slot_b))

        with monkeypatch.context() as patch:
            patch.setattr(bt.Battle, "play", play)
            yield played

    return counting


@pytest.mark.parametrize("strength", Strength.values)
def test_a_turn_on_the_page_replays_once(client, begin, turns, strength):
    battle = begin(**TEAM, strength=strength)
    for _turn in range(2):
        move(client, battle, 0)
    with turns() as played:
        assert move(client, battle, 0, **HTMX).status_code == 200
    battle.refresh_from_db()
    assert [list(pair) for pair in played] == battle.choices
    assert len(played) == 3


def test_a_finished_battle_is_replayed_once_for_its_page(client, begin, turns):
    battle = begin(moves_b=["tackle", "string-shot"], moves_a=["swift", "psychic"])
    play_on(client, battle)
    with turns() as played:
        page = client.get(url(battle))
    assert page.context["decisions"]
    assert len(played) == battle.turns > 0


def test_a_refused_move_replays_once(client, begin, turns):
    battle = begin(**TEAM)
    move(client, battle, 0)
    with turns() as played:
        assert move(client, battle, 3).status_code == 409
    assert len(played) == 1


def test_a_battle_that_cannot_be_replayed_is_tried_once(client, begin, turns):
    battle = begin(**TEAM)
    move(client, battle, 0)
    Battle.objects.filter(pk=battle.pk).update(state_check=1)
    for path in ("", "log.txt"):
        with turns() as played:
            assert client.get(url(battle, path)).status_code == 200
        assert len(played) == 1, path


def test_the_api_replays_once(client, turns):
    def call(path, body=None):
        send = client.get if body is None else client.post
        return send(
            f"/api/v1/battles/{path}", *([json.dumps(body)] if body else []),
            **({"content_type": "application/json"} if body else {}),
        )  # fmt: skip

    body = {"pokemon_a_id": "snorlax", "moves_a": ["rest", "body-slam"]} | {
        "pokemon_b_id": "chansey", "moves_b": ["toxic"], "seed": 1
    }  # fmt: skip
    begun = call("", body).json()
    path, mine = f"{begun['id']}/", {"secret": begun["secret"]}
    for turn in (0, 1):
        with turns() as played:
            answer = call(f"{path}move/", mine | {"turn": turn, "move_id": "rest"})
        assert answer.status_code == 200, answer.content
        assert len(played) == turn + 1
    for action, given, status, count in (
        ("", None, 200, 2),
        ("log/", None, 200, 2),
        ("move/", mine | {"turn": 2, "move_id": "surf"}, 400, 2),
        ("move/", mine | {"turn": 1, "move_id": None}, 409, 0),
        ("forfeit/", mine | {"turn": 2}, 200, 2),
    ):
        with turns() as played:
            answer = call(path + action, given)
        assert answer.status_code == status, answer.content
        assert len(played) == count, action
