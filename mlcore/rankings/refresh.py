"""When rankings are computed, by whom, and how they are stored."""

import hashlib
import io
import logging
import threading
import time

import numpy as np

from mlcore.battle_value.artefact import BattleValue
from mlcore.game import gamedata
from mlcore.game.gamedata import GameData
from mlcore.learning.model import Model
from mlcore.models import Ranking
from mlcore.rankings import compute as rankings_compute
from mlcore.rankings import well_played
from mlcore.rankings.well_played import WellPlayed
from mlcore.serving import champion as champion_store
from mlcore.serving import well_played as serving_well_played

logger = logging.getLogger(__name__)


#: Rankings of each kind that are kept; older ones are deleted.
KEPT = 3


#: What a ranking is made by: the model of duels, or the value of battle states.
Maker = Model | BattleValue
#: Kinds of rankings, in the order in which they are computed.
PLAYS = (Ranking.Play.ONE_MOVE, Ranking.Play.WELL)


def play_of(maker: Maker) -> Ranking.Play:
    """How the battles of a ranking by this model are played."""
    return Ranking.Play.WELL if isinstance(maker, BattleValue) else Ranking.Play.ONE_MOVE


def inputs_of(maker: Maker, game: GameData) -> str:
    """A hash of everything that the numbers depend on: model, facts, who can use which move."""
    checksum = (
        maker.fingerprint
        if isinstance(maker, BattleValue)
        else maker.metadata.get("model_sha256", "")
    )
    digest = hashlib.sha256()
    for part in (maker.version, checksum, game.fingerprint):
        digest.update(f"{part}\n".encode())
    digest.update(np.ascontiguousarray(game.tables.usable).tobytes())
    return digest.hexdigest()


def store(
    maker: Maker,
    game: GameData,
    answers: rankings_compute.Square | WellPlayed,
    *,
    rows: int = 0,
    seconds: float = 0.0,
) -> Ranking:
    """Keep answers as the newest ranking; of its kind, all but the newest KEPT are deleted."""
    packed = io.BytesIO()
    np.savez_compressed(
        packed, form_ids=game.tables.form_ids, move_ids=game.tables.move_ids, **vars(answers)
    )
    row = Ranking.objects.create(
        play=play_of(maker),
        model_version=maker.version,
        data_fingerprint=game.fingerprint,
        inputs=inputs_of(maker, game),
        rows=rows,
        seconds=seconds,
        arrays=packed.getvalue(),
    )
    same = Ranking.objects.filter(play=row.play).order_by("-id")
    Ranking.objects.filter(pk__in=list(same.values_list("pk", flat=True)[KEPT:])).delete()
    return row


def is_current(maker: Maker, game: GameData) -> bool:
    """The newest ranking of its kind was made by this model of these facts."""
    same = Ranking.objects.filter(play=play_of(maker)).order_by("-id")
    return same.values_list("inputs", flat=True).first() == inputs_of(maker, game)


def maker_of(play: str, game: GameData) -> Maker:
    """The model that serves; raises champion_store.NoChampion."""
    if play == Ranking.Play.WELL:
        return serving_well_played.current(game)
    return champion_store.current()


def refresh(
    play: str = Ranking.Play.ONE_MOVE,
    *,
    force: bool = False,
    threads: int | None = None,
    progress: rankings_compute.Progress | None = None,
    stop: threading.Event | None = None,
) -> Ranking | None:
    """Compute and keep a ranking by the model and the facts as they are now.

    For a run of ``mlcore.rankings.progress.TASK``, of which there is one at a time. Returns None
    when it is up to date already (unless ``force``). Nothing is stored before all is done. When
    model or facts change meanwhile, what was computed is stored as of its own model and the next
    refresh makes it new.

    Raises Interrupted, champion_store.NoChampion, gamedata.IncompleteGameData.
    """
    game = gamedata.current()
    maker = maker_of(play, game)
    if not force and is_current(maker, game):
        return None
    started = time.perf_counter()
    answers: rankings_compute.Square | WellPlayed
    if isinstance(maker, BattleValue):
        rows = len(well_played.pairs_of(game))
        answers = well_played.compute(maker, game, threads=threads, progress=progress, stop=stop)
    else:
        rows = int(rankings_compute.row_count(game, rankings_compute.pairs_of(game)).sum())
        answers = rankings_compute.compute(
            maker, game, threads=threads, progress=progress, stop=stop
        )
    seconds = time.perf_counter() - started
    logger.info("rankings (%s): %d rows in %.1f s", play, rows, seconds)
    return store(maker, game, answers, rows=rows, seconds=seconds)
