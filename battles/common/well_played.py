"""Match-ups answered as both sides play well, for pages and API: cached, counted and logged."""

import threading
from dataclasses import dataclass, field

from cachetools import LRUCache, cached

from mlcore.battle_value.artefact import BattleValue
from mlcore.game.gamedata import GameData
from mlcore.game.spreads import Spread
from mlcore.serving import telemetry, well_played
from mlcore.serving.well_played import Answer

#: Answers a process remembers: a page asks again for the same match-up with every change to it.
_REMEMBERED = 512


@dataclass(frozen=True)
class Fighter:
    """One side: a form and its moves, as indices into the game's tables, and how it was trained.

    moves: up to four are brought as they are, of more the best four; maybe none.
    """

    form: int
    spread: Spread
    moves: tuple[int, ...] = field(default=())


def answer(game: GameData, a: Fighter, b: Fighter, *, source: str | None = None) -> Answer:
    """Who wins when both play well. ``source`` says who asks, for metrics and log; None: neither.

    Raises NoBattleValue, which is a NoChampion, and LogUnavailable.
    """
    value = well_played.current(game)
    if source is None:
        return _answer(game, value, a, b)
    # A metric of its own beside that of single moves.
    source = f"{source}-matchup"
    with telemetry.timed(source):
        given = _answer(game, value, a, b)
    well_played.record(
        game, value, a.spread.setups(a.form), b.spread.setups(b.form), given, source=source
    )
    return given


def _key(game: GameData, value: BattleValue, a: Fighter, b: Fighter) -> tuple[object, ...]:
    return game.fingerprint, value.fingerprint, a, b


@cached(LRUCache(_REMEMBERED), key=_key, lock=threading.Lock())
def _answer(game: GameData, value: BattleValue, a: Fighter, b: Fighter) -> Answer:
    return well_played.answer(
        game,
        value,
        a.spread.setups(a.form),
        a.moves,
        b.spread.setups(b.form),
        b.moves,
    )
