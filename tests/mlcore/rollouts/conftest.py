"""Versions of the small model, and callers who ask."""

import json

import numpy as np
import pytest

from mlcore.datasets import sampling
from mlcore.learning import features
from mlcore.learning import model as learning_model
from mlcore.learning.training import Trained
from mlcore.lib import afterwards
from mlcore.pipeline import registry, rollouts
from mlcore.serving import rollout
from tests import asking
from tests.rolling_out import CALLERS, SHARES


@pytest.fixture
def export(game, small_booster, settings, tmp_path, monkeypatch):
    """A function: a version of the small model, with what its metadata are to say."""
    settings.MODELS_DIR = tmp_path / "models"
    monkeypatch.setattr(registry, "set_alias", lambda version, alias: None)
    rollout.current(force=True)

    def make(*, passed=True, **metadata):
        described = {
            "kind": "xgboost",
            "format_version": learning_model.FORMAT_VERSION,
            "schema_hash": features.SCHEMA_HASH,
            "feature_names": list(features.FEATURE_NAMES),
            "temperature": 1.0,
            "data_fingerprint": game.fingerprint,
        }
        trained = Trained(small_booster, described | metadata)
        return registry.export(trained, {}, gate={"passed": passed, "checks": []}).version

    return make


@pytest.fixture
def champion(export):
    """The small model is live; its version."""
    return registry.serve(export()).version


@pytest.fixture
def good(champion, export):
    return export(temperature=1.01)


@pytest.fixture
def bad(champion, export):
    """Unsure of everything."""
    return export(temperature=9.0)


@pytest.fixture(scope="module")
def questions(game):
    """Bodies of 900 different duels."""
    drawn = sampling.draw(game.tables, 1100, np.random.default_rng(8))[:4]
    a, move_a, b, move_b = asking.distinct(game, drawn, 900)
    tables = game.tables
    return [
        {
            "pokemon_a_id": int(tables.form_ids[a.form[at]]),
            "pokemon_b_id": int(tables.form_ids[b.form[at]]),
            "move_a_id": int(tables.move_ids[move_a[at]]),
            "move_b_id": int(tables.move_ids[move_b[at]]),
            "setup_a": {"level": 50 + at % 7},
        }
        for at in range(900)
    ]


@pytest.fixture
def ask(client, questions):
    """A function: ask the site the next questions, of 80 callers in turn, as a server does;
    gives by caller which versions answered."""
    asked = iter(questions)

    def some(count, callers=CALLERS):
        versions = {}
        for number in range(count):
            address = f"192.0.2.{1 + number % callers}"
            response = client.post(
                "/api/v1/predict/battle/",
                json.dumps(next(asked)),
                content_type="application/json",
                REMOTE_ADDR=address,
            )
            afterwards.work_off()
            assert response.status_code == 200, response.content
            versions.setdefault(address, set()).add(response.json()["model_version"])
        return versions

    return some


@pytest.fixture
def start():
    def begin(version, **options):
        row = rollouts.start(version, **SHARES | options)
        rollout.current(force=True)
        return row

    return begin
