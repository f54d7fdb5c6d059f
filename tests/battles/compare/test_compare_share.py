"""Passing a comparison on, and those looked at before."""

import re

import pytest

from battles.compare.sharing import COOKIE, REMEMBERED

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warm", "champion")]

PAIR = "/compare/?a=pikachu&b=charizard"


def test_a_shared_link_says_what_it_leads_to(page):
    html = page(f"{PAIR}&moves_a=thunder&level_a=60").content.decode()
    link = "http://testserver/compare/?a=pikachu&amp;b=charizard&amp;moves_a=thunder&amp;level_a=60"
    assert '<meta property="og:title" content="Pikachu vs Charizard">' in html
    assert f'<meta property="og:url" content="{link}">' in html
    assert re.search(r'<meta property="og:description" content="[^"]*Use Thunder\.', html)
    assert '<meta property="og:locale" content="en_US">' in html
    html = page(f"{PAIR}&moves_a=thunder&level_a=60&tab=share").content.decode()
    assert f'id="share-link" type="text" value="{link}" readonly' in html
    assert f'data-share-url="{link}"' in html
    card = "/cards/compare.png?a=pikachu&amp;b=charizard&amp;moves_a=thunder&amp;level_a=60"
    assert f'<img src="{card}"' in html


def test_the_answer_as_text(page):
    share = page(f"{PAIR}&moves_a=thunder&level_a=60&tab=share").context["share"]
    lines = share.text.splitlines()
    assert re.fullmatch(r"Pikachu \d+%, Charizard \d+%", lines[0])
    assert "Use Thunder." in lines[1]
    assert lines[2] == "Pikachu brings Thunder."
    assert re.fullmatch(r"Charizard brings .+\.", lines[3])
    assert re.fullmatch(r"If each repeats one move: Pikachu \d+%, Charizard \d+%", lines[4])
    assert re.match(r"1\. Thunder: \d+%, damage \d+%, KO in 2 hits", lines[5])
    assert lines[-3:] == ["Pikachu: level 60", "Charizard: level 50", share.link]


def test_comparisons_are_remembered_newest_first(client):
    client.get(PAIR)
    client.get("/compare/?a=mew&b=mewtwo&level_a=60")
    recent = client.get("/compare/").context["recent"]
    assert [(comparison.a.slug, comparison.b.slug) for comparison in recent] == [
        ("mew", "mewtwo"),
        ("pikachu", "charizard"),
    ]
    assert recent[0].url == "/compare/?a=mew&b=mewtwo&level_a=60"
    assert [comparison.has_details for comparison in recent] == [True, False]


def test_the_one_that_is_shown_is_not_listed(client):
    client.get(PAIR)
    assert client.get(PAIR).context["recent"] == []
    assert "Recent comparisons" not in client.get(PAIR).content.decode()


def test_history_is_bounded_and_holds_nothing_twice(client):
    for slug in (
        "mew",
        "mewtwo",
        "abra",
        "machop",
        "onix",
        "tauros",
        "gengar",
        "jynx",
        "muk",
        "mew",
    ):
        client.get(f"/compare/?a=pikachu&b={slug}")
    recent = client.get("/compare/").context["recent"]
    assert len(recent) == REMEMBERED
    assert [comparison.b.slug for comparison in recent[:3]] == ["mew", "muk", "jynx"]
    assert len(client.cookies[COOKIE].value) < 3000


def test_a_long_address_is_remembered_short(client):
    ivs = "&ivs_a=1-2-3-4-5-6&ivs_b=1-2-3-4-5-6&avs_a=100-101-102-103-104-105"
    moves = "".join(
        f"&moves_{side}={move}"
        for side, moves in (
            ("a", ("thunderbolt", "quick-attack", "thunder-punch", "iron-tail")),
            ("b", ("flamethrower", "dragon-pulse", "air-slash", "fire-punch")),
        )
        for move in moves
    )
    client.get(PAIR + moves + ivs + "&level_a=99&level_b=99", follow=True)
    assert client.get("/compare/").context["recent"][0].url == PAIR


@pytest.mark.parametrize("path", ["/compare/?a=pikachu", "/compare/?a=pikachoo&b=mew", "/compare/"])
def test_what_is_no_comparison_is_not_remembered(client, path):
    client.get(path)
    assert COOKIE not in client.cookies


def test_history_is_private(client):
    response = client.get(PAIR)
    cookie = response.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert "private" in response["Cache-Control"]


@pytest.mark.parametrize("value", ["", "x", "a=pikachu&b=mew", "a=pikachu&b=mew:1abc:forged"])
def test_a_cookie_that_is_not_ours_is_ignored(client, value):
    client.cookies[COOKIE] = value
    response = client.get("/compare/")
    assert response.status_code == 200
    assert response.context["recent"] == []


def test_history_can_be_forgotten(client):
    client.get(PAIR)
    response = client.post("/compare/forget/", {"query": "a=mew&b=abra"})
    assert (response.status_code, response["Location"]) == (302, "/compare/?a=mew&b=abra")
    assert client.get("/compare/").context["recent"] == []


def test_forgetting_rejects_get(client):
    assert client.get("/compare/forget/").status_code == 405


def test_forgetting_never_leads_elsewhere(client):
    response = client.post("/compare/forget/", {"query": "//evil.example/"})
    assert response["Location"].startswith("/compare/?")


def test_forgetting_needs_the_token():
    from django.test import Client

    assert Client(enforce_csrf_checks=True).post("/compare/forget/").status_code == 403
