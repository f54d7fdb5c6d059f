"""Models for all machines: a folder is a cache of what the database has."""

import hashlib
import json
import shutil
from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError
from django.utils import timezone

from mlcore.battle_value import artefact, training
from mlcore.learning import model as learning_model
from mlcore.models import LivePointer, ModelFile, ModelKind, ModelVersion
from mlcore.pipeline import battle_value, candidates, registry
from mlcore.serving import champion as champion_store
from mlcore.serving import model_files, pointer, well_played

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_mlflow(monkeypatch):
    monkeypatch.setattr(registry, "set_alias", lambda version, alias: None)


@pytest.fixture
def machine(settings, tmp_path):
    """A function: go on as a process on another machine, or on the first one again."""
    settings.MODELS_DIR = tmp_path / "models"

    def switch(name="models"):
        settings.MODELS_DIR = tmp_path / name
        champion_store._follower.directory = well_played._follower.directory = None
        return settings.MODELS_DIR

    return switch


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_an_empty_folder_is_filled(served, machine, settings):
    first = files(settings.MODELS_DIR)
    elsewhere = machine("elsewhere")
    assert champion_store.current().version == served.version
    assert champion_store.trouble() == ""
    assert files(elsewhere) == first
    assert len(first) == 3


@pytest.mark.parametrize("damage", ["cut", "deleted"])
def test_what_is_spoiled_is_healed(served, machine, damage):
    folder = machine()
    before = files(folder)
    for path in folder.iterdir():
        if damage == "cut":
            path.write_bytes(path.read_bytes()[:-9])
        else:
            path.unlink()
    assert champion_store.reload().version == served.version
    assert files(folder)["champion.json"] == before["champion.json"]
    machine()
    assert champion_store.reload().version == served.version
    assert champion_store.trouble() == ""
    assert files(folder) == before


def test_every_machine_follows_a_promotion_and_a_rollback(
    small, served, machine, no_mlflow, monkeypatch
):
    monkeypatch.setattr(pointer, "POLL_SECONDS", 0)
    machine("elsewhere")
    assert champion_store.current().version == served.version
    second = registry.export(*small[1:])
    registry.serve(second.version)

    machine()
    assert champion_store.current().version == second.version
    with pytest.raises(LookupError, match=f"leads to {served.version}"):
        registry.rollback("v99")
    assert registry.rollback(served.version).version == served.version
    third = machine("third")
    assert champion_store.current().version == served.version
    assert json.loads((third / "champion.json").read_text())["version"] == served.version
    assert registry.rollback(second.version).version == second.version, "files come from elsewhere"


def test_while_the_database_is_away_the_file_decides(served, small, machine, monkeypatch):
    folder = machine()
    old = (folder / "champion.json").read_bytes()
    second = registry.serve(registry.export(*small[1:]).version)

    def away(kind):
        raise DatabaseError("away")

    with monkeypatch.context() as patch:
        patch.setattr(pointer, "live", away)
        assert champion_store.reload().version == second.version
        machine()
        assert champion_store.reload().version == second.version, "a process that begins now"
        (folder / "champion.json").write_bytes(old)
        assert champion_store.reload().version == served.version
        machine("nothing")
        with pytest.raises(champion_store.NoChampion, match="the database is away"):
            champion_store.reload()
    machine()
    assert champion_store.reload().version == second.version
    assert (folder / "champion.json").read_bytes() != old


def test_bytes_that_are_not_those_recorded_are_refused(served, machine):
    name = learning_model.model_name(served.version)
    good = ModelFile.objects.get(name=name)
    ModelFile.objects.filter(pk=good.pk).update(content=b"something else")
    folder = machine("elsewhere")
    with pytest.raises(champion_store.NoChampion, match="in the database is not the one"):
        champion_store.reload()
    assert not (folder / name).exists()
    assert not (folder / "champion.json").exists(), "nothing points to what was refused"

    # Another model under both sums of the table, but not under the pointer's.
    other = bytes(good.content)[:-1]
    ModelFile.objects.filter(pk=good.pk).update(
        content=other, sha256=hashlib.sha256(other).hexdigest()
    )
    with pytest.raises(champion_store.NoChampion, match="recorded at promotion"):
        champion_store.reload()
    machine()
    assert champion_store.reload().version == served.version, "its own files are good"


def test_a_tampered_version_is_not_promoted(small, served, machine):
    second = registry.export(*small[1:])
    path = machine() / learning_model.model_name(second.version)
    path.write_bytes(path.read_bytes() + b"x")
    ModelFile.objects.filter(bundle=second.version).delete()
    with pytest.raises(learning_model.BadArtefact):
        registry.serve(second.version)
    assert champion_store.reload().version == served.version
    assert ModelVersion.objects.get(is_champion=True).version == served.version
    assert LivePointer.objects.get().version == served.version


def test_a_folder_that_cannot_be_written_to_serves_from_memory(served, machine, settings, tmp_path):
    tmp_path.joinpath("file").write_text("where a folder should be")
    settings.MODELS_DIR = tmp_path / "file" / "models"
    assert champion_store.reload().version == served.version
    assert champion_store.trouble() == ""


