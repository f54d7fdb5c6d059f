"""What the database refuses, and what models say about themselves."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.utils import translation

from pokedex.choices import STAT_CHANGE_FIELDS
from pokedex.game_data_version import GameDataVersion
from pokedex.models import (
    FACT_MODELS,
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


def refused(model, where, values):
    """The database itself refuses the values, whoever writes them."""
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        model.objects.filter(**where).update(**values)


@pytest.mark.parametrize(
    "values",
    [
        {"power": 0},
        {"power": 251},
        {"accuracy": 0},
        {"accuracy": 101},
        {"pp": 0},
        {"pp": 41},
        {"priority": -8},
        {"priority": 6},
        {"critical_stage": 4},
        {"fixed_damage": 0},
        {"tm_number": 0},
        {"tm_number": 61},
        {"tm_number": 2},  # another move's
        {"drain_percent": 101},
        {"recoil_percent": 101},
        {"heal_percent": 101},
        {"flinch_chance": 101},
        {"min_hits": 0},
        {"min_hits": 2, "max_hits": 1},
        {"max_hits": 11},
        {"damage_class": "mental"},
        {"damage_class": "status"},  # it has a power
        {"target": "everybody"},
        {"ailment": "love", "ailment_chance": 10},
        {"ailment": "burn", "ailment_chance": 0},
        {"ailment": "burn", "ailment_chance": 101},
        {"ailment": "none", "ailment_chance": 10},
        {"stat_change_target": "field"},
        {"stat_change_chance": 10},
        {"speed_change": 1},
        {"speed_change": 7, "stat_change_chance": 100},
        {"speed_change": -7, "stat_change_chance": 100},
        {"effect": "magic"},
        {"slug": "pound"},
        {"name_en": "Pound"},
        {"name_fr": "Écras'Face"},
        {"key_slug": "pound"},
        {"name_fr": None},
        {"type": None},
    ],
    ids=str,
)
def test_a_move_must_not_be_so(values):
    refused(Move, {"slug": "headbutt"}, values)


@pytest.mark.parametrize("field", STAT_CHANGE_FIELDS)
def test_stat_changes_stay_between_minus_and_plus_six(field):
    Move.objects.filter(slug="headbutt").update(**{field: 6, "stat_change_chance": 1})
    refused(Move, {"slug": "headbutt"}, {field: 7})
    refused(Move, {"slug": "headbutt"}, {field: -7})


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "giant"},
        {"kind": "mega"},
        {"base_form": 6},
        {"kind": "mega", "base_form": 1},  # itself
        {"type_2": 12},  # Grass twice
        {"base_hp": 0},
        {"base_attack": 256},
        {"base_defense": 0},
        {"base_special_attack": 256},
        {"base_special_defense": 0},
        {"base_speed": 256},
        {"weight_hg": 0},
        {"weight_hg": 100_000},
        {"slug": "pikachu"},
        {"name_en": "Pikachu"},
        {"name_fr": "Pikachu"},
        {"species": None},
        {"type_1": None},
    ],
    ids=str,
)
def test_a_form_must_not_be_so(values):
    refused(Pokemon, {"slug": "bulbasaur"}, values)


@pytest.mark.parametrize("percent", [25, 75, 150, 400])
def test_effectiveness_is_one_of_four(percent):
    cell = TypeEffectiveness.objects.first()
    refused(TypeEffectiveness, {"pk": cell.pk}, {"percent": percent})


def test_each_pair_of_types_is_there_once():
    cell = TypeEffectiveness.objects.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        TypeEffectiveness.objects.create(
            attacking_type=cell.attacking_type, defending_type=cell.defending_type, percent=100
        )


@pytest.mark.parametrize(
    "values",
    [
        {"method": "magic"},
        {"level": None},
        {"level": 0},
        {"level": 101},
        {"method": "trade"},
        {"item": "fire-stone"},
        {"method": "item", "level": None},
        {"method": "item", "level": None, "item": "stick"},
        {"to_pokemon": 1},
    ],
    ids=str,
)
def test_an_evolution_must_not_be_so(values):
    refused(Evolution, {"from_pokemon__slug": "bulbasaur"}, values)


@pytest.mark.parametrize(
    "values",
    [
        {"method": "magic"},
        {"method": "tm"},
        {"level": None},
        {"level": 0},
        {"level": 101},
    ],
    ids=str,
)
def test_a_learnset_entry_must_not_be_so(values):
    entry = LearnsetEntry.objects.filter(method="level_up").first()
    refused(LearnsetEntry, {"pk": entry.pk}, values)


@pytest.mark.parametrize("method", ["level_up", "tm"])
def test_a_learnset_entry_is_there_once(method):
    entry = LearnsetEntry.objects.filter(method=method).first()
    entry.pk = None
    entry._state.adding = True
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save()


def test_a_move_can_be_learned_at_two_levels():
    entry = LearnsetEntry.objects.filter(method="level_up").first()
    entry.pk, entry.level = None, 99
    entry._state.adding = True
    entry.save()


def test_a_move_is_kept_once_and_from_another_form():
    kept = KeptMove.objects.first()
    refused(KeptMove, {"pk": kept.pk}, {"learned_as": kept.pokemon_id})
    with pytest.raises(IntegrityError), transaction.atomic():
        KeptMove.objects.create(
            pokemon=kept.pokemon, move=kept.move, learned_as=Pokemon.objects.get(slug="mew")
        )


def test_there_is_one_version_row():
    with pytest.raises(IntegrityError), transaction.atomic():
        GameDataVersion.objects.create(id=2)


def test_a_form_tells_an_admin_what_is_wrong():
    move = Move.objects.get(slug="pound")
    move.power = 300
    with pytest.raises(ValidationError, match="power must lie between 1 and 250"):
        move.full_clean()


@pytest.mark.parametrize("model", FACT_MODELS, ids=lambda model: model.__name__)
def test_every_fact_is_curable_named_and_ordered(model):
    assert model._meta.get_field("is_curated").default is False
    assert model._meta.ordering
    row = model.objects.first()
    assert str(row)
    assert "object (" not in str(row)
    assert str(model._meta.verbose_name_plural)


def test_what_is_in_the_files_is_valid():
    for model in (Type, Species, Move, Pokemon):
        for row in model.objects.all():
            row.clean_fields()


def test_the_name_follows_the_language():
    eevee = Pokemon.objects.get(slug="eevee")
    with translation.override("fr"):
        assert eevee.name == "Évoli"
    with translation.override("en"):
        assert eevee.name == "Eevee"
    with translation.override(None):
        assert eevee.name == "Eevee"


def test_saving_keeps_the_keys_of_names():
    eevee = Pokemon.objects.get(slug="eevee")
    eevee.name_fr = "Évolï"
    eevee.save(update_fields=["name_fr"])
    assert Pokemon.objects.get(key_fr="evoli") == eevee
    eevee.name_fr = "Renard"
    eevee.save(update_fields=["name_fr"])
    assert Pokemon.objects.get(key_fr="renard") == eevee


def test_battle_data_comes_in_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        for pokemon in Pokemon.objects.with_battle_data():
            assert pokemon.species.name_en
            assert pokemon.types


def test_the_base_stat_total_is_the_sum():
    assert Pokemon.objects.get(slug="mew").base_stat_total == 600


def test_forms_are_listed_by_species_then_number():
    slugs = list(Pokemon.objects.values_list("slug", flat=True))
    assert slugs[:3] == ["bulbasaur", "ivysaur", "venusaur"]
    assert slugs[3] == "venusaur-mega"
    assert slugs[-1] == "melmetal"


def test_usable_moves_are_each_there_once():
    for slug in ("mew", "raichu", "charizard-mega-x"):
        moves = list(Pokemon.objects.get(slug=slug).usable_moves())
        assert len(moves) == len(set(moves)) > 0
