"""The damage calculation as a page and as a fragment."""

import re

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("champion", "warm")]

PAIR = "a=pikachu&b=charizard"
THUNDER = f"/compare/damage/?{PAIR}&by=a&move=thunder"


def test_it_works(page, words):
    response = page(THUNDER)
    text = words(response)
    assert "84–102 HP" in text
    assert "54.9% to 66.6% of 153 HP" in text
    assert "Rolls: 84 86 86 86 90 90" in text
    card = response.context["card"]
    assert card.line == (
        "0 SpA Pikachu Thunder vs. 0 HP / 0 SpD Charizard: 84-102 (54.9 - 66.6%) -- guaranteed 2HKO"
    )
    assert [row.by_rolls.replace("\xa0", " ") for row in card.knock_outs] == [
        "0%",
        "100%",
        "100%",
    ]
    assert [row.in_play.replace("\xa0", " ") for row in card.knock_outs] == [
        "0%",
        "49%",
        "78.4%",
    ]


def test_the_histogram_has_all_rolls(page):
    card = page(THUNDER).context["card"]
    usual = [bar for bar in card.bars if not bar.is_critical]
    critical = [bar for bar in card.bars if bar.is_critical]
    assert len(usual) == len(set(card.rolls.split()))
    assert len(critical) == len(set(card.critical_rolls.split()))
    tallest = max(float(bar.height) for bar in usual)
    assert tallest == pytest.approx(72)
    for bar in card.bars:
        assert 0 <= float(bar.x) <= 320


def test_both_sides_and_set_ups(page):
    line = page(f"/compare/damage/?{PAIR}&avs_b=0-0-0-200-0-0&nature_b=modest&by=b&move=air-slash")
    assert line.context["card"].line.startswith(
        "200+ SpA Charizard Air Slash vs. 0 HP / 0 SpD Pikachu: "
    )
    line = page(f"/compare/damage/?{PAIR}&level_a=60&by=a&move=thunder")
    assert line.context["card"].line.startswith(
        "Lvl 60 0 SpA Pikachu Thunder vs. Lvl 50 0 HP / 0 SpD Charizard: "
    )


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("a=machamp&b=snorlax&by=a&move=low-kick", "0 Atk Machamp Low Kick (120 BP) vs. "),
        (
            "a=machamp&b=snorlax&by=a&move=seismic-toss",
            "Machamp Seismic Toss vs. 0 HP Snorlax: 50-50 ",
        ),
        ("a=beedrill&b=mew&by=a&move=pin-missile", "0 Atk Beedrill Pin Missile (2-5 hits) vs. "),
        (
            "a=mewtwo&b=onix&by=a&move=foul-play&avs_b=9",
            "9 Atk Mewtwo Foul Play vs. 9 HP / 9 Def Onix",
        ),
        ("a=pikachu&b=onix&by=a&move=thunder", "Pikachu Thunder vs. 0 HP Onix: 0-0 (0 - 0%)"),
        (
            "a=charizard-mega-x&b=raichu-alola&by=a&move=slash",
            "0 Atk Charizard-Mega-X Slash vs. 0 HP / 0 Def Raichu-Alola",
        ),
        (
            "a=pikachu-starter&b=mew&by=a&move=zippy-zap",
            "0 Atk Pikachu-Starter Zippy Zap vs. 0 HP / 0 Def Mew on a critical hit: ",
        ),
    ],
)
def test_lines_of_calculators(page, query, line):
    assert page(f"/compare/damage/?{query}").context["card"].line.startswith(line)


