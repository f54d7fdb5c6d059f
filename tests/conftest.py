"""What the tests share: a database with the game's facts, a small model that serves, a ranking,
programs by name."""

import hashlib
import json
import os
import shutil
import uuid

import numpy as np
import pytest
from django.core.cache import caches
from django.db import OperationalError
from django.test import override_settings
from django.utils import translation
from pytest_django import DjangoDbBlocker

from battles.common import allowance
from battles.play import snapshots
from mlcore.battle_value import artefact, training
from mlcore.datasets import sampling
from mlcore.engine import lookahead
from mlcore.game import gamedata
from mlcore.learning import features
from mlcore.learning import model as learning_model
from mlcore.models import PredictionLog
from mlcore.rankings import compute as rankings_compute
from mlcore.serving import champion as champion_store
from mlcore.serving import rollout, well_played
from pokedex.importer import import_game_data
from pokedex.models import BossPokemon, Pokemon


def pytest_addoption(parser):
    parser.addoption(
        "--write-baseline", action="store_true", help="measure the regression baseline anew"
    )


def pytest_collection_modifyitems(items):
    """A test that uses the game needs a test database: only a mark makes pytest create one."""
    for item in items:
        if "game_data" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.django_db)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker: DjangoDbBlocker):
    """Every test database starts with the game's facts; they are imported once a session."""
    with django_db_blocker.unblock():
        import_game_data()


@pytest.fixture(autouse=True)
def _own_cache():
    """What is outside the database is not rolled back: each test begins with empty caches there."""
    caches["reads"].clear()
    allowance.forget()
    cache = caches["default"]
    if "Redis" in type(cache).__name__:
        cache.key_prefix = uuid.uuid4().hex


@pytest.fixture(scope="session", autouse=True)
def _own_files(tmp_path_factory):
    """Nothing serves and nothing is on record unless a test says so, whatever ``var`` holds."""
    folder = tmp_path_factory.mktemp("var")
    with override_settings(
        VAR_DIR=folder, MODELS_DIR=folder / "models", DATASETS_DIR=folder / "datasets"
    ):
        yield


@pytest.fixture(scope="session", autouse=True)
def _without_limits():
    """Tests ask more than a caller may; those of the limits set their own."""
    with override_settings(API_ANONYMOUS_RATE=0, API_KEY_RATE=0):
        yield


@pytest.fixture(autouse=True)
def _own_language():
    """The language of a page that a test asked for does not stay for the next test."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def game_data(django_db_setup):
    """The facts are in the database; ask for ``db`` or mark the test too."""


@pytest.fixture
def transactional_db(transactional_db):
    """Tests that commit leave an empty database behind: the next one needs the facts again."""
    if not Pokemon.objects.exists():
        import_game_data()


@pytest.fixture(scope="session")
def game(game_data, django_db_blocker: DjangoDbBlocker):
    """The game as it is imported, read once a session."""
    with django_db_blocker.unblock():
        return gamedata.load()


@pytest.fixture(scope="session")
def small_booster(game):
    """A few trees trained on real features; who wins is drawn with the exact solver's chances."""
    rng = np.random.default_rng(20)
    rows, _ = features.build_pair(game.tables, *sampling.draw(game.tables, 1000, rng)[:4])
    margin = features.base_margin(rows)
    won = rng.random(len(rows)) < learning_model.sigmoid(margin)
    import xgboost  # as late as in the code: it loads for seconds

    matrix = xgboost.DMatrix(rows, label=won, base_margin=margin)
    given = {"objective": "binary:logistic", "max_depth": 3, "eta": 0.1, "nthread": 1, "seed": 20}
    return bytes(xgboost.train(given, matrix, 5).save_raw("ubj"))


@pytest.fixture
def serve(tmp_path, settings, game, small_booster):
    """A function: let the small model serve under a version's name, as a promotion does.

    Keywords go into its metadata.
    """
    settings.MODELS_DIR = folder = tmp_path / "models"

    def promote(version="v7", **metadata):
        folder.mkdir(exist_ok=True)
        described = {
            "version": version,
            "format_version": learning_model.FORMAT_VERSION,
            "schema_hash": features.SCHEMA_HASH,
            "feature_names": list(features.FEATURE_NAMES),
            "temperature": 1.0,
            "data_fingerprint": game.fingerprint,
        }
        content = json.dumps(described | metadata).encode()
        (folder / learning_model.model_name(version)).write_bytes(small_booster)
        (folder / learning_model.metadata_name(version)).write_bytes(content)
        pointer = {
            "version": version,
            "sha256": hashlib.sha256(small_booster).hexdigest(),
            "metadata_sha256": hashlib.sha256(content).hexdigest(),
        }
        (folder / champion_store.POINTER_NAME).write_text(json.dumps(pointer))
        well_played.reload_any()  # tests that count queries do not count looking for it,
        rollout.current(force=True)  # nor for a rollout
        return champion_store.reload()

    return promote


