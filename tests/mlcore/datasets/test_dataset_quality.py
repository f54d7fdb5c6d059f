"""The data set that models learn from: large, balanced, whole, and split without leaks."""

import numpy as np
import pytest

from mlcore.datasets import sampling
from mlcore.datasets.splits import SPLITS
from mlcore.engine.specs import Setups


@pytest.fixture(scope="module")
def splits(small):
    return {name: small[0].load(name) for name in SPLITS}


def columns(duels):
    """Every column of a split as a plain array, by name."""
    for name in duels.__dataclass_fields__:
        value = getattr(duels, name)
        if isinstance(value, Setups):
            for part in value.__dataclass_fields__:
                yield f"{name}.{part}", np.asarray(getattr(value, part))
        else:
            yield name, np.asarray(value)


def pairs(game, duels):
    """Unordered pairs of species, one integer each."""
    species = game.form_species
    a, b = species[duels.a.form], species[duels.b.form]
    return np.minimum(a, b) * 10_000 + np.maximum(a, b)


def test_there_is_enough_to_learn_and_to_test(splits):
    assert len(splits["train"]) > 20_000
    assert len(splits["holdout"]) + len(splits["unseen"]) > 5_000


def test_sides_are_balanced(splits):
    for name, duels in splits.items():
        assert 0.45 < duels.share.mean() < 0.55, name


def test_nothing_is_missing(splits):
    for name, duels in splits.items():
        for column, values in columns(duels):
            assert np.isfinite(values.astype(float)).all(), (name, column)


def test_values_stay_within_the_game(game, splits):
    for duels in splits.values():
        assert ((duels.share >= 0) & (duels.share <= 1)).all()
        assert (duels.plays >= duels.half_plays).all()
        for setups, moves in ((duels.a, duels.move_a), (duels.b, duels.move_b)):
            assert ((setups.level >= 1) & (setups.level <= 100)).all()
            assert ((setups.ivs >= 0) & (setups.ivs <= 31)).all()
            assert ((setups.avs >= 0) & (setups.avs <= 200)).all()
            assert game.tables.usable[setups.form, moves].all()
            assert game.tables.damaging[moves].all()


def test_no_pair_of_species_leaks_between_splits(game, splits):
    seen = {name: set(pairs(game, duels).tolist()) for name, duels in splits.items()}
    for first in seen:
        for second in seen:
            assert first == second or not seen[first] & seen[second], (first, second)


def test_unseen_species_are_met_in_no_other_split(game, small, splits):
    species = game.form_species
    met = {
        name: set(species[duels.a.form]) | set(species[duels.b.form])
        for name, duels in splits.items()
    }
    unseen = set(small[0].manifest["unseen_species"])
    assert len(unseen) >= 5
    numbers = {int(number) for number in unseen}
    for name in ("train", "validation", "holdout"):
        assert not met[name] & numbers, name


def test_label_noise_is_bounded(splits):
    """Undecided duels are played often enough that labels are no coin flips."""
    for duels in splits.values():
        assert duels.noise.mean() < 0.01


def test_levels_and_set_ups_vary(splits):
    train = splits["train"]
    assert 0.1 < (train.a.level != 50).mean() < 0.5
    assert len(np.unique(train.a.level)) > 90
    assert len(np.unique(train.a.nature)) == 25


def test_every_scenario_and_mechanic_is_there(game, splits):
    train = splits["train"]
    assert set(np.unique(train.scenario)) == set(range(len(sampling.SCENARIOS)))
    used = np.union1d(train.move_a, train.move_b)
    usable = np.flatnonzero(game.tables.damaging & game.tables.usable.any(axis=0))
    assert len(np.setdiff1d(usable, used)) == 0