@pytest.mark.parametrize(
    ("query", "end"),
    [
        ("a=jolteon&b=gyarados&by=a&move=thunderbolt", "-- guaranteed OHKO"),
        ("a=pikachu&b=charizard&by=a&move=thunderbolt", "% chance to 2HKO"),
        ("a=machamp&b=snorlax&by=a&move=seismic-toss", "-- guaranteed 5HKO"),
    ],
)
def test_lines_end_with_the_chance(page, query, end):
    assert page(f"/compare/damage/?{query}").context["card"].line.endswith(end)


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("a=machamp&b=snorlax&by=a&move=counter", "returns twice the damage"),
        ("a=raticate&b=snorlax&by=a&move=super-fang", "half of the remaining HP"),
        ("a=dugtrio&b=snorlax&by=a&move=fissure", "All or nothing"),
        ("a=hypno&b=mew&by=a&move=dream-eater", "only works on a sleeping target"),
        ("a=venusaur&b=mew&by=a&move=solar-beam", "It takes two turns per hit"),
        ("a=persian&b=mew&by=a&move=fake-out", "only works on the first turn"),
        ("a=snorlax&b=mew&by=a&move=self-destruct", "it can be used only once"),
        ("a=starmie&b=mew&by=a&move=psywave", "no critical hits, no damage rolls"),
        ("a=beedrill&b=mew&by=a&move=twineedle", "for one hit"),
        ("a=pikachu&b=onix&by=a&move=thunder", "Thunder doesn’t affect Onix."),
    ],
)
def test_what_the_numbers_leave_out_is_said(page, words, query, note):
    assert note in words(page(f"/compare/damage/?{query}"))


def test_fragment_is_the_card_alone(page):
    response = page(THUNDER, **{"HX-Request": "true"})
    html = response.content.decode()
    assert "<html" not in html
    assert "damage-card" in html
    assert "damage-lists" not in html


def test_every_row_of_the_ranking_leads_there(page, champion):
    response = page(f"/compare/?{PAIR}")
    links = set(re.findall(r'href="([^"]*&amp;move=[^"]*)#tabs"', response.content.decode()))
    single = response.context["single"]
    assert len(links) == len(single.ranking) + len(single.replies) > 14 + 8
    for link in sorted(links)[::9]:
        shown = page(link.replace("&amp;", "&")).context["calculator"].card
        assert f"move={shown.move.slug}" in link


# The tab with all moves of both sides

TAB = f"/compare/?{PAIR}&tab=damage"


def rows(response, side="a"):
    sides = {each.side: each for each in response.context["calculator"].sides}
    return {row.move.slug: row for row in sides[side].rows}


def test_the_tab_has_all_moves_of_both_sides(page, words):
    response = page(f"{TAB}&by=a&move=thunder")
    assert len(rows(response)) == 14
    assert len(rows(response, "b")) > 8
    assert rows(response)["thunder"].hp_range == "84–102"
    assert rows(response)["thunder"].is_open
    assert "Rolls: 84 86 86 86 90 90" in words(response)


def test_the_tab_lists_chosen_moves_only(page):
    assert set(rows(page(f"{TAB}&moves_a=thunder"))) == {"thunder"}


@pytest.mark.parametrize(
    ("query", "hp_range", "line"),
    [
        ("special_attack_a=2", "168–198", "+2 0 SpA Pikachu Thunder vs. 0 HP / 0 SpD Charizard: "),
        ("special_defense_b=1", "56–68", "0 SpA Pikachu Thunder vs. +1 0 HP / 0 SpD Charizard: "),
        ("light_screen_b=1", "42–51", "0 SpA Pikachu Thunder vs. 0 HP / 0 SpD Charizard through "),
        ("critical=1", "128–152", "0 SpA Pikachu Thunder vs. 0 HP / 0 SpD Charizard on a crit"),
        # What does not concern a special move.
        ("reflect_b=1&attack_a=6&status_a=burn", "84–102", "0 SpA Pikachu Thunder vs. 0 HP"),
    ],
)
def test_conditions_count(page, query, hp_range, line):
    response = page(f"{TAB}&by=a&move=thunder&{query}")
    assert rows(response)["thunder"].hp_range == hp_range
    assert response.context["calculator"].card.line.startswith(line)


def test_a_burn_halves_physical_damage(page):
    before = rows(page(TAB))["quick-attack"].hp_range
    after = rows(page(f"{TAB}&status_a=burn"))["quick-attack"].hp_range
    low, high = map(int, before.split("–"))
    assert after == f"{low // 2}–{high // 2}"


def test_current_hp_counts_for_the_knock_out(page):
    card = page(f"{TAB}&by=a&move=thunder&hp_b=90").context["calculator"].card
    assert (card.hp, card.hp_left) == (153, 90)
    assert "chance to OHKO" in card.line


