"""Battles as people play them, in a browser."""

import itertools
import re

import pytest
from playwright.sync_api import expect

from battles.play import game
from mlcore.game import gamedata
from tests.browser.test_accessibility import violations

WON = "/battle/?a=mewtwo&b=caterpie&moves_a=psychic&moves_a=swift&moves_b=tackle&level_a=100"
LOST = "/battle/?a=caterpie&b=mewtwo&moves_a=tackle&moves_a=string-shot&moves_b=psychic"
#: A few turns at least: both endure.
LONG = (
    "/battle/?a=chansey&b=snorlax&moves_a=soft-boiled&moves_a=toxic&moves_a=seismic-toss"
    "&moves_a=light-screen&moves_b=rest&moves_b=amnesia&level_a=60&strength=search"
)
expect.set_options(timeout=15_000)
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(autouse=True)
def _same_every_time(monkeypatch, small_budgets, site):
    game.warm_up(gamedata.current())
    seeds = itertools.count(40)
    monkeypatch.setattr(game.secrets, "randbits", lambda bits: next(seeds))


def start(visit, address, **options):
    at = visit(address, **options)
    begin = "Commencer le combat" if address.startswith("/fr") else "Start the battle"
    at.page.get_by_role("button", name=begin).click()
    expect(at.page.locator("#battle-play")).to_be_visible()
    # Turns are swapped in, and the focus follows, once the scripts of the page run.
    at.page.wait_for_load_state("load")
    return at


def choose(page, name):
    """Use a move and wait for its turn."""
    turn = int(page.locator(".battle-choose [name=turn]").get_attribute("value"))
    page.locator(".move-button", has_text=name).click()
    expect(page.locator(".log-turn h3").first).to_have_text(re.compile(rf"\w+ {turn + 1}$"))


def test_a_battle_won(visit):
    at = start(visit, WON)
    page = at.page
    expect(page.locator("legend")).to_have_text("Turn 1: what will Mewtwo do?")
    page.locator(".move-button", has_text="Psychic").click()
    expect(page.locator("#ending-title")).to_have_text("You won!")
    expect(page.locator("#ending-title")).to_be_focused()
    expect(page.locator("#live")).to_contain_text("Caterpie fainted!")
    expect(page.locator("#live")).to_contain_text("You won!")
    expect(page.locator(".ending-decided")).to_contain_text("win chance")
    expect(page.locator(".stage-chance")).to_have_count(0)
    expect(page.locator(".chance-chart-frame svg")).to_be_visible()
    expect(page.locator(".decision")).to_have_count(1)
    expect(page.locator(".battle-choose")).to_have_count(0)
    # The address is the battle's own: reloading shows the same.
    page.reload()
    expect(page.locator("#ending-title")).to_have_text("You won!")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert "|win|Player" in download.value.path().read_text()


def test_a_battle_lost_and_played_again(visit):
    at = start(visit, LOST)
    page = at.page
    first = at.path
    page.locator(".move-button", has_text="Tackle").click()
    expect(page.locator("#ending-title")).to_have_text("You lost.")
    page.get_by_role("button", name="Rematch").click()
    expect(page.locator("legend")).to_have_text("Turn 1: what will Caterpie do?")
    assert at.path != first
    page.locator(".move-button", has_text="Tackle").click()
    page.get_by_role("button", name="Replay with the same rolls").click()
    expect(page.locator("legend")).to_have_text("Turn 1: what will Caterpie do?")
    page.locator(".site-nav").get_by_role("link", name="Battle", exact=True).click()
    expect(page.locator(".recent-rows li")).to_have_count(3)
    page.locator(".recent-rows a").last.click()
    at.is_at(first)
    page.get_by_role("link", name="Change Pokémon").click()
    expect(page.locator(".fighter.is-a h2")).to_have_text("Caterpie")


