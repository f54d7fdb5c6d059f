"""Counters and good matchups when both play well."""

from collections.abc import Sequence

import numpy as np

from battles.common import best_sets, by_network
from battles.insights.counters import Answers, Insights, build
from mlcore.battle_value.artefact import BattleValue
from mlcore.engine.specs import Setups
from mlcore.game.gamedata import GameData
from mlcore.serving import known_counters, known_sets


def outcomes(
    game: GameData, value: BattleValue, form: int, moves: Sequence[int]
) -> known_counters.KnownCounters:
    """All other forms, in their order, against this one with this set under standard rules.

    Cached until model or data change.
    """
    return by_network.kept(
        game,
        value,
        f"counters:{form}:{sorted(moves)}",
        lambda: known_counters.against_one(
            game,
            value,
            Setups.flat(_others(game, form)),
            Setups.flat(np.array([form], dtype=np.int32)),
            known_sets.padded(moves),
        ),
    )


def insights_of(
    game: GameData,
    value: BattleValue,
    form: int,
    *,
    megas: bool,
    moves: Sequence[int] = (),
) -> Insights:
    """Its best counters and good matchups when both play well, with its best set or ``moves``."""
    own_set = tuple(moves) or best_sets.best_set(game, form).moves
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
