"""What people do in the Pokédex, among moves, types and bosses, and with the search box."""

import re

import pytest
from playwright.sync_api import expect

#: One of each kind of page; comparisons and battles have tests of their own.
SMALL_PHONE_PAGES = (
    "/",
    "/battle/",
    "/battle/matchups/",
    "/quiz/",
    "/quiz/daily/",
    "/pokemon/",
    "/pokemon/ninetales-alola/",
    "/pokemon/mewtwo/insights/",
    "/pokemon/gyardos/",
    "/moves/",
    "/moves/thunderbolt/",
    "/types/?type_1=water&type_2=flying",
    "/rankings/",
    "/rankings/matrix/?kind_a=all&kind_b=all",
    "/bosses/",
    "/bosses/lance/?team=Starmie+54,+Jolteon,+Pikachoo",
    "/model/",
    "/about/",
    "/search/?q=fire",
    "/nowhere/",
)


def focused(page, selector):
    expect(page.locator(selector)).to_be_focused()


def names(page):
    return page.locator("tbody .col-name a")


# ---- the search box


def test_search_box_by_keyboard(visit):
    at = visit("/types/")
    page = at.page
    page.keyboard.press("/")
    page.keyboard.type("char")
    options = page.locator("#site-search-options a")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(page.locator("#site-search")).to_have_attribute("aria-expanded", "true")
    second = options.nth(1).inner_text()
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    focused(page, "#site-search")
    page.keyboard.type("m")
    expect(options.first).to_contain_text("Charm")
    assert second
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Charm")


def test_search_works_without_scripts(visit):
    at = visit("/fr/", java_script_enabled=False)
    page = at.page
    page.locator("#site-search").fill("tonerre")
    page.locator("#site-search").press("Enter")
    page.get_by_role("link", name="Tonnerre").first.click()
    at.is_at("/fr/moves/thunderbolt/")


@pytest.mark.parametrize("width", [360, 390, 1280])
def test_nothing_sticks_out(visit, width):
    at = visit("/", width=width)
    for path in (
        "/pokemon/",
        "/fr/pokemon/eevee/",
        "/moves/",
        "/moves/thunderbolt/",
        "/fr/types/?type_1=water&type_2=flying",
        "/bosses/",
        "/fr/bosses/trace/?team=Starmie",
        "/search/?q=fire",
    ):
        page = at.open(path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        ), path


# ---- the list


def test_filters_answer_in_place_and_make_an_address(visit):
    at = visit("/pokemon/")
    page = at.page
    page.locator("#id_type").select_option("dragon")
    expect(page.locator(".list-count b")).to_have_text("5 Pokémon")
    at.is_at("/pokemon/?type=dragon")
    page.locator("#id_q").fill("dratni")
    expect(page.locator(".list-count b")).to_have_text("1 Pokémon")
    expect(names(page)).to_have_text(["Dratini"])
    expect(page.locator("#live")).to_have_text("1 Pokémon")
    page.go_back()
    expect(page.locator(".list-count b")).to_have_text("5 Pokémon")
    page.get_by_role("link", name="Clear all filters").click()
    expect(page.locator(".list-count b")).to_have_text("188 Pokémon")
    expect(page.locator("#id_type")).to_have_value("")


def test_columns_sort(visit):
    at = visit("/pokemon/")
    page = at.page
    page.locator("#sort-speed").click()
    expect(page.locator("th.col-speed")).to_have_attribute("aria-sort", "descending")
    at.is_at("/pokemon/?sort=speed")
    page.locator("#sort-speed").click()
    expect(page.locator("th.col-speed")).to_have_attribute("aria-sort", "ascending")
    expect(page.locator("#id_sort")).to_have_value("speed")
    expect(names(page).first).to_have_text("Slowpoke")


def test_heads_stay_in_sight(visit):
    for width in (390, 1280):
        page = visit("/pokemon/?part=all", width=width).page
        page.mouse.wheel(0, 6000)
        page.wait_for_function("scrollY > 3000")
        head = page.locator(".dex-table th").first
        assert head.evaluate("element => element.getBoundingClientRect().top") >= 0


def test_a_phone_does_not_load_all_pictures(visit):
    asked = []
    at = visit("/types/", width=390)
    at.page.on("request", lambda request: asked.append(request.url))
    at.open("/pokemon/")
    at.page.wait_for_load_state("networkidle")
    pictures = [url for url in asked if url.endswith(".png")]
    assert 0 < len(pictures) < 60


def test_list_works_without_scripts(visit):
    at = visit("/pokemon/", java_script_enabled=False)
    page = at.page
    page.get_by_text("More filters").click()
    page.locator("#id_kind").select_option("mega")
    page.locator("#id_sort").select_option("attack")
    page.get_by_role("button", name="Show").click()
    expect(names(page)).to_have_count(15)
    expect(names(page).first).to_have_text("Mega Mewtwo X")


