"""Questions that people come with: from the home page to the answer in at most five actions."""

import re

import pytest
from playwright.sync_api import expect

from battles.play import game
from mlcore.game import gamedata

LIMIT = 5


class Hands:
    """Everything that a visitor does; a click, a text and a key are one action each."""

    def __init__(self, page):
        self.page = page
        self.actions = 0

    def _act(self):
        self.actions += 1
        assert self.actions <= LIMIT, "the answer is too far from home"

    def click(self, where):
        self._act()
        where.click()

    def write(self, where, text):
        self._act()
        where.fill(text)

    def search(self, text, first):
        """Type into the box of every page and take what comes ``first``."""
        self.write(self.page.locator("#site-search"), text)
        expect(self.page.locator("#site-search-options a").first).to_contain_text(first)
        self._act()
        self.page.keyboard.press("Enter")

    def menu(self, name):
        self.click(self.page.locator(".site-nav").get_by_role("link", name=name, exact=True))

    def button(self, name):
        self.click(self.page.get_by_role("button", name=name))


@pytest.fixture
def hands(visit):
    return Hands(visit("/").page)


def test_who_counters_mewtwo(hands):
    hands.search("mewtwo", "Mewtwo")
    rivals = hands.page.locator("#counters-title ~ ol .rival")
    expect(rivals.first).to_contain_text("%")
    hands.click(rivals.first)
    expect(hands.page.locator(".fighter.is-b h2")).to_have_text("Mewtwo")
    expect(hands.page.locator("#result-title")).to_contain_text("Use ")


def test_what_is_gyarados_weak_to(hands):
    hands.search("gyardos", "Gyarados")  # with a slip
    expect(hands.page.locator("h1")).to_have_text("Gyarados")
    expect(hands.page.locator(".matchups .x4")).to_contain_text("Electric")


def test_who_learns_thunderbolt(hands):
    hands.search("thunderbolt", "Thunderbolt")
    expect(hands.page.locator("#learners-title")).to_contain_text("Who learns Thunderbolt")
    expect(hands.page.locator(".learners").first).to_contain_text("Pikachu")


def test_which_of_my_six_beats_lance(hands):
    hands.search("lance", "Lance")
    hands.write(
        hands.page.get_by_label("Your team"), "Starmie 54, Jolteon, Lapras, Onix, Raichu, Gengar"
    )
    hands.button("Find counters")
    rows = hands.page.locator("#team-title ~ .matrix-frame tbody tr")
    expect(rows).to_have_count(6)
    best = rows.first.locator("a").first.inner_text()
    expect(hands.page.locator(".boss-verdict")).to_contain_text(f"Your best is {best}")


def test_which_of_my_moves_beats_mistys_starmie(hands):
    hands.search("misty", "Misty")
    hands.write(
        hands.page.get_by_label("Your team"), "Raichu 20\n- Thunderbolt\n- Slam\n- Quick Attack"
    )
    hands.button("Find counters")
    hands.click(hands.page.locator("#team-title ~ .matrix-frame tbody td a").last)
    expect(hands.page.locator(".fighter.is-b h2")).to_have_text("Starmie")
    expect(hands.page.locator("#result-title")).to_contain_text("Use ")
    expect(hands.page.locator(".move-group.is-a .move-row")).to_have_count(3)


def test_play_a_battle(hands, small_budgets):
    game.warm_up(gamedata.current())
    hands.menu("Battle")
    hands.button("Start the battle")
    hands.click(hands.page.locator(".move-button:not(:disabled)").first)
    expect(hands.page.locator(".log-turn h3").first).to_have_text("Turn 1")


def test_learn_the_type_chart_by_quiz(hands):
    hands.menu("Quiz")
    hands.button(re.compile("Type chart"))
    hands.click(hands.page.locator(".quiz-form button").first)
    expect(hands.page.locator("#quiz-verdict")).to_be_visible()
    expect(hands.page.locator(".quiz-verdict")).to_contain_text("vs")


def test_send_my_friend_this_comparison(hands, visit, site):
    hands.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    hands.click(hands.page.get_by_role("link", name="See why"))
    hands.click(hands.page.get_by_role("link", name="Share", exact=True))
    hands.button("Copy the link")
    expect(hands.page.get_by_role("button", name="Copied")).to_be_visible()
    link = hands.page.evaluate("navigator.clipboard.readText()")
    friend = visit(link.removeprefix(site)).page
    assert friend.title() == hands.page.title()
    said = hands.page.locator("#result-title").inner_text()
    expect(friend.locator("#result-title")).to_have_text(said)
