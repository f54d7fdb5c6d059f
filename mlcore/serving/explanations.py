"""Why a duel goes as predicted: signed reasons that add up to the log-odds that are shown.

The model's answer has two parts. What the exact solver says is split among the factors of a duel
by Shapley values: the duel is solved with every combination of factors switched off (both
equally fast, no types, sure hits, no side effects), and each factor gets its mean effect over
all orders of switching them on; what is left with all of them off is due to strength alone. What
was learned on top comes from the model itself (``pred_contribs`` for trees, weights times
features for the linear model), each column counted with the factor that it speaks of.

Reasons are codes with values; ``battles`` turns them into words.
"""

from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import combinations
from math import factorial

import numpy as np

from mlcore.engine.specs import NO_TYPE, STATS, TWO_TURNS, Effect, GameTables, MoveColumn, Setups
from mlcore.exact import columns as cf
from mlcore.exact.duel import fighter_rows, solve
from mlcore.game.gamedata import GameData
from mlcore.learning import features
from mlcore.learning.model import Model

#: Factors of a duel that can be switched off; strength is what cannot.
FACTORS = ("order", "types", "accuracy", "effects")
CODES = ("strength", *FACTORS)

_SPEED = STATS.index("speed")
#: Columns that say a side effect's chance or size.
_EFFECT_COLUMNS = (
    MoveColumn.DRAIN_PERCENT,
    MoveColumn.RECOIL_PERCENT,
    MoveColumn.AILMENT,
    MoveColumn.AILMENT_CHANCE,
    MoveColumn.FLINCH_CHANCE,
    MoveColumn.STAT_CHANGE_CHANCE,
)
#: Named effects that come on top of the damage; the others are how the damage comes about.
_SIDE_EFFECTS = (
    *TWO_TURNS,
    Effect.LOCK_IN,
    Effect.PARTIAL_TRAP,
    Effect.CRASH,
    Effect.RAGE,
    Effect.LEECH_SEED,
    Effect.LIGHT_SCREEN,
    Effect.REFLECT,
    Effect.CURE_USER,
    Effect.TRI_STATUS,
    Effect.RESET_TARGET_STAGES,
    Effect.RESET_ALL_STAGES,
)
#: What a reason is told with: columns of a row of features.
_FACTS: dict[str, tuple[str, ...]] = {
    "strength": ("own_mean_share", "foe_mean_share", "own_ko_in_1", "foe_ko_in_1"),
    "order": ("moves_first", "priority_gap", "own_speed", "foe_speed"),
    "types": ("own_effectiveness", "foe_effectiveness", "own_stab", "foe_stab"),
    "accuracy": ("own_hit_chance", "foe_hit_chance"),
    "effects": (),
}


@dataclass(frozen=True)
class Reason:
    """One factor: how far it moves the log-odds towards A (positive) or B, and its facts."""

    code: str
    log_odds: float
    facts: dict[str, float]


@dataclass(frozen=True)
class Explanation:
    """Reasons, the weightiest first; their ``log_odds`` add up to that of the prediction."""

    log_odds: float
    reasons: tuple[Reason, ...]


def explain(
    champion: Model,
    game: GameData,
    a: Setups,
    move_a: int,
    b: Setups,
    move_b: int,
    rows: tuple[np.ndarray, np.ndarray] | None = None,
) -> Explanation:
    """Reasons for the champion's answer to one duel; ``a`` and ``b`` hold one fighter each.

    ``rows`` are the duel's features from both sides, where they are built already.
    """
    moves_a, moves_b = np.array([move_a]), np.array([move_b])
    rows_ab, rows_ba = rows or features.build_pair(game.tables, a, moves_a, b, moves_b)
    log_odds = float(champion.margins(rows_ab, rows_ba)[0])
    shares = learned(champion, rows_ab, rows_ba)
    if champion.on_closed_form:
        fighters = fighter_rows(game.tables, a, moves_a, b, moves_b)
        for code, value in solved(game.tables, fighters).items():
            shares[code] += value / champion.temperature
    # Single precision in the features leaves a trace; it goes where it is noticed least.
    largest = max(shares, key=lambda code: abs(shares[code]))
    shares[largest] += log_odds - sum(shares.values())
    row = {name: float(rows_ab[0, _AT[name]]) for names in _FACTS.values() for name in names}
    reasons = [
        Reason(code, value, {name: row[name] for name in _FACTS[code]})
        for code, value in shares.items()
    ]
    return Explanation(log_odds, tuple(sorted(reasons, key=lambda reason: -abs(reason.log_odds))))


