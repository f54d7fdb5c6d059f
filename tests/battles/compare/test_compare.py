"""The compare page: what it shows, what it refuses, what it answers to htmx."""

import re
from html import unescape

import pytest

from battles.common import text as words_of
from battles.common.text import whole_percents
from mlcore.game.matchup import VALUE_STEP
from mlcore.game.spreads import FLAT
from mlcore.models import PredictionLog
from mlcore.serving import well_played

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warm")]

PAIR = "/compare/?a=pikachu&b=charizard"
WON = "/compare/?a=raichu&b=charizard"


@pytest.fixture(autouse=True)
def _champion(champion):
    """Most pages need one; those that do without replace it."""


def test_compare_works(page, words):
    text = words(page(WON))
    assert "Raichu vs Charizard" in text
    assert re.search(r"\d+%", text)
    # A free blow first, and then the one that decides; either is worth 96%.
    assert re.search("Use (Fake Out|Thunderbolt)", text)
    assert "moves first" in text
    assert "Predicted by model v7" in text


def test_compare_logs_its_prediction_once(page):
    page(PAIR)
    rows = {row.source: row.duel_count for row in PredictionLog.objects.all()}
    assert PredictionLog.objects.count() == len(rows)
    assert rows["compare"] > 100
    assert rows == {"compare": rows["compare"], "compare-matchup": 1}


def test_compare_ranks_every_damaging_move_of_a(page):
    result = page(PAIR).context["single"]
    assert len(result.ranking) == 14
    # Closer values are ranked by what the move does against all replies.
    values = [round(row.probability / VALUE_STEP) for row in result.ranking]
    assert values == sorted(values, reverse=True)
    assert [row.place for row in result.ranking] == list(range(1, 15))


def test_compare_uses_the_moves_of_the_address_only(page):
    response = page(f"{PAIR}&moves_a=quick-attack&moves_a=thunder&moves_b=air-slash")
    result = response.context["single"]
    assert {row.move.slug for row in result.ranking} == {"quick-attack", "thunder"}
    assert {row.reply.slug for row in result.ranking} == {"air-slash"}


def test_compare_says_who_moves_first_by_priority_then_speed(page):
    response = page(f"{PAIR}&moves_a=quick-attack&moves_a=thunder&moves_b=air-slash")
    first = {row.move.slug: row.first for row in response.context["single"].ranking}
    assert first == {"quick-attack": "Pikachu moves first", "thunder": "Charizard moves first"}


def test_compare_shows_stats_and_types_side_by_side(page, words):
    text = words(page(f"{PAIR}&tab=stats"))
    assert re.search(r"110 35 HP 153 78", text)
    assert re.search(r"320 Base stat total 534", text)
    text = words(page(f"{PAIR}&tab=types"))
    assert "Charizard takes ×4 Rock ×2 Water Electric" in text
    assert "×¼ Grass Bug ×0 Ground" in text


def test_compare_marks_moves_kept_from_an_earlier_evolution(page, words):
    assert "kept from Pikachu" in words(page("/compare/?a=raichu&b=charizard"))


def test_compare_gives_a_mega_the_moves_of_its_base_form(page):
    a = page("/compare/?a=charizard-mega-x&b=pikachu").context["a"]
    assert {"flamethrower", "air-slash"} <= {option.move.slug for option in a.options}


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ("a=Pikachu&b=Dracaufeu", "a=pikachu&b=charizard"),
        ("b=charizard&a=pikachu", "a=pikachu&b=charizard"),
        ("a=25&b=006", "a=pikachu&b=charizard"),
        ("a=%20PIKACHU%20&b=charizardmegax", "a=pikachu&b=charizard-mega-x"),
        ("a=nidoran♀&b=Nidoran%20M", "a=nidoran-f&b=nidoran-m"),
        ("a=pikachu&b=charizard&moves_a=", "a=pikachu&b=charizard"),
        ("a=pikachu&b=charizard&x=1&of_a=pikachu", "a=pikachu&b=charizard"),
        (
            "a=pikachu&b=charizard&moves_a=tonnerre,Quick%20Attack",
            "a=pikachu&b=charizard&moves_a=thunderbolt&moves_a=quick-attack",
        ),
    ],
)
def test_compare_redirects_to_one_way_of_writing(client, given, canonical):
    response = client.get(f"/compare/?{given}")
    assert response.status_code == 302
    location = response["Location"]
    assert sorted(location.partition("?")[2].split("&")) == sorted(canonical.split("&"))
    assert client.get(location).status_code == 200


