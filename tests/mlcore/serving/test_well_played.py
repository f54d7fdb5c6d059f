"""``manage.py predict`` for sides with several moves: both play well."""

import io
import json
import sys
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.core.management import call_command

from mlcore.battle_value import artefact, training
from mlcore.engine.simulate import move_slots, simulate_battles
from mlcore.engine.specs import Setups
from mlcore.models import ModelKind, PredictionLog
from mlcore.serving import pointer, prediction_log, well_played
from mlcore.serving.predict import LogUnavailable
from tests import asking

pytestmark = pytest.mark.django_db

SNORLAX = {"species": "snorlax", "moves": ["body-slam", "rest", "toxic"]}
GENGAR = {"species": "gengar", "moves": ["shadow-ball", "hypnosis", "explosion"]}


@pytest.fixture
def value(champion, serve_value):
    """A network that has learned nothing is live beside the small champion."""
    return serve_value()


@pytest.fixture
def predict(monkeypatch):
    def run(*lines):
        text = "\n".join(json.dumps(line) for line in lines)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        out, code = io.StringIO(), 0
        try:
            call_command("predict", stdout=out, stderr=io.StringIO())
        except SystemExit as end:
            code = end.code
        return [json.loads(line) for line in out.getvalue().splitlines()], code

    return run


def test_it_works(value, predict):
    answers, code = predict(
        {"id": 1, "a": SNORLAX, "b": GENGAR},
        {"id": 2, "a": GENGAR, "b": SNORLAX},
        {"id": 3, "a": SNORLAX, "b": GENGAR, "level": 5},
    )
    assert code == 0
    assert [answer["id"] for answer in answers] == [1, 2, 3]
    one, other, _ = (answer["win_probability"] for answer in answers)
    assert 0 < one < 1
    assert one + other == pytest.approx(1)


def test_one_damaging_move_a_side_is_a_duel(value, predict):
    """There is nothing to choose, so both ways to ask have one answer."""
    single = {"species": "snorlax", "move": "body-slam"}
    listed = {"species": "snorlax", "moves": ["body-slam"]}
    foe = {"species": "mew", "move": "psychic"}
    answers, code = predict({"id": 1, "a": single, "b": foe}, {"id": 2, "a": listed, "b": foe})
    assert code == 0
    assert answers[0]["win_probability"] == answers[1]["win_probability"]


@pytest.mark.parametrize(
    ("own", "foe", "low", "high"),
    [
        # After 64 turns both struggle, and Pikachu hits harder.
        (("pikachu", "growl"), ("magikarp", "splash"), 0.99, 1.0),
        (("pikachu", "growl"), ("magikarp", "tackle"), 0.0, 0.01),
        (("bulbasaur", "tackle"), ("magikarp", "splash"), 0.99, 1.0),
        (("chansey", "soft-boiled"), ("chansey", "growl"), 0.0, 0.01),
        (("ditto", "transform"), ("ditto", "transform"), 0.5, 0.5),
        (("chansey", "rest"), ("chansey", "rest"), 0.5, 0.5),
    ],
)
def test_without_a_choice_nothing_is_left_to_the_network(value, predict, own, foe, low, high):
    a, b = ({"species": species, "moves": [move]} for species, move in (own, foe))
    (one, other), code = predict({"id": 1, "a": a, "b": b}, {"id": 2, "a": b, "b": a})
    assert code == 0
    assert low <= one["win_probability"] <= high
    assert one["win_probability"] + other["win_probability"] == pytest.approx(1, abs=1e-12)


def test_without_a_choice_two_ways_to_answer_agree(value, game):
    """Attacks are solved, the rest is played out, both as the engine plays the same match-ups."""
    sides = [
        (("pikachu", ["thunder"]), ("charizard", ["flamethrower"])),
        (("snorlax", ["body-slam"]), ("mew", ["psychic"])),
        (("clefairy", ["metronome"]), ("clefairy", ["splash"])),
        (("abra", []), ("ditto", ["transform"])),
    ]
    setups = [
        Setups.flat(np.array([game.form_index(pair[side][0]) for pair in sides])) for side in (0, 1)
    ]
    moves = [[[game.move_index(m) for m in pair[side][1]] for pair in sides] for side in (0, 1)]
    slots = [move_slots(side) for side in moves]
    played = simulate_battles(
        game.tables, setups[0], slots[0], setups[1], slots[1], plays=4000, seed=77
    ).win_share
    logged = well_played.win_probabilities_and_log(
        game, value, setups[0], slots[0], setups[1], slots[1], source="test"
    )
    assert logged == pytest.approx(played, abs=0.04)
    for k, expected in enumerate(logged):
        row = np.array([k])
        answer = well_played.answer(
            game, value, setups[0].take(row), moves[0][k], setups[1].take(row), moves[1][k]
        )
        assert answer.probability == pytest.approx(expected, abs=1e-12)
        assert answer.a.shares == dict.fromkeys(moves[0][k], 1.0)
        assert answer.b.worth == dict.fromkeys(moves[1][k], 1.0 - answer.probability)


