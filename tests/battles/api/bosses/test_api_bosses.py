"""GET /api/v1/bosses/ and /api/v1/bosses/{id_or_slug}/"""

import pytest

PATH = "/api/v1/bosses/"
pytestmark = pytest.mark.django_db


def test_it_works(ask):
    answer = ask(PATH).json()
    assert answer["count"] == 13
    assert answer["results"][0] == {
        "id": 1,
        "slug": "brock",
        "name": "Brock",
        "names": {"en": "Brock", "fr": "Pierre"},
        "role": "gym_leader",
        "type": "rock",
    }
    assert answer["results"][-1]["type"] is None


def test_it_filters(ask):
    four = ask(f"{PATH}?role=elite_four").json()["results"]
    assert [row["slug"] for row in four] == ["lorelei", "bruno", "agatha", "lance"]
    assert [row["slug"] for row in ask(f"{PATH}?type=water").json()["results"]] == ["misty"]


@pytest.mark.parametrize("query", ["role=boss", "type=light", "search=brock", "page=x"])
def test_it_rejects_a_wrong_parameter(problem, query):
    problem(f"{PATH}?{query}")


def test_it_costs_two_queries(ask, django_assert_num_queries):
    with django_assert_num_queries(2):
        ask(PATH)


def test_detail_works(ask):
    answer = ask(f"{PATH}brock/").json()
    assert answer["slug"] == "brock"
    assert [(row["slug"], row["level"]) for row in answer["team"]] == [
        ("geodude", 11),
        ("onix", 12),
    ]
    assert all(move["slug"] for row in answer["team"] for move in row["moves"])


@pytest.mark.parametrize("name", ["3", "lt-surge", "Lt. Surge", "LT SURGE", "Major Bob"])
def test_detail_finds_by_id_slug_and_name(ask, name):
    assert ask(f"{PATH}{name}/").json()["id"] == 3


def test_detail_costs_two_queries(ask, django_assert_num_queries):
    with django_assert_num_queries(2):
        ask(f"{PATH}trace/")


def test_the_rivals_team_depends_on_the_game(ask):
    def team(query=""):
        return {row["slug"] for row in ask(f"{PATH}trace/{query}").json()["team"]}

    assert team() == team("?edition=pikachu") | team("?edition=eevee")
    assert team("?edition=pikachu") != team("?edition=eevee")


def test_detail_does_not_know(problem):
    document = problem(f"{PATH}brok/", status=404)
    assert document["errors"][0]["code"] == "unknown_boss"
    assert document["errors"][0]["suggestions"][0] == "brock"
    assert "trace" in document["errors"][0]["allowed"]


def test_detail_rejects_a_wrong_parameter(refused):
    assert refused(f"{PATH}brock/?edition=red") == {("edition", "not_a_choice")}
    assert refused(f"{PATH}brock/?level=3") == {("level", "unknown_parameter")}


def test_it_rejects_other_methods(client):
    assert client.post(PATH).status_code == 405
    assert client.delete(f"{PATH}brock/").status_code == 405
