"""Our own walk through a model's trees answers as XGBoost does, to the bit."""

import json

import numpy as np
import pytest
import xgboost

from mlcore.learning.trees import FlatTrees


@pytest.mark.parametrize("base_score", [0.5, 0.3, 0.9])
def test_it_answers_as_xgboost(base_score):
    rng = np.random.default_rng(7)
    rows = rng.normal(size=(3_000, 8)).astype(np.float32)
    rows[rng.random(rows.shape) < 0.1] = np.nan
    rows[:, 3] = np.round(np.nan_to_num(rows[:, 3]))  # values that splits hit exactly
    y = (np.nan_to_num(rows[:, 0]) * rows[:, 3] + rng.normal(size=len(rows)) > 0).astype(int)
    booster = xgboost.train(
        {"objective": "binary:logistic", "base_score": base_score, "max_depth": 6, "nthread": 1},
        xgboost.DMatrix(rows, y),
        num_boost_round=60,
    )
    walked = FlatTrees(json.loads(booster.save_raw("json")))(rows)
    assert (walked == booster.inplace_predict(rows, predict_type="margin")).all()
