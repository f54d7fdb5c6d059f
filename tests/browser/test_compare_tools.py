"""Set-ups, calculation, simulation, sharing and importing on the compare page, in a browser."""

import pytest
from playwright.sync_api import expect

from battles.compare.tabs import TABS
from tests.browser.test_accessibility import violations

PAIR = "/compare/?a=pikachu&b=charizard"
#: One that Pikachu can win.
WON = "/compare/?a=pikachu&b=gyarados"
MEW = "Mew @ Leftovers\nLevel: 60\n- Psychic\n- Toxic"
TEAM = f"{MEW}\n\nGengar\nTimid Nature\n- Shadow Ball"


def test_a_set_up_counts_at_once(visit):
    at = visit(f"{PAIR}&moves_a=thunder&moves_b=air-slash")
    page = at.page
    expect(page.locator(".advice-facts")).to_contain_text("Charizard moves first")
    page.locator("#advanced-a summary").focus()
    page.keyboard.press("Enter")
    page.locator("#level-a").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("60")
    page.keyboard.press("Tab")
    expect(page.locator(".advice-facts")).to_contain_text("Pikachu moves first")
    expect(page.locator("#friendship-a")).to_be_focused()
    expect(page.locator("#advanced-a-summary")).to_have_text("level 60")
    page.locator("#nature-a").select_option("timid")
    expect(page.locator("#advanced-a-summary")).to_have_text("level 60 · Timid")
    page.get_by_label("Speed AV").locator("visible=true").fill("50")
    page.keyboard.press("Tab")
    expect(page.locator("#advanced-a-summary")).to_contain_text("AVs 0/0/0/0/0/50")
    end = "&level_a=60&nature_a=timid&avs_a=0-0-0-0-0-50"
    at.is_at(f"{PAIR}&moves_a=thunder&moves_b=air-slash{end}")
    page.get_by_role("link", name="Swap sides").click()
    expect(page.locator("#advanced-b-summary")).to_contain_text("level 60 · Timid")


def test_a_refused_set_up_is_said_and_kept(visit):
    at = visit(WON)
    page = at.page
    page.locator("#advanced-b summary").click()
    page.locator("#level-b").fill("500")
    page.keyboard.press("Tab")
    expect(page.locator("#compare-result")).to_contain_text(
        "Level must be a whole number from 1 to 100, not “500”."
    )
    expect(page.locator("#level-b")).to_have_value("500")
    at.is_at(WON)
    page.locator("#level-b").fill("45")
    page.keyboard.press("Tab")
    expect(page.locator("#result-title")).to_contain_text("Use ")


def test_back_undoes_a_set_up(visit):
    at = visit(PAIR)
    page = at.page
    page.locator("#advanced-a summary").click()
    page.get_by_role("link", name="Maxed").locator("visible=true").click()
    expect(page.locator("#advanced-a-summary")).to_contain_text("level 100")
    at.is_at(f"{PAIR}&level_a=100&friendship_a=255&avs_a=200")
    page.wait_for_load_state("load")
    page.go_back()
    expect(page.locator("#advanced-a-summary")).to_have_text("level 50")
    at.is_at(PAIR)


def test_every_roll_of_a_move_is_one_key_away(visit):
    at = visit(f"{PAIR}&moves_a=thunder&moves_a=dig&tab=damage")
    page = at.page
    page.locator("#damage-a-thunder").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".damage-range")).to_contain_text("84–102")
    focused = page.locator("#damage-a-thunder")
    expect(focused).to_be_focused()
    expect(page.locator(".rolls rect.is-usual")).to_have_count(7)
    page.locator("#damage-open").get_by_role("button", name="Copy").click()
    expect(page.locator("#live")).to_have_text("Copied")
    at.is_at(f"{PAIR}&moves_a=thunder&moves_a=dig&tab=damage&by=a&move=thunder")


def test_conditions_of_the_calculator_count_at_once(visit):
    at = visit(f"{PAIR}&moves_a=thunder&tab=damage")
    page = at.page
    row = page.locator(".damage-row").filter(has=page.locator("#damage-a-thunder"))
    expect(row).to_contain_text("84–102")
    page.locator("#damage-conditions > summary").click()
    page.locator("#light_screen_b").check()
    expect(row).to_contain_text("42–51")
    expect(page.locator("#light_screen_b")).to_be_focused()
    page.locator("#special_attack_a").select_option("2")
    expect(row).to_contain_text("84–99")
    at.is_at(f"{PAIR}&moves_a=thunder&tab=damage&special_attack_a=2&light_screen_b=1")
    # Training counts under the same conditions.
    page.locator("#advanced-b summary").click()
    page.locator("#level-b").fill("60")
    page.keyboard.press("Tab")
    expect(page.locator("#advanced-b-summary")).to_have_text("level 60")
    expect(page.locator("#light_screen_b")).to_be_checked()
    page.get_by_role("link", name="Back to the start of the battle").click()
    at.is_at(f"{PAIR}&moves_a=thunder&level_b=60&tab=damage")


