"""The menu, light and dark, canonical addresses, robots.txt, and pages about the site."""

import re

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.urls import NoReverseMatch, reverse

from battles.compare import sharing
from battles.play import player as play_player
from battles.site import navigation, pictures, theme
from pokedex.models import Move

pytestmark = pytest.mark.django_db


def exists(name):
    try:
        reverse(name)
    except NoReverseMatch:
        return False
    return True


def test_menu_leads_to_every_page_that_exists(page):
    names = [name for name, _label, _words in navigation.ENTRIES if exists(name)]
    assert {"battles:compare", "battles:quiz", "battles:about"} <= set(names)
    html = page("/about/").content.decode()
    menu = html.partition('class="site-nav"')[2].partition("</nav>")[0]
    assert re.findall(r'href="([^"]+)"', menu) == [reverse(name) for name in names]
    assert re.findall(r'href="([^"]+)" aria-current="page"', menu) == ["/about/"]


def test_menu_has_no_entry_without_a_page(monkeypatch):
    lonely = (*navigation.ENTRIES[:1], ("battles:nowhere", "Nowhere", "Nothing"))
    monkeypatch.setattr(navigation, "ENTRIES", lonely)
    assert [entry.name for entry in navigation.entries()] == ["battles:compare"]


@pytest.mark.usefixtures("warm", "champion")
@pytest.mark.parametrize(
    ("path", "above"),
    [
        ("/compare/paste/?side=a&a=pikachu&b=mew", "/compare/?a=pikachu&b=mew"),
        ("/compare/damage/?a=pikachu&b=mew&by=a&move=surf", "/compare/?a=pikachu&b=mew"),
        ("/rankings/matrix/", "/rankings/"),
        ("/battle/matchups/", "/battle/"),
        ("/quiz/daily/", "/quiz/"),
        ("/bosses/lance/", "/bosses/"),
        ("/pokemon/mew/insights/", "/pokemon/mew/"),
        ("/moves/surf/", "/moves/"),
    ],
)
def test_a_page_below_another_leads_back_above_its_heading(page, request, path, above):
    if "rankings" in path:
        request.getfixturevalue("ranked")
    main = page(path).content.decode().partition("<main")[2]
    link = re.search(r'<nav class="neighbors"[^>]*>\s*<a class="is-before" href="([^"]+)"', main)
    assert link[1].replace("&amp;", "&").startswith(above)
    assert link.start() < main.index("<h1")


def test_page_below_another_marks_it():
    current = {entry.name: entry.current for entry in navigation.entries("/quiz/daily/")}
    assert current["battles:quiz"] == "true"
    assert current["battles:compare"] == ""


def test_every_linked_page_answers(page, ranked):
    for entry in navigation.entries():
        page(entry.url)


# Light and dark


def test_theme_follows_the_system_at_first(client, page):
    html = page("/about/").content.decode()
    assert "data-theme=" not in html.partition(">")[2].partition("<head>")[0]
    assert 'content="light dark"' in html
    assert not client.cookies


@pytest.mark.parametrize(("theme", "colour"), [("dark", "#10152a"), ("light", "#fbf7ef")])
def test_theme_is_remembered(client, theme, colour):
    answer = client.post("/theme/", {"theme": theme, "next": "/compare/?a=mew"})
    assert (answer.status_code, answer["Location"]) == (303, "/compare/?a=mew")
    html = client.get("/about/").content.decode()
    assert f'<html lang="en" data-theme="{theme}">' in html
    assert re.findall(r'name="theme-color" content="([^"]+)"', html) == [colour]
    assert html.count(f'value="{theme}" aria-pressed="true"') == 2


def test_theme_can_be_forgotten(client):
    client.post("/theme/", {"theme": "dark"})
    client.post("/theme/", {"theme": "system"})
    assert 'data-theme="' not in client.get("/about/").content.decode()


def test_theme_needs_no_token():
    from django.test import Client

    assert Client(enforce_csrf_checks=True).post("/theme/", {"theme": "dark"}).status_code == 303


@pytest.mark.parametrize("theme", ["", "pink", "dark\x00", "x" * 10_000])
def test_theme_rejects_others_in_words(client, theme):
    answer = client.post("/theme/", {"theme": theme})
    assert answer.status_code == 400
    assert "system, light, dark" in answer.content.decode()
    assert "theme" not in client.cookies


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_theme_leads_to_no_other_site(client, elsewhere):
    answer = client.post("/theme/", {"theme": "dark", "next": elsewhere})
    assert answer["Location"] == "/"


def test_theme_rejects_get(client):
    assert client.get("/theme/").status_code == 405


def test_a_forged_cookie_is_ignored(client):
    client.cookies["theme"] = '"><script>'
    assert 'data-theme="' not in client.get("/about/").content.decode()


def test_caches_know_that_pages_depend_on_the_cookie(page):
    assert "Cookie" in page("/about/")["Vary"]
    assert "Cookie" in page("/search/?q=fire")["Vary"]


