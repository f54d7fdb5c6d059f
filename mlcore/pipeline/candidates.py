"""Models that were fitted but not yet named: what the stages after training work on.

A candidate is a folder under ``settings.MODELS_DIR / "candidates"``, named after a hash of its
data set, settings and code: training that was done already need not be done again. Evaluation
puts its report beside the model.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from django.conf import settings

from mlcore.learning.training import Trained
from mlcore.lib import atomic

MODEL_NAME = "model"
METADATA_NAME = "metadata.json"
REPORT_NAME = "report.json"
PAGE_NAME = "report.html"


def folder_of(name: str) -> Path:
    return Path(settings.MODELS_DIR) / "candidates" / name


def save(name: str, trained: Trained) -> Path:
    """Write a candidate; it is there complete or not at all."""
    sha256 = hashlib.sha256(trained.model).hexdigest()
    with atomic.folder(folder_of(name)) as folder:
        (folder / MODEL_NAME).write_bytes(trained.model)
        metadata = {**trained.metadata, "model_sha256": sha256}
        (folder / METADATA_NAME).write_text(json.dumps(metadata, indent=2) + "\n")
    return folder_of(name)


def load(name: str) -> Trained | None:
    """A candidate, or None when it is not there or not what was written."""
    folder = folder_of(name)
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


def load_report(name: str) -> dict[str, Any] | None:
    try:
        return json.loads((folder_of(name) / REPORT_NAME).read_text())
    except (OSError, ValueError):
        return None
