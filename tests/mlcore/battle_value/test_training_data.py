"""The rows that the value of battle states learns from: sound, in order, rich in open battles."""

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest

from mlcore.battle_value import artefact, features, search, selfplay, starts, training
from mlcore.evaluation import well_played as evaluation

BATTLES = 200
ROWS = pa.DataFrameSchema(
    {
        "target": pa.Column("float32", pa.Check.in_range(0, 1)),
        "value": pa.Column("float32", pa.Check.in_range(0, 1)),
        "game": pa.Column(
            "int64",
            [
                pa.Check.in_range(0, BATTLES - 1),
                pa.Check(lambda games: games.is_monotonic_increasing, name="in order"),
            ],
        ),
    },
    strict=True,
)


@pytest.fixture(scope="module")
def trainer():
    """The shipped network, as training goes on from it."""
    return training.Trainer(artefact.load(artefact.SHIPPED).net)


@pytest.fixture(scope="module")
def record(game, trainer):
    """A round of self-play as training plays it: search, random choices, random openings."""
    states = training._starts(game.tables, trainer, BATTLES, [1, 1], None)
    games = np.column_stack([np.arange(BATTLES), np.ones(BATTLES, dtype=np.int64)])
    return selfplay.play_games(
        game.tables.rules,
        tuple(trainer.weights),
        states,
        games,
        seed=1,
        play=selfplay.Play(samples=2, explore=100, opening=300),
        is_recorded=True,
        threads=2,
    )


def rows_of(record, share=0.5):
    columns = {"target": training.returns(record, share), "value": record.value}
    return pd.DataFrame(columns | {"game": record.game.astype(np.int64)})


@pytest.mark.parametrize("share", [1.0, 0.5, 0.3])
def test_targets_are_chances_and_games_are_in_order(record, share):
    ROWS.validate(rows_of(record, share), lazy=True)


@pytest.mark.parametrize(
    ("column", "value"), [("target", 1.5), ("target", np.nan), ("game", BATTLES), ("value", -0.1)]
)
def test_a_spoiled_row_is_found(record, column, value):
    rows = rows_of(record)
    rows[column] = rows[column].where(rows.index != 7, value).astype(rows[column].dtype)
    with pytest.raises(pa.errors.SchemaError):
        ROWS.validate(rows)


def test_features_have_no_gaps(record):
    assert record.features.shape == (len(record.value), 2, features.WIDTH)
    assert np.isfinite(record.features).all()


def test_results_are_wins_draws_and_losses_of_both_sides(record):
    assert len(record.results) == BATTLES
    assert set(np.unique(record.results)) <= {0.0, 0.5, 1.0}
    assert 0.3 < record.results.mean() < 0.7


def test_outcomes_alone_are_the_targets_of_the_first_round(record):
    assert (training.returns(record, 1.0) == record.results[record.game]).all()


def test_most_battles_leave_several_rows(record):
    _, turns = np.unique(record.game, return_counts=True)
    assert len(turns) > 0.7 * BATTLES
    assert turns.mean() > 2


def open_share(game, trainer, states):
    work = search.new_workspace()
    chances = np.array(
        [
            search.state_value(state, game.tables.rules, tuple(trainer.weights), work)
            for state in states
        ]
    )
    return ((chances > 0.05) & (chances < 0.95)).mean()


def test_open_starts_are_drawn_more_often(game, trainer):
    plain = starts.states_of(game.tables, *starts.draw(game.tables, 2000, np.random.default_rng(3)))
    drawn = training._starts(game.tables, trainer, 2000, [3, 1], None)
    assert open_share(game, trainer, drawn) > 1.15 * open_share(game, trainer, plain)
    assert open_share(game, trainer, drawn) > 0.4


def test_held_out_starts_are_not_those_of_training(game, trainer):
    held_out = evaluation.play_out(game.tables, 50, 2, seed=0, threads=1, play=selfplay.Play(
        policy_a=selfplay.RANDOM, policy_b=selfplay.RANDOM
    )).sides  # fmt: skip
    evaluated = {state.tobytes() for state in starts.states_of(game.tables, *held_out)}
    for number in range(3):
        learned = training._starts(game.tables, trainer, 1000, [1, number], None)
        assert not evaluated & {state.tobytes() for state in learned}
