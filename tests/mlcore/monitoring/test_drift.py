"""What is asked beside what was learned from: found when it differs, silent when chance does."""

import numpy as np
import pytest
from django.core.management import call_command

from mlcore.battle_value import search, starts
from mlcore.datasets import sampling, splits
from mlcore.learning import model as learning_model
from mlcore.models import DriftReport, ModelKind
from mlcore.monitoring import drift
from mlcore.serving import well_played
from tests import asking
from tests.mlcore.monitoring import drift_rates

pytestmark = pytest.mark.django_db


@pytest.fixture
def champion(serve, settings, tmp_path_factory):
    """A champion whose reference is worked out once for all tests."""
    served = serve("v1", dataset={"recipe": {"seed": 3}})
    settings.MODELS_DIR = tmp_path_factory.getbasetemp() / "drift"
    return served


@pytest.fixture
def ask(game, champion):
    """Log requests about training-like duels, after ``change`` has had its way with them."""

    def log(count=400, change=lambda a, b: None, size=1, callers=40):
        rng = np.random.default_rng(9)
        a, move_a, b, move_b, _ = sampling.draw(game.tables, 2 * count * size, rng)
        train = np.flatnonzero(splits.splits_of(game, a.form, b.form) == 0)
        train = rng.permutation(train)[: count * size]
        a, move_a, b, move_b = a.take(train), move_a[train], b.take(train), move_b[train]
        change(a, b)
        y_prob = learning_model.predict_with(champion, game, a, move_a, b, move_b)
        for start in range(0, count * size, size):
            rows = np.arange(start, start + size)
            duels = asking.rows_of((a, move_a, b, move_b), rows)
            caller = 1 + start // size % callers
            asking.log_request(game, duels, y_prob[rows], caller=caller, with_key=size > 1)

    return log


def drifted(row):
    return {finding["name"] for finding in row.findings if finding["drifted"]}


def test_the_same_distribution_is_stable(game, champion, ask):
    ask()
    row = drift.check_drift(game, champion)
    assert row.verdict == DriftReport.Verdict.STABLE, drifted(row)
    assert row.requests == 400
    assert {finding["name"] for finding in row.findings} == {
        "species", "type", "move", "move_type", "level", "win_probability"
    }  # fmt: skip
    # The customary limit would have cried wolf over so many bins.
    species = next(finding for finding in row.findings if finding["name"] == "species")
    assert species["statistic"] > drift.MIN_PSI / 2
    assert species["limit"] > drift.MIN_PSI


def test_other_species_are_found(game, champion, ask):
    def only_one(a, b):
        a.form[:200] = game.form_index("pikachu")

    ask(change=only_one)
    row = drift.check_drift(game, champion)
    assert row.verdict == DriftReport.Verdict.DRIFTED
    assert {"species"} <= drifted(row)
    assert row.worst > 1
    species = next(finding for finding in row.findings if finding["name"] == "species")
    assert {"pikachu", "other"} & {bar["label"] for bar in species["rows"][:2]}


def test_other_levels_are_found(game, champion, ask):
    def raise_levels(a, b):
        a.level[:] = 90
        b.level[:] = 90

    ask(change=raise_levels)
    assert "level" in drifted(drift.check_drift(game, champion))


def test_few_requests_say_nothing(game, champion, ask):
    ask(count=20, size=50)
    row = drift.check_drift(game, champion)
    assert row.verdict == DriftReport.Verdict.TOO_FEW
    assert row.requests == 20
    assert row.findings == []


@pytest.mark.parametrize("callers", [1, 5, 19])
def test_few_callers_say_nothing(game, champion, ask, callers):
    ask(callers=callers)
    row = drift.check_drift(game, champion)
    assert (row.verdict, row.findings) == (DriftReport.Verdict.TOO_FEW, [])


def test_reference_is_kept_and_sums_to_one(game, champion):
    first = drift.reference(game, champion)
    assert drift.reference(game, champion) == first
    for shares in first["shares"].values():
        assert sum(shares.values()) == pytest.approx(1, abs=1e-3)
    assert first["values"]["level"].count(50.0) > 500


def test_limit_knows_the_size_of_the_sample():
    assert drift.psi_limit(10, 1_000_000, 1_000_000) == drift.MIN_PSI
    assert drift.psi_limit(150, 40_000, 200) > 0.9


def test_chance_seldom_passes_the_limit():
    rng = np.random.default_rng(1)
    shares = np.full(20, 1 / 20)
    limit = drift.psi_limit(20, 100_000, 300)
    passed = [
        drift.psi(shares * 100_000, rng.multinomial(300, shares).astype(float)) > limit
        for _ in range(2_000)
    ]
    customary = [
        drift.psi(shares * 100_000, rng.multinomial(300, shares).astype(float)) > 0.1
        for _ in range(2_000)
    ]
    assert np.mean(passed) < 0.01
    assert np.mean(customary) > 0.01


