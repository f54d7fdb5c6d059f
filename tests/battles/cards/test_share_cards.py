"""The pictures of shared links, and what programs read about the site."""

import io
import json
import xml.etree.ElementTree as ET
from html import unescape

import pytest
from django.conf import settings
from django.core.cache import caches
from PIL import Image

from battles.cards import art as card_art
from mlcore.models import PredictionLog
from pokedex.models import Boss, Move, Pokemon

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warm", "champion")]

PAIR = "/cards/compare.png?a=pikachu&b=charizard"
CARDS = ["/cards/site.png", "/cards/pokemon/charizard-mega-x.png", PAIR]


@pytest.fixture(autouse=True)
def _nothing_drawn_yet():
    caches["process"].clear()


def opened(response) -> Image.Image:
    image = Image.open(io.BytesIO(response.content))
    image.load()
    return image


def colour_at(response, x: int, y: int) -> str:
    red, green, blue = opened(response).convert("RGB").getpixel((x, y))
    return f"#{red:02x}{green:02x}{blue:02x}"


@pytest.mark.parametrize("address", CARDS)
@pytest.mark.parametrize("language", ["", "/fr"])
def test_a_card_is_a_png_of_the_right_size(client, address, language):
    answer = client.get(language + address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/png"
    assert opened(answer).size == (1200, 630)
    assert len(answer.content) < 100_000
    assert "max-age=86400" in answer["Cache-Control"]
    assert "public" in answer["Cache-Control"]


@pytest.mark.parametrize("address", CARDS)
def test_an_unchanged_card_is_not_drawn_again(client, monkeypatch, address):
    first = client.get(address)
    for name in ("site_card", "pokemon_card", "versus_card"):
        monkeypatch.setattr(card_art, name, None)
    assert client.get(address).content == first.content
    caches["process"].clear()
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("address", CARDS)
def test_the_same_card_has_the_same_bytes(client, address):
    first = client.get(address)
    caches["process"].clear()
    assert client.get(address).content == first.content


def test_languages_and_models_have_cards_of_their_own(client, serve):
    english, french = client.get(PAIR), client.get(f"/fr{PAIR}")
    assert english["ETag"] != french["ETag"]
    assert english.content != french.content
    serve("v8")
    assert client.get(PAIR)["ETag"] != english["ETag"]


def test_the_meter_shows_what_the_page_says(client):
    page = client.get("/compare/?a=raichu&b=starmie")
    probability = page.context["result"].probability
    assert 0.1 < probability < 0.9
    border = 60 + 1080 * probability
    card = client.get("/cards/compare.png?a=raichu&b=starmie")
    assert colour_at(card, round(border) - 12, 493) == card_art.colors()["a"]
    assert colour_at(card, round(border) + 12, 493) == card_art.colors()["b"]


def test_the_meter_of_a_lost_duel_is_all_the_other_sides(client):
    page = client.get("/compare/?a=pikachu&b=charizard")
    assert page.context["result"].probability < 0.01
    assert colour_at(client.get(PAIR), 90, 493) == card_art.colors()["b"]


def test_a_card_logs_no_prediction(client):
    client.get(PAIR)
    assert PredictionLog.objects.count() == 0


def test_what_is_chosen_changes_the_card(client):
    pair = "/cards/compare.png?a=raichu&b=charizard"
    assert client.get(f"{pair}&moves_a=quick-attack").content != client.get(pair).content


def test_without_a_champion_the_card_asks(client, no_champion):
    answer = client.get(PAIR)
    assert answer.status_code == 200
    assert colour_at(answer, 100, 493) == card_art.colors()["paper"]


def test_who_has_no_attack_gets_a_card_with_a_verdict_too(client):
    page = client.get("/compare/?a=ditto&b=mew")
    border = 60 + 1080 * page.context["result"].probability
    card = client.get("/cards/compare.png?a=ditto&b=mew")
    assert colour_at(card, round(border) + 12, 493) == card_art.colors()["b"]


@pytest.mark.parametrize(
    "address",
    [
        "/cards/compare.png",
        "/cards/compare.png?a=pikachu",
        "/cards/compare.png?a=pikachu&b=nobody",
        "/cards/compare.png?a=pikachu&b=mew&level_a=900",
        "/cards/pokemon/nobody.png",
    ],
)
def test_what_is_not_there_has_no_card(client, address):
    assert client.get(address).status_code == 404


def test_every_name_fits_on_a_card_and_every_sign_is_in_its_face():
    face = card_art._font(card_art._DISPLAY, 24)
    missing = bytes(face.getmask("\U0010ffff"))
    for pokemon in Pokemon.objects.with_battle_data():
        for name in (pokemon.name_en, pokemon.name_fr):
            written = name.translate(card_art._INSTEAD)
            assert face.getlength(written) / 2 < 500, name
            assert all(bytes(face.getmask(sign)) != missing for sign in written if sign > "~"), name


@pytest.mark.parametrize(
    ("path", "card"),
    [
        ("/", "/cards/site.png"),
        ("/fr/quiz/", "/fr/cards/site.png"),
        ("/compare/", "/cards/site.png"),
        ("/compare/?a=pikachu&b=charizard", PAIR),
        ("/pokemon/mew/", "/cards/pokemon/mew.png"),
        ("/fr/pokemon/mew/", "/fr/cards/pokemon/mew.png"),
    ],
)
def test_a_page_names_its_card(page, client, path, card):
    html = unescape(page(path).content.decode())
    assert f'<meta property="og:image" content="http://testserver{card}">' in html
    assert html.count('property="og:image"') == 1
    assert '<meta name="twitter:card" content="summary_large_image">' in html
    assert client.get(card).status_code == 200


# What programs read


def test_sitemap_lists_every_page_in_both_languages(client):
    answer = client.get("/sitemap.xml")
    assert answer.status_code == 200
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    root = ET.fromstring(answer.content)
    addresses = [loc.text for loc in root.findall("s:url/s:loc", names)]
    assert len(addresses) == len(set(addresses))
    rows = Pokemon.objects.count() + Move.objects.count() + Boss.objects.count()
    assert len(addresses) == 2 * (rows + 11)
    for path in ("/", "/fr/", "/compare/", "/fr/pokemon/mew/", "/moves/surf/", "/bosses/lance/"):
        assert f"http://testserver{path}" in addresses
    link = "{http://www.w3.org/1999/xhtml}link"
    for url in root.findall("s:url", names):
        assert [page.get("hreflang") for page in url.findall(link)] == ["en", "fr", "x-default"]


def test_pages_of_the_sitemap_are_there(client):
    root = ET.fromstring(client.get("/sitemap.xml").content)
    links = root.findall(".//{http://www.sitemaps.org/schemas/sitemap/0.9}loc")
    paths = [loc.text.removeprefix("http://testserver") for loc in links]
    for path in [*paths[:22], *paths[22::97]]:
        assert client.get(path).status_code == 200, path


def test_sitemap_costs_a_query_a_table(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        client.get("/sitemap.xml")


@pytest.mark.parametrize(("prefix", "language"), [("", "en"), ("/fr", "fr")])
def test_manifest(client, prefix, language):
    html = client.get(f"{prefix}/").content.decode()
    assert f'<link rel="manifest" href="{prefix}/manifest.webmanifest">' in html
    answer = client.get(f"{prefix}/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    manifest = json.loads(answer.content)
    assert (manifest["lang"], manifest["start_url"]) == (language, f"{prefix}/")
    for icon in manifest["icons"]:
        file = settings.BASE_DIR / icon["src"].lstrip("/")
        with Image.open(file) as image:
            side = image.size[0]
        assert icon["sizes"] == f"{side}x{side}"
    for shortcut in manifest["shortcuts"]:
        assert client.get(shortcut["url"]).status_code == 200


def test_favicon_where_browsers_look_for_it(client):
    answer = client.get("/favicon.ico")
    assert answer.status_code == 302
    file = settings.BASE_DIR / answer["Location"].lstrip("/")
    with Image.open(file) as image:
        assert image.info["sizes"] == {(16, 16), (32, 32), (48, 48)}
