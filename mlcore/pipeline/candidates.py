"""Models that were fitted but not yet named: what the stages after training work on.

A candidate is a folder under ``settings.MODELS_DIR / "candidates"``, named after a hash of its
data set, settings and code: training that was done already need not be done again. Evaluation
puts its report beside the model. The database has both for the other machines.
"""

import hashlib
import json
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings

from mlcore.learning.training import Trained
from mlcore.lib import atomic
from mlcore.serving import model_files

logger = logging.getLogger(__name__)

MODEL_NAME = "model"
METADATA_NAME = "metadata.json"
REPORT_NAME = "report.json"
PAGE_NAME = "report.html"


def folder_of(name: str) -> Path:
    return Path(settings.MODELS_DIR) / model_files.CANDIDATES / name


def store(folder: Path, names: Iterable[str]) -> None:
    """Store files of a candidate for the other machines."""
    model_files.store(_bundle(folder), [folder / name for name in names])


def fetch(folder: Path) -> int:
    """Write what a candidate's folder lacks, if another machine has stored it; how many files.

    One that is spoiled there is made anew, so it counts as missing.
    """
    try:
        return model_files.fetch(_bundle(folder), Path(settings.MODELS_DIR))
    except model_files.SpoiledFile as error:
        logger.warning("a candidate in the database is spoiled: %s", error)
        return 0


def _bundle(folder: Path) -> str:
    return folder.relative_to(settings.MODELS_DIR).as_posix()


def save(name: str, trained: Trained) -> Path:
    """Write a candidate; it is there complete or not at all."""
    sha256 = hashlib.sha256(trained.model).hexdigest()
    with atomic.folder(folder_of(name)) as folder:
        (folder / MODEL_NAME).write_bytes(trained.model)
        metadata = {**trained.metadata, "model_sha256": sha256}
        (folder / METADATA_NAME).write_text(json.dumps(metadata, indent=2) + "\n")
    store(folder_of(name), (MODEL_NAME, METADATA_NAME))
    return folder_of(name)


def load(name: str) -> Trained | None:
    """A candidate of this machine or another, or None when it is not there or spoiled."""
    folder = folder_of(name)
    fetch(folder)
    try:
        metadata = json.loads((folder / METADATA_NAME).read_text())
        model = (folder / MODEL_NAME).read_bytes()
    except (OSError, ValueError):
        return None
    if hashlib.sha256(model).hexdigest() != metadata["model_sha256"]:
        return None
    return Trained(model, metadata)


def save_report(name: str, report: dict[str, Any], page: str) -> None:
    atomic.write(folder_of(name) / REPORT_NAME, (json.dumps(report, indent=2) + "\n").encode())
    atomic.write(folder_of(name) / PAGE_NAME, page.encode())
    store(folder_of(name), (REPORT_NAME,))


def load_report(name: str) -> dict[str, Any] | None:
    try:
        return json.loads((folder_of(name) / REPORT_NAME).read_text())
    except (OSError, ValueError):
        return None
