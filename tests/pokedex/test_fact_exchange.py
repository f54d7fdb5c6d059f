"""Facts in and out of the admin as CSV, and who changed what."""

import csv
import io
import re
from pathlib import Path

import pytest
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import model_to_dict
from django.urls import reverse

from mlcore.game import gamedata
from pokedex import exchange, history
from pokedex.game_data_version import GameDataVersion
from pokedex.importer import DATA_DIR, TABLES, import_game_data
from pokedex.models import BossPokemon, LearnsetEntry, Move, Pokemon, TypeEffectiveness

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator(client, django_user_model):
    user = django_user_model.objects.create(username="oak", is_staff=True, is_superuser=True)
    client.force_login(user)
    return client


def url(model, page, *args):
    return reverse(f"admin:pokedex_{model._meta.model_name}_{page}", args=args)


def rows_of(model):
    return list(csv.DictReader(io.StringIO(exchange.export(model, model.objects.all()))))


def as_csv(rows):
    file = io.StringIO()
    writer = csv.DictWriter(file, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def upload(client, model, content, name="moves.csv"):
    if isinstance(content, list):
        content = as_csv(content)
    if isinstance(content, str):
        content = content.encode()
    return client.post(url(model, "import"), {"file": SimpleUploadedFile(name, content)})


def confirm(client, model, preview):
    token = re.search(r'name="confirmed" value="([^"]+)"', preview.content.decode())
    assert token, preview.content.decode()
    return client.post(url(model, "import"), {"confirmed": token[1]}, follow=True)


def move(slug, **changes):
    (row,) = (row for row in rows_of(Move) if row["slug"] == slug)
    return row | changes


# Out -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.file)
def test_an_export_holds_what_the_vendored_file_holds(curator, table):
    response = curator.get(url(table.model, "export"))
    assert response.headers["Content-Disposition"] == f'attachment; filename="{table.file}"'
    exported = list(csv.DictReader(io.StringIO(response.content.decode())))
    vendored = list(csv.DictReader(io.StringIO((DATA_DIR / table.file).read_text())))
    assert set(exported[0]) == set(vendored[0])
    assert {frozenset(row.items()) for row in exported} == {
        frozenset(row.items()) for row in vendored
    }
    assert len(exported) == len(vendored)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.file)
def test_an_export_comes_back_as_no_change(curator, table):
    content = curator.get(url(table.model, "export")).content
    response = upload(curator, table.model, content, table.file)
    outcome = response.context["outcome"]
    assert (outcome.bad, outcome.changed) == ([], [])
    assert outcome.unchanged == table.model._default_manager.count()
    assert "confirmed" not in response.content.decode()


# In ------------------------------------------------------------------------------------------


def test_a_preview_says_what_would_change_and_keeps_nothing(curator):
    version = GameDataVersion.current()
    response = upload(curator, Move, [move("pound", power="45"), move("karate-chop")])
    text = response.content.decode()
    assert "<del>40</del> → <ins>45</ins>" in text
    assert "Preview: 0 to add, 1 to change, 1 unchanged" in text
    assert Move.objects.get(slug="pound").power == 40
    assert GameDataVersion.current() == version
    assert not LogEntry.objects.exists()


def test_a_confirmed_import_is_kept_curated_logged_and_raises_the_version_once(curator):
    version = GameDataVersion.current()
    preview = upload(curator, Move, [move("pound", power="45"), move("slam", power="90", pp="10")])
    response = confirm(curator, Move, preview)
    assert "0 added, 2 changed, 0 unchanged" in response.content.decode()
    assert GameDataVersion.current() == version + 1
    pound = Move.objects.get(slug="pound")
    assert (pound.power, pound.is_curated) == (45, True)
    logged = {
        entry.object_repr: (entry.user.username, entry.action_flag, history.read(entry))
        for entry in LogEntry.objects.select_related("user", "content_type")
    }
    assert logged["Pound"] == (
        "oak",
        CHANGE,
        [{"name": "power", "label": "power", "old": "40", "new": "45"}],
    )
    assert {value["name"] for value in logged["Slam"][2]} == {"power", "pp"}
    assert not import_game_data().changed


def test_every_process_plays_with_imported_facts(curator, monkeypatch):
    monkeypatch.setattr(gamedata, "POLL_SECONDS", 0.0)
    before = gamedata.current()
    confirm(curator, Move, upload(curator, Move, [move("pound", power="45")]))
    after = gamedata.current()
    assert after.version == before.version + 1
    assert after.fingerprint != before.fingerprint
    gamedata.forget()


