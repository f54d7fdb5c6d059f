"""The damage calculation as a page and as a fragment."""

import re

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warm")]

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
    html = page(f"/compare/?{PAIR}").content.decode()
    links = set(re.findall(r'href="(/compare/damage/[^"]*)"', html))
    assert len(links) == 14 + 8
    for link in sorted(links)[::9]:
        assert page(link.replace("&amp;", "&")).context["card"]


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
