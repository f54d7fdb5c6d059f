"""Duels to learn from: balanced, clean, and split so that nothing leaks."""

from dataclasses import replace

import numpy as np
import pytest

from mlcore.datasets import dataset, schema, splits
from mlcore.datasets.dataset import Recipe
from mlcore.datasets.duels import BadDataset

RECIPE = Recipe(duels=3_000, plays=4, more_plays=12, seed=5)


@pytest.fixture(scope="module")
def played(game):
    duels, split = dataset.play(game, RECIPE, threads=1)
    return {name: duels.take(split == index) for index, name in enumerate(splits.SPLITS)}


def pairs_of(game, duels):
    a, b = game.form_species[duels.a.form], game.form_species[duels.b.form]
    return set(zip(np.minimum(a, b).tolist(), np.maximum(a, b).tolist(), strict=True))


def test_dataset_passes_its_own_check(game, played):
    schema.check(game, played)


def test_no_pair_of_species_is_in_two_splits(game, played):
    seen = [pairs_of(game, duels) for duels in played.values()]
    for i, pairs in enumerate(seen):
        for others in seen[i + 1 :]:
            assert not pairs & others


def test_unseen_species_are_in_no_other_split(game, played):
    strangers = {n for pair in pairs_of(game, played["unseen"]) for n in pair} & {
        int(n) for n in game.form_species if splits.is_unseen(int(n))
    }
    assert strangers
    for name in ("train", "validation", "holdout"):
        assert not strangers & {n for pair in pairs_of(game, played[name]) for n in pair}


def test_split_does_not_depend_on_the_side():
    assert all(
        splits.split_of_pair(x, y) == splits.split_of_pair(y, x)
        for x in range(1, 40)
        for y in range(1, 40)
    )


def test_sides_are_balanced(played):
    assert 0.45 < played["train"].share.mean() < 0.55


def test_same_recipe_gives_the_same_duels_on_any_number_of_threads(game):
    recipe = replace(RECIPE, duels=300)
    one, _ = dataset.play(game, recipe, threads=1)
    two, _ = dataset.play(game, recipe, threads=2)
    assert np.array_equal(one.share, two.share)
    assert np.array_equal(one.move_a, two.move_a)


@pytest.mark.parametrize(
    ("name", "spoil", "words"),
    [
        pytest.param("share", lambda v: v + 1, r"share: in_range", id="share-above-one"),
        pytest.param("share", lambda v: v * np.nan, "share: not_nullable", id="nulls"),
        pytest.param("share", lambda v: v * 0 + 1, "balanced", id="one-sided"),
        pytest.param("move_a", lambda v: v * 0, "cannot use", id="impossible-move"),
    ],
)
def test_check_stops_a_spoiled_dataset(game, played, name, spoil, words):
    train = played["train"]
    bad = replace(train, **{name: spoil(getattr(train, name))})
    with pytest.raises(BadDataset, match=words):
        schema.check(game, {**played, "train": bad})


def test_check_stops_leakage(game, played):
    with pytest.raises(BadDataset, match="share pairs"):
        schema.check(game, {**played, "holdout": played["train"]})


def test_written_dataset_reads_back_the_same(game, settings, tmp_path):
    settings.DATASETS_DIR = tmp_path
    files = dataset.make(game, RECIPE)
    stored = dataset.find(game, RECIPE)
    assert stored is not None
    assert stored.name == files.name
    train = files.load("train")
    again = stored.load("train")
    assert np.array_equal(train.share, again.share)
    assert np.array_equal(train.a.ivs, again.a.ivs)
    assert files.manifest["data_fingerprint"] == game.fingerprint
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_tampered_dataset_is_refused(game, settings, tmp_path):
    settings.DATASETS_DIR = tmp_path
    files = dataset.make(game, RECIPE)
    path = files.path / "train.parquet"
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(BadDataset, match="SHA-256"):
        files.load("train")


def test_stopped_run_leaves_nothing_behind(game, settings, tmp_path, monkeypatch):
    settings.DATASETS_DIR = tmp_path

    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(dataset, "_write", interrupt)
    with pytest.raises(KeyboardInterrupt):
        dataset.make(game, RECIPE)
    assert list(tmp_path.iterdir()) == []
    assert dataset.find(game, RECIPE) is None
