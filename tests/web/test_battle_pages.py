"""Battles: setting one up, playing it, looking back; and everything that is refused."""

import itertools
import re

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from battles.models import Battle, GameSnapshot, Result, Strength
from battles.play import addresses as play_addresses
from battles.play import default_moves, review, snapshots
from battles.play import game as play
from battles.play import player as play_player
from mlcore.engine import lookahead
from mlcore.engine import state as st
from mlcore.game import gamedata
from mlcore.serving import champion as champion_store
from pokedex.models import Move, Pokemon

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warm", "champion")]

SETUP = "/battle/"
HTMX = {"HX-Request": "true", "HX-Target": "battle-play"}


@pytest.fixture(autouse=True)
def _small_budgets(monkeypatch):
    """What a chance is made of is not looked at here; 20 games say as much as 200."""
    monkeypatch.setattr(lookahead, "GAMES", 20)
    monkeypatch.setattr(lookahead, "GAME_BUDGET", 16)
    monkeypatch.setattr(lookahead, "VALUE_BUDGET", 800)
    # Battles differ from each other, and are the same in every run.
    seeds = itertools.count(1)
    monkeypatch.setattr(play.secrets, "randbits", lambda bits: next(seeds))


@pytest.fixture
def facts_change():
    """For tests that correct facts: what is in memory goes with them."""
    yield
    gamedata.forget()
    snapshots.forget()


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
        allowed = play.replay(battle).choices(0) or [-1]
        response = move(client, battle, slot if slot in allowed else allowed[0])
        assert response.status_code == 302
    raise AssertionError("no end")


# Setting up


def test_setting_up_works(page, words):
    response = page(SETUP)
    text = words(response)
    assert "Charizard" in text
    assert "Dragonite" in text
    assert "Start the battle" in text
    assert [corner.pokemon.slug for corner in response.context["corners"]] == [
        "charizard",
        "dragonite",
    ]
    assert all(corner.chosen.count(",") == 3 for corner in response.context["corners"])


def test_the_address_holds_the_state(page):
    response = page("/battle/?a=mew&b=Ronflex&moves_a=psychic,rest&level_b=61&strength=search")
    a, b = response.context["corners"]
    assert (a.chosen, a.level, b.level) == ("Psychic, Rest", 50, 61)
    assert b.pokemon.slug == "snorlax"
    assert response.context["form"].opponent == "search"
    canonical = response.context["url"]
    assert canonical == (
        "/battle/?a=mew&b=snorlax&moves_a=psychic&moves_a=rest&level_b=61&strength=search"
    )
    again = page(canonical)
    assert again.context["url"] == canonical


def test_status_moves_can_be_chosen(begin):
    battle = begin(a="chansey", moves_a=["soft-boiled", "toxic"], b="snorlax", moves_b=["rest"])
    slugs = Move.objects.in_bulk(battle.setup["a"]["moves"])
    assert {each.slug for each in slugs.values()} == {"soft-boiled", "toxic"}


def test_default_moves_are_legal_for_every_form():
    for pokemon in Pokemon.objects.with_battle_data():
        usable = list(pokemon.usable_moves().with_battle_data())
        chosen = default_moves.default_moves(pokemon, usable)
        assert 1 <= len(chosen) == min(4, len(usable)) or len(usable) < 1, pokemon
        assert {each.pk for each in chosen} <= {each.pk for each in usable}
        assert len({each.pk for each in chosen}) == len(chosen)


def test_default_moves_hit_hard_and_differ_in_type():
    gengar = Pokemon.objects.with_battle_data().get(slug="starmie")
    chosen = default_moves.default_moves(gengar, list(gengar.usable_moves().with_battle_data()))
    assert len({each.type_id for each in chosen}) == 4
    assert all(each.damage_class == "special" for each in chosen)


@pytest.mark.parametrize("side", ["a", "b"])
def test_random_puts_somebody_in_and_keeps_the_other(client, side):
    other = "b" if side == "a" else "a"
    response = client.get(f"/battle/?{side}=random&{other}=mew&level_{other}=70")
    assert response.status_code == 302
    assert f"{other}=mew" in response["Location"]
    assert "random" not in response["Location"]
    assert "70" in response["Location"]
    assert client.get(response["Location"]).status_code == 200


def test_random_differs(client):
    seen = {client.get("/battle/?a=random&b=random")["Location"] for _ in range(6)}
    assert len(seen) > 1


def test_htmx_gets_the_part_that_changes(client):
    response = client.get(
        "/battle/?a=mew&b=snorlax&of_a=charizard&moves_a=fly",
        headers={"HX-Request": "true", "HX-Target": "battle-setup"},
    )
    html = response.content.decode()
    assert "<html" not in html
    assert 'id="battle-setup"' in html
    assert response["HX-Push-Url"] == "/battle/?a=mew&b=snorlax"


