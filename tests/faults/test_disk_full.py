"""The disk full while a model is exported: the champion stays, and nothing half-written."""

import contextlib
import os
import subprocess

import pytest

EXPORT = """
import json
from pathlib import Path
from django.conf import settings
from mlcore.pipeline import candidates, registry
names = sorted(path.name for path in (Path(settings.MODELS_DIR) / "candidates").iterdir())
trained = next(filter(None, map(candidates.load, names)))
try:
    print(json.dumps(registry.export(trained, {}).version))
except OSError as error:
    print(json.dumps(error.strerror))
"""


@pytest.fixture
def small_disk(tmp_path):
    """A function: turn a folder into a file system that has hardly any room left."""
    mounted = []

    def shrink(folder, room):
        used = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        away = tmp_path / "away"
        folder.rename(away)
        folder.mkdir()
        # Whole pages for each file and folder, and so much room.
        size = used + 8192 * (2 + sum(1 for _ in away.rglob("*"))) + room
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            pytest.skip(
                f"NO SMALL DISK: {done.stderr.strip()}, so nobody knows what a full one does"
            )
        mounted.append(folder)
        subprocess.run(["cp", "-a", f"{away}/.", str(folder)], check=True)

    yield shrink
    for folder in mounted:
        subprocess.run(["umount", "-l", str(folder)], check=False)


def test_champion_stays_when_the_disk_is_full(make_site, small_disk):
    site = make_site()
    models = site.var / "models"
    small_disk(models, room=64 * 1024)
    filler = models / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"x" * 4096):
            pass
    site.start_web()
    before, files = site.champion(), sorted(path.name for path in models.iterdir())
    assert site.predict()[0] == 200

    assert site.ask(EXPORT) == os.strerror(28)
    assert site.champion() == before
    assert sorted(path.name for path in models.iterdir()) == files
    assert site.predict()[0] == 200
    assert (
        site.ask("from mlcore.models import ModelVersion\nprint(ModelVersion.objects.count())") == 1
    )

    filler.unlink()
    version = site.ask(EXPORT)
    if version == os.strerror(28):
        pytest.fail("there is room again, and it is not used")
    assert (models / f"battle_winner_metadata_{version}.json").exists()
    site.manage("run_task", "promote", "--arguments", f'{{"version": "{version}"}}')
    assert site.champion()["version"] == version
    assert site.predict()[0] == 200
