"""``manage.py import_pokedex``: atomic, repeatable, keeps what an admin edited."""

import csv
import shutil
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from pokedex.game_data_version import GameDataVersion
from pokedex.importer import DATA_DIR, TABLES, GameDataError, import_game_data
from pokedex.models import (
    FACT_MODELS,
    Boss,
    BossPokemon,
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
def data(tmp_path):
    """A copy of the files to spoil."""
    return shutil.copytree(DATA_DIR, tmp_path / "data")


def edit(folder, file, change):
    """Let ``change`` edit the rows (lists of cells, the header first) of a file."""
    path = folder / file
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)


def put(folder, file, row, column, value):
    def change(rows):
        rows[row - 1][rows[0].index(column)] = value

    edit(folder, file, change)


def snapshot():
    return {
        model: list(model._default_manager.order_by("pk").values_list()) for model in FACT_MODELS
    }


def curate(row, **values):
    for name, value in values.items():
        setattr(row, name, value)
    row.is_curated = True
    row.save()


def counts(report, model):
    table = next(table for table in report.tables if table.model is model)
    return table.created, table.updated, table.unchanged, table.removed, table.kept


def run(*args):
    out = StringIO()
    call_command("import_pokedex", *args, stdout=out, skip_checks=True)
    return out.getvalue()


# ---- a good import


def test_first_import_creates_every_row_and_raises_the_version_once():
    Pokemon.objects.filter(kind="mega").delete()
    for table in reversed(TABLES):
        table.model._default_manager.all().delete()
    version = GameDataVersion.current()
    report = import_game_data()
    assert report.changed
    assert {table.model: table.created for table in report.tables} == {
        Type: 18,
        TypeEffectiveness: 324,
        Species: 153,
        Pokemon: 188,
        Evolution: 81,
        Move: 227,
        LearnsetEntry: 5_193,
        KeptMove: 95,
        Boss: 13,
        BossPokemon: 53,
    }
    assert report.version == GameDataVersion.current() == version + 1


def test_second_import_changes_nothing():
    before, version = snapshot(), GameDataVersion.current()
    report = import_game_data()
    assert not report.changed
    assert sum(table.unchanged for table in report.tables) == 18 + 324 + 153 + 188 + 81 + 227 + (
        5_193 + 95 + 13 + 53
    )
    assert snapshot() == before
    assert report.version == GameDataVersion.current() == version


def test_a_changed_row_is_updated(data):
    put(data, "moves.csv", 2, "power", "45")
    version = GameDataVersion.current()
    report = import_game_data(data)
    assert counts(report, Move) == (0, 1, 226, 0, 0)
    assert Move.objects.get(slug="pound").power == 45
    assert GameDataVersion.current() == version + 1


def test_a_changed_name_changes_its_key(data):
    put(data, "moves.csv", 2, "name_fr", "Écrase-Tout")
    import_game_data(data)
    assert Move.objects.called("ecrasetout").get().slug == "pound"


def test_a_row_that_is_no_longer_in_the_file_is_removed(data):
    edit(data, "learnsets.csv", lambda rows: rows.pop())
    assert counts(import_game_data(data), LearnsetEntry) == (0, 0, 5_192, 1, 0)
    assert counts(import_game_data(), LearnsetEntry) == (1, 0, 5_192, 0, 0)


def test_uncurated_rows_that_no_file_knows_are_removed():
    extra = LearnsetEntry.objects.create(
        pokemon=Pokemon.objects.get(slug="ditto"),
        move=Move.objects.get(slug="pound"),
        method="tutor",
    )
    assert counts(import_game_data(), LearnsetEntry) == (0, 0, 5_193, 1, 0)
    assert not LearnsetEntry.objects.filter(pk=extra.pk).exists()


def test_a_change_that_no_battle_feels_leaves_the_version(data):
    put(data, "evolutions.csv", 2, "level", "17")
    version = GameDataVersion.current()
    assert counts(import_game_data(data), Evolution) == (0, 1, 80, 0, 0)
    assert GameDataVersion.current() == version