def test_back_from_a_page_finds_the_filtered_list(visit):
    at = visit("/moves/")
    page = at.page
    page.get_by_role("link", name="HP-draining moves").click()
    expect(page.locator(".list-count b")).to_have_text("5 moves")
    page.get_by_role("link", name="Leech Life").click()
    expect(page.locator("h1")).to_have_text("Leech Life")
    page.go_back()
    expect(page.locator(".list-count b")).to_have_text("5 moves")


# ---- the page of a form


def test_detail_shows_facts_and_what_the_model_adds(visit):
    page = visit("/pokemon/gyarados/").page
    expect(page.locator("#stats-title")).to_be_visible()
    expect(page.locator("#counters-title")).to_have_text("What counters Gyarados")
    expect(page.locator(".radar .shape")).to_be_visible()
    page.locator("#id_level").fill("100")
    page.locator("#id_level").press("Tab")
    expect(page.locator("#level-result .value").first).to_have_text("331")
    page.locator("#id_level").fill("101")
    page.locator("#id_level").press("Tab")
    expect(page.locator("#level-result .message")).to_contain_text("100")


def test_insights_are_a_page_without_scripts(visit):
    at = visit("/pokemon/gyarados/", java_script_enabled=False)
    at.page.get_by_role("link", name="Gyarados’s counters and good matchups").click()
    expect(at.page.locator("#counters-title")).to_be_visible()
    at.page.locator("#id_level").fill("100")
    at.page.get_by_role("button", name="Calculate").click()
    expect(at.page.locator("#level-result .value").first).to_have_text("331")


# ---- types


def test_chart_answers_on_hover_keyboard_and_tap(visit):
    at = visit("/types/")
    page = at.page
    says = page.locator("#chart-says")
    page.get_by_label("Fire vs Grass").hover()
    expect(says).to_have_text("Fire vs Grass: ×2, super effective")
    cells = page.locator(".type-chart td a")
    cells.first.focus()
    expect(says).to_have_text("Normal vs Normal: ×1, normal damage")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(says).to_have_text("Fire vs Fire: ×½, not very effective")
    page.keyboard.press("End")
    expect(says).to_have_text("Fire vs Fairy: ×1, normal damage")
    page.keyboard.press("Space")
    at.is_at("/types/?type_attacking=fire&type_defending=fairy")
    page.reload()
    expect(says).to_have_text("Fire vs Fairy: ×1, normal damage")


def test_chart_answers_a_tap_on_a_phone(visit):
    at = visit("/types/", width=390, has_touch=True)
    page = at.page
    page.get_by_label("Ground vs Flying").tap()
    expect(page.locator("#chart-says")).to_have_text("Ground vs Flying: ×0, no effect")
    lit = "element => getComputedStyle(element).boxShadow"
    row = page.locator(".type-chart tbody tr").nth(8)
    assert row.locator("th").evaluate(lit) != "none"
    assert page.locator(".type-chart tbody tr").nth(3).locator("td").nth(9).evaluate(lit) != "none"
    assert page.locator(".type-chart tbody tr").nth(3).locator("td").nth(2).evaluate(lit) == "none"


def test_chart_is_links_without_scripts(visit):
    at = visit("/types/", java_script_enabled=False)
    at.page.get_by_label("Fire vs Grass").click()
    expect(at.page.locator("#chart-says")).to_contain_text("super effective")


def test_calculator_answers_in_place(visit):
    at = visit("/types/")
    page = at.page
    page.locator("#id_type_1").select_option("water")
    expect(page.locator("#defence-title")).to_be_visible()
    page.locator("#id_type_2").select_option("flying")
    expect(page.locator("#type-answer .matchups .x4")).to_contain_text("Electric")
    assert re.search(r"type_1=water&type_2=flying", at.path)


# ---- bosses


def test_a_team_of_names_against_a_boss(visit):
    at = visit("/bosses/")
    page = at.page
    page.get_by_role("link", name=re.compile("^Lance")).click()
    page.locator("#id_team").fill("Starmie 54, Jolteon 52, Lapras, Pikachoo, Raichu, Gengar")
    page.get_by_role("button", name="Find counters").click()
    expect(page.locator("#team-title")).to_have_text("Your team vs Lance")
    expect(page.locator("#team-title ~ .matrix-frame tbody tr")).to_have_count(5)
    expect(page.locator("#boss-answer .message")).to_contain_text("Pikachoo")
    expect(page.locator(".boss-verdict")).to_contain_text("Your best is")
    assert "team=Starmie+54" in at.path
    page.locator("#team-title ~ .matrix-frame tbody td a").first.click()
    expect(page.locator("#compare")).to_be_visible()
    assert "level_b=54" in at.path or "b=seadra" in at.path


