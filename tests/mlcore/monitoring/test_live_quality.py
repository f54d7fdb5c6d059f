"""Served predictions held against the engine: the true ones pass, the spoiled ones are found."""

from datetime import timedelta

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from mlcore.datasets import sampling
from mlcore.learning import baselines, features
from mlcore.models import EvaluationReport, PredictionLog
from mlcore.monitoring import live_quality
from mlcore.serving.prediction_log import duel_columns

pytestmark = pytest.mark.django_db
GOOD, DEGRADED = EvaluationReport.Verdict.GOOD, EvaluationReport.Verdict.DEGRADED


@pytest.fixture(scope="module")
def asked(game):
    """600 duels and what the exact solver says about them."""
    a, move_a, b, move_b, _ = sampling.draw(game.tables, 600, np.random.default_rng(5))
    rows, _ = features.build_pair(game.tables, a, move_a, b, move_b)
    return (a, move_a, b, move_b), baselines.closed_form(rows)


@pytest.fixture
def serve(game, asked):
    """Log the duels as if they had been asked about, in requests of ten."""

    def log(version="v1", spoil=lambda p: p, *, count=600, source="api", fingerprint=None):
        (a, move_a, b, move_b), y_prob = asked
        answers = spoil(y_prob)
        for start in range(0, count, 10):
            rows = np.arange(start, start + 10)
            PredictionLog.objects.create(
                source=source,
                model_version=version,
                data_fingerprint=fingerprint or game.fingerprint,
                duel_count=10,
                duels=duel_columns(
                    game.tables, a.take(rows), move_a[rows], b.take(rows), move_b[rows]
                ),
                win_probabilities=answers[rows].tolist(),
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
    assert row.verdict == EvaluationReport.Verdict.TOO_FEW
    assert row.log_loss_excess > 1


def test_sample_draws_each_duel_at_most_once(game, serve, asked):
    serve()
    (row,) = evaluate(game, sample=250)
    assert row.duels == 250
    everything = live_quality.sample_of(game, PredictionLog.objects.all(), 10_000)
    assert np.sort(everything.y_prob).tolist() == np.sort(asked[1]).tolist()


def test_same_seed_gives_the_same_report(game, serve):
    serve()
    first, second = evaluate(game, sample=300, seed=3), evaluate(game, sample=300, seed=3)
    assert first[0].scores == second[0].scores


def test_answers_about_other_game_data_are_left_out(game, serve):
    serve(fingerprint="0" * 64)
    said = []
    assert evaluate(game, say=said.append) == []
    assert "60 answered request(s) about other game data" in said[0]


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
