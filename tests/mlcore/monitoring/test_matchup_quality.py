"""Served match-ups played again by the referee: good answers pass, wrong ones are found."""

from dataclasses import replace

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from mlcore.battle_value import starts
from mlcore.evaluation import referee
from mlcore.models import EvaluationReport, ModelKind
from mlcore.monitoring import live_quality
from mlcore.serving import prediction_log
from tests import asking

pytestmark = pytest.mark.django_db
COUNT, PLAYS = 60, 12
GOOD, DEGRADED, TOO_FEW = (
    EvaluationReport.Verdict(name) for name in ("good", "degraded", "too_few")
)


@pytest.fixture(scope="module")
def asked(game):
    """Match-ups, and what the referee says about them with another seed."""
    drawn = starts.draw(game.tables, COUNT, np.random.default_rng(8))
    return drawn, referee.shares_of(game.tables, drawn, 2 * PLAYS, seed=77, threads=2)


@pytest.fixture
def serve(game, asked):
    """Log the match-ups as if people had asked about them, each in a request of its own."""

    def log(spoil=lambda p: p, version="ab12cd34", *, count=COUNT, callers=30):
        matchups, chances = asked
        first = asking.rows_of(matchups, np.arange(count))
        asking.log_each(
            game,
            first,
            spoil(chances)[:count],
            model=ModelKind.BATTLE,
            version=version,
            callers=callers,
        )

    return log


def evaluate(game, **options):
    return live_quality.evaluate_predictions(game, matchup_plays=PLAYS, threads=2, **options)


def test_it_works(game, serve):
    serve()
    (row,) = evaluate(game)
    assert (row.model, row.model_version, row.duels) == (ModelKind.BATTLE, "ab12cd34", COUNT)
    assert row.plays == PLAYS
    assert row.verdict == GOOD
    assert row.brier_excess < 0.02
    assert list(row.slices) == ["source: api"]


def test_answers_that_name_the_wrong_side_are_found(game, serve):
    serve(lambda p: 1 - p)
    (row,) = evaluate(game)
    assert row.verdict == DEGRADED
    assert row.brier_excess > 0.2


def test_too_few_are_neither_praised_nor_blamed(game, serve):
    serve(lambda p: 1 - p, count=20)
    assert [row.verdict for row in evaluate(game)] == [TOO_FEW]


def test_a_sample_has_the_size_that_was_asked_for(game, serve):
    serve()
    assert [row.duels for row in evaluate(game, matchups=45)] == [45]


def test_the_command_says_so_and_fails(game, serve, capsys):
    serve(lambda p: 1 - p)
    with pytest.raises(CommandError, match="degraded"):
        call_command("evaluate_predictions", matchups=COUNT, matchup_plays=PLAYS)
    with pytest.raises(CommandError, match="--matchups must be from 1"):
        call_command("evaluate_predictions", matchups=0)


def test_few_callers_are_not_heard(game, serve):
    serve(lambda p: 1 - p, callers=10)
    assert [row.verdict for row in evaluate(game)] == [TOO_FEW]


def test_the_record_gives_the_match_ups_back(game, asked):
    a, slots_a, b, slots_b = rows = asking.rows_of(asked[0], np.arange(20))
    kept = prediction_log.unpack(
        prediction_log.pack(prediction_log.columns_of(game.tables, rows), asked[1][:20])
    )
    back = prediction_log.duels_of(game.tables, kept.columns)
    for side, given in ((back[0], a), (back[2], b)):
        for name in ("form", "level", "nature", "friendship", "ivs", "avs"):
            assert (getattr(side, name) == getattr(given, name)).all()
    assert (back[1] == slots_a).all()
    assert (back[3] == slots_b).all()


def test_a_move_that_is_gone_is_said(game, asked):
    columns = prediction_log.columns_of(game.tables, asked[0])
    fewer = replace(game.tables, move_ids=game.tables.move_ids + 10_000)
    with pytest.raises(KeyError):
        prediction_log.duels_of(fewer, columns)
    assert not prediction_log.is_known(fewer, columns).any()
