"""Photograph every page and state of a running site, on a phone and a desk, in both themes and
languages.

    make run
    .venv/bin/python tools/screenshots/tour.py [--site URL] [--only PART] [--first] [--readme]

Writes VAR_DIR/screenshots/<name>-<width>-<theme>-<language>.png and one sheet a name with all of
them side by side. ``--only`` takes names that contain PART; ``--first`` takes one theme and
language.
``--readme`` draws the pictures of the README anew instead.
Reports pages that are wider than their screen. Other hosts are not asked.
"""

import argparse
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "predictiondex.settings")
# The browser is driven from this thread, which Django takes for an event loop.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

import django  # noqa: E402
from django.template.loader import render_to_string  # noqa: E402
from django.utils import translation  # noqa: E402
from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

OUT = Path(os.environ.get("VAR_DIR") or ROOT / "var") / "screenshots"
DOCS = ROOT / "docs/img"
CHROMIUM = "/usr/bin/chromium"
WIDTHS = (320, 390, 768, 1280)
THEMES = ("light", "dark")
LANGUAGES = ("en", "fr")
#: Longer pages are cut on the sheets.
SHEET_HEIGHT = 3200
#: Questions of a round of the quiz.
ROUND = 10
TEAM = "Starmie%2054,%20Jolteon%2050,%20Snorlax,%20Lapras,%20Gengar,%20Machamp"
PAIR = "/compare/?a=pikachu&b=gyarados"


def open_all(page: Page) -> None:
    """Unfold everything."""
    page.evaluate("document.querySelectorAll('main details').forEach(node => node.open = true)")
    page.wait_for_load_state("networkidle")


def type_into_search(page: Page) -> None:
    # On a phone the box is in the header, too.
    page.locator(".site-search .input").fill("gyar")
    page.wait_for_selector(".site-search [role=option]")


def simulate(page: Page) -> None:
    page.locator("#simulation a.button").first.click()
    page.wait_for_selector("#simulation-verdict-move .simulation-figure")
    page.wait_for_function("!document.querySelector('#simulation-verdict-move[hx-get]')")


def battle(turns: int) -> Callable[[Page], None]:
    """Start, and play that many turns or to the end."""

    def act(page: Page) -> None:
        page.locator("button[name=do][value=begin]").click()
        page.wait_for_selector("#battle-play")
        for _turn in range(turns):
            # A Pokémon that is bound to a move has one button to go on.
            moves = page.locator(".battle-choose button:not([disabled])")
            if not moves.count():
                break
            with page.expect_response(lambda answer: "/move/" in answer.url):
                moves.first.click()
            page.wait_for_timeout(300)

    return act


def replay(page: Page) -> None:
    """Play to the end, and go back to the first turn."""
    battle(80)(page)
    page.locator(".ending-actions a").first.click()
    page.wait_for_selector("#replay-title")


def lose_cookie(page: Page) -> None:
    battle(1)(page)
    page.context.clear_cookies()
    page.reload()


def quiz(kind: str, answers: int) -> Callable[[Page], None]:
    """Begin a round, and answer that many questions with the first choice."""

    def act(page: Page) -> None:
        page.locator(f"button[name=kind][value={kind}]").click()
        for _number in range(answers):
            if page.locator("[data-next]").count():
                page.locator("[data-next]").click()
            page.locator(".quiz-form button").first.click()
            page.wait_for_selector("#quiz-verdict")
        if answers == ROUND:
            page.locator("[data-next]").click()
            page.wait_for_selector(".quiz-number", state="detached")

    return act


def open_menu(page: Page) -> None:
    if page.locator(".site-menu > summary").is_visible():
        page.locator(".site-menu > summary").click()


