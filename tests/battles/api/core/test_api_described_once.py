"""What the schema says of a body is what the endpoint checks."""

import pytest

from battles.api.battles.serializers import ForfeitRequest, NewBattleRequest
from battles.api.damage.serializers import DamageBatchRequest, DamageRequest
from battles.api.predict.serializers import (
    BattleRequest,
    BestMoveRequest,
    MatchupRequest,
    MatrixRequest,
)
from battles.api.quiz.serializers import AnswerRequest
from battles.api.simulate.serializers import SimulateRequest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("champion")]

API = "/api/v1"
PAIR = {"pokemon_a_id": "pikachu", "pokemon_b_id": "charizard"}
BODIES = [
    pytest.param("damage/", DamageRequest, PAIR | {"move_a_id": "thunderbolt"}, id="damage"),
    pytest.param("damage/batch/", DamageBatchRequest, {"calculations": [{}]}, id="damage batch"),
    pytest.param("simulate/", SimulateRequest, PAIR, id="simulate"),
    pytest.param("battles/", NewBattleRequest, PAIR, id="battle"),
    pytest.param("quiz/answer/", AnswerRequest, {"token": "x", "choice": 0}, id="quiz answer"),
    pytest.param("predict/battle/", BattleRequest, PAIR, id="duel"),
    pytest.param("predict/best-move/", BestMoveRequest, PAIR, id="best move"),
    pytest.param("predict/matchup/", MatchupRequest, PAIR, id="match-up"),
    pytest.param("predict/matrix/", MatrixRequest, {}, id="matrix"),
]


def errors_of(problem, path, body):
    return {error["field"]: error for error in problem(f"{API}/{path}", body)["errors"]}


@pytest.mark.parametrize(("path", "serializer", "body"), BODIES)
def test_the_keys_are_those_of_the_schema(problem, path, serializer, body):
    error = errors_of(problem, path, body | {"qwertz": 1})["qwertz"]
    assert error["allowed"] == list(serializer().fields)


@pytest.mark.parametrize(("path", "serializer", "body"), BODIES)
def test_bounds_and_choices_are_those_of_the_schema(problem, path, serializer, body):
    for name, field in serializer().fields.items():
        schema = getattr(field, "described_as", {})
        if schema.get("type") == "integer":
            low, high = schema["minimum"], schema["maximum"]
            for value in (low - 1, high + 1):
                error = errors_of(problem, path, body | {name: value})[name]
                assert (error["code"], error["allowed"]) == ("not_in_range", f"{low} to {high}")
        elif "enum" in schema:
            error = errors_of(problem, path, body | {name: "qwertz"})[name]
            assert (error["code"], error["allowed"]) == ("not_a_choice", schema["enum"])
        elif hasattr(field, "max_length"):
            error = errors_of(problem, path, body | {name: [{}] * (field.max_length + 1)})[name]
            assert error["code"] == "wrong_length"
            assert f" {field.max_length} " in error["allowed"]


def test_texts_are_as_long_as_the_schema_says(problem, ask):
    begun = ask(f"{API}/battles/", PAIR).json()
    longest = ForfeitRequest().fields["secret"].described_as["maxLength"]
    path = f"{API}/battles/{begun['id']}/forfeit/"
    assert ask(path, {"secret": "x" * longest, "turn": 0}).json()["type"].endswith("not_yours")
    too_long = problem(path, {"secret": "x" * (longest + 1), "turn": 0})
    assert [error["code"] for error in too_long["errors"]] == ["invalid_characters"]
