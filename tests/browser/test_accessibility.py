"""axe finds nothing on any page, in light and dark, in English and French."""

import pytest

PAGES = [
    "/",
    "/compare/",
    "/compare/?a=snorlax",
    "/compare/?a=pikachu&b=charizard",
    "/compare/?a=pikachu&b=charizard&moves_a=surf",
    "/compare/?a=pikachoo&b=ditto",
    "/compare/?a=ditto&b=mew",
    "/search/?q=fire",
    "/nowhere/",
]


def violations(page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for each in found
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("language", ["", "/fr"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visit, scheme, language):
    at = visit(language + PAGES[0], color_scheme=scheme, tolerate=["404"])
    found = {}
    for path in PAGES:
        page = at.open(language + path)
        page.locator("details").evaluate_all("all => all.forEach(each => { each.open = true })")
        found[path] = violations(page)
    assert not any(found.values()), found


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
        "each => getComputedStyle(each).transitionDuration"
    )
    assert duration == "0s"
