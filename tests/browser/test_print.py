"""Pages on paper: black on white in either theme, the answer without its controls."""

import pytest

PAGES = {
    "compare": ("/compare/?a=pikachu&b=gyarados", ".verdict", ".setup"),
    "pokemon": ("/pokemon/gyarados/", ".learnset table", ".neighbors"),
    "rankings": ("/rankings/?type=fire", ".rank-table", ".filters"),
    "matrix": ("/rankings/matrix/", ".matchup-matrix", ".groups"),
}
#: A4 at 96 pixels an inch, without margins.
PAPER = 700


@pytest.mark.usefixtures("ranked")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_what_is_read_is_printed_and_controls_are_not(visit, name, scheme):
    address, answer, control = PAGES[name]
    page = visit(address, width=PAPER, color_scheme=scheme).page
    page.locator(answer).first.wait_for()
    assert page.locator(control).first.is_visible()
    page.emulate_media(media="print", color_scheme=scheme)
    assert page.locator(answer).first.is_visible()
    for hidden in (control, ".site-header", ".site-footer"):
        assert not page.locator(hidden).first.is_visible()
    colours = page.evaluate(
        "() => ['color', 'backgroundColor'].map(name => getComputedStyle(document.body)[name])"
    )
    assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert page.evaluate("document.documentElement.scrollWidth") <= PAPER


def test_a_chosen_theme_is_not_printed(visit):
    page = visit("/compare/?a=pikachu&b=gyarados").page
    page.locator("[name=theme][value=dark]").first.click()
    page.wait_for_selector("html[data-theme=dark]")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
