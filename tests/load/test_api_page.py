"""docs/API.md: each example runs as it stands, and does what the page says of it."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from battles.api.core.problems import TITLES

pytestmark = pytest.mark.integration
ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "API.md").read_text()
EXAMPLES = re.findall(r"^```(sh|python|js)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def run(server, language, code, **variables):
    """What an example prints; fails when it fails."""
    command = {
        "sh": ["bash", "-e", "-c", code],
        "python": [sys.executable, "-c", code],
        "js": ["node", "--input-type=module", "--eval", code],
    }[language]
    needed = {"sh": "curl", "js": "node"}.get(language)
    if needed and shutil.which(needed) is None:
        pytest.skip(f"{needed} is not installed")
    done = subprocess.run(
        command,
        env={
            **os.environ,
            "DEX": server.url,
            "PYTHONPATH": str(ROOT / "tools" / "client"),
            **variables,
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def example(language, words):
    """The one example in that language that holds those words."""
    (snippet,) = [code for kind, code in EXAMPLES if kind == language and words in code]
    return language, snippet


def test_all_examples_are_tested_here():
    assert [kind for kind, _code in EXAMPLES] == [
        "sh", "python", "js", "sh", "python", "sh", "sh", "python", "sh"
    ]  # fmt: skip


def test_all_three_languages_predict_the_same(server):
    by_curl = json.loads(run(server, *example("sh", "predict/battle/")))
    in_python = run(server, *example("python", "dex.predict(")).split()
    in_javascript = run(server, *example("js", "predict/battle/")).split()
    assert in_python[0] == in_javascript[0] == by_curl["predicted_winner"]
    assert float(in_python[1]) == float(in_javascript[1]) == by_curl["win_probability"]


def test_a_wrong_duel_does_not_disturb_the_batch(server):
    answer = json.loads(run(server, *example("sh", "predict/batch/")))
    assert (answer["count"], answer["failed"]) == (2, 1)
    assert answer["results"][1]["errors"][0]["suggestions"][0] == "charizard"


def test_the_little_bot_plays_to_the_end(server):
    result, turns = run(server, *example("python", "new_battle")).split()
    assert result in {"won", "lost", "draw"}
    assert int(turns) > 0


def test_the_list_is_sorted_and_in_french(server):
    results = json.loads(run(server, *example("sh", "ordering=-speed")))["results"]
    speeds = [row["base_stats"]["speed"] for row in results]
    assert len(speeds) == 3
    assert speeds == sorted(speeds, reverse=True)
    assert [row["name"] for row in results] == [row["names"]["fr"] for row in results]


def test_the_error_suggests_what_was_meant(server):
    document = json.loads(run(server, *example("sh", "/charizrd/")))
    assert document["status"] == 404
    assert document["errors"][0]["suggestions"][0] == "charizard"


def test_what_has_not_changed_is_not_sent_again(server):
    assert run(server, *example("sh", "If-None-Match")).strip() == "304"


def test_a_key_is_known_or_not(site, server):
    language, code = example("python", "DEX_KEY")
    assert run(server, language, code).strip() == "unauthenticated"
    assert run(server, language, code, DEX_KEY=site.make_key()).strip() == "Pikachu"


def test_the_page_names_every_problem_beside_its_status():
    rows = re.findall(r"^\| ([45]\d\d[^|]*) \| (.*?) \|", PAGE, re.MULTILINE)
    named = {
        (int(status), name)
        for statuses, names in rows
        for status in statuses.split(", ")
        for name in re.findall(r"`(\w+)`", names)
    }
    assert {(status, name) for name, (status, _title) in TITLES.items()} <= named
