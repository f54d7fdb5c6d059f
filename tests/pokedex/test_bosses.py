"""Gym Leaders, Elite Four and Champion as facts: what the files say, and that admins correct it."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from pokedex.game_data_version import GameDataVersion
from pokedex.importer import import_game_data
from pokedex.models import Boss, BossPokemon, Move

pytestmark = pytest.mark.django_db


def team(slug, edition="pikachu"):
    rows = BossPokemon.objects.filter(boss__slug=slug, edition__in=["", edition])
    return [(row.pokemon.slug, row.level, [move.slug for move in row.moves]) for row in rows]


def test_there_are_thirteen_bosses_in_their_order():
    assert " ".join(Boss.objects.values_list("slug", flat=True)) == (
        "brock misty lt-surge erika koga sabrina blaine giovanni lorelei bruno agatha lance trace"
    )
    roles = list(Boss.objects.values_list("role", flat=True))
    assert roles == ["gym_leader"] * 8 + ["elite_four"] * 4 + ["champion"]


@pytest.mark.parametrize(
    ("slug", "french"),
    [("brock", "Pierre"), ("misty", "Ondine"), ("lt-surge", "Major Bob"), ("lance", "Peter")],
)
def test_bosses_have_their_french_names(slug, french):
    assert Boss.objects.get(slug=slug).name_fr == french


def test_teams_are_as_players_recorded_them():
    assert team("misty") == [
        ("psyduck", 18, ["confusion", "water-gun"]),
        ("starmie", 19, ["scald", "swift", "psywave"]),
    ]
    assert [row[:2] for row in team("lance")] == [
        ("seadra", 54),
        ("aerodactyl", 54),
        ("gyarados", 54),
        ("charizard", 54),
        ("dragonite", 55),
    ]


def test_the_champions_last_pokemon_depends_on_the_game():
    assert team("trace", "pikachu")[-1][:2] == ("jolteon", 57)
    assert team("trace", "eevee")[-1][:2] == ("raichu", 57)
    assert len(team("trace", "pikachu")) == len(team("trace", "eevee")) == 6


def test_every_pokemon_of_a_boss_can_use_its_moves():
    for row in BossPokemon.objects.select_related("pokemon"):
        usable = set(row.pokemon.usable_moves().values_list("slug", flat=True))
        assert {move.slug for move in row.moves} <= usable, row


def test_a_correction_in_the_admin_is_kept_by_imports(admin_client):
    row = BossPokemon.objects.get(boss__slug="brock", position=2)
    address = reverse("admin:pokedex_bosspokemon_change", args=[row.pk])
    assert admin_client.get(address).status_code == 200
    response = admin_client.post(
        address,
        {
            "boss": row.boss_id,
            "position": 2,
            "edition": "",
            "pokemon": row.pokemon_id,
            "level": 13,
            "move_1": row.move_1_id,
        },
    )
    assert response.status_code == 302
    import_game_data()
    row.refresh_from_db()
    assert (row.level, row.is_curated, len(row.moves)) == (13, True, 1)


@pytest.mark.parametrize(
    "change", [{"level": 101}, {"level": 0}, {"position": 7}, {"edition": "red"}]
)
def test_impossible_values_are_refused(change):
    row = BossPokemon.objects.first()
    for name, value in change.items():
        setattr(row, name, value)
    with pytest.raises(ValidationError):
        row.full_clean()


def test_a_move_that_vanishes_leaves_the_pokemon_of_the_boss():
    Move.objects.get(slug="thunderbolt").delete()
    assert next(row[2] for row in team("lt-surge")) == ["swift", "light-screen"]


def test_bosses_do_not_age_the_champion():
    before = GameDataVersion.current()
    BossPokemon.objects.first().save()
    assert GameDataVersion.current() == before
