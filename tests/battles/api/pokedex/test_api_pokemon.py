"""GET /api/v1/pokemon/ and /api/v1/pokemon/{id_or_slug}/"""

import pytest

from pokedex.models import Pokemon

PATH = "/api/v1/pokemon/"
pytestmark = pytest.mark.django_db


def slugs(response):
    assert response.status_code == 200, response.content
    return [row["slug"] for row in response.json()["results"]]


def test_it_works(ask):
    answer = ask(PATH).json()
    assert answer["count"] == 188
    assert answer["previous"] is None
    assert answer["next"].endswith("/api/v1/pokemon/?page=2")
    assert len(answer["results"]) == 50
    assert answer["results"][0] == {
        "id": 1,
        "slug": "bulbasaur",
        "name": "Bulbasaur",
        "names": {"en": "Bulbasaur", "fr": "Bulbizarre"},
        "species_id": 1,
        "kind": "base",
        "types": ["grass", "poison"],
        "base_stats": {
            "hp": 45,
            "attack": 49,
            "defense": 49,
            "special_attack": 65,
            "special_defense": 65,
            "speed": 45,
        },
        "base_stat_total": 318,
    }


def test_its_pages_hold_every_pokemon_once(ask):
    ids, path = [], f"{PATH}?page_size=67"
    while path:
        page = ask(path).json()
        ids += [row["id"] for row in page["results"]]
        path = page["next"]
    assert sorted(ids) == sorted(Pokemon.objects.values_list("pk", flat=True))


def test_forms_stand_beside_their_species(ask):
    numbers = [row["species_id"] for row in ask(f"{PATH}?page_size=200").json()["results"]]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize("text", ["dracau", "DRACAU", "Charizard-", "charizard"])
def test_it_searches_in_both_languages(ask, text):
    assert "charizard" in slugs(ask(f"{PATH}?search={text}"))


def test_it_filters_by_type(ask):
    dragons = slugs(ask(f"{PATH}?type=dragon"))
    assert set(dragons) == {
        "dratini",
        "dragonair",
        "dragonite",
        "charizard-mega-x",
        "exeggutor-alola",
    }


def test_it_filters_by_kind(ask):
    assert len(slugs(ask(f"{PATH}?kind=alolan"))) == 18


def test_filters_work_together(ask):
    assert slugs(ask(f"{PATH}?type=fire&kind=alolan&search=marowak")) == ["marowak-alola"]


def test_it_sorts(ask):
    rows = ask(f"{PATH}?ordering=-base_stat_total,name_en&page_size=200").json()["results"]
    totals = [row["base_stat_total"] for row in rows]
    assert totals == sorted(totals, reverse=True)


def test_it_costs_two_queries(ask, django_assert_num_queries):
    with django_assert_num_queries(2):
        ask(f"{PATH}?page_size=200")


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("pag=2", ("pag", "unknown_parameter")),
        ("format=json", ("format", "unknown_parameter")),
        ("page=0", ("page", "not_in_range")),
        ("page=-1", ("page", "not_in_range")),
        ("page=two", ("page", "not_in_range")),
        ("page=1.0", ("page", "not_in_range")),
        ("page=", ("page", "not_in_range")),
        ("page=" + "9" * 5000, ("page", "not_in_range")),
        ("page_size=201", ("page_size", "not_in_range")),
        ("page_size=0", ("page_size", "not_in_range")),
        ("page=1&page=2", ("page", "repeated_parameter")),
        ("type=fir", ("type", "not_a_choice")),
        ("type=", ("type", "not_a_choice")),
        ("kind=shiny", ("kind", "not_a_choice")),
        ("ordering=size", ("ordering", "not_a_choice")),
        ("ordering=", ("ordering", "not_a_choice")),
        ("ordering=--id", ("ordering", "not_a_choice")),
        ("ordering=" + "id," * 2000, ("ordering", "too_long")),
        ("search=", ("search", "blank")),
        ("search=%00", ("search", "invalid_characters")),
        ("search=" + "x" * 2000, ("search", "too_long")),
    ],
)
def test_it_rejects_a_wrong_parameter(refused, query, error):
    assert refused(f"{PATH}?{query}") == {error}


