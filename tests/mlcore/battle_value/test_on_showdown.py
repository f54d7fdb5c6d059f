"""The comparison with the reference simulator, as far as it goes without the simulator."""

import json

import numpy as np
import pytest

from mlcore.battle_value import artefact, selfplay, starts
from mlcore.engine.rng import random_source
from tests.mlcore.battle_value import on_showdown
from tests.mlcore.engine import lockstep
from tests.mlcore.engine.arena import Arena
from tests.mlcore.engine.golden import fighter_of

TRACES = lockstep.read_traces(lockstep.FOLDER / "chosen.jsonl")[:12]


@pytest.fixture(scope="module")
def arena(game):
    return Arena(game)


@pytest.fixture(scope="module")
def player(arena):
    return on_showdown.Player(selfplay.STRONGEST, arena.rules, artefact.load(artefact.SHIPPED).net)


def followed(arena, trace):
    """What differs when a recorded battle is followed as if it were being played."""
    line = {key: value for key, value in trace.items() if key not in ("turns", "winner")}
    battle = on_showdown.LiveBattle(arena, line, trace["states"], random_source(1))
    differ = []
    for number, turn in enumerate(trace["turns"], start=1):
        is_last = number == len(trace["turns"])
        differ += battle.follow(turn | ({"winner": trace["winner"]} if is_last else {}))
    return differ


@pytest.mark.parametrize("trace", TRACES, ids=[trace["id"] for trace in TRACES])
def test_a_battle_is_followed_while_it_is_played(arena, trace):
    assert followed(arena, trace) == []
    wrong = json.loads(json.dumps(trace))
    wrong["turns"][0]["changes"][0]["hp"] = 1
    assert followed(arena, wrong)


def test_both_begin_with_the_same_fighters(arena):
    sides = on_showdown.drawn(arena.tables, 60, seed=5)
    forms = [slug.replace("-", "") for slug in arena.tables.form_slugs]
    lines = on_showdown.lines_of(arena, sides, forms)
    for line, state in zip(lines, starts.states_of(arena.tables, *sides), strict=True):
        battle = arena.battle(fighter_of(line, "a"), fighter_of(line, "b"))
        assert (battle.state == state).all()


def test_the_names_of_chosen_moves(arena, player):
    line = {"id": "x", "a": {"species": "tauros", "moves": ["bodyslam", "surf"]}}
    line["b"] = {"species": "snorlax", "moves": ["rest"]}
    states = [{"hp": 150, "moves": ["bodyslam", "surf"]}, {"hp": 235, "moves": ["rest"]}]
    battle = on_showdown.LiveBattle(arena, line, states, random_source(1))
    slots = player.slots(battle.battle.state, battle.rng)
    assert battle.chosen(slots) == ["bodyslam", "rest"]
    assert battle.chosen([1, -1]) == ["surf", "rest"]


def test_equal_shares_agree_and_others_do_not():
    rng = np.random.default_rng(3)
    share = rng.random(60)

    def played(shares):
        wins = rng.binomial(100, shares)
        return np.column_stack([wins, 100 - wins, np.zeros(60, dtype=int)])

    there = played(share)
    assert on_showdown.summary(there, played(share))[1] == []
    assert on_showdown.summary(there, played(np.clip(share + 0.1, 0, 1)))[1]