def test_rows_are_added(curator):
    rows = [{"pokemon": "ditto", "move": "pound", "method": "tutor", "level": ""}]
    confirm(curator, LearnsetEntry, upload(curator, LearnsetEntry, rows))
    entry = LearnsetEntry.objects.get(pokemon__slug="ditto", move__slug="pound")
    assert entry.is_curated
    logged = LogEntry.objects.get()
    assert (logged.action_flag, logged.object_id) == (ADDITION, str(entry.pk))


def test_bosses_are_imported_by_slug(curator):
    row = rows_of(BossPokemon)[0]
    preview = upload(curator, BossPokemon, [row | {"level": "100", "move_4": "pound"}])
    confirm(curator, BossPokemon, preview)
    changed = BossPokemon.objects.get(level=100)
    assert changed.move_4.slug == "pound"


BAD = {
    "a number that is none": ({"power": "strong"}, "power", "'strong' is not a whole number"),
    "out of range": ({"power": "251"}, "", "power must lie between 1 and 250"),
    "no such type": ({"type": "shadow"}, "type", "there is no type called 'shadow'"),
    "neither yes nor no": ({"is_sound": "yes"}, "is_sound", "'yes' is not 0 or 1"),
    "no such choice": ({"damage_class": "magic"}, "damage_class", "'magic' is not a valid choice"),
    "a name taken": ({"name_en": "Slam"}, "name_en", "already exists"),
    "an empty cell": ({"pp": ""}, "pp", "'' is not a whole number"),
    "against a rule": ({"damage_class": "status"}, "", "A status move has no power"),
}


@pytest.mark.parametrize(("changes", "column", "reason"), BAD.values(), ids=BAD)
def test_a_bad_row_is_named_with_its_reason(curator, changes, column, reason):
    response = upload(curator, Move, [move("slam"), move("pound", **changes)])
    bad = response.context["outcome"].bad
    assert [(cell.line, cell.column) for cell in bad] == [(3, column)]
    assert reason in bad[0].reason
    assert "confirmed" not in response.content.decode()


def test_all_bad_rows_are_named_and_nothing_is_half_imported(curator):
    rows = [move("slam", power="85"), move("pound", power="x"), move("cut", pp="99", type="?")]
    response = upload(curator, Move, rows)
    bad = {(cell.line, cell.column) for cell in response.context["outcome"].bad}
    assert bad == {(3, "power"), (4, "type")}
    assert "2 rows have errors, so nothing was imported" in response.content.decode()
    assert Move.objects.get(slug="slam").power == 80


def test_the_same_row_twice_is_bad(curator):
    response = upload(curator, Move, [move("pound"), move("pound", power="50")])
    (cell,) = response.context["outcome"].bad
    assert (cell.line, cell.reason) == (3, "duplicate of line 2")


FILES = {
    "no text": (b"\x00\x01\x02", "This isn’t a text file"),
    "another encoding": ("évoli".encode("latin-1"), "is not UTF-8 (byte 1)"),
    "nothing": (b"id,power\n", "missing column"),
    "header alone": (None, "has no rows"),
    "empty": (b"", "empty"),
}


@pytest.mark.parametrize(("content", "reason"), FILES.values(), ids=FILES)
def test_a_file_that_is_no_such_csv_is_refused(curator, content, reason):
    if content is None:
        content = as_csv([move("pound")]).splitlines()[0].encode()
    response = upload(curator, Move, content)
    assert response.status_code == 200
    assert reason in str(response.context["form"].errors["file"])


def test_a_line_of_the_wrong_length_is_named(curator):
    response = upload(curator, Move, as_csv([move("pound")]) + "1,2,3\n")
    assert "line 3: 3 cells for" in str(response.context["form"].errors["file"])


@pytest.mark.parametrize("name", ["moves.xlsx", "moves.csv.exe", "moves", "moves.html"])
def test_other_kinds_of_files_are_refused(curator, name):
    response = upload(curator, Move, [move("pound")], name)
    assert "Only CSV files" in str(response.context["form"].errors["file"])


def test_an_oversized_file_is_refused(curator, settings):
    settings.FACTS_UPLOAD_MAX_BYTES = 1000
    response = upload(curator, Move, [move("pound", power="45")] * 10)
    assert "at most 1000" in str(response.context["form"].errors["file"])


