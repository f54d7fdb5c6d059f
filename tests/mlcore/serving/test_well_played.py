"""``manage.py predict`` for sides with several moves: both play well."""

import io
import json
import sys

import pytest
from django.core.management import call_command

from mlcore.battle_value import artefact, training
from mlcore.serving import well_played

pytestmark = pytest.mark.django_db

SNORLAX = {"species": "snorlax", "moves": ["body-slam", "rest", "toxic"]}
GENGAR = {"species": "gengar", "moves": ["shadow-ball", "hypnosis", "explosion"]}


@pytest.fixture
def value(champion, settings, game):
    """A network that has learned nothing serves beside the small champion."""
    well_played._loaded.cache_clear()
    artefact.save(
        well_played.folder(),
        training.new_weights(4),
        {"data_fingerprint": game.fingerprint, "settings": {}},
    )
    yield well_played.current(game)
    well_played._loaded.cache_clear()


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


def test_other_facts_are_not_answered(value, game, predict):
    metadata = value.metadata | {"data_fingerprint": "other"}
    artefact.save(well_played.folder(), value.net, metadata)
    well_played._loaded.cache_clear()
    with pytest.raises(well_played.NoBattleValue, match="other game data"):
        well_played.current(game)
    assert predict({"id": 1, "a": SNORLAX, "b": GENGAR}) == ([], 2)
