"""The model that was trained: good enough, the same again, true from both sides."""

from dataclasses import replace

import numpy as np
import pytest

from mlcore.engine.specs import Setups
from mlcore.learning import model as learning_model
from mlcore.learning import training


@pytest.fixture(scope="module")
def holdout(game, small):
    files, trained, _ = small
    view = training.view(game, files.load("holdout"))
    return view, training.predict_view(trained.as_model("small"), view)


def test_metrics_reach_the_bars(small):
    for split in ("holdout", "unseen"):
        scores = small[2][split]
        assert scores["clear_favourites_right"] >= 0.97
        assert scores["mse_above_noise"] <= 0.004
        assert scores["ece"] <= 0.03
        assert scores["accuracy"] >= 0.90


def test_model_beats_the_simple_baselines(small):
    metrics = small[2]
    for name in ("base_stat_total", "uses_then_order"):
        assert metrics["holdout"]["log_loss"] < metrics["holdout_baselines"][name]["log_loss"]


def test_probabilities_are_the_same_from_both_sides(small, holdout):
    view, _ = holdout
    model = small[1].as_model("small")
    there = learning_model.sigmoid(model.margins(view.rows_ab, view.rows_ba))
    back = learning_model.sigmoid(model.margins(view.rows_ba, view.rows_ab))
    assert np.abs(there + back - 1).max() < 1e-6


def test_temperature_is_fitted_on_validation_only(game, small):
    files, trained, _ = small
    view = training.view(game, files.load("validation"))
    model = trained.as_model("small")
    assert training.fit_temperature(model, view) == trained.metadata["temperature"]


def test_metadata_says_what_the_model_was_made_of(game, small):
    metadata = small[1].metadata
    assert metadata["data_fingerprint"] == game.fingerprint
    assert metadata["dataset"]["name"] == small[0].name
    assert metadata["feature_names"]
    assert metadata["schema_hash"]


def ask(game, model, a, move_a, b, move_b, level_a=50, level_b=50):
    """P(A wins) of one duel by names."""
    return learning_model.predict_with(
        model,
        game,
        Setups.flat(np.array([game.form_index(a)]), level=level_a),
        np.array([game.move_index(move_a)]),
        Setups.flat(np.array([game.form_index(b)]), level=level_b),
        np.array([game.move_index(move_b)]),
    )[0]


def test_level_100_beats_level_5(game, small):
    model = small[1].as_model("small")
    assert ask(game, model, "rattata", "bite", "mewtwo", "psychic", 100, 5) > 0.97


def test_immunity_decides(game, small):
    model = small[1].as_model("small")
    assert ask(game, model, "sandslash", "earthquake", "raichu", "thunderbolt") > 0.97


def test_mirror_is_even(game, small):
    model = small[1].as_model("small")
    assert ask(game, model, "tauros", "slash", "tauros", "slash") == pytest.approx(0.5, abs=1e-9)


def test_more_speed_never_hurts_much(game, small):
    """The same duel with a rising Speed IV: the chance may not fall by more than noise."""
    model = small[1].as_model("small")
    ivs = np.full((32, 6), 31)
    ivs[:, 5] = np.arange(32)
    flat = Setups.flat(np.full(32, game.form_index("starmie")))
    raised = replace(flat, ivs=ivs)
    foe = Setups.flat(np.full(32, game.form_index("alakazam")))
    psychic = np.full(32, game.move_index("psychic"))
    scald = np.full(32, game.move_index("scald"))
    chances = learning_model.predict_with(model, game, raised, scald, foe, psychic)
    assert (np.diff(chances) > -0.03).all()