# Pictures

SHOWN = "/pokemon/charizard/"


def test_pictures_are_shown_until_switched_off_and_again(client, page):
    assert 'class="avatar-picture"' in page(SHOWN).content.decode()
    answer = client.post("/pictures/", {"pictures": "off", "next": f"{SHOWN}#pictures"})
    assert (answer.status_code, answer["Location"]) == (303, f"{SHOWN}#pictures")
    html = page(SHOWN).content.decode()
    assert "<img" not in html
    assert 'value="off" aria-pressed="true"' in html
    assert 'class="avatar-plate' in html
    client.post("/pictures/", {"pictures": "on"})
    assert 'class="avatar-picture"' in page(SHOWN).content.decode()
    assert not client.cookies["pictures"].value


def test_large_pictures_are_for_large_places(page, settings):
    settings.SPRITE_URL_TEMPLATE = "https://pictures.example/large/{id}.png"
    settings.SPRITE_SMALL_URL_TEMPLATE = "https://pictures.example/small/{id}.png"
    html = page(SHOWN).content.decode()
    assert 'src="https://pictures.example/large/6.png"' in html  # the head of the page
    assert 'src="https://pictures.example/small/10034.png"' in html  # the other forms
    assert "/large/" not in page("/pokemon/").content.decode()
    settings.SPRITE_SMALL_URL_TEMPLATE = ""
    assert 'src="https://pictures.example/large/10034.png"' in page(SHOWN).content.decode()


def test_pictures_load_when_they_come_into_sight(page):
    tags = re.findall(r"<img [^>]+>", page("/pokemon/").content.decode())
    assert len(tags) > 20
    for tag in tags:
        assert 'loading="lazy"' in tag
        assert 'referrerpolicy="no-referrer"' in tag


def test_without_pictures_on_this_site_there_is_nothing_to_switch(page, settings):
    settings.SPRITE_URL_TEMPLATE = ""
    assert 'id="pictures"' not in page(SHOWN).content.decode()


@pytest.mark.parametrize("value", ["", "maybe", "off\x00"])
def test_pictures_reject_others_in_words(client, value):
    answer = client.post("/pictures/", {"pictures": value})
    assert answer.status_code == 400
    assert "on, off" in answer.content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_pictures_lead_to_no_other_site(client, elsewhere):
    answer = client.post("/pictures/", {"pictures": "off", "next": elsewhere})
    assert answer["Location"] == "/"


def test_pictures_need_no_token_and_no_get(client):
    from django.test import Client

    forged = Client(enforce_csrf_checks=True)
    assert forged.post("/pictures/", {"pictures": "off"}).status_code == 303
    assert client.get("/pictures/").status_code == 405


# For crawlers


def test_robots(client):
    answer = client.get("/robots.txt")
    assert answer["Content-Type"].startswith("text/plain")
    assert "max-age=86400" in answer["Cache-Control"]
    lines = answer.content.decode().splitlines()
    previews, everyone = lines[: lines.index("")], lines[lines.index("") + 1 :]
    assert everyone[0] == "User-agent: *"
    assert "Disallow: /*moves_a=" in everyone
    assert "User-agent: Twitterbot" in previews
    assert "Disallow: /*moves_a=" not in previews
    assert everyone[-1] == "Sitemap: http://testserver/sitemap.xml"
    assert {"Disallow: /search/", "Disallow: /fr/quiz/round/", "Disallow: /admin/"} <= set(everyone)


@pytest.mark.parametrize(
    ("address", "closed"),
    [
        ("/compare/?a=mew&b=mewtwo", False),
        ("/compare/?a=mew&b=mewtwo&referee=search", True),
        ("/fr/compare/?a=mew&b=mewtwo&tab=simulation", True),
        ("/compare/?a=mew&b=mewtwo&level_a=60", True),
        ("/compare/damage/?a=mew&b=abra&by=a&move=surf", True),
        ("/rankings/", False),
        ("/rankings/matrix/", False),
        ("/rankings/matrix/?kind_a=all&kind_b=all", True),
        ("/fr/bosses/lance/", False),
        ("/fr/bosses/lance/?team=Starmie", True),
        ("/pokemon/mew/insights/", False),
    ],
)
def test_crawlers_are_kept_from_addresses_that_cost_much(client, address, closed):
    everyone = client.get("/robots.txt").content.decode().partition("User-agent: *")[2]
    rules = re.findall(r"Disallow: (\S+)", everyone)
    patterns = [re.escape(rule).replace(r"\*", ".*") for rule in rules]
    assert any(re.match(pattern, address) for pattern in patterns) == closed


def test_the_sitemap_is_written_once(client, django_assert_max_num_queries):
    first = client.get("/sitemap.xml")
    assert first["Content-Type"] == "application/xml"
    assert first["X-Robots-Tag"] == "noindex, noodp, noarchive"
    with django_assert_max_num_queries(1):
        assert client.get("/sitemap.xml").content == first.content
    Move.objects.filter(slug="surf").update(slug="surf-anew")
    assert b"/moves/surf-anew/" in client.get("/sitemap.xml").content


