"""docs/ML_TEST_SCORE.md: what it names is there, and its sums are right."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "ML_TEST_SCORE.md").read_text(encoding="utf-8")


def sections():
    """(name, stated sum, scores of its rows) of each section."""
    parts = re.split(r"^## (\w+): ([\d.]+)$", TEXT, flags=re.M)[1:]
    for name, stated, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        yield (
            name,
            float(stated),
            [float(s) for s in re.findall(r"^\|[^|]+\| ([\d.]+) \|", body, re.M)],
        )


def test_there_are_four_sections_of_seven_rows():
    assert [(name, len(rows)) for name, _, rows in sections()] == [
        ("Data", 7), ("Model", 7), ("Infrastructure", 7), ("Monitoring", 7)
    ]  # fmt: skip


def test_sums_are_right():
    for name, stated, rows in sections():
        assert sum(rows) == stated, name
        assert set(rows) <= {0, 0.5, 1}, name
    whole = float(re.search(r"\*\*Score: ([\d.]+)\*\*", TEXT)[1])
    assert whole == min(stated for _, stated, _ in sections())


def test_every_named_test_exists():
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)
    assert len(named) >= 20
    for path, test in named:
        assert re.search(rf"def {test}\b", (ROOT / path).read_text(encoding="utf-8")), (path, test)


def test_a_point_names_what_earns_it():
    for row in re.findall(r"^\|[^|]+\| 1 \| (.*) \|$", TEXT, re.M):
        assert "tests/" in row, row
