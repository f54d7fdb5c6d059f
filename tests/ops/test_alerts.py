"""Rules and alerts: valid, each one tried both ways, each one explained."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from deploy import render

ROOT = Path(__file__).resolve().parents[2]
RUNBOOK = ROOT / "docs" / "RUNBOOK.md"


def alerts(folder: Path) -> dict[str, dict]:
    groups = yaml.safe_load((folder / "prometheus" / "alerts.yml").read_text())["groups"]
    return {rule["alert"]: rule for group in groups for rule in group["rules"]}


def sections() -> dict[str, str]:
    """Heading -> text of the runbook's sections about alerts."""
    parts = re.split(r"^## (\w+)$", RUNBOOK.read_text(encoding="utf-8"), flags=re.M)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_configuration_is_valid(run, rendered):
    out = run("promtool", "check", "config", rendered / "prometheus" / "prometheus.yml")
    assert "rules found" in out
    run("amtool", "check-config", rendered / "alertmanager" / "alertmanager.yml")


def test_rules_do_what_their_cases_say(run, rendered):
    out = run("promtool", "test", "rules", rendered / "prometheus" / "tests" / "alerts.yml")
    assert "SUCCESS" in out


def test_a_rule_that_never_fires_is_found(program, rendered):
    rules = rendered / "prometheus" / "alerts.yml"
    rules.write_text(rules.read_text().replace('up{job="web"} == 0', 'up{job="web"} == 2'))
    case = rendered / "prometheus" / "tests" / "alerts.yml"
    done = subprocess.run([program("promtool"), "test", "rules", str(case)], capture_output=True)
    assert done.returncode != 0


def test_every_alert_is_seen_to_fire_and_to_resolve(rendered):
    cases = yaml.safe_load((rendered / "prometheus" / "tests" / "alerts.yml").read_text())["tests"]
    proven = set()
    for case in cases:
        fired = set()
        for check in case["alert_rule_test"]:
            if check["exp_alerts"]:
                fired.add(check["alertname"])
            elif check["alertname"] in fired:
                proven.add(check["alertname"])
    assert proven == set(alerts(rendered))


def test_every_alert_says_what_to_do(rendered):
    for name, rule in alerts(rendered).items():
        assert rule["labels"]["severity"] in {"warning", "critical"}, name
        assert rule["annotations"].keys() == {"summary", "description", "runbook_url"}, name
        assert rule["annotations"]["runbook_url"] == f"docs/RUNBOOK.md#{name.lower()}"


def test_every_alert_has_its_section_and_every_section_its_alert(rendered):
    assert set(sections()) == set(alerts(rendered))


def test_every_section_says_meaning_check_and_fix():
    for name, text in sections().items():
        for word in ("**Meaning**", "**Check first**", "**Fix**"):
            assert word in text, (name, word)


def test_windows_can_be_seconds(run, tmp_path):
    seconds = {
        name: "2s" for name, value in render.defaults().items() if re.fullmatch(r"\d+[smhd]", value)
    }
    assert {"QUALITY_WINDOW", "RATE_WINDOW", "DOWN_FOR", "DRIFT_FOR"} <= seconds.keys()
    render.render(tmp_path, seconds | {"ERROR_RATIO_LIMIT": "0.5"})
    run("promtool", "check", "config", tmp_path / "prometheus" / "prometheus.yml")
    rules = alerts(tmp_path)
    assert {rule["for"] for rule in rules.values()} == {"2s"}
    assert "> 0.5" in rules["ErrorRateHigh"]["expr"]


def test_every_variable_is_used(rendered):
    templates = "".join(
        path.read_text() for kind in render.KINDS for path in (render.HERE / kind).glob("*.in")
    )
    assert set(re.findall(r"@\{(\w+)\}", templates)) == set(render.defaults())


def test_an_unknown_variable_is_named(tmp_path, monkeypatch):
    (tmp_path / "prometheus").mkdir()
    (tmp_path / "prometheus" / "x.yml.in").write_text("for: @{FOR_EVER}")
    (tmp_path / "monitoring.env").write_text("DOWN_FOR=1s\n")
    monkeypatch.setattr(render, "HERE", tmp_path)
    monkeypatch.setattr(render, "defaults", lambda: {"DOWN_FOR": "1s"})
    with pytest.raises(ValueError, match=r"x\.yml\.in: 'FOR_EVER' is not listed"):
        render.render(tmp_path / "out", {})