def register(value_of, game, **metadata):
    """A value of battle states as ``BattlePipeline.register`` leaves it."""
    described = {"data_fingerprint": game.fingerprint, "settings": {}, "rounds": []} | metadata
    trial = well_played.folder_of("trial")
    artefact.save(trial, training.new_weights(value_of), described)
    value = artefact.load(trial)
    shutil.move(trial, well_played.folder_of(value.version))
    row = ModelVersion.objects.create(
        version=value.version,
        model=ModelKind.BATTLE,
        sha256=value.fingerprint,
        data_fingerprint=game.fingerprint,
        metadata=value.metadata,
    )
    registry.store_files(row)
    return row


def test_the_value_of_battle_states_travels_too_and_back_to_the_shipped_one(
    game, machine, no_mlflow
):
    machine()
    row = registry.serve(register(9, game).version)
    elsewhere = machine("elsewhere")
    assert well_played.current(game).version == row.version
    assert len(list(well_played.folder_of(row.version).iterdir())) == 2
    shipped = artefact.load(artefact.SHIPPED).version
    assert battle_value.rollback(game, shipped) == shipped
    machine()
    assert well_played.reload(game).version == shipped
    pointed = json.loads((elsewhere / well_played.POINTER_NAME).read_text())
    assert pointed == {"version": well_played.SHIPPED_VERSION}


def test_setup_adopts_what_a_release_before_kept_in_files_alone(served, small, machine, game):
    challenger = registry.export(*small[1:])
    LivePointer.objects.all().delete()
    ModelFile.objects.all().delete()
    machine()
    registry.adopt()
    assert LivePointer.objects.get().version == served.version
    assert set(ModelFile.objects.values_list("bundle", flat=True)) == {
        served.version,
        challenger.version,
    }
    # A new database beside old files.
    for model in (LivePointer, ModelFile, ModelVersion):
        model.objects.all().delete()
    machine()
    registry.adopt()
    row = ModelVersion.objects.get()
    assert (row.version, row.is_champion, row.metrics) == (served.version, True, served.metrics)
    machine("elsewhere")
    assert champion_store.current().version == served.version


def test_setup_trains_nothing_where_the_database_has_a_model(served, machine, monkeypatch, capsys):
    machine("fresh")
    command = "predictiondex.management.commands.setup_data.Command"
    for step in ("ensure_battle_value", "ensure_rankings"):
        monkeypatch.setattr(f"{command}.{step}", lambda *given: None)
    monkeypatch.setattr(f"{command}.compiled_kernels", lambda *given, **options: nullcontext())
    call_command("setup_data", train=True)
    assert f"Champion {served.version} is ready." in capsys.readouterr().out


def test_a_candidate_of_one_machine_is_used_on_another(small, machine):
    machine()
    candidates.save("abc", small[1])
    candidates.save_report("abc", {"splits": {}}, "<p>")
    elsewhere = machine("elsewhere")
    assert candidates.load("abc").model == small[1].model
    assert candidates.load_report("abc") == {"splits": {}}
    (elsewhere / "candidates" / "abc" / "model").write_bytes(b"spoiled")
    assert candidates.load("abc").model == small[1].model
    assert candidates.load("unknown") is None


def test_files_of_retired_versions_go_and_those_of_a_rollback_stay(machine, game):
    folder = machine()
    now = timezone.now()

    def version(number, **fields):
        row = ModelVersion.objects.create(
            version=f"v{number}", sha256="s", data_fingerprint="old facts", **fields
        )
        path = folder / learning_model.metadata_name(row.version)
        path.parent.mkdir(exist_ok=True)
        path.write_text(row.version)
        model_files.store(row.version, [path])

    for number in range(8):
        version(number, promoted_at=now + timedelta(days=number))
    for number in range(10, 18):
        version(number)
    version(20, promoted_at=now - timedelta(days=9), model=ModelKind.BATTLE)
    ModelVersion.objects.filter(version="v1").update(data_fingerprint=game.fingerprint)
    pointer.set_live(ModelKind.DUEL, {"version": "v0"})  # rolled back by hand, far
    for number in range(8):
        path = candidates.folder_of(str(number)) / "model"
        path.parent.mkdir(parents=True)
        path.write_text("candidate")
        candidates.store(path.parent, ["model"])

    assert model_files.prune(game.fingerprint) == 1 + 3 + 3
    left = set(ModelFile.objects.values_list("bundle", flat=True))
    assert left == {"v0", "v1", "v3", "v4", "v5", "v6", "v7", "v20"} | {
        f"v{number}" for number in range(13, 18)
    } | {f"candidates/{number}" for number in range(3, 8)}
    assert not (folder / learning_model.metadata_name("v2")).exists()
    with pytest.raises(LookupError, match="v2 are no longer kept"):
        registry.serve("v2")
    assert model_files.prune(game.fingerprint) == 0
