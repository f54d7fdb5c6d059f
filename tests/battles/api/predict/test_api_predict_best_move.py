"""POST /api/v1/predict/best-move/"""

import math

import pytest

from mlcore.game.matchup import VALUE_STEP
from mlcore.models import PredictionLog
from mlcore.serving import explanations

PATH = "/api/v1/predict/best-move/"
SIDES = {"pokemon_a_id": "pikachu", "pokemon_b_id": "charizard"}
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("champion")]


def test_it_works(ask):
    body = SIDES | {
        "moves_a": ["thunderbolt", "quick-attack"],
        "moves_b": ["flamethrower", "slash"],
    }
    response = ask(PATH, body)
    assert response.status_code == 200
    answer = response.json()
    first, second = answer.pop("ranking")
    assert first["win_probability"] >= second["win_probability"]
    assert {first["move"], second["move"]} == {"thunderbolt", "quick-attack"}
    assert first["reply"] in {"flamethrower", "slash"}
    grid = answer.pop("grid")
    assert (grid["moves_a"], grid["moves_b"]) == ([85, 98], [53, 163])
    row = grid["win_probabilities"][grid["moves_a"].index(first["move_id"])]
    assert min(row) == first["win_probability"]
    assert {reason["code"] for reason in answer.pop("reasons")} <= {*explanations.CODES}
    assert answer == {
        "predicted_winner": "B",
        "win_probability": first["win_probability"],
        "pokemon_a_id": 25,
        "pokemon_b_id": 6,
        "recommended_move_id": first["move_id"],
        "recommended_move": first["move"],
        "model_version": "v7",
    }


def test_without_moves_it_ranks_all_that_do_damage(ask, game):
    ranking = ask(PATH, SIDES).json()["ranking"]
    usable = game.usable_moves(game.form_index("pikachu"))
    assert sorted(row["move_id"] for row in ranking) == sorted(game.tables.move_ids[usable])
    assert [row["rank"] for row in ranking] == list(range(1, len(ranking) + 1))
    # Closer values are ranked by what the move does against all replies.
    values = [round(row["win_probability"] / VALUE_STEP) for row in ranking]
    assert values == sorted(values, reverse=True)


def test_each_value_is_the_duel_against_the_best_reply(ask):
    replies = ["flamethrower", "slash"]
    row = ask(PATH, SIDES | {"moves_a": ["thunderbolt"], "moves_b": replies}).json()["ranking"][0]
    duels = {
        reply: ask(
            "/api/v1/predict/battle/",
            SIDES | {"move_a_id": "thunderbolt", "move_b_id": reply},
        ).json()["win_probability"]
        for reply in replies
    }
    assert row["win_probability"] == min(duels.values()) == duels[row["reply"]]


def test_a_tie_predicts_a(ask):
    same = {"pokemon_a_id": 25, "pokemon_b_id": 25, "moves_a": [85], "moves_b": [85]}
    answer = ask(PATH, same).json()
    assert (answer["win_probability"], answer["predicted_winner"]) == (0.5, "A")


def test_it_is_one_record_in_the_log(ask):
    ask(PATH, SIDES | {"moves_a": [85, 98], "moves_b": [53]})
    entry = PredictionLog.objects.get()
    assert (entry.source, entry.duel_count) == ("api", 2)


@pytest.mark.parametrize("key", ["pokemon_a_id", "pokemon_b_id"])
def test_it_rejects_a_missing_pokemon(refused, key):
    body = {name: value for name, value in SIDES.items() if name != key}
    assert refused(PATH, body) == {(key, "required")}


def test_it_rejects_an_unknown_pokemon(refused):
    assert refused(PATH, SIDES | {"pokemon_a_id": "pikachuu"}) == {
        ("pokemon_a_id", "unknown_pokemon")
    }


@pytest.mark.parametrize("moves", [None, "thunderbolt", 85, {"0": 85}, True])
def test_it_rejects_moves_that_are_no_list(refused, moves):
    assert refused(PATH, SIDES | {"moves_a": moves}) == {("moves_a", "wrong_type")}


@pytest.mark.parametrize("moves", [[], [85, 87, 84, 98, 91], [85] * 50_000])
def test_it_rejects_too_few_or_too_many_moves(refused, moves):
    assert refused(PATH, SIDES | {"moves_a": moves}) == {("moves_a", "wrong_length")}


def test_it_rejects_a_move_given_twice(refused):
    body = SIDES | {"moves_a": ["thunderbolt", 85]}
    assert refused(PATH, body) == {("moves_a[1]", "repeated_move")}


def test_it_names_each_wrong_move(refused):
    body = SIDES | {"moves_b": ["flamethrower", None, "thunderbolt", "flamethrowr"]}
    assert refused(PATH, body) == {
        ("moves_b[1]", "wrong_type"),
        ("moves_b[2]", "move_not_learnable"),
        ("moves_b[3]", "unknown_move"),
    }


def test_it_rejects_a_status_move(refused):
    body = SIDES | {"moves_a": ["thunderbolt", "growl"]}
    assert refused(PATH, body) == {("moves_a[1]", "status_move")}


def test_it_rejects_a_list_of_status_moves(refused, problem):
    body = SIDES | {"moves_a": ["growl"]}
    assert refused(PATH, body) == {("moves_a[0]", "status_move"), ("moves_a", "no_damaging_move")}
    assert problem(PATH, body)["type"] == "urn:predictiondex:problem:no_damaging_move"


@pytest.mark.parametrize("key", ["pokemon_a_id", "pokemon_b_id"])
def test_it_rejects_a_pokemon_without_a_damaging_move(refused, problem, key):
    body = SIDES | {key: "ditto"}
    assert refused(PATH, body) == {(key, "no_damaging_move")}
    assert problem(PATH, body)["type"] == "urn:predictiondex:problem:no_damaging_move"


def test_it_rejects_the_keys_of_the_other_endpoint(refused, duel):
    assert refused(PATH, duel()) == {("move_a_id", "unknown_key"), ("move_b_id", "unknown_key")}


def test_it_rejects_other_methods(client):
    assert client.get(PATH).status_code == 405


def test_without_a_champion_it_says_so(no_champion, problem):
    document = problem(PATH, SIDES, 503)
    assert document["type"] == "urn:predictiondex:problem:no_champion"


def test_reasons_add_up_to_the_prediction(ask):
    answer = ask(PATH, SIDES).json()
    p = answer["win_probability"]
    assert sum(reason["log_odds"] for reason in answer["reasons"]) == pytest.approx(
        math.log(p / (1 - p))
    )


def test_reasons_can_be_left_out(ask):
    assert ask(PATH, SIDES | {"reasons": False}).json()["reasons"] is None


@pytest.mark.parametrize("value", [None, 0, "yes", []])
def test_reasons_are_true_or_false(refused, value):
    assert refused(PATH, SIDES | {"reasons": value}) == {("reasons", "wrong_type")}
