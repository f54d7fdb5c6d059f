"""A trained network on disk: the weights as one array, and beside them what they are.

Nothing is unpickled: the weights are a plain ``.npy`` file of float32, checked against the SHA-256
in the metadata before they are used.
"""

import hashlib
import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from mlcore.battle_value import columns, network
from mlcore.lib import atomic

FORMAT_VERSION = 1
WEIGHTS_NAME, METADATA_NAME = "battle_value.npy", "battle_value.json"
#: The one that comes with the code, see its metadata for the command that made it.
SHIPPED = Path(__file__).parent / "shipped"


class BadValueArtefact(Exception):
    """The files are missing, damaged, or of another kind than this code reads."""


@dataclass(frozen=True, eq=False)
class BattleValue:
    """A loaded network. ``metadata`` says what it was trained on and how good it was found."""

    version: str
    fingerprint: str
    metadata: dict[str, Any]
    net: tuple[np.ndarray, ...] = field(repr=False)


def feature_hash() -> str:
    """Names the meaning of the network's input: another one does not fit the weights."""
    content = json.dumps([columns.VERSION, columns.SIDE_FEATURES, network.SHAPES])
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def save(folder: Path, net: tuple[np.ndarray, ...], metadata: dict[str, Any]) -> None:
    """Write weights and metadata; the metadata last, since they name the weights' checksum."""
    buffer = io.BytesIO()
    np.save(buffer, np.concatenate([part.ravel() for part in net]), allow_pickle=False)
    content = buffer.getvalue()
    checksum = hashlib.sha256(content).hexdigest()
    described = metadata | {
        "version": checksum[:8],
        "format_version": FORMAT_VERSION,
        "feature_hash": feature_hash(),
        "sha256": checksum,
    }
    atomic.write(folder / WEIGHTS_NAME, content)
    atomic.write(folder / METADATA_NAME, (json.dumps(described, indent=1) + "\n").encode())


def load(folder: Path) -> BattleValue:
    """The network in a folder; raises BadValueArtefact."""
    try:
        metadata = json.loads((folder / METADATA_NAME).read_text())
        content = (folder / WEIGHTS_NAME).read_bytes()
    except (OSError, ValueError) as error:
        raise BadValueArtefact(f"the value of battle states cannot be read: {error}") from error
    if metadata.get("format_version") != FORMAT_VERSION:
        raise BadValueArtefact(f"its format is {metadata.get('format_version')!r}")
    if metadata.get("feature_hash") != feature_hash():
        raise BadValueArtefact("it was trained on other features")
    if hashlib.sha256(content).hexdigest() != metadata.get("sha256"):
        raise BadValueArtefact("its weights are not those that its metadata describe")
    flat = np.load(io.BytesIO(content), allow_pickle=False)
    if flat.shape != (network.SIZE,):
        raise BadValueArtefact(f"it holds {flat.shape} weights")
    return BattleValue(
        version=str(metadata["version"]),
        fingerprint=str(metadata["sha256"]),
        metadata=metadata,
        net=network.split(flat),
    )
