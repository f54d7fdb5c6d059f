"""Duels to learn from: played on the engine, split so that nothing leaks, checked, and kept.

A data set is a folder under ``settings.DATASETS_DIR`` with one Parquet file per split and a
``manifest.json``. It is written beside its place and moved there in one step, so a run that is
stopped leaves nothing half-written. Its name is a hash of everything it depends on: a data set
that is there need not be made again.
"""

import hashlib
import io
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from django.conf import settings

from mlcore.datasets import sampling, schema, splits
from mlcore.datasets.duels import BadDataset, Duels
from mlcore.engine import jit
from mlcore.engine.simulate import simulate_duels
from mlcore.engine.specs import (
    GameTables,
    Setups,
)
from mlcore.exact import columns as cf
from mlcore.exact.duel import fighter_rows, solve
from mlcore.game import move_strength
from mlcore.game.gamedata import GameData
from mlcore.lib import atomic

MANIFEST_NAME = "manifest.json"
#: Layout of the files; raised when it changes.
FORMAT_VERSION = 1

#: How much a duel of a scenario counts, where it was drawn more often than it is met.
_WEIGHTS = {"special": 0.5, "mirror": 0.5}
#: A duel gets more plays when the exact solver gives the weaker side at least this chance. Were
#: it chosen by its first plays, lucky ones would look decided and the labels would lie.
_UNDECIDED = 0.01
_PLAYED_AT_ONCE = 20_000


@dataclass(frozen=True)
class Recipe:
    """What decides a data set, beside the game's facts and the code.

    duels: how many, over all splits. plays: of every duel; more_plays: on top where undecided.
    """

    duels: int
    plays: int
    more_plays: int
    seed: int


PROFILES = {
    "quick": Recipe(duels=220_000, plays=8, more_plays=56, seed=1),
    "full": Recipe(duels=1_200_000, plays=16, more_plays=240, seed=1),
}


@dataclass(frozen=True)
class DatasetFiles:
    """A data set on disk."""

    path: Path
    manifest: dict[str, Any] = field(repr=False)

    @property
    def name(self) -> str:
        return self.path.name

    def load(self, split: str) -> Duels:
        """One split, checked against its hash in the manifest."""
        return _read(self.path / f"{split}.parquet", self.manifest["files"][split])


# --- playing ------------------------------------------------------------------------------------


def _closed_form_chance(
    tables: GameTables,
    a: Setups,
    move_a: np.ndarray,
    b: Setups,
    move_b: np.ndarray,
    rows: np.ndarray,
    threads: int,
) -> np.ndarray:
    """Chance of A by the exact solver, float64 (len(rows),)."""

    def chance(part: np.ndarray) -> np.ndarray:
        fighters = fighter_rows(tables, a.take(part), move_a[part], b.take(part), move_b[part])
        ends = solve(tables, fighters)
        return ends[:, cf.WIN_A] + ends[:, cf.UNDECIDED] / 2

    with ThreadPoolExecutor(max(1, threads)) as pool:
        return np.concatenate(list(pool.map(chance, np.array_split(rows, max(1, threads)))))


class Drawn(NamedTuple):
    """Duels that are to be played, as ``draw`` gives them; each has the stream of its index."""

    a: Setups
    move_a: np.ndarray
    b: Setups
    move_b: np.ndarray
    scenario: np.ndarray


class Played(NamedTuple):
    """How k duels went, columns (k,): plays and points of A, those of the half set aside, turns."""

    plays: np.ndarray
    points: np.ndarray
    half_plays: np.ndarray
    half_points: np.ndarray
    turns: np.ndarray


def draw_recipe(tables: GameTables, recipe: Recipe) -> Drawn:
    """The duels of a recipe: the same ones wherever they are drawn."""
    return Drawn(*sampling.draw(tables, recipe.duels, np.random.default_rng(recipe.seed)))


def chunks_of(recipe: Recipe) -> list[int]:
    """Where each chunk of a recipe's duels begins; each can be played without the others."""
    return list(range(0, recipe.duels, _PLAYED_AT_ONCE))


