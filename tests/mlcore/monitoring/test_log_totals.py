"""The prediction log added up: once each, in any pieces, and within bounds."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from mlcore.datasets import sampling
from mlcore.models import AskedOnDay, LogTotals, PredictionLog, SampledAnswer
from mlcore.monitoring import log_days, log_totals, retention
from tests import asking

pytestmark = pytest.mark.django_db
needs_partitions = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="SQLite has no partitions"
)


@pytest.fixture(scope="module")
def asked(game):
    random = np.random.default_rng(6)
    drawn = sampling.draw(game.tables, 350, random)[:4]
    return asking.distinct(game, drawn, 300), random.random(300)


def state():
    """Totals and sample as they are, without their ids."""
    totals = AskedOnDay.objects.order_by("day").values_list(
        "day", "requests", "duels", "sources", "counted", "histograms", "callers"
    )
    sample = SampledAnswer.objects.order_by("lot").values_list("lot", "caller", "source")
    return list(totals), list(sample)


def test_it_works(game, asked):
    asking.log_each(game, *asked, callers=30, source="api")
    assert log_totals.add_up() == 300
    day = AskedOnDay.objects.get()
    assert day.day == datetime.now(UTC).date()
    assert (day.requests, day.duels, day.counted) == (300, 300, 300)
    assert day.sources == {"api": [300, 300]}
    forms = game.tables.form_ids[np.concatenate([asked[0][0].form, asked[0][2].form])]
    moves = game.tables.move_ids[np.concatenate([asked[0][1], asked[0][3]])]
    assert day.histograms["forms"] == Counter(map(str, forms.tolist()))
    assert day.histograms["moves"] == Counter(map(str, moves.tolist()))
    assert sum(day.histograms["levels"].values()) == 600
    assert sum(day.histograms["answers"].values()) == 300
    assert day.callers == {str(caller): 10 for caller in range(1, 31)}
    assert day.sample.count() == 300


def test_a_request_is_added_once(game, asked):
    asking.log_each(game, *asked)
    log_totals.add_up()
    before = state()
    assert log_totals.add_up() == 0
    assert state() == before


def test_pieces_add_up_to_the_same(game, asked, monkeypatch):
    monkeypatch.setattr(log_totals, "KEPT", dict.fromkeys(log_totals.KEPT, 100))
    asking.log_each(game, *asked)
    log_totals.add_up()
    at_once = state()
    AskedOnDay.objects.all().delete()
    LogTotals.objects.all().delete()
    monkeypatch.setattr(log_totals, "_CHUNK_SQLITE", 7)
    monkeypatch.setattr(log_totals, "_CHUNK", 7)
    assert log_totals.add_up() == 300
    assert state() == at_once
    assert len(at_once[1]) == 100
    assert max(Counter(caller for _, caller, _ in at_once[1]).values()) <= 5


def test_the_sample_takes_what_chance_takes(game, asked, monkeypatch):
    """The lowest lots of all that was asked: those who come late are as likely."""
    monkeypatch.setattr(log_totals, "KEPT", dict.fromkeys(log_totals.KEPT, 150))
    asking.log_each(game, *asked, callers=300)
    log_totals.add_up()
    callers = np.array(SampledAnswer.objects.values_list("caller", flat=True))
    assert len(callers) == 150
    assert 50 < (callers > 150).sum() < 100


def test_days_are_those_of_utc(game, asked):
    asking.log_each(game, *asked)
    first = PredictionLog.objects.order_by("id").first()
    yesterday = timezone.now() - timedelta(days=1)
    PredictionLog.objects.filter(pk=first.pk).update(created_at=yesterday)
    log_totals.add_up()
    counts = dict(AskedOnDay.objects.values_list("day", "requests"))
    today = datetime.now(UTC).date()
    assert counts == {today - timedelta(days=1): 1, today: 299}


def test_a_request_that_answered_nothing_counts_for_nothing(game, asked):
    asking.log_request(game, asking.rows_of(asked[0], np.zeros(0, dtype=int)), np.zeros(0))
    log_totals.add_up()
    day = AskedOnDay.objects.get()
    assert (day.requests, day.counted, day.sample.count()) == (1, 0, 0)


def test_one_caller_is_no_more_than_a_twentieth_of_a_day(game, asked):
    asking.log_each(game, *asked, callers=60)
    asking.log_each(game, *asked, callers=1)
    log_totals.add_up()
    day = AskedOnDay.objects.get()
    assert day.requests == 600
    assert day.callers["1"] <= 0.05 * day.counted + 1
    assert day.counted == sum(day.callers.values())


@pytest.mark.parametrize(
    ("askers", "expected"),
    [
        ([], 0),
        ([(1, 1)] * 100, 0),
        ([(1, n % 19) for n in range(1000)], 0),
        ([(1, n % 20) for n in range(1000)], 1000),
        ([(1, n % 40) for n in range(400)] + [(1, 99)] * 400, 421),
        # Two weeks: a caller of 20 may be two of 40, so each may be half as much.
        ([(n % 2, n // 2 % 20) for n in range(1000)], 1000),
        ([(n % 2, n // 2 % 19) for n in range(1000)], 0),
    ],
)
def test_a_fair_sample(askers, expected):
    taken = log_totals.fair(askers, 2_000)
    assert len(taken) == expected
    weeks = len({week for week, _ in askers})
    if taken:
        most = max(Counter(askers[at] for at in taken).values())
        assert most * weeks <= 0.05 * len(taken)


def test_totals_age_with_the_log(game, asked, settings, tmp_path):
    settings.DATASETS_DIR = tmp_path
    asking.log_each(game, *asked)
    old = timezone.now() - timedelta(days=100)
    PredictionLog.objects.filter(caller__lte=10).update(created_at=old)
    aged = PredictionLog.objects.filter(caller__lte=10).count()
    deleted = retention.prune_logs()
    assert deleted["PredictionLog"] == aged > 0
    assert (deleted["AskedOnDay"], deleted["SampledAnswer"]) == (1, aged)
    assert PredictionLog.objects.count() == 300 - aged
    assert AskedOnDay.objects.get().requests == 300 - aged


# Partitions


def partition_of(row):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tableoid::regclass::text FROM mlcore_predictionlog WHERE id = %s", [row.pk]
        )
        return cursor.fetchone()[0]


@needs_partitions
def test_a_day_is_a_partition_that_is_dropped_whole(game, asked, settings, tmp_path):
    settings.DATASETS_DIR = tmp_path
    today = datetime.now(UTC).date()
    old = today - timedelta(days=91)
    assert log_days.make(old)
    asking.log_each(game, asking.rows_of(asked[0], np.arange(5)), asked[1][:5])
    noon = datetime(old.year, old.month, old.day, 12, tzinfo=UTC)
    first, *others = PredictionLog.objects.order_by("id")
    PredictionLog.objects.filter(pk=first.pk).update(created_at=noon)
    assert partition_of(first) == f"mlcore_predictionlog_{old:%Y%m%d}"
    assert partition_of(others[0]) == f"mlcore_predictionlog_{today:%Y%m%d}"
    assert retention.prune_logs()["PredictionLog"] == 1
    assert old not in log_days.days()
    assert list(PredictionLog.objects.order_by("id")) == others


@needs_partitions
def test_days_are_made_ahead_once():
    log_days.make_ahead()
    assert log_days.make_ahead() == 0
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    assert tomorrow in log_days.days()


@needs_partitions
def test_rows_of_a_day_without_a_partition_are_kept_apart_and_age(game, asked, settings, tmp_path):
    settings.DATASETS_DIR = tmp_path
    asking.log_each(game, asking.rows_of(asked[0], np.arange(2)), asked[1][:2])
    row = PredictionLog.objects.first()
    long_ago = datetime(2020, 5, 17, tzinfo=UTC)
    PredictionLog.objects.filter(pk=row.pk).update(created_at=long_ago)
    assert partition_of(row) == "mlcore_predictionlog_default"
    assert not log_days.make(date(2020, 5, 17))  # they are in the way
    assert retention.prune_logs()["PredictionLog"] == 1


def test_without_partitions_there_are_no_days():
    if connection.vendor == "sqlite":
        assert log_days.days() == []
        assert log_days.make_ahead() == log_days.drop_before(date(2030, 1, 1)) == 0


# The admin


def test_the_admin_says_what_was_asked(game, asked, admin_client):
    moves = np.array(game.usable_moves(game.form_index("mew")))
    mew = asking.rows_of(asked[0], np.zeros(len(moves) ** 2, dtype=int))
    grid = (mew[0], np.repeat(moves, len(moves)), mew[2], np.tile(moves, len(moves)))
    asking.log_request(game, grid, np.random.default_rng(1).random(len(mew[1])))
    asking.log_request(game, asking.rows_of(asked[0], np.array([3])), np.array([0.25]))
    call_command("evaluate_predictions", plays=2)
    large, small = PredictionLog.objects.order_by("id")
    page = "/admin/mlcore/predictionlog/"
    assert "v1" in admin_client.get(page).content.decode()
    today = datetime.now(UTC).date().isoformat()
    for query, count in (
        (f"day={today}", 2), ("day=2020-01-01", 0), ("model_version=v1", 2), ("day=x", 2)
    ):  # fmt: skip
        listed = admin_client.get(f"{page}?{query}")
        assert listed.context["cl"].result_count == count
    shown = admin_client.get(f"{page}{small.pk}/change/").content.decode()
    assert "25%" in shown or "25.0%" in shown
    assert game.tables.move_slugs[asked[0][1][3]].replace("-", " ") in shown.lower().replace(
        "-", " "
    )
    shown = admin_client.get(f"{page}{large.pk}/change/").content.decode()
    assert "best first" in shown
    assert f"of {len(mew[1])} are kept" in shown.replace(",", "").replace("\u00a0", "")
