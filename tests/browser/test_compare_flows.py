"""What people do on the compare page, in a browser."""

import base64

import pytest
from playwright.sync_api import expect

from battles.compare.tabs import TABS

PAIR = "/compare/?a=pikachu&b=charizard"
#: One that Pikachu can win.
WON = "/compare/?a=pikachu&b=gyarados"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def go_back(page):
    """As a person does it: not before the page has come to life."""
    expect(page.locator("#pick-a")).to_have_attribute("role", "combobox")
    page.wait_for_load_state("load")
    page.go_back()


def focused(page, selector):
    expect(page.locator(selector)).to_be_focused()


def test_from_home_to_the_answer_by_keyboard_alone(visit):
    at = visit("/")
    page = at.page
    page.locator("#pick-a").focus()
    page.keyboard.type("pika")
    expect(page.locator("#options-a [role=option]").first).to_contain_text("Pikachu")
    page.keyboard.press("Enter")
    focused(page, "#pick-b")
    page.keyboard.type("leviat")
    expect(page.locator("#options-b [role=option]").first).to_contain_text("Gyarados")
    page.keyboard.press("Enter")
    focused(page, ".hero-form button")
    page.keyboard.press("Enter")
    expect(page.locator("#result-title")).to_contain_text("Use ")
    at.is_at(WON)


