"""axe finds nothing on any page, in light and dark, in English and French."""

import pytest
from playwright.sync_api import expect

PAGES = [
    "/",
    "/compare/",
    "/compare/?a=snorlax",
    "/compare/?a=pikachu&b=charizard",
    "/compare/?a=pikachu&b=charizard&moves_a=surf",
    "/compare/?a=pikachoo&b=ditto",
    "/compare/?a=ditto&b=mew",
    "/battle/",
    "/battle/?a=pikachoo&b=mew&moves_b=tackle&level_b=500",
    "/search/?q=fire",
    "/model/",
    "/rankings/?type=dragon",
    "/rankings/?type=fier&q=zzzz",
    "/rankings/matrix/?type_a=dragon&names_b=mewtwo,+magikarp,+gengar,+evoli",
    "/rankings/matrix/?type_a=fire&type_b=water",
    "/rankings/matrix/?names_a=pikachoo",
    "/quiz/",
    "/quiz/daily/",
    "/about/",
    "/pokemon/?type=dragon",
    "/pokemon/gyarados/",
    "/pokemon/mewtwo/insights/?level=200",
    "/moves/?effect=drain",
    "/moves/thunderbolt/",
    "/types/?type_1=water&type_2=flying&type_attacking=fire&type_defending=grass",
    "/bosses/",
    "/bosses/lance/?team=Starmie+54,+Jolteon,+Pikachoo",
    "/nowhere/",
]


def violations(page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    # Halfway through a fade every contrast is too low. What moves without end never finishes.
    page.evaluate(
        """Promise.allSettled(
            document.getAnimations()
                .filter((animation) => animation.effect.getComputedTiming().endTime !== Infinity)
                .map((animation) => animation.finished)
        )"""
    )
    rules = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for rule in rules
        for node in rule["nodes"]
    ]


@pytest.mark.usefixtures("ranked")
@pytest.mark.parametrize("language", ["", "/fr"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visit, scheme, language):
    at = visit(language + PAGES[0], color_scheme=scheme, tolerate=["404"])
    problems = {}
    for path in PAGES:
        page = at.open(language + path)
        page.wait_for_load_state("networkidle")
        page.locator("details").evaluate_all(
            "all => all.forEach(details => { details.open = true })"
        )
        # Open parts are loaded, and while they are their place is dimmed.
        page.wait_for_timeout(50)
        expect(page.locator(".htmx-request")).to_have_count(0)
        problems[path] = violations(page)
    assert not any(problems.values()), problems


@pytest.mark.parametrize("language", ["", "/fr"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_quiz(visit, scheme, language):
    page = visit(f"{language}/quiz/daily/", color_scheme=scheme, width=390).page
    page.set_default_timeout(60_000)
    problems = {}
    for number in range(1, 9):
        problems[number, "open"] = violations(page)
        page.locator(".quiz-form button").last.click()
        page.locator("#quiz-verdict").wait_for()
        problems[number, "answered"] = violations(page)
        page.locator("[data-next]").click()
        page.locator("#quiz-verdict").wait_for(state="detached")
    problems["end"] = violations(page)
    page.locator(".site-menu summary").click()
    problems["menu"] = violations(page)
    assert not any(problems.values()), problems


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_style_guide(visit, settings, theme):
    settings.DEBUG = True
    page = visit("/styleguide/", color_scheme=theme).page
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_an_open_list(visit, scheme):
    page = visit("/compare/", color_scheme=scheme, width=390).page
    page.locator("#pick-a").fill("char")
    page.locator("#options-a [role=option]").first.wait_for()
    assert violations(page) == []


def test_theme_can_be_overridden(visit):
    page = visit("/", color_scheme="light").page
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert page.evaluate(background) != light


def test_reduced_motion_is_honoured(visit):
    page = visit("/compare/?a=pikachu&b=charizard", reduced_motion="reduce").page
    duration = page.locator("#meter-a").evaluate(
        "element => getComputedStyle(element).transitionDuration"
    )
    assert duration == "0s"