def test_compare_drops_moves_of_the_pokemon_before(client):
    response = client.get(f"{PAIR}&moves_a=thunder&moves_a=surf&of_a=raichu")
    assert response["Location"] == f"{PAIR}&moves_a=thunder"


def test_compare_says_which_moves_were_dropped(fragment, words):
    text = words(fragment(f"{PAIR}&moves_a=thunder&moves_a=surf&of_a=blastoise"))
    assert "Pikachu can’t learn surf: ignored." in text


def test_compare_recommends_nothing_when_nothing_helps(page, words):
    text = words(page(f"{PAIR}&level_a=5"))
    assert "No winning move" in text
    assert "Charizard wins almost every time" in text
    assert "Use " not in text


# Both play well


def test_the_headline_is_the_answer_for_good_play(page, words, game):
    sets = "&moves_a=sing&moves_a=moonblast&moves_b=toxic&moves_b=sludge-bomb&moves_b=leech-seed"
    response = page(f"/compare/?a=clefable&b=venusaur{sets}")
    moves = [["sing", "moonblast"], ["toxic", "sludge-bomb", "leech-seed"]]
    given = well_played.answer(
        game,
        well_played.current(game),
        FLAT.setups(game.form_index("clefable")),
        sorted(map(game.move_index, moves[0])),
        FLAT.setups(game.form_index("venusaur")),
        sorted(map(game.move_index, moves[1])),
    )
    played = response.context["played"]
    assert response.context["result"] is played
    assert played.probability == pytest.approx(given.probability)
    worth = {game.move_slugs[move]: value for move, value in given.b.worth.items()}
    assert {row.move.slug: row.percent for row in played.b.moves} == {
        slug: words_of.percent(value) for slug, value in worth.items()
    }
    shown = words(response)
    assert "If both play well" in shown
    chances = f"Clefable {played.percent_a}, Venusaur {played.percent_b}"
    assert chances in unescape(response.content.decode())
    assert "The moves you chose." in shown


def test_a_mixed_opening_names_whole_shares(page, words):
    """Mew and Clefable with all moves: both choose their sets, and one of them mixes."""
    response = page("/compare/?a=mew&b=clefable")
    played = response.context["played"]
    assert played.a.origin == "The best four of its 71 moves."
    assert len(played.a.moves) == 4
    for side in played.sides.values():
        shares = [int(row.share.rstrip("%")) for row in side.moves if row.share]
        assert sum(shares) == 100
        assert shares == sorted(shares, reverse=True)
        assert side.is_mixed == (len(shares) > 1)
        if side.is_mixed:
            named = ", ".join(f"{row.move.name} {row.share}" for row in side.moves if row.share)
            assert side.opening == named
    assert f"Clefable’s best opening: {played.b.opening}." in words(response)


@pytest.mark.parametrize(
    ("shares", "percents"),
    [
        ({1: 1.0}, [100]),
        ({1: 1 / 3, 2: 1 / 3, 3: 1 / 3}, [34, 33, 33]),
        ({1: 0.705, 2: 0.295}, [71, 29]),
        ({1: 0.056, 2: 0.057, 3: 0.887}, [5, 6, 89]),
        ({}, []),
    ],
)
def test_shares_are_whole_percents_that_add_up(shares, percents):
    assert list(whole_percents(shares).values()) == percents


def test_the_answer_for_one_move_stands_under_the_table(page, words):
    response = page(WON)
    html = response.content.decode()
    part = re.search(r'<section class="card single" id="single".*?</section>', html, re.S)[0]
    single = response.context["single"]
    assert "If each repeats one move" in part
    for said in (
        f"Raichu {single.percent_a}",
        f"Charizard {single.percent_b}",
        "Predicted by model v7",
        *(line.words for line in single.reasons),
    ):
        assert said in unescape(part)
        assert said not in unescape(html.replace(part, ""))
    # The weights of the model and the list of all moves are folded.
    assert re.findall(r'<details class="fold single-fold" id="(\w+)">', part) == [
        "weights",
        "ranking",
    ]


