"""Dashboards: complete, tidy, and no query that Prometheus could not read.

That every panel shows data is seen in test_monitoring.py, on servers that really run.
"""

import re
from pathlib import Path

import yaml

from tests.ops import dashboards

ROOT = Path(__file__).resolve().parents[2]
GRAFANA = ROOT / "deploy" / "grafana"


def panels():
    return [
        (name, panel) for name, board in dashboards.boards().items() for panel in board["panels"]
    ]


def test_there_are_three_with_names_of_their_own():
    boards = dashboards.boards()
    assert [board["title"] for board in boards.values()] == [
        "Model quality", "Service", "Tasks and data"
    ]  # fmt: skip
    assert len({board["uid"] for board in boards.values()}) == 3


def test_what_operators_ask_for_is_there():
    asked = " ".join(query.expression for query in dashboards.queries())
    for metric in (
        "route_status:api_requests:rate",
        *(f"job:api_request_duration_seconds:{quantile}" for quantile in ("p50", "p95", "p99")),
        "source:model_prediction_duration_seconds:p95",
        "model_accuracy",
        "model_live_log_loss_excess",
        "model_live_reliability_observed",
        'model_feature:model_drift_psi:ratio{model="duel"}',
        'model_feature:model_drift_psi:ratio{model="battle"}',
        "battle_value_info",
        "battle_value_live_squared_error",
        'rate{model="battle"}',
        "job:http_errors:ratio",
        "model_champion_info",
        "task_runs_total",
        "task_queue_length",
    ):
        assert metric in asked, metric


def test_every_panel_says_what_it_shows():
    source = yaml.safe_load((GRAFANA / "provisioning/datasources/prometheus.yml").read_text())
    uid = source["datasources"][0]["uid"]
    for name, panel in panels():
        where = (name, panel["title"])
        assert panel["description"].endswith("."), where
        assert panel["fieldConfig"]["defaults"]["unit"], where
        assert panel["targets"], where
        assert {part["datasource"]["uid"] for part in [panel, *panel["targets"]]} == {uid}, where


def test_panels_do_not_overlap():
    for name, board in dashboards.boards().items():
        taken: set[tuple[int, int]] = set()
        for panel in board["panels"]:
            at = panel["gridPos"]
            cells = {
                (x, y)
                for x in range(at["x"], at["x"] + at["w"])
                for y in range(at["y"], at["y"] + at["h"])
            }
            assert not cells & taken, (name, panel["title"])
            assert at["x"] + at["w"] <= 24, (name, panel["title"])
            taken |= cells
        assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])


def test_prometheus_understands_every_query(run, tmp_path):
    rules = [
        {"record": f"query:{number}", "expr": query.expression}
        for number, query in enumerate(dashboards.queries())
    ]
    file = tmp_path / "queries.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]}))
    assert f"SUCCESS: {len(rules)} rules found" in run("promtool", "check", "rules", file)


def test_recorded_names_exist(rendered):
    groups = yaml.safe_load((rendered / "prometheus" / "recording.yml").read_text())["groups"]
    recorded = {rule["record"] for group in groups for rule in group["rules"]}
    alerts = yaml.safe_load((rendered / "prometheus" / "alerts.yml").read_text())["groups"]
    asked = [query.expression for query in dashboards.queries()]
    asked += [rule["expr"] for group in alerts for rule in group["rules"]]
    used = {name for text in asked for name in re.findall(r"\b\w+:\w+:\w+\b", text)}
    assert used <= recorded
    assert recorded <= used
