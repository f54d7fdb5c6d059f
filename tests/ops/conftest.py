"""Rendered configurations, and the programs that judge them."""

import shutil
import subprocess
from pathlib import Path

import pytest

from deploy import render

ROOT = Path(__file__).resolve().parents[2]


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
