"""What a row of the prediction log holds: all of it within a budget of bytes, and nobody's name."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.db import connection
from django.utils import timezone

from mlcore.battle_value import starts
from mlcore.datasets import sampling
from mlcore.engine.specs import Setups
from mlcore.lib import log_context
from mlcore.models import PredictionLog
from mlcore.serving import best_move, callers, prediction_log
from tests import asking

pytestmark = pytest.mark.django_db
ROW = {
    "source": "test",
    "model_version": "v1",
    "data_fingerprint": "f" * 64,
    "request_id": "r-1",
    "caller": 12,
    "with_key": True,
    "duel_count": 2,
    "record": bytes(range(256)),
}


@pytest.fixture(scope="module")
def drawn(game):
    """300 duels with chances of their own."""
    random = np.random.default_rng(4)
    return sampling.draw(game.tables, 300, random)[:4], random.random(300)


def packed(game, duels, chances):
    return prediction_log.pack(prediction_log.columns_of(game.tables, duels), chances)


def flat(game, name):
    return Setups.flat(np.array([game.form_index(name)]))


def same(game, record, duels):
    back = prediction_log.duels_of(game.tables, record.columns)
    for side, given in ((back[0], duels[0]), (back[2], duels[2])):
        for name in ("form", "level", "nature", "friendship", "ivs", "avs"):
            if not np.array_equal(getattr(side, name), getattr(given, name)):
                return False
    return np.array_equal(back[1], duels[1]) and np.array_equal(back[3], duels[3])


# The row


def test_a_row_is_what_the_orm_would_write():
    before = timezone.now()
    number = PredictionLog.insert(**ROW)
    recorded = PredictionLog.objects.get(pk=number)
    for name, value in (ROW | {"data_fingerprint": "f" * 16}).items():
        kept = getattr(recorded, name)
        assert (bytes(kept) if name == "record" else kept) == value
    created = PredictionLog.objects.create(**ROW | {"data_fingerprint": "f" * 16})
    assert number < created.pk
    assert before <= recorded.created_at <= created.created_at <= timezone.now()


def test_it_is_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        PredictionLog.insert(**ROW)


# What is kept of what was asked


@pytest.mark.parametrize("count", [0, 1, 2, 16])
def test_a_few_duels_are_kept_to_the_last_bit(game, drawn, count):
    duels = asking.rows_of(drawn[0], np.arange(count))
    record = prediction_log.unpack(packed(game, duels, drawn[1][:count]))
    assert record.chances.tolist() == drawn[1][:count].tolist()
    assert same(game, record, duels)


def test_an_ordinary_duel_takes_23_bytes(game):
    a, move = flat(game, "pikachu"), np.array([game.move_index("thunderbolt")])
    assert len(packed(game, (a, move, flat(game, "mew"), move), np.array([0.3]))) == 23


def test_match_ups_are_kept(game):
    matchups = starts.draw(game.tables, 20, np.random.default_rng(3))
    chances = np.linspace(0, 1, 20)
    record = prediction_log.unpack(packed(game, matchups, chances))
    assert same(game, record, matchups)
    assert record.chances == pytest.approx(chances, abs=1e-7)
    assert not record.pairs


def test_of_too_many_a_part_is_kept_within_the_budget(game, drawn):
    record_bytes = packed(game, *drawn)
    record = prediction_log.unpack(record_bytes)
    kept = len(record.chances)
    assert len(record_bytes) <= prediction_log.BUDGET
    assert 30 < kept < 300
    columns = prediction_log.columns_of(game.tables, drawn[0])
    of_all = {
        chance: tuple(np.hstack([values[at].ravel() for values in columns.values()]))
        for at, chance in enumerate(drawn[1].astype("<f4").astype(float).tolist())
    }
    of_kept = [
        tuple(np.hstack([values[at].ravel() for values in record.columns.values()]))
        for at in range(kept)
    ]
    assert [of_all[chance] for chance in record.chances.tolist()] == of_kept
    assert packed(game, *drawn) == record_bytes


def test_ids_that_staff_gave_are_kept(game, drawn):
    columns = prediction_log.columns_of(game.tables, asking.rows_of(drawn[0], np.arange(3)))
    columns["form_b"] = np.array([70_000, 2_000_000, 25])
    record = prediction_log.unpack(prediction_log.pack(columns, np.full(3, 0.5)))
    assert record.columns["form_b"].tolist() == [70_000, 2_000_000, 25]
    assert record.columns["moves_a"].tolist() == columns["moves_a"].tolist()


def grid_of(game, name):
    """Every damaging move of a form against every one of its own, as best-move asks."""
    moves = np.array(game.usable_moves(game.form_index(name)))
    count = len(moves)
    every = flat(game, name).take(np.zeros(count * count, dtype=np.int64))
    chances = np.random.default_rng(1).random(count * count)
    return (every, np.repeat(moves, count), every, np.tile(moves, count)), chances


def test_a_grid_is_kept_as_its_two_lists(game):
    duels, chances = grid_of(game, "abra")
    record_bytes = packed(game, duels, chances)
    record = prediction_log.unpack(record_bytes)
    assert record.pairs
    assert record.ranked is None
    assert same(game, record, duels)
    assert record.chances == pytest.approx(chances, abs=1e-7)
    assert len(record_bytes) < 4 * len(chances) + 200


def test_of_a_large_grid_the_ranking_is_kept_and_cells_by_lot(game):
    duels, chances = grid_of(game, "mew")
    record_bytes = packed(game, duels, chances)
    assert len(record_bytes) <= prediction_log.BUDGET
    record = prediction_log.unpack(record_bytes)
    count = int(len(chances) ** 0.5)
    grid = chances.reshape(count, count)
    ids = game.tables.move_ids[duels[3][:count]]
    assert record.ranked.chances == pytest.approx(grid.min(axis=1), abs=1e-7)
    assert record.ranked.moves.tolist() == ids.tolist()
    assert record.ranked.replies.tolist() == ids[grid.argmin(axis=1)].tolist()
    place = {int(number): at for at, number in enumerate(ids)}
    cells = [
        grid[place[int(a[0])], place[int(b[0])]]
        for a, b in zip(record.columns["moves_a"], record.columns["moves_b"], strict=True)
    ]
    assert record.chances == pytest.approx(cells, abs=1e-7)
    assert 100 < len(cells) < len(chances)


def test_one_row_of_each_is_drawn_and_all_are_read_at_once(game, drawn):
    records = [
        packed(game, *drawn),
        packed(game, *grid_of(game, "mew")),
        packed(game, asking.rows_of(drawn[0], np.array([7])), drawn[1][7:8]),
    ]
    singles = [prediction_log.one_row(record) for record in records]
    assert singles[2] == records[2]
    columns, chances = prediction_log.unpack_singles(singles)
    for at, record in enumerate(records):
        whole = prediction_log.unpack(record)
        row = whole.chances.tolist().index(chances[at])
        for name, values in whole.columns.items():
            assert np.array_equal(values[row], columns[name][at])


@pytest.mark.usefixtures("champion")
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("best-move", {"pokemon_a_id": "mew", "pokemon_b_id": "mew"}),
        (
            "batch",
            {
                "duels": [
                    {
                        "pokemon_a_id": "pikachu",
                        "move_a_id": "thunderbolt",
                        "pokemon_b_id": "mew",
                        "move_b_id": "psychic",
                        "setup_a": {"level": 1 + n % 100, "ivs": {"speed": n % 32}},
                        "setup_b": {"avs": {"attack": n % 200, "speed": n % 7}},
                    }
                    for n in range(1_000)
                ]
            },
        ),
        (
            "matrix",
            {f"group_{side}": [{"pokemon_id": n} for n in range(1, 9)] for side in "ab"},
        ),
    ],
)
def test_no_request_writes_more_than_a_row_of_the_budget(client, path, body):
    """The largest of each kind, through the API."""
    address = f"/api/v1/predict/{path}/"
    answer = client.post(address, body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    row = PredictionLog.objects.get()
    assert row.duel_count > 300
    assert len(row.record) <= prediction_log.BUDGET
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_column_size(log.*) FROM mlcore_predictionlog log")
            assert cursor.fetchone()[0] <= 2_048


# Who asked


def test_a_caller_is_a_number_that_changes_every_week():
    monday = datetime(2026, 11, 23, tzinfo=UTC)
    numbers = [callers.number_of("192.0.2.7", monday + timedelta(days=day)) for day in range(8)]
    assert len(set(numbers[:7])) == 1
    assert numbers[7] != numbers[0]
    assert 1 <= numbers[0] <= callers.NUMBERS
    assert callers.number_of("", monday) == callers.NOBODY


def test_many_addresses_share_a_number(settings):
    monday = datetime(2026, 11, 23, tzinfo=UTC)
    numbers = [
        callers.number_of(f"10.{n // 65536}.{n // 256 % 256}.{n % 256}", monday)
        for n in range(100_000)
    ]
    assert len(set(numbers)) > 30_000
    assert np.bincount(numbers).max() > 5
    settings.SECRET_KEY = "another"
    assert callers.number_of("10.0.0.0", monday) != numbers[0]


def test_networks_of_one_household_are_one_caller():
    monday = datetime(2026, 11, 23, tzinfo=UTC)
    one = {callers.number_of(f"2001:db8:1:{n}::/64", monday) for n in range(50)}
    assert len(one) == 1


@pytest.mark.usefixtures("champion")
def test_requests_are_logged_with_their_callers_number(client, game):
    body = {
        "pokemon_a_id": "pikachu",
        "move_a_id": "thunderbolt",
        "pokemon_b_id": "mew",
        "move_b_id": "psychic",
    }
    for address in ("192.0.2.1", "192.0.2.1", "192.0.2.2"):
        answer = client.post(
            "/api/v1/predict/battle/", body, content_type="application/json", REMOTE_ADDR=address
        )
        assert answer.status_code == 200
    first, second, third = PredictionLog.objects.order_by("id").values_list("caller", "with_key")
    assert first == second == (callers.number_of("192.0.2.1", timezone.now()), False)
    assert third != first
    assert log_context.caller() == log_context.Caller()


@pytest.mark.usefixtures("champion")
def test_what_no_request_asked_for_is_nobodys(game, champion):
    a, moves = flat(game, "pikachu"), [game.move_index("surf")]
    best_move.best_move(game, champion, a, moves, a, moves, source="command")
    row = PredictionLog.objects.get()
    assert (row.caller, row.with_key) == (callers.NOBODY, False)