def test_another_pokemon_comes_with_moves_of_its_own(page):
    response = page("/battle/?a=magikarp&b=mew&of_a=charizard&moves_a=fly&moves_a=fire-blast")
    corner = response.context["corners"][0]
    assert corner.chosen == "Tackle, Splash"
    assert corner.dropped == "fly, fire-blast"
    assert not response.context["form"].errors


def test_without_scripts_the_form_shows_other_moves(client):
    response = client.post(
        SETUP, team(a="mew", b="abra", of_a="charizard", of_b="mew", do="update")
    )
    assert response.status_code == 302
    assert response["Location"].startswith("/battle/?a=mew&b=abra")
    assert not Battle.objects.exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"a": "pikachoo"}, "There is no Pokémon “pikachoo”"),
        ({"a": ""}, "Choose a Pokémon."),
        ({"b": "x" * 5000}, "There is no Pokémon"),
        ({"a": "mew\x00two"}, "Null characters are not allowed."),
        ({"moves_a": ["surf"]}, "Mewtwo cannot learn Surf. Choose from the"),
        ({"moves_a": ["psychiic"]}, "There is no move “psychiic” in Let’s Go. Did you mean:"),
        ({"moves_a": [], "of_a": "mewtwo"}, "Choose at least one move."),
        (
            {"moves_a": ["psychic", "swift", "rest", "recover", "amnesia"]},
            "Choose at most 4 moves; you chose 5.",
        ),
        ({"level_a": 0}, "The level is a whole number from 1 to 100."),
        ({"level_a": 101}, "The level is a whole number from 1 to 100."),
        ({"level_b": "fifty"}, "The level is a whole number from 1 to 100."),
        ({"level_b": "9" * 6000}, "The level is a whole number from 1 to 100."),
        ({"level_b": "1.5"}, "The level is a whole number from 1 to 100."),
        ({"strength": "godlike"}, "There is no such difficulty."),
    ],
)
def test_it_rejects_what_cannot_begin(client, given, words):
    response = client.post(SETUP, team() | given)
    assert response.status_code == 422
    text = visible(response)
    assert words in text
    assert "Your choices are kept." in text
    # The rest stays as it was.
    if "b" not in given:
        assert 'value="Caterpie"' in response.content.decode()
    assert not Battle.objects.exists()


def test_it_rejects_in_french(client):
    response = client.post("/fr/battle/", team() | {"moves_a": ["surf"]})
    assert "Mewtwo ne peut pas apprendre Surf." in visible(response)


@pytest.mark.parametrize(
    "query",
    [
        "a=&b=&level_a=&strength=",
        "a=%00&b=%ff&moves_a=%00",
        "a=mew&a=abra&level_a=1&level_a=-5",
        "moves_a=" + ",".join(["tackle"] * 50),
        "strength=%00&level_a=1e9",
    ],
)
def test_any_address_is_answered(client, query):
    assert client.get(f"/battle/?{query}").status_code == 200


def test_a_missing_champion_is_no_opponent(client, no_champion):
    response = client.post(SETUP, team(strength="model"))
    assert response.status_code == 422
    assert "Choose another difficulty" in visible(response)
    assert client.post(SETUP, team(strength="search")).status_code == 302


def test_beginning_needs_a_csrf_token():
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(SETUP, team())
    assert response.status_code == 403
    assert "Please send that again" in visible(response)
    assert not Battle.objects.exists()


# Playing


def test_it_works(client, begin):
    battle = begin(strength="strongest")
    assert re.fullmatch(r"[\w-]{16}", battle.public_id)
    first = client.get(url(battle))
    assert first.status_code == 200
    text = visible(first)
    assert "Turn 1: what will Mewtwo do?" in text
    assert "Simulated 20 times from here" in text
    response = move(client, battle, 0)
    assert response.status_code == 302
    assert response["Location"] == url(battle)
    text = visible(client.get(url(battle)))
    assert "You won!" in text
    assert "Mewtwo used Psychic!" in text
    assert "Caterpie fainted!" in text
    battle.refresh_from_db()
    assert (battle.result, battle.turns) == (Result.WON, 1)
    assert battle.finished_at is not None


def test_a_battle_can_be_lost(client, begin):
    battle = begin(a="caterpie", moves_a=["tackle"], b="mewtwo", moves_b=["psychic"])
    play_on(client, battle)
    assert battle.result == Result.LOST
    assert "You lost." in visible(client.get(url(battle)))


def test_a_battle_without_end_is_a_draw(client, begin):
    battle = begin(a="magikarp", moves_a=["splash"], b="magikarp", moves_b=["splash"])
    Battle.objects.filter(pk=battle.pk).update(seed=3)
    play_on(client, battle)
    # Splash runs out of PP after 64 turns; Struggle decides, or the hundredth turn does.
    assert battle.result in (Result.WON, Result.LOST, Result.DRAW)
    text = visible(client.get(url(battle)))
    assert "Magikarp (A) used Splash!" in text
    assert "Magikarp (B)" in text
    assert "But nothing happened!" in text


