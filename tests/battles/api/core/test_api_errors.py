"""Errors below /api/ that no view answers, and the limits on bodies."""

import tracemalloc

import pytest
from django.db import OperationalError
from django.test import Client

from battles.api.pokedex import views
from mlcore.game import gamedata
from pokedex.models import Move

BATTLE = "/api/v1/predict/battle/"
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1/", "/api/v2/pokemon/", "/api/v1/nope/"])
def test_an_unknown_address_is_a_problem(problem, path):
    assert problem(path, status=404)["type"] == "urn:predictiondex:problem:not_found"


def test_other_pages_keep_their_own_errors(client):
    response = client.get("/no-such-page/")
    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/html")


def test_debug_pages_do_not_reach_clients(settings, problem):
    settings.DEBUG = True
    problem("/api/v1/nope/", status=404)


def test_a_missing_slash_keeps_the_method(client, champion, duel):
    response = client.post(BATTLE.rstrip("/") + "?x=1", duel(), content_type="application/json")
    assert response.status_code == 308
    assert response["Location"] == BATTLE + "?x=1"


def test_a_missing_slash_is_no_crash_in_debug(settings, client):
    settings.DEBUG = True
    assert client.post(BATTLE.rstrip("/")).status_code == 308


def test_a_large_body_is_refused(settings, problem):
    body = b" " * (settings.API_MAX_BODY_BYTES + 1)
    document = problem(BATTLE, body, 413)
    assert str(settings.API_MAX_BODY_BYTES) in document["detail"]


def test_a_large_body_is_not_kept(settings, client):
    tracemalloc.start()
    try:
        body = b" " * (10 * settings.API_MAX_BODY_BYTES)
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        response = client.generic("POST", BATTLE, body, content_type="application/json")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert response.status_code == 413
    # The test client itself copies the body once.
    assert peak - before < 1.2 * len(body)


def test_a_body_at_the_limit_is_read(settings, ask, champion, duel):
    body = b'{"x": 1}'.ljust(settings.API_MAX_BODY_BYTES)
    assert ask(BATTLE, body).status_code == 400


def test_reads_take_no_large_body_either(client, settings):
    body = b" " * (settings.API_MAX_BODY_BYTES + 1)
    assert client.generic("GET", "/api/v1/types/", body).status_code == 413


@pytest.mark.parametrize("length", ["-1", "1e3", "ten", "9" * 50])
def test_a_wrong_length_is_refused(client, length):
    response = client.post(BATTLE, b"{}", content_type="application/json", CONTENT_LENGTH=length)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


def test_a_body_without_a_length_is_refused(problem):
    problem(BATTLE, b"{}", 411, **{"transfer-encoding": "chunked"})


def test_a_host_that_is_not_allowed_is_a_problem(problem):
    problem("/api/v1/types/", host="elsewhere.example")


def test_too_many_parameters_are_a_problem(problem):
    problem("/api/v1/types/?" + "&".join(f"a{i}=1" for i in range(2_000)))


def test_a_defect_is_a_problem_without_its_details(monkeypatch):
    def crash(request):
        raise RuntimeError("secret")

    monkeypatch.setattr(views.TypeListView, "list", lambda self, request: crash(request))
    response = Client(raise_request_exception=False).get("/api/v1/types/")
    assert response.status_code == 500
    assert response["Content-Type"] == "application/problem+json"
    assert b"secret" not in response.content


@pytest.mark.parametrize("path", ["/api/v1/types/", "/api/v1/pokemon/25/"])
def test_a_database_that_is_away_is_no_crash(monkeypatch, problem, path):
    def away(*args, **kwargs):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("django.db.models.sql.compiler.SQLCompiler.execute_sql", away)
    document = problem(path, status=503)
    assert document["type"] == "urn:predictiondex:problem:database_unavailable"


@pytest.mark.parametrize("path", ["/api/v1/pokemon/25/", "/api/v1/moves/85/"])
def test_game_data_that_are_missing_are_named(problem, path, facts_change):
    Move.objects.all().delete()
    gamedata.forget()
    document = problem(path, status=503)
    assert document["type"] == "urn:predictiondex:problem:no_game_data"


@pytest.mark.parametrize(
    "accept", ["application/json", "*/*", "application/*", "text/html, */*;q=0.1"]
)
def test_clients_that_take_json_get_it(ask, accept):
    assert ask("/api/v1/types/", accept=accept).status_code == 200


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "nonsense"])
def test_clients_that_take_no_json_are_told(problem, accept):
    problem("/api/v1/types/", status=406, accept=accept)


@pytest.mark.parametrize("path", ["/api/v1/types/", "/api/schema/", "/api/docs/"])
def test_errors_are_problems_on_every_page_of_the_api(client, path):
    response = client.delete(path)
    assert response.status_code == 405
    assert response["Content-Type"] == "application/problem+json"
    assert "GET" in response["Allow"]


def test_endpoints_need_no_session_and_may_not_be_shown_as_pages(client, django_user_model, db):
    client.force_login(django_user_model.objects.create_user("ash"))
    response = client.get("/api/v1/types/")
    assert response.status_code == 200
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert "Accept-Language" in response["Vary"]
    assert response["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert not hasattr(response.wsgi_request, "session")


def test_the_page_of_the_api_is_a_page(client, db):
    response = client.get("/api/docs/")
    assert hasattr(response.wsgi_request, "session")
    assert "script-src 'self'" in response["Content-Security-Policy"]
