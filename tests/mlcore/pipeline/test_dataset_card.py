"""What a data set says of itself, counted from its files."""

import io
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from django.core.management import call_command

from mlcore.datasets import sampling, splits
from mlcore.monitoring import log_totals
from mlcore.pipeline import dataset_card
from tests import asking

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def parts(pipeline):
    return {split: pipeline.files.load(split) for split in splits.SPLITS}


def test_the_command_writes_it(game, pipeline):
    out = io.StringIO()
    small = {"duels": 3_000, "plays": 4, "seed": 3}
    call_command("ml", "--mode=dataset", stdout=out, stderr=io.StringIO(), **small)
    path = re.search(r"its card is (.+)\.$", out.getvalue(), re.M)[1]
    told = Path(path).read_text()
    assert path.endswith(f"/{dataset_card.NAME}")
    assert "| duels | 3000 |" in told.replace(",", "")
    assert "| pairs of species | 0 |" in told
    assert "0 requests in the last week: too few to compare." in told


def test_rows_balance_and_noise_are_those_of_the_files(game, pipeline, parts):
    card = dataset_card.facts(game, pipeline.files)
    assert card["duels"] == pipeline.order.recipe.duels == sum(card["scenarios"].values())
    assert card["battles"] == pipeline.files.manifest["battles"]
    for row in card["splits"]:
        duels = parts[row["name"]]
        assert row["duels"] == len(duels)
        assert abs(row["mean_share"] - 0.5) < 5 * row["standard_error"]
        # A prophet's Brier score: p (1 - p), which the two halves of the plays estimate too.
        half, plays, half_plays = duels.half_share, duels.plays, duels.half_plays
        others = (duels.share * plays - half * half_plays) / (plays - half_plays)
        floor = (half * (1 - others) + others * (1 - half)).mean() / 2
        assert row["brier_floor"] == pytest.approx(floor, abs=0.002)
    assert set(card["leaks"].values()) == {0}


def test_a_leak_is_counted(game, parts):
    first = parts["train"].take(np.arange(1))
    swapped = replace(first, a=first.b, move_a=first.move_b, b=first.a, move_b=first.move_a)
    leaks = dataset_card.leaks(game, parts | {"holdout": swapped})
    assert leaks == {"pairs of species": 1, "duels": 1, "unseen species learned from": 0}
    leaks = dataset_card.leaks(game, parts | {"train": parts["unseen"]})
    assert leaks["unseen species learned from"] > 0
    assert leaks["pairs of species"] > 0
    assert leaks["duels"] > 0


def test_what_is_asked_is_compared(game, pipeline, parts):
    """People who ask about level 100 alone stand out, by name."""
    train = parts["train"]
    first = train.take(np.arange(400))
    first.a.level[:] = first.b.level[:] = 100
    duels = (first.a, first.move_a, first.b, first.move_b)
    asking.log_each(game, duels, np.full(400, 0.5))
    log_totals.add_up()
    asked = dataset_card.asked(game, parts["train"])
    findings = {row["name"]: row for row in asked["findings"]}
    assert asked["requests"] == 400
    assert set(findings) == {"species", "type", "move", "move_type", "level"}
    assert findings["level"]["drifted"]
    assert findings["level"]["more"]["label"] == "90 – 100"
    assert not findings["type"]["drifted"]
    told = dataset_card.write(game, pipeline.files).read_text()
    assert re.search(r"\| level \| ks \|.*\*\*passed\*\* \| 90 – 100 \(100", told)
    assert all(f"| {name} | " in told for name in sampling.SCENARIOS)
