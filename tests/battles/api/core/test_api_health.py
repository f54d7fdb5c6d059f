"""/healthz and /readyz"""

from pathlib import Path

import pytest
from django.db import OperationalError, connection

from mlcore.serving import champion as champion_store

pytestmark = pytest.mark.django_db


def test_it_works(client, champion):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ready",
        "checks": {"database": "ok", "game_data": "ok", "champion": "ok"},
    }
    assert "no-store" in response["Cache-Control"]


def test_healthz_asks_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").json() == {"status": "ok"}


def checks(client):
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["status"] == "not ready"
    return response.json()["checks"]


def test_it_tells_staff_alone_why_no_model_serves(client, admin_client, no_champion):
    states = checks(admin_client)
    assert states["champion"] == "no champion yet: run manage.py ml --mode=all"
    assert states["database"] == states["game_data"] == "ok"
    assert checks(client)["champion"].startswith("no model serves")


def test_it_tells_staff_of_a_model_that_serves_in_place_of_another(
    client, admin_client, champion, settings
):
    pointer = Path(settings.MODELS_DIR, champion_store.POINTER_NAME)
    pointer.write_text("{")
    champion_store.reload()
    assert client.get("/readyz").json().keys() == {"status", "checks"}
    answer = admin_client.get("/readyz")
    assert answer.status_code == 200
    assert "was refused" in answer.json()["troubles"]["champion"]
    pointer.unlink()
    champion_store.reload()
    assert admin_client.get("/readyz").json()["troubles"]["champion"] == "champion.json is missing"


def test_it_names_missing_game_data(client, champion, no_pokemon):
    assert "import_pokedex" in checks(client)["game_data"]


def test_it_names_an_unreachable_database(client, champion, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("could not connect to server at 10.0.0.1")

    monkeypatch.setattr(connection, "cursor", away)
    states = checks(client)
    assert states["database"] == "unreachable: OperationalError"
    assert states["game_data"] != "ok"


def test_it_survives_any_failure(admin_client, settings):
    settings.MODELS_DIR = None
    assert checks(admin_client)["champion"] == "failed: TypeError"


def test_it_rejects_other_methods(client):
    assert client.post("/readyz").status_code == 405
