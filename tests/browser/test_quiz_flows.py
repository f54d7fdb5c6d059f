"""The quiz by mouse, by keyboard and without scripts; light and dark; the menu on a phone."""

import re

import pytest
from playwright.sync_api import expect

from battles.quiz import questions
from mlcore.game import gamedata


@pytest.fixture(autouse=True)
def _compiled(site):
    """As under gunicorn: no visitor waits for a compiler."""
    for kind in questions.KINDS:
        questions.make_question(gamedata.current(), 0, kind, "easy")


def right_choice(page) -> int:
    """What the server would call right: the token names the question."""
    token = page.locator(".quiz-form input[name=token]").get_attribute("value")
    return questions.ask(gamedata.current(), questions.Ticket.read(token)).answer


def test_a_round_by_mouse(visit):
    at = visit("/quiz/")
    page = at.page
    page.get_by_label("Medium").check()
    page.get_by_role("button", name=re.compile("A bit of everything")).click()
    for k in range(10):
        expect(page.locator(".quiz-number")).to_have_text(f"Question {k + 1} of 10")
        # Answers are swapped in, and the focus follows, once the scripts of the page run.
        page.wait_for_load_state("load")
        page.locator(".quiz-form button").nth(right_choice(page)).click()
        expect(page.locator("#quiz-verdict")).to_have_text("Right!")
        expect(page.locator("#quiz-verdict")).to_be_focused()
        expect(page.locator("#live")).to_contain_text("Right!")
        at.is_at(f"/quiz/round/?q={k + 1}")
        page.locator("[data-next]").click()
    expect(page.locator("#quiz-title")).to_have_text("10 of 10 right")
    page.get_by_role("link", name="Another quiz").click()
    expect(page.get_by_role("button", name=re.compile("A bit of everything"))).to_contain_text(
        "Medium 10/10"
    )
    expect(page.get_by_label("Medium")).to_be_checked()


def test_a_round_by_keyboard_alone(visit):
    page = visit("/quiz/").page
    page.get_by_label("Easy").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Medium")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    for k in range(3):
        expect(page.locator(".quiz-number")).to_have_text(f"Question {k + 1} of 10")
        # Keys are heard once the scripts of the page run.
        page.wait_for_load_state("load")
        page.keyboard.press(str(right_choice(page) + 1))
        expect(page.locator("#quiz-verdict")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#quiz-title")).to_be_focused()
    expect(page.locator(".quiz-tally dd").first).to_have_text("3")


def test_going_back_shows_the_answered_question_and_counts_nothing(visit):
    page = visit("/quiz/daily/").page
    page.locator(".quiz-form button").nth(right_choice(page)).click()
    expect(page.locator("#quiz-verdict")).to_be_visible()
    page.locator("[data-next]").click()
    expect(page.locator(".quiz-number")).to_contain_text("Question 2")
    page.wait_for_load_state("load")
    page.go_back()
    expect(page.locator("#quiz-verdict")).to_have_text("Right!")
    expect(page.locator(".quiz-form")).to_have_count(0)
    expect(page.locator(".quiz-tally dd").first).to_have_text("1")


def test_daily_without_scripts(visit):
    at = visit("/fr/quiz/", java_script_enabled=False)
    page = at.page
    page.get_by_role("link", name="Jouer au quiz du jour").click()
    for k in range(8):
        expect(page.locator(".quiz-number")).to_have_text(f"Question {k + 1} sur 8")
        page.locator(".quiz-form button").nth(right_choice(page)).click()
        expect(page.locator("#quiz-verdict")).to_have_text(re.compile(r"^\s*Exact"))
        page.locator("[data-next]").click()
    expect(page.locator("#share-text")).to_have_value(re.compile("🟩" * 8))
    at.is_at("/fr/quiz/daily/")


def test_language_switch_keeps_the_question(visit):
    at = visit("/quiz/daily/")
    page = at.page
    page.locator(".quiz-form button").nth(right_choice(page)).click()
    expect(page.locator("#quiz-verdict")).to_be_visible()
    page.reload()
    page.get_by_role("link", name="Français").click()
    at.is_at("/fr/quiz/daily/?q=1")
    expect(page.locator("#quiz-verdict")).to_contain_text("Exact")


# Light and dark


def background(page) -> str:
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


@pytest.mark.parametrize("scripts", [True, False])
def test_theme_is_chosen_and_kept(visit, scripts):
    at = visit("/about/", color_scheme="light", java_script_enabled=scripts)
    page = at.page
    light = page.locator("body").evaluate("element => getComputedStyle(element).backgroundColor")
    page.locator(".site-tools").get_by_role("button", name="Dark").click()
    expect(page.locator(".site-tools").get_by_role("button", name="Dark")).to_have_attribute(
        "aria-pressed", "true"
    )
    page.wait_for_load_state("networkidle")
    at.open("/quiz/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    colour = "element => getComputedStyle(element).backgroundColor"
    assert page.locator("body").evaluate(colour) != light
    page.locator(".site-tools").get_by_role("button", name="System").click()
    expect(page.locator("html")).not_to_have_attribute("data-theme", "dark")
    assert page.locator("body").evaluate(colour) == light


def test_changing_the_theme_loses_nothing(visit):
    page = visit("/").page
    page.locator("#pick-a").fill("pika")
    page.locator(".site-tools").get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("#pick-a")).to_have_value("pika")


# The menu of a phone


@pytest.mark.parametrize("scripts", [True, False])
def test_menu_on_a_phone(visit, scripts):
    at = visit("/", width=360, java_script_enabled=scripts)
    page = at.page
    expect(page.locator(".site-nav")).to_be_hidden()
    page.locator(".site-menu summary").click()
    page.locator(".site-menu-panel").get_by_role("link", name="About").click()
    at.is_at("/about/")


def test_menu_closes_on_escape_and_elsewhere(visit):
    page = visit("/about/", width=360).page
    menu = page.locator(".site-menu-panel")
    page.locator(".site-menu summary").click()
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(page.locator(".site-menu summary")).to_be_focused()
    page.locator(".site-menu summary").click()
    page.mouse.click(180, 850)
    expect(menu).to_be_hidden()


@pytest.mark.parametrize("path", ["/", "/quiz/", "/quiz/daily/", "/about/", "/nowhere/"])
@pytest.mark.parametrize("language", ["", "/fr"])
def test_nothing_is_wider_than_a_phone(visit, path, language):
    page = visit(language + path, width=360, tolerate=["404"]).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_an_answer_moves_nothing_and_types_are_shown(visit):
    page = visit("/quiz/", width=390).page
    page.get_by_role("button", name="Who wins?").click()
    choices = page.locator(".quiz-choice")
    expect(choices).to_have_count(2)
    expect(page.locator("dl.quiz-tally")).to_be_hidden()
    expect(page.locator(".quiz-choice kbd").first).to_be_hidden()
    assert page.locator(".quiz-choice .types .type").count() >= 2
    names = page.locator(".quiz-fighter b")
    tops = "names => names.map((name) => name.getBoundingClientRect().top + scrollY)"
    before = names.evaluate_all(tops)
    choices.first.click()
    expect(page.locator(".quiz-verdict")).to_be_visible()
    after = names.evaluate_all(tops)
    assert after == pytest.approx(before, abs=0.5)
    expect(page.locator("dl.quiz-tally")).to_be_visible()