def test_lines_of_both_kinds_are_answered_in_order(value, predict):
    duel = {"a": {"species": "mew", "move": "psychic"}, "b": {"species": "mew", "move": "psychic"}}
    answers, code = predict(
        {"id": "duel", **duel},
        {"id": "status", "a": {"species": "mew", "move": "rest"}, "b": duel["b"]},
        {"id": "matchup", "a": SNORLAX, "b": SNORLAX},
        {"id": "twice", "a": SNORLAX | {"moves": ["rest", "rest"]}, "b": GENGAR},
    )
    assert code == 1
    assert [answer["id"] for answer in answers] == ["duel", "status", "matchup", "twice"]
    assert answers[0]["win_probability"] == pytest.approx(0.5)
    assert "status move" in answers[1]["error"]
    assert answers[2]["win_probability"] == pytest.approx(0.5)
    assert "twice" in answers[3]["error"]


def test_a_side_without_a_damaging_move_has_an_answer(value, predict):
    metapod = {"species": "metapod", "moves": ["harden"]}
    (answer,), code = predict({"id": 1, "a": metapod, "b": GENGAR})
    assert code == 0
    assert 0 <= answer["win_probability"] <= 1


def test_other_facts_are_not_answered(value, serve_value, game, predict):
    serve_value(value.net, data_fingerprint="other")
    with pytest.raises(well_played.NoBattleValue, match="other game data"):
        well_played.current(game)
    assert predict({"id": 1, "a": SNORLAX, "b": GENGAR}) == ([], 2)


# What is live


def test_without_a_pointer_the_shipped_network_answers(no_champion, game):
    shipped = artefact.load(artefact.SHIPPED)
    assert well_played.reload(game).fingerprint == shipped.fingerprint


def test_every_process_follows_the_pointer(serve_value, game, monkeypatch):
    first = serve_value()
    monkeypatch.setattr(pointer, "POLL_SECONDS", 3600)
    file = Path(settings.MODELS_DIR) / well_played.POINTER_NAME
    other = well_played.pointer_to(serve_value(training.new_weights(9)).version)
    file.write_text(json.dumps(well_played.pointer_to(first.version)))
    assert well_played.reload(game).version == first.version
    file.write_text(json.dumps(other))
    assert well_played.current(game).version == first.version
    monkeypatch.setattr(pointer, "POLL_SECONDS", 0)
    assert well_played.current(game).version == other["version"] != first.version


@pytest.mark.parametrize("name", [artefact.WEIGHTS_NAME, artefact.METADATA_NAME])
def test_a_damaged_version_is_refused_and_the_one_in_memory_stays(serve_value, game, name):
    first = serve_value()
    second = serve_value(training.new_weights(9))
    file = Path(settings.MODELS_DIR) / well_played.POINTER_NAME
    good = file.read_text()
    file.write_text(json.dumps(well_played.pointer_to(first.version)))
    well_played.reload(game)
    path = well_played.folder_of(second.version) / name
    path.write_bytes(path.read_bytes() + b" ")
    file.write_text(good)
    assert well_played.reload(game).version == first.version
    # A process that begins now has none in memory: the shipped one answers.
    well_played._follower.directory = None
    shipped = artefact.load(artefact.SHIPPED)
    assert well_played.reload(game).version == shipped.version


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"version": "../.."}', '{"version": 3}'])
def test_a_pointer_that_says_nothing_is_refused(serve_value, game, text):
    first = serve_value()
    (Path(settings.MODELS_DIR) / well_played.POINTER_NAME).write_text(text)
    assert well_played.reload(game).version == first.version


# What is recorded


def test_an_answer_is_recorded(value, game):
    a, b = (Setups.flat(np.array([game.form_index(name)])) for name in ("snorlax", "gengar"))
    moves = [game.move_index(name) for name in ("body-slam", "rest", "toxic")]
    every = game.usable_moves(game.form_index("gengar"), damaging=False)
    answer = well_played.answer(game, value, a, moves, b, every)
    well_played.record(game, value, a, b, answer, source="test")
    row = PredictionLog.objects.get()
    assert (row.source, row.model, row.duel_count) == ("test", ModelKind.BATTLE, 1)
    assert (row.model_version, row.data_fingerprint) == (value.version, game.fingerprint[:16])
    kept = asking.record_of(row)
    assert kept.chances.tolist() == [answer.probability]
    logged = prediction_log.duels_of(game.tables, kept.columns)
    assert logged[1].tolist() == [[*moves, -1]]
    assert logged[3].tolist() == [[*answer.b.moves]]
    assert (logged[0].form[0], logged[2].level[0]) == (a.form[0], 50)


def test_an_answer_that_cannot_be_recorded_says_so(value, game, full_disk):
    a = Setups.flat(np.array([game.form_index("snorlax")]))
    move = [game.move_index("rest")]
    answer = well_played.answer(game, value, a, move, a, move)
    with pytest.raises(LogUnavailable):
        well_played.record(game, value, a, a, answer, source="test")


def test_the_command_records_match_ups_in_one_row(value, predict):
    predict({"a": SNORLAX, "b": GENGAR}, {"a": GENGAR, "b": SNORLAX})
    row = PredictionLog.objects.get()
    assert (row.model, row.source, row.duel_count) == (ModelKind.BATTLE, "command", 2)
