"""Rendered configurations, and the programs that judge them."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from deploy import render

ROOT = Path(__file__).resolve().parents[2]
REQUIRED = os.environ.get("REQUIRE_MONITORING", "") not in ("", "0")


@pytest.fixture(scope="session")
def program():
    """A function: the path of a program, or a skip (a failure where it may not be missing)."""

    def find(*names: str) -> str:
        found = next((path for name in names if (path := shutil.which(name))), None)
        if found is None:
            message = f"NOT INSTALLED: {names[0]}, so nothing was tried with it"
            if REQUIRED:
                pytest.fail(message)
            pytest.skip(message)
        return found

    return find


@pytest.fixture(scope="session")
def run(program):
    """A function: run a program with arguments and give its output; a failure fails the test."""

    def call(name: str, *arguments: object, cwd: Path = ROOT) -> str:
        command = [program(name), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    return call


@pytest.fixture
def rendered(tmp_path):
    """A folder with Prometheus's and Alertmanager's files as they are by default."""
    render.render(tmp_path, {})
    shutil.copytree(ROOT / "deploy" / "prometheus" / "tests", tmp_path / "prometheus" / "tests")
    return tmp_path
