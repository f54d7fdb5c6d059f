"""Counters when both play well: who beats a fighter, or a team, whose sets are known.

Thousands of sets are tried by the network alone; only the few that are shown are looked at one ply
ahead. All of it is for one caller at a time and costs less than a second of a core.
"""

from dataclasses import dataclass

import numpy as np

from mlcore.battle_value import best_moves
from mlcore.battle_value.artefact import BattleValue
from mlcore.engine.specs import Setups
from mlcore.game.gamedata import GameData
from mlcore.serving import known_sets

#: Of one foe's match-ups, so many of the best and of the worst are looked at one ply ahead.
LOOKED_AT = 30
#: Of a team's, so many of the best overall, and of each foe's.
_OVERALL, _OF_EACH = 30, 8
#: How many forms per place may try all of their sets against a team.
_PREFILTER = 2


@dataclass(frozen=True, eq=False)
class KnownCounters:
    """n fighters against m foes when both play well.

    values  float64 (n, m): P(fighter wins)
    sets    int (n, m, 4): the fighter's moves against that foe, indices, -1 for an empty slot
    """

    values: np.ndarray
    sets: np.ndarray


def against_one(
    game: GameData, value: BattleValue, own: Setups, foe: Setups, foe_set: np.ndarray
) -> KnownCounters:
    """n fighters, each with its best set against one foe with the set int (4,)."""
    sets, values = known_sets.best_responses(game, value.net, own, foe, foe_set[None])
    order = np.argsort(-values[:, 0], kind="stable")
    looked_at = np.unique(np.concatenate([order[:LOOKED_AT], order[-LOOKED_AT:]]))
    values[looked_at] = best_moves.chances(
        game.tables,
        value.net,
        own.take(looked_at),
        sets[looked_at],
        foe,
        foe_set[None],
        looks_ahead=True,
    )
    return KnownCounters(values, sets[:, None])


def against_team(
    game: GameData,
    value: BattleValue,
    own: Setups,
    foes: Setups,
    foe_sets: np.ndarray,
    given: np.ndarray | None = None,
) -> KnownCounters:
    """n fighters, each with one set against all of a team, the one with the highest mean chance.

    foe_sets: int (m, 4). ``given``: int (n, 4), sets to keep as they are; for a row of -1 one is
    chosen.
    """
    sets, _ = known_sets.best_responses(game, value.net, own, foes, foe_sets)
    if given is not None:
        has_set = (given >= 0).any(axis=1, keepdims=True)
        sets = np.where(has_set, given, sets)
    values = best_moves.chances(
        game.tables,
        value.net,
        own,
        sets,
        foes,
        foe_sets,
        looks_ahead=True,
    )
    return KnownCounters(values, np.repeat(sets[:, None], len(foes), axis=1))


@dataclass(frozen=True, eq=False)
class TeamCounters:
    """The best of many fighters against a team.

    overall        int (k,): rows of fighters worth a look against all of it, best first
    against_all    KnownCounters (k, m): these, each with one set against the whole team
    each           m times (int (l,), KnownCounters (l, 1)): those worth a look against one foe,
                   each with its set against this foe, best first
    """

    overall: np.ndarray
    against_all: KnownCounters
    each: list[tuple[np.ndarray, KnownCounters]]


def of_team(
    game: GameData,
    value: BattleValue,
    own: Setups,
    foes: Setups,
    foe_sets: np.ndarray,
) -> TeamCounters:
    """Which of n fighters beat a team, together and one by one.

    All are tried with their strongest attacks first; those that promise most try all of their sets.
    """
    first = known_sets.strongest_sets(game)[own.form]
    rough = best_moves.chances(game.tables, value.net, own, first, foes, foe_sets)
    picked = np.argsort(-rough.mean(axis=1), kind="stable")[: _PREFILTER * _OVERALL]
    sets, values = known_sets.best_responses(game, value.net, own.take(picked), foes, foe_sets)
    order = np.argsort(-values.mean(axis=1), kind="stable")[:_OVERALL]
    overall, sets = picked[order], sets[order]
    values = best_moves.chances(
        game.tables,
        value.net,
        own.take(overall),
        sets,
        foes,
        foe_sets,
        looks_ahead=True,
    )
    order = np.argsort(-values.mean(axis=1), kind="stable")
    overall = overall[order]
    against_all = KnownCounters(values[order], np.repeat(sets[order][:, None], len(foes), axis=1))
    each = []
    for k in range(len(foes)):
        foe, foe_set = foes.take(np.array([k])), foe_sets[k]
        rows = np.argsort(-rough[:, k], kind="stable")[: 2 * _PREFILTER * _OF_EACH]
        own_sets, own_values = known_sets.best_responses(
            game, value.net, own.take(rows), foe, foe_set[None]
        )
        order = np.argsort(-own_values[:, 0], kind="stable")[:_OF_EACH]
        rows, own_sets = rows[order], own_sets[order]
        own_values = best_moves.chances(
            game.tables,
            value.net,
            own.take(rows),
            own_sets,
            foe,
            foe_set[None],
            looks_ahead=True,
        )
        order = np.argsort(-own_values[:, 0], kind="stable")
        each.append((rows[order], KnownCounters(own_values[order], own_sets[order][:, None])))
    return TeamCounters(overall, against_all, each)
