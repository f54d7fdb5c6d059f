"""Counters and good matchups when both play well, and the set that a form brings."""

from collections.abc import Sequence

import numpy as np

from battles.common import by_network
from battles.insights.counters import Answers, Insights, build
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
    everyone = np.arange(len(game.form_slugs))

    def choose() -> tuple[int, ...]:
        attacks = known_sets.strongest_sets(game)
        found = known_sets.set_against(game, value.net, form, everyone, attacks)
        return tuple(int(move) for move in found if move >= 0)

    return by_network.kept(game, value, f"set:{form}", choose)


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
