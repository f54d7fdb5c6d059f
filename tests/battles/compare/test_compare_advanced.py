"""The compare page with set-ups: what counts, what is refused, what the address keeps."""

import re

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warm", "champion")]

PAIR = "/compare/?a=pikachu&b=charizard"


def test_set_ups_reach_the_model(page, asked):
    page(f"{PAIR}&level_a=80&nature_a=timid&friendship_a=255&ivs_a=0-1-2-3-4-5&avs_b=7")
    a, _move_a, b, _move_b = asked[0]
    assert (a.level[0], a.friendship[0], a.ivs[0].tolist()) == (80, 255, [0, 1, 2, 3, 4, 5])
    assert (b.level[0], b.avs[0].tolist()) == (50, [7] * 6)


def test_set_ups_change_stats_and_who_moves_first(page, words):
    slow = f"{PAIR}&moves_a=thunder&moves_b=air-slash"
    assert page(slow).context["single"].best.first == "Charizard moves first"
    fast = page(f"{slow}&level_a=60")
    assert fast.context["single"].best.first == "Pikachu moves first"
    text = words(fast)
    assert "level 60" in text
    assert "Pikachu: level 60. Charizard: level 50." in text
    stats = page(f"{slow}&level_a=60&tab=stats").context["stats"]
    speed = next(row for row in stats if row.name == "Speed")
    assert (speed.base_a, speed.base_b, speed.b) == (90, 100, 122)
    assert speed.a > speed.b


def test_set_ups_change_the_damage(page):
    before = page(f"{PAIR}&moves_a=thunder").context["single"].best.damage
    after = page(f"{PAIR}&moves_a=thunder&avs_a=200").context["single"].best.damage
    assert int(after.rstrip("%")) > int(before.rstrip("%"))


def test_the_fold_shows_what_counts(page):
    html = page(f"{PAIR}&level_a=80&nature_a=timid&ivs_a=1-2-3-4-5-6").content.decode()
    assert re.search(r'id="level-a"[^>]*value="80"', html)
    assert '<option value="timid" selected>Timid (+Speed, −Attack)</option>' in html
    assert re.findall(r'name="ivs_a"[^>]*value="(\d+)"', html) == list("123456")
    assert re.findall(r'name="avs_b"[^>]*value="(\d+)"', html) == ["0"] * 6
    assert "level 80 · Timid" in html


def test_what_a_form_sends_becomes_a_short_address(client):
    flat = "level_a=50&nature_a=hardy&friendship_a=70" + "&ivs_a=31" * 6 + "&avs_a=0" * 6
    assert client.get(f"{PAIR}&{flat}")["Location"] == PAIR
    sent = (
        "level_a=50&nature_a=bold&friendship_a=70" + "&ivs_a=31" * 6 + "&avs_a=0" * 5 + "&avs_a=9"
    )
    assert client.get(f"{PAIR}&{sent}")["Location"] == f"{PAIR}&nature_a=bold&avs_a=0-0-0-0-0-9"


def test_swapping_takes_the_set_ups_along(page):
    html = page(f"{PAIR}&level_a=80&avs_b=5").content.decode()
    assert 'href="/compare/?a=charizard&amp;b=pikachu&amp;avs_a=5&amp;level_b=80"' in html


def test_presets_are_links(page):
    html = page(f"{PAIR}&level_a=80&level_b=9").content.decode()
    assert f'href="{PAIR.replace("&", "&amp;")}&amp;level_b=9"' in html
    trained = "&amp;level_a=100&amp;friendship_a=255&amp;avs_a=200&amp;level_b=9"
    assert f'href="{PAIR.replace("&", "&amp;")}{trained}"' in html


@pytest.mark.parametrize(
    ("query", "words_"),
    [
        ("level_a=0", "Level must be a whole number from 1 to 100, not “0”."),
        ("nature_b=grumpy", "There is no nature “grumpy”."),
        ("avs_a=201", "AVs, HP: must be a whole number from 0 to 200, not “201”."),
    ],
)
@pytest.mark.parametrize("htmx", [False, True])
def test_it_rejects_in_words_and_keeps_the_rest(page, words, query, words_, htmx):
    headers = {"HX-Request": "true", "HX-Target": "compare-result"} if htmx else {}
    response = page(f"{PAIR}&moves_a=thunder&{query}&level_b=60", **headers)
    assert words_ in words(response)
    assert response.context["result"] is None
    if not htmx:
        html = response.content.decode()
        assert 'aria-invalid="true"' in html
        kept = f"{PAIR}&moves_a=thunder&level_b=60".replace("&", "&amp;")
        assert f'href="{kept}"' in html


def test_refused_values_stand_in_their_fields_again(page):
    query = "&avs_a=1&avs_a=999&avs_a=3&avs_a=4&avs_a=5&avs_a=6&level_a=1000"
    html = page(PAIR + query).content.decode()
    assert re.findall(r'name="avs_a"[^>]*value="(\d+)"', html) == ["1", "999", "3", "4", "5", "6"]
    assert re.search(r'id="level-a"[^>]*value="1000"', html)


