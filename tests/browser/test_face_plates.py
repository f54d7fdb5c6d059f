"""The faces of Pokémon as a browser draws them, and the switch of their pictures."""

import io
from itertools import combinations

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect


def plates(page, size: int) -> list[np.ndarray]:
    """Every plate of the style guide, ``size`` pixels wide."""
    row = page.locator("#all-faces .guide-row")
    row.evaluate(f"row => row.style.setProperty('--avatar', '{size}px')")
    page.evaluate("document.fonts.ready")
    boxes = row.locator(".avatar").evaluate_all(
        "all => all.map(each => { const box = each.getBoundingClientRect();"
        " return [Math.round(box.x + scrollX), Math.round(box.y + scrollY)] })"
    )
    sheet = np.asarray(
        Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB"), dtype=int
    )
    return [sheet[y : y + size, x : x + size] for x, y in boxes]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_two_of_the_188_plates_are_alike(visit, settings, scheme):
    settings.DEBUG = True
    settings.SPRITE_URL_TEMPLATE = ""
    page = visit("/styleguide/", color_scheme=scheme).page
    page.locator("#all-faces summary").click()
    for size in (24, 36, 64):
        drawn = plates(page, size)
        assert len(drawn) == 188
        for one, other in combinations(drawn, 2):
            assert (np.abs(one - other).max(axis=2) > 48).sum() >= 8


def test_all_drawings_come_from_one_file(visit, site, settings):
    settings.SPRITE_URL_TEMPLATE = ""
    at = visit("/about/")
    asked = []
    at.page.on("request", lambda request: asked.append(request.url.removeprefix(site)))
    at.open("/pokemon/")
    expect(at.page.locator(".avatar-plate").first).to_be_visible()
    assert len([url for url in asked if "faces.svg" in url.partition("#")[0]]) <= 1
    assert at.page.locator(".avatar-plate path").count() == 0


@pytest.mark.parametrize("scripts", [True, False])
def test_pictures_are_switched_off_and_on_again(visit, scripts):
    at = visit("/pokemon/charizard/", java_script_enabled=scripts)
    page = at.page
    pictures = page.locator(".avatar-picture")
    expect(pictures).not_to_have_count(0)
    page.get_by_role("button", name="Off", exact=True).click()
    at.is_at("/pokemon/charizard/#pictures")
    expect(pictures).to_have_count(0)
    expect(page.get_by_role("button", name="Off", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    at.open("/compare/?a=pikachu&b=eevee")
    expect(pictures).to_have_count(0)
    page.get_by_role("button", name="On", exact=True).click()
    at.is_at("/compare/?a=pikachu&b=eevee#pictures")
    expect(pictures).not_to_have_count(0)


def test_the_switch_leads_back_to_what_htmx_made_of_the_page(visit):
    at = visit("/compare/")
    page = at.page
    page.locator("#pick-a").fill("mew")
    page.locator("#options-a [role=option]").first.click()
    page.wait_for_url("**/compare/?a=*")
    here = at.path
    page.get_by_role("button", name="Off", exact=True).click()
    at.is_at(f"{here}#pictures")
