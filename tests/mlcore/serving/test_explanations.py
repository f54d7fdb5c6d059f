"""Reasons: signed, adding up to the prediction, and true in duels whose reason is plain."""

from dataclasses import replace

import numpy as np
import pytest

from mlcore.engine.specs import Setups
from mlcore.learning import features, training
from mlcore.learning import model as learning_model
from mlcore.serving import explanations


@pytest.fixture(scope="module")
def models(game, pipeline):
    """A model of every kind that can serve."""
    views = {split: pipeline.view(pipeline.files, split) for split in ("train", "validation")}
    linear = replace(
        pipeline.order.training, kind="linear", params={"l2": 1e-4}, on_closed_form=False
    )
    fitted = training.fit(game, views["train"], views["validation"], pipeline.files, linear)
    return {
        "xgboost": pipeline.candidate.trained.as_model("trees"),
        "linear": fitted.as_model("linear"),
    }


@pytest.fixture
def explain(game, models):
    def explained(a, move_a, b, move_b, *, kind="xgboost", level_a=50, level_b=50):
        return explanations.explain(
            models[kind],
            game,
            Setups.flat(np.array([game.form_index(a)]), level=level_a),
            game.move_index(move_a),
            Setups.flat(np.array([game.form_index(b)]), level=level_b),
            game.move_index(move_b),
        )

    return explained


def by_code(explanation):
    return {reason.code: reason.log_odds for reason in explanation.reasons}


DUELS = [
    ("pikachu", "thunderbolt", "starmie", "surf"),
    ("charizard", "fire-blast", "blastoise", "surf"),
    ("gengar", "shadow-ball", "snorlax", "body-slam"),
    ("venusaur", "mega-drain", "onix", "rock-slide"),
]


@pytest.mark.parametrize("kind", ["xgboost", "linear"])
@pytest.mark.parametrize("duel", DUELS, ids=lambda duel: duel[0])
def test_reasons_add_up_to_the_shown_probability(game, models, explain, kind, duel):
    a, move_a, b, move_b = duel
    explanation = explain(*duel, kind=kind)
    shown = learning_model.predict_with(
        models[kind],
        game,
        Setups.flat(np.array([game.form_index(a)])),
        np.array([game.move_index(move_a)]),
        Setups.flat(np.array([game.form_index(b)])),
        np.array([game.move_index(move_b)]),
    )[0]
    total = sum(reason.log_odds for reason in explanation.reasons)
    assert total == pytest.approx(explanation.log_odds, abs=1e-9)
    assert learning_model.sigmoid(np.array(total)) == pytest.approx(shown, abs=1e-9)
    assert {reason.code for reason in explanation.reasons} == set(explanations.CODES)


def test_what_rounding_leaves_is_small(game, models):
    """The part that is put on the largest reason is a trace, not an explanation."""
    model = models["xgboost"]
    a, b = (Setups.flat(np.array([game.form_index(slug)])) for slug in ("pikachu", "starmie"))
    moves = [np.array([game.move_index(slug)]) for slug in ("thunderbolt", "surf")]
    from mlcore.exact.duel import fighter_rows

    rows = features.build_pair(game.tables, a, moves[0], b, moves[1])
    parts = explanations.learned(model, *rows)
    fighters = fighter_rows(game.tables, a, moves[0], b, moves[1])
    for code, value in explanations.solved(game.tables, fighters).items():
        parts[code] += value / model.temperature
    assert sum(parts.values()) == pytest.approx(float(model.margins(*rows)[0]), abs=1e-3)


@pytest.mark.parametrize("kind", ["xgboost", "linear"])
def test_the_other_side_gets_the_opposite_reasons(explain, kind):
    here = by_code(explain("pikachu", "thunderbolt", "starmie", "surf", kind=kind))
    there = by_code(explain("starmie", "surf", "pikachu", "thunderbolt", kind=kind))
    for code, value in here.items():
        assert there[code] == pytest.approx(-value, abs=2e-3), code


def test_types_speak_for_the_super_effective_side(explain):
    explanation = explain("charizard", "fire-blast", "blastoise", "surf")
    types = next(reason for reason in explanation.reasons if reason.code == "types")
    assert types.log_odds < -1
    assert types.facts["own_effectiveness"] == 0.5
    assert types.facts["foe_effectiveness"] == 2


def test_a_mirror_that_is_faster_wins_by_order_alone(game, models):
    slow = Setups.flat(np.array([game.form_index("tauros")]))
    fast = replace(slow, avs=np.array([[0, 0, 0, 0, 0, 50]], dtype=np.int32))
    move = game.move_index("take-down")
    explanation = explanations.explain(models["xgboost"], game, fast, move, slow, move)
    reasons = by_code(explanation)
    assert reasons["order"] > 0.3
    assert explanation.reasons[0].code == "order"
    assert explanation.reasons[0].facts["moves_first"] == 1
    others = [reasons[code] for code in ("strength", "types", "accuracy")]
    assert all(abs(value) < reasons["order"] / 2 for value in others)


def test_a_sure_hit_gains_by_accuracy(explain):
    assert by_code(explain("vaporeon", "surf", "vaporeon", "hydro-pump"))["accuracy"] > 0


def test_levels_count_as_strength(explain):
    explanation = explain("rattata", "bite", "mewtwo", "psychic", level_a=100, level_b=5)
    assert explanation.reasons[0].log_odds > 0
    assert by_code(explanation)["strength"] > 1


def test_a_mirror_has_no_reasons(explain):
    explanation = explain("tauros", "slash", "tauros", "slash")
    assert explanation.log_odds == pytest.approx(0, abs=1e-6)
    assert all(abs(reason.log_odds) < 1e-3 for reason in explanation.reasons)
