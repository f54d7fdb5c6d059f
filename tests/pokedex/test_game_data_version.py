"""The counter that every change to the facts raises."""

import json

import pytest
from django.core import serializers
from django.db import transaction

from pokedex.game_data_version import GameDataVersion
from pokedex.models import (
    Evolution,
    KeptMove,
    LearnsetEntry,
    Move,
    Pokemon,
    Species,
    Type,
    TypeEffectiveness,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def raised():
    """By how much the version went up since the test began."""
    start = GameDataVersion.current()
    return lambda: GameDataVersion.current() - start


def test_it_is_zero_without_a_row():
    GameDataVersion.objects.all().delete()
    assert GameDataVersion.current() == 0
    GameDataVersion.bump()
    assert GameDataVersion.current() == 1


def test_bump_adds_one_and_moves_the_time(raised):
    before = GameDataVersion.objects.get().updated_at
    GameDataVersion.bump()
    assert raised() == 1
    assert GameDataVersion.objects.get().updated_at > before


@pytest.mark.parametrize(
    "model", [Type, TypeEffectiveness, Species, Pokemon, Move, LearnsetEntry, KeptMove]
)
def test_saving_raises_it(raised, model):
    model.objects.first().save()
    assert raised() == 1


def test_who_evolves_into_whom_does_not(raised):
    Evolution.objects.first().save()
    Evolution.objects.update(is_curated=True)
    Evolution.objects.all().delete()
    assert raised() == 0


def test_creating_and_deleting_raise_it(raised):
    entry = LearnsetEntry.objects.create(
        pokemon=Pokemon.objects.get(slug="ditto"),
        move=Move.objects.get(slug="pound"),
        method="tutor",
    )
    assert raised() == 1
    entry.delete()
    assert raised() == 2


def test_update_raises_it_once(raised):
    Move.objects.filter(damage_class="status").update(pp=10)
    assert raised() == 1


def test_an_update_of_no_row_does_not(raised):
    Move.objects.filter(slug="nothing").update(pp=10)
    assert raised() == 0


def test_bulk_update_raises_it_once(raised):
    moves = list(Move.objects.all())
    Move.objects.bulk_update(moves, ["pp"], batch_size=50)
    assert raised() == 1


def test_bulk_create_raises_it_once(raised):
    ditto = Pokemon.objects.get(slug="ditto")
    moves = Move.objects.exclude(slug="transform")[:5]
    LearnsetEntry.objects.bulk_create(
        [LearnsetEntry(pokemon=ditto, move=move, method="tutor") for move in moves]
    )
    assert raised() == 1


def test_deleting_many_raises_it_once(raised):
    LearnsetEntry.objects.filter(method="tm").delete()
    assert raised() == 1


def test_deleting_what_others_refer_to_raises_it_once(raised):
    Move.objects.get(slug="thunderbolt").delete()
    assert raised() == 1
    assert not LearnsetEntry.objects.filter(move__slug="thunderbolt").exists()


def test_loaded_rows_raise_it(raised):
    move = Move.objects.get(slug="pound")
    rows = json.loads(serializers.serialize("json", [move]))
    for loaded in serializers.deserialize("python", rows):
        loaded.save()
    assert raised() == 1


def test_once_gathers_changes(raised):
    with GameDataVersion.once():
        Move.objects.first().save()
        with GameDataVersion.once():
            Type.objects.first().save()
        assert raised() == 0
    assert raised() == 1


def test_once_without_a_change_raises_nothing(raised):
    with GameDataVersion.once():
        pass
    assert raised() == 0


def test_a_failed_change_raises_nothing(raised):
    def fail():
        with transaction.atomic(), GameDataVersion.once():
            Move.objects.first().save()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert raised() == 0
    Move.objects.first().save()
    assert raised() == 1


def test_it_is_raised_with_the_change_or_not_at_all(raised):
    def fail():
        with transaction.atomic():
            Move.objects.first().save()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert raised() == 0
