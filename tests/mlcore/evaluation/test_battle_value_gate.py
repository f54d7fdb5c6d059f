"""The gate of the value of battle states: what it lets through and what it refuses, by reason."""

from dataclasses import replace

import numpy as np
import pytest

from mlcore.battle_value import artefact, search, starts, training
from mlcore.evaluation import battle_value_gate as gate
from mlcore.evaluation import well_played as evaluation
from mlcore.evaluation.well_played import Truth

COUNT, PLAYS = 60, 200
BARS = gate.Bars(
    overall=0.01, contested=0.02, alone=0.03, favorites=0.97, calibration=0.06, exact=0.05
)
#: What a report says of the games that are solved exactly.
EXACT = {"exact games": {"all": {"one_ply_error": 0.03, "exploitability": 0.02}}}


@pytest.fixture(scope="module")
def shipped():
    return artefact.load(artefact.SHIPPED)


@pytest.fixture(scope="module")
def ignorant(shipped):
    """A network that has learned nothing."""
    return replace(shipped, version="ignorant", net=training.new_weights(4))


@pytest.fixture(scope="module")
def truth(game, shipped):
    """Starts whose truth is what the shipped network says, with the noise of battles."""
    sides = starts.draw(game.tables, COUNT, np.random.default_rng(12))
    chances = search.start_values(game.tables, shipped.net, *sides)
    share = np.random.default_rng(1).binomial(PLAYS, chances) / PLAYS
    return Truth(sides, share, PLAYS, COUNT)


def judged(game, challenger, live, truth, bars=BARS):
    report = evaluation.report(game.tables, challenger.net, truth, threads=1) | EXACT
    verdict = gate.judge(game, challenger, report, live, truth, bars)
    return {check.name: check for check in verdict.checks}, verdict


def test_a_network_that_is_right_passes(game, shipped, truth, monkeypatch):
    monkeypatch.setattr(gate, "MAX_SECONDS", 1.0)
    monkeypatch.setattr(gate, "MAX_SLOWDOWN", 10.0)
    checks, verdict = judged(game, shipped, shipped, truth)
    assert verdict.passed, verdict.refusals
    assert float(checks[f"squared error beside {shipped.version}: all starts"].value) == 0
    assert "squared error on contested starts" in checks


def test_a_network_that_knows_nothing_is_refused_by_name(game, shipped, ignorant, truth):
    _, verdict = judged(game, ignorant, shipped, truth)
    refused = {check.name for check in verdict.refusals}
    assert {
        "squared error above noise",
        "squared error of the network alone",
        f"squared error beside {shipped.version}: all starts",
    } <= refused
    # What holds by construction holds for it too.
    assert not refused & {"swap error", "error on sure knock-outs", "times an explosion is advised"}


def test_without_a_live_one_nothing_is_compared(game, shipped, truth):
    checks, _ = judged(game, shipped, None, truth)
    assert not [name for name in checks if "beside" in name]


def test_less_hp_that_looks_better_is_found(game, shipped, truth):
    backwards = replace(shipped, net=(*shipped.net[:-1], -shipped.net[-1]))
    assert gate.hp_matters(game, shipped, truth.sides) > 0.9
    assert gate.hp_matters(game, backwards, truth.sides) < 0.1


def test_a_broken_swap_is_found(game, shipped, truth, monkeypatch):
    values = search.start_values
    monkeypatch.setattr(
        search, "start_values", lambda *given, **more: values(*given, **more) + 1e-9
    )
    assert gate.swap_error(game, shipped, truth.sides) > gate.MAX_SWAP_ERROR


def test_few_starts_without_contested_ones_are_judged_by_the_rest():
    scores = {"squared_error": 0.001, "favorites": 1.0, "calibration_error": 0.01}
    report = {"one ply": {"all": scores}, "network alone": {"all": scores}, **EXACT}
    names = [check.name for check in gate.absolute_checks(report, BARS)]
    assert "squared error on contested starts" not in names
    assert len(names) == 6


def test_play_that_can_be_exploited_is_refused():
    scores = {"squared_error": 0.001, "favorites": 1.0, "calibration_error": 0.01}
    exact = {"exact games": {"all": {"one_ply_error": 0.03, "exploitability": 0.2}}}
    report = {"one ply": {"all": scores}, "network alone": {"all": scores}, **exact}
    refused = [check.name for check in gate.absolute_checks(report, BARS) if not check.passed]
    assert refused == ["exploitability in exact games"]
