"""What a user would see of a model: favorites that are called wrongly, in duels and match-ups."""

from dataclasses import replace

import numpy as np
import pytest

from mlcore.datasets.splits import HOLDOUTS
from mlcore.engine.specs import Setups
from mlcore.evaluation import model_card, model_comparison
from mlcore.game import matchup
from mlcore.learning import baselines, features, metrics


def test_only_clear_favorites_can_be_called_wrongly():
    share = np.array([1.0, 1.0, 0.0, 0.55, 0.7])
    plays = np.array([8, 8, 8, 64, 64])
    assert metrics.is_clear(share, plays).tolist() == [True, True, True, False, True]
    said = np.array([0.9, 0.4, 0.9, 0.1, 0.2])
    others = np.array([0.9, 0.9, 0.1, 0.9, 0.2])
    worth = metrics.worth(said, others, share, plays)
    assert worth["wrong_favorites"] == pytest.approx(600)
    assert worth["others"] == pytest.approx(200)
    assert worth["gap"] == pytest.approx(400)
    # Two of five differ: the variance of 0, 1, 1, 0, 0 is 6/25.
    assert worth["standard_error"] == pytest.approx(1000 * np.sqrt(6 / 25 / 5))


def test_the_report_says_what_learning_adds(pipeline):
    for split in HOLDOUTS:
        worth = pipeline.report["splits"][split]["worth"]
        view = pipeline.view(pipeline.files, split)
        duels = view.duels
        exact = baselines.closed_form(view.rows_ab)
        wrong = ((exact >= 0.5) != (duels.share > 0.5)) & metrics.is_clear(duels.share, duels.plays)
        assert worth["others"] == pytest.approx(1000 * wrong.mean())
        assert abs(worth["gap"]) <= worth["wrong_favorites"] + worth["others"]


@pytest.mark.parametrize(
    ("gap", "sentence"),
    [
        (-3.0, "Learning makes a difference that a user can see."),
        (-0.1, "No user would see what learning adds."),
        (3.0, "No user would see what learning adds."),
    ],
)
def test_the_card_says_it_in_a_sentence(game, served, small, gap, sentence):
    champion = replace(small[1].as_model("v1"), metadata=served.metadata)
    card = model_card.card(champion, game)
    for part in card["splits"]:
        part["worth"] = {
            "wrong_favorites": 4.0 + gap, "others": 4.0, "gap": gap, "standard_error": 0.5
        }  # fmt: skip
    told = model_card.as_markdown(card)
    assert f"names the wrong favorite in 4.00 of 1,000 duels, the model in {4 + gap:.2f}" in told
    assert told.count(sentence) == len(HOLDOUTS)


def test_a_version_without_the_figure_has_a_card(game, served, small):
    metadata = served.metadata | {
        "metrics": {
            name: value
            for name, value in served.metadata["metrics"].items()
            if not name.endswith("_worth")
        }
    }
    champion = replace(small[1].as_model("v1"), metadata=metadata)
    told = model_card.as_markdown(model_card.card(champion, game))
    assert "Not recorded with this version." in told


def test_matchups_are_answered_by_the_best_move_against_the_best_reply(game):
    """As the site does for "if each repeats one move"; status moves do not count."""
    names = {
        "pikachu": ["thunderbolt", "slam", "thunder-wave"],
        "golduck": ["surf", "psychic", "ice-beam", "scratch"],
    }
    forms = [np.array([game.form_index(name)]) for name in names]
    slots = np.full((2, 1, 4), -1)
    for side, moves in enumerate(names.values()):
        slots[side, 0, : len(moves)] = [game.move_index(move) for move in moves]
    sides = (Setups.flat(forms[0]), slots[0], Setups.flat(forms[1]), slots[1])
    moves_a, moves_b = slots[0, 0, :2], slots[1, 0]
    grid_a, grid_b = (grid.ravel() for grid in np.meshgrid(moves_a, moves_b, indexing="ij"))
    rows = features.build_features(
        game.tables,
        Setups.flat(forms[0].repeat(8)),
        grid_a,
        Setups.flat(forms[1].repeat(8)),
        grid_b,
    )
    grid = baselines.closed_form(rows).reshape(2, 4)
    expected = matchup.from_grid(moves_a, moves_b, grid)
    rules = [lambda ab, ba: baselines.closed_form(ab), lambda ab, ba: np.full(len(ab), 0.25)]
    exact, constant = model_comparison.matchup_values(game, sides, rules)
    assert exact.tolist() == [expected.values[expected.best]]
    assert constant.tolist() == [0.25]


def test_a_side_without_a_damaging_move_loses(game):
    ditto, magikarp = (np.array([game.form_index(name)]) for name in ("ditto", "magikarp"))
    armed, bare = np.array([[game.move_index("tackle"), -1, -1, -1]]), np.full((1, 4), -1)
    rule = [lambda ab, ba: np.full(len(ab), 0.7)]
    for slots_a, slots_b, expected in ((armed, bare, 1), (bare, armed, 0), (bare, bare, 0.5)):
        sides = (Setups.flat(magikarp), slots_a, Setups.flat(ditto), slots_b)
        assert model_comparison.matchup_values(game, sides, rule)[0].tolist() == [expected]
