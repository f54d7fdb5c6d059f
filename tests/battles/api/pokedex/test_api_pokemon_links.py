"""GET /api/v1/pokemon/{id_or_slug}/weaknesses/, moves/ and counters/"""

import pytest

from mlcore.models import PredictionLog
from pokedex.models import Move

PATH = "/api/v1/pokemon/"
pytestmark = pytest.mark.django_db


def test_weaknesses_work(ask):
    answer = ask(f"{PATH}Dracaufeu/weaknesses/").json()
    assert (answer["slug"], answer["types"]) == ("charizard", ["fire", "flying"])
    assert answer["weaknesses"] == ["rock", "water", "electric"]
    assert answer["immunities"] == ["ground"]
    assert set(answer["resistances"]) == {"fire", "fighting", "steel", "fairy", "grass", "bug"}
    multipliers = {row["type"]: row["multiplier"] for row in answer["affinities"]}
    assert len(multipliers) == 18
    assert (multipliers["rock"], multipliers["grass"], multipliers["normal"]) == (4, 0.25, 1)


def test_weaknesses_cost_no_query(ask, game, django_assert_num_queries):
    with django_assert_num_queries(0):
        ask(f"{PATH}mew/weaknesses/")


def moves(ask, name, query=""):
    response = ask(f"{PATH}{name}/moves/?page_size=200{query}")
    assert response.status_code == 200, response.content
    return {row["slug"]: row["learned_by"] for row in response.json()["results"]}


def test_moves_work(ask, game):
    methods = moves(ask, "pikachu")
    usable = game.usable_moves(game.form_index("pikachu"), damaging=False)
    assert set(methods) == {game.move_slugs[move] for move in usable}
    assert {"method": "tm", "level": None} in methods["thunderbolt"]
    assert {"method": "level_up", "level": 21} in methods["thunderbolt"]
    assert all(methods.values())


def test_moves_of_a_mega_are_those_of_its_base(ask):
    assert moves(ask, "charizard-mega-x") == moves(ask, "charizard")


def test_moves_from_before_it_evolved_say_so(ask):
    kept = [{"method": "earlier_form", "level": None}]
    assert any(ways == kept for ways in moves(ask, "raichu").values())


def test_moves_are_filtered_and_sorted(ask):
    assert set(moves(ask, "pikachu", "&search=tonnerre")) == {"thunderbolt"}
    assert all(slug != "growl" for slug in moves(ask, "pikachu", "&damage_class=special"))
    response = ask(f"{PATH}pikachu/moves/?type=electric&ordering=-power")
    powers = [row["power"] for row in response.json()["results"] if row["power"]]
    assert powers == sorted(powers, reverse=True)


def test_moves_cost_five_queries(ask, game, django_assert_num_queries):
    with django_assert_num_queries(5):
        ask(f"{PATH}mew/moves/?page_size=200")


def test_moves_beyond_the_last_page(refused):
    path = f"{PATH}pikachu/moves/?page=50"
    assert refused(path, status=404) == {("page", "beyond_last_page")}


def test_counters_work(ask, champion, game):
    answer = ask(f"{PATH}pikachu/counters/").json()
    assert (answer["pokemon_id"], answer["model_version"]) == (25, "v7")
    assert answer["opponents"] == len(game.form_slugs) - 1
    assert len(answer["counters"]) == len(answer["good_matchups"]) == 8
    for row in answer["counters"] + answer["good_matchups"]:
        assert row["win_probability"] > 0.5
        assert Move.objects.get(pk=row["move_id"]).slug == row["move"]
    assert not PredictionLog.objects.exists()


def test_counters_without_megas(ask, champion):
    answer = ask(f"{PATH}pikachu/counters/?megas=no&lang=fr").json()
    assert not [row for row in answer["counters"] if "mega" in row["slug"]]
    assert answer["opponents"] < ask(f"{PATH}pikachu/counters/").json()["opponents"]


def test_counters_need_a_champion(problem, no_champion):
    document = problem(f"{PATH}pikachu/counters/", status=503)
    assert document["type"].endswith(":no_champion")


def test_facts_that_change_are_no_defect(problem, champion, game):
    Move.objects.filter(slug="thunderbolt").delete()
    Move.objects.exclude(slug="thunder").delete()
    document = problem(f"{PATH}pikachu/counters/", status=503)
    assert document["type"].endswith(":no_game_data")


@pytest.mark.parametrize("what", ["weaknesses", "moves", "counters"])
def test_it_does_not_know(problem, champion, what):
    document = problem(f"{PATH}charizrd/{what}/", status=404)
    assert document["errors"][0]["code"] == "unknown_pokemon"
    assert document["errors"][0]["suggestions"][0] == "charizard"


@pytest.mark.parametrize(
    ("what", "error"),
    [
        ("weaknesses/?type=fire", ("type", "unknown_parameter")),
        ("moves/?type=light", ("type", "not_a_choice")),
        ("counters/?megas=maybe", ("megas", "not_a_choice")),
    ],
)
def test_it_rejects_a_wrong_parameter(refused, champion, what, error):
    assert refused(f"{PATH}mew/{what}") == {error}


@pytest.mark.parametrize("what", ["weaknesses", "moves", "counters"])
def test_it_rejects_other_methods(client, what):
    assert client.post(f"{PATH}mew/{what}/").status_code == 405


def test_the_old_name_of_good_matchups_is_deprecated(ask, champion, schema):
    response = ask(f"{PATH}pikachu/counters/")
    assert response.json()["victims"] == response.json()["good_matchups"]
    assert response["Deprecation"] == "@1795910400"
    assert response["Sunset"] == "Tue, 01 Jun 2027 00:00:00 GMT"
    properties = schema["components"]["schemas"]["Counters"]["properties"]
    assert [name for name in properties if properties[name].get("deprecated")] == ["victims"]


# Both play well


def test_counters_of_well_played_battles(ask, champion, game):
    answer = ask(f"{PATH}gyarados/counters/?play=well").json()
    assert len(answer["set"]) == 4
    assert answer["opponents"] == len(game.form_slugs) - 1
    assert answer["model_version"] != "v7"
    for row in answer["counters"]:
        assert (row["move"], row["move_id"]) == (None, None)
        assert len(row["set"]) == 4
        assert row["win_probability"] > 0.5


def test_counters_of_a_given_set(ask, champion):
    path = f"{PATH}gyarados/counters/?play=well&moves=Splash"
    answer = ask(path).json()
    assert answer["set"] == ["splash"]
    assert answer["beaten"] < 20


def test_without_a_wish_counters_are_those_of_one_move(ask, champion):
    answer = ask(f"{PATH}pikachu/counters/").json()
    assert answer == ask(f"{PATH}pikachu/counters/?play=one-move").json()
    assert "set" not in answer
    assert "set" not in answer["counters"][0]


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("play=badly", ("play", "not_a_choice")),
        ("moves=surf", ("moves", "not_allowed")),
        ("play=well&moves=surf,surf", ("moves[1]", "repeated_move")),
        ("play=well&moves=razor-leaf", ("moves[0]", "move_not_learnable")),
        ("play=well&moves=surf,,", ("moves[1]", "blank")),
        ("play=well&moves=surf,waterfall,bite,crunch,splash", ("moves", "wrong_length")),
    ],
)
def test_counters_refuse_a_wrong_set(refused, champion, query, error):
    assert error in refused(f"{PATH}gyarados/counters/?{query}")