#: Names with more lines than words: one is broken within a word.
BROKEN = """selector => [...document.querySelectorAll(selector)].filter(node => {
  const range = document.createRange();
  range.selectNodeContents(node.matches("a") ? node : node.firstChild);
  const tops = new Set([...range.getClientRects()].map(rect => Math.round(rect.top)));
  return tops.size > range.toString().split(/[\\s-]+/).length;
}).map(node => node.textContent)"""


@pytest.mark.parametrize(
    ("path", "names", "width"),
    [
        ("/fr/compare/?a=pikachu&b=charizard&moves_b=surf", ".pick-name", 320),
        ("/fr/compare/?a=pikachu&b=gyarados&tab=damage", ".damage-table .duel-move a", 1280),
    ],
)
def test_names_of_moves_are_not_broken_within_words(visit, path, names, width):
    page = visit(path, width=width).page
    expect(page.locator(names).locator("visible=true").nth(8)).to_be_attached()
    assert page.evaluate(BROKEN, names) == []


def test_a_cell_of_the_grid_is_a_comparison(visit):
    moves = "moves_a=thunder&moves_a=thunderbolt&moves_b=surf&moves_b=waterfall"
    at = visit(f"{WON}&{moves}&tab=grid")
    page = at.page
    page.locator(".grid").get_by_role("link", name="Thunderbolt vs Surf").click()
    expect(page.locator("#result-title")).to_have_text("Use Thunderbolt")
    at.is_at(f"{WON}&moves_a=thunderbolt&moves_b=surf")


@pytest.mark.parametrize(
    ("button", "count", "mode"),
    [
        ("Simulate 1,000 battles", "1,000 of 1,000", "move"),
        ("Simulate 100 battles with smart play", "100 of 100", "search"),
    ],
)
def test_a_simulation_plays_and_counts(visit, button, count, mode):
    at = visit(f"{PAIR}&tab=simulation")
    page = at.page
    page.get_by_role("button", name=button).press("Enter")
    verdict = page.locator(f"#simulation-verdict-{mode}")
    expect(verdict).to_contain_text(f"{count} battles played")
    expect(verdict).to_contain_text("95% interval:")
    expect(verdict.locator(".bracket line")).to_have_count(3)
    expect(verdict.locator(".progress")).to_have_count(0)
    # The interval stands over the headline if it is about good play.
    expected = 3 if mode == "search" else 0
    expect(page.locator("#simulation-bracket line")).to_have_count(expected)
    expect(page.locator("#live")).to_contain_text("wins")
    page.wait_for_load_state("networkidle")
    calls = []
    page.on("request", lambda request: calls.append(request.url))
    page.wait_for_timeout(600)
    assert calls == []
    at.is_at(f"{PAIR}&tab=simulation")


def test_a_new_simulation_keeps_the_verdict_of_the_other(visit):
    page = visit(f"{PAIR}&tab=simulation").page
    page.get_by_role("button", name="Simulate 1,000 battles").click()
    first = page.locator("#simulation-verdict-move")
    expect(first).to_contain_text("1,000 of 1,000 battles played")
    said = first.inner_text()
    page.get_by_role("button", name="Simulate 100 battles with smart play").click()
    second = page.locator("#simulation-verdict-search")
    expect(second).to_contain_text("100 of 100 battles played", timeout=60_000)
    assert first.inner_text() == said


def test_copying_link_and_text(visit, site):
    at = visit(f"{WON}&moves_a=thunder", permissions=["clipboard-read", "clipboard-write"])
    page = at.page
    page.get_by_role("link", name="Share", exact=True).click()
    page.get_by_role("button", name="Copy the link").click()
    expect(page.locator("#live")).to_have_text("Copied")
    read = "navigator.clipboard.readText()"
    link = page.evaluate(read)
    assert link == f"{site}{WON}&moves_a=thunder"
    page.get_by_role("button", name="Copy the text").click()
    page.wait_for_function("async () => (await navigator.clipboard.readText()).includes('Use')")
    assert page.evaluate(read).splitlines()[-1] == link
    page.goto(link)
    expect(page.locator("#result-title")).to_have_text("Use Thunder")


def test_pasting_what_was_copied(visit):
    at = visit(PAIR)
    page = at.page
    page.get_by_role("link", name="Export", exact=True).click()
    page.locator("#paste-b").fill(MEW)
    page.get_by_role("button", name="Load as the opponent").click()
    expect(page.locator(".fighter.is-b h2")).to_have_text("Mew")
    expect(page.locator("#compare .message")).to_contain_text("Ignored Leftovers")
    at.is_at("/compare/?a=pikachu&b=mew&moves_b=toxic&moves_b=psychic&level_b=60")
    page.get_by_role("link", name="Export", exact=True).click()
    expect(page.locator("#export-b")).to_have_value(
        "Mew\nLevel: 60\nHardy Nature\n- Toxic\n- Psychic"
    )


