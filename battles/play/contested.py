"""Match-ups that are worth playing: open if both play well, and not over in two turns.

Most random one-on-ones are decided before they begin. These are drawn by day and page, the same
for everyone; the answers are kept in the cache.
"""

import datetime
import hashlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from battles.common import shared_cache, well_played
from battles.common.well_played import Fighter
from mlcore.engine.specs import GameTables, Setups
from mlcore.engine.stats import compute_stats
from mlcore.game import move_strength
from mlcore.game.gamedata import GameData
from mlcore.game.spreads import FLAT
from mlcore.serving import well_played as serving_well_played

COUNT = 6
PAGES = 20
#: Open: A's chance to win lies between these.
OPEN = (0.35, 0.65)
#: Uses of its strongest move that each side needs at least, and how far they may differ.
MIN_HITS, _RATIO = 2.05, 2.0
#: Pairs to ask about for a page; fewer match-ups than COUNT are shown if these do not do.
_TRIES = 60
_SECONDS = 48 * 3600


@dataclass(frozen=True)
class Contested:
    """Slugs of both Pokémon and of the moves they bring."""

    a: str
    b: str
    moves_a: tuple[str, ...]
    moves_b: tuple[str, ...]


def page_of(game: GameData, day: datetime.date, page: int) -> list[Contested]:
    """The match-ups of a page, 1 to PAGES. Raises NoBattleValue."""
    value = serving_well_played.current(game)
    key = (
        f"contested/{day.isoformat()}/{page}/{value.version}/{game.fingerprint[:16]}/{game.version}"
    )
    return shared_cache.get_or_make(key, lambda: _draw(game, day, page), _SECONDS)


def _draw(game: GameData, day: datetime.date, page: int) -> list[Contested]:
    digest = hashlib.sha256(f"{day.isoformat()}/{page}".encode()).digest()
    rng = np.random.default_rng(int.from_bytes(digest[:8]))
    found: list[Contested] = []
    taken: set[int] = set()
    for a, b in rng.permutation(_candidates(game.tables))[:_TRIES].tolist():
        if taken & {a, b}:
            continue
        if rng.integers(2):
            a, b = b, a
        answer = well_played.answer(game, _everything(game, a), _everything(game, b))
        if not OPEN[0] <= answer.probability <= OPEN[1]:
            continue
        taken |= {a, b}
        slugs = (
            tuple(game.move_slugs[move] for move in plan.moves) for plan in (answer.a, answer.b)
        )
        found.append(Contested(game.form_slugs[a], game.form_slugs[b], *slugs))
        if len(found) == COUNT:
            break
    return found


@lru_cache(maxsize=2)
def _candidates(tables: GameTables) -> np.ndarray:
    """Pairs of forms that take about as many hits from each other, not few, int (n, 2)."""
    able = move_strength.fighters_of(tables)
    hp = compute_stats(tables, Setups.flat(able))[:, 0]
    damage = move_strength.expected_damage(tables).max(axis=1)[np.ix_(able, able)]
    hits = hp[None, :] / np.maximum(damage, 1e-6)
    lasting = np.minimum(hits, hits.T) >= MIN_HITS
    even = np.maximum(hits, hits.T) <= _RATIO * np.minimum(hits, hits.T)
    first, second = np.nonzero(np.triu(lasting & even, k=1))
    return np.stack([able[first], able[second]], axis=1)


def _everything(game: GameData, form: int) -> Fighter:
    return Fighter(form, FLAT, tuple(game.usable_moves(form, damaging=False).tolist()))
