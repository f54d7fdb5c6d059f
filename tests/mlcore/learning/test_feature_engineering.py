"""Rows of features: enough of them, whole, and the same in training and in serving."""

import numpy as np
import pytest

from mlcore.learning import features, training
from mlcore.learning import model as learning_model


@pytest.fixture(scope="module")
def view(game, small):
    return training.view(game, small[0].load("holdout").take(np.arange(500)))


def test_there_are_enough_candidates():
    assert len(features.FEATURE_NAMES) >= 130
    assert len(set(features.FEATURE_NAMES)) == len(features.FEATURE_NAMES)
    assert "effective_power_diff" in features.FEATURE_NAMES


def test_nothing_is_missing(view):
    for rows in (view.rows_ab, view.rows_ba):
        assert rows.dtype == np.float32
        assert np.isfinite(rows).all()


def test_columns_that_a_model_reads_vary(game, small):
    """A column that never changes is a column that was not computed."""
    rows = training.view(game, small[0].load("train").take(np.arange(20_000))).rows_ab
    constant = [
        name
        for name, column in zip(features.FEATURE_NAMES, rows.T, strict=True)
        if column.min() == column.max()
    ]
    assert constant == []


def test_serving_computes_what_training_saw(game, small, view):
    """Train/serve skew: the same duels, asked as the site asks them, give the same answers."""
    model = small[1].as_model("skew")
    duels = view.duels
    at_once = learning_model.predict_with(model, game, duels.a, duels.move_a, duels.b, duels.move_b)
    assert np.array_equal(at_once, training.predict_view(model, view))
    for row in range(0, 500, 50):
        one = np.array([row])
        alone = learning_model.predict_with(
            model, game, duels.a.take(one), duels.move_a[one], duels.b.take(one), duels.move_b[one]
        )
        assert alone[0] == at_once[row]


def test_another_schema_is_refused(small):
    metadata = {**small[1].metadata, "version": "v1", "schema_hash": "of older features"}
    with pytest.raises(learning_model.BadArtefact, match="other features"):
        learning_model.build(metadata, small[1].model)


def test_swapped_sides_negate_the_contrasts(view):
    at = {name: index for index, name in enumerate(features.FEATURE_NAMES)}
    for name in ("effective_power_diff", "speed_ratio", "base_stat_gap", "closed_form_log_odds"):
        assert np.allclose(view.rows_ab[:, at[name]], -view.rows_ba[:, at[name]], atol=1e-5), name