def test_a_whole_battle_by_keyboard_alone(visit):
    at = visit("/battle/")
    page = at.page
    for _ in range(40):
        if page.evaluate("document.activeElement.id") == "pick-a":
            break
        page.keyboard.press("Tab")
    expect(page.locator("#pick-a")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("mewtwo")
    expect(page.locator("#options-a [role=option]").first).to_contain_text("Mewtwo")
    page.keyboard.press("Enter")
    expect(page.locator(".fighter.is-a h2")).to_have_text("Mewtwo")
    expect(page.locator("#pick-a")).to_be_focused()
    page.locator("#pick-b").focus()
    page.keyboard.type("magikarp")
    expect(page.locator("#options-b [role=option]").first).to_contain_text("Magikarp")
    page.keyboard.press("Enter")
    expect(page.locator(".fighter.is-b h2")).to_have_text("Magikarp")
    at.is_at("/battle/?a=mewtwo&b=magikarp")
    for _step in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == "begin":
            break
    page.keyboard.press("Enter")
    expect(page.locator("#battle-play")).to_be_visible()
    # Before the scripts run a move is a plain form, and the new page has no focus to keep.
    page.wait_for_load_state("load")
    for _turn in range(8):
        if page.locator("#ending-title").count():
            break
        if not page.evaluate("document.activeElement.matches('.battle-choose button')"):
            page.locator("#choose-0").focus()
        turn = page.locator(".battle-choose [name=turn]").get_attribute("value")
        page.keyboard.press("Enter")
        expect(page.locator(f".battle-choose [name=turn][value='{turn}']")).to_have_count(0)
        # The focus stays on a move, or has gone to the outcome.
        expect(page.locator(".battle-choose button:focus, #ending-title:focus")).to_have_count(1)
    expect(page.locator("#ending-title")).to_have_text("You won!")


def test_a_whole_battle_without_scripts(visit):
    at = visit("/battle/", java_script_enabled=False)
    page = at.page
    page.locator("#pick-a").fill("Mewtwo")
    page.locator("#pick-b").fill("chenipan")
    page.get_by_role("button", name="Show their moves").last.click()
    at.is_at("/battle/?a=mewtwo&b=caterpie")
    page.locator(".fighter.is-a .fighter-moves summary").click()
    page.locator(".fighter.is-a [value=psychic]").check()
    page.locator("#level-a").fill("51")
    page.get_by_role("button", name="Start the battle").click()
    expect(page.locator(".stage-side.is-a")).to_contain_text("Lv. 51")
    page.locator(".move-button", has_text="Psychic").click()
    expect(page.locator("#ending-title")).to_have_text("You won!")
    page.go_back()
    page.get_by_role("link", name="Français").click()
    expect(page.locator("#ending-title")).to_have_text("Vous avez gagné !".replace(" !", "\u00a0!"))


def test_who_lost_the_cookie_plays_on_as_a_guest(visit):
    at = start(visit, LONG)
    choose(at.page, "Seismic Toss")
    at.page.context.clear_cookies()
    at.page.reload()
    expect(at.page.locator("#watching-title")).to_have_text("Is this your battle?")
    at.page.get_by_role("button", name="Play on as a guest").click()
    expect(at.page.locator("legend")).to_have_text("Turn 2: what will Chansey do?")
    at.page.wait_for_load_state("load")
    choose(at.page, "Seismic Toss")
    expect(at.page.locator(".log-turn")).to_have_count(2)


def test_number_keys_use_moves(visit):
    page = start(visit, LONG).page
    toxic = page.locator(".move-button", has_text="Toxic")
    key = toxic.get_attribute("aria-keyshortcuts")
    page.keyboard.press(key)
    expect(page.locator(".log-turn h3").first).to_have_text("Turn 1")
    expect(page.locator("#live")).to_contain_text("Chansey used Toxic!")
    expect(toxic).to_be_focused()


def test_a_turn_plays_on_the_stage(visit):
    page = start(visit, LONG).page
    # What the stage shows, as it shows it.
    page.evaluate(
        """() => {
          window.seen = new Set();
          new MutationObserver(() => {
            if (!document.querySelector(".battle.is-playing")) return;
            window.seen.add(document.querySelector("[data-caption]").textContent);
            window.seen.add(document.querySelector(".is-b [data-figure]").textContent);
          }).observe(document.body, { childList: true, subtree: true, attributes: true });
        }"""
    )
    choose(page, "Seismic Toss")
    expect(page.locator(".battle.is-playing")).to_have_count(0)
    seen = page.evaluate("[...window.seen]")
    side = page.locator(".stage-side.is-b")
    most = int(side.get_attribute("data-most"))
    left = most - 60
    assert {"Chansey used Seismic Toss!", f"Snorlax lost 60 HP ({left} left)."} <= set(seen)
    # The figure counts down, and ends where the server says.
    assert {str(most), str(left)} <= set(seen)
    assert any(text.isdigit() and left < int(text) < most for text in seen)
    expect(side.locator("[data-figure]")).to_have_text(side.get_attribute("data-hp"))


def test_a_finished_battle_is_watched_turn_by_turn(visit):
    at = start(visit, LONG)
    page = at.page
    for name in ("Toxic", "Seismic Toss"):
        choose(page, name)
    page.get_by_text("Give up", exact=True).click()
    page.get_by_role("button", name="Yes, give up").click()
    result = at.path
    page.get_by_role("link", name="Watch turn by turn").click()
    at.is_at(f"{result}turn/1/")
    expect(page.locator("#replay-title")).to_have_text("Turn 1 of 2")
    expect(page.locator(".log-turn")).to_have_count(1)
    page.wait_for_load_state("load")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#replay-title")).to_have_text("Turn 2 of 2")
    at.is_at(f"{result}turn/2/")
    expect(page.locator("#replay-next")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#replay-title")).to_have_text("Turn 1 of 2")
    page.locator(".language-switch").get_by_role("link", name="Français").click()
    at.is_at(f"/fr{result}turn/1/")
    # Without scripts, the same links lead the same way.
    plain = visit(f"{result}turn/1/", java_script_enabled=False).page
    plain.get_by_role("link", name="Next turn").click()
    expect(plain.locator("#replay-title")).to_have_text("Turn 2 of 2")
    plain.get_by_role("link", name="To the result").first.click()
    expect(plain.locator("#ending-title")).to_have_text("The player gave up.")


def test_an_even_matchup_keeps_the_difficulty(visit):
    at = visit("/battle/")
    page = at.page
    expect(page.locator(".matchup").first).to_be_visible()
    with page.expect_response(re.compile("matchups/.*strength=value")):
        page.get_by_role("radio", name=re.compile("Master")).check()
    expect(page.locator(".matchup").first).to_have_attribute("href", re.compile("strength=value"))
    name = page.locator(".matchup .of-a").first.text_content()
    page.locator(".matchup").first.click()
    expect(page.locator(".fighter.is-a h2")).to_have_text(name)
    expect(page.get_by_role("radio", name=re.compile("Master"))).to_be_checked()


def test_a_change_survives_another_language(visit):
    at = visit("/battle/?a=mew&b=abra")
    page = at.page
    page.locator("#training-a summary").click()
    page.locator("#nature-a").select_option("timid")
    expect(page).to_have_url(re.compile("nature_a=timid"))
    page.locator(".language-switch").get_by_role("link", name="Français").click()
    expect(page.locator("#nature-a")).to_have_value("timid")
    page.get_by_role("button", name="Échanger les camps").click()
    expect(page.locator("#nature-b")).to_have_value("timid")


def test_a_result_is_shared_with_its_picture(visit):
    page = start(visit, WON).page
    page.evaluate(
        """() => {
          navigator.canShare = () => true;
          navigator.share = async ({ text, url, files }) => {
            document.body.dataset.shared = [text, url, files[0].type, files[0].size > 5000];
          };
        }"""
    )
    page.locator(".move-button", has_text="Psychic").click()
    page.get_by_role("button", name="Share the result").click()
    told = f"I beat Caterpie with Mewtwo on PredictionDex!,{page.url},image/png,true"
    expect(page.locator("body")).to_have_attribute("data-shared", told)


def test_turns_change_the_stage_in_place(visit):
    at = start(visit, LONG)
    page = at.page
    choose(page, "Toxic")
    expect(page.locator(".stage-side.is-b .stage-tags")).to_contain_text("Badly poisoned")
    expect(page.locator("#live")).to_contain_text("Chansey used Toxic!")
    expect(page.locator(".move-button", has_text="Toxic")).to_be_focused()
    expect(page.locator(".move-button", has_text="Toxic")).to_contain_text("15/16")
    choose(page, "Seismic Toss")
    expect(page.locator(".log-turn")).to_have_count(2)
    expect(page.locator(".log-turn").first).to_contain_text("Snorlax lost 60 HP (161 left).")
    page.reload()
    expect(page.locator(".log-turn")).to_have_count(2)


def test_a_double_click_plays_one_turn(visit):
    page = start(visit, LONG).page
    page.locator(".move-button", has_text="Seismic Toss").dblclick()
    expect(page.locator(".log-turn h3").first).to_have_text("Turn 1")
    page.wait_for_load_state("networkidle")
    page.reload()
    expect(page.locator(".log-turn")).to_have_count(1)
    expect(page.locator("legend")).to_contain_text("Turn 2")


def test_a_stale_tab_is_told(visit):
    at = start(visit, LONG)
    other = at.page.context.new_page()
    other.goto(at.page.url)
    choose(at.page, "Seismic Toss")
    other.locator(".move-button", has_text="Toxic").click()
    expect(other.locator("#battle-refusal")).to_contain_text("That turn was already played.")
    expect(other.locator(".log-turn")).to_have_count(1)
    choose(other, "Toxic")
    expect(other.locator("#battle-refusal")).to_have_count(0)


def test_others_can_only_watch(visit):
    at = start(visit, LONG)
    watcher = visit(at.path).page
    expect(watcher.locator(".battle-watching")).to_contain_text("You can watch")
    expect(watcher.locator(".battle-choose")).to_have_count(0)
    choose(at.page, "Toxic")
    watcher.get_by_role("link", name="Show the current state").click()
    expect(watcher.locator(".log-turn")).to_have_count(1)


def test_giving_up_asks_first(visit):
    page = start(visit, LONG).page
    page.get_by_text("Give up", exact=True).click()
    page.get_by_role("button", name="Yes, give up").click()
    expect(page.locator("#ending-title")).to_have_text("You gave up.")


def test_choosing_moves(visit):
    page = visit("/battle/?a=mew&b=abra").page
    before = page.locator(".fighter.is-a [data-chosen]").text_content().split(", ")
    page.locator(".fighter.is-a .fighter-moves summary").click()
    expect(page.locator(".fighter.is-a input:disabled")).not_to_have_count(0)
    page.locator(".fighter.is-a input:checked").first.uncheck()
    page.locator(".fighter.is-a [value=thunder-wave]").check()
    chosen = page.locator(".fighter.is-a [data-chosen]")
    expect(chosen).to_contain_text("Thunder Wave")
    assert len(set(before) - set(chosen.text_content().split(", "))) == 1
    page.get_by_role("button", name="Start the battle").click()
    expect(page.locator(".move-button")).to_have_count(4)
    expect(page.locator(".move-button", has_text="Thunder Wave")).to_contain_text("status")


def test_another_opponent_keeps_what_was_chosen(visit):
    at = visit(
        "/battle/?a=mew&b=abra&moves_a=psychic&level_a=70",
        # Going back ends the request that the change began.
        tolerate=("htmx:sendAbort", "htmx:afterRequest"),
    )
    page = at.page
    page.get_by_role("radio", name=re.compile("Expert")).check()
    page.locator("#pick-b").fill("gengar")
    expect(page.locator("#options-b [role=option]").first).to_contain_text("Gengar")
    page.keyboard.press("Enter")
    expect(page.locator(".fighter.is-b h2")).to_have_text("Gengar")
    at.is_at("/battle/?a=mew&b=gengar&moves_a=psychic&level_a=70&strength=search")
    page.wait_for_load_state("load")
    page.go_back()
    expect(page.locator(".fighter.is-b h2")).to_have_text("Abra")


def test_a_random_battle(visit):
    at = visit("/battle/")
    at.page.get_by_role("button", name="Random battle").click()
    expect(at.page).to_have_url(re.compile(r"/battle/\?a=[a-z-]+&b=[a-z-]+"))
    assert "random" not in at.path
    at.page.get_by_role("button", name="Start the battle").click()
    expect(at.page.locator(".move-button").first).to_be_visible()


@pytest.mark.parametrize("language", ["", "/fr"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_while_playing(visit, scheme, language):
    problems = {}
    at = start(visit, language + LONG, color_scheme=scheme, width=390)
    page = at.page
    opened = "all => all.forEach(details => { details.open = true })"
    for name in (("Toxik", "Toxic")[not language], ("Mur Lumière", "Light Screen")[not language]):
        choose(page, name)
    page.locator("details").evaluate_all(opened)
    page.wait_for_timeout(350)
    problems["playing"] = violations(page)
    watcher = visit(at.path, color_scheme=scheme).page
    problems["watching"] = violations(watcher)
    page.locator(".give-up button").click()
    expect(page.locator("#ending-title")).to_be_visible()
    page.wait_for_load_state("load")
    page.locator("details").evaluate_all(opened)
    problems["forfeited"] = violations(page)
    page.locator(".ending-actions a").first.click()
    expect(page.locator("#replay-title")).to_be_visible()
    problems["turn by turn"] = violations(page)
    for address in (WON, LOST):
        page = start(visit, language + address, color_scheme=scheme).page
        page.locator(".move-button").first.click()
        expect(page.locator("#ending-title")).to_be_visible()
        page.locator("details").evaluate_all(opened)
        page.wait_for_timeout(350)
        problems[address] = violations(page)
    assert not any(problems.values()), problems


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_sticks_out(visit, width):
    for language in ("", "/fr"):
        at = visit(language + LONG, width=width)
        page = at.page
        opened = "all => all.forEach(details => { details.open = true })"
        page.locator("details").evaluate_all(opened)
        assert page.evaluate(SIDEWAYS) == 0, "setup"
        page.locator("button[value=begin]").click()
        expect(page.locator("#battle-play")).to_be_visible()
        page.wait_for_load_state("load")
        choose(page, ("Toxik", "Toxic")[not language])
        page.locator("details").evaluate_all(opened)
        assert page.evaluate(SIDEWAYS) == 0, "playing"
        page.locator(".give-up button").click()
        expect(page.locator("#ending-title")).to_be_visible()
        page.wait_for_load_state("load")
        page.locator("details").evaluate_all(opened)
        assert page.evaluate(SIDEWAYS) == 0, "over"
        page.locator(".ending-actions a").first.click()
        expect(page.locator("#replay-title")).to_be_visible()
        assert page.evaluate(SIDEWAYS) == 0, "turn by turn"


@pytest.mark.parametrize("language", ["", "/fr"])
def test_long_names_of_moves_fit_a_small_phone(visit, language):
    moves = "superpower", "earthquake", "outrage", "body-slam"
    query = "&".join(f"moves_a={move}" for move in moves)
    page = start(visit, f"{language}/battle/?a=snorlax&b=lapras&{query}", width=320).page
    expect(page.locator(".move-button")).to_have_count(4)
    assert page.evaluate(SIDEWAYS) == 0


def test_reduced_motion_is_honoured(visit):
    page = start(visit, LONG, reduced_motion="reduce").page
    duration = page.locator("#hp-a").evaluate(
        "element => getComputedStyle(element).transitionDuration"
    )
    assert duration == "0s"
    page.locator(".move-button", has_text="Seismic Toss").click()
    expect(page.locator(".log-turn h3").first).to_have_text("Turn 1")
    expect(page.locator(".battle.is-playing")).to_have_count(0)
    expect(page.locator(".stage-float")).to_have_count(0)
