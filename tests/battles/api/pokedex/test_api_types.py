"""GET /api/v1/types/ and /api/v1/types/{slug}/"""

import pytest

from mlcore.engine.specs import TYPES

PATH = "/api/v1/types/"
pytestmark = pytest.mark.django_db


def test_it_works(ask):
    answer = ask(PATH).json()
    assert [row["slug"] for row in answer["results"]] == list(TYPES)
    assert answer["results"][1] == {
        "id": 10,
        "slug": "fire",
        "name": "Fire",
        "names": {"en": "Fire", "fr": "Feu"},
    }


def test_it_has_pages(ask):
    answer = ask(f"{PATH}?page=2&page_size=10").json()
    assert [row["slug"] for row in answer["results"]] == list(TYPES[10:])


def test_it_rejects_a_wrong_parameter(refused):
    assert refused(f"{PATH}?search=fire") == {("search", "unknown_parameter")}


def test_it_rejects_other_methods(client):
    assert client.delete(PATH).status_code == 405


@pytest.mark.parametrize("name", ["fire", "FIRE", "Feu", "10"])
def test_detail_works(ask, name):
    answer = ask(f"{PATH}{name}/").json()
    assert answer["slug"] == "fire"
    attacking = {row["type"]: row["multiplier"] for row in answer["attacking"]}
    defending = {row["type"]: row["multiplier"] for row in answer["defending"]}
    assert list(attacking) == list(defending) == list(TYPES)
    assert (attacking["grass"], attacking["water"], attacking["normal"]) == (2, 0.5, 1)
    assert (defending["grass"], defending["water"], defending["normal"]) == (0.5, 2, 1)


def test_details_are_two_views_of_one_chart(ask):
    details = {slug: ask(f"{PATH}{slug}/").json() for slug in TYPES}
    for slug, detail in details.items():
        for row in detail["attacking"]:
            other = details[row["type"]]["defending"]
            assert {"type": slug, "multiplier": row["multiplier"]} in other


def test_detail_costs_three_queries(ask, django_assert_num_queries):
    with django_assert_num_queries(3):
        ask(f"{PATH}ghost/")


def test_detail_does_not_know(problem):
    error = problem(f"{PATH}electrc/", status=404)["errors"][0]
    assert (error["code"], error["suggestions"]) == ("unknown_type", ["electric"])
    assert error["allowed"] == list(TYPES)
