"""Served predictions held against the engine: the true ones pass, the spoiled ones are found."""

from datetime import timedelta

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from mlcore.datasets import sampling
from mlcore.learning import baselines, features
from mlcore.models import AskedOnDay, EvaluationReport, PredictionLog
from mlcore.monitoring import live_quality, log_totals
from tests import asking

pytestmark = pytest.mark.django_db
GOOD, DEGRADED, TOO_FEW = (
    EvaluationReport.Verdict(name) for name in ("good", "degraded", "too_few")
)


@pytest.fixture(scope="module")
def asked(game):
    """600 duels and what the exact solver says about them."""
    drawn = sampling.draw(game.tables, 650, np.random.default_rng(5))[:4]
    duels = asking.distinct(game, drawn, 600)
    rows, _ = features.build_pair(game.tables, *duels)
    return duels, baselines.closed_form(rows)


@pytest.fixture
def serve(game, asked):
    """Log the duels as if people had asked about them, each in a request of its own."""

    def log(version="v1", spoil=lambda p: p, *, count=600, callers=40, **options):
        duels, y_prob = asked
        first = asking.rows_of(duels, np.arange(count))
        asking.log_each(
            game, first, spoil(y_prob)[:count], callers=callers, version=version, **options
        )

    return log


def evaluate(game, **options):
    return live_quality.evaluate_predictions(game, plays=100, **options)


def test_it_works(game, serve):
    serve()
    (row,) = evaluate(game)
    assert row.model_version == "v1"
    assert row.duels == 600
    assert row.verdict == GOOD
    assert row.log_loss_excess < 0.01
    assert row.clear_favourites_right > 0.97
    assert row.ece < 0.02
    assert set(row.slices) >= {"source: api", "mechanic: none"}
    assert sum(part["count"] for part in row.reliability) == 600
    assert EvaluationReport.objects.get() == row


@pytest.mark.parametrize(
    "spoil",
    [lambda p: 1 - p, lambda p: np.full_like(p, 0.5), lambda p: 0.9 * p],
    ids=["wrong side", "always even", "never sure of A"],
)
def test_spoiled_answers_are_found(game, serve, spoil):
    serve(spoil=spoil)
    (row,) = evaluate(game)
    assert row.verdict == DEGRADED


def test_each_version_is_judged_on_its_own_answers(game, serve):
    serve("v1", lambda p: 1 - p)
    serve("v2")
    rows = {row.model_version: row for row in evaluate(game)}
    assert rows["v1"].verdict == DEGRADED
    assert rows["v2"].verdict == GOOD


def test_few_duels_are_measured_but_not_judged(game, serve):
    serve(spoil=lambda p: 1 - p, count=100)
    (row,) = evaluate(game)
    assert row.verdict == TOO_FEW
    assert row.log_loss_excess > 1


def test_few_callers_are_measured_but_not_heard(game, serve):
    serve(spoil=lambda p: 1 - p, callers=19)
    (row,) = evaluate(game)
    assert (row.verdict, row.callers) == (TOO_FEW, 19)
    assert row.log_loss_excess > 1


@pytest.mark.parametrize(("share", "wrong_callers"), [(0.05, 1), (0.1, 2)])
def test_whoever_wants_to_see_a_model_condemned_has_to_be_many(game, asked, share, wrong_callers):
    """A twentieth that is all wrong passes the bar of favorites, but it is one caller's."""
    duels, y_prob = asked
    count = int(share * len(y_prob))
    served = live_quality.ServedSample(
        duels=duels,
        y_prob=np.r_[1 - y_prob[:count], y_prob[count:]],
        source=np.full(len(y_prob), "api"),
        caller=np.r_[np.arange(count) % wrong_callers, 10 + np.arange(len(y_prob) - count) % 40],
        is_fair=True,
    )
    found = live_quality.judge(game, served, plays=100)
    assert live_quality.verdict(found["scores"]) == DEGRADED
    assert found["verdict"] == (GOOD if wrong_callers == 1 else DEGRADED)


