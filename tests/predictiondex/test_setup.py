"""``setup_data`` asks the database what is left to do; several at once end well."""

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def site(tmp_path):
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL"}
    }
    return tmp_path, {**kept, "VAR_DIR": str(tmp_path)}


def begin(site, *command):
    return subprocess.Popen(
        [sys.executable, "manage.py", *command],
        cwd=ROOT, env=site[1], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def run(site, *command):
    process = begin(site, *command)
    text = process.communicate(timeout=400)[0]
    assert process.returncode == 0, text
    return text


def count(site, table):
    database = sqlite3.connect(site[0] / "predictiondex.sqlite3")
    try:
        return database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    finally:
        database.close()


def test_two_at_once_end_well(site):
    both = [begin(site, "setup_data") for _ in range(2)]
    texts = [process.communicate(timeout=400)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], texts
    assert sum("waiting for it" in text for text in texts) == 1
    assert count(site, "pokedex_pokemon") == 188


def test_an_older_and_a_recreated_database_are_seen(site):
    database = site[0] / "predictiondex.sqlite3"
    run(site, "migrate", "-v0", "pokedex", "0001")
    run(site, "setup_data")
    assert count(site, "pokedex_pokemon") == 188

    with sqlite3.connect(database) as emptied:
        emptied.execute("DELETE FROM pokedex_learnsetentry")
    emptied.close()
    run(site, "setup_data")
    assert count(site, "pokedex_learnsetentry") == 5193

    for path in site[0].glob("predictiondex.sqlite3*"):
        path.unlink()
    run(site, "setup_data")
    assert count(site, "pokedex_pokemon") == 188


def test_an_import_that_is_killed_is_done_anew(site):
    process = begin(site, "setup_data")
    end = time.monotonic() + 300
    while not importing(site):
        assert time.monotonic() < end
        assert process.poll() is None
        time.sleep(0.005)
    process.kill()
    process.communicate()
    assert count(site, "pokedex_pokemon") == 0
    run(site, "setup_data")
    assert count(site, "pokedex_pokemon") == 188
    assert count(site, "pokedex_learnsetentry") == 5193


def importing(site):
    """All tables are there, and somebody writes."""
    path = site[0] / "predictiondex.sqlite3"
    if not path.exists():
        return False
    database = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        if not database.execute("SELECT 1 FROM sqlite_master WHERE name='django_cache'").fetchone():
            return False
        database.execute("BEGIN IMMEDIATE")
        database.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        return "locked" in str(error) and _is_there(database)
    finally:
        database.close()
    return False


def _is_there(database):
    try:
        return database.execute("SELECT count(*) FROM django_cache").fetchone() == (0,)
    except sqlite3.OperationalError:
        return False