#: Name: address, and what is done there.
STATES: dict[str, tuple[str, Callable[[Page], None] | None]] = {
    "home": ("/", None),
    "home-menu": ("/", open_menu),
    "home-searching": ("/", type_into_search),
    "compare-empty": ("/compare/", None),
    "compare-one-side": ("/compare/?a=snorlax", None),
    "compare-result": (PAIR, None),
    "compare-unfolded": (PAIR, open_all),
    "compare-error": ("/compare/?a=pikachoo&b=charizard&moves_b=surf&level_a=500", None),
    "compare-no-move": ("/compare/?a=ditto&b=mew", None),
    "compare-simulation": (f"{PAIR}&tab=simulation", simulate),
    "compare-grid": (f"{PAIR}&tab=grid", None),
    "compare-damage": (f"{PAIR}&tab=damage&light_screen_b=1", None),
    "compare-stats": (f"{PAIR}&tab=stats", None),
    "compare-types": (f"{PAIR}&tab=types", None),
    "compare-share": (f"{PAIR}&tab=share", None),
    "compare-export": (f"{PAIR}&tab=export", None),
    "damage": ("/compare/damage/?a=pikachu&b=gyarados&by=a&move=thunderbolt", None),
    "paste": ("/compare/paste/?side=a&a=pikachu&b=charizard", None),
    "battle-setup": ("/battle/?a=pikachu&b=gyarados", None),
    "battle-middle": ("/battle/?a=snorlax&b=lapras", battle(2)),
    "battle-won": ("/battle/?a=mewtwo&b=caterpie", battle(80)),
    "battle-lost": ("/battle/?a=caterpie&b=mewtwo", battle(80)),
    "battle-replay": ("/battle/?a=snorlax&b=lapras", replay),
    "battle-cookie": ("/battle/?a=snorlax&b=lapras", lose_cookie),
    "battle-matchups": ("/battle/matchups/", None),
    "quiz": ("/quiz/", None),
    "quiz-types": ("/quiz/", quiz("types", 0)),
    "quiz-types-answered": ("/quiz/", quiz("types", 1)),
    "quiz-moves-answered": ("/quiz/", quiz("moves", 1)),
    "quiz-winner-answered": ("/quiz/", quiz("winner", 1)),
    "quiz-end": ("/quiz/", quiz("mixed", ROUND)),
    "quiz-daily": ("/quiz/daily/", None),
    "pokemon-list": ("/pokemon/", None),
    "pokemon-list-filtered": ("/pokemon/?type=fire&sort=speed", None),
    "pokemon-list-none": ("/pokemon/?q=zzzzz", None),
    "pokemon-detail": ("/pokemon/gyarados/", None),
    "pokemon-eevee": ("/pokemon/eevee/", None),
    "pokemon-insights": ("/pokemon/mewtwo/insights/", None),
    "pokemon-unknown": ("/pokemon/gyardos/", None),
    "move-list": ("/moves/", None),
    "move-list-none": ("/moves/?q=zzzzz", None),
    "move-detail": ("/moves/thunderbolt/", None),
    "types": ("/types/", None),
    "types-calculator": ("/types/?type_1=water&type_2=flying&type_attacking=fire", None),
    "rankings": ("/rankings/", None),
    "rankings-filtered": ("/rankings/?type=dragon", None),
    "rankings-none": ("/rankings/?q=zzzzz", None),
    "matrix": ("/rankings/matrix/", None),
    "matrix-all": ("/rankings/matrix/?kind_a=all&kind_b=all", None),
    "bosses": ("/bosses/", None),
    "boss": ("/bosses/lance/", None),
    "boss-team": (f"/bosses/lance/?team={TEAM}", None),
    "boss-team-nonsense": ("/bosses/lance/?team=Starmee,%20Pikachu%20500", None),
    "model": ("/model/", None),
    "about": ("/about/", None),
    "search": ("/search/?q=fire", None),
    "search-none": ("/search/?q=zzzzzz", None),
    "error-404": ("/nowhere/", None),
    "error-403": ("/tour/403_csrf.html", None),
    "error-500": ("/tour/500.html", None),
    "admin": ("/admin/login/", None),
}


def error_page(url: str) -> str:
    """A page that one does not get by asking for it, from its template."""
    with translation.override("fr" if "/fr/" in url else "en"):
        return render_to_string(url.rpartition("/")[2])


