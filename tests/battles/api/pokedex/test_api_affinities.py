"""GET /api/v1/types/affinities/, one of them by names, and /api/v1/types/{slug}/pokemon/"""

import pytest

PATH = "/api/v1/types/affinities/"
pytestmark = pytest.mark.django_db


def test_it_works(ask):
    answer = ask(f"{PATH}?page_size=200").json()
    assert answer["count"] == 18 * 18
    assert answer["results"][0] == {
        "attacking": "normal",
        "defending": "normal",
        "multiplier": 1.0,
    }


def test_it_filters(ask):
    def pairs(query):
        rows = ask(f"{PATH}?page_size=200&{query}").json()["results"]
        return {(row["attacking"], row["defending"]) for row in rows}

    assert pairs("attacking=dragon&multiplier=2") == {("dragon", "dragon")}
    assert pairs("defending=ghost&multiplier=0") == {("normal", "ghost"), ("fighting", "ghost")}
    assert len(pairs("multiplier=0")) == 8


@pytest.mark.parametrize("query", ["attacking=light", "multiplier=4", "type=fire", "page=x"])
def test_it_rejects_a_wrong_parameter(problem, query):
    problem(f"{PATH}?{query}")


def test_it_costs_two_queries(ask, game, django_assert_num_queries):
    with django_assert_num_queries(2):
        ask(f"{PATH}?page_size=200")


@pytest.mark.parametrize("names", ["electric/ground", "Électrik/Sol", "ELECTRIC/5"])
def test_one_by_names(ask, names):
    answer = ask(f"{PATH}{names}/").json()
    assert answer == {"attacking": "electric", "defending": "ground", "multiplier": 0.0}


@pytest.mark.parametrize(
    ("names", "field", "meant"),
    [("electrc/ground", "attacking", "electric"), ("fire/grond", "defending", "ground")],
)
def test_one_does_not_know(problem, names, field, meant):
    (error,) = problem(f"{PATH}{names}/", status=404)["errors"]
    assert (error["field"], error["code"]) == (field, "unknown_type")
    assert error["suggestions"][0] == meant


def test_one_rejects_a_parameter(refused):
    assert refused(f"{PATH}fire/water/?page=1") == {("page", "unknown_parameter")}


def test_pokemon_of_a_type_work(ask):
    answer = ask("/api/v1/types/Dragon/pokemon/").json()
    everyone = ask("/api/v1/pokemon/?type=dragon").json()
    assert answer["results"] == everyone["results"]
    assert {row["slug"] for row in answer["results"]} >= {"dratini", "charizard-mega-x"}


def test_pokemon_of_a_type_are_filtered(ask):
    answer = ask("/api/v1/types/dragon/pokemon/?kind=base&ordering=-base_stat_total").json()
    assert [row["slug"] for row in answer["results"]] == ["dragonite", "dragonair", "dratini"]


def test_pokemon_of_no_type(problem):
    (error,) = problem("/api/v1/types/drgon/pokemon/", status=404)["errors"]
    assert error["suggestions"] == ["dragon"]


def test_pokemon_of_a_type_rejects_a_parameter(refused):
    path = "/api/v1/types/dragon/pokemon/?type=fire"
    assert refused(path) == {("type", "unknown_parameter")}


def test_it_rejects_other_methods(client):
    for path in (PATH, f"{PATH}fire/water/", "/api/v1/types/fire/pokemon/"):
        assert client.post(path).status_code == 405
