"""``manage.py ml --model=battle``: from nothing to an answer, and its measures."""

import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from mlcore.battle_value import training
from mlcore.pipeline import battle_value
from mlcore.serving import well_played
from tests.mlcore.battle_value.test_battle_value import TINY

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def ml(settings, tmp_path, monkeypatch):
    """The command with a profile of seconds, in folders of its own."""
    settings.VAR_DIR, settings.MODELS_DIR = tmp_path, tmp_path / "models"
    settings.MLFLOW_TRACKING_URI = f"sqlite:///{tmp_path / 'mlflow.db'}"
    settings.MLFLOW_ARTIFACTS_DIR = tmp_path / "artifacts"
    monkeypatch.setitem(training.PROFILES, "quick", TINY)
    monkeypatch.setitem(battle_value.MEASURED, "quick", (12, 6))
    well_played._loaded.cache_clear()

    def run(mode, **options):
        out = io.StringIO()
        call_command("ml", model="battle", mode=mode, stdout=out, **options)
        return out.getvalue()

    yield run
    well_played._loaded.cache_clear()


def test_from_nothing_to_measures(ml, game):
    said = ml("all")
    value = well_played.current(game)
    assert f"train: value of battle states {value.version} is live" in said
    assert value.metadata["command"].endswith("--profile=quick")
    for words in ("one ply, all: squared error", "network alone, contested: squared error"):
        assert f"evaluate: {words}" in said
    # The same order again finds the finished rounds and makes the same network.
    ml("train")
    assert well_played.current(game).fingerprint == value.fingerprint
    ml("train", seed=2)
    well_played._loaded.cache_clear()
    assert well_played.current(game).fingerprint != value.fingerprint


@pytest.mark.parametrize("options", [{"mode": "compare"}, {"mode": "train", "promote": True}])
def test_what_it_cannot_do_is_said(ml, options):
    with pytest.raises(CommandError, match="takes --mode=train, evaluate or all"):
        call_command("ml", model="battle", stdout=io.StringIO(), **options)