@pytest.mark.parametrize(
    "query",
    [
        "level_a=%00&nature_a=%00&ivs_a=%00&avs_a=%00&friendship_a=%00",
        "level_a=" + "9" * 5000,
        "ivs_a=" + "1-" * 4000,
        "avs_a=1" + "&avs_a=1" * 400,
        "level_a=1e3&nature_b=<script>alert(1)</script>",
        "referee=nonsense",
        "level_a=--5&level_b=+5",
    ],
)
@pytest.mark.parametrize("htmx", [False, True])
def test_it_survives_any_set_up(client, query, htmx):
    headers = {"HX-Request": "true", "HX-Target": "compare-result"} if htmx else {}
    response = client.get(f"{PAIR}&{query}", headers=headers, follow=True)
    assert response.status_code == 200
    assert b"<script>alert" not in response.content


def test_result_fragment_renews_what_depends_on_the_set_up(fragment):
    address = f"{PAIR}&level_a=80&tab=stats"
    html = fragment(address, target="compare-result").content.decode()
    assert 'id="advanced-a-summary" hx-swap-oob="true">level 80<' in html
    assert re.search(r'<output id="stat-a-5"[^>]* hx-swap-oob="true">\d+</output>', html)
    assert re.search(r'id="compare-tools" hx-swap-oob="true">.*?level_b=80', html, re.S)
    assert 'id="level-a"' not in html
    assert "Base stat total" in html


# Ranking, grid, reasons


def test_rows_say_what_a_move_does(page, words):
    response = page(f"{PAIR}&moves_a=thunder&moves_a=quick-attack")
    row = {entry.move.slug: entry for entry in response.context["single"].ranking}["thunder"]
    assert (row.damage, row.hits, row.accuracy.replace("\xa0", " ")) == (
        "43%",
        "2 hits",
        "70%",
    )
    assert row.multiplier == ("x2", "×2")
    assert "paralysis" in row.effect
    text = words(response)
    assert "Damage" in text
    assert "43%" in text
    assert "priority +1" in text


def test_the_opponent_has_a_ranking_too(page):
    result = page(f"{PAIR}&moves_a=thunder&moves_b=air-slash&moves_b=slash").context["single"]
    assert {row.move.slug for row in result.replies} == {"air-slash", "slash"}
    best = result.replies[0]
    assert best.probability == pytest.approx(1 - result.best.probability)


def test_grid_shows_every_pair_of_a_small_choice(page):
    moves = "&moves_a=thunder&moves_a=dig&moves_b=air-slash&moves_b=slash&moves_b=dragon-pulse"
    grid = page(PAIR + moves).context["single"].grid
    assert (len(grid.rows), len(grid.columns)) == (2, 3)
    assert grid.left_out == ""
    for row in grid.rows:
        assert sum(cell.is_reply for cell in row.cells) == 1
        replied = next(cell for cell in row.cells if cell.is_reply)
        assert replied.heat == min(cell.heat for cell in row.cells)
    assert grid.rows[0].cells[0].url.startswith(f"{PAIR}&moves_a=")


def test_grid_is_bounded(page, words):
    response = page("/compare/?a=mew&b=mew&tab=grid")
    grid = response.context["single"].grid
    assert (len(grid.rows), len(grid.columns)) == (8, 8)
    assert "Showing the top 8 of" in words(response)


def test_reasons_are_signed_sentences(page, words):
    response = page(f"{PAIR}&moves_a=thunder&moves_b=air-slash")
    lines = response.context["single"].reasons
    assert 1 <= len(lines) <= 3
    strong = page("/compare/?a=pikachu&b=gyarados&moves_a=thunderbolt&moves_b=surf")
    said = [line.words for line in strong.context["single"].reasons]
    assert "Thunderbolt is super effective on Gyarados (×4)." in said
    assert {line.sign for line in lines} <= {"+", "−", "="}
    faster = next(line for line in lines if "faster" in line.words)
    assert faster.words == "Charizard is faster (122 vs 112) and moves first."
    assert (faster.side, faster.sign) == ("b", "−")
    assert "favors Charizard:" in words(response)


def test_no_reason_speaks_of_what_makes_no_difference(page):
    """One hit of either is enough with and without its type: that it is effective is no reason."""
    for query in ("a=pikachu&b=gyarados", "a=magikarp&b=mewtwo", "a=jolteon&b=gyarados"):
        single = page(f"/compare/?{query}").context["single"]
        if "Types" in single.without_weight:
            assert not any("super effective" in line.words for line in single.reasons)
        if "Who moves first" in single.without_weight:
            assert not any("moves first" in line.words for line in single.reasons)


def test_set_up_fields_show_the_stat_they_give(page):
    html = page(f"{PAIR}&avs_a=0-0-0-0-0-10").content.decode()
    plain = page(PAIR).content.decode()

    def speed(html):
        return int(re.search(r'<output id="stat-a-5"[^>]*>(\d+)</output>', html)[1])

    assert speed(html) == speed(plain) + 10
