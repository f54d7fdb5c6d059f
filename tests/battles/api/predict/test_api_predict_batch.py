"""POST /api/v1/predict/batch/"""

import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from battles.api.predict.batch import FULL_ERRORS
from battles.api.predict.serializers import MAX_DUELS
from mlcore.models import PredictionLog
from mlcore.serving import prediction_log
from tests import asking

PATH = "/api/v1/predict/batch/"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("champion")]


@pytest.fixture
def results(ask):
    def send(*duels):
        response = ask(PATH, {"duels": list(duels)})
        assert response.status_code == 200, response.content
        return response.json()["results"]

    return send


def test_it_works(ask, duel):
    answer = ask(PATH, {"duels": [duel(), duel(pokemon_b_id=9, move_b_id="surf")]}).json()
    assert (answer["count"], answer["failed"], answer["model_version"]) == (2, 0, "v7")
    first, second = answer["results"]
    assert (first["index"], first["pokemon_b_id"], first["move_b_id"]) == (0, 6, 53)
    assert (second["index"], second["pokemon_b_id"], second["move_b_id"]) == (1, 9, 57)


def test_it_answers_as_the_single_endpoint_does(ask, results, duel):
    duels = [
        duel(),
        duel(pokemon_a_id="25", move_a_id=85),
        duel(pokemon_b_id="Dracaufeu", setup_a={"level": 30}, setup_b={"ivs": {"speed": 3}}),
    ]
    for body, result in zip(duels, results(*duels), strict=True):
        single = ask("/api/v1/predict/battle/", body).json()
        assert {key: single[key] for key in result if key != "index"} == {
            key: value for key, value in result.items() if key != "index"
        }


def test_answers_are_in_order_and_errors_in_their_place(results, duel):
    rows = results(duel(), duel(pokemon_b_id="charizrd"), 7, duel(pokemon_a_id="raichu"))
    assert [row["index"] for row in rows] == [0, 1, 2, 3]
    assert ["errors" in row for row in rows] == [False, True, True, False]
    (error,) = rows[1]["errors"]
    assert (error["field"], error["code"]) == ("pokemon_b_id", "unknown_pokemon")
    assert error["suggestions"][0] == "charizard"
    assert rows[2]["errors"][0]["code"] == "not_an_object"


def test_a_batch_is_one_record(ask, duel, game):
    bodies = [duel(setup_a={"level": 40}), duel(move_a_id="splash"), duel(pokemon_b_id=9)]
    bodies[2]["move_b_id"] = "surf"
    answer = ask(PATH, {"duels": bodies}).json()
    assert answer["failed"] == 1
    entry = PredictionLog.objects.get()
    assert (entry.duel_count, entry.source) == (2, "api")
    answered = [row["win_probability"] for row in answer["results"] if "errors" not in row]
    kept = asking.record_of(entry)
    assert kept.chances.tolist() == answered
    a, _move_a, b, _move_b = prediction_log.duels_of(game.tables, kept.columns)
    assert a.level.tolist() == [40, 50]
    assert game.tables.form_ids[b.form].tolist() == [6, 9]


def test_it_calls_the_model_once(asked, results, duel):
    results(*[duel()] * 300)
    assert [len(a) for a, *_rest in asked] == [300]


def test_nothing_right_is_nothing_logged(ask, duel):
    answer = ask(PATH, {"duels": [duel(move_a_id="growl")]}).json()
    assert answer["failed"] == answer["count"] == 1
    assert not PredictionLog.objects.exists()


def test_it_takes_a_thousand(results, duel):
    assert len(results(*[duel()] * MAX_DUELS)) == MAX_DUELS


def test_a_thousand_mistakes_are_answered_soon_and_in_short(results, duel):
    started = time.perf_counter()
    rows = results(
        *[
            duel(pokemon_a_id=f"charizr{n}", move_a_id=f"thunderbol{n}", move_b_id=f"flame{n}")
            for n in range(MAX_DUELS)
        ]
    )
    # Seeking near misses for all of them takes ten times as long.
    assert time.perf_counter() - started < 3
    assert all(len(row["errors"]) == 3 for row in rows)
    assert "suggestions" in rows[0]["errors"][0]
    assert "suggestions" not in rows[FULL_ERRORS]["errors"][0]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ([], ("body", "not_an_object")),
        ({}, ("duels", "required")),
        ({"duels": {}}, ("duels", "wrong_type")),
        ({"duels": []}, ("duels", "wrong_length")),
        ({"duels": [{}] * (MAX_DUELS + 1)}, ("duels", "wrong_length")),
        ({"duel": []}, ("duel", "unknown_key")),
        ({"duels": [{}], "x\x00": 1}, ("x\N{REPLACEMENT CHARACTER}", "unknown_key")),
    ],
)
def test_it_rejects_what_is_no_list_of_duels(refused, body, error):
    assert refused(PATH, body) == {error}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"pokemon_a_id": True}, ("pokemon_a_id", "wrong_type")),
        ({"pokemon_a_id": 1.0}, ("pokemon_a_id", "wrong_type")),
        ({"pokemon_a_id": [25]}, ("pokemon_a_id", "wrong_type")),
        ({"pokemon_a_id": 2**70}, ("pokemon_a_id", "unknown_pokemon")),
        ({"pokemon_a_id": "ditto"}, ("pokemon_a_id", "no_damaging_move")),
        ({"move_a_id": "struggle"}, ("move_a_id", "move_not_learnable")),
        ({"move_a_id": "flamethrower"}, ("move_a_id", "move_not_learnable")),
        ({"move_a_id": "growl"}, ("move_a_id", "status_move")),
        ({"move_b_id": None}, ("move_b_id", "required")),
        ({"level": 3}, ("level", "unknown_key")),
        ({"setup_a": 3}, ("setup_a", "wrong_type")),
        ({"setup_a": {"lvl": 3}}, ("setup_a.lvl", "unknown_key")),
        ({"setup_b": {"level": 101}}, ("setup_b.level", "not_in_range")),
    ],
)
def test_a_wrong_row_says_what_is_wrong(results, duel, changes, error):
    good, bad = results(duel(), duel(**changes))
    assert "errors" not in good
    assert (bad["errors"][0]["field"], bad["errors"][0]["code"]) == error


VALUES = st.one_of(
    st.sampled_from(
        [25, 6, "pikachu", "ditto", "thunderbolt", 85, 53, "growl", "struggle", True, None, 1.0]
    ),
    st.text(max_size=5),
    st.lists(st.integers(), max_size=1),
    st.dictionaries(st.sampled_from(["level", "ivs", "avs", "nature", "x"]), st.integers(0, 40)),
)
KEYS = st.sampled_from(
    ["pokemon_a_id", "pokemon_b_id", "move_a_id", "move_b_id", "setup_a", "setup_b", "x"]
)


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=st.lists(st.dictionaries(KEYS, VALUES, max_size=3), min_size=1, max_size=8))
def test_columns_and_rows_are_read_alike(client, duel, rows):
    duels = [duel() | row for row in rows]
    answer = client.post(PATH, json.dumps({"duels": duels}), content_type="application/json")
    for body, result in zip(duels, answer.json()["results"], strict=True):
        single = client.post(
            "/api/v1/predict/battle/", json.dumps(body), content_type="application/json"
        )
        if "errors" in result:
            assert single.status_code == 400
            assert single.json()["errors"] == result["errors"]
        else:
            assert single.json()["win_probability"] == result["win_probability"]
