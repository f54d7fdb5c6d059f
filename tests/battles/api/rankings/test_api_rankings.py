"""GET /api/v1/rankings/"""

import pytest

from mlcore.models import Ranking
from mlcore.rankings import refresh, standings
from mlcore.rankings.well_played import WellPlayed
from mlcore.serving import known_sets, well_played

PATH = "/api/v1/rankings/"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("champion")]


@pytest.fixture
def ranked(champion, game, square_by_total):
    return refresh.store(champion, game, square_by_total(game))


@pytest.fixture
def rows(ask, ranked):
    def find(query=""):
        response = ask(f"{PATH}?page_size=200{query}")
        assert response.status_code == 200, response.content
        return response.json()["results"]

    return find


def test_it_works(ask, ranked, game):
    answer = ask(PATH).json()
    assert (answer["count"], len(answer["results"])) == (len(game.form_slugs), 50)
    assert (answer["model_version"], answer["is_current"]) == ("v7", True)
    assert answer["next"].endswith("?page=2")
    first = answer["results"][0]
    assert (first["place"], first["slug"]) == (1, "mewtwo-mega-x")
    assert first["beaten"] <= first["opponents"] == len(game.form_slugs) - 1
    assert first["best"][0]["win_probability"] > first["worst"][0]["win_probability"] > 0.4


def test_numbers_are_those_of_the_ranking(rows, game):
    ranking = standings.current()
    for row in rows():
        standing = ranking.place_of(row["pokemon_id"])
        assert (row["place"], row["beaten"]) == (standing.place, standing.beaten)
        assert row["win_probability"] == standing.mean
        assert row["move_id"] == standing.move


def test_who_cannot_fight_comes_last(rows):
    last = rows()[-1]
    assert (last["slug"], last["move"], last["best"], last["worst"]) == ("ditto", None, [], [])


def test_it_filters(rows):
    assert {row["slug"] for row in rows("&search=Dracaufeu")} == {
        "charizard",
        "charizard-mega-x",
        "charizard-mega-y",
    }
    assert all("dragon" in row["types"] for row in rows("&type=dragon"))
    assert all(row["kind"] == "mega" for row in rows("&kind=mega"))
    assert rows("&search=!") == []


@pytest.mark.parametrize("key", ["place", "species", "beaten", "base_stat_total", "name"])
def test_it_sorts_both_ways(rows, key):
    field = {"species": "pokemon_id"}.get(key, key)
    up = [row[field] for row in rows(f"&ordering={key}&kind=base")]
    down = [row[field] for row in rows(f"&ordering=-{key}&kind=base")]
    assert up[0] != up[-1]
    assert (up[0], up[-1]) == (down[-1], down[0])


def test_names_are_in_the_language_asked_for(rows):
    assert rows("&lang=fr&search=charizard&kind=base")[0]["name"] == "Dracaufeu"


def test_it_says_when_the_model_is_another(ask, ranked):
    Ranking.objects.update(inputs="other")
    standings._kept.clear()
    assert ask(PATH).json()["is_current"] is False


def test_it_costs_three_queries(ask, ranked, django_assert_num_queries):
    ask(PATH)
    with django_assert_num_queries(3):
        ask(f"{PATH}?page_size=200")


def test_without_rankings_there_is_nothing(problem):
    assert problem(PATH, status=503)["type"].endswith(":no_rankings")


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("ordering=wins", ("ordering", "not_a_choice")),
        ("type=light", ("type", "not_a_choice")),
        ("search=", ("search", "blank")),
        ("page=0", ("page", "not_in_range")),
        ("pag=1", ("pag", "unknown_parameter")),
    ],
)
def test_it_rejects_a_wrong_parameter(refused, ranked, query, error):
    assert refused(f"{PATH}?{query}") == {error}


def test_it_rejects_a_page_beyond_the_last(refused, ranked):
    assert refused(f"{PATH}?page=99", status=404) == {("page", "beyond_last_page")}


# ---- both play well


@pytest.fixture
def ranked_well(ranked, game, square_by_total):
    values, sets = square_by_total(game).values, known_sets.strongest_sets(game)
    return refresh.store(well_played.current(game), game, WellPlayed(values, sets))


def test_well_played_battles_have_sets(ask, ranked_well):
    answer = ask(f"{PATH}?play=well&search=gengar&kind=base").json()
    assert answer["is_current"] is True
    assert answer["model_version"] == ranked_well.model_version != "v7"
    (row,) = answer["results"]
    assert len(row["set"]) == 4
    assert (row["move_id"], row["move"]) == (None, None)


def test_without_a_wish_nothing_changes(ask, ranked_well):
    answer = ask(f"{PATH}?search=gengar&kind=base").json()
    assert answer == ask(f"{PATH}?search=gengar&kind=base&play=one-move").json()
    assert answer["model_version"] == "v7"
    assert "set" not in answer["results"][0]


def test_without_well_played_rankings_there_is_nothing(problem, ranked):
    assert problem(f"{PATH}?play=well", status=503)["type"].endswith(":no_rankings")


def test_it_rejects_another_way_to_play(refused, ranked):
    assert refused(f"{PATH}?play=badly") == {("play", "not_a_choice")}