def test_it_takes_few_queries(django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        import_game_data()


# ---- curated rows


def test_curated_rows_are_kept():
    pound = Move.objects.get(slug="pound")
    curate(pound, power=99)
    version = GameDataVersion.current()
    report = import_game_data()
    assert not report.changed
    assert counts(report, Move) == (0, 0, 226, 0, 1)
    pound.refresh_from_db()
    assert (pound.power, pound.is_curated) == (99, True)
    assert GameDataVersion.current() == version


def test_overwrite_resets_curated_rows():
    pound = Move.objects.get(slug="pound")
    before = snapshot()
    curate(pound, power=99, name_fr="Autre")
    report = import_game_data(overwrite=True)
    assert counts(report, Move) == (0, 1, 226, 0, 0)
    assert snapshot() == before


def test_overwrite_also_resets_a_row_that_was_saved_as_it_was():
    pound = Move.objects.get(slug="pound")
    curate(pound)
    import_game_data(overwrite=True)
    pound.refresh_from_db()
    assert not pound.is_curated


def test_rows_that_an_admin_added_are_kept_until_overwritten():
    extra = LearnsetEntry(
        pokemon=Pokemon.objects.get(slug="ditto"),
        move=Move.objects.get(slug="pound"),
        method="tutor",
    )
    curate(extra)
    assert counts(import_game_data(), LearnsetEntry) == (0, 0, 5_193, 0, 1)
    assert counts(import_game_data(overwrite=True), LearnsetEntry) == (0, 0, 5_193, 1, 0)


def test_a_learnset_entry_whose_level_was_edited_does_not_come_back():
    entry = LearnsetEntry.objects.filter(method="level_up", level=1).first()
    curate(entry, level=77)
    assert counts(import_game_data(), LearnsetEntry) == (0, 0, 5_192, 0, 1)
    assert counts(import_game_data(overwrite=True), LearnsetEntry) == (1, 0, 5_192, 1, 0)


def test_an_added_entry_does_not_hide_one_of_the_file():
    entry = LearnsetEntry.objects.filter(method="level_up", level=1).first()
    twin = LearnsetEntry(
        pokemon=entry.pokemon, move=entry.move, method="level_up", level=77, is_curated=True
    )
    twin.save()
    assert counts(import_game_data(), LearnsetEntry) == (0, 0, 5_193, 0, 1)


def test_a_form_that_an_admin_added_survives_with_what_it_learns():
    base = Pokemon.objects.get(slug="pikachu")
    added = Pokemon.objects.get(slug="pikachu-starter")
    added.pk, added.slug, added.name_en, added.name_fr = 20_001, "surfer", "Surfer", "Surfeur"
    added._state.adding = True
    added.is_curated = True
    added.species = base.species
    added.save()
    LearnsetEntry.objects.create(
        pokemon=added, move=Move.objects.get(slug="surf"), method="event", is_curated=True
    )
    assert not import_game_data().changed
    assert list(added.usable_moves().values_list("slug", flat=True)) == ["surf"]


# ---- bad files


@pytest.mark.parametrize(
    ("file", "row", "column", "value", "reason"),
    [
        ("moves.csv", 3, "power", "much", "not a whole number"),
        ("moves.csv", 3, "power", "4.5", "not a whole number"),
        ("moves.csv", 3, "power", "٤", "not a whole number"),
        ("moves.csv", 3, "power", "9" * 30, "not a whole number"),
        ("moves.csv", 3, "pp", "", "not a whole number"),
        ("moves.csv", 3, "is_sound", "yes", "is not 0 or 1"),
        ("moves.csv", 3, "type", "sound", "there is no type called 'sound'"),
        ("moves.csv", 3, "effect", "magic", "not a valid choice"),
        ("moves.csv", 3, "name_fr", "", "cannot be blank"),
        ("moves.csv", 3, "name_fr", "x" * 41, "at most 40 characters"),
        ("moves.csv", 3, "name_en", "Pound", "same as in row 2"),
        ("moves.csv", 3, "id", "1", "same as in row 2"),
        ("moves.csv", 3, "slug", "pound", "same as in row 2"),
        ("moves.csv", 3, "slug", "karate chop", "valid"),
        ("pokemon.csv", 7, "species", "missingno", "there is no species called 'missingno'"),
        ("pokemon.csv", 7, "base_form", "missingno", "there is no Pokémon called 'missingno'"),
        ("pokemon.csv", 7, "kind", "giant", "not a valid choice"),
        ("learnsets.csv", 9, "pokemon", "missingno", "there is no Pokémon called 'missingno'"),
        ("learnsets.csv", 9, "move", "sketch", "there is no move called 'sketch'"),
        ("kept_moves.csv", 4, "learned_as", "", "there is no Pokémon called ''"),
        ("type_effectiveness.csv", 5, "percent", "75", "not a valid choice"),
        ("evolutions.csv", 5, "method", "magic", "not a valid choice"),
    ],
)
def test_a_bad_cell_is_named_and_nothing_is_imported(data, file, row, column, value, reason):
    put(data, "types.csv", 2, "name_fr", "Autre")  # a change that must not come through
    put(data, file, row, column, value)
    before, version = snapshot(), GameDataVersion.current()
    with pytest.raises(GameDataError) as caught:
        import_game_data(data)
    error = caught.value
    assert (error.file, error.row, error.column) == (file, row, column)
    assert reason in error.reason
    assert str(error).startswith(f"{file}, row {row}, column {column}: ")
    assert snapshot() == before
    assert GameDataVersion.current() == version


@pytest.mark.parametrize(
    ("file", "values", "column", "reason"),
    [
        ("moves.csv", {"power": "251"}, "power", "power must lie between 1 and 250"),
        (
            "moves.csv",
            {"min_hits": "3", "max_hits": "2"},
            "min_hits, max_hits",
            "minimum hits <= maximum hits",
        ),
        (
            "moves.csv",
            {"ailment": "burn"},
            "ailment, ailment_chance, effect",
            "An ailment and its chance must be set together",
        ),
        ("moves.csv", {"damage_class": "status"}, "damage_class, power, fixed_damage", "no power"),
        ("pokemon.csv", {"type_2": "grass"}, "type_1, type_2", "must differ"),
        ("pokemon.csv", {"base_hp": "0"}, "base_hp", "base_hp must lie between 1 and 255"),
        ("pokemon.csv", {"kind": "mega"}, "kind, base_form", "has a base form"),
        ("learnsets.csv", {"level": ""}, "method, level", "learned by level"),
        ("evolutions.csv", {"item": "fire-stone"}, "method, item", "Only evolution by item"),
        (
            "kept_moves.csv",
            {"learned_as": "metapod", "pokemon": "metapod"},
            "pokemon, learned_as",
            "another form",
        ),
    ],
)
def test_a_row_that_the_database_refuses_is_named_and_nothing_is_imported(
    data, file, values, column, reason
):
    put(data, "types.csv", 2, "name_fr", "Autre")
    for name, value in values.items():
        put(data, file, 2, name, value)
    before, version = snapshot(), GameDataVersion.current()
    with pytest.raises(GameDataError) as caught:
        import_game_data(data)
    error = caught.value
    assert (error.file, error.row, sorted(error.column.split(", "))) == (
        file,
        2,
        sorted(column.split(", ")),
    )
    assert reason in error.reason
    assert snapshot() == before
    assert GameDataVersion.current() == version


def test_a_duplicate_row_is_named(data):
    edit(data, "learnsets.csv", lambda rows: rows.append(rows[5]))
    with pytest.raises(GameDataError, match=r"learnsets.csv, row 5195, .*the same as in row 6"):
        import_game_data(data)


def test_two_names_of_one_key_are_refused(data):
    put(data, "moves.csv", 3, "name_en", "POUND!")
    with pytest.raises(
        GameDataError, match=r"moves.csv, row 3, column key_en: the same as in row 2"
    ):
        import_game_data(data)


def test_a_name_that_a_curated_row_has_is_named(data):
    curate(Move.objects.get(slug="pound"), name_en="Slap")
    put(data, "moves.csv", 3, "name_en", "Slap")
    with pytest.raises(GameDataError, match=r"moves.csv, row 3, column name_en: .*already exists"):
        import_game_data(data)


def test_a_missing_column_is_named(data):
    edit(data, "moves.csv", lambda rows: [row.pop(3) for row in rows])
    with pytest.raises(GameDataError, match=r"moves.csv, row 1, column name_fr: .*missing"):
        import_game_data(data)


def test_an_unknown_column_is_named(data):
    edit(data, "moves.csv", lambda rows: [row.append("1") for row in rows])
    with pytest.raises(GameDataError, match=r"moves.csv, row 1, column 1: unknown column"):
        import_game_data(data)


@pytest.mark.parametrize("cells", [[], ["1"], ["x"] * 60])
def test_a_row_of_another_length_is_named(data, cells):
    edit(data, "moves.csv", lambda rows: rows.insert(3, cells))
    with pytest.raises(GameDataError, match=rf"moves.csv, row 4: {len(cells)} cells"):
        import_game_data(data)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "missing column"),
        (b"\xff\xfe\x00", "is not a UTF-8 CSV file"),
        (b"id,slug,name_en,name_fr,sort_order\n", "has no rows"),
        (b'id,slug,name_en,name_fr,sort_order\n"1', "is not a UTF-8 CSV file"),
    ],
)
def test_a_file_that_is_no_table_is_named(data, content, reason):
    (data / "types.csv").write_bytes(content)
    with pytest.raises(GameDataError, match=r"types\.csv") as caught:
        import_game_data(data)
    assert reason in str(caught.value)