def test_it_suggests_near_misses(problem):
    error = problem(f"{PATH}?type=fir")["errors"][0]
    assert error["suggestions"][0] == "fire"
    assert len(error["allowed"]) == 18


def test_it_rejects_a_page_beyond_the_last(refused):
    assert refused(f"{PATH}?page=5", status=404) == {("page", "beyond_last_page")}


def test_an_empty_page_is_no_error(ask):
    assert ask(f"{PATH}?search=qqq").json()["results"] == []


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_rejects_other_methods(client, method):
    response = getattr(client, method)(PATH)
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"


def test_detail_works(ask, game):
    answer = ask(f"{PATH}charizard-mega-x/").json()
    assert answer["types"] == ["fire", "dragon"]
    assert answer["kind"] == "mega"
    assert answer["base_form"] == "charizard"
    assert answer["stats"]["speed"] == 122
    assert "flare-blitz" in {move["slug"] for move in answer["damaging_moves"]}


@pytest.mark.parametrize("name", ["25", "025", "pikachu", "PIKACHU", "Pikachu", "pika-chu"])
def test_detail_finds_by_id_slug_and_name(ask, name):
    assert ask(f"{PATH}{name}/").json()["id"] == 25


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Évoli", "eevee"), ("charizardmegax", "charizard-mega-x"), ("Nidoran♀", "nidoran-f")],
)
def test_detail_finds_names_however_they_are_spelled(ask, name, slug):
    assert ask(f"{PATH}{name}/").json()["slug"] == slug


def test_detail_knows_the_same_moves_as_the_engine(ask, game):
    for form in (0, 24, 131, 150, len(game.form_slugs) - 1):
        answer = ask(f"{PATH}{game.form_slugs[form]}/").json()
        expected = game.tables.move_ids[game.usable_moves(form)]
        assert [move["id"] for move in answer["damaging_moves"]] == sorted(expected)


def test_detail_agrees_with_the_list(ask):
    for row in ask(f"{PATH}?page_size=3").json()["results"]:
        detail = ask(f"{PATH}{row['id']}/").json()
        assert {key: detail[key] for key in row} == row


@pytest.mark.parametrize(
    ("slug", "before", "after"),
    [
        ("charmeleon", [("charmander", "level_up", 16, "")], [("charizard", "level_up", 36, "")]),
        (
            "eevee",
            [],
            [
                ("vaporeon", "item", None, "water-stone"),
                ("jolteon", "item", None, "thunder-stone"),
                ("flareon", "item", None, "fire-stone"),
            ],
        ),
        ("gengar", [("haunter", "trade", None, "")], []),
        ("raichu-alola", [], []),
        ("mew", [], []),
    ],
)
def test_it_says_from_what_and_into_what_it_evolves(ask, game, slug, before, after):
    answer = ask(f"{PATH}{slug}/").json()

    def steps(key):
        return [
            tuple(row[name] for name in ("slug", "method", "level", "item")) for row in answer[key]
        ]

    assert steps("evolves_from") == before
    assert sorted(steps("evolves_into")) == sorted(after)


def test_detail_costs_three_queries(ask, game, django_assert_num_queries):
    with django_assert_num_queries(3):
        ask(f"{PATH}charizard/")


def test_detail_does_not_know(refused, problem):
    assert refused(f"{PATH}charizrd/", status=404) == {("id_or_slug", "unknown_pokemon")}
    document = problem(f"{PATH}charizrd/", status=404)
    assert document["errors"][0]["suggestions"][0] == "charizard"


@pytest.mark.parametrize(
    "name", ["0", "-1", "2.5", "9" * 3000, "%00", "a%0Ab", "%ED%A0%80", "%FF", "..", "x" * 3000]
)
def test_detail_rejects_what_no_name_is(client, name):
    response = client.get(f"{PATH}{name}/")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"


def test_detail_rejects_parameters(refused):
    assert refused(f"{PATH}25/?page=1") == {("page", "unknown_parameter")}