def test_one_caller_is_a_twentieth_of_a_sample(game, serve, asked):
    """Somebody who asks as much as all others together, about duels that are answered wrong."""
    duels, y_prob = asked
    serve(count=300)
    rows = np.arange(300, 600)
    asking.log_each(game, asking.rows_of(duels, rows), 1 - y_prob[rows], callers=1)
    (row,) = evaluate(game)
    assert row.verdict == GOOD
    log_totals.add_up()
    day = AskedOnDay.objects.get()
    now = timezone.now()
    sample = live_quality.sample_of(game, [day], now - timedelta(days=1), now, 2_000)
    asked_by = np.unique(sample.caller, return_counts=True)[1]
    assert asked_by.max() <= 0.05 * len(sample)
    assert len(sample) == row.duels > 200


def test_batches_of_nobody_in_particular_weigh_nothing(game, serve, asked):
    duels, y_prob = asked
    for start in range(0, 600, 10):
        rows = np.arange(start, start + 10)
        batch = asking.rows_of(duels, rows), 1 - y_prob[rows]
        asking.log_request(game, *batch, caller=1 + start // 10)
    assert evaluate(game) == []
    assert (AskedOnDay.objects.get().requests, AskedOnDay.objects.get().duels) == (60, 600)
    asking.log_request(game, *batch, caller=1, with_key=True)
    assert [row.duels for row in evaluate(game)] == [1]


def test_a_duel_asked_again_and_again_weighs_once(game, serve, asked):
    duels, y_prob = asked
    again = np.zeros(400, dtype=np.int64)
    asking.log_each(game, asking.rows_of(duels, again), 1 - y_prob[again])
    assert [(row.duels, row.verdict) for row in evaluate(game)] == [(1, TOO_FEW)]


def test_sample_draws_each_duel_at_most_once(game, serve, asked):
    serve()
    (row,) = evaluate(game, sample=250)
    assert row.duels == 250
    now = timezone.now()
    window = (now - timedelta(days=1), now)
    everything = live_quality.sample_of(game, [AskedOnDay.objects.get()], *window, 10_000)
    assert np.sort(everything.y_prob).tolist() == np.sort(asked[1]).tolist()


def test_same_seed_gives_the_same_report(game, serve):
    serve()
    first, second = evaluate(game, sample=300, seed=3), evaluate(game, sample=300, seed=3)
    assert first[0].scores == second[0].scores


def test_answers_about_other_game_data_are_left_out(game, serve):
    serve(fingerprint="0" * 64)
    said = []
    assert evaluate(game, say=said.append) == []
    assert "600 answered request(s) about other game data" in said[0]


def test_answers_before_the_window_are_left_out(game, serve):
    serve()
    PredictionLog.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert evaluate(game) == []


def test_degraded_takes_two_windows_with_enough_duels(game, serve):
    serve(spoil=lambda p: 1 - p)
    evaluate(game)
    assert not live_quality.is_degraded("v1")
    evaluate(game)
    assert live_quality.is_degraded("v1")
    EvaluationReport.objects.filter(pk=evaluate(game)[0].pk).update(verdict=GOOD)
    assert not live_quality.is_degraded("v1")


def test_command_fails_on_degraded_answers(serve, capsys):
    serve(spoil=lambda p: 1 - p)
    with pytest.raises(CommandError, match="degraded"):
        call_command("evaluate_predictions", plays=100)
    assert "v1: 600 duels" in capsys.readouterr().out


def test_command_says_when_nothing_was_served(game_data, capsys):
    call_command("evaluate_predictions")
    assert "no predictions in that time" in capsys.readouterr().out


@pytest.mark.parametrize("option", ["hours", "sample", "plays"])
def test_command_rejects_what_makes_no_sense(game_data, option):
    with pytest.raises(CommandError, match=f"--{option} must be from"):
        call_command("evaluate_predictions", **{option: 0})
