"""Bodies that are no bodies: a clear 4xx from every endpoint that takes one."""

import pytest

PATHS = [
    f"/api/v1/{name}/"
    for name in (
        "predict/battle",
        "predict/best-move",
        "predict/matchup",
        "predict/batch",
        "predict/matrix",
        "damage",
        "damage/batch",
        "simulate",
        "battles",
        "quiz/answer",
    )
]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("champion")]


@pytest.mark.parametrize("path", PATHS)
def test_ten_megabytes_are_too_many(problem, path):
    problem(path, b" " * 10_000_000, status=413)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"[" * 100_000, "nested_too_deeply"),
        (b'{"seed": ' + b"9" * 10_000 + b"}", "number_too_large"),
        (b'{"uses": NaN}', "not_a_number"),
        (b'{"a": 1, "a": 2}', "duplicate_key"),
        (b"\x00", "malformed_json"),
        (b"\xff{}", "not_utf8"),
        (b"", "required"),
        (b"[]", "not_an_object"),
        (b'{"\\ud800\\u0000": "\\udfff"}', "unknown_key"),
    ],
)
def test_what_is_no_json_object_is_refused(problem, path, body, code):
    assert code in {error["code"] for error in problem(path, body)["errors"]}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "x"])
def test_other_media_types_are_refused(problem, path, content_type):
    problem(path, b"a=1", status=415, content_type=content_type)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "value", ["\x00", "\ud800", 10**300, -(2**63), 1e308, [[[]]], {"": {}}, None, True]
)
def test_no_value_breaks_it(ask, path, value):
    keys = "pokemon_a_id pokemon_b_id move_a_id moves_a setup_a seed plays uses token secret"
    body = dict.fromkeys(keys.split(), value)
    body |= {"duels": [value], "calculations": [value], "group_a": [value], "group_b": value}
    response = ask(path, body)
    assert response.status_code == 400
    assert response.json()["errors"]