def test_the_table_has_both_sets_with_one_head(page):
    response = page(f"{PAIR}&moves_a=growl&moves_a=thunder")
    html = response.content.decode()
    table = re.search(r'<table class="duel-table">.*?</table>', html, re.S)[0]
    assert table.count("<thead>") == 1
    assert table.count(">Opening<") == table.count(">Alone<") == 1
    groups = response.context["groups"]
    assert [len(group.rows) for group in groups] == [2, 4]
    growl, thunder = sorted(groups[0].rows, key=lambda row: row.move.slug)
    assert growl.alone is None
    assert thunder.alone.percent == response.context["single"].best.percent
    assert table.count('class="move-row') == 6


# Tabs


def test_only_the_open_tab_is_there(page, words):
    parts = {
        "moves": "What each move is worth",
        "grid": "Move matchups",
        "damage": "Damage calculator",
        "simulation": "Run a simulation",
        "stats": "Base stat total",
        "types": "Charizard takes",
        "share": "Copy the link",
        "export": "Import or export",
    }
    for tab, said in parts.items():
        address = PAIR if tab == "moves" else f"{PAIR}&tab={tab}"
        text = words(page(address))
        assert said in text
        assert [other for other in parts.values() if other in text] == [said]
        assert "If both play well" in text


def test_tabs_are_links_and_the_open_one_is_marked(page):
    html = page(f"{PAIR}&tab=stats").content.decode()
    bar = re.search(r'<nav class="tab-bar".*?</nav>', html, re.S)[0]
    assert re.findall(r'aria-current="true"[^>]*>(\w+)<', bar) == ["Stats"]
    assert 'href="/compare/?a=pikachu&amp;b=charizard&amp;tab=types#tabs"' in bar
    assert 'href="/compare/?a=pikachu&amp;b=charizard#tabs"' in bar


def test_the_tab_is_kept_by_the_form_and_every_link(page):
    html = page(f"{PAIR}&tab=stats").content.decode()
    assert '<input class="tab-field" type="hidden" name="tab" value="stats"' in html
    assert 'href="/compare/?a=charizard&amp;b=pikachu&amp;tab=stats"' in html
    assert 'href="/fr/compare/?a=pikachu&amp;b=charizard&amp;tab=stats"' in html
    # Search engines and previews see one page.
    assert '<link rel="canonical" href="http://testserver/compare/?a=pikachu&amp;b=charizard">' in (
        html
    )


def test_an_unknown_tab_is_the_default(client):
    assert client.get(f"{PAIR}&tab=nonsense")["Location"] == PAIR
    assert client.get(f"{PAIR}&tab=moves")["Location"] == PAIR


def test_a_tab_fragment_is_the_tabs_alone(fragment):
    response = fragment(f"{PAIR}&tab=types", target="compare-tabs")
    html = response.content.decode()
    assert html.lstrip().startswith('<div class="compare-tabs"')
    assert "verdict-question" not in html
    assert response["HX-Push-Url"] == f"{PAIR}&tab=types"
    assert re.search(r'id="compare-tools" hx-swap-oob="true">.*?tab=types', html, re.S)


def test_a_mirror_features_nobody(page):
    html = page("/compare/?a=mew&b=mew").content.decode()
    assert 'class="verdict"' in html
    assert "is-winner" not in html


@pytest.mark.usefixtures("aged_battle_value")
def test_without_a_network_the_answer_for_one_move_stands_alone(page, words):
    response = page(WON)
    assert response.context["played"] is None
    assert response.context["result"] is response.context["single"]
    shown = words(response)
    assert "The answer if both play well is unavailable right now." in shown
    assert "other game data" in shown
    assert "Use Thunderbolt" in shown
    assert words(page("/compare/?a=ditto&b=mew", status=503))


# What it refuses