@pytest.mark.usefixtures("champion")
@pytest.mark.parametrize("path", ["/", "/about/", "/quiz/", "/compare/?a=pikachu&b=charizard"])
def test_page_names_its_one_address(page, path):
    for prefix in ("", "/fr"):
        html = page(prefix + path).content.decode()
        address = f"http://testserver{prefix}{path}".replace("&", "&amp;")
        assert html.count('<link rel="canonical"') == 1
        assert f'<link rel="canonical" href="{address}">' in html


def test_default_language_is_named(page):
    html = page("/fr/about/").content.decode()
    assert '<link rel="alternate" hreflang="x-default" href="http://testserver/about/">' in html


# About and the style guide


def test_about_names_every_cookie(page, settings):
    html = page("/about/").content.decode()
    named = set(re.findall(r"<td><code>(\w+)</code></td>", html))
    assert named == {
        play_player.COOKIE,
        sharing.COOKIE,
        theme.COOKIE,
        pictures.COOKIE,
        CookieStorage.cookie_name,
        settings.SESSION_COOKIE_NAME,
        settings.CSRF_COOKIE_NAME,
    }


@pytest.mark.usefixtures("champion")
def test_about_says_what_the_site_is(page, words):
    text = words(page("/about/"))
    for part in ("153 Species", "Pokémon Showdown", "trademarks of Nintendo", "No account"):
        assert part in text.replace("Species 153", "153 Species")
    for cookie in ("theme", "sessionid", "csrftoken"):
        assert cookie in text


def test_about_names_the_host_of_pictures_or_none(page, words, settings):
    assert "raw.githubusercontent.com" in words(page("/about/"))
    settings.SPRITE_URL_TEMPLATE = ""
    text = words(page("/about/"))
    assert "raw.githubusercontent.com" not in text
    assert "Nothing on these pages comes from another server." in text


@pytest.mark.usefixtures("no_champion")
def test_about_without_a_model(page, words):
    assert "No model is available right now" in words(page("/about/"))


def test_style_guide_is_for_developers_only(page, settings):
    page("/styleguide/", status=404)
    settings.DEBUG = True
    html = page("/styleguide/").content.decode()
    assert html.count('class="type type-') >= 18
    assert 'class="state is-error"' in html


def test_style_guide_shows_every_icon_and_colour(settings):
    from battles.site.styleguide import COLORS, ICONS

    static = settings.BASE_DIR / "static"
    assert set(re.findall(r'<symbol id="([^"]+)"', (static / "img/icons.svg").read_text())) == set(
        ICONS
    )
    tokens = (static / "css/tokens.css").read_text()
    named = re.findall(r"--([\w-]+): light-dark\(#", tokens)
    assert set(named) == set(COLORS)
    rules = (static / "css/pages/styleguide.css").read_text()
    assert all(f".swatch-{name} {{" in rules for name in COLORS)


# Home


@pytest.mark.usefixtures("warm", "champion")
def test_match_up_of_the_day_is_a_real_prediction(page, words):
    from mlcore.models import PredictionLog

    html = page("/").content.decode()
    assert "Matchup of the day" in html
    entry = PredictionLog.objects.get()
    assert (entry.source, entry.model) == ("home-matchup", "battle")
    address = re.search(r'href="(/compare/\?a=[\w-]+&amp;b=[\w-]+)">See why', html)[1]
    shown = re.findall(r'meter-figure is-[ab][^"]*"><b>([^<]+)</b>', html)
    compared = page(address.replace("&amp;", "&")).content.decode()
    assert [figure in compared for figure in shown] == [True, True]


@pytest.mark.usefixtures("warm", "champion")
def test_match_up_of_the_day_is_asked_once_a_day_and_network(page, serve_value):
    from mlcore.models import PredictionLog

    first = page("/").content
    assert page("/").content == first
    page("/fr/")
    assert PredictionLog.objects.count() == 1
    serve_value()
    page("/")
    assert PredictionLog.objects.count() == 2


@pytest.mark.usefixtures("warm", "no_battle_value")
def test_home_without_a_champion_says_so(page, words):
    text = words(page("/"))
    assert "No model is available yet" in text
    assert "Predict the winner" in text


@pytest.mark.usefixtures("warm")
def test_days_differ():
    import datetime

    from battles.site.matchup_of_the_day import pair_of
    from mlcore.game import gamedata

    game = gamedata.current()
    day = datetime.date(2026, 11, 23)
    pairs = {
        (pair.a, pair.b)
        for k in range(7)
        for pair in [pair_of(game, day + datetime.timedelta(days=k))]
    }
    assert len(pairs) >= 6
    assert pair_of(game, day) == pair_of(game, day)
