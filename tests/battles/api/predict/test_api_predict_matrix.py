"""POST /api/v1/predict/matrix/"""

import pytest

from battles.api.predict.serializers import MAX_GROUP
from mlcore.models import PredictionLog

PATH = "/api/v1/predict/matrix/"
ONE = [{"pokemon_id": "pikachu", "moves": ["thunderbolt"]}]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("champion")]


def test_it_works(ask):
    groups = {
        "group_a": [{"pokemon_id": "pikachu"}, {"pokemon_id": 9, "moves": ["surf", "ice-beam"]}],
        "group_b": [{"pokemon_id": "Dracaufeu"}, {"pokemon_id": 3}, {"pokemon_id": 143}],
    }
    answer = ask(PATH, groups).json()
    assert [row["slug"] for row in answer["group_a"]] == ["pikachu", "blastoise"]
    assert [row["pokemon_id"] for row in answer["group_b"]] == [6, 3, 143]
    values = answer["win_probabilities"]
    assert [len(row) for row in values] == [3, 3]
    assert answer["group_a"][1]["mean"] == pytest.approx(sum(values[1]) / 3)
    assert answer["group_b"][2]["mean"] == pytest.approx((values[0][2] + values[1][2]) / 2)
    assert set(answer["moves_a"][1]) <= {57, 58}
    assert answer["model_version"] == "v7"


def test_a_cell_is_what_best_move_says(ask):
    moves = {"moves_a": ["thunderbolt", "quick-attack"], "moves_b": ["flamethrower", "fly"]}
    groups = {
        f"group_{side}": [{"pokemon_id": name, "moves": moves[f"moves_{side}"], "setup": setup}]
        for side, name, setup in (("a", "pikachu", {"level": 60}), ("b", "charizard", {"ivs": 3}))
    }
    matrix = ask(PATH, groups).json()
    body = {"pokemon_a_id": "pikachu", "pokemon_b_id": "charizard", **moves}
    body |= {"setup_a": {"level": 60}, "setup_b": {"ivs": 3}}
    single = ask("/api/v1/predict/best-move/", body).json()
    assert matrix["win_probabilities"] == [[single["win_probability"]]]
    assert matrix["moves_a"] == [[single["recommended_move_id"]]]


def test_it_is_one_call_and_one_record(ask, asked):
    pair = [*ONE, {"pokemon_id": "raichu", "moves": ["thunderbolt", "slam"]}]
    answer = ask(PATH, {"group_a": pair, "group_b": ONE})
    assert answer.status_code == 200
    assert [len(a) for a, *_rest in asked] == [3]
    entry = PredictionLog.objects.get()
    assert (entry.duel_count, entry.source, entry.model_version) == (3, "api", "v7")


def test_it_costs_the_record_alone(ask, game, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert ask(PATH, {"group_a": ONE, "group_b": ONE}).status_code == 200


def test_it_takes_the_largest(ask):
    group = [{"pokemon_id": number} for number in range(1, 60) if number not in {10, 13, 11, 14}]
    answer = ask(PATH, {"group_a": group[:MAX_GROUP], "group_b": group[-MAX_GROUP:]})
    assert answer.status_code == 200, answer.content
    assert len(answer.json()["moves_a"]) == MAX_GROUP


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"group_a": None}, ("group_a", "wrong_type")),
        ({"group_a": []}, ("group_a", "wrong_length")),
        ({"group_a": ONE * (MAX_GROUP + 1)}, ("group_a", "wrong_length")),
        ({"group_a": [3]}, ("group_a[0]", "not_an_object")),
        ({"group_a": [{}]}, ("group_a[0].pokemon_id", "required")),
        ({"group_b": [*ONE, {"pokemon_id": "x"}]}, ("group_b[1].pokemon_id", "unknown_pokemon")),
        ({"group_b": [{"pokemon_id": "ditto"}]}, ("group_b[0].pokemon_id", "no_damaging_move")),
        (
            {"group_b": [{"pokemon_id": 25, "moves": ["surf", "growl"]}]},
            ("group_b[0].moves[1]", "status_move"),
        ),
        (
            {"group_b": [{"pokemon_id": 25, "setup": {"level": 0}}]},
            ("group_b[0].setup.level", "not_in_range"),
        ),
        ({"group_b": [{"pokemon_id": 25, "level": 5}]}, ("group_b[0].level", "unknown_key")),
        ({"group_c": []}, ("group_c", "unknown_key")),
    ],
)
def test_it_rejects(refused, changes, error):
    assert error in refused(PATH, {"group_a": ONE, "group_b": ONE} | changes)


def test_a_record_that_cannot_be_written_is_no_answer(problem, full_disk):
    document = problem(PATH, {"group_a": ONE, "group_b": ONE}, status=503)
    assert document["type"].endswith(":log_unavailable")
