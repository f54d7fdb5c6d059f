"""From an answer that was served back to its model, data set, facts and code."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from mlcore.game import gamedata
from mlcore.models import ModelFile, ModelVersion, PredictionLog
from mlcore.monitoring import lineage
from pokedex.models import Pokemon

pytestmark = pytest.mark.django_db
PAGE = "/admin/mlcore/predictionlog/lineage/"
BODY = {
    "pokemon_a_id": "pikachu",
    "move_a_id": "thunderbolt",
    "pokemon_b_id": "golduck",
    "move_b_id": "surf",
}


@pytest.fixture
def answered(served, client):
    """The id of a request that the small model has answered, over the API."""
    response = client.post("/api/v1/predict/battle/", BODY, content_type="application/json")
    assert response.status_code == 200
    return response["X-Request-ID"]


def words_of(client, **query):
    response = client.get(PAGE, query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_all_is_found_by_the_id_of_the_request(answered, served, small, game, admin_client):
    page = words_of(admin_client, request_id=answered)
    files, trained, _ = small
    for known in (
        served.version,
        served.sha256,
        files.name,
        game.fingerprint[: PredictionLog.FINGERPRINT_LENGTH],
        trained.metadata["code_version"],
        "Golduck",
    ):
        assert known in page
    assert reverse("admin:mlcore_modelversion_change", args=[served.pk]) in page
    for sentence in (
        "Live now.",
        "Its files are stored.",
        "it gives the same chances",
        "Those that the model was trained on. They are today’s.",
        "The code that trained the model is what runs now.",
    ):
        assert sentence in page


def test_the_row_of_the_log_leads_there(answered, admin_client):
    row = PredictionLog.objects.get()
    shown = admin_client.get(reverse("admin:mlcore_predictionlog_change", args=[row.pk]))
    assert f"{PAGE}?row={row.pk}" in shown.content.decode()
    listed = admin_client.get(reverse("admin:mlcore_predictionlog_changelist"))
    assert f'action="{PAGE}"' in listed.content.decode()
    assert answered in words_of(admin_client, row=row.pk)


def test_another_answer_than_the_stored_model_gives_is_told(answered, admin_client):
    row = PredictionLog.objects.get()
    record = bytearray(row.record)
    record[-2] ^= 0x0F
    PredictionLog.objects.update(record=bytes(record))
    assert lineage.of_request(answered)[0].again is False
    assert "it gives other chances" in words_of(admin_client, request_id=answered)


def test_what_has_changed_since_is_told(answered, admin_client, settings):
    form = Pokemon.objects.get(slug="pikachu")
    form.base_speed += 1
    form.save()
    gamedata.forget()
    ModelVersion.objects.update(is_champion=False)
    ModelVersion.objects.update(
        metadata=ModelVersion.objects.get().metadata | {"code_version": "of another day"}
    )
    ModelFile.objects.all().delete()
    page = words_of(admin_client, request_id=answered)
    gamedata.forget()
    for sentence in (
        "Its files are not stored in the database.",
        "They have been changed since.",
        "Other code runs now than trained the model.",
    ):
        assert sentence in page
    assert "asked again" not in page


def test_a_version_that_is_not_known_is_no_error(answered, admin_client):
    PredictionLog.objects.update(model_version="v99")
    page = words_of(admin_client, request_id=answered)
    assert "No longer live." in page
    assert "Not recorded." in page


def test_an_unknown_request_says_so(admin_client, db):
    assert "No answer to this request is in the log" in words_of(admin_client, request_id="nobody")
    assert "No answer" not in words_of(admin_client)
    assert admin_client.get(PAGE, {"row": 10**30}).status_code == 404


def test_it_speaks_french(answered, admin_client):
    page = admin_client.get(f"/fr{PAGE}", {"request_id": answered}).content.decode()
    for words in ("D’où vient une réponse", "En service actuellement.", "Jeu de données"):
        assert words in page


@pytest.mark.parametrize("may", [False, True])
def test_staff_needs_the_right_to_look(answered, client, django_user_model, may):
    user = django_user_model.objects.create(username="gary", is_staff=True)
    if may:
        user.user_permissions.add(Permission.objects.get(codename="view_predictionlog"))
    client.force_login(user)
    response = client.get(PAGE, {"request_id": answered})
    assert response.status_code == (200 if may else 403)
    assert reverse("admin:mlcore_modelversion_changelist") not in response.content.decode()


def test_nobody_else_gets_in(answered, client):
    assert client.get(PAGE, {"request_id": answered}).status_code == 302
