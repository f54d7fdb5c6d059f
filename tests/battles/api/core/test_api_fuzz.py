"""Whatever a client sends, the API answers, and an error is always a problem document."""

import json
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mlcore.rankings import refresh

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("champion")]

fuzzed = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ENDPOINTS = st.sampled_from(
    [
        "/api/v1/predict/battle/",
        "/api/v1/predict/best-move/",
        "/api/v1/predict/matchup/",
        "/api/v1/predict/matrix/",
        "/api/v1/damage/",
        "/api/v1/damage/batch/",
        "/api/v1/simulate/",
        "/api/v1/battles/",
        "/api/v1/battles/nothing/move/",
        "/api/v1/quiz/answer/",
    ]
)
LISTS = st.sampled_from(
    [
        "/api/v1/pokemon/",
        "/api/v1/moves/",
        "/api/v1/types/",
        "/api/v1/bosses/",
        "/api/v1/rankings/",
        "/api/v1/model/",
        "/api/v1/quiz/question/",
        "/api/v1/types/affinities/",
        "/api/v1/types/affinities/fire/",
        "/api/v1/types/dragon/pokemon/",
        "/api/v1/pokemon/mew/weaknesses/",
        "/api/v1/pokemon/mew/moves/",
        "/api/v1/pokemon/mew/counters/",
    ]
)
KEYS = st.sampled_from(
    [
        "pokemon_a_id",
        "pokemon_b_id",
        "move_a_id",
        "move_b_id",
        "moves_a",
        "moves_b",
        "setup_a",
        "uses",
        "plays",
        "seed",
        "policy_a",
        "calculations",
        "group_a",
        "group_b",
        "strength",
        "secret",
        "turn",
        "token",
        "choice",
    ]
)
# Surrogates too: JSON can spell them.
TEXT = st.text(st.characters(exclude_categories=[]), max_size=80)
NAMES = st.sampled_from(["pikachu", "ditto", "thunderbolt", "growl", "struggle", "quick-attack"])
NUMBERS = st.sampled_from([25, 6, 132, 85, 98, 150, 10**18, -(2**63), 10**600])
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXT, NAMES, NUMBERS)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
BODIES = st.dictionaries(KEYS | TEXT, VALUES | st.lists(NAMES | NUMBERS, max_size=5), max_size=7)


@pytest.fixture(autouse=True)
def _ranked(champion, game, square_by_total):
    refresh.store(champion, game, square_by_total(game))


NESTED = st.sampled_from(
    [
        "/api/v1/pokemon/{}/weaknesses/",
        "/api/v1/pokemon/{}/moves/",
        "/api/v1/pokemon/{}/counters/",
        "/api/v1/types/{}/pokemon/",
        "/api/v1/battles/{}/",
        "/api/v1/battles/{}/log/",
        "/api/v1/battles/{}/advice/",
        "/api/v1/types/affinities/{}/fire/",
    ]
)


def check(response) -> None:
    assert response.status_code < 500, response.content
    response.content.decode("utf-8")
    answer = response.json()
    if response.status_code == 200:
        return
    assert response["Content-Type"] == "application/problem+json"
    assert answer["status"] == response.status_code
    for error in answer.get("errors", []):
        assert error["field"] is not None
        assert error["code"]
        assert error["reason"]


@fuzzed
@given(path=ENDPOINTS, body=BODIES | VALUES)
def test_any_json_is_answered(client, path, body):
    check(client.generic("POST", path, json.dumps(body), content_type="application/json"))


@fuzzed
@given(path=ENDPOINTS, body=st.binary(max_size=200))
@example(path="/api/v1/predict/battle/", body=b"\xef\xbb\xbf")
@example(path="/api/v1/predict/battle/", body=b'{"\\ud800": "\\udfff"}')
def test_any_bytes_are_answered(client, path, body):
    check(client.generic("POST", path, body, content_type="application/json"))


@fuzzed
@given(path=ENDPOINTS, body=BODIES, cut=st.integers(0, 300), noise=st.binary(max_size=4))
def test_any_damaged_json_is_answered(client, path, body, cut, noise):
    whole = json.dumps(body).encode()
    damaged = whole[:cut] + noise + whole[cut:]
    check(client.generic("POST", path, damaged, content_type="application/json"))


@fuzzed
@given(
    path=LISTS,
    query=st.dictionaries(
        st.sampled_from(["page", "page_size", "search", "type", "kind", "ordering"]) | TEXT,
        TEXT | st.sampled_from(["1", "2", "200", "-id", "fire", "base"]),
        max_size=4,
    ),
)
def test_any_query_is_answered(client, path, query):
    text = "&".join(
        f"{quote(key, errors='replace')}={quote(value, errors='replace')}"
        for key, value in query.items()
    )
    check(client.get(f"{path}?{text}"))


@fuzzed
@given(path=LISTS, name=st.binary(min_size=1, max_size=60))
def test_any_name_in_a_path_is_answered(client, path, name):
    check(client.get(f"{path}{quote(name, safe='')}/"))


@fuzzed
@given(path=NESTED, name=st.binary(min_size=1, max_size=60))
def test_any_name_inside_a_path_is_answered(client, path, name):
    check(client.get(path.format(quote(name, safe=""))))


@fuzzed
@given(
    path=ENDPOINTS,
    content_type=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60)
    | st.text("aplicton/jsx;=-chret u8", max_size=40).map("application/json;".__add__),
    accept=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60),
)
def test_any_media_types_are_answered(client, path, content_type, accept):
    check(
        client.generic("POST", path, b"{}", content_type=content_type, headers={"accept": accept})
    )
