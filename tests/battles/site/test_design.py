"""The look, as far as it can be measured: contrast, weight, and what the policy forbids."""

import re
from pathlib import Path

import pytest
from django.conf import settings

STATIC = Path(settings.BASE_DIR) / "static"
THEMES = ("light", "dark")


def declared(css: str, theme: str) -> dict[str, str]:
    """Custom properties of tokens.css as they are in a theme."""
    tokens = {}
    for name, value in re.findall(r"--([\w-]+):\s*([^;]+);", css):
        if pair := re.fullmatch(r"light-dark\((#\w{6}), (#\w{6})\)", value):
            tokens[name] = pair[1 + THEMES.index(theme)]
        elif re.fullmatch(r"#\w{6}", value):
            tokens[name] = value
    return tokens


@pytest.fixture(params=THEMES)
def tokens(request):
    return declared((STATIC / "css/tokens.css").read_text(), request.param)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_of_known_pairs():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_every_type_badge_has_enough_contrast(tokens):
    kinds = [name.removeprefix("type-") for name in tokens if name.startswith("type-")]
    assert len(kinds) == 18
    for kind in kinds:
        assert contrast(tokens[f"type-{kind}"], tokens[f"on-type-{kind}"]) >= 4.5, kind


@pytest.mark.parametrize("ink", ["ink", "ink-soft", "a-ink", "b-ink", "bad", "good"])
@pytest.mark.parametrize("ground", ["paper", "card", "sunk"])
def test_text_has_enough_contrast(tokens, ink, ground):
    assert contrast(tokens[ink], tokens[ground]) >= 4.5


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("on-a", "a"),
        ("on-b", "b"),
        ("a-ink", "a-wash"),
        ("b-ink", "b-wash"),
        ("ink", "bad-wash"),
        ("bad", "bad-wash"),
        ("paper", "ink"),
    ],
)
def test_text_on_colour_has_enough_contrast(tokens, ink, ground):
    assert contrast(tokens[ink], tokens[ground]) >= 4.5


def test_outlines_of_controls_can_be_seen(tokens):
    assert all(
        contrast(tokens["line-strong"], tokens[surface]) >= 3 for surface in ("paper", "card")
    )


def test_both_sides_can_be_told_from_each_other(tokens):
    assert tokens["a"] != tokens["b"]
    assert contrast(tokens["b"], tokens["card"]) >= 3


@pytest.mark.django_db
def test_every_type_has_colour_rule_and_glyph():
    from pokedex.models import Type

    slugs = set(Type.objects.values_list("slug", flat=True))
    rules = (STATIC / "css/components-data.css").read_text()
    sprite = (STATIC / "img/types.svg").read_text()
    assert set(re.findall(r"\.type-(\w+) \{", rules)) - {"icon", "icons"} == slugs
    assert set(re.findall(r"\.fill-(\w+) \{", rules)) >= slugs
    assert set(re.findall(r'<symbol id="(\w+)"', sprite)) == slugs


def test_fonts_are_light_and_licensed():
    fonts = list((STATIC / "fonts").glob("*.woff2"))
    assert 1 <= len(fonts) <= 2
    assert sum(font.stat().st_size for font in fonts) <= 60_000
    for font in fonts:
        family = font.name.partition("-latin-")[0]
        assert (
            "SIL OPEN FONT LICENSE"
            in (STATIC / "fonts" / f"{family}-LICENSE.txt").read_text().upper()
        )


def test_no_file_of_ours_asks_another_host():
    for path in [*STATIC.rglob("*.css"), *STATIC.rglob("*.js"), *STATIC.rglob("*.svg")]:
        text = path.read_text().replace("http://www.w3.org/2000/svg", "")
        assert "://" not in text, path
        assert "@import" not in text, path


#: Classes of states and places in a component, which are never styled alone.
STATES = re.compile(r"(is|of|has|at)-|x[0-9-]|heat-")


