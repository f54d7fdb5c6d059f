"""Battles: setting one up, playing it; and everything that is refused."""

import re

import pytest
from django.test import Client

from battles.models import Battle, Result
from battles.play import addresses as play_addresses
from battles.play import default_moves
from battles.play import game as play
from battles.play import player as play_player
from mlcore.serving import champion
from pokedex.models import Move, Pokemon
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
    assert (a.chosen, a.training.level, b.training.level) == ("Psychic, Rest", "50", "61")
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
    assert {move.slug for move in slugs.values()} == {"soft-boiled", "toxic"}


def test_default_moves_are_legal_for_every_form():
    for pokemon in Pokemon.objects.with_battle_data():
        usable = list(pokemon.usable_moves().with_battle_data())
        chosen = default_moves.default_moves(pokemon, usable)
        assert 1 <= len(chosen) == min(4, len(usable)) or len(usable) < 1, pokemon
        assert {move.pk for move in chosen} <= {move.pk for move in usable}
        assert len({move.pk for move in chosen}) == len(chosen)


def test_default_moves_hit_hard_and_differ_in_type():
    gengar = Pokemon.objects.with_battle_data().get(slug="starmie")
    chosen = default_moves.default_moves(gengar, list(gengar.usable_moves().with_battle_data()))
    assert len({move.type_id for move in chosen}) == 4
    assert all(move.damage_class == "special" for move in chosen)


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


FULL = {
    "a": "mew",
    "moves_a": ["psychic", "rest"],
    "level_a": "70",
    "nature_a": "timid",
    "ivs_a": ["31", "0", "31", "31", "31", "31"],
    "avs_a": ["200"] * 6,
    "friendship_a": "255",
    "b": "snorlax",
    "moves_b": ["rest"],
    "nature_b": "brave",
    "strength": "search",
}


def test_a_spread_is_part_of_the_battle(client):
    response = client.post(SETUP, FULL | {"do": "begin"})
    assert response.status_code == 302
    battle = Battle.objects.get()
    spread = play.spread_of(battle.setup["a"])
    assert (spread.level, spread.nature, spread.friendship) == (70, "timid", 255)
    assert (spread.ivs, spread.avs) == ((31, 0, 31, 31, 31, 31), (200,) * 6)
    assert play.spread_of(battle.setup["b"]).nature == "brave"
    # The way back to the set-up keeps all of it.
    page = client.get(play_addresses.setup_url(play_addresses.setup_query(battle)))
    a, b = page.context["corners"]
    assert [(stat.iv, stat.av) for stat in a.training.stats][:2] == [("31", "200"), ("0", "200")]
    assert [nature.value for nature in b.training.natures if nature.is_chosen] == ["brave"]


def test_swapping_sides_keeps_everything(client):
    swapped = client.post(SETUP, FULL | {"do": "swap"})
    assert swapped.status_code == 302
    page = client.get(swapped["Location"])
    a, b = page.context["corners"]
    assert (a.pokemon.slug, b.pokemon.slug) == ("snorlax", "mew")
    assert (a.chosen, b.chosen) == ("Rest", "Psychic, Rest")
    assert (a.training.level, b.training.level) == ("50", "70")
    assert "Timid" in b.training.summary
    assert "Brave" in a.training.summary
    assert page.context["form"].opponent == "search"
    back = client.post(page.context["url"], swapped_form(page) | {"do": "swap"})
    assert back["Location"] == client.get("/battle/", FULL).context["url"]


def swapped_form(page) -> dict:
    form = page.context["form"]
    return {key: form.data.getlist(key) for key in form.data}


def test_a_random_opponent_keeps_the_rest(client):
    response = client.post(SETUP, FULL | {"do": "random-b", "of_b": "snorlax"})
    assert response["Location"].endswith("#corner-b")
    page = client.get(response["Location"])
    a, b = page.context["corners"]
    assert (a.pokemon.slug, a.chosen, a.training.level) == ("mew", "Psychic, Rest", "70")
    assert "Brave" in b.training.summary
    assert page.context["form"].opponent == "search"


def test_a_spread_can_be_set_with_one_button(client):
    for name, level, avs in (("maxed", "100", "200"), ("standard", "50", "0")):
        response = client.post(SETUP, FULL | {"do": f"{name}-a"})
        a, b = client.get(response["Location"]).context["corners"]
        assert (a.training.level, a.training.stats[0].av) == (level, avs)
        assert "Brave" in b.training.summary


def test_a_change_of_a_field_updates_address_and_language_links(client):
    response = client.get(
        SETUP, FULL, headers={"HX-Request": "true", "HX-Target": "battle-address"}
    )
    address = response["HX-Replace-Url"]
    assert "nature_a=timid" in address
    assert "HX-Push-Url" not in response
    assert f'href="/fr{address}"'.replace("&", "&amp;") in response.content.decode()


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
        ({"level_a": 0}, "Level must be a whole number from 1 to 100, not “0”."),
        ({"level_a": 101}, "Level must be a whole number from 1 to 100, not “101”."),
        ({"level_b": "fifty"}, "Level must be a whole number from 1 to 100, not “fifty”."),
        ({"level_b": "9" * 6000}, "Level must be a whole number from 1 to 100, not “9999"),
        ({"level_b": "1.5"}, "Level must be a whole number from 1 to 100, not “1.5”."),
        ({"nature_a": "sleepy"}, "There is no nature “sleepy”."),
        ({"ivs_b": ["31", "32", "31", "31", "31", "31"]}, "must be a whole number from 0 to 31"),
        ({"avs_a": "201"}, "must be a whole number from 0 to 200, not “201”."),
        ({"friendship_a": "-1"}, "Friendship must be a whole number from 0 to 255, not “-1”."),
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
    assert "If both play well from here, " in text
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
    assert battle.turns == len(battle.choices) == 1
    # The turn to come is looked at, too.
    assert len(battle.reviews) == len(battle.chances) == 2


def test_two_requests_at_once_play_one_turn(begin, client):
    """Both have read the battle before either has written it."""
    battle = begin(a="snorlax", moves_a=["rest", "body-slam"], b="chansey", moves_b=["toxic"])
    secret = client.cookies[play_player.COOKIE].value
    one, other = (play.Replay(play_addresses.find(battle.public_id)) for _ in range(2))
    asked = {"secret": secret, "turn": 0, "champion": champion.current}
    play.choose(one, slot=0, **asked)
    with pytest.raises(play.StaleTurn):
        play.choose(other, slot=1, **asked)
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
    # Maybe the player without the cookie, maybe somebody else: both can watch or go on.
    assert "Is this your battle?" in text
    assert "You can watch, or play on as a guest from this turn" in text
    assert "what will Snorlax do?" not in text
    stranger.cookies[play_player.COOKIE] = "x" * 32
    text = visible(stranger.get(url(battle)))
    assert "This is someone else’s battle You can watch." in text
    assert "Play on as a guest" in text
    assert "what will Snorlax do?" not in text
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
