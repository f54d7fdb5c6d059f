"""Every endpoint asks for its scope, counts, and says what is left."""

import pytest

from battles.api import urls
from battles.api.access import keys as api_keys
from battles.api.core.base import HEAVY
from battles.models import Scope

SCOPES = {
    "predict/battle/": "predict",
    "predict/best-move/": "predict",
    "predict/matchup/": "predict",
    "predict/batch/": "predict",
    "predict/matrix/": "predict",
    "pokemon/mew/counters/": "predict",
    "pokemon/mew/best-moves/": "predict",
    "damage/": "simulate",
    "damage/batch/": "simulate",
    "simulate/": "simulate",
    "battles/": "simulate",
    "battles/x/move/": "simulate",
    "battles/x/forfeit/": "simulate",
    "battles/x/advice/": "simulate",
    "battles/x/": "read",
    "battles/x/log/": "read",
    "quiz/question/": "read",
    "quiz/answer/": "read",
    "pokemon/": "read",
    "pokemon/mew/": "read",
    "pokemon/mew/weaknesses/": "read",
    "pokemon/mew/moves/": "read",
    "moves/": "read",
    "moves/surf/": "read",
    "types/": "read",
    "types/affinities/": "read",
    "types/affinities/fire/water/": "read",
    "types/fire/": "read",
    "types/fire/pokemon/": "read",
    "bosses/": "read",
    "bosses/brock/": "read",
    "model/": "read",
    "rankings/": "read",
}
READS = {name for name, scope in SCOPES.items() if scope == "read"} - {"quiz/answer/"}
READS |= {"pokemon/mew/counters/", "battles/x/advice/"}
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("champion")]


@pytest.fixture
def send(ask):
    def call(name, **headers):
        body = None if name in READS else {}
        return ask(f"/api/v1/{name}", body, **headers)

    return call


def test_no_endpoint_is_forgotten():
    routes = [route for part in urls.urlpatterns for route in part.url_patterns]
    public = [route for route in routes if not route.name.startswith("task-")]
    assert len(SCOPES) == len(public)


@pytest.mark.parametrize("name", SCOPES)
def test_a_key_needs_the_scope(send, name):
    for scope in (Scope.READ, Scope.PREDICT, Scope.SIMULATE):
        _row, key = api_keys.create(name=scope, scopes=[scope])
        api_keys.forget()
        status = send(name, authorization=f"Bearer {key}").status_code
        assert (status == 403) is (scope != SCOPES[name]), (scope, status)


@pytest.mark.parametrize("name", SCOPES)
def test_what_is_left_is_said(send, settings, name):
    settings.API_ANONYMOUS_RATE = HEAVY
    first = send(name)
    assert first.status_code not in (401, 403, 429)
    assert int(first["X-RateLimit-Remaining"]) < HEAVY
    for _ in range(HEAVY):
        last = send(name)
    assert last.status_code == 429
    assert int(last["Retry-After"]) >= 1
    # Less than the call costs.
    assert int(last["X-RateLimit-Remaining"]) < HEAVY
