"""Exported, loaded, asked: what serves is what was evaluated."""

import hashlib
import json
import time

import numpy as np
import pytest

from mlcore.learning import model as learning_model
from mlcore.learning import training
from mlcore.models import LivePointer, ModelFile, PredictionLog
from mlcore.pipeline import registry
from mlcore.serving import champion as champion_store
from mlcore.serving import pointer, predict, prediction_log
from tests import asking


@pytest.fixture
def duels(game, small):
    return small[0].load("holdout").take(np.arange(40))


def asked(game, duels):
    return predict.predict(game, duels.a, duels.move_a, duels.b, duels.move_b)


def test_export_reloads_to_the_same_answers(game, small, served, duels):
    view = training.view(game, duels)
    before = training.predict_view(small[1].as_model("memory"), view)
    assert np.array_equal(asked(game, duels), before)
    assert champion_store.current().version == served.version


def test_all_artefacts_are_there(served, settings):
    names = sorted(path.name for path in settings.MODELS_DIR.iterdir())
    assert names == [
        f"battle_winner_metadata_{served.version}.json",
        f"battle_winner_model_{served.version}.ubj",
        "champion.json",
    ]
    metadata = json.loads((settings.MODELS_DIR / names[0]).read_text())
    assert metadata["metrics"]["holdout"]["log_loss"] > 0


@pytest.fixture
def alone(served):
    """The version that serves, named by this machine's file alone, as before the first promotion
    that the database knows."""
    LivePointer.objects.all().delete()
    ModelFile.objects.all().delete()
    return served


@pytest.mark.parametrize("which", ["model", "metadata"])
def test_tampered_artefact_is_refused_and_the_champion_stays(game, small, alone, settings, which):
    second = registry.export(*small[1:])
    name = learning_model.model_name if which == "model" else learning_model.metadata_name
    path = settings.MODELS_DIR / name(second.version)
    point_to(second, settings)
    path.write_bytes(path.read_bytes().replace(b"0", b"1", 1))
    ModelFile.objects.all().delete()
    assert champion_store.reload().version == alone.version


def test_refused_artefact_without_a_champion_is_no_champion(alone, settings, tmp_path):
    path = settings.MODELS_DIR / learning_model.model_name(alone.version)
    path.write_bytes(path.read_bytes() + b"x")
    settings.MODELS_DIR = settings.MODELS_DIR.rename(tmp_path / "elsewhere")
    with pytest.raises(champion_store.NoChampion):
        champion_store.current()


def point_to(row, settings):
    """Let this machine's file name a version, whatever the database says."""
    metadata = (settings.MODELS_DIR / learning_model.metadata_name(row.version)).read_bytes()
    pointed = {
        "version": row.version,
        "sha256": row.sha256,
        "metadata_sha256": hashlib.sha256(metadata).hexdigest(),
    }
    (settings.MODELS_DIR / "champion.json").write_text(json.dumps(pointed))


def test_a_version_is_tried_again_when_its_fault_has_passed(small, alone, settings, monkeypatch):
    second = registry.export(*small[1:])
    ModelFile.objects.all().delete()
    path = settings.MODELS_DIR / learning_model.model_name(second.version)
    away = path.rename(path.with_suffix(".away"))
    point_to(second, settings)
    assert champion_store.reload().version == alone.version
    assert "cannot be read" in champion_store.trouble()
    away.rename(path)
    monkeypatch.setattr(pointer, "POLL_SECONDS", 0)
    assert champion_store.current().version == alone.version, "not so soon"
    monkeypatch.setattr(champion_store._follower, "retry_at", 0)
    assert champion_store.current().version == second.version
    assert champion_store.trouble() == ""


def test_a_champion_stays_without_its_pointer(alone, settings):
    path = settings.MODELS_DIR / "champion.json"
    content = path.read_bytes()
    path.unlink()
    assert champion_store.reload().version == alone.version
    assert champion_store.trouble() == "champion.json is missing"
    path.write_bytes(content)
    assert champion_store.reload().version == alone.version
    assert champion_store.trouble() == ""


def test_new_pointer_is_seen_without_a_restart(small, alone, settings, monkeypatch):
    second = registry.export(*small[1:])
    champion_store.reload()
    point_to(second, settings)
    assert champion_store.current().version == alone.version  # polled at most every two seconds
    now = time.monotonic() + 3
    monkeypatch.setattr(time, "monotonic", lambda: now)
    assert champion_store.current().version == second.version


def test_each_answer_is_logged_once(game, served, duels):
    answered = predict.predict_and_log(
        game,
        duels.a,
        duels.move_a,
        duels.b,
        duels.move_b,
        source="test",
        champion=champion_store.current(),
    )
    log = PredictionLog.objects.get()
    assert log.duel_count == 40
    kept = asking.record_of(log)
    assert kept.chances == pytest.approx(answered, abs=1e-7)
    a, move_a, _, _ = prediction_log.duels_of(game.tables, kept.columns)
    assert np.array_equal(a.form, duels.a.form)
    assert np.array_equal(a.ivs, duels.a.ivs)
    assert np.array_equal(move_a, duels.move_a)


def test_nothing_is_answered_that_cannot_be_logged(game, served, duels, full_disk):
    with pytest.raises(predict.LogUnavailable):
        predict.predict_and_log(
            game,
            duels.a,
            duels.move_a,
            duels.b,
            duels.move_b,
            source="test",
            champion=champion_store.current(),
        )


def test_pure_prediction_logs_nothing(game, served, duels):
    asked(game, duels)
    assert not PredictionLog.objects.exists()


def test_log_holds_nothing_about_who_asked():
    """No address, no account, no session: fields that a person could be found by.

    The request's id is new for every request, so it leads to log lines and to nobody. The caller's
    number is shared by thousands of addresses: tests/mlcore/serving/test_prediction_log.py.
    """
    assert {field.name for field in PredictionLog._meta.get_fields()} == {
        "id",
        "created_at",
        "source",
        "model",
        "model_version",
        "data_fingerprint",
        "request_id",
        "caller",
        "with_key",
        "duel_count",
        "record",
    }
