"""POST /api/v1/damage/batch/"""

import time

import pytest

from battles.api.core.reader import FULL_ERRORS
from battles.api.damage.serializers import MAX_CALCULATIONS

PATH = "/api/v1/damage/batch/"
ONE = {"pokemon_a_id": "pikachu", "pokemon_b_id": "charizard", "move_a_id": "thunderbolt"}
pytestmark = pytest.mark.django_db


def test_it_works(ask):
    other = {"pokemon_a_id": 9, "pokemon_b_id": 6, "move_a_id": "surf", "setup_a": {"level": 30}}
    # Calculations of different conditions are answered in order, too.
    calculations = [
        ONE,
        ONE | {"conditions_a": {"stages": {"special_attack": 1}}},
        other,
        other | {"conditions_b": {"hp": 9, "light_screen": True}, "critical": True},
        ONE,
    ]
    answer = ask(PATH, {"calculations": calculations, "uses": 2}).json()
    assert (answer["count"], answer["failed"]) == (5, 0)
    for position, body in enumerate(calculations):
        single = ask("/api/v1/damage/", {**body, "uses": 2}).json()
        result = answer["results"][position]
        assert result.pop("index") == position
        assert result.pop("knockout") == [
            pytest.approx(row, abs=1e-12) for row in single.pop("knockout")
        ]
        assert result.pop("percent") == pytest.approx(single.pop("percent"))
        assert result == single


def test_errors_are_in_their_place(ask):
    rows = [ONE, {**ONE, "move_a_id": "growl"}, 3, ONE]
    answer = ask(PATH, {"calculations": rows}).json()
    assert (answer["count"], answer["failed"]) == (4, 2)
    codes = [row.get("errors", [{}])[0].get("code") for row in answer["results"]]
    assert codes == [None, "status_move", "not_an_object", None]


def test_nothing_right_is_answered(ask):
    assert ask(PATH, {"calculations": [{}]}).json()["failed"] == 1


def test_the_largest_is_answered_soon(ask, game):
    ask(PATH, {"calculations": [ONE]})
    started = time.perf_counter()
    body = {"calculations": [{**ONE, "pokemon_b_id": "chansey"}] * MAX_CALCULATIONS, "uses": 10}
    answer = ask(PATH, body).json()
    assert time.perf_counter() - started < 5
    assert answer["failed"] == 0


def test_many_mistakes_are_told_in_short(ask):
    rows = [{**ONE, "move_a_id": f"thunderbol{n}"} for n in range(FULL_ERRORS + 1)]
    results = ask(PATH, {"calculations": rows}).json()["results"]
    assert "suggestions" in results[0]["errors"][0]
    assert "suggestions" not in results[-1]["errors"][0]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ([], ("body", "not_an_object")),
        ({}, ("calculations", "required")),
        ({"calculations": {}}, ("calculations", "wrong_type")),
        ({"calculations": []}, ("calculations", "wrong_length")),
        ({"calculations": [ONE] * (MAX_CALCULATIONS + 1)}, ("calculations", "wrong_length")),
        ({"calculations": [ONE], "uses": "3"}, ("uses", "wrong_type")),
        ({"calculations": [ONE], "use": 3}, ("use", "unknown_key")),
    ],
)
def test_it_rejects(refused, body, error):
    assert refused(PATH, body) == {error}