def test_compare_rejects_unknown_pokemon(page, words):
    response = page("/compare/?a=pikachoo&b=gengar&moves_b=lick")
    text = words(response)
    assert "There is no Pokémon “pikachoo” in Let’s Go." in text
    assert "Did you mean: Pikachu" in text
    assert 'href="/compare/?a=pikachu&amp;b=gengar&amp;moves_b=lick"' in response.content.decode()
    assert 'value="pikachoo"' in response.content.decode()


def test_compare_keeps_the_moves_of_an_unknown_pokemon(page):
    html = page("/compare/?a=pikachoo&b=gengar&moves_a=thunder").content.decode()
    assert 'name="moves_a" value="thunder"' in html
    assert "a=pikachu&amp;b=gengar&amp;moves_a=thunder" in html


def test_compare_rejects_a_move_it_cannot_learn(page, words):
    response = page(f"{PAIR}&moves_a=surf&moves_a=thunder")
    assert "Pikachu cannot learn Surf. Choose from the 27 moves" in words(response)
    assert response.context["result"] is None
    assert f'href="{PAIR.replace("&", "&amp;")}&amp;moves_a=thunder"' in response.content.decode()


def test_compare_rejects_an_unknown_move(page, words):
    text = words(page(f"{PAIR}&moves_a=thunderbold"))
    assert "There is no move “thunderbold” in Let’s Go. Did you mean: Thunderbolt" in text


def test_compare_takes_status_moves_and_ranks_the_others(page):
    response = page(f"{PAIR}&moves_a=growl&moves_a=thunder")
    played = response.context["played"].a
    assert {row.move.slug for row in played.moves} == {"growl", "thunder"}
    assert [row.move.slug for row in response.context["single"].ranking] == ["thunder"]


def test_compare_rejects_five_moves(page, words):
    query = "&moves_a=".join(["", "thunder", "thunderbolt", "facade", "dig", "headbutt"])
    assert "Choose at most 4 moves; you chose 5." in words(page(PAIR + query))


@pytest.mark.parametrize(
    "query",
    [
        "a=%00&b=%00",
        "a=pika%00chu&b=charizard",
        "a=pikachu&b=charizard&moves_a=%00",
        "a=pikachu&b=charizard&moves_a=thunder%00bolt&of_a=%00",
        "a=%ED%A0%80&b=%F0%9F%98%80",
        f"a={'x' * 5000}&b={'9' * 5000}",
        f"a=pikachu&b=charizard&moves_a={'x,' * 3000}",
        "a=pikachu&b=charizard" + "&moves_a=x" * 500,
        "a=999999999999999999999&b=-1",
        "a=0&b=00",
        "a=²&b=١٢",
        "a=../../etc&b=<script>alert(1)</script>",
        "a=pikachu&a=raichu&b=charizard&b=",
        "a=%FF%FE&b=" + "%E2%80%AE" * 50,
        "moves_a=thunder&moves_b=surf",
        "&&&===&a",
    ],
)
@pytest.mark.parametrize("htmx", [False, True])
def test_compare_survives_any_query(client, query, htmx):
    headers = {"HX-Request": "true", "HX-Target": "compare"} if htmx else {}
    response = client.get(f"/compare/?{query}", headers=headers, follow=True)
    assert response.status_code == 200
    assert b"<script>alert" not in response.content


def test_compare_is_read_or_simulated(client):
    assert client.put("/compare/").status_code == 405


# States without a prediction


def test_compare_without_pokemon_invites(page, words):
    text = words(page("/compare/"))
    assert "Compare two Pokémon" in text
    assert "See an example" in text


def test_compare_with_one_pokemon_asks_for_the_other(page, words):
    assert "Who will Snorlax battle?" in words(page("/compare/?a=snorlax"))
    assert "Who will battle Snorlax?" in words(page("/compare/?b=snorlax"))


@pytest.mark.parametrize("query", ["a=ditto&b=mew", "a=mew&b=ditto"])
def test_compare_answers_when_a_side_cannot_deal_damage(page, words, query):
    response = page(f"/compare/?{query}")
    shown = words(response)
    assert "There is no answer if each repeats one move: a side has no damaging moves." in shown
    assert response.context["single"] is None
    assert response.context["result"] is response.context["played"]
    assert (response.context["result"].winner == "a") == ("a=mew" in query)
    assert PredictionLog.objects.get().source == "compare-matchup"