def test_conditions_stay_in_the_address(client, page):
    query = "attack_a=-1&hp_b=90&status_b=sleep&reflect_a=1&critical=1"
    given = f"{TAB}&{query}&defense_a=0&status_a=&hp_a="
    kept = client.get(given)["Location"]
    assert sorted(kept.partition("?")[2].split("&")) == sorted(
        f"{PAIR}&tab=damage&{query}".split("&")
    )
    html = page(kept).content.decode()
    swapped = re.search(r'id="compare-tools">.*?href="([^"]*)"', html, re.S)[1]
    assert "attack_b=-1" in swapped
    assert "hp_a=90" in swapped
    # Only this tab asks for them.
    assert client.get(kept.replace("tab=damage", "tab=stats"))["Location"] == (
        f"/compare/?{PAIR}&tab=stats"
    )


@pytest.mark.parametrize(
    "query",
    ["attack_a=99&hp_a=0", "status_a=<b>&hp_a=x", "hp_b=-5&defense_b=--1", "by=a&move=%00", "by=c"],
)
def test_the_tab_survives_any_condition(page, query):
    assert page(f"{TAB}&{query}").context["calculator"].card


def test_it_lists_the_other_moves(page):
    html = page(THUNDER).content.decode()
    assert "by=b&amp;move=air-slash" in html
    assert 'aria-current="page">Thunder</a>' in html


# What it refuses


@pytest.mark.parametrize("move", ["surf", "growl", "", "%00", "x" * 3000, "<b>"])
def test_it_rejects_a_move_that_is_not_there(page, words, move):
    response = page(f"/compare/damage/?{PAIR}&by=a&move={move}")
    assert "Pikachu has no damaging move" in words(response)
    assert b"<b>\xe2" not in response.content


@pytest.mark.parametrize(
    "query", ["", "a=pikachu", "a=pikachoo&b=mew", "a=pikachu&b=mew&level_a=0"]
)
def test_it_sends_back_what_is_no_comparison(client, query):
    response = client.get(f"/compare/damage/?{query}&by=a&move=thunder")
    assert response.status_code == 302
    assert response["Location"].startswith("/compare/?")


def test_it_speaks_french(page, words):
    text = words(page(f"/fr{THUNDER}"))
    assert "de 54,9 % à 66,6 % de 153 PV" in text
    assert "78,4 %" in text
    assert "Fatal-Foudre" in text


# Conditions that cannot be


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("attack_a=9", "Pikachu, Attack: a stage must be a whole number from -6 to +6, not “9”."),
        ("special_defense_b=x", "Charizard, Special Defense: a stage must be a whole number"),
        ("hp_b=0", "Charizard: current HP must be a whole number from 1 to 153, not “0”."),
        ("hp_b=154", "Charizard: current HP must be a whole number from 1 to 153, not “154”."),
        ("hp_a=1e2", "Pikachu: current HP must be a whole number from 1 to 110, not “1e2”."),
        ("status_a=flu", "Pikachu: there is no status “flu”. Allowed in the address: paralysis,"),
        ("reflect_b=yes", "“reflect_b” in the address must be 1 or left out, not “yes”."),
        ("critical=2", "“critical” in the address must be 1 or left out, not “2”."),
    ],
)
def test_it_says_which_condition_cannot_be(page, words, query, reason):
    """The rest is kept, and what cannot be is as at the start of a battle."""
    response = page(f"/compare/?{PAIR}&tab=damage&{query}&light_screen_a=1&defense_b=2")
    assert reason in words(response)
    calculator = response.context["calculator"]
    assert calculator.sides[0].light_screen
    assert calculator.sides[1].stages[1].stage == 2
    good = page(f"/compare/?{PAIR}&tab=damage&defense_b=2&light_screen_a=1").context["calculator"]
    assert [row.hp_range for row in calculator.sides[0].rows] == [
        row.hp_range for row in good.sides[0].rows
    ]
    assert not good.problems


def test_a_condition_that_cannot_be_stays_out_of_the_address(fragment):
    response = fragment(f"/compare/?{PAIR}&tab=damage&attack_a=9", target="compare-tabs")
    assert "a stage must be a whole number" in response.content.decode()
    assert response["HX-Push-Url"] == "false"