@pytest.fixture
def champion(serve):
    """The small model, serving as v7."""
    return serve()


@pytest.fixture
def serve_value(tmp_path, settings, game):
    """A function: let weights go live as a value of battle states, as a promotion does.

    Keywords go into the metadata. Without weights: those of a network that has learned nothing.
    """
    settings.MODELS_DIR = tmp_path / "models"

    def promote(net=None, **metadata):
        content = {"data_fingerprint": game.fingerprint, "settings": {}, "rounds": []} | metadata
        trial = tmp_path / "trial"
        artefact.save(trial, net or training.new_weights(4), content)
        version = artefact.load(trial).version
        shutil.rmtree(well_played.folder_of(version), ignore_errors=True)
        well_played.folder_of(version).parent.mkdir(parents=True, exist_ok=True)
        shutil.move(trial, well_played.folder_of(version))
        pointer = settings.MODELS_DIR / well_played.POINTER_NAME
        pointer.write_text(json.dumps(well_played.pointer_to(version)))
        return well_played.reload_any()

    return promote


@pytest.fixture
def no_champion(tmp_path, settings):
    """Nothing serves."""
    settings.MODELS_DIR = tmp_path / "nothing"


@pytest.fixture
def no_battle_value(serve_value):
    """The value of battle states was trained on other facts; no champion is live either."""
    serve_value(data_fingerprint="other facts")


@pytest.fixture
def aged_battle_value(champion, serve_value):
    """The facts have changed since the value was trained; the champion is live."""
    serve_value(data_fingerprint="other facts")


@pytest.fixture
def facts_change():
    """For tests that change facts: what is in memory goes with them."""
    yield
    gamedata.forget()
    snapshots.forget()


@pytest.fixture
def no_pokemon(db, facts_change):
    """The facts were never imported."""
    BossPokemon.objects.all().delete()
    Pokemon.objects.exclude(base_form=None).delete()
    Pokemon.objects.all().delete()
    gamedata.forget()


@pytest.fixture
def small_budgets(monkeypatch):
    """Chances to win are estimated from fewer games: 20 say as much here as 200."""
    monkeypatch.setattr(lookahead, "GAMES", 20)
    monkeypatch.setattr(lookahead, "GAME_BUDGET", 16)
    monkeypatch.setattr(lookahead, "VALUE_BUDGET", 800)


@pytest.fixture
def asked(monkeypatch):
    """(a, move_a, b, move_b) of every call of the model, which answers as always."""
    calls = []
    predict_with = learning_model.predict_with

    def watched(champion, game, a, move_a, b, move_b, built=None):
        calls.append((a, move_a, b, move_b))
        return predict_with(champion, game, a, move_a, b, move_b, built)

    monkeypatch.setattr(learning_model, "predict_with", watched)
    return calls


@pytest.fixture
def full_disk(monkeypatch):
    """Predictions cannot be logged: the disk is full."""

    def full(**fields):
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(PredictionLog, "insert", full)


@pytest.fixture(scope="session")
def square_by_total():
    """A function: a ranking that needs no model. The higher base-stat total wins, each form uses
    its first damaging move, Ditto has none."""

    def make(game):
        square = rankings_compute.empty_square(len(game.form_slugs))
        totals = game.tables.base_stats.sum(axis=1)
        square.values[:] = learning_model.sigmoid((totals[:, None] - totals[None, :]) / 60)
        first = np.array(
            [(*game.usable_moves(form), rankings_compute.NO_MOVE)[0] for form in range(len(totals))]
        )
        square.moves[:], square.replies[:] = first[:, None], first[None, :]
        ditto = game.form_index("ditto")
        square.values[ditto, :], square.values[:, ditto] = 0.0, 1.0
        square.moves[:, ditto] = square.replies[ditto, :] = rankings_compute.NO_MOVE
        np.fill_diagonal(square.values, np.nan)
        return square

    return make


@pytest.fixture(scope="session")
def program():
    """A function: the path of a program, or a skip (a failure where it may not be missing)."""
    required = os.environ.get("REQUIRE_MONITORING", "") not in ("", "0")

    def find(*names: str) -> str:
        path = next(filter(None, map(shutil.which, names)), None)
        if path is None:
            message = f"NOT INSTALLED: {names[0]}, so nothing was tried with it"
            if required:
                pytest.fail(message)
            pytest.skip(message)
        return path

    return find
