"""Targets of make keep to the folder that VAR_DIR names, as the site does."""

import os
import re
import subprocess

import pytest

from tests.ops.test_documents import ROOT

TARGETS = re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.M)


def make(*words, **environment):
    done = subprocess.run(
        ["make", *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("target", sorted({*TARGETS} - {"clean"}))
def test_no_target_reaches_for_another_folder(target):
    planned = make("--dry-run", "--always-make", target, VAR_DIR="/srv/elsewhere")
    assert not re.findall(r"(?<![\w/])var/\S*", planned)
    if target in ("model-artefact", "mlflow", "readers", "clients", "lint-deploy"):
        assert "/srv/elsewhere/" in planned


def test_without_it_files_are_in_var():
    assert "var/artefact" in make("--dry-run", "model-artefact", VAR_DIR="")
