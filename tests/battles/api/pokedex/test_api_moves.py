"""GET /api/v1/moves/ and /api/v1/moves/{id_or_slug}/"""

import pytest

PATH = "/api/v1/moves/"
pytestmark = pytest.mark.django_db


def rows(response):
    assert response.status_code == 200, response.content
    return response.json()["results"]


def test_it_works(ask):
    answer = ask(PATH).json()
    assert answer["count"] == 227
    assert answer["results"][0] == {
        "id": 1,
        "slug": "pound",
        "name": "Pound",
        "names": {"en": "Pound", "fr": "Écras'Face"},
        "type": "normal",
        "damage_class": "physical",
        "power": 40,
        "accuracy": 100,
        "pp": 35,
        "priority": 0,
    }


@pytest.mark.parametrize("text", ["tonnerre", "Thunderbolt", "thunder bolt", "derb"])
def test_it_searches_in_both_languages(ask, text):
    assert "thunderbolt" in {row["slug"] for row in rows(ask(f"{PATH}?search={text}"))}


def test_it_filters_by_type_and_class(ask):
    moves = rows(ask(f"{PATH}?type=dragon&damage_class=physical"))
    assert {row["slug"] for row in moves} == {"outrage", "dragon-tail"}


@pytest.mark.parametrize("name", ["physical", "special", "status"])
def test_classes_have_the_known_sizes(ask, name):
    sizes = {"physical": 102, "special": 56, "status": 69}
    assert ask(f"{PATH}?damage_class={name}").json()["count"] == sizes[name]


@pytest.mark.parametrize("sign", ["", "-"])
def test_moves_without_power_come_last(ask, sign):
    powers = [
        row["power"] for row in rows(ask(f"{PATH}?ordering={sign}power&page_size=200&page=1"))
    ]
    known = [power for power in powers if power is not None]
    assert known == sorted(known, reverse=sign == "-")
    assert None not in powers[: len(known)]


def test_it_costs_two_queries(ask, django_assert_num_queries):
    with django_assert_num_queries(2):
        ask(f"{PATH}?page_size=200")


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("kind=base", ("kind", "unknown_parameter")),
        ("damage_class=magical", ("damage_class", "not_a_choice")),
        ("ordering=speed", ("ordering", "not_a_choice")),
    ],
)
def test_it_rejects_a_wrong_parameter(refused, query, error):
    assert refused(f"{PATH}?{query}") == {error}


def test_it_rejects_other_methods(client):
    assert client.post(PATH).status_code == 405


def test_detail_works(ask):
    answer = ask(f"{PATH}thunderbolt/").json()
    assert (answer["id"], answer["ailment"], answer["ailment_chance"]) == (85, "paralysis", 10)
    assert answer["stat_changes"]["speed"] == 0
    assert {"id": 25, "slug": "pikachu"} in answer["usable_by"]


@pytest.mark.parametrize("name", ["85", "thunderbolt", "Thunderbolt", "thunder bolt", "Tonnerre"])
def test_detail_finds_by_id_slug_and_name(ask, name):
    assert ask(f"{PATH}{name}/").json()["id"] == 85


def test_megas_use_the_moves_of_their_base_form(ask):
    users = {row["slug"] for row in ask(f"{PATH}flare-blitz/").json()["usable_by"]}
    assert {"charizard", "charizard-mega-x", "charizard-mega-y"} <= users


def test_struggle_belongs_to_nobody(ask):
    assert ask(f"{PATH}struggle/").json()["usable_by"] == []


def test_detail_costs_one_query(ask, game, django_assert_num_queries):
    with django_assert_num_queries(1):
        ask(f"{PATH}thunderbolt/")


def test_detail_does_not_know(problem):
    document = problem(f"{PATH}thunderbold/", status=404)
    assert document["errors"][0]["code"] == "unknown_move"
    assert document["errors"][0]["suggestions"][0] == "thunderbolt"
