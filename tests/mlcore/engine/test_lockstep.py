"""Whole battles against the reference simulator, turn by turn with the same random numbers."""

import copy
import json

import pytest

from mlcore.engine.specs import MoveColumn
from tests.mlcore.engine import lockstep

TRACES = {
    trace["id"]: trace
    for path in sorted(lockstep.FOLDER.glob("*.jsonl"))
    for trace in lockstep.read_traces(path)
}


@pytest.mark.parametrize("name", TRACES)
def test_a_recorded_battle_goes_the_same_way(arena, name):
    assert lockstep.differences(arena, TRACES[name]) == []


def test_every_move_is_used_in_some_recorded_battle(arena):
    used = {
        event.split()[2]
        for trace in TRACES.values()
        for turn in trace["turns"]
        for event in turn["events"]
        if " move " in event
    }
    assert {arena.move(move) for move in used} == set(range(227))


# The comparison itself -----------------------------------------------------------------------


@pytest.fixture
def trace():
    """A recorded battle of some turns, to be falsified."""
    name = next(name for name, trace in TRACES.items() if len(trace["turns"]) > 5)
    return copy.deepcopy(TRACES[name])


def falsified(trace, turn, change):
    change(trace["turns"][turn])
    return trace


@pytest.mark.parametrize(
    "change",
    [
        lambda turn: turn["changes"][0].update(hp=1),
        lambda turn: turn["changes"][1].update(status="brn"),
        lambda turn: turn["changes"][0].update(atk_stage=3),
        lambda turn: turn["changes"][0].update(confusion=3),
        lambda turn: turn["events"].append("A miss"),
        lambda turn: turn["events"].pop(),
        lambda turn: turn["draws"].append([16, 3]),
        lambda turn: turn.update(could=[["splash"], None]),
    ],
    ids=["hp", "status", "stage", "condition", "event", "no-event", "draw", "choice"],
)
def test_a_falsified_record_is_noticed(arena, trace, change):
    assert lockstep.differences(arena, trace) == []
    differences = lockstep.differences(arena, falsified(trace, 1, change))
    assert differences
    assert differences[0].startswith(f"{trace['id']} turn 2 ")


def test_missing_random_numbers_are_noticed(arena):
    """A hit without its damage roll."""
    for trace in TRACES.values():
        turn = trace["turns"][0]
        if any(draw[0] == 16 for draw in turn["draws"]):
            trace = json.loads(json.dumps(trace))
            draws = trace["turns"][0]["draws"]
            trace["turns"][0]["draws"] = [draw for draw in draws if draw[0] != 16]
            assert "no 0/16" in lockstep.differences(arena, trace)[0]
            return
    pytest.fail("no trace begins with a hit")


def test_a_wrong_winner_is_noticed(arena, trace):
    trace["winner"] = "draw"
    assert "winner" in lockstep.differences(arena, trace)[0]


def test_an_engine_that_is_wrong_is_noticed(arena):
    """Secondary effects a tenth as often: the first battle with one shows it."""
    moves = arena.tables.moves.copy()
    moves[:, MoveColumn.AILMENT_CHANCE] //= 10
    wrong = arena.with_moves(moves)
    assert any(lockstep.differences(wrong, trace) for trace in TRACES.values())
