"""The best four moves of a Pokémon against one foe, a group or everyone, and what each is worth."""

from collections.abc import Sequence
from dataclasses import dataclass

from battles.common import by_network
from mlcore.battle_value import best_moves
from mlcore.battle_value.artefact import BattleValue
from mlcore.engine.simulate import move_slots
from mlcore.engine.specs import Setups
from mlcore.game.gamedata import GameData
from mlcore.game.spreads import FLAT, Spread
from mlcore.models import Ranking
from mlcore.rankings import refresh, standings
from mlcore.serving import well_played
from pokedex.models import BossPokemon


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


def best_set(game: GameData, form: int, foes: Sequence[SetFoe] | None = None) -> BestSet:
    """The best four moves of a form under standard rules, cached. Raises NoBattleValue.

    Without ``foes``, against all other forms: then it is the set of the well-played ranking, and
    theirs are the foes' sets, if the ranking is up to date (one query). Other sets are judged by
    the network alone: thousands of match-ups in about half a second.
    """
    value = well_played.current(game)
    own: tuple[int, ...] = ()
    if foes is None:
        sets = _ranked_sets(game, value)
        own = sets.get(form, ())
        others = (other for other in range(len(game.form_slugs)) if other != form)
        foes = [SetFoe(other, moves=sets.get(other, ())) for other in others]
    given = tuple(foes)
    named = repr((form, own, given))
    return by_network.kept(
        game, value, f"best-set:{named}", lambda: _best_set(game, value, form, own, given)
    )


def _ranked_sets(game: GameData, value: BattleValue) -> dict[int, tuple[int, ...]]:
    """Each form's set in the well-played ranking, as indices; none if that is out of date."""
    ranking = standings.current(Ranking.Play.WELL)
    if ranking is None or ranking.inputs != refresh.inputs_of(value, game):
        return {}
    sets = {}
    for form, form_id in enumerate(game.tables.form_ids):
        standing = ranking.place_of(int(form_id))
        if standing is not None:
            sets[form] = tuple(game.move_index_by_id[move] for move in standing.moves)
    return sets


def _best_set(
    game: GameData,
    value: BattleValue,
    form: int,
    chosen: Sequence[int],
    foes: Sequence[SetFoe],
) -> BestSet:
    """The set and its worth; ``chosen`` if it is chosen already."""
    tables, net = game.tables, value.net
    own = FLAT.setups(form)
    others = [foe.spread.setups(foe.form) for foe in foes]
    foe_sets = move_slots(
        [
            foe.moves
            or best_moves.strongest_set(
                tables, setups, game.usable_moves(foe.form, damaging=False).tolist(), own
            )
            for foe, setups in zip(foes, others, strict=True)
        ]
    )
    against = Setups.concatenate(others)
    if not chosen:
        candidates = game.usable_moves(form, damaging=False).tolist()
        chosen = best_moves.best_set(tables, net, own, candidates, against, foe_sets)
    # The set itself, and without each of its moves.
    without = [[*chosen[:row], *chosen[row + 1 :]] for row in range(len(chosen))]
    sets = move_slots([[*chosen], *without])
    means = best_moves.values_of_sets(tables, net, own, sets, against, foe_sets)
    worth = {move: float(means[0] - mean) for move, mean in zip(chosen, means[1:], strict=True)}
    return BestSet(
        moves=tuple(sorted(chosen, key=lambda move: -worth[move])),
        worth=worth,
        probability=float(means[0]),
        foes=len(foes),
        model_version=value.version,
    )