def shoot(browser: Browser, site: str, name: str, width: int, theme: str, language: str) -> Path:
    """One picture; prints what is too wide and what a page complains of."""
    address, act = STATES[name]
    prefix = "/fr" if language == "fr" and not address.startswith("/admin") else ""
    file = OUT / f"{name}-{width}-{theme}-{language}.png"
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
        locale=language,
    )
    context.set_default_timeout(15_000)
    context.route(lambda url: not url.startswith(site), lambda route: route.abort())
    page = context.new_page()
    page.route(
        f"{site}**/tour/*.html", lambda route: route.fulfill(body=error_page(route.request.url))
    )
    try:
        page.goto(site + prefix + address)
        page.wait_for_load_state("networkidle")
        if act:
            act(page)
        page.evaluate("document.querySelectorAll('img').forEach(img => img.loading = 'eager')")
        page.wait_for_load_state("networkidle")
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            print(f"{file.name}: {wide} pixels wide")
        page.screenshot(path=file, full_page=True, animations="disabled")
    except Exception as error:
        print(f"{file.name}: {str(error).splitlines()[0]}", file=sys.stderr)
        page.screenshot(path=file, full_page=True)
    finally:
        context.close()
    return file


def shoot_for_readme(browser: Browser, site: str) -> None:
    """docs/img/compare.png from a desk, docs/img/phones.png from three phones."""
    pair = "/compare/?a=arcanine&b=nidoking"
    for width, height, scale, theme, places in (
        (1280, 1060, 1, "light", [(pair, None, "#compare")]),
        (
            390,
            800,
            1.5,
            "dark",
            [
                (pair, None, "#compare"),
                ("/battle/?a=snorlax&b=lapras", battle(1), "#battle-play"),
                ("/types/", None, ".chart-frame"),
            ],
        ),
    ):
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
            device_scale_factor=scale,
        )
        context.route(lambda url: not url.startswith(site), lambda route: route.abort())
        page = context.new_page()
        images = []
        for address, act, place in places:
            page.goto(site + address)
            page.wait_for_load_state("networkidle")
            if act:
                act(page)
            top = page.locator(place).first.bounding_box()["y"] - 24
            page.evaluate(f"scrollTo(0, {top if width < 500 else 0})")
            page.evaluate("document.activeElement.blur()")
            images.append(Image.open(io.BytesIO(page.screenshot(animations="disabled"))))
        context.close()
        gap = 24 if len(images) > 1 else 0
        whole = Image.new(
            "RGB", (sum(image.width + gap for image in images) - gap, images[0].height), "#ffffff"
        )
        left = 0
        for image in images:
            whole.paste(image, (left, 0))
            left += image.width + gap
        name = "compare.png" if len(images) == 1 else "phones.png"
        whole.quantize(128, dither=Image.Dither.NONE).save(DOCS / name, optimize=True)


def sheet(name: str, files: list[Path]) -> None:
    """All pictures of a state side by side, at half their size."""
    images = []
    for file in files:
        with Image.open(file) as image:
            cut = image.convert("RGB").crop((0, 0, image.width, min(image.height, SHEET_HEIGHT)))
            images.append(cut.resize((cut.width // 2, cut.height // 2)))
    width = sum(image.width + 8 for image in images)
    whole = Image.new("RGB", (width, max(image.height for image in images)), "#888888")
    left = 0
    for image in images:
        whole.paste(image, (left, 0))
        left += image.width + 8
    whole.save(OUT / f"sheet-{name}.png")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--site", default="http://127.0.0.1:8000")
    parser.add_argument("--only", default="", help="names that contain this")
    parser.add_argument("--first", action="store_true", help="light and English alone")
    parser.add_argument("--readme", action="store_true", help="write docs/img instead")
    options = parser.parse_args()
    django.setup()
    OUT.mkdir(parents=True, exist_ok=True)
    looks = [(theme, language) for theme in THEMES for language in LANGUAGES]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        if options.readme:
            shoot_for_readme(browser, options.site)
        for name in () if options.readme else STATES:
            if options.only in name:
                files = [
                    shoot(browser, options.site, name, width, theme, language)
                    for width in WIDTHS
                    for theme, language in (looks[:1] if options.first else looks)
                ]
                sheet(name, files)
        browser.close()


if __name__ == "__main__":
    main()
