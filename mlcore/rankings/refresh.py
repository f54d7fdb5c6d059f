"""When rankings are computed, by whom, and how they are stored."""

import hashlib
import io
import logging
import threading
import time

import numpy as np

from mlcore.game import gamedata
from mlcore.game.gamedata import GameData
from mlcore.learning.model import Model
from mlcore.lib import detached
from mlcore.models import Ranking
from mlcore.rankings import compute as rankings_compute
from mlcore.rankings import progress as rankings_progress
from mlcore.serving import champion as champion_store

logger = logging.getLogger(__name__)


#: Rankings that are kept; older ones are deleted.
KEPT = 3


def inputs_of(champion: Model, game: GameData) -> str:
    """A hash of everything that the numbers depend on: model, facts, who can use which move."""
    digest = hashlib.sha256()
    for part in (champion.version, champion.metadata.get("model_sha256", ""), game.fingerprint):
        digest.update(f"{part}\n".encode())
    digest.update(np.ascontiguousarray(game.tables.usable).tobytes())
    return digest.hexdigest()


def store(
    champion: Model,
    game: GameData,
    square: rankings_compute.Square,
    *,
    rows: int = 0,
    seconds: float = 0.0,
) -> Ranking:
    """Keep a square as the newest ranking; all but the newest KEPT are deleted."""
    packed = io.BytesIO()
    np.savez_compressed(
        packed,
        form_ids=game.tables.form_ids,
        move_ids=game.tables.move_ids,
        values=square.values,
        moves=square.moves,
        replies=square.replies,
    )
    row = Ranking.objects.create(
        model_version=champion.version,
        data_fingerprint=game.fingerprint,
        inputs=inputs_of(champion, game),
        rows=rows,
        seconds=seconds,
        arrays=packed.getvalue(),
    )
    old = Ranking.objects.order_by("-id").values_list("pk", flat=True)[KEPT:]
    Ranking.objects.filter(pk__in=list(old)).delete()
    return row


def is_current(champion: Model, game: GameData) -> bool:
    """The newest ranking was made by this model of these facts."""
    newest = Ranking.objects.order_by("-id").values_list("inputs", flat=True).first()
    return newest == inputs_of(champion, game)


def refresh(
    *,
    force: bool = False,
    threads: int | None = None,
    progress: rankings_compute.Progress | None = None,
    stop: threading.Event | None = None,
) -> Ranking | None:
    """Compute and keep the rankings of champion and facts as they are now.

    Returns None when they are up to date already (unless ``force``). Nothing is stored before
    all is done. When model or facts change meanwhile, what was computed is stored as of its
    own model and the next refresh makes it new.

    Raises Locked, Interrupted, champion_store.NoChampion, gamedata.IncompleteGameData.
    """
    with rankings_progress.one_at_a_time():
        champion, game = champion_store.current(), gamedata.current()
        if not force and is_current(champion, game):
            return None
        rows = int(rankings_compute.row_count(game, rankings_compute.pairs_of(game)).sum())
        started = time.perf_counter()
        square = rankings_compute.compute(
            champion,
            game,
            threads=threads,
            progress=rankings_progress.Reporter(progress),
            stop=stop,
        )
        seconds = time.perf_counter() - started
        logger.info("rankings: %d duels in %.1f s", rows, seconds)
        return store(champion, game, square, rows=rows, seconds=seconds)


def start_detached() -> None:
    """Begin ``manage.py rankings`` in a process that outlives this one, behind all others.

    Two of them do no harm: the second one finds the first at work and ends.
    """
    log = rankings_progress.state_path().with_suffix(".log")
    rankings_progress.write_state(0, 0, time.time())
    detached.manage(log, "rankings", "--nice")
