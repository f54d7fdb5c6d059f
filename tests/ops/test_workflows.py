"""CI/CD: the same targets as .ci/run, pinned, with no more rights than needed; one version."""

import importlib.util
import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / ".github").rglob("*.yml"))
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))

_spec = importlib.util.spec_from_file_location("version", ROOT / "deploy" / "version.py")
version = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(version)


def jobs():
    for path in WORKFLOWS:
        for name, job in yaml.safe_load(path.read_text())["jobs"].items():
            yield f"{path.name}: {name}", job


def made(text):
    return set(re.findall(r"\bmake ([a-z-]+)", text))


def test_there_are_four():
    names = [path.name for path in WORKFLOWS]
    assert names == ["ci.yml", "ml_pipeline.yml", "nightly.yml", "release.yml"]


def test_foreign_actions_are_pinned_by_commit_and_say_their_version():
    for path in FILES:
        for line in re.findall(r"uses: (\S+.*)", path.read_text()):
            assert line.startswith("./") or re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v[\d.]+", line)


def test_rights_are_given_job_by_job():
    for path in WORKFLOWS:
        assert yaml.safe_load(path.read_text())["permissions"] == {}, path.name
    written = {
        (name, right)
        for name, job in jobs()
        for right, kind in job["permissions"].items()
        if kind != "read"
    }
    assert written == {("release.yml: images", "packages")}


def test_every_job_ends():
    for name, job in jobs():
        assert job["timeout-minutes"] <= 60, name


def test_ci_runs_what_the_script_runs():
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text()
    assert made(workflow) == made((ROOT / ".ci" / "run").read_text())


def test_the_oldest_and_the_newest_python_are_tested():
    job = dict(jobs())["ci.yml: sqlite"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    oldest, beyond = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", project["requires-python"]).groups()
    assert job["strategy"]["matrix"]["python"] == [f"3.{oldest}", f"3.{int(beyond) - 1}"]
    assert job["env"]["PYTHON"] == "python${{ matrix.python }}"
    assert {"python": "${{ matrix.python }}"} in [step.get("with") for step in job["steps"]]


def test_every_target_that_is_called_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    targets |= set(re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.M)[0].split())
    for path in [*WORKFLOWS, ROOT / ".ci" / "run"]:
        text = re.sub(r"^\s*#.*$", "", path.read_text(), flags=re.M)
        assert made(text) <= targets, path.name


def test_the_pipeline_tests_before_it_trains_and_trains_before_it_keeps():
    pipeline = dict(jobs())["ml_pipeline.yml: pipeline"]
    text = "\n".join(str(step.get("run", step.get("uses"))) for step in pipeline["steps"])
    order = ["test-data", "test-ml", "make train", "test-model", "GITHUB_STEP_SUMMARY", "upload"]
    assert sorted(order, key=text.index) == order


def test_deployment_waits_for_a_person():
    deploy = dict(jobs())["release.yml: deploy"]
    assert deploy["environment"] == "production"
    assert set(deploy["needs"]) == {"version", "images"}


def test_input_of_strangers_is_never_part_of_a_script():
    for name, job in jobs():
        for step in job["steps"]:
            assert "${{" not in step.get("run", ""), (name, step.get("name"))


def test_every_linter_is_a_hook():
    hooks = (ROOT / ".pre-commit-config.yaml").read_text()
    makefile = (ROOT / "Makefile").read_text()
    lint = re.search(r"^lint:.*?(?=^\.PHONY: format)", makefile, re.M | re.S)[0]
    programs = set(re.findall(r"\$\(VENV\)/bin/([\w-]+)", lint))
    assert {"ruff", "hadolint", "zizmor", "check-jsonschema", "shellcheck"} <= programs
    for program in programs:
        assert f".venv/bin/{program}" in hooks, program


LOG = """# Changelog

## [Unreleased]

### Added
- Something.

## [1.2.0] - 2026-11-23

### Added
- Batches.

## [1.1.0] - 2026-10-01
- Older.
"""


def test_the_version_is_the_newest_release():
    assert version.newest(LOG) == ("1.2.0", "### Added\n- Batches.")


def test_nothing_released_is_told():
    with pytest.raises(LookupError, match="no released version"):
        version.newest("# Changelog\n\n## [Unreleased]\n")


def test_the_changelog_alone_states_a_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert "version" not in project
    assert project["dynamic"] == ["version"]
