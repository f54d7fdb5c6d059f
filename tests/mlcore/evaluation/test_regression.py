"""The small model beside figures that were measured once: better is welcome, worse is not.

``python -m pytest tests/mlcore/evaluation/test_regression.py --write-baseline`` measures them anew.
"""

import json
from pathlib import Path

import pytest

BASELINE = Path(__file__).with_name("baseline_metrics.json")
#: How much worse each score may be than it was; a run on another machine moves the last digits.
TOLERANCES = {
    "log_loss": 0.001,
    "brier": 0.0005,
    "ece": 0.002,
    "mse_above_noise": 0.0002,
}


def measured(small):
    return {
        split: {name: small[2][split][name] for name in (*TOLERANCES, "clear_favourites_right")}
        for split in ("holdout", "unseen")
    }


@pytest.fixture(scope="module")
def baseline(request, small):
    if request.config.getoption("--write-baseline"):
        BASELINE.write_text(json.dumps(measured(small), indent=2) + "\n")
    return json.loads(BASELINE.read_text())


@pytest.mark.parametrize("split", ["holdout", "unseen"])
def test_no_score_is_worse_than_it_was(small, baseline, split):
    now = measured(small)[split]
    for name, slack in TOLERANCES.items():
        assert now[name] <= baseline[split][name] + slack, name
    before = baseline[split]["clear_favourites_right"]
    assert now["clear_favourites_right"] >= before - 0.003