def learned(champion: Model, rows_ab: np.ndarray, rows_ba: np.ndarray) -> dict[str, float]:
    """What the fitted part of the model adds for one duel, by code, in log-odds."""
    both = champion.contributions(np.concatenate([rows_ab, rows_ba]))
    columns = (both[0] - both[1]) / (2.0 * champion.temperature)
    shares = dict.fromkeys(CODES, 0.0)
    for column, value in zip(champion.columns, columns, strict=True):
        shares[_code_of(features.FEATURE_NAMES[column])] += float(value)
    return shares


def solved(tables: GameTables, fighters: np.ndarray) -> dict[str, float]:
    """The exact solver's log-odds of one duel by code; ``fighters`` is one row (1, 2, ...)."""
    value = {
        frozenset(on): _log_odds(tables, fighters, frozenset(on))
        for size in range(len(FACTORS) + 1)
        for on in combinations(FACTORS, size)
    }
    count = len(FACTORS)
    shares = {"strength": value[frozenset()]}
    for factor in FACTORS:
        shares[factor] = sum(
            factorial(len(on))
            * factorial(count - len(on) - 1)
            / factorial(count)
            * (value[on | {factor}] - worth)
            for on, worth in value.items()
            if factor not in on
        )
    return shares


def _log_odds(tables: GameTables, fighters: np.ndarray, on: frozenset[str]) -> float:
    """Log-odds that A wins with only the factors ``on`` at work."""
    changed = fighters.copy()
    if "order" not in on:
        changed[:, :, _SPEED] = fighters[:, :, _SPEED].max()
    if "types" not in on:
        changed[:, :, cf.TYPE_1 : cf.TYPE_2 + 1] = NO_TYPE
    ends = solve(_tables_with(tables, on - {"types"}), changed)[0]
    half = ends[cf.UNDECIDED] / 2
    return float(features.log_odds(ends[cf.WIN_A] + half, ends[cf.WIN_B] + half))


@lru_cache(maxsize=16)
def _tables_with(tables: GameTables, on: frozenset[str]) -> GameTables:
    """The game with moves whose other factors are switched off."""
    moves = tables.moves.copy()
    if "order" not in on:
        moves[:, MoveColumn.PRIORITY] = 0
    if "accuracy" not in on:
        moves[:, MoveColumn.ACCURACY] = 0
    if "effects" not in on:
        moves[:, _EFFECT_COLUMNS] = 0
        side = np.isin(moves[:, MoveColumn.EFFECT], _SIDE_EFFECTS)
        moves[side, MoveColumn.EFFECT] = Effect.NONE
    return replace(tables, moves=moves)


_AT = {name: index for index, name in enumerate(features.FEATURE_NAMES)}
_ORDER = {"speed", "priority", *features.FEATURE_GROUPS["order"]}
_TYPES = {"stab", "effectiveness", "effective_power"}


@cache
def _code_of(feature: str) -> str:
    """The factor that a column speaks of."""
    name = feature.removeprefix("own_").removeprefix("foe_")
    if name in _ORDER:
        return "order"
    if name in _TYPES or feature in features.FEATURE_GROUPS["types"]:
        return "types"
    if name in {"accuracy", "hit_chance"}:
        return "accuracy"
    if feature in features.FEATURE_GROUPS["effects"] or name in {"drain", "recoil"}:
        return "effects"
    return "strength"
