"""The facts in memory follow those in the database, whoever changed them."""

import pytest
from django.db import transaction

from pokedex.game_data_version import GameDataVersion
from pokedex.known_facts import known_facts
from pokedex.models import Move, Pokemon

pytestmark = pytest.mark.django_db


def test_they_are_those_of_the_database():
    facts = known_facts()
    assert list(facts.pokemon) == list(
        Pokemon.objects.with_battle_data().values_list("pk", flat=True)
    )
    assert set(facts.moves) == set(Move.objects.values_list("pk", flat=True))
    mega = facts.pokemon_by_slug["charizard-mega-x"]
    assert mega.base_form is facts.pokemon_by_slug["charizard"]


def test_they_are_read_once(django_assert_num_queries):
    first = known_facts()
    with django_assert_num_queries(1):
        assert known_facts() is first


def test_an_edit_is_seen():
    before = known_facts()
    pikachu = Pokemon.objects.get(slug="pikachu")
    pikachu.base_speed += 1
    pikachu.save()
    after = known_facts()
    assert after.pokemon[pikachu.pk].base_speed == before.pokemon[pikachu.pk].base_speed + 1


def test_an_edit_that_another_process_made_is_seen():
    """It leaves nothing here but a version that is higher."""
    before = known_facts()
    with transaction.atomic():
        Move.objects.filter(slug="thunderbolt").update(power=91)
        GameDataVersion.bump()
    assert before.moves_by_slug["thunderbolt"].power == 90
    assert known_facts().moves_by_slug["thunderbolt"].power == 91


def test_a_version_taken_back_and_given_anew_is_another_one():
    """What a transaction that failed had shown is not what the next one with its number says."""
    with transaction.atomic():
        Move.objects.filter(slug="surf").update(power=1)
        GameDataVersion.bump()
        assert known_facts().moves_by_slug["surf"].power == 1
        transaction.set_rollback(True)
    Move.objects.filter(slug="surf").update(power=2)
    GameDataVersion.bump()
    assert known_facts().moves_by_slug["surf"].power == 2


@pytest.mark.parametrize(
    ("text", "slug"),
    [("Évoli", "eevee"), ("#025", "pikachu"), ("MEGA CHARIZARD X", "charizard-mega-x")],
)
def test_a_form_is_found_by_any_of_its_names(text, slug):
    found = known_facts().find_pokemon(text)
    assert found is not None
    assert found.slug == slug


@pytest.mark.parametrize("text", ["", "missingno", "9" * 200, "#"])
def test_what_is_no_form_is_not_found(text):
    assert known_facts().find_pokemon(text) is None
