"""Recorded texts (tools/showdown/teams.mjs) are read as Showdown's `Teams.import` reads them."""

import copy
import json
from pathlib import Path

import pytest

from mlcore.game import gamedata
from tests.battles.common.against_teams_import import differences, expected

pytestmark = pytest.mark.django_db
LINES = [
    json.loads(line)
    for line in (Path(__file__).parent / "teams.jsonl").read_text(encoding="utf-8").splitlines()
]


def test_four_hundred_sets_are_read_alike():
    game = gamedata.current()
    assert [text for line in LINES for text in differences(line, game)] == []
    assert sum(len(line["sets"]) for line in LINES) == 400


@pytest.mark.parametrize(
    "change",
    [
        {"level": 1},
        {"nature": "Quiet"},
        {"happiness": 3},
        {"evs": {"spe": 5}},
        {"ivs": {"spd": 5}},
        {"moves": []},
        {"species": "Ditto"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_another_reading_is_a_difference(change):
    game = gamedata.current()
    lines = (copy.deepcopy(line) for line in LINES if len(line["sets"]) == 1)
    line = next(line for line in lines if expected(line["sets"][0], game)[1])
    line["sets"][0].update(change)
    assert differences(line, game)
