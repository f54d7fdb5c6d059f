"""The model on duels that the reference simulator played, which training never reads."""

import re
from pathlib import Path

import pytest

from tests.mlcore.evaluation.score import scores

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def by_file(game, served):
    return scores(game)


def test_champion_is_true_to_the_referee(by_file):
    for name, by_model in by_file.items():
        champion = by_model["champion"]
        assert champion["clear_favourites_right"] >= 0.97, name
        assert champion["mse"] <= 0.004, name


def test_champion_beats_what_needs_no_training(by_file):
    for by_model in by_file.values():
        for baseline in ("base_stat_total", "uses_then_order"):
            assert by_model["champion"]["log_loss"] < by_model[baseline]["log_loss"]


def test_nothing_outside_the_tests_reads_the_goldens():
    """Training cannot have seen them: no module of the application names the folder."""
    naming = [
        path.relative_to(ROOT).as_posix()
        for package in ("mlcore", "pokedex", "battles", "predictiondex")
        for path in (ROOT / package).rglob("*.py")
        if re.search(r"tests.golden|\bgolden\b", path.read_text(encoding="utf-8"))
    ]
    assert naming == []


def test_training_opens_no_golden_file(game, order, settings, tmp_path, monkeypatch):
    """Watched while it happens: making a data set opens nothing below tests/golden."""
    from dataclasses import replace

    from mlcore.datasets import dataset

    opened = []
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda self: (opened.append(self), read(self))[1])
    settings.DATASETS_DIR = tmp_path
    files = dataset.make(game, replace(order.recipe, duels=3_000))
    files.load("train")
    assert opened
    assert not [path for path in opened if "golden" in path.parts]