@pytest.mark.parametrize(
    "name", ["../../../../evil.csv", "..\\evil.csv", "/etc/evil.csv", "a\0b.csv", "<b>.csv"]
)
def test_a_path_in_a_file_name_leads_nowhere(curator, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    response = upload(curator, Move, [move("pound", power="45")], name)
    assert response.status_code == 200
    assert "<b>" not in response.content.decode()
    assert not list(Path(tmp_path).rglob("*"))
    assert not Path("/etc/evil.csv").exists()


# Confirming ----------------------------------------------------------------------------------


def token_of(response):
    return re.search(r'name="confirmed" value="([^"]+)"', response.content.decode())[1]


@pytest.mark.parametrize("spoil", [lambda t: t[:-3], lambda t: "x" + t, lambda t: ""])
def test_an_altered_preview_is_not_imported(curator, spoil):
    token = spoil(token_of(upload(curator, Move, [move("pound", power="45")])))
    response = curator.post(url(Move, "import"), {"confirmed": token}, follow=True)
    assert "This preview has expired" in response.content.decode()
    assert Move.objects.get(slug="pound").power == 40


def test_a_preview_is_for_its_table_and_its_user(curator, django_user_model):
    token = token_of(upload(curator, Move, [move("pound", power="45")]))
    curator.post(url(Pokemon, "import"), {"confirmed": token})
    other = django_user_model.objects.create(username="elm", is_staff=True, is_superuser=True)
    curator.force_login(other)
    response = curator.post(url(Move, "import"), {"confirmed": token}, follow=True)
    assert "This preview has expired" in response.content.decode()
    assert Move.objects.get(slug="pound").power == 40


def test_facts_that_changed_since_the_preview_ask_for_another_look(curator):
    token = token_of(upload(curator, Move, [move("pound", power="45")]))
    Move.objects.filter(slug="pound").update(power=50)
    response = curator.post(url(Move, "import"), {"confirmed": token}, follow=True)
    assert "changed since the preview" in response.content.decode()
    assert Move.objects.get(slug="pound").power == 50


def test_a_row_that_turned_bad_keeps_all_out(curator):
    """Confirming checks again: what was previewed may have met something since."""
    good, bad = move("pound", power="45"), move("slam", power="x")
    token = exchange.sign(Move, [good, bad], int(curator.session["_auth_user_id"]))
    response = curator.post(url(Move, "import"), {"confirmed": token})
    assert [cell.line for cell in response.context["outcome"].bad] == [3]
    assert Move.objects.get(slug="pound").power == 40
    assert not LogEntry.objects.exists()


# History -------------------------------------------------------------------------------------


def posted(row, **changes):
    data = {name: value for name, value in model_to_dict(row).items() if value is not None}
    return {name: value for name, value in (data | changes).items() if value is not False}


def test_history_says_who_changed_what_from_what_to_what(curator):
    pound = Move.objects.get(slug="pound")
    fire = pound.type._meta.model.objects.get(slug="fire")
    curator.post(url(Move, "change", pound.pk), posted(pound, power=45, type=fire.pk))
    text = curator.get(url(Move, "history", pound.pk)).content.decode()
    assert "oak" in text
    assert "<del>40</del>" in text
    assert "<ins>45</ins>" in text
    assert "<del>Normal</del>" in text
    assert "<ins>Fire</ins>" in text
    listed = curator.get(reverse("admin:admin_logentry_changelist")).content.decode()
    assert "<ins>45</ins>" in listed
    # Django's own words still hold.
    assert "power" in LogEntry.objects.get().get_change_message()


def test_history_keeps_what_was_deleted(curator):
    cell = TypeEffectiveness.objects.get(attacking_type__slug="fire", defending_type__slug="grass")
    curator.post(url(TypeEffectiveness, "delete", cell.pk), {"post": "yes"})
    entry = LogEntry.objects.get()
    assert entry.action_flag == DELETION
    values = {value["name"]: (value["old"], value["new"]) for value in history.read(entry)}
    assert values["percent"] == ("200", "")
    assert values["attacking_type"] == ("Fire", "")


def test_history_keeps_many_deleted_at_once_and_freed_rows(curator):
    Move.objects.filter(slug="pound").update(is_curated=True)
    pound = Move.objects.get(slug="pound")
    chosen = {"action": "let_imports_overwrite", "_selected_action": [pound.pk]}
    curator.post(url(Move, "changelist"), chosen)
    assert history.read(LogEntry.objects.get())[0]["name"] == "is_curated"
    entries = [entry.pk for entry in LearnsetEntry.objects.all()[:3]]
    chosen = {"action": "delete_selected", "_selected_action": entries, "post": "yes"}
    curator.post(url(LearnsetEntry, "changelist"), chosen)
    assert LogEntry.objects.filter(action_flag=DELETION).count() == 3


def test_values_are_escaped(curator):
    row = move("pound", name_en="<script>alert(1)</script>")
    response = confirm(curator, Move, upload(curator, Move, [row]))
    history_page = curator.get(url(Move, "history", 1)).content.decode()
    assert "<script>alert" not in history_page + response.content.decode()
    assert "&lt;script&gt;alert" in history_page


def test_the_pages_speak_french(curator):
    page = curator.get("/fr" + url(Move, "import")).content.decode()
    assert "Fichier CSV" in page
