"""Short ways to ask and be refused."""

import json

import pytest
from django.test import Client
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from battles.api.access import keys as api_keys
from battles.common import allowance
from mlcore.game import gamedata

DUEL = {
    "pokemon_a_id": "pikachu",
    "pokemon_b_id": "charizard",
    "move_a_id": "thunderbolt",
    "move_b_id": "flamethrower",
}


@pytest.fixture(autouse=True)
def _own_keys():
    api_keys.forget()


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """The minute of the limits begins now and passes when told to, not in the middle of a test."""

    class Clock:
        now = 600_000_000.0

        def time(self):
            return self.now

    clock = Clock()
    monkeypatch.setattr(allowance, "time", clock)
    return clock


@pytest.fixture(autouse=True)
def _facts_in_memory(db, monkeypatch):
    """The facts are looked at anew now, and not again by the clock during the test."""
    gamedata.refreshed()
    monkeypatch.setattr(gamedata, "POLL_SECONDS", float("inf"))


@pytest.fixture
def duel():
    """A body for predict/battle/, changed by the keywords; None takes a key away."""

    def build(**changes):
        return {key: value for key, value in (DUEL | changes).items() if value is not None}

    return build


@pytest.fixture
def ask(client):
    """GET, or POST a body (bytes go as they are), and give the response."""

    def send(path, body=None, content_type="application/json", **headers):
        if body is None:
            return client.get(path, headers=headers)
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return client.generic("POST", path, content, content_type=content_type, headers=headers)

    return send


@pytest.fixture
def problem(ask):
    """Ask for something that must be refused with this status; gives the problem document."""

    def send(path, body=None, status=400, **options):
        response = ask(path, body, **options)
        assert response.status_code == status, response.content
        assert response["Content-Type"] == "application/problem+json"
        document = response.json()
        assert document["type"].startswith("urn:predictiondex:problem:")
        assert document["status"] == status
        assert document["title"]
        assert document["detail"]
        assert document["instance"] == path.partition("?")[0]
        return document

    return send


@pytest.fixture
def refused(problem):
    """Like ``problem``; gives (field, code) of every error. Each states a reason and what is
    allowed."""

    def send(path, body=None, status=400, **options):
        errors = problem(path, body, status, **options)["errors"]
        assert all(error["reason"] and "allowed" in error for error in errors)
        return {(error["field"], error["code"]) for error in errors}

    return send


@pytest.fixture(scope="session")
def schema():
    """The schema, generated once: that takes a second."""
    response = Client().get("/api/schema/?format=json")
    assert response.status_code == 200
    return response.json()


@pytest.fixture
def conforms(schema):
    """Fails unless an instance is what a schema inside the document says."""
    registry = Registry().with_resource(
        "urn:schema", Resource.from_contents(schema, default_specification=DRAFT202012)
    )

    def check(instance, subschema):
        text = json.dumps(subschema).replace('"#/', '"urn:schema#/')
        validator = Draft202012Validator(json.loads(text), registry=registry)
        errors = [error.message for error in validator.iter_errors(instance)]
        assert not errors, errors

    return check