def test_a_pasted_team_against_a_boss(visit):
    at = visit("/bosses/lance/")
    page = at.page
    page.locator("#id_team").fill(
        "Nessie (Lapras) (F) @ Leftovers\nLevel: 60\nEVs: 200 SpA\nModest Nature\n"
        "- Ice Beam\n- Splish\n\nJolteon\n- Thunderbolt"
    )
    page.get_by_role("button", name="Find counters").click()
    rows = page.locator("#team-title ~ .matrix-frame tbody tr")
    expect(rows).to_have_count(2)
    expect(page.locator("#boss-answer .message")).to_contain_text(
        "Lapras: Ignored Splish: there is no such move"
    )
    lapras = rows.filter(has_text="Lapras")
    expect(lapras).to_contain_text("level 60 · Modest")
    expect(lapras).to_contain_text("Ice Beam")
    lapras.locator("td a").first.click()
    expect(page.locator("#advanced-a-summary")).to_contain_text("level 60 · Modest")
    assert "moves_a=ice-beam" in at.path
    assert "avs_a=0-0-0-200-0-0" in at.path


def test_boss_works_without_scripts(visit):
    at = visit("/fr/bosses/misty/", java_script_enabled=False)
    page = at.page
    page.locator("#id_team").fill("Pikachu 20")
    page.get_by_role("button", name="Chercher des contres").click()
    expect(page.locator("#team-title")).to_have_text("Votre équipe contre Ondine")


@pytest.mark.usefixtures("ranked")
@pytest.mark.parametrize("language", ["", "/fr"])
def test_no_page_scrolls_sideways_on_a_small_phone(visit, language):
    at = visit(language + "/", width=320, tolerate=["404"])
    too_wide = []
    for path in SMALL_PHONE_PAGES:
        page = at.open(language + path)
        page.locator("details").evaluate_all(
            "all => all.forEach(details => { details.open = true })"
        )
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            too_wide.append(path)
    assert not too_wide


LONG = "x" * 60


@pytest.mark.parametrize(
    ("width", "path"),
    [
        (320, "/search/?q=fire"),
        (320, "/fr/search/?q=feu"),
        (320, "/fr/moves/fire-blast/"),
        (320, "/fr/moves/thunderbolt/"),
        (320, "/fr/pokemon/?part=2"),
        (390, f"/search/?q={LONG}"),
        (390, f"/bosses/lance/?team={LONG}"),
        (390, f"/pokemon/?q={LONG}&move={LONG}&hp_min={LONG}"),
    ],
)
def test_nothing_hangs_over_the_edge(visit, width, path):
    page = visit(path, width=width).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [390, 1280])
def test_heads_of_the_list_stay_in_sight(visit, width):
    page = visit("/pokemon/", width=width).page
    page.mouse.wheel(0, 1500)
    page.wait_for_function("scrollY > 1000")
    head = page.locator("#sort-speed")
    expect(head).to_be_in_viewport()
    filters = page.locator(".filters").bounding_box()
    assert head.bounding_box()["y"] >= max(0, filters["y"] + filters["height"]) - 1


def test_more_filters_and_parts_in_place(visit):
    at = visit("/pokemon/", width=390)
    page = at.page
    page.locator(".filters-more summary").click()
    page.get_by_label("Learns the move").fill("Surf")
    page.get_by_label("Learns the move").blur()
    at.is_at("/pokemon/?move=surf")
    page.get_by_label("HP at least").fill("100")
    page.get_by_label("HP at least").blur()
    expect(page.locator("#filters-more-count")).to_have_text("(2)")
    at.is_at("/pokemon/?move=surf&hp_min=100")
    page.get_by_label("HP at most").fill("many")
    page.get_by_label("HP at most").blur()
    expect(page.get_by_role("alert")).to_contain_text("is not a whole number")
    expect(page.get_by_label("HP at most")).to_have_value("many")
    expect(page.get_by_label("Learns the move")).to_have_value("Surf")


def test_the_open_list_does_not_cover_the_button_on_a_phone(visit):
    page = visit("/", width=390).page
    field = page.locator(".hero-side.is-a input[role=combobox]")
    field.click()
    field.press_sequentially("char")
    options = page.locator(".hero-side.is-a .picker-list")
    expect(options).to_contain_text("Charizard")
    shown, button = options.bounding_box(), page.locator(".hero-side ~ .button").bounding_box()
    assert shown["y"] + shown["height"] <= button["y"]