def test_who_has_only_struggle_left_goes_on(client, begin, monkeypatch):
    battle = begin(a="magikarp", moves_a=["splash"], b="magikarp", moves_b=["splash"])
    for _turn in range(64):
        move(client, battle, 0)
    text = visible(client.get(url(battle)))
    assert "can only use Struggle." in text
    assert "Continue" in text
    assert move(client, battle, 0).status_code == 409
    assert move(client, battle, -1).status_code == 302
    assert "used Struggle!" in visible(client.get(url(battle)))


def test_htmx_gets_the_stage_and_a_spoken_word(client, begin):
    battle = begin(a="mew", moves_a=["pound", "psychic"], b="snorlax", moves_b=["body-slam"])
    response = move(client, battle, 0, **HTMX)
    html = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in html
    assert html.count('id="battle-play"') == 1
    spoken = re.search(r'<div id="live" hx-swap-oob="innerHTML">(.*?)</div>', html, re.S)
    assert "Mew used Pound!" in spoken[1]
    whole = client.get(url(battle)).content.decode()
    assert "Mew used Pound!" in whole


def test_the_same_move_sent_twice_counts_once(client, begin):
    battle = begin(a="snorlax", moves_a=["rest", "body-slam"], b="chansey", moves_b=["toxic"])
    assert move(client, battle, 0, turn=0).status_code == 302
    again = move(client, battle, 0, turn=0)
    assert again.status_code == 409
    assert "That turn was already played." in visible(again)
    battle.refresh_from_db()
    assert battle.turns == len(battle.choices) == len(battle.reviews) == 1
    assert len(battle.chances) == 2


def test_two_requests_at_once_play_one_turn(begin, client):
    """Both have read the battle before either has written it."""
    battle = begin(a="snorlax", moves_a=["rest", "body-slam"], b="chansey", moves_b=["toxic"])
    secret = client.cookies[play_player.COOKIE].value
    one, other = (play_addresses.find(battle.public_id) for _ in range(2))
    play.choose(one, secret=secret, turn=0, slot=0)
    with pytest.raises(play.StaleTurn):
        play.choose(other, secret=secret, turn=0, slot=1)
    with pytest.raises(play.StaleTurn):
        play.forfeit(other, secret=secret, turn=0)
    battle.refresh_from_db()
    assert [pair[0] for pair in battle.choices] == [0]
    assert not battle.is_over


def test_a_stale_tab_gets_the_battle_as_it_stands(client, begin):
    battle = begin(a="snorlax", moves_a=["rest", "body-slam"], b="chansey", moves_b=["toxic"])
    move(client, battle, 1)
    stale = move(client, battle, 1, turn=0, **HTMX)
    assert stale.status_code == 200
    assert "That turn was already played." in visible(stale)
    assert 'name="turn" value="1"' in stale.content.decode()
    ahead = move(client, battle, 1, turn=7)
    assert ahead.status_code == 409
    battle.refresh_from_db()
    assert battle.turns == 1


@pytest.mark.parametrize("slot", ["2", "4", "-1", "99"])
def test_it_rejects_moves_that_cannot_be_chosen(client, begin, slot):
    battle = begin()
    response = move(client, battle, slot)
    assert response.status_code == 409
    assert "You can’t use that move now." in visible(response)
    battle.refresh_from_db()
    assert battle.turns == 0


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"turn": "0"},
        {"slot": "0"},
        {"turn": "0", "slot": "x"},
        {"turn": "0", "slot": "0\x00"},
        {"turn": "9" * 5000, "slot": "0"},
        {"turn": "٠", "slot": "0"},
        {"turn": "", "slot": ""},
    ],
)
def test_it_rejects_what_is_no_move(client, begin, given):
    battle = begin()
    response = client.post(url(battle, "move/"), given)
    assert response.status_code == 400
    assert "That move isn’t available in this battle." in visible(response)
    battle.refresh_from_db()
    assert battle.turns == 0


def test_a_disabled_move_says_why(client, begin):
    battle = begin(
        a="chansey", moves_a=["soft-boiled", "pound"], b="gengar", moves_b=["taunt"], level_b=100
    )
    assert move(client, battle, 1).status_code == 302
    text = visible(client.get(url(battle)))
    assert "taunted: no status moves" in text
    assert re.search(r"Taunted, \d turns?", text)
    assert move(client, battle, 0).status_code == 409
    assert move(client, battle, 1).status_code == 302


