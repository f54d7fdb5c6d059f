"""What one should know about a data set before learning from it, counted from its files."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from django.template.loader import render_to_string

from mlcore.datasets import sampling, splits
from mlcore.datasets.dataset import DatasetFiles
from mlcore.datasets.duels import Duels
from mlcore.game.gamedata import GameData
from mlcore.learning import metrics
from mlcore.lib import atomic
from mlcore.models import AskedOnDay, ModelKind
from mlcore.monitoring import drift

NAME = "card.md"
#: Columns that say which duel it is, beside the scenario it was drawn for.
_QUESTION = ("form", "move", "level", "nature", "friendship", "ivs", "avs")


def write(game: GameData, files: DatasetFiles) -> Path:
    """Write the card beside the data set, anew: what is asked live changes."""
    path = files.path / NAME
    card = render_to_string("mlcore/dataset_card.md", {"card": facts(game, files)})
    atomic.write(path, card.encode())
    return path


def facts(game: GameData, files: DatasetFiles) -> dict[str, Any]:
    """Plain numbers and texts; nothing is taken from the manifest that can be counted."""
    parts = {split: files.load(split) for split in splits.SPLITS}
    scenarios = Counter(np.concatenate([part.scenario for part in parts.values()]).tolist())
    return {
        "name": files.name,
        "recipe": files.manifest["recipe"],
        "data_fingerprint": files.manifest["data_fingerprint"],
        "code_version": files.manifest["code_version"],
        "files": files.manifest["files"],
        "duels": sum(map(len, parts.values())),
        "battles": int(sum(part.plays.sum() for part in parts.values())),
        "splits": [{"name": name, **_of_split(part)} for name, part in parts.items()],
        "scenarios": {name: scenarios[at] for at, name in enumerate(sampling.SCENARIOS)},
        "leaks": leaks(game, parts),
        "asked": asked(game, parts["train"]),
    }


def _of_split(duels: Duels) -> dict[str, float]:
    share = duels.share.astype(np.float64)
    return {
        "duels": len(duels),
        "mean_share": float(share.mean()),
        "standard_error": float(share.std() / np.sqrt(len(share))),
        "open": float(((share > 0) & (share < 1)).mean()),
        "plays": float(duels.plays.mean()),
        "noise": float(duels.noise.mean()),
        "log_loss_floor": float(metrics.log_loss_floor(share, duels.plays).mean()),
        "brier_floor": float(metrics.brier_floor(share, duels.plays).mean()),
    }


def leaks(game: GameData, parts: dict[str, Duels]) -> dict[str, int]:
    """What of a split that judges is known from one that is learned from: all must be nought.

    Whichever side it is on: a duel and the same with its sides swapped are one.
    """
    learned = [parts["train"], parts["validation"]]
    judged = [parts[split] for split in splits.HOLDOUTS]
    species = {int(number) for part in learned for number in np.unique(_species(game, part))}
    return {
        "pairs of species": len(_pairs(game, learned) & _pairs(game, judged)),
        "duels": len(_questions(learned) & _questions(judged)),
        "unseen species learned from": sum(map(splits.is_unseen, species)),
    }


def _species(game: GameData, duels: Duels) -> np.ndarray:
    return np.stack([game.form_species[duels.a.form], game.form_species[duels.b.form]], axis=1)


def _pairs(game: GameData, parts: list[Duels]) -> set[tuple[int, int]]:
    rows = np.concatenate([np.sort(_species(game, part), axis=1) for part in parts])
    return {(int(low), int(high)) for low, high in np.unique(rows, axis=0)}


def _questions(parts: list[Duels]) -> set[frozenset[bytes]]:
    found: set[frozenset[bytes]] = set()
    for part in parts:
        frame = part.to_frame()
        sides = []
        for side in "ab":
            names = [name for name in frame if f"_{side}" in name and name.startswith(_QUESTION)]
            sides.append(np.ascontiguousarray(frame[names].to_numpy(np.int32)))
        found.update(frozenset((a.tobytes(), b.tobytes())) for a, b in zip(*sides, strict=True))
    return found


def asked(game: GameData, train: Duels) -> dict[str, Any]:
    """What people asked in the last week, of any model of duels, beside the training duels."""
    since = datetime.now(UTC).date() - drift.WINDOW
    days = list(AskedOnDay.objects.filter(model=ModelKind.DUEL, day__gte=since))
    requests = sum(day.counted for day in days)
    if requests < drift.MIN_REQUESTS:
        return {"requests": requests, "findings": []}
    known = drift.reference_of(game, (train.a, train.move_a, train.b, train.move_b), train.share)
    counts: dict[str, Counter[Any]] = drift.counts_of(game, days)
    # Answers of a model are no frequencies of a few plays.
    del counts["win_probability"]
    findings = drift.compare(known, counts)
    for finding in findings:
        finding["more"], finding["fewer"] = drift.rose_and_fell(finding)
    return {"requests": requests, "findings": findings}
