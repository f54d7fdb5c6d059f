"""A game's facts as one file, for a process that has no database."""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from mlcore.engine.specs import GameTables
from mlcore.game import gamedata
from mlcore.game.gamedata import GameData


class SpoiledFacts(Exception):
    """The file's facts are not those that its fingerprint names."""


def save(game: GameData, path: Path) -> None:
    """Write the facts as arrays, and all that is text as JSON among them: nothing is pickled."""
    parts = _parts(game.tables) | {
        name: value for name, value in _parts(game).items() if name != "tables"
    }
    arrays = {name: value for name, value in parts.items() if isinstance(value, np.ndarray)}
    others = {name: value for name, value in parts.items() if name not in arrays}
    np.savez_compressed(path, allow_pickle=False, others=np.array(json.dumps(others)), **arrays)


def load(path: Path) -> GameData:
    """The facts of a file; raises SpoiledFacts."""
    with np.load(path, allow_pickle=False) as stored:
        parts: dict[str, Any] = {name: stored[name] for name in stored.files}
    others = json.loads(parts.pop("others").item())
    parts |= {name: tuple(v) if isinstance(v, list) else v for name, v in others.items()}
    # JSON has no numbers for keys.
    for name in ("form_index_by_id", "move_index_by_id"):
        parts[name] = {int(number): index for number, index in parts[name].items()}
    tables = GameTables(**{each.name: parts.pop(each.name) for each in fields(GameTables)})
    if gamedata.fingerprint_of(tables) != parts["fingerprint"]:
        raise SpoiledFacts(f"{path.name}: its facts are not those that its fingerprint names")
    return GameData(tables=tables, **parts)


def _parts(holder: GameTables | GameData) -> dict[str, Any]:
    return {each.name: getattr(holder, each.name) for each in fields(holder)}