def test_only_who_began_it_may_act(client, begin):
    battle = begin(a="snorlax", moves_a=["rest", "body-slam"], b="chansey", moves_b=["toxic"])
    stranger = Client()
    text = visible(stranger.get(url(battle)))
    assert "This is someone else’s battle. You can watch." in text
    assert "what does Snorlax do?" not in text
    for action, given in (("move/", {"turn": 0, "slot": 0}), ("forfeit/", {"turn": 0})):
        for cookie in (None, "x" * 32, "short", "\x00" * 30):
            other = Client()
            if cookie:
                other.cookies[play_player.COOKIE] = cookie
            response = other.post(url(battle, action), given)
            assert response.status_code == 403
            assert "This is someone else’s battle" in visible(response)
    battle.refresh_from_db()
    assert (battle.turns, battle.result) == (0, "")


def test_the_secret_is_nowhere_to_be_read(client, begin):
    battle = begin()
    secret = client.cookies[play_player.COOKIE].value
    assert client.cookies[play_player.COOKIE]["httponly"]
    assert secret != battle.owner
    assert secret not in client.get(url(battle)).content.decode()
    assert battle.owner not in client.get(url(battle)).content.decode()


def test_one_cookie_serves_all_battles(client, begin):
    first, second = begin(), begin()
    assert first.owner == second.owner
    assert first.public_id != second.public_id
    assert first.seed != second.seed


def test_giving_up(client, begin):
    battle = begin(a="snorlax", moves_a=["rest", "body-slam"], b="chansey", moves_b=["toxic"])
    move(client, battle, 1)
    assert client.post(url(battle, "forfeit/"), {"turn": 0}).status_code == 409
    assert client.post(url(battle, "forfeit/"), {"turn": "x"}).status_code == 400
    assert client.post(url(battle, "forfeit/"), {"turn": 1}).status_code == 302
    battle.refresh_from_db()
    assert battle.result == Result.FORFEIT
    assert "You gave up." in visible(client.get(url(battle)))
    assert move(client, battle, 1).status_code == 409
    assert client.post(url(battle, "forfeit/"), {"turn": 1}).status_code == 409
    battle.refresh_from_db()
    assert battle.turns == 1


@pytest.mark.parametrize("action", ["move/", "forfeit/", "again/"])
def test_actions_are_posts(client, begin, action):
    assert client.get(url(begin(), action)).status_code == 405


@pytest.mark.parametrize("path", ["nobody-knows-it", "a" * 300])
def test_unknown_battles_are_not_found(client, path):
    assert client.get(f"/battle/{path}/").status_code == 404
    assert client.post(f"/battle/{path}/move/", {"turn": 0, "slot": 0}).status_code == 404
    assert client.get(f"/battle/{path}/log.txt").status_code == 404


# State: replayed, not stored


def state_of(battle):
    return play.replay(Battle.objects.select_related("snapshot").get(pk=battle.pk)).state.tolist()


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
    engine = play.replay(battle)
    before = engine.state.copy(), engine.rng.copy()
    answers = {play.opponent_choice(battle, engine) for _ in range(3)}
    assert len(answers) == 1
    assert (engine.state == before[0]).all()
    assert (engine.rng == before[1]).all()


def test_the_model_chooses_by_its_predictions(begin):
    """The champion of these tests goes by power and effectiveness."""
    battle = begin(
        a="gyarados",
        moves_a=["waterfall"],
        b="raichu",
        moves_b=["quick-attack", "thunderbolt", "toxic", "slam"],
        strength="model",
    )
    engine = play.replay(battle)
    slot = play.opponent_choice(battle, engine)
    chosen = engine.tables.move_slugs[engine.state[1, st.MOVE_1 + slot]]
    assert chosen == "thunderbolt"


def test_a_model_without_anything_to_weigh_still_moves(begin):
    battle = begin(
        a="ditto", moves_a=["transform"], b="chansey", moves_b=["toxic"], strength="model"
    )
    assert play.opponent_choice(battle, play.replay(battle)) == 0


def test_a_model_that_went_away_changes_nothing(client, begin, monkeypatch):
    battle = begin(
        a="snorlax",
        moves_a=["rest", "body-slam"],
        b="mew",
        moves_b=["psychic", "swift"],
        strength="model",
    )

    def refuse():
        raise champion_store.NoChampion("gone")

    monkeypatch.setattr(champion_store, "current", refuse)
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
    slots = {each.slug: slot for slot, each in enumerate(ordered(battle))}
    play_on(client, battle, slot=slots["barrier"])
    weighed = review.review(Battle.objects.get(pk=battle.pk))
    response = client.get(url(battle))
    worst = max(weighed, key=lambda each: each.best_value - each.value)
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
    assert f"http://testserver{url(battle)}" in text


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
    hp = play.replay(Battle.objects.get(pk=battle.pk)).state[:2, st.HP].tolist()
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