def test_picking_on_the_page_shows_the_answer_in_place(visit):
    at = visit("/compare/")
    page = at.page
    page.locator("#pick-a").focus()
    page.keyboard.type("char")
    options = page.locator("#options-a [role=option]")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(page.locator("#pick-a")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#pick-a")).to_have_attribute("aria-activedescendant", "option-a-6")
    page.keyboard.press("Enter")
    expect(page.locator(".fighter.is-a h2")).to_have_text("Charizard")
    focused(page, "#pick-b")
    page.keyboard.type("25")
    expect(page.locator("#options-b [role=option]").first).to_contain_text("Pikachu")
    page.keyboard.press("Enter")
    expect(page.locator("#result-title")).to_contain_text("Use ")
    focused(page, "#result-title")
    expect(page.locator("#live")).to_contain_text("Use ")
    expect(page).to_have_title("Charizard vs Pikachu · PredictionDex")
    at.is_at("/compare/?a=charizard&b=pikachu")


def test_escape_closes_the_list_then_restores_the_name(visit):
    page = visit(PAIR).page
    page.locator("#pick-a").focus()
    page.keyboard.type("snor")
    expect(page.locator("#options-a [role=option]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#options-a [role=option]")).to_have_count(0)
    expect(page.locator("#pick-a")).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Escape")
    expect(page.locator("#pick-a")).to_have_value("Pikachu")


def test_arrow_down_opens_the_whole_list(visit):
    page = visit("/compare/").page
    page.locator("#pick-a").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#options-a [role=option]")).to_have_count(12)
    page.keyboard.press("ArrowUp")
    expect(page.locator("#options-a [role=option]").last).to_have_attribute("aria-selected", "true")


def test_picking_with_the_mouse(visit):
    page = visit("/compare/?b=gengar").page
    page.locator("#pick-a").click()
    page.keyboard.type("snorl")
    page.locator("#options-a [role=option]").click()
    expect(page.locator(".fighter.is-a h2")).to_have_text("Snorlax")


def test_a_name_that_nobody_bears_offers_others(visit):
    at = visit("/compare/?b=gyarados")
    page = at.page
    page.locator("#pick-a").fill("pikachoo")
    expect(page.locator("#options-a")).to_contain_text("No Pokémon matches")
    page.keyboard.press("Enter")
    expect(page.locator("#error-a")).to_contain_text("There is no Pokémon “pikachoo”")
    focused(page, "#pick-a")
    page.locator("#error-a a").first.click()
    expect(page.locator("#result-title")).to_contain_text("Use ")
    at.is_at("/compare/?a=pikachu&b=gyarados")


def test_ticking_moves_ranks_just_those(visit):
    at = visit(WON)
    page = at.page
    page.locator("#moves-a summary").focus()
    page.keyboard.press("Enter")
    box = page.get_by_role("checkbox", name="Thunder Punch")
    best = page.locator("#result-title").inner_text()
    box.focus()
    page.keyboard.press("Space")
    # With this move alone there is another answer.
    expect(page.locator("#result-title")).not_to_have_text(best)
    expect(box).to_be_focused()
    page.locator("#ranking > summary").click()
    expect(page.locator(".ranking-row.is-a:visible")).to_have_count(1)
    page.get_by_role("checkbox", name="Thunderbolt").check()
    expect(page.locator(".ranking-row.is-a")).to_have_count(2)
    expect(page.locator("#moves-a-summary")).to_have_text("2 moves chosen")
    page.get_by_role("checkbox", name="Quick Attack").check()
    page.get_by_role("checkbox", name="Iron Tail").check()
    expect(page.locator(".ranking-row.is-a")).to_have_count(4)
    expect(page.locator("#moves-a input:disabled")).to_have_count(23)
    assert at.path.count("moves_a=") == 4
    page.locator("[data-clear]:visible").click()
    expect(page.locator("#result-title")).to_have_text(best)
    page.locator("#ranking > summary").click()
    expect(page.locator(".ranking-row.is-a:visible")).to_have_count(14)
    at.is_at(WON)


def test_status_moves_count_and_the_shares_are_said(visit):
    at = visit("/compare/?a=mew&b=clefable&moves_a=psychic")
    page = at.page
    expect(page.locator("#result-title")).to_have_text("Use Psychic")
    page.locator("#moves-a summary").click()
    page.get_by_role("checkbox", name="Thunder Wave").check()
    expect(page.locator(".move-group.is-a .move-row")).to_have_count(2)
    expect(page.locator(".move-group.is-b .move-row")).to_have_count(4)
    expect(page.locator(".move-group.is-a").first).to_contain_text("Thunder Wave")
    page.locator("#ranking > summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".ranking-row.is-a:visible")).to_have_count(1)
    at.is_at("/compare/?a=mew&b=clefable&moves_a=thunder-wave&moves_a=psychic")


def test_a_side_without_an_attack_has_an_answer(visit):
    page = visit("/compare/?a=mew&b=ditto", java_script_enabled=False).page
    expect(page.locator("#result-title")).to_contain_text("Use ")
    expect(page.locator("#single")).to_contain_text("a side has no damaging moves")


def test_choosing_the_moves_of_the_opponent(visit):
    at = visit(PAIR)
    page = at.page
    page.locator("#moves-b summary").click()
    page.locator("#moves-b").get_by_role("checkbox", name="Air Slash").check()
    expect(page.locator(".advice-reason")).to_contain_text("Air Slash")
    at.is_at(f"{PAIR}&moves_b=air-slash")


def test_another_pokemon_keeps_the_moves_it_knows(visit):
    at = visit(f"{PAIR}&moves_a=quick-attack&moves_a=thunder")
    page = at.page
    page.locator("#pick-a").fill("eevee")
    expect(page.locator("#options-a [role=option]").first).to_contain_text("Eevee")
    page.keyboard.press("Enter")
    expect(page.locator(".fighter.is-a h2")).to_have_text("Eevee")
    expect(page.locator(".moves-message")).to_contain_text("Eevee can’t learn thunder: ignored.")
    at.is_at("/compare/?a=eevee&b=charizard&moves_a=quick-attack")


def test_back_and_forward_restore_each_state(visit):
    at = visit(PAIR)
    page = at.page
    page.get_by_role("link", name="Swap sides").click()
    expect(page.locator("h1")).to_have_text("Charizard vs Pikachu")
    page.locator("#pick-b").fill("mew")
    expect(page.locator("#options-b [role=option]").first).to_contain_text("Mew")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Charizard vs Mew")
    go_back(page)
    expect(page.locator("h1")).to_have_text("Charizard vs Pikachu")
    expect(page.locator("#pick-b")).to_have_value("Pikachu")
    go_back(page)
    expect(page.locator("h1")).to_have_text("Pikachu vs Charizard")
    at.is_at(PAIR)
    expect(page.locator("#pick-a")).to_have_attribute("role", "combobox")
    page.wait_for_load_state("load")
    page.go_forward()
    expect(page.locator("h1")).to_have_text("Charizard vs Pikachu")


def test_everything_works_without_scripts(visit):
    at = visit("/", java_script_enabled=False)
    page = at.page
    page.locator("#pick-a").fill("Snorlax")
    page.locator("#pick-b").fill("vaporeon")
    page.get_by_role("button", name="Predict the winner").click()
    expect(page.locator("#result-title")).to_contain_text("Use ")
    at.is_at("/compare/?a=snorlax&b=vaporeon")

    page.locator("#moves-a summary").click()
    page.get_by_role("checkbox", name="Body Slam").check()
    page.get_by_role("button", name="Predict again").click()
    expect(page.locator("#result-title")).to_have_text("Use Body Slam")
    at.is_at("/compare/?a=snorlax&b=vaporeon&moves_a=body-slam")

    page.get_by_role("link", name="Swap sides").click()
    at.is_at("/compare/?a=vaporeon&b=snorlax&moves_b=body-slam")
    page.locator("#pick-a").fill("Ronflx")
    page.locator("#pick-a").press("Enter")
    expect(page.locator("#error-a")).to_contain_text("There is no Pokémon “Ronflx”")


def test_what_is_typed_before_the_scripts_come_is_looked_up(visit):
    at = visit("/about/")
    page = at.page
    held = []
    page.route("**/*.js", lambda route: held.append(route))
    page.goto(at.site + PAIR, wait_until="commit")
    page.locator("#pick-b").fill("ronfl")
    for route in held:
        route.continue_()
    page.unroute("**/*.js")
    expect(page.locator("#options-b [role=option]").first).to_contain_text("Snorlax")
    page.keyboard.press("Enter")
    expect(page.locator(".fighter.is-b h2")).to_have_text("Snorlax")


def test_language_switch_keeps_the_page(visit):
    at = visit(f"{WON}&moves_a=thunder")
    page = at.page
    page.get_by_role("link", name="Français").click()
    at.is_at("/fr/compare/?a=pikachu&b=gyarados&moves_a=thunder")
    expect(page.locator("h1")).to_have_text("Pikachu contre Léviator")
    expect(page.locator("#result-title")).to_have_text("Utilisez Fatal-Foudre")
    page.locator("#pick-b").fill("ronfl")
    expect(page.locator("#options-b [role=option]").first).to_contain_text("Ronflex")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Pikachu contre Ronflex")
    page.get_by_role("link", name="English").click()
    at.is_at("/compare/?a=pikachu&b=snorlax&moves_a=thunder")


def test_a_failed_request_says_so(visit):
    at = visit(PAIR, tolerate=["ERR_INTERNET_DISCONNECTED", "htmx:"])
    page = at.page
    page.context.set_offline(True)
    page.get_by_role("link", name="Swap sides").click()
    expect(page.locator("#request-failed")).to_be_visible()
    expect(page.locator("h1")).to_have_text("Pikachu vs Charizard")
    page.context.set_offline(False)
    page.get_by_role("link", name="Swap sides").click()
    expect(page.locator("h1")).to_have_text("Charizard vs Pikachu")
    expect(page.locator("#request-failed")).to_be_hidden()


def test_a_missing_champion_is_shown_in_place(visit, settings, tmp_path):
    at = visit("/compare/?a=pikachu", tolerate=["503", "htmx:"])
    page = at.page
    settings.MODELS_DIR = tmp_path / "nothing"
    page.locator("#pick-b").fill("mewtwo")
    expect(page.locator("#options-b [role=option]").first).to_contain_text("Mewtwo")
    page.keyboard.press("Enter")
    expect(page.locator("#result-title")).to_have_text("No prediction right now")
    expect(page.locator("#request-failed")).to_be_hidden()
    focused(page, "#result-title")


def test_pictures_lie_over_the_plates_once_they_are_there(visit):
    page = visit(PAIR).page
    body = page.locator(".fighter.is-a .avatar-body").last
    expect(body).to_have_css("opacity", "1")
    expect(page.locator(".avatar-picture").first).to_be_hidden()

    page.context.unroute_all()
    page.context.route(
        lambda url: "PokeAPI" in url,
        lambda route: route.fulfill(body=PIXEL, content_type="image/png"),
    )
    before = page.locator(".fighter.is-a").bounding_box()
    page.reload()
    expect(page.locator(".fighter.is-a img.is-loaded")).to_be_visible()
    assert page.locator(".fighter.is-a").bounding_box() == before
    expect(body).to_have_css("opacity", "0")


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_sticks_out(visit, width):
    at = visit("/", width=width)
    tabs = [f"/fr{PAIR}&tab={tab}" for tab in TABS]
    for path in ("/", PAIR, "/fr" + PAIR, "/compare/", *tabs):
        page = at.open(path)
        page.locator("details").evaluate_all(
            "all => all.forEach(details => { details.open = true })"
        )
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) == 0, path


@pytest.mark.parametrize("path", ["/", PAIR])
def test_nothing_moves_while_loading(visit, path):
    page = visit(path, width=390).page
    page.wait_for_load_state("networkidle")
    shift = page.evaluate(
        """() => new Promise((done) => {
            let sum = 0;
            new PerformanceObserver((list) => {
                for (const entry of list.getEntries()) sum += entry.value;
            }).observe({ type: "layout-shift", buffered: true });
            setTimeout(() => done(sum), 300);
        })"""
    )
    assert shift < 0.02


# The answer first

LONG = "/compare/?a=ninetales-alola&b=charizard-mega-x"


def from_the_home_form(at):
    page = at.open("/")
    for side, name in (("a", "pikachu"), ("b", "gyarados")):
        page.locator(f"#pick-{side}").fill(name)
        expect(page.locator(f"#options-{side} [role=option]").first).to_be_visible()
        page.locator(f"#options-{side} [role=option]").first.click()
    page.get_by_role("button", name="Predict the winner").click()


def from_an_example(at):
    at.open("/compare/").get_by_role("link", name="See an example").click()


def from_the_rankings(at):
    at.open("/rankings/?type=dragon").locator(
        "a[href*='/compare/?a='][href*='&b=']:visible"
    ).first.click()


def from_a_shared_link(at):
    at.open(f"{LONG}&level_a=60&tab=share")


def from_recent_comparisons(at):
    at.open(LONG)
    at.open("/compare/").locator(".recent-link").first.click()


@pytest.mark.usefixtures("ranked")
@pytest.mark.parametrize(("width", "height", "end"), [(1280, 900, 600), (390, 844, 844)])
@pytest.mark.parametrize(
    "way",
    [
        from_the_home_form,
        from_an_example,
        from_the_rankings,
        from_a_shared_link,
        from_recent_comparisons,
    ],
)
@pytest.mark.parametrize("language", ["en-US", "fr-FR"])
def test_the_answer_lies_within_the_first_screen(visit, way, width, height, end, language):
    at = visit("/about/", width=width)
    page = at.page
    page.set_viewport_size({"width": width, "height": height})
    way(at)
    expect(page.locator("#result-title")).to_be_visible()
    page.wait_for_load_state("networkidle")
    if language == "fr-FR":
        page.get_by_role("link", name="Français").click()
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        page.wait_for_load_state("networkidle")
    faces = page.locator(".compare .fighter .avatar")
    for part in (page.locator(".verdict .meter"), page.locator("#result-title"), faces.first):
        box = part.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= end
    size = faces.first.evaluate("face => face.offsetWidth")
    assert size == 160 if width == 1280 else 88 <= size <= 104


def test_tabs_are_swapped_and_shared(visit):
    at = visit(PAIR)
    page = at.page
    page.locator("#tab-stats").click()
    expect(page.locator("#compare-tabs")).to_contain_text("Base stat total")
    expect(page.locator(".tab-bar [aria-current]")).to_have_text("Stats")
    focused(page, "#tab-stats")
    at.is_at(f"{PAIR}&tab=stats")
    # Moves, training and the other side keep the tab.
    page.locator("#advanced-a summary").click()
    speed = page.locator("#stat-a-5")
    before = int(speed.inner_text())
    page.locator("#av-a-5").fill("20")
    page.keyboard.press("Tab")
    expect(speed).to_have_text(str(before + 20))
    at.is_at(f"{PAIR}&avs_a=0-0-0-0-0-20&tab=stats")
    page.get_by_role("link", name="Maxed").locator("visible=true").click()
    at.is_at(f"{PAIR}&level_a=100&friendship_a=255&avs_a=200&tab=stats")
    page.locator("#tab-types").click()
    expect(page.locator("#compare-tabs")).to_contain_text("Charizard takes")
    page.get_by_role("link", name="Swap sides").click()
    at.is_at("/compare/?a=charizard&b=pikachu&level_b=100&friendship_b=255&avs_b=200&tab=types")
    expect(page.locator("#compare-tabs")).to_contain_text("Pikachu takes")


def test_tabs_work_without_scripts(visit):
    at = visit(PAIR, java_script_enabled=False)
    page = at.page
    page.get_by_role("link", name="Grid", exact=True).click()
    at.is_at(f"{PAIR}&tab=grid#tabs")
    page.locator("#moves-a summary").click()
    page.get_by_role("checkbox", name="Thunder Punch").check()
    page.get_by_role("button", name="Predict again").click()
    at.is_at(f"{PAIR}&moves_a=thunder-punch&tab=grid")


# A name that is typed and left


def test_a_whole_name_that_is_left_is_taken(visit):
    at = visit(PAIR)
    page = at.page
    page.locator("#pick-b").fill("mew")
    page.keyboard.press("Tab")
    expect(page.locator(".fighter.is-b h2")).to_have_text("Mew")
    at.is_at("/compare/?a=pikachu&b=mew")


def test_the_only_match_is_taken_on_a_tap_elsewhere(visit):
    page = visit(PAIR).page
    page.locator("#pick-b").fill("snorl")
    page.locator("h1").click()
    expect(page.locator(".fighter.is-b h2")).to_have_text("Snorlax")


@pytest.mark.parametrize(
    ("text", "words"), [("char", "Several Pokémon match."), ("pikachoo", "No Pokémon matches")]
)
def test_other_text_stays_with_a_message(visit, text, words):
    at = visit(PAIR)
    page = at.page
    page.locator("#pick-b").fill(text)
    page.keyboard.press("Tab")
    expect(page.locator("#pick-b-note")).to_contain_text(words)
    expect(page.locator("#pick-b")).to_have_value(text)
    expect(page.locator("#pick-b")).to_have_attribute("aria-invalid", "true")
    at.is_at(PAIR)
    page.locator("#pick-b").fill("char")
    expect(page.locator("#pick-b-note")).to_be_hidden()


def test_a_name_that_is_left_is_taken_on_the_home_page(visit):
    page = visit("/").page
    page.locator("#pick-a").fill("ronflex")
    page.locator("#pick-b").focus()
    expect(page.locator("#pick-a")).to_have_value("Snorlax")
    expect(page.locator("#pick-b")).to_be_focused()
