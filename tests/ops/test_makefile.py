"""Targets of make keep to the folder that VAR_DIR names, as the site does."""

import os
import re
import subprocess
import sys

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


@pytest.mark.slow
@pytest.mark.django_db
def test_the_artefact_is_made_where_the_model_is(serve, tmp_path):
    serve("v1")
    place = {"VAR_DIR": str(tmp_path), "DATABASE_URL": ""}
    place |= {"DJANGO_ENV": "development", "REDIS_URL": ""}
    subprocess.run(
        [sys.executable, "manage.py", "setup_data"],
        cwd=ROOT,
        env={**os.environ, **place},
        check=True,
        timeout=300,
    )
    # What is installed is not looked at, let alone changed.
    make("--old-file=.venv/stamps/requirements", "model-artefact", **place)
    made = {path.name for path in (tmp_path / "artefact").iterdir()}
    assert made == {
        "MODEL_CARD.md", "SHA256SUMS", "champion.json",
        "battle_winner_model_v1.ubj", "battle_winner_metadata_v1.json",
    }  # fmt: skip
    assert "# Model card: battle winner v1" in (tmp_path / "artefact/MODEL_CARD.md").read_text()