@pytest.fixture
def value(game, settings, monkeypatch, tmp_path_factory):
    """The shipped value of battle states; its reference is worked out once for all tests."""
    settings.MODELS_DIR = tmp_path_factory.getbasetemp() / "matchup_drift"
    monkeypatch.setattr(drift, "_REFERENCE_STARTS", 2_000)
    return well_played.current(game)


@pytest.fixture
def ask_matchups(game, value):
    """Log requests about match-ups like the starts of training, after ``change``."""

    def log(count=300, change=lambda a, b: None):
        a, slots_a, b, slots_b = starts.draw(game.tables, count, np.random.default_rng(9))
        change(a, b)
        slots_a[0] = -1  # it can only struggle
        y_prob = search.start_values(game.tables, value.net, a, slots_a, b, slots_b)
        asking.log_each(
            game,
            (a, slots_a, b, slots_b),
            y_prob,
            model=ModelKind.BATTLE,
            version=value.version,
        )

    return log


def test_match_ups_like_the_starts_of_training_are_stable(game, value, ask_matchups):
    ask_matchups()
    row = drift.check_drift(game, value)
    assert (row.model, row.model_version, row.requests) == ("battle", value.version, 300)
    assert row.verdict == DriftReport.Verdict.STABLE, drifted(row)
    assert len(row.findings) == 6


def test_other_match_ups_are_found(game, value, ask_matchups):
    def raise_levels(a, b):
        a.level[:] = b.level[:] = 90

    ask_matchups(change=raise_levels)
    assert {"level"} <= drifted(drift.check_drift(game, value))


def test_one_of_the_moves_of_a_side_counts(game):
    slots = np.array([[3, 5, -1, -1], [-1, 7, -1, 8], [-1, -1, -1, -1]])
    drawn = [
        drift.one_move_each((None, slots, None, slots), np.random.default_rng(seed))[1]
        for seed in range(40)
    ]
    assert [set(moves) for moves in np.array(drawn).T] == [{3, 5}, {7, 8}, {-1}]


def test_the_command_checks_both_models(value, ask, ask_matchups, settings, tmp_path, capsys):
    settings.MODELS_DIR = tmp_path / "models"  # where the champion is; the value is the shipped one
    ask(count=10)
    ask_matchups(count=10)
    call_command("check_drift")
    assert {(row.model, row.requests) for row in DriftReport.objects.all()} == {
        ("duel", 10), ("battle", 10)
    }  # fmt: skip
    assert f"{value.version}: 10 requests, too few requests" in capsys.readouterr().out


def test_a_value_of_other_game_data_is_not_watched(game, aged_battle_value):
    assert [type(live) for live in drift.live_models(game)] == [learning_model.Model]


def test_admin_draws_the_distributions(game, champion, ask, admin_client):
    ask()
    row = drift.check_drift(game, champion)
    listed = admin_client.get("/admin/mlcore/driftreport/").content.decode()
    assert '<svg viewBox="-48' in listed
    shown = admin_client.get(f"/admin/mlcore/driftreport/{row.pk}/change/").content.decode()
    assert shown.count('<svg viewBox="-90') == 6
    assert "than in training" not in shown


def test_an_operator_reads_what_is_asked_more(game, champion, ask, admin_client, capsys):
    def at_level_100(a, b):
        a.level[:] = b.level[:] = 100

    ask(change=at_level_100)
    row = drift.check_drift(game, champion, say=print)
    level = next(finding for finding in row.findings if finding["name"] == "level")
    more, less = drift.rose_and_fell(level)
    assert (more["label"], more["asked"]) == ("90 – 100", 1.0)
    assert less["asked"] == 0 < less["reference"]
    assert "more 90 – 100 (100.0% of requests" in capsys.readouterr().out
    shown = admin_client.get(f"/admin/mlcore/driftreport/{row.pk}/change/").content.decode()
    assert "More “90 – 100” than in training: 100.0% instead of" in shown


@pytest.mark.slow
def test_false_alarms_are_rare_and_shifts_are_found(game, champion):
    pool, known = drift_rates.pool_of(game, champion), drift.reference(game, champion)
    # One quiet day in a hundred at most: three standard errors of 300 days more.
    for requests in (200, 2_000):
        assert drift_rates.alarms(pool, known, requests, 300) <= 0.01 + 0.018
    for shift in drift_rates.SHIFTS:
        found = drift_rates.alarms(pool, known, 2_000, 20, shift=shift, share=0.4)
        assert found >= 0.95, shift