def test_compare_without_champion_answers_503_with_the_facts(page, words, no_champion):
    response = page(PAIR, status=503)
    assert response["Retry-After"]
    text = words(response)
    assert "No prediction right now" in text
    assert "no champion yet" in text
    assert "Damage calculator" in text
    assert "Charizard takes" in words(page(f"{PAIR}&tab=types", status=503))


def test_compare_without_log_answers_503(page, words, full_disk):
    text = words(page(PAIR, status=503))
    assert "could not be recorded" in text
    assert "Use " not in text


def test_compare_without_game_data_answers_503(page, no_pokemon):
    assert b"game data" in page("/compare/", status=503).content


# Fragments


def test_compare_answers_a_page_or_a_fragment_at_the_same_address(page, fragment):
    whole, part = page(PAIR), fragment(PAIR)
    assert b"<html" in whole.content
    assert b"<html" not in part.content
    assert part.content.decode().count('id="compare"') == 1
    for response in (whole, part):
        assert {"HX-Request", "HX-Target"} <= {
            header.strip() for header in response["Vary"].split(",")
        }
    assert "hx-swap-oob" not in whole.content.decode()


def test_compare_fragment_carries_address_title_language_and_spoken_word(fragment):
    response = fragment("/compare/?a=26&b=Dracaufeu")
    assert response["HX-Push-Url"] == WON
    html = response.content.decode()
    assert "<title>Raichu vs Charizard" in html
    assert 'href="/fr/compare/?a=raichu&amp;b=charizard"' in html
    assert re.search(r'id="live" hx-swap-oob="innerHTML">[^<]*Use (Fake Out|Thunder)', html)


def test_compare_result_fragment_leaves_the_pickers_alone(fragment):
    html = fragment(f"{PAIR}&moves_a=thunder", target="compare-result").content.decode()
    assert 'id="compare-result"' in html
    assert 'id="compare"' not in html
    assert 'id="pick-a"' not in html
    assert 'id="moves-a-summary" hx-swap-oob="true"' in html


def test_compare_restores_history_with_whole_pages(page):
    response = page(PAIR, **{"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert b"<html" in response.content


def test_compare_refused_fragment_does_not_change_the_address(fragment):
    assert fragment("/compare/?a=pikachoo&b=gengar")["HX-Push-Url"] == "false"


def test_compare_503_fragment_is_complete(fragment, no_champion):
    response = fragment(PAIR, status=503)
    assert b'id="compare"' in response.content
    assert b"No prediction right now" in response.content


def test_compare_swaps_sides_by_a_link(page):
    html = page(f"{PAIR}&moves_a=thunder").content.decode()
    assert 'href="/compare/?a=charizard&amp;b=pikachu&amp;moves_b=thunder"' in html


def test_what_the_model_weighed_adds_up(page, words, champion):
    text = words(page("/compare/?a=pikachu&b=gyarados&moves_a=thunderbolt&moves_b=surf"))
    assert "What tipped the balance" in text
    for factor in ("Stats and power", "Who moves first", "Types", "Accuracy", "Side effects"):
        assert factor in text
    signs = {"Pikachu": 1, "Gyarados": -1}
    shown = re.search(r"Total log-odds: ([\d.]+) for (\w+), or", text)
    total = float(shown[1]) * signs[shown[2]]
    parts = re.findall(r" favors (\w+): ([\d.]+)", text)
    shares = [float(size) * signs[name] for name, size in parts]
    assert len(shares) > 1
    # What rounds to 0.0 has no bar and is named apart.
    assert 0.0 not in shares
    assert total == pytest.approx(sum(shares), abs=0.05 * 6)


def test_bars_of_the_model_grow_toward_the_side_they_favor(page):
    for weight in page(f"{PAIR}&moves_a=thunder&moves_b=air-slash").context["single"].weights:
        left, width = float(weight.x.rstrip("%")), float(weight.width.rstrip("%"))
        assert left + width == pytest.approx(50) if weight.side == "a" else left == 50
        assert weight.value[0] not in "+−"
