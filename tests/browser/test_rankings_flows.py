"""The rankings and the matrix in a browser: filters, sorting, groups, files, without scripts."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures("ranked")


def names(page):
    return page.locator("tbody .col-name a")


def saved(page, name):
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    assert download.value.suggested_filename == name
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_ranking_is_filtered_sorted_and_saved(visit):
    at = visit("/")
    page = at.page
    page.locator(".site-nav").get_by_role("link", name="Rankings").click()
    expect(names(page)).to_have_count(40)
    page.get_by_role("link", name="Show 40 more").click()
    expect(names(page)).to_have_count(80)
    expect(names(page).nth(40)).to_be_focused()
    at.is_at("/rankings/?part=2")
    page.get_by_role("link", name="Show all 188").click()
    expect(names(page)).to_have_count(188)
    page.get_by_label("Type", exact=True).select_option("dragon")
    expect(page.locator(".list-count")).to_contain_text("5 Pokémon")
    at.is_at("/rankings/?type=dragon")
    expect(page.locator("#live")).to_have_text("5 Pokémon")
    page.locator("#sort-name").click()
    expect(page.locator("th.col-name.is-sorted")).to_have_attribute("aria-sort", "ascending")
    expect(names(page)).to_have_count(5)
    shown = [name.strip() for name in names(page).all_text_contents()]
    assert shown == sorted(shown)
    head, *rows = saved(page, "rankings.csv")
    assert [row[head.index("name")] for row in rows] == shown
    page.get_by_role("link", name="Clear all filters").click()
    expect(page.locator(".list-count")).to_contain_text("188 Pokémon")
    page.locator(".jumps").get_by_role("link", name="M", exact=True).click()
    page.get_by_role("link", name="Mewtwo", exact=True).click()
    expect(page.locator(".fighter.is-a h2")).to_have_text("Mewtwo")


def test_a_matchup_of_a_row_leads_to_compare(visit):
    at = visit("/rankings/?q=gyarados&kind=base")
    at.page.locator(".col-worst a").first.click()
    expect(at.page.locator(".fighter.is-a h2")).to_have_text("Gyarados")
    expect(at.page).to_have_url(re.compile(r"/compare/\?a=gyarados&b=mewtwo-mega"))


def test_matrix_of_two_groups(visit):
    at = visit("/rankings/matrix/")
    page = at.page
    group_a = page.get_by_role("group", name="Group A")
    group_a.get_by_label("Names").fill("Mewtwo, Magikarp, Pikachoo")
    # What was typed is sent when the field is left: now, and not in the middle of what follows.
    with page.expect_response("**/rankings/matrix/?**"):
        group_a.get_by_label("Names").blur()
    with page.expect_response("**/rankings/matrix/?**"):
        page.get_by_role("group", name="Group B").get_by_label("Type").select_option("dragon")
    expect(page.get_by_role("link", name="Swap the groups")).to_have_attribute(
        "href", re.compile("type_a=dragon")
    )
    expect(page.locator("tbody .matchup-matrix-a")).to_have_text(["Mewtwo", "Magikarp"])
    expect(page.get_by_role("alert").first).to_contain_text("Did you mean: Pikachu")
    expect(group_a.get_by_label("Names")).to_have_value("Mewtwo, Magikarp, Pikachoo")
    first = page.locator("tbody tr").first.locator("td")
    expect(first.nth(1)).to_have_class("heat-3")
    head, *rows = saved(page, "matrix.csv")
    assert [row[0] for row in rows] == ["Mewtwo", "Magikarp"]
    assert "Dragonite" in head
    page.locator("tbody tr").first.get_by_role("link").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".fighter.is-a h2")).to_have_text("Mewtwo")


def test_without_scripts(visit):
    at = visit("/rankings/", java_script_enabled=False)
    page = at.page
    page.get_by_role("link", name="Show 40 more").click()
    expect(names(page)).to_have_count(80)
    page.locator(".filters-more summary").click()
    page.get_by_label("Form").select_option("partner")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_role("link", name="Matchup matrix").click()
    page.get_by_role("group", name="Group A").get_by_label("Form").select_option("mega")
    page.get_by_role("button", name="Show the matrix").click()
    expect(page.locator("tbody tr")).to_have_count(15)


@pytest.mark.parametrize("path", ["/rankings/", "/rankings/matrix/?type_a=fire&type_b=water"])
def test_nothing_hangs_over_on_a_narrow_phone(visit, path):
    page = visit(path, width=360).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
