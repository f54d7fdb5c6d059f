"""Features that were computed wrongly are not learned from."""

import numpy as np
import pytest

from mlcore.datasets.duels import BadDataset
from mlcore.learning import feature_schema, features

AT = {name: index for index, name in enumerate(features.FEATURE_NAMES)}


@pytest.fixture
def rows(game, some_duels):
    return [side.copy() for side in features.build_pair(game.tables, *some_duels)]


def test_what_is_computed_is_sound(rows):
    feature_schema.check(*rows)


@pytest.mark.parametrize("side", [0, 1], ids=["A's side", "B's side"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("speed_ratio", np.nan),
        ("hp_ratio", np.inf),
        ("own_hit_chance", 1.01),
        ("foe_flinch_chance", -0.1),
        ("closed_form_win", 1.5),
        ("win_by_turn_3", -0.2),
        ("own_level", 0),
        ("foe_effectiveness", 8),
        ("own_is_fire", 2),
        ("foe_speed", 0),
    ],
)
def test_a_wrong_value_is_refused_by_name(rows, side, name, value):
    rows[side][17, AT[name]] = value
    with pytest.raises(BadDataset, match=f"{name}: "):
        feature_schema.check(*rows)


def test_sides_that_do_not_belong_together_are_refused(rows):
    with pytest.raises(BadDataset, match="the sides do not mirror each other"):
        feature_schema.check(rows[0], np.roll(rows[1], 1, axis=0))
    with pytest.raises(BadDataset, match="the sides do not mirror each other"):
        feature_schema.check(rows[0], rows[0])


def test_ends_that_do_not_add_up_are_refused(rows):
    rows[0][5, AT["closed_form_undecided"]] += 0.1
    with pytest.raises(BadDataset, match="do not add up to 1"):
        feature_schema.check(*rows)


def test_other_numbers_than_models_read_are_refused(rows):
    with pytest.raises(BadDataset, match="float32"):
        feature_schema.check(*(side.astype(np.float64) for side in rows))
