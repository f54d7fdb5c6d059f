"""``manage.py predict < duels.jsonl``: one answer a line, in order."""

import io
import json
import sys

import pytest
from django.core.management import call_command

from mlcore.models import PredictionLog

GOOD = {
    "id": "first",
    "a": {"species": "pikachu", "move": "thunderbolt"},
    "b": {"species": "gyarados", "move": "surf"},
}
SWAPPED = {"id": 2, "a": GOOD["b"], "b": GOOD["a"]}


@pytest.fixture
def predict(monkeypatch):
    """A function: lines to (answers, exit code)."""

    def run(*lines):
        text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
        stdin = io.TextIOWrapper(io.BytesIO(text.encode()))
        monkeypatch.setattr(sys, "stdin", stdin)
        out = io.StringIO()
        code = 0
        try:
            call_command("predict", stdout=out, stderr=io.StringIO())
        except SystemExit as ended:
            code = ended.code
        return [json.loads(line) for line in out.getvalue().splitlines()], code

    return run


def test_each_line_gets_its_answer_in_order(served, predict):
    answers, code = predict(GOOD, SWAPPED, {**GOOD, "id": None})
    assert code == 0
    assert [answer["id"] for answer in answers] == ["first", 2, None]
    assert [set(answer) for answer in answers] == [{"id", "win_probability"}] * 3
    first, second, third = (answer["win_probability"] for answer in answers)
    assert first > 0.9
    assert first + second == pytest.approx(1, abs=1e-6)
    assert first == third


def test_a_bad_line_does_not_disturb_the_others(served, predict):
    answers, code = predict(GOOD, "{", {**GOOD, "id": 3, "level": 0}, SWAPPED)
    assert code == 1
    assert [set(answer) for answer in answers] == [
        {"id", "win_probability"},
        {"id", "error"},
        {"id", "error"},
        {"id", "win_probability"},
    ]
    assert answers[2]["id"] == 3


def test_all_lines_are_one_call_and_one_record(served, predict, asked):
    predict(GOOD, SWAPPED, GOOD)
    assert len(asked) == 1
    log = PredictionLog.objects.get()
    assert log.duel_count == 3
    assert log.source == "command"


def test_nothing_to_predict_is_no_error(served, predict):
    assert predict("", "  ") == ([], 0)
    assert not PredictionLog.objects.exists()


def test_without_a_champion_it_says_so(db, game, no_champion, predict):
    assert predict(GOOD) == ([], 2)


@pytest.mark.parametrize("command", ["predict", "simulate"])
def test_id_that_is_no_unicode_text_does_not_end_the_answers(served, monkeypatch, command):
    """JSON allows half of a surrogate pair, but UTF-8 cannot write it."""
    lines = [json.dumps({**GOOD, "id": "\ud800"}), json.dumps({**GOOD, "id": "Évoli"})]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("\n".join(lines).encode())))
    out = io.TextIOWrapper(io.BytesIO(), "utf-8")
    call_command(command, stdout=out, stderr=io.StringIO())
    out.seek(0)
    assert [json.loads(line)["id"] for line in out] == ["\ud800", "Évoli"]
