"""Battles: what is kept of one, the opponent's choices, looking back, and the log."""

import re

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from battles.models import Battle, GameSnapshot, Strength
from battles.play import game as play
from battles.play import review, snapshots
from mlcore.engine import lookahead
from mlcore.engine import state as st
from mlcore.game import gamedata
from mlcore.serving import champion as champion_store
from pokedex.models import Move, Pokemon
from tests.playing import (  # noqa: F401
    SETUP,
    _same_every_time,
    move,
    play_on,
    url,
    visible,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warm", "champion")]


# State: replayed, not stored


def state_of(battle):
    row = Battle.objects.select_related("snapshot").get(pk=battle.pk)
    return play.Replay(row).engine.state.tolist()


def test_a_battle_survives_a_restart(client, begin):
    battle = begin(a="snorlax", moves_a=["rest", "body-slam"], b="chansey", moves_b=["toxic"])
    for slot in (1, 0):
        assert move(client, battle, slot).status_code == 302
    before, page = state_of(battle), visible(client.get(url(battle)))
    snapshots.forget()
    gamedata.forget()
    assert state_of(battle) == before
    assert visible(client.get(url(battle))) == page
    assert move(client, battle, 0).status_code == 302


def test_a_battle_goes_on_with_the_game_it_began_with(client, begin, facts_change):
    battle = begin(a="snorlax", moves_a=["rest", "body-slam"], b="chansey", moves_b=["toxic"])
    move(client, battle, 1)
    before, log = state_of(battle), client.get(url(battle, "log.txt")).content
    Pokemon.objects.filter(slug="chansey").update(base_hp=1, name_en="Nobody")
    Move.objects.filter(slug="body-slam").update(power=1, name_en="Nudge", key_en="nudge")
    snapshots.forget()
    gamedata.forget()
    assert state_of(battle) == before
    assert client.get(url(battle, "log.txt")).content == log
    assert "Chansey" in visible(client.get(url(battle)))
    assert "Nudge" not in visible(client.get(url(battle)))
    move(client, battle, 1)
    # The same battle again keeps the old facts, a rematch takes the new ones.
    same = client.post(url(battle, "again/"), {"same": 1})["Location"]
    new = client.post(url(battle, "again/"))["Location"]
    rows = [Battle.objects.get(public_id=path.split("/")[-2]) for path in (same, new)]
    assert rows[0].snapshot_id == battle.snapshot_id != rows[1].snapshot_id
    assert rows[0].seed == battle.seed != rows[1].seed
    assert state_of(rows[1])[1][st.MAX_HP] < state_of(rows[0])[1][st.MAX_HP]


def test_battles_of_the_same_facts_share_a_snapshot(begin):
    begin(), begin(a="mew", moves_a=["psychic"])
    row = GameSnapshot.objects.get()
    assert row.battles.count() == 2
    assert len(row.data) < 20_000
    assert row.fingerprint == gamedata.current().fingerprint


def test_a_snapshot_holds_what_the_engine_reads():
    game = gamedata.current()
    read = snapshots.read(snapshots.keep(game))
    for name in ("base_stats", "form_types", "weights", "moves", "type_chart", "move_ids"):
        assert (getattr(read.tables, name) == getattr(game.tables, name)).all()
    assert read.tables.struggle == game.tables.struggle
    assert read.tables.move_slugs == game.tables.move_slugs


def test_a_battle_that_no_longer_replays_says_so(client, begin):
    battle = begin(a="snorlax", moves_a=["rest", "body-slam"], b="chansey", moves_b=["toxic"])
    move(client, battle, 1)
    Battle.objects.filter(pk=battle.pk).update(state_check=1)
    response = client.get(url(battle))
    assert response.status_code == 200
    assert "The rules have been corrected since" in visible(response)
    assert move(client, battle, 1).status_code == 409
    assert client.post(url(battle, "forfeit/"), {"turn": 1}).status_code == 302
    assert client.get(url(battle)).status_code == 200


def test_a_finished_log_stays_as_it_was(client, begin):
    battle = begin()
    play_on(client, battle)
    log = client.get(url(battle, "log.txt")).content
    Battle.objects.filter(pk=battle.pk).update(state_check=1)
    assert client.get(url(battle, "log.txt")).content == log
    text = visible(client.get(url(battle)))
    assert "Mewtwo used Psychic!" in text
    assert "You won!" in text


# The opponent


@pytest.mark.parametrize("strength", Strength.values)
def test_every_opponent_plays_by_the_rules(client, begin, strength):
    battle = begin(
        a="snorlax",
        moves_a=["body-slam", "yawn", "rest", "crunch"],
        b="gyarados",
        moves_b=["waterfall", "thrash", "hyper-beam", "taunt"],
        strength=strength,
    )
    play_on(client, battle, slot=1)
    assert battle.is_over
    assert state_of(battle)


def test_the_same_choices_meet_the_same_answers(client, begin):
    battle = begin(
        a="snorlax",
        moves_a=["body-slam", "rest"],
        b="gyarados",
        moves_b=["waterfall", "bite", "crunch", "thrash"],
        strength="random",
    )
    play_on(client, battle)
    path = client.post(url(battle, "again/"), {"same": 1})["Location"]
    again = Battle.objects.get(public_id=path.split("/")[-2])
    assert again.setup == battle.setup
    play_on(client, again)
    assert (again.choices, again.events) == (battle.choices, battle.events)


def test_the_opponent_does_not_see_the_choice(begin):
    battle = begin(a="mew", moves_a=["pound", "psychic"], b="snorlax", moves_b=["rest", "crunch"])
    engine = play.Replay(battle).engine
    before = engine.state.copy(), engine.rng.copy()
    answers = {play.opponent_choice(battle, engine, champion_store.current) for _ in range(3)}
    assert len(answers) == 1
    assert (engine.state == before[0]).all()
    assert (engine.rng == before[1]).all()


def test_the_model_chooses_by_its_predictions(begin):
    battle = begin(
        a="gyarados",
        moves_a=["waterfall"],
        b="raichu",
        moves_b=["quick-attack", "thunderbolt", "toxic", "slam"],
        strength="model",
    )
    engine = play.Replay(battle).engine
    slot = play.opponent_choice(battle, engine, champion_store.current)
    chosen = engine.tables.move_slugs[engine.state[1, st.MOVE_1 + slot]]
    assert chosen == "thunderbolt"


def test_a_model_without_anything_to_weigh_still_moves(begin):
    battle = begin(
        a="ditto", moves_a=["transform"], b="chansey", moves_b=["toxic"], strength="model"
    )
    assert play.opponent_choice(battle, play.Replay(battle).engine, champion_store.current) == 0


def test_a_model_that_went_away_changes_nothing(client, begin, settings, tmp_path):
    battle = begin(
        a="snorlax",
        moves_a=["rest", "body-slam"],
        b="mew",
        moves_b=["psychic", "swift"],
        strength="model",
    )

    settings.MODELS_DIR = tmp_path / "gone"
    response = move(client, battle, 1)
    assert response.status_code == 503
    assert response["Retry-After"]
    assert "is unavailable right now" in visible(response)
    battle.refresh_from_db()
    assert battle.turns == 0


# Looking back


def test_the_end_shows_chart_and_decisions(client, begin):
    battle = begin(
        a="magikarp",
        moves_a=["splash", "tackle"],
        b="metapod",
        moves_b=["harden"],
        strength="random",
        level_a=100,
        level_b=5,
    )
    move(client, battle, [m.slug for m in ordered(battle)].index("splash"))
    play_on(client, battle, slot=[m.slug for m in ordered(battle)].index("tackle"))
    response = client.get(url(battle))
    html = response.content.decode()
    assert "Win chance over time" in visible(response)
    points = re.search(r'<polyline class="edge" points="([^"]+)"', html)[1].split()
    assert len(points) == battle.turns + 1
    assert "Your decisions" in visible(response)
    assert len(response.context["decisions"]) == battle.turns


def ordered(battle):
    moves = Move.objects.in_bulk(battle.setup["a"]["moves"])
    return [moves[pk] for pk in battle.setup["a"]["moves"]]


def test_a_mistake_is_named(client, begin, monkeypatch):
    monkeypatch.setattr(lookahead, "VALUE_BUDGET", 4000)
    battle = begin(
        a="mewtwo", moves_a=["psychic", "barrier"], b="mewtwo", moves_b=["psychic"], level_a=60
    )
    slots = {move.slug: slot for slot, move in enumerate(ordered(battle))}
    play_on(client, battle, slot=slots["barrier"])
    weighed = review.review(play.Replay(Battle.objects.get(pk=battle.pk)))
    response = client.get(url(battle))
    worst = max(weighed, key=lambda decision: decision.best_value - decision.value)
    snapshot = play.snapshot_of(battle)
    assert snapshot.moves[worst.chosen].slug == "barrier"
    assert snapshot.moves[worst.best].slug == "psychic"
    assert worst.best_value - worst.value > 0.15
    assert "mistake" in visible(response)
    assert "best: Psychic" in visible(response)


def test_the_permalink_is_for_everybody(client, begin):
    battle = begin()
    play_on(client, battle)
    response = Client().get(url(battle))
    text = visible(response)
    assert "Mewtwo won." in text
    assert "watching" in text
    assert "You won" not in text
    assert f'value="http://testserver{url(battle)}"' in response.content.decode()


def test_somebody_else_can_play_it_too(client, begin):
    battle = begin()
    stranger = Client()
    path = stranger.post(url(battle, "again/"), {"same": 1})["Location"]
    theirs = Battle.objects.get(public_id=path.split("/")[-2])
    assert (theirs.seed, theirs.setup) == (battle.seed, battle.setup)
    assert theirs.owner != battle.owner
    assert move(stranger, theirs, 0).status_code == 302
    battle.refresh_from_db()
    assert battle.turns == 0


def test_a_rematch_that_is_no_longer_possible_leads_to_the_setup(client, begin, facts_change):
    battle = begin(a="mew", moves_a=["pound"])
    Pokemon.objects.get(slug="mew").learnset.all().delete()
    gamedata.forget()
    response = client.post(url(battle, "again/"))
    assert response["Location"].startswith("/battle/?a=mew")
    assert "Mew cannot learn Pound." in visible(client.get(response["Location"]))


def test_recent_battles_are_listed_for_their_player_only(client, begin):
    for _battle in range(6):
        battle = begin()
    play_on(client, battle)
    response = client.get(SETUP)
    assert len(response.context["recent"]) == 5
    assert "Your recent battles" in visible(response)
    assert "Mewtwo vs Caterpie" in visible(response)
    assert re.search(r"Normal won 1 turn", visible(response))
    assert "Your recent battles" not in visible(Client().get(SETUP))


def parse(log: str) -> list[list[str]]:
    """Messages of a battle log as Showdown's protocol describes it."""
    assert log.endswith("\n")
    lines = log.split("\n")[:-1]
    assert all(line.startswith("|") for line in lines)
    return [line.split("|")[1:] for line in lines]


def test_the_log_can_be_downloaded(client, begin):
    battle = begin(
        a="snorlax", moves_a=["body-slam", "rest"], b="gyarados", moves_b=["waterfall"], level_a=61
    )
    play_on(client, battle)
    response = client.get(url(battle, "log.txt"))
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Content-Disposition"].startswith("attachment; filename=")
    messages = parse(response.content.decode())
    kinds = [message[0] for message in messages]
    assert kinds[:2] == ["gametype", "player"]
    assert [m[2] for m in messages if m[0] == "switch"] == ["Snorlax, L61", "Gyarados, L50"]
    turns = [int(m[1]) for m in messages if m[0] == "turn"]
    assert turns == list(range(1, battle.turns + 1))
    assert kinds[-1] == "win"
    hp = play.Replay(Battle.objects.get(pk=battle.pk)).engine.state[:2, st.HP].tolist()
    for side in (0, 1):
        last = [
            m for m in messages if m[0] in ("-damage", "-heal") and m[1].startswith(f"p{side + 1}")
        ]
        left = last[-1][2].split()[0].split("/")[0]
        assert int(left) == hp[side]


def test_the_log_of_a_battle_given_up_names_the_winner(client, begin):
    battle = begin(a="snorlax", moves_a=["rest", "body-slam"], b="chansey", moves_b=["toxic"])
    client.post(url(battle, "forfeit/"), {"turn": 0})
    messages = parse(client.get(url(battle, "log.txt")).content.decode())
    assert messages[-2:] == [["-message", "Player forfeited."], ["win", "Opponent (strongest)"]]


# The page itself


def test_pages_of_a_battle_cost_few_queries(client, begin, django_assert_num_queries):
    from django.db import connection

    battle = begin(a="snorlax", moves_a=["rest", "body-slam"], b="chansey", moves_b=["toxic"])
    client.get(url(battle))
    with django_assert_num_queries(1):
        client.get(url(battle))
    with CaptureQueriesContext(connection) as queries:
        move(client, battle, 1, turn=0)
    # Read, write the turn.
    assert len([q for q in queries if "battles_battle" in q["sql"]]) == 2
    client.post(url(battle, "forfeit/"), {"turn": 1})
    with django_assert_num_queries(1):
        client.get(url(battle))


@pytest.mark.parametrize("language", ["", "/fr"])
@pytest.mark.parametrize("finished", [False, True])
def test_pages_of_a_battle_have_what_every_page_needs(client, begin, language, finished):
    battle = begin(a="snorlax", moves_a=["rest", "body-slam"], b="chansey", moves_b=["toxic"])
    move(client, battle, 1)
    if finished:
        client.post(url(battle, "forfeit/"), {"turn": 1})
    response = client.get(language + url(battle))
    html = response.content.decode()
    assert len(re.findall(r"<h1\b", html)) == 1
    assert re.search(r'<meta name="description" content="[^"]{40,}"', html)
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert not re.search(r"<[^>]*\sstyle\s*=", html)
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)
    assert "unsafe" not in response["Content-Security-Policy"]
    assert "private" in response["Cache-Control"]
    if language:
        text = visible(response)
        assert "Ronflex utilise Plaquage !" in text
        for english in ("Snorlax", "Chansey", " uses ", "Turn ", "power", "Body Slam"):
            assert english not in text