def test_a_missing_file_is_named(data):
    (data / "kept_moves.csv").unlink()
    with pytest.raises(GameDataError, match=r"kept_moves.csv: cannot be read"):
        import_game_data(data)


def test_a_type_that_is_still_in_use_is_not_removed(data):
    def drop_fairy(file, *columns):
        def change(rows):
            places = [rows[0].index(column) for column in columns]
            rows[:] = [row for row in rows if "fairy" not in [row[place] for place in places]]

        edit(data, file, change)

    curate(Pokemon.objects.get(slug="clefable"), base_hp=96)
    drop_fairy("types.csv", "slug")
    drop_fairy("type_effectiveness.csv", "attacking_type", "defending_type")
    before = snapshot()
    with pytest.raises(GameDataError):
        import_game_data(data)
    assert snapshot() == before


# ---- the command


def test_command_prints_what_changed():
    Move.objects.filter(slug="pound").update(power=1)
    curate(Move.objects.get(slug="cut"), power=51)
    text = run()
    line = next(line for line in text.splitlines() if line.startswith("moves"))
    assert line.split() == ["moves", "0", "1", "225", "0", "1"]
    assert text.splitlines()[0].split() == ["created", "updated", "unchanged", "removed", "kept"]
    assert f"Game data version {GameDataVersion.current()}." in text
    assert "Nothing changed" in run()


def test_command_overwrites_when_told():
    curate(Move.objects.get(slug="cut"), power=51)
    run("--overwrite")
    assert Move.objects.get(slug="cut").power == 50


def test_command_fails_with_the_place_of_the_error(data):
    put(data, "moves.csv", 3, "power", "much")
    with pytest.raises(CommandError, match=r"moves.csv, row 3, column power: .*Nothing was imp"):
        run("--data", str(data))