def play_chunk(
    tables: GameTables, recipe: Recipe, drawn: Drawn, first: int, *, threads: int = 1
) -> Played:
    """Play the chunk that begins at ``first``."""
    a, move_a, b, move_b, _ = drawn
    rows = np.arange(first, min(first + _PLAYED_AT_ONCE, recipe.duels))
    chance = _closed_form_chance(tables, a, move_a, b, move_b, rows, threads)
    undecided = (chance > _UNDECIDED) & (chance < 1 - _UNDECIDED)
    times = recipe.plays + np.where(undecided, recipe.more_plays, 0)

    def run(times: np.ndarray, part: int) -> tuple[np.ndarray, np.ndarray]:
        outcomes = simulate_duels(
            tables,
            a.take(rows),
            move_a[rows],
            b.take(rows),
            move_b[rows],
            plays=times,
            seed=recipe.seed * 2 + part,
            threads=threads,
            streams=rows.astype(np.int64),
        )
        return outcomes.wins_a + 0.5 * outcomes.draws, outcomes.turns.astype(np.float64)

    half_plays = np.maximum(1, times // 2)
    other_plays = np.maximum(1, times - half_plays)
    half_points, half_turns = run(half_plays, 0)
    other_points, other_turns = run(other_plays, 1)
    return Played(
        plays=half_plays + other_plays,
        points=half_points + other_points,
        half_plays=half_plays,
        half_points=half_points,
        turns=half_turns + other_turns,
    )


def play_in_turn(
    game: GameData, recipe: Recipe, drawn: Drawn, *, threads: int = 1
) -> Iterator[tuple[int, Played]]:
    """Each chunk of a recipe and how it went, one after the other."""
    for first in chunks_of(recipe):
        yield first, play_chunk(game.tables, recipe, drawn, first, threads=threads)


#: ``play_in_turn``, or what plays the chunks elsewhere; in any order.
PlayChunks = Callable[..., Iterator[tuple[int, Played]]]


def play(
    game: GameData,
    recipe: Recipe,
    *,
    threads: int = 1,
    progress: Callable[[int], None] = lambda done: None,
    play_chunks: PlayChunks = play_in_turn,
) -> tuple[Duels, np.ndarray]:
    """Draw and play the duels of a recipe: (duels, index into splits.SPLITS).

    ``progress`` is called with the number of duels just played. The result depends on recipe
    and game only, not on who plays which chunk.
    """
    drawn = draw_recipe(game.tables, recipe)
    a, move_a, b, move_b, scenario = drawn
    chunk_of: dict[int, Played] = {}
    for first, chunk in play_chunks(game, recipe, drawn, threads=threads):
        chunk_of[first] = chunk
        progress(len(chunk.plays))
    in_order = [chunk_of[first] for first in chunks_of(recipe)]
    plays, points, half_plays, half_points, turns = (
        np.concatenate(column) for column in zip(*in_order, strict=True)
    )
    weights = np.array([_WEIGHTS.get(name, 1.0) for name in sampling.SCENARIOS])
    duels = Duels(
        a=a,
        move_a=move_a.astype(np.int32),
        b=b,
        move_b=move_b.astype(np.int32),
        scenario=scenario.astype(np.int8),
        plays=plays.astype(np.int32),
        share=(points / plays).astype(np.float32),
        half_plays=half_plays.astype(np.int32),
        half_share=(half_points / half_plays).astype(np.float32),
        turns=(turns / plays).astype(np.float32),
        weight=weights[scenario].astype(np.float32),
    )
    return duels, splits.splits_of(game, a.form, b.form)


# --- keeping ------------------------------------------------------------------------------------


def code_version() -> str:
    """Hash of the code that a data set depends on: this module, sampling, splits, move
    strength, exact solver, engine."""
    digest = hashlib.sha256(jit.source_hash().encode())
    for path in (__file__, *(str(module.__file__) for module in (sampling, splits, move_strength))):
        digest.update(Path(path).read_bytes())
    return digest.hexdigest()[:16]


def folder_of(game: GameData, recipe: Recipe) -> Path:
    """Where the data set of a recipe belongs."""
    depends = json.dumps(
        [FORMAT_VERSION, asdict(recipe), game.fingerprint, code_version()], sort_keys=True
    )
    name = hashlib.sha256(depends.encode()).hexdigest()[:12]
    return Path(settings.DATASETS_DIR) / f"duels-{recipe.duels}-{name}"


def find(game: GameData, recipe: Recipe) -> DatasetFiles | None:
    """The data set of a recipe when it is there and complete."""
    path = folder_of(game, recipe)
    try:
        return DatasetFiles(path, json.loads((path / MANIFEST_NAME).read_text()))
    except (OSError, ValueError):
        return None


def make(
    game: GameData,
    recipe: Recipe,
    *,
    threads: int = 1,
    progress: Callable[[int], None] = lambda done: None,
    play_chunks: PlayChunks = play_in_turn,
) -> DatasetFiles:
    """Draw, play, check and write a data set; the folder appears complete or not at all."""
    started = time.perf_counter()
    duels, split = play(game, recipe, threads=threads, progress=progress, play_chunks=play_chunks)
    played = time.perf_counter()
    parts = {name: duels.take(split == index) for index, name in enumerate(splits.SPLITS)}
    schema.check(game, parts)
    path = folder_of(game, recipe)
    with atomic.folder(path) as workshop:
        files = {name: _write(workshop / f"{name}.parquet", part) for name, part in parts.items()}
        battles = int(duels.plays.sum())
        manifest = {
            "format_version": FORMAT_VERSION,
            "name": path.name,
            "recipe": asdict(recipe),
            "data_fingerprint": game.fingerprint,
            "code_version": code_version(),
            "files": files,
            "battles": battles,
            "scenarios": {
                name: int((duels.scenario == index).sum())
                for index, name in enumerate(sampling.SCENARIOS)
            },
            "unseen_species": [
                int(number)
                for number in np.unique(game.form_species)
                if splits.is_unseen(int(number))
            ],
            "label_noise": float(duels.noise.mean()),
            "seconds": {
                "play": round(played - started, 2),
                "write": round(time.perf_counter() - played, 2),
            },
            "battles_per_second": round(battles / (played - started)),
        }
        (workshop / MANIFEST_NAME).write_text(json.dumps(manifest, indent=2) + "\n")
    return DatasetFiles(path, manifest)


def _write(path: Path, duels: Duels) -> dict[str, Any]:
    duels.to_frame().to_parquet(path, compression="zstd", index=False)
    return {"rows": len(duels), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def _read(path: Path, entry: dict[str, Any]) -> Duels:
    import pandas as pd

    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise BadDataset(f"{path}: its SHA-256 is not the one in the manifest")
    return Duels.from_frame(pd.read_parquet(io.BytesIO(content)))
