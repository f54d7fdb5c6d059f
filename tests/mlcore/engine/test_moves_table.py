"""The table of moves in the engine's README: complete, and every test it names exists."""

import importlib
import re
from itertools import product
from pathlib import Path

import pytest

README = Path(__file__).parents[3] / "mlcore/engine/README.md"
#: | move | `file.py::test_name[id]`, `...` |
_ROW = re.compile(r"^\| (?P<move>[a-z0-9-]+) \| (?P<tests>`[^|]+`) \|$", re.MULTILINE)


def read_table() -> dict[str, list[str]]:
    rows = _ROW.findall(README.read_text(encoding="utf-8"))
    assert len({move for move, _ in rows}) == len(rows), "a move stands there twice"
    return {move: re.findall(r"`([^`]+)`", tests) for move, tests in rows}


def _ids(mark) -> list[str]:
    """The ids that a parametrize mark gives its cases."""
    if mark.kwargs.get("ids"):
        return list(mark.kwargs["ids"])
    ids = []
    for values in mark.args[1]:
        if hasattr(values, "values"):  # pytest.param
            values = values.values
        parts = values if isinstance(values, tuple) else (values,)
        ids.append("-".join(str(part) for part in parts))
    return ids


def problem_with(test: str) -> str | None:
    """What is wrong with the name of a test, None when it exists."""
    named = re.fullmatch(r"(test_\w+)\.py::(test_\w+)(?:\[([^\]]+)\])?", test)
    if named is None:
        return f"{test} is no name of a test"
    module, function, case = named.groups()
    try:
        target = getattr(importlib.import_module(f"tests.mlcore.engine.{module}"), function, None)
    except ModuleNotFoundError:
        return f"there is no {module}.py"
    if target is None:
        return f"{module}.py has no {function}"
    if case is None:
        return None
    marks = [m for m in getattr(target, "pytestmark", []) if m.name == "parametrize"]
    # The mark nearest to the function comes first in an id.
    cases = {"-".join(parts) for parts in product(*map(_ids, marks))}
    return None if case in cases else f"{function} has no case {case}"


TABLE = read_table()


def test_every_move_is_in_the_table(tables):
    assert sorted(TABLE) == sorted(tables.move_slugs)
    assert len(TABLE) == 227


@pytest.mark.parametrize("move", TABLE)
def test_every_named_test_exists(move):
    assert TABLE[move], move
    assert [problem for test in TABLE[move] if (problem := problem_with(test))] == []


@pytest.mark.parametrize(
    "test",
    [
        "something else",
        "test_nowhere.py::test_tackle",
        "test_turn.py::test_nothing_of_the_kind",
        "test_ordinary_moves.py::test_ordinary_move[no-such-move]",
        "test_unusual_moves.py::test_bide[tackle]",
        "test_unusual_moves.py::test_locking_move[outrage-4]",
    ],
)
def test_a_wrong_name_is_noticed(test):
    assert problem_with(test)


def test_the_readme_says_what_is_left_out_and_what_differs():
    text = README.read_text(encoding="utf-8")
    for heading in ("## Reference rules", "## What is not modeled", "## Moves"):
        assert heading in text
    for word in ("Switching", "Items and abilities", "Double battles", "Weather"):
        assert word in text
    for exception in ("Awakening values", "Friendship"):
        assert exception in text