def test_pasting_a_team_and_nonsense(visit):
    at = visit(f"/compare/paste/?side=a&{PAIR.partition('?')[2]}")
    page = at.page
    page.locator("#paste-a").fill("Nobody")
    page.get_by_role("button", name="Load as your Pokémon").click()
    expect(page.get_by_role("alert").first).to_contain_text("Not in Let’s Go: Nobody")
    expect(page.locator("#paste-a")).to_have_value("Nobody")
    page.locator("#paste-a").fill(TEAM)
    page.get_by_role("button", name="Load as your Pokémon").click()
    assert violations(page) == []
    page.get_by_role("link", name="Gengar").click()
    at.is_at("/compare/?a=gengar&b=charizard&moves_a=shadow-ball&level_a=100&nature_a=timid")


def test_those_looked_at_before(visit):
    at = visit(PAIR)
    page = at.open("/compare/?a=mew&b=mewtwo")
    page.locator(".recent-link").click()
    at.is_at(PAIR)
    page = at.open("/compare/")
    expect(page.locator(".recent-link")).to_have_count(2)
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".recent-link")).to_have_count(0)


def test_all_of_it_works_without_scripts(visit):
    at = visit(PAIR, java_script_enabled=False)
    page = at.page
    page.locator("#advanced-a summary").click()
    page.locator("#level-a").fill("60")
    page.locator("#iv-a-1").fill("0")
    page.get_by_role("button", name="Predict again").click()
    at.is_at(f"{PAIR}&level_a=60&ivs_a=31-0-31-31-31-31")
    page.get_by_role("link", name="Simulation", exact=True).click()
    page.get_by_role("button", name="Simulate 1,000 battles").click()
    expect(page.locator("#simulation-verdict-move")).to_contain_text(
        "1,000 of 1,000 battles played"
    )
    page.get_by_role("link", name="Damage", exact=True).click()
    page.locator("#damage-b-slash").click()
    expect(page.locator(".damage-range")).to_contain_text("HP")
    page.locator("#damage-conditions > summary").click()
    page.locator("#attack_b").select_option("1")
    page.get_by_role("button", name="Calculate").click()
    at.is_at(f"{PAIR}&level_a=60&ivs_a=31-0-31-31-31-31&tab=damage&attack_b=1")
    page.get_by_role("link", name="Share", exact=True).click()
    expect(page.locator("#share-link")).to_be_visible()
    expect(page.get_by_role("button", name="Copy the link")).to_be_hidden()
    page.get_by_role("link", name="Export", exact=True).click()
    page.locator("#paste-a").fill(MEW)
    page.get_by_role("button", name="Load as your Pokémon").click()
    at.is_at("/compare/?a=mew&b=charizard&moves_a=toxic&moves_a=psychic&level_a=60")
    expect(page.locator("#compare .message")).to_contain_text("Ignored Leftovers")


@pytest.mark.parametrize("language", ["", "/fr"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_what_opens(visit, scheme, language):
    trained = f"{language}{PAIR}&level_a=60&nature_a=timid"
    at = visit(f"{trained}&tab=simulation", color_scheme=scheme, width=390)
    page = at.page
    page.locator("#simulation button").first.click()
    expect(page.locator(".simulation-figure")).to_be_visible()
    expect(page.locator(".htmx-request")).to_have_count(0)
    problems = {"simulation": violations(page)}
    for tab in TABS:
        page = at.open(f"{trained}&tab={tab}")
        page.locator("details").evaluate_all(
            "all => all.forEach(details => { details.open = true })"
        )
        problems[tab] = violations(page)
    for path in (
        f"{PAIR}&level_a=0&ivs_b=99",
        "/compare/damage/?a=pikachu&b=charizard&by=a&move=thunder",
        "/compare/damage/?a=pikachu&b=charizard&by=b&move=surf",
        "/compare/paste/?side=b",
    ):
        problems[path] = violations(at.open(language + path))
    assert not any(problems.values()), problems


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_sticks_out_of_what_opens(visit, width):
    at = visit(f"/fr{PAIR}&level_a=60&nature_a=timid&tab=simulation", width=width)
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    for path in (
        f"/fr{PAIR}&level_a=60&nature_a=timid&tab=simulation",
        "/fr/compare/?a=mew&b=mewtwo-mega-x",
        "/fr/compare/damage/?a=exeggutor-alola&b=charizard-mega-x&by=a&move=mega-drain",
        "/fr/compare/paste/?side=b",
    ):
        page = at.open(path)
        page.locator("details").evaluate_all(
            "all => all.forEach(details => { details.open = true })"
        )
        page.wait_for_load_state("networkidle")
        assert page.evaluate(wide) == 0, path
