"""What the model sees of a duel."""

import numpy as np
import pytest

from mlcore.engine.simulate import simulate_duels
from mlcore.engine.specs import Setups
from mlcore.learning import baselines, features

AT = {name: index for index, name in enumerate(features.FEATURE_NAMES)}


def test_there_are_enough_features_and_none_is_empty(game, some_duels):
    rows = features.build_features(game.tables, *some_duels)
    assert rows.shape == (300, len(features.FEATURE_NAMES))
    assert rows.dtype == np.float32
    assert len(features.FEATURE_NAMES) >= 130
    assert len(set(features.FEATURE_NAMES)) == len(features.FEATURE_NAMES)
    assert "effective_power_diff" in AT
    assert np.isfinite(rows).all()


def test_pair_is_both_views(game, some_duels):
    a, move_a, b, move_b = some_duels
    rows_ab, rows_ba = features.build_pair(game.tables, a, move_a, b, move_b)
    assert np.array_equal(rows_ab, features.build_features(game.tables, a, move_a, b, move_b))
    swapped = features.build_features(game.tables, b, move_b, a, move_a)
    np.testing.assert_allclose(rows_ba, swapped, atol=1e-4)


def test_rows_do_not_depend_on_their_company(game, some_duels):
    """The same duel gives the same row alone and among others: no train/serve skew."""
    a, move_a, b, move_b = some_duels
    together = features.build_features(game.tables, a, move_a, b, move_b)
    for k in (0, 17, 299):
        one = np.array([k])
        alone = features.build_features(
            game.tables, a.take(one), move_a[one], b.take(one), move_b[one]
        )
        assert np.array_equal(alone[0], together[k])


def test_inputs_are_left_alone(game, some_duels):
    a, move_a, b, move_b = some_duels
    before = [a.form.copy(), a.ivs.copy(), move_a.copy(), b.level.copy(), move_b.copy()]
    features.build_features(game.tables, a, move_a, b, move_b)
    after = [a.form, a.ivs, move_a, b.level, move_b]
    assert all(np.array_equal(x, y) for x, y in zip(before, after, strict=True))


def test_closed_form_of_an_immune_target_is_hopeless(game, duel):
    rows = features.build_features(
        game.tables, *duel("raichu", "thunderbolt", "sandslash", "earthquake")
    )
    assert baselines.closed_form(rows)[0] == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize(
    ("a", "b", "chance"),
    [
        # Equal fighters, equal moves: whoever wins the speed tie.
        pytest.param(("ditto", "struggle"), ("ditto", "struggle"), 0.5, id="mirror"),
        # A one-hit knock-out every turn at 30 %, the foe cannot hurt: A wins.
        pytest.param(("rhydon", "horn-drill"), ("gastly", "lick"), None, id="immune-to-normal"),
        pytest.param(("electrode", "explosion"), ("onix", "tackle"), 0.0, id="explosion-loses"),
    ],
)
def test_closed_form_of_known_duels(game, duel, a, b, chance):
    rows = features.build_features(game.tables, *duel(*a, *b))
    if chance is not None:
        assert baselines.closed_form(rows)[0] == pytest.approx(chance, abs=0.01)
    else:
        assert 0 <= baselines.closed_form(rows)[0] <= 1


def test_closed_form_agrees_with_the_engine(game, some_duels):
    """300 duels of all kinds: mean squared difference to 2,000 plays within noise and a little."""
    a, move_a, b, move_b = some_duels
    rows = features.build_features(game.tables, a, move_a, b, move_b)
    played = simulate_duels(game.tables, a, move_a, b, move_b, plays=2000, seed=3).win_share
    noise = (played * (1 - played) / 1999).mean()
    assert ((baselines.closed_form(rows) - played) ** 2).mean() - noise < 0.0005


def test_groups_name_each_feature_once():
    grouped = [name for group in features.FEATURE_GROUPS.values() for name in group]
    assert sorted(grouped) == sorted(features.FEATURE_NAMES)


def test_levels_from_one_to_a_hundred(game):
    count = 100
    forms = np.full(count, game.form_index("pikachu"))
    move = np.full(count, game.move_index("thunderbolt"))
    a = Setups.flat(forms, level=np.arange(1, 101))
    b = Setups.flat(forms, level=50)
    rows = features.build_features(game.tables, a, move, b, move)
    chance = baselines.closed_form(rows)
    assert np.isfinite(rows).all()
    assert chance[0] < 0.01
    assert chance[-1] > 0.99
