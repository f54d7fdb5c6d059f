"""A log with rows of the old kind, JSON columns, is migrated to what the new code reads."""

import json
import os
import subprocess
import sys
import uuid
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).parents[3]
SPREAD = {
    "level": 50,
    "nature": 0,
    "friendship": 70,
    "ivs": [31] * 6,
    "avs": [0] * 6,
}
ONE = {f"{name}_{side}": value for side in "ab" for name, value in SPREAD.items()} | {
    "form_a": 25, "form_b": 6, "move_a": 85, "move_b": 53
}  # fmt: skip
#: What was asked, in the old form, and answered.
ROWS = [
    ("duel", ONE, [0.1234567891234]),
    ("duel", ONE | {"move_a": {"each": [85, 98]}, "level_b": {"each": [50, 60]}}, [0.25, 0.75]),
    (
        "battle",
        {name: value for name, value in ONE.items() if not name.startswith("move")}
        | {"moves_a": [85, 98, -1, -1], "moves_b": [53, 89, 19, 126]},
        [0.5],
    ),
]
_INSERT = f"""
import json
from django.db import connection
for at, (model, duels, chances) in enumerate(json.loads({json.dumps(ROWS)!r})):
    connection.cursor().execute(
        "INSERT INTO mlcore_predictionlog (created_at, source, model, model_version,"
        " data_fingerprint, request_id, duel_count, duels, win_probabilities)"
        " VALUES (%s, 'api', %s, 'v1', %s, 'r', %s, %s, %s)",
        [f"2026-10-0{{1 + at}} 12:00:00+00", model, "a" * 64, len(chances),
         json.dumps(duels), json.dumps(chances)])
"""
_READ = """
import json
from mlcore.models import PredictionLog
from mlcore.serving import prediction_log
for row in PredictionLog.objects.order_by("id"):
    kept = prediction_log.unpack(bytes(row.record))
    columns = {name: values.tolist() for name, values in kept.columns.items()}
    print(json.dumps([row.model, row.data_fingerprint, row.duel_count, str(row.created_at.date()),
                      columns, kept.chances.tolist()]))
"""
_INSERT_NEW = """
import uuid
from mlcore.models import PredictionLog
old = PredictionLog.objects.order_by("id").last()
new = PredictionLog.insert(source="api", model="duel", model_version="v1", data_fingerprint="a",
    request_id=uuid.uuid4().hex, caller=3, with_key=False, duel_count=1, record=bytes(old.record))
print(new > old.pk, PredictionLog.objects.count())
"""


@contextmanager
def empty_database(folder):
    if connection.vendor != "postgresql":
        yield f"sqlite:///{folder / 'old.sqlite3'}"
        return
    import psycopg

    given = settings.DATABASES["default"]
    name = f"old_log_{uuid.uuid4().hex[:8]}"
    server = f"{given['USER'] or 'postgres'}@{given['HOST']}:{given['PORT'] or 5432}"
    password = f":{given['PASSWORD']}" if given["PASSWORD"] else ""
    address = f"postgres://{server.replace('@', password + '@')}"
    with psycopg.connect(f"{address}/postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        yield f"{address}/{name}"
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def manage(tmp_path, db):
    with empty_database(tmp_path) as url:

        def run(*arguments, script=None):
            return subprocess.run(
                [sys.executable, "manage.py", *arguments],
                cwd=ROOT,
                env={**os.environ, "VAR_DIR": str(tmp_path), "DATABASE_URL": url},
                input=script,
                capture_output=True,
                text=True,
                check=True,
            ).stdout

        yield run


def test_rows_of_the_old_kind_are_kept(manage):
    manage("migrate", "mlcore", "0010", "-v0")
    manage("shell", "-v0", script=_INSERT)
    manage("migrate", "mlcore", "-v0")
    rows = [json.loads(line) for line in manage("shell", "-v0", script=_READ).splitlines()]
    assert [row[:4] for row in rows] == [
        ["duel", "a" * 16, 1, "2026-10-01"],
        ["duel", "a" * 16, 2, "2026-10-02"],
        ["battle", "a" * 16, 1, "2026-10-03"],
    ]
    assert [row[5] for row in rows] == [chances for _, _, chances in ROWS]
    one, two, matchup = (row[4] for row in rows)
    assert (one["form_a"], one["moves_a"], one["moves_b"]) == ([25], [[85]], [[53]])
    assert (one["ivs_b"], one["avs_a"], one["friendship_a"]) == ([[31] * 6], [[0] * 6], [70])
    assert (two["moves_a"], two["moves_b"]) == ([[85], [98]], [[53], [53]])
    assert (two["level_a"], two["level_b"]) == ([50, 50], [50, 60])
    assert (matchup["moves_a"], matchup["moves_b"]) == ([[85, 98, -1, -1]], [[53, 89, 19, 126]])
    assert manage("shell", "-v0", script=_INSERT_NEW).split() == ["True", "4"]
