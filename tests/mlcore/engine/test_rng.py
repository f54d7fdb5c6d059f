"""Random numbers that are spread evenly over a few plays of a turn."""

import numpy as np
import pytest

from mlcore.engine.rng import HEADER, chance, draw, spread

KEYS = range(400)


def values(key, samples, numbers=3):
    """The first draws of each sample, from 0 to 1; float (samples, numbers)."""
    rng = np.zeros(HEADER, dtype=np.int64)
    out = np.empty((samples, numbers))
    for sample in range(samples):
        spread(rng, key, sample)
        out[sample] = [draw(rng, 1 << 30) / (1 << 30) for _ in range(numbers)]
    return out


@pytest.mark.parametrize("number", [0, 5, 11, 12, 20], ids="draw {}".format)
def test_each_value_is_as_likely(number):
    drawn = np.array([values(key, 3, number + 1)[:, number] for key in KEYS])
    assert drawn.mean(axis=0) == pytest.approx([0.5] * 3, abs=0.06)
    assert drawn.std(axis=0) == pytest.approx([12**-0.5] * 3, abs=0.04)


@pytest.mark.parametrize(("samples", "factor"), [(6, 0.75), (16, 0.5), (100, 0.2)])
def test_means_of_few_plays_vary_far_less_than_by_chance(samples, factor):
    def spread_of(number):
        return np.std([values(key, samples, number + 1)[:, number].mean() for key in KEYS[:100]])

    by_chance = (12 * samples) ** -0.5
    assert spread_of(0) < factor * by_chance
    assert spread_of(1) < factor * by_chance
    # Draws that no turn comes to but a few are plain random numbers.
    assert spread_of(30) > 0.7 * by_chance


def test_chances_come_about_as_often_as_they_should():
    rng = np.zeros(HEADER, dtype=np.int64)
    for key in KEYS[:20]:
        hits = 0
        for sample in range(20):
            spread(rng, key, sample)
            hits += chance(rng, 9, 10)
        assert hits in (17, 18, 19)


def test_a_key_and_a_sample_name_the_numbers():
    assert (values(5, 4) == values(5, 4)).all()
    assert (values(5, 4) != values(6, 4)).all()
    assert len(np.unique(values(5, 4)[:, 0])) == 4
