"""Duels played by all Celery workers, on any number of machines, with the same result as by one.

Whoever makes the data set sends each chunk as a message, plays chunks himself from the other end,
and gathers what comes back: with no other worker, or when all others die, it only takes longer.
A chunk is played by whoever claims it first in the cache that all share; a claim that leads to
nothing runs out. A worker with other facts or another program leaves its chunk alone. Finished
chunks stay in that cache for a while: a job that died goes on from them, on whatever machine.
"""

import base64
import io
import logging
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import lru_cache
from typing import Any

import numpy as np
from celery.result import AsyncResult
from django.conf import settings
from django.core.cache import cache
from kombu.exceptions import OperationalError as BrokerError

from mlcore.datasets import dataset
from mlcore.datasets.dataset import DatasetFiles, Drawn, Played, Recipe
from mlcore.game import gamedata
from mlcore.game.gamedata import GameData
from mlcore.jobs import task_runs

logger = logging.getLogger(__name__)

#: How long a worker may take for a chunk before somebody else may, in seconds.
CLAIM_SECONDS = 120
#: How long a finished chunk can be had, in seconds.
KEPT_SECONDS = 3600
_POLL_SECONDS = 0.05


def make_dataset(
    game: GameData,
    recipe: Recipe,
    *,
    threads: int = 1,
    progress: Callable[[int], None] = lambda done: None,
) -> DatasetFiles:
    """``dataset.make``, with the help of all workers when there is a broker."""
    alone = settings.CELERY_TASK_ALWAYS_EAGER
    return dataset.make(
        game,
        recipe,
        threads=threads,
        progress=progress,
        play_chunks=dataset.play_in_turn if alone else play_together,
    )


def play_together(
    game: GameData, recipe: Recipe, drawn: Drawn, *, threads: int = 1
) -> Iterator[tuple[int, Played]]:
    """Each chunk of a recipe and how it went, played here and by other workers."""
    job = uuid.uuid4().hex
    firsts = dataset.chunks_of(recipe)
    waiting = set(firsts)
    for first in firsts:
        played = finished(game, recipe, first)
        if played is not None:
            waiting.discard(first)
            yield first, played
    cache.set(_open_key(job), True, None)
    sent = _send(game, recipe, job, sorted(waiting))
    there = len(waiting)
    try:
        while waiting:
            for first in sorted(waiting & sent.keys()):
                played = _answer(sent[first])
                if played is None:
                    continue
                waiting.discard(first)
                yield first, played
            # From the end, where the others arrive last.
            mine = next((f for f in sorted(waiting, reverse=True) if claim(job, f)), None)
            if mine is not None:
                played = dataset.play_chunk(game.tables, recipe, drawn, mine, threads=threads)
                keep(game, recipe, mine, played)
                waiting.discard(mine)
                there -= 1
                yield mine, played
            elif waiting:
                time.sleep(_POLL_SECONDS)
    finally:
        cache.delete(_open_key(job))
    logger.info("%d of %d chunks were played by other workers", there, len(firsts))


def keep(game: GameData, recipe: Recipe, first: int, played: Played) -> str:
    """Keep a finished chunk for a while, for all machines; gives it packed."""
    packed = pack(played)
    cache.set(_chunk_key(game, recipe, first), packed, KEPT_SECONDS)
    return packed


def finished(game: GameData, recipe: Recipe, first: int) -> Played | None:
    """The outcome of a chunk that some machine has played in the last while."""
    packed = cache.get(_chunk_key(game, recipe, first))
    return None if packed is None else unpack(packed)


def _chunk_key(game: GameData, recipe: Recipe, first: int) -> str:
    """Names all that the outcome depends on: recipe, facts and code."""
    return f"dataset-chunk/{dataset.folder_of(game, recipe).name}/{first}"


def claim(job: str, first: int) -> bool:
    """Whether this process may play a chunk: the first that asks may."""
    return bool(cache.add(f"{_open_key(job)}/{first}", True, CLAIM_SECONDS))


def play_chunk(
    *, job: str, first: int, recipe: dict[str, Any], fingerprint: str, code_version: str
) -> str | None:
    """A worker's part: the packed outcome of a chunk, None when it is not to be played here."""
    game = gamedata.current()
    if not cache.get(_open_key(job)):
        return None
    if (fingerprint, code_version) != (game.fingerprint, dataset.code_version()):
        logger.warning("a chunk of other facts or of another program is left to others")
        return None
    if not claim(job, first):
        return None
    wanted = Recipe(**recipe)
    played = dataset.play_chunk(
        game.tables, wanted, _drawn(game, wanted), first, threads=settings.ENGINE_THREADS
    )
    return keep(game, wanted, first, played)


def pack(played: Played) -> str:
    """An outcome as text: every number as it is, to the last bit."""
    packed = io.BytesIO()
    np.savez_compressed(packed, **played._asdict())
    return base64.b64encode(packed.getvalue()).decode()


def unpack(text: str) -> Played:
    with np.load(io.BytesIO(base64.b64decode(text)), allow_pickle=False) as arrays:
        return Played(**{name: arrays[name] for name in Played._fields})


@lru_cache(maxsize=1)
def _drawn(game: GameData, recipe: Recipe) -> Drawn:
    return dataset.draw_recipe(game.tables, recipe)


def _open_key(job: str) -> str:
    return f"dataset-job/{job}"


def _send(game: GameData, recipe: Recipe, job: str, firsts: list[int]) -> dict[int, AsyncResult]:
    """The chunks as messages, the first ones first; a broker that is away gets none."""
    sent: dict[int, AsyncResult] = {}
    task = task_runs.celery_task("play_chunk")
    shared = {
        "job": job,
        "recipe": asdict(recipe),
        "fingerprint": game.fingerprint,
        "code_version": dataset.code_version(),
    }
    try:
        for first in firsts:
            sent[first] = task.apply_async(kwargs={**shared, "first": first}, expires=3600)
    except (BrokerError, OSError) as error:
        logger.warning("no worker helps, the broker is away: %s", error)
    return sent


def _answer(result: AsyncResult) -> Played | None:
    try:
        answer = result.result if result.successful() else None
    except (BrokerError, OSError) as error:
        logger.warning("answers cannot be fetched: %s", error)
        return None
    return unpack(answer) if isinstance(answer, str) else None
