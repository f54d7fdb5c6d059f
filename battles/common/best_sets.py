"""The best four moves of a Pokémon against one foe, a group or everyone, and what each is worth."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.core.cache import caches

from mlcore.battle_value import best_moves
from mlcore.battle_value.artefact import BattleValue
from mlcore.engine.specs import Setups
from mlcore.engine.state import MOVE_SLOTS, NO_MOVE
from mlcore.game.gamedata import GameData
from mlcore.game.spreads import FLAT, Spread
from mlcore.serving import well_played
from pokedex.models import BossPokemon

#: Answers are kept until network, facts or foes change, and no longer than this.
CACHE_SECONDS = 24 * 3600


@dataclass(frozen=True)
class SetFoe:
    """A foe by its index; without ``moves`` it brings its four strongest attacks."""

    form: int
    spread: Spread = FLAT
    moves: tuple[int, ...] = ()


@dataclass(frozen=True)
class BestSet:
    """A set, the most valuable move first.

    moves        indices into the game's tables
    worth        by move: mean chance to win that is lost without it
    probability  mean chance to win with the set
    foes         how many they were
    """

    moves: tuple[int, ...]
    worth: dict[int, float]
    probability: float
    foes: int
    model_version: str


def everyone_but(game: GameData, form: int) -> list[SetFoe]:
    """All other forms under standard rules."""
    return [SetFoe(other) for other in range(len(game.form_slugs)) if other != form]


def team_of_boss(game: GameData, rows: Sequence[BossPokemon]) -> list[SetFoe]:
    """A boss's Pokémon with their levels and known moves. Raises UnknownName."""
    return [
        SetFoe(
            int(game.form_index(row.pokemon.slug)),
            Spread(level=row.level),
            tuple(int(game.move_index(move.slug)) for move in row.moves),
        )
        for row in rows
    ]


def best_set(game: GameData, form: int, foes: Sequence[SetFoe], level: int = FLAT.level) -> BestSet:
    """The best four moves of a form at a level, cached. Raises NoBattleValue.

    Sets are judged by the network alone: thousands of match-ups in about half a second.
    """
    value = well_played.current(game)
    # The fingerprint does not cover who can use which move; the version does.
    named = repr((form, level, tuple(foes)))
    key = f"best-set:{value.version}:{game.fingerprint[:16]}:{game.version}:{_hash(named)}"
    cache = caches["process"]
    kept: BestSet | None = cache.get(key)
    if kept is None:
        kept = _best_set(game, value, form, foes, level)
        cache.set(key, kept, CACHE_SECONDS)
    return kept


def _hash(text: str) -> str:
    """A short name for a text, the same in every process."""
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _best_set(
    game: GameData, value: BattleValue, form: int, foes: Sequence[SetFoe], level: int
) -> BestSet:
    tables, net = game.tables, value.net
    own = Spread(level=level).setups(form)
    others = [foe.spread.setups(foe.form) for foe in foes]
    foe_sets = np.full((len(foes), MOVE_SLOTS), NO_MOVE, dtype=np.int64)
    for row, (foe, setups) in enumerate(zip(foes, others, strict=True)):
        candidates = game.usable_moves(foe.form, damaging=False).tolist()
        moves = foe.moves or best_moves.strongest_set(tables, setups, candidates, own)
        foe_sets[row, : len(moves)] = moves[:MOVE_SLOTS]
    against = Setups.concatenate(others)
    candidates = game.usable_moves(form, damaging=False).tolist()
    chosen = best_moves.best_set(tables, net, own, candidates, against, foe_sets)
    # The set itself, and without each of its moves.
    sets = np.full((1 + len(chosen), MOVE_SLOTS), NO_MOVE, dtype=np.int64)
    sets[0, : len(chosen)] = chosen
    for row in range(len(chosen)):
        kept = chosen[:row] + chosen[row + 1 :]
        sets[1 + row, : len(kept)] = kept
    means = best_moves.values_of_sets(tables, net, own, sets, against, foe_sets)
    worth = {
        move: float(means[0] - without) for move, without in zip(chosen, means[1:], strict=True)
    }
    return BestSet(
        moves=tuple(sorted(chosen, key=lambda move: -worth[move])),
        worth=worth,
        probability=float(means[0]),
        foes=len(foes),
        model_version=value.version,
    )
