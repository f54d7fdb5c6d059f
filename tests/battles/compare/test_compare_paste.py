"""Pasting Pokémon and teams, and each side as text."""

import json

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warm", "champion")]

PAIR = "a=pikachu&b=charizard"
RAICHU = """Raichu-Alola @ Light Ball
Level: 60
EVs: 252 SpA
Timid Nature
- Thunderbolt
- Growl
"""


@pytest.fixture
def paste(client):
    def send(text, *, side="a", query=PAIR, **options):
        return client.post(
            "/compare/paste/", {"side": side, "query": query, "text": text}, **options
        )

    return send


def test_it_works(paste, words):
    response = paste(RAICHU)
    assert response.status_code == 302
    assert response["Location"] == (
        "/compare/?a=raichu-alola&b=charizard&moves_a=thunderbolt&moves_a=growl"
        "&level_a=60&nature_a=timid&avs_a=0-0-0-200-0-0"
    )


def test_what_was_left_out_is_said_once(paste, client, words):
    response = paste(RAICHU, follow=True)
    text = words(response)
    assert "Ignored Light Ball: Let’s Go has no held items." in text
    assert "“EVs: 252 SpA” was changed to 200, the maximum in Let’s Go." in text
    assert "Light Ball" not in words(client.get(response.request["PATH_INFO"] + "?" + PAIR))


def test_the_other_side_and_the_rest_stay(paste):
    response = paste("Mew", side="b", query=f"{PAIR}&moves_a=thunder&level_a=60&level_b=9")
    assert response["Location"] == (
        "/compare/?a=pikachu&b=mew&moves_a=thunder&level_a=60&level_b=100"
    )


def test_of_a_team_one_is_chosen(paste, words):
    response = paste(f"{RAICHU}\n\nMew\n- Psychic\n\nPichu", side="b")
    assert response.status_code == 200
    choices = response.context["choices"]
    assert [choice.name for choice in choices] == ["Raichu-Alola", "Mew", "Pichu"]
    assert choices[1].url == "/compare/?a=pikachu&b=mew&moves_b=psychic&level_b=100"
    assert choices[2].url == ""
    text = words(response)
    assert "3 Pokémon read" in text
    assert "Not in Let’s Go." in text


def test_each_side_is_written_out(page):
    exports = page(f"/compare/?{PAIR}&moves_a=thunder&level_b=100&tab=export").context["exports"]
    assert [text for _fighter, text in exports] == [
        "Pikachu\nLevel: 50\nHardy Nature\n- Thunder",
        "Charizard\nHardy Nature",
    ]


def test_what_is_written_out_can_be_pasted(page, paste):
    address = f"/compare/?{PAIR}&moves_a=thunder&level_a=77&ivs_a=1-2-3-4-5-6"
    text = page(f"{address}&tab=export").context["exports"][0][1]
    assert paste(text)["Location"] == address


def test_the_form_has_a_page_of_its_own(page, words):
    response = page(f"/compare/paste/?side=b&{PAIR}")
    assert "Load as the opponent" in words(response)
    assert 'name="query" value="a=pikachu&amp;b=charizard"' in response.content.decode()


# What it refuses


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Nothing was pasted."),
        ("  \n ", "Nothing was pasted."),
        ("Pichu", "Not in Let’s Go: Pichu."),
        ("<script>alert(1)</script>", "Not in Let’s Go"),
        ("x" * 20_001, "The text has 20001 characters; the limit is 20000."),
    ],
)
def test_it_rejects(paste, words, text, reason):
    response = paste(text)
    assert response.status_code == 200
    assert reason in words(response)
    assert b"<script>alert" not in response.content
    assert 'value="a=pikachu&amp;b=charizard"' in response.content.decode()


def test_it_keeps_what_was_pasted(paste):
    assert ">Pichu</textarea>" in paste("Pichu").content.decode()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"text": "Mew"},
        {"text": "Mew", "side": "c", "query": PAIR},
        {"text": "Mew\0two", "side": "a", "query": "a=%00&\0"},
        {"text": "Mew", "side": "a", "query": "x" * 5000},
        {"text": "\U0001f600", "side": "a", "query": "%FF"},
    ],
)
def test_it_survives_any_form(client, data):
    assert client.post("/compare/paste/", data).status_code in (200, 302)


def test_it_needs_the_token():
    from django.test import Client

    assert Client(enforce_csrf_checks=True).post("/compare/paste/").status_code == 403


def test_it_speaks_french(client, words):
    data = {"side": "a", "query": PAIR, "text": "Évoli @ Restes\n- Vive-Attaque\n- Belier"}
    text = words(client.post("/fr/compare/paste/", data, follow=True))
    assert "Restes est ignoré : Let’s Go n’a pas d’objets tenus." in text
    assert "Évoli contre Dracaufeu" in text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"text": "Mew", "side": "c"}, "The side must be “a” for your Pokémon or “b”"),
        ({"text": "Mew"}, "The side must be “a” for your Pokémon or “b”"),
        (
            {"text": "Mew", "side": "a", "query": "x" * 2001},
            "has an address of 2001 characters; the limit is 2000.",
        ),
        ({"text": '[{"item": "Orb"}]', "side": "a"}, "No Pokémon’s name could be read."),
    ],
)
def test_every_refusal_is_said(client, words, data, reason):
    response = client.post("/compare/paste/", data)
    assert response.status_code == 200
    assert reason in words(response)


def test_a_long_text_is_not_cut_by_the_browser(page):
    assert "maxlength" not in page("/compare/paste/").content.decode().split("<textarea")[1]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"evs": [0, 0, 0, 252, 0, 252]}, "Ignored “EVs: [0, 0, 0, 252, 0, 252]”"),
        ({"evs": "252"}, "Ignored “EVs: 252”"),
        ({"ivs": 31}, "Ignored “IVs: 31”"),
        ({"ivs": {"luck": 3}}, "Ignored “IVs: 3 luck”"),
        ({"ivs": {"atk": -1}}, "Ignored “IVs: -1 atk”"),
        ({"ivs": {"atk": [1]}}, "Ignored “IVs: [1] atk”"),
        ({"avs": {"spa": 999}}, "“AVs: 999 spa” was changed to 200"),
        ({"level": [5]}, "Ignored “level: [5]”"),
        ({"moves": "Psychic"}, "Ignored “moves: Psychic”"),
        ({"nature": {}}, "There is no nature"),
    ],
)
def test_bad_values_of_a_json_team_are_said(paste, words, given, reason):
    response = paste(json.dumps([{"species": "Mew", "level": 50} | given]), follow=True)
    text = words(response)
    assert reason in text
    assert "Mew vs Charizard" in text


def test_a_team_that_is_too_long_is_said(paste, words):
    assert "Only the first 24 Pokémon of the text were read." in words(paste("Mew\n\n" * 30))
