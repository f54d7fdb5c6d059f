"""The dashboards, as Grafana will load them."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "grafana" / "dashboards"
#: Grafana fills these in by the width of the panel.
GRAFANA_VARIABLES = {"$__rate_interval": "1m"}


@dataclass(frozen=True)
class Query:
    """One line of one panel."""

    board: str
    panel: str
    letter: str
    expression: str

    def __str__(self) -> str:
        return f"{self.board}: {self.panel} {self.letter}"


def boards() -> dict[str, dict]:
    return {path.name: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}


def queries(rate_interval: str = "1m") -> list[Query]:
    """All queries of all panels, with Grafana's variables filled in."""
    return [
        Query(
            name,
            panel["title"],
            target["refId"],
            target["expr"].replace("$__rate_interval", rate_interval),
        )
        for name, board in boards().items()
        for panel in board["panels"]
        for target in panel["targets"]
    ]


def metrics(expression: str) -> set[str]:
    """Names of the metrics in a PromQL expression."""
    bare = re.sub(r'"[^"]*"', "", expression)
    bare = re.sub(r"\b(by|on|without|group_left|group_right)\s*\([^)]*\)", "", bare)
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]", "", bare)
    words = re.findall(r"[a-zA-Z_:][\w:]*(?!\w*\s*\()", bare)
    return {word for word in words if "_" in word or ":" in word or word == "up"} - _FUNCTIONS


_FUNCTIONS = {"histogram_quantile", "min_over_time", "max_over_time"}
