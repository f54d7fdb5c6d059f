"""Battles: watched again turn by turn, what decided them, and guests who play on."""

import json
import re
from html import unescape

import pytest
from django.test import Client

from battles.models import Battle, Result
from battles.play import game as play
from battles.play import stage
from mlcore.engine import state as st
from pokedex.models import Move, Pokemon, Type
from tests.playing import (  # noqa: F401
    HTMX,
    SETUP,
    _same_every_time,
    move,
    play_on,
    team,
    url,
    visible,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warm", "champion")]


# A finished battle, turn by turn


@pytest.fixture
def finished(client, begin):
    battle = begin(a="snorlax", moves_a=["body-slam", "rest"], b="gyarados", moves_b=["waterfall"])
    return play_on(client, battle)


def test_a_replay_speaks_french(client, begin, words):
    battle = begin(
        a="machoke",
        moves_a=["rest", "karate-chop"],
        b="gyarados",
        moves_b=["thunder-wave", "ice-beam", "waterfall"],
    )
    play_on(client, battle)
    rows = [*Pokemon.objects.all(), *Move.objects.all(), *Type.objects.all()]
    french = " ".join(row.name_fr for row in rows)
    english = {row.name_en for row in rows if not re.search(rf"\b{row.name_en}\b", french)}
    assert {"Machoke", "Karate Chop", "Thunder Wave", "Struggle"} <= english
    pages = ["", *(f"turn/{turn}/" for turn in range(battle.turns + 1))]
    for page in pages:
        text = words(client.get(f"/fr{url(battle, page)}"))
        assert "Machopeur" in text
        spoken = {name for name in english if re.search(rf"\b{re.escape(name)}\b", text)}
        assert not spoken, page
        assert not re.search(r"\b(used|lost|left|fainted|the|turn|HP|wins?|your)\b", text), page


def test_every_turn_has_an_address(client, finished):
    states = play.Replay(finished).states
    for turn in range(finished.turns + 1):
        response = client.get(url(finished, f"turn/{turn}/"))
        assert response.status_code == 200
        sides = [side for side, _before in response.context["sides"]]
        assert [side.hp for side in sides] == states[turn][:2, st.HP].tolist()
        steps = response.context["steps"]
        assert steps.chance == stage.chance_in_percent(*finished.chances[turn])
        assert bool(steps.next) == (turn < finished.turns)
        assert bool(steps.previous) == (turn > 0)
        # The log is that of the moment, the result is not given away.
        assert [told.number for told in response.context["log"]] == list(range(turn, 0, -1))
        assert not response.context["ending"]
    assert client.get(url(finished, f"turn/{finished.turns + 1}/")).status_code == 404


def test_a_replay_is_for_everybody(finished):
    text = visible(Client().get(url(finished, "turn/1/")))
    assert f"Turn 1 of {finished.turns}" in text
    assert "Gyarados used Waterfall!" in text


def test_a_battle_that_goes_on_has_no_replay(client, begin):
    battle = begin()
    response = client.get(url(battle, "turn/0/"))
    assert (response.status_code, response["Location"]) == (302, url(battle))


def test_a_battle_that_no_longer_replays_has_no_turns(client, finished):
    Battle.objects.filter(pk=finished.pk).update(state_check=1)
    assert client.get(url(finished, "turn/1/")).status_code == 302
    assert "/turn/" not in client.get(url(finished)).content.decode()


def test_htmx_gets_a_turn_to_play(client, finished):
    response = client.get(url(finished, "turn/1/"), headers=HTMX)
    html = response.content.decode()
    assert "<html" not in html
    assert "data-plays" in html
    beats = json.loads(unescape(re.search(r'data-beats="([^"]+)"', html)[1]))
    assert beats[0] == ["b", "move", None, "Gyarados used Waterfall!"]
    hp = [beat[2] for beat in beats if beat[0] == "a" and beat[2] is not None]
    assert hp[-1] == response.context["sides"][0][0].hp
    # A page of its own does not move.
    assert "data-plays" not in client.get(url(finished, "turn/1/")).content.decode()


# What decided it


def ended(battle, shares, result=Result.LOST, **more):
    chances = [[share, None] for share in shares[:-1]] + [[shares[-1], 0]]
    Battle.objects.filter(pk=battle.pk).update(chances=chances, result=result, **more)


def test_the_end_names_the_turn_that_decided_it(client, finished):
    turns = finished.turns
    shares = [0.62, 0.18] + [0.15] * (turns - 2) + [0.1]
    ended(finished, shares)
    response = client.get(url(finished))
    assert response.context["decided"].turn == 1
    text = visible(response)
    assert "Turn 1 decided it: your win chance fell from 62% to 18%." in text
    assert "Gyarados used Waterfall!" in text
    assert response.context["decided_url"] == url(finished, "turn/1/")
    # No meter that says 100%.
    assert "stage-chance" not in response.content.decode()
    text = visible(Client().get(url(finished)))
    assert "Turn 1 decided it: Snorlax’s win chance fell from 62% to 18%." in text


def test_a_battle_that_was_decided_before_says_so(client, finished):
    ended(finished, [0.97] * finished.turns + [1.0], Result.WON)
    text = visible(client.get(url(finished)))
    assert "The matchup decided it: your win chance was 97% before the first turn." in text


def test_the_chance_of_a_battle_given_up_is_told(client, begin):
    battle = begin(a="snorlax", moves_a=["rest", "body-slam"], b="chansey", moves_b=["toxic"])
    move(client, battle, 1)
    client.post(url(battle, "forfeit/"), {"turn": 1})
    battle.refresh_from_db()
    chance = stage.chance_in_percent(*battle.chances[-1])
    text = unescape(visible(client.get(url(battle))))
    assert f"Your win chance was {chance} when you gave up." in text


# A lost cookie


def test_a_guest_plays_on_in_a_copy(client, begin):
    battle = begin(a="snorlax", moves_a=["rest", "body-slam"], b="chansey", moves_b=["toxic"])
    move(client, battle, 1)
    guest = Client()
    response = guest.post(url(battle, "guest/"))
    assert response.status_code == 302
    copy = Battle.objects.exclude(pk=battle.pk).get()
    battle.refresh_from_db()
    assert response["Location"] == url(copy)
    assert copy.owner != battle.owner
    assert (copy.turns, copy.choices, copy.seed) == (1, battle.choices, battle.seed)
    assert move(guest, copy, 1).status_code == 302
    assert move(client, battle, 1).status_code == 302
    battle.refresh_from_db()
    copy.refresh_from_db()
    assert copy.state_check == battle.state_check


def test_nobody_plays_on_what_is_over(client, finished):
    assert Client().post(url(finished, "guest/")).status_code == 409
    assert Battle.objects.count() == 1


# HP


@pytest.mark.parametrize(
    ("hp", "health"),
    [(100, "high"), (51, "high"), (50, "half"), (21, "half"), (20, "low"), (1, "low"), (0, "none")],
)
def test_hp_has_the_colors_of_the_games(hp, health):
    side = stage.StageSide("a", None, "Mew", 50, hp, 100, "", [], [], [])
    assert side.health == health


# Shares of few games


@pytest.mark.parametrize(
    ("share", "games", "shown"),
    [
        (0.0, 20, "0–16%"),
        (1.0, 20, "84–100%"),
        (0.0, 2000, "<1%"),
        (0.3, None, "30%"),
        (1, 0, "100%"),
    ],
)
def test_a_share_of_few_games_is_shown_as_its_interval(share, games, shown):
    assert stage.chance_in_percent(share, games) == shown


def test_few_games_are_told_with_their_interval():
    words = stage.chance_words(0.0, 20, "Mew")
    assert "Mew won 0. Its win chance is 0–16% (95% interval)." in words
