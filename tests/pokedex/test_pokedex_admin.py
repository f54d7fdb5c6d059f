"""Correcting facts in the admin."""

import pytest
from django.contrib import admin
from django.forms import model_to_dict
from django.urls import reverse

from pokedex.game_data_version import GameDataVersion
from pokedex.importer import import_game_data
from pokedex.models import FACT_MODELS, LearnsetEntry, Move, Pokemon, TypeEffectiveness

pytestmark = pytest.mark.django_db

MODELS = [*FACT_MODELS, GameDataVersion]


@pytest.fixture
def admin_client(client, django_user_model):
    """Somebody who may do everything; without a password, which takes long to hash."""
    client.force_login(
        django_user_model.objects.create(username="admin", is_staff=True, is_superuser=True)
    )
    return client


def url(model, page, *args):
    return reverse(f"admin:pokedex_{model._meta.model_name}_{page}", args=args)


def posted(row):
    """What the row's form would send as it stands."""
    data = {name: value for name, value in model_to_dict(row).items() if value is not None}
    return {name: value for name, value in data.items() if value is not False}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_list_opens(admin_client, model):
    assert admin_client.get(url(model, "changelist")).status_code == 200


@pytest.mark.parametrize("model", FACT_MODELS, ids=lambda model: model.__name__)
def test_every_list_can_be_searched(admin_client, model):
    response = admin_client.get(url(model, "changelist"), {"q": "fire"})
    assert response.status_code == 200


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_row_opens(admin_client, model):
    row = model._default_manager.first()
    assert admin_client.get(url(model, "change", row.pk)).status_code == 200


@pytest.mark.parametrize("model", FACT_MODELS, ids=lambda model: model.__name__)
def test_every_row_can_be_added(admin_client, model):
    assert admin_client.get(url(model, "add")).status_code == 200


def test_lists_take_few_queries(admin_client, django_assert_max_num_queries):
    for model in FACT_MODELS:
        with django_assert_max_num_queries(14):
            admin_client.get(url(model, "changelist"))


@pytest.mark.parametrize("text", ["evoli", "Évoli", "EEVEE", "133"])
def test_search_finds_names_however_spelled(admin_client, text):
    response = admin_client.get(url(Pokemon, "changelist"), {"q": text})
    assert "Eevee" in response.content.decode()


def test_saving_marks_the_row_as_curated_and_raises_the_version(admin_client):
    pound = Move.objects.get(slug="pound")
    version = GameDataVersion.current()
    response = admin_client.post(url(Move, "change", pound.pk), {**posted(pound), "power": 41})
    assert response.status_code == 302
    pound.refresh_from_db()
    assert (pound.power, pound.is_curated) == (41, True)
    assert GameDataVersion.current() == version + 1
    assert not import_game_data().changed
    assert Move.objects.get(slug="pound").power == 41


def test_an_added_row_is_curated(admin_client):
    data = {
        "pokemon": Pokemon.objects.get(slug="ditto").pk,
        "move": Move.objects.get(slug="pound").pk,
        "method": "tutor",
    }
    assert admin_client.post(url(LearnsetEntry, "add"), data).status_code == 302
    assert LearnsetEntry.objects.get(pokemon__slug="ditto", move__slug="pound").is_curated


def test_an_impossible_value_is_explained(admin_client):
    pound = Move.objects.get(slug="pound")
    response = admin_client.post(url(Move, "change", pound.pk), {**posted(pound), "power": 300})
    assert response.status_code == 200
    assert "power must lie between 1 and 250" in response.content.decode()
    assert not Move.objects.get(slug="pound").is_curated


def test_the_id_of_a_row_cannot_be_changed(admin_client):
    pound = Move.objects.get(slug="pound")
    admin_client.post(url(Move, "change", pound.pk), {**posted(pound), "id": 9_999})
    assert Move.objects.get(slug="pound").pk == 1
    assert Move.objects.count() == 227


def test_deleting_raises_the_version(admin_client):
    cell = TypeEffectiveness.objects.first()
    version = GameDataVersion.current()
    response = admin_client.post(url(TypeEffectiveness, "delete", cell.pk), {"post": "yes"})
    assert response.status_code == 302
    assert GameDataVersion.current() == version + 1


def test_a_form_in_use_cannot_be_deleted(admin_client):
    charizard = Pokemon.objects.get(slug="charizard")
    admin_client.post(url(Pokemon, "delete", charizard.pk), {"post": "yes"})
    assert Pokemon.objects.filter(slug="charizard").exists()


def test_curated_rows_can_be_left_to_imports_again(admin_client):
    Move.objects.filter(slug="pound").update(power=41, is_curated=True)
    pound = Move.objects.get(slug="pound")
    admin_client.post(
        url(Move, "changelist"),
        {"action": "let_imports_overwrite", "_selected_action": [pound.pk]},
    )
    assert import_game_data().changed
    assert Move.objects.get(slug="pound").power == 40


def test_the_version_is_only_looked_at(rf, django_user_model):
    request = rf.get("/")
    request.user = django_user_model(is_active=True, is_staff=True, is_superuser=True)
    version_admin = admin.site.get_model_admin(GameDataVersion)
    assert version_admin.get_model_perms(request) == {
        "add": False,
        "change": False,
        "delete": False,
        "view": True,
    }