def styled(css: str, *, first: bool) -> set[str]:
    """Classes that a stylesheet styles: the first of each selector, or all of them."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    classes = set()
    for selectors in re.findall(r"([^{};]+)\{", css):
        for selector in [] if "@" in selectors else selectors.split(","):
            named = re.findall(r"\.([a-z][\w-]*)", selector)
            classes.update(named[:1] if first else named)
    return {name for name in classes if not STATES.match(name)}


def blocks(*, first: bool) -> dict[str, set[str]]:
    """Classes styled by the stylesheets of each page: battle.css and battle-end.css are one."""
    pages: dict[str, set[str]] = {}
    for path in sorted((STATIC / "css/pages").glob("*.css")):
        classes = styled(path.read_text(), first=first)
        pages.setdefault(path.stem.partition("-")[0], set()).update(classes)
    return pages


def shared_by_all_pages() -> set[str]:
    classes = set()
    for name in ("base", "components", "components-data", "faces"):
        classes |= styled((STATIC / f"css/{name}.css").read_text(), first=False)
    # The rankings build on the lists of the Pokédex and load their stylesheet.
    return classes | {"list-count"}


def owners(classes: set[str], *, first: bool) -> dict[str, list[str]]:
    """Which pages style the classes, where more than one does."""
    pages = blocks(first=first)
    found = {name: [page for page in pages if name in pages[page]] for name in classes}
    return {name: names for name, names in found.items() if len(names) > 1}


def test_no_two_pages_name_a_component_alike():
    """A stylesheet for all pages, as that of print, would restyle both."""
    everything = set().union(*blocks(first=True).values())
    assert not owners(everything - shared_by_all_pages(), first=True)


def test_print_restyles_components_of_one_page_only():
    in_print = styled((STATIC / "css/print.css").read_text(), first=False)
    assert "share-card" in in_print
    assert not owners(in_print - shared_by_all_pages(), first=False)


ADDRESSES = [
    "/",
    "/fr/",
    "/compare/",
    "/compare/?a=snorlax",
    "/compare/?a=pikachu&b=charizard",
    "/fr/compare/?a=charizard-mega-x&b=mew&moves_a=flamethrower",
    "/compare/?a=pikachoo&b=charizard&moves_b=surf",
    "/compare/?a=ditto&b=mew",
    "/battle/",
    "/fr/battle/?a=mew&b=ditto&strength=search",
    "/battle/?a=pikachoo&b=mew&moves_b=tackle&level_b=500",
    "/search/?q=fire",
    "/quiz/",
    "/fr/quiz/daily/",
    "/about/",
    "/nowhere/",
    "/pokemon/",
    "/fr/pokemon/?type=fire&sort=speed",
    "/pokemon/gyarados/",
    "/fr/pokemon/charizard-mega-x/",
    "/pokemon/mewtwo/insights/",
    "/moves/",
    "/fr/moves/thunderbolt/",
    "/types/?type_1=water&type_2=flying",
    "/fr/types/?type_attacking=fire&type_defending=grass",
    "/bosses/",
    "/bosses/lance/?team=Starmie+54,+Jolteon",
    "/fr/bosses/trace/",
    "/search/?q=gyardos",
    "/pokemon/gyardos/",
    "/bosses/lanc/",
]


@pytest.mark.django_db
@pytest.mark.usefixtures("warm", "champion")
@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("htmx", [False, True])
def test_pages_obey_the_content_security_policy(client, address, htmx):
    response = client.get(address, headers={"HX-Request": "true"} if htmx else {}, follow=True)
    html = response.content.decode()
    assert not re.search(r"<[^>]*\sstyle\s*=", html)
    assert "<style" not in html
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)
    assert not re.search(r"<[^>]*\son\w+\s*=", html)
    assert not re.search(r"<[^>]*\shx-on", html)
    assert "javascript:" not in html
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy


@pytest.mark.django_db
@pytest.mark.usefixtures("warm", "champion")
@pytest.mark.parametrize("address", ADDRESSES)
def test_pages_ask_other_hosts_for_pictures_only(client, address):
    html = client.get(address, follow=True).content.decode()
    outside = re.findall(r'(?:src|href)="(https?://[^"]+)"', html)
    outside = [link for link in outside if not link.startswith("http://testserver/")]
    host = "/".join(settings.SPRITE_URL_TEMPLATE.split("/")[:3])
    assert all(link.startswith(host) for link in outside)


@pytest.mark.django_db
@pytest.mark.usefixtures("warm", "champion")
def test_pictures_can_be_turned_off(client, settings):
    settings.SPRITE_URL_TEMPLATE = ""
    html = client.get("/compare/?a=pikachu&b=charizard").content.decode()
    assert "<img" not in html
    assert html.count('class="avatar"') == 4


@pytest.mark.django_db
@pytest.mark.usefixtures("warm", "champion")
@pytest.mark.parametrize("address", ADDRESSES)
def test_pages_have_what_every_page_needs(client, address):
    html = client.get(address, follow=True).content.decode()
    assert re.search(r'<html lang="(en|fr)">', html)
    assert len(re.findall(r"<h1\b", html)) == 1
    assert re.search(r'<meta name="description" content="[^"]{40,}"', html)
    assert 'class="skip-link" href="#content"' in html
    assert 'role="status" aria-live="polite"' in html
    assert '"includeIndicatorStyles":false' in html
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
