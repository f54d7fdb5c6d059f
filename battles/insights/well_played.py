"""Counters and good matchups when both play well, and the set that a form brings."""

from collections.abc import Sequence

import numpy as np
from django.core.cache import caches

from battles.insights.counters import CACHE_SECONDS, Answers, Insights, build
from mlcore.battle_value.artefact import BattleValue
from mlcore.engine.specs import Setups
from mlcore.game.gamedata import GameData
from mlcore.models import Ranking
from mlcore.rankings import refresh, standings
from mlcore.serving import known_counters, known_sets


def set_of(game: GameData, value: BattleValue, form: int) -> tuple[int, ...]:
    """The form's best set on average against all others, as indices.

    That of the ranking, if it is up to date; else it is chosen now, against their strongest
    attacks. One query.
    """
    ranking = standings.current(Ranking.Play.WELL)
    if ranking is not None and ranking.inputs == refresh.inputs_of(value, game):
        standing = ranking.place_of(int(game.tables.form_ids[form]))
        if standing is not None:
            return tuple(game.move_index_by_id[move] for move in standing.moves)
    key = f"set:{value.version}:{game.fingerprint[:16]}:{game.version}:{form}"
    cache = caches["process"]
    kept: tuple[int, ...] | None = cache.get(key)
    if kept is None:
        everyone = np.arange(len(game.form_slugs))
        found = known_sets.set_against(
            game, value.net, form, everyone, known_sets.strongest_sets(game)
        )
        kept = tuple(int(move) for move in found if move >= 0)
        cache.set(key, kept, CACHE_SECONDS)
    return kept


def outcomes(
    game: GameData, value: BattleValue, form: int, moves: Sequence[int]
) -> known_counters.KnownCounters:
    """All other forms, in their order, against this one with this set under standard rules.

    Cached until model or data change.
    """
    chosen = "-".join(map(str, sorted(moves)))
    key = f"known:{value.version}:{game.fingerprint[:16]}:{game.version}:{form}:{chosen}"
    cache = caches["process"]
    kept: known_counters.KnownCounters | None = cache.get(key)
    if kept is None:
        kept = known_counters.against_one(
            game,
            value,
            Setups.flat(_others(game, form)),
            Setups.flat(np.array([form], dtype=np.int32)),
            known_sets.padded(moves),
        )
        cache.set(key, kept, CACHE_SECONDS)
    return kept


def insights_of(
    game: GameData,
    value: BattleValue,
    form: int,
    *,
    megas: bool,
    moves: Sequence[int] = (),
) -> Insights:
    """Its best counters and good matchups when both play well, with its best set or ``moves``."""
    own_set = tuple(moves) or set_of(game, value, form)
    answer = outcomes(game, value, form, own_set)
    wins, sets = 1.0 - answer.values[:, 0], answer.sets[:, 0]
    opponents = _others(game, form)
    nobody = np.full(len(opponents), -1)
    return build(
        game,
        form,
        Answers(opponents, wins, nobody, wins, nobody, value.version, 0, sets=sets),
        megas=megas,
        own_set=own_set,
    )


def _others(game: GameData, form: int) -> np.ndarray:
    return np.flatnonzero(np.arange(len(game.form_slugs)) != form).astype(np.int32)
