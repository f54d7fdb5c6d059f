"""Clients that two generators make of docs/openapi.yaml ask a live server for every operation."""

import os
import subprocess
from pathlib import Path

import pytest
import yaml

pytestmark = [pytest.mark.integration, pytest.mark.timeout(900)]
ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "docs" / "openapi.yaml"
DRIVERS = Path(__file__).parent / "generated"
#: `make clients` makes it, of requirements-clients.txt.
PROGRAMS = Path(os.environ.get("VAR_DIR") or ROOT / "var") / "clients" / "bin"
GENERATORS = {
    "openapi_generator": (
        *("openapi-generator-cli", "generate", "-g", "python", "-i", str(SCHEMA), "-o", "."),
        "--additional-properties=packageName=dex_openapi",
    ),
    "openapi_python_client": (
        *("openapi-python-client", "generate", "--path", str(SCHEMA), "--meta", "none"),
        *("--output-path", "dex_client", "--fail-on-warning"),
    ),
}


def run(folder, program, *arguments):
    """What a program of the environment prints; fails when it fails."""
    done = subprocess.run(
        [PROGRAMS / program, *arguments],
        cwd=folder,
        env={**os.environ, "PATH": f"{PROGRAMS}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def ranked(site, server):
    """The server, with a ranking by its champion."""
    site.shell("from tests.load.site import write_ranking; write_ranking()")
    return server


@pytest.mark.parametrize("generator", GENERATORS)
def test_every_operation_answers_and_refuses_in_models(generator, ranked, tmp_path):
    if not PROGRAMS.exists():
        message = "no generators: run `make clients`"
        pytest.fail(message) if os.environ.get("REQUIRE_SERVERS") else pytest.skip(message)
    run(tmp_path, *GENERATORS[generator])
    told = run(ROOT, "python", DRIVERS / f"through_{generator}.py", tmp_path, ranked.url)
    done = [line.split() for line in told.splitlines()]
    paths = yaml.safe_load(SCHEMA.read_text())["paths"].values()
    operations = {
        operation["operationId"]
        for path in paths
        for method, operation in path.items()
        if method in ("get", "post")
    }
    assert {name for name, outcome in done if outcome == "success"} == operations
    assert {name for name, outcome in done if outcome != "success"} == operations
