"""GET /api/v1/model/"""

import pytest

PATH = "/api/v1/model/"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("champion")]

SCORES = {"accuracy": 0.94, "duels": 20, "log_loss": 0.12, "log_loss_floor": 0.11}
SCORES |= {"mse_above_noise": 0.001, "ece": 0.01, "clear_favourites_right": 0.99}


def test_it_works(ask, serve, game):
    serve("v7", model_sha256="a" * 64, metrics={"holdout": SCORES}, seed=3)
    answer = ask(PATH).json()
    assert (answer["version"], answer["sha256"]) == ("v7", "a" * 64)
    assert answer["fingerprint"] == answer["game_data"]["fingerprint"] == game.fingerprint
    assert answer["game_data"]["changed_since_training"] is False
    assert answer["metrics"] == {"holdout": SCORES}
    assert answer["training"]["seed"] == 3
    assert "v7" in answer["card"]


def test_it_tells_the_value_of_battle_states(ask, serve_value, game):
    report = {"one ply": {"all": {"starts": 600, "squared_error": 0.004}}}
    value = serve_value(metrics=report, settings={"rounds": 2, "battles": 50, "seed": 1})
    told = ask(PATH).json()["battle_value"]
    assert (told["version"], told["sha256"]) == (value.version, value.fingerprint)
    assert (told["fingerprint"], told["changed_since_training"]) == (game.fingerprint, False)
    assert told["metrics"] == report
    assert told["battles"] == 100
    assert told["gate"] is None


def test_it_says_that_the_game_has_changed(ask, serve):
    serve(data_fingerprint="f" * 64)
    assert ask(PATH).json()["game_data"]["changed_since_training"] is True


def test_it_costs_no_query(ask, game, django_assert_num_queries):
    with django_assert_num_queries(0):
        ask(PATH)


def test_without_a_champion_there_is_nothing(problem, no_champion):
    assert problem(PATH, status=503)["type"].endswith(":no_champion")


def test_it_rejects_a_parameter(refused):
    assert refused(f"{PATH}?version=1") == {("version", "unknown_parameter")}


def test_it_rejects_other_methods(client):
    assert client.post(PATH).status_code == 405
