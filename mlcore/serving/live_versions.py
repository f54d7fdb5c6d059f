"""Which version of each kind of model is live, and which game data it was trained on."""

from dataclasses import dataclass
from typing import Any

from mlcore.models import ModelKind
from mlcore.serving import champion as champion_store
from mlcore.serving import well_played


@dataclass(frozen=True)
class LiveVersion:
    """A version that is live. ``seed``: of its training data, or None if it did not record one."""

    version: str
    data_fingerprint: str
    seed: int | None


def seed_of(kind: ModelKind, metadata: dict[str, Any]) -> int | None:
    """The seed of the training data that a version's metadata name."""
    if kind == ModelKind.BATTLE:
        return (metadata.get("settings") or {}).get("seed")
    return ((metadata.get("dataset") or {}).get("recipe") or {}).get("seed")


def live_versions() -> dict[ModelKind, LiveVersion]:
    """The live versions, whatever they were trained on; kinds without one are left out."""
    live = {}
    try:
        champion = champion_store.current()
    except champion_store.NoChampion:
        pass
    else:
        live[ModelKind.DUEL] = LiveVersion(
            champion.version, champion.fingerprint, seed_of(ModelKind.DUEL, champion.metadata)
        )
    value = well_played.loaded()
    if value is not None:
        live[ModelKind.BATTLE] = LiveVersion(
            value.version,
            value.metadata["data_fingerprint"],
            seed_of(ModelKind.BATTLE, value.metadata),
        )
    return live
