"""A duel as a row of numbers: one vectorised function for training and serving.

A row looks at the duel from A's side: what A is and does, the same for B, then what follows for
the two. ``build_pair`` gives the rows from both sides; the second is, bit for bit, what the first
would be with the sides swapped, so a model that subtracts its answers to both is antisymmetric.
"""

import hashlib
from functools import cached_property, lru_cache

import numpy as np

from mlcore.engine.damage import critical_chance
from mlcore.engine.effectiveness import percent
from mlcore.engine.specs import (
    CHARGES,
    NO_TYPE,
    REACTIVE,
    STATS,
    STATUS_IMMUNE_TYPES,
    TYPES,
    Ailment,
    DamageClass,
    Effect,
    GameTables,
    MoveColumn,
    Setups,
    Target,
)
from mlcore.exact import columns
from mlcore.exact.duel import fighter_rows, last_turns, solve, uses_to_win
from mlcore.lib import ordering

#: Raised whenever a column changes its meaning but not its name: old models are then refused.
_VERSION = 1
#: Log-odds of the exact solver stay within what this probability gives.
_MIN_PROBABILITY = 3e-4

_TYPE_NAMES = tuple(f"is_{slug}" for slug in TYPES)
_DAMAGING_AILMENTS = (
    Ailment.PARALYSIS,
    Ailment.BURN,
    Ailment.POISON,
    Ailment.FREEZE,
    Ailment.CONFUSION,
)
# What each effect is grouped as in a row; some mean the same to a duel.
_EFFECT_FLAGS: dict[str, tuple[Effect, ...]] = {
    "charges": CHARGES,
    "hides": (Effect.CHARGE_UNDERGROUND, Effect.CHARGE_AIRBORNE),
    "recharges": (Effect.RECHARGE,),
    "locks_in": (Effect.LOCK_IN,),
    "traps": (Effect.PARTIAL_TRAP,),
    "crashes": (Effect.CRASH,),
    "rages": (Effect.RAGE,),
    "self_destructs": (Effect.SELF_DESTRUCT,),
    "knocks_out": (Effect.ONE_HIT_KO,),
    "returns_damage": REACTIVE,
    "fixed_damage": (Effect.LEVEL_DAMAGE, Effect.RANDOM_LEVEL_DAMAGE),
    "halves_hp": (Effect.HALF_HP_DAMAGE,),
    "doubled_when_statused": (Effect.DOUBLE_WHEN_STATUSED,),
    "conditional": (
        Effect.TARGET_ASLEEP_ONLY,
        Effect.TARGET_ATTACKING_ONLY,
        Effect.FIRST_TURN_ONLY,
    ),
    "seeds": (Effect.LEECH_SEED,),
    "raises_screen": (Effect.REFLECT, Effect.LIGHT_SCREEN),
    "resets_stages": (Effect.RESET_TARGET_STAGES, Effect.RESET_ALL_STAGES),
}
_STAGED = ("attack", "defense", "special_attack", "special_defense", "speed")

# Names of the columns of one side, by group. The prefixes own_ and foe_ are added below.
_SIDE_GROUPS: dict[str, tuple[str, ...]] = {
    "stats": (*STATS, "level", "friendship", "weight"),
    "types": _TYPE_NAMES,
    "move": (
        "power",
        "accuracy",
        "is_physical",
        "priority",
        "pp",
        "critical_chance",
        "min_hits",
        "max_hits",
        "drain",
        "recoil",
        "stab",
        "effectiveness",
        "effective_power",
    ),
    "effects": (
        *(f"{ailment.name.lower()}_chance" for ailment in _DAMAGING_AILMENTS),
        "flinch_chance",
        *(f"foe_{stat}_change" for stat in _STAGED),
        "own_attack_change",
        "own_defense_change",
        *_EFFECT_FLAGS,
    ),
    "damage": (
        "hit_chance",
        "min_share",
        "max_share",
        "mean_share",
        "capped_share",
        "share_per_turn",
        "mean_uses",
        "last_turn",
    ),
    "uses_to_ko": tuple(f"ko_in_{n}" for n in range(1, columns.USES + 1)),
}
_DUEL_GROUPS: dict[str, tuple[str, ...]] = {
    "order": ("moves_first", "speed_ratio", "priority_gap"),
    "contrast": (
        "level_gap",
        "hp_ratio",
        "base_stat_gap",
        "effective_power_diff",
        "share_per_turn_diff",
        "mean_uses_diff",
    ),
    "race": ("race_win", "race_loss", "race_log_odds"),
    "closed_form": (
        "closed_form_win",
        "closed_form_loss",
        "closed_form_undecided",
        "closed_form_log_odds",
        "closed_form_turns",
        *(f"win_by_turn_{n}" for n in range(1, columns.TURNS + 1)),
        *(f"loss_by_turn_{n}" for n in range(1, columns.TURNS + 1)),
    ),
}

_SIDE_NAMES = tuple(name for names in _SIDE_GROUPS.values() for name in names)
_DUEL_NAMES = tuple(name for names in _DUEL_GROUPS.values() for name in names)
FEATURE_NAMES: tuple[str, ...] = (
    *(f"own_{name}" for name in _SIDE_NAMES),
    *(f"foe_{name}" for name in _SIDE_NAMES),
    *_DUEL_NAMES,
)
#: Columns by group, for ablations: what a group is worth is what is lost without it.
FEATURE_GROUPS: dict[str, tuple[str, ...]] = {
    **{
        group: tuple(f"{side}_{name}" for side in ("own", "foe") for name in names)
        for group, names in _SIDE_GROUPS.items()
    },
    **_DUEL_GROUPS,
}
SCHEMA_HASH = hashlib.sha256("\n".join((str(_VERSION), *FEATURE_NAMES)).encode()).hexdigest()
_MARGIN_COLUMN = FEATURE_NAMES.index("closed_form_log_odds")
_AT = {name: index for index, name in enumerate(_SIDE_NAMES)}
_DUEL_AT = {name: index for index, name in enumerate(_DUEL_NAMES)}


def base_margin(rows: np.ndarray) -> np.ndarray:
    """Log-odds that A wins by the exact solver alone, float32 (k,): where the trees start."""
    return rows[:, _MARGIN_COLUMN]


def build_features(
    tables: GameTables, a: Setups, move_a: np.ndarray, b: Setups, move_b: np.ndarray
) -> np.ndarray:
    """k duels from A's side, float32 (k, len(FEATURE_NAMES))."""
    return build_pair(tables, a, move_a, b, move_b)[0]


def build_pair(
    tables: GameTables, a: Setups, move_a: np.ndarray, b: Setups, move_b: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The same duels from A's side and from B's side, float32 (k, F) each."""
    fighters = fighter_rows(tables, a, np.asarray(move_a), b, np.asarray(move_b))
    # Whoever comes first in a fixed order of fighters is "A" for the exact solver, so that
    # swapping the sides of a duel changes no rounding.
    order = ordering.compare(fighters[:, 0], fighters[:, 1])
    swapped = order > 0
    fighters[swapped] = fighters[swapped, ::-1]
    forms = np.stack([a.form, b.form], axis=1)
    forms[swapped] = forms[swapped, ::-1]

    uses = uses_to_win(tables, fighters)
    ends = solve(tables, fighters)
    mirrored = order == 0
    if mirrored.any():
        ends[mirrored] = (ends[mirrored] + _other_view(ends[mirrored])) / 2
    sides = _side_columns(tables, fighters, uses)
    rows = [
        np.concatenate(
            [
                sides[:, side],
                sides[:, 1 - side],
                _duel_columns(tables, fighters, forms, uses, ends, sides, side),
            ],
            axis=1,
        )
        for side in (0, 1)
    ]
    first_view = np.where(swapped[:, None], rows[1], rows[0])
    second_view = np.where(swapped[:, None], rows[0], rows[1])
    return first_view, second_view


class Features:
    """Rows of some duels from both sides, built when first needed and only once."""

    def __init__(
        self, tables: GameTables, a: Setups, move_a: np.ndarray, b: Setups, move_b: np.ndarray
    ) -> None:
        self.duels = (tables, a, move_a, b, move_b)

    @cached_property
    def pair(self) -> tuple[np.ndarray, np.ndarray]:
        """See ``build_pair``."""
        return build_pair(*self.duels)

    def of(self, row: int) -> tuple[np.ndarray, np.ndarray]:
        """A single duel's rows, (1, F) each."""
        rows_ab, rows_ba = self.pair
        return rows_ab[row : row + 1], rows_ba[row : row + 1]


def _other_view(ends: np.ndarray) -> np.ndarray:
    """Results of the exact solver with the sides exchanged."""
    other = ends.copy()
    other[:, columns.WIN_A], other[:, columns.WIN_B] = (
        ends[:, columns.WIN_B],
        ends[:, columns.WIN_A],
    )
    by_a = slice(columns.WIN_A_BY, columns.WIN_A_BY + columns.TURNS)
    by_b = slice(columns.WIN_B_BY, columns.WIN_B_BY + columns.TURNS)
    other[:, by_a], other[:, by_b] = ends[:, by_b], ends[:, by_a]
    return other


@lru_cache(maxsize=4)
def _move_columns(tables: GameTables) -> np.ndarray:
    """What a move is by itself: float32 (m, len(_SIDE_NAMES)), columns of others left at 0."""
    moves = tables.moves
    out = np.zeros((len(moves), len(_SIDE_NAMES)), dtype=np.float32)

    def column(which: MoveColumn) -> np.ndarray:
        return moves[:, which]

    effect = column(MoveColumn.EFFECT)
    out[:, _AT["power"]] = column(MoveColumn.POWER)
    accuracy = column(MoveColumn.ACCURACY)
    out[:, _AT["accuracy"]] = np.where(accuracy == 0, 101, accuracy)
    out[:, _AT["is_physical"]] = column(MoveColumn.DAMAGE_CLASS) == DamageClass.PHYSICAL
    out[:, _AT["priority"]] = column(MoveColumn.PRIORITY)
    out[:, _AT["pp"]] = column(MoveColumn.PP)
    out[:, _AT["critical_chance"]] = critical_chance(moves)
    out[:, _AT["min_hits"]] = column(MoveColumn.MIN_HITS)
    out[:, _AT["max_hits"]] = column(MoveColumn.MAX_HITS)
    out[:, _AT["drain"]] = column(MoveColumn.DRAIN_PERCENT) / 100
    out[:, _AT["recoil"]] = column(MoveColumn.RECOIL_PERCENT) / 100
    for ailment in _DAMAGING_AILMENTS:
        same = column(MoveColumn.AILMENT) == ailment
        if ailment == Ailment.POISON:
            same |= column(MoveColumn.AILMENT) == Ailment.BAD_POISON
        chance = np.where(same, column(MoveColumn.AILMENT_CHANCE), 0) / 100
        if ailment in (Ailment.PARALYSIS, Ailment.BURN, Ailment.FREEZE):
            tri = column(MoveColumn.AILMENT_CHANCE) / 300
            chance = np.where(effect == Effect.TRI_STATUS, tri, chance)
        out[:, _AT[f"{ailment.name.lower()}_chance"]] = chance
    out[:, _AT["flinch_chance"]] = column(MoveColumn.FLINCH_CHANCE) / 100
    on_user = column(MoveColumn.STAT_CHANGE_TARGET) == Target.USER
    chance = column(MoveColumn.STAT_CHANGE_CHANCE) / 100
    for offset, stat in enumerate(_STAGED):
        change = moves[:, MoveColumn.ATTACK_CHANGE + offset] * chance
        out[:, _AT[f"foe_{stat}_change"]] = np.where(on_user, 0, change)
        if stat in ("attack", "defense"):
            out[:, _AT[f"own_{stat}_change"]] = np.where(on_user, change, 0)
    for name, effects in _EFFECT_FLAGS.items():
        out[:, _AT[name]] = np.isin(effect, effects)
    out[:, _AT["fixed_damage"]] += column(MoveColumn.FIXED_DAMAGE) > 0
    return out


def _type_mask(types: np.ndarray) -> np.ndarray:
    """float32 (..., 18): which of the 18 types a fighter has; from (..., 2)."""
    mask = np.zeros((*types.shape[:-1], NO_TYPE + 1), dtype=np.float32)
    for slot in range(types.shape[-1]):
        np.put_along_axis(mask, types[..., slot : slot + 1], 1, axis=-1)
    return mask[..., :NO_TYPE]


def _ailments_that_take(types: np.ndarray) -> dict[Ailment, np.ndarray]:
    """Which ailments a fighter with these types (..., 18) can get."""
    return {
        ailment: 1 - types[..., [TYPES.index(slug) for slug in slugs]].max(axis=-1)
        for ailment, slugs in STATUS_IMMUNE_TYPES.items()
        if ailment in _DAMAGING_AILMENTS
    }


def _side_columns(tables: GameTables, fighters: np.ndarray, uses: np.ndarray) -> np.ndarray:
    """Columns of both sides, float32 (k, 2, len(_SIDE_NAMES))."""
    moves = fighters[:, :, columns.MOVE]
    out = _move_columns(tables)[moves]
    out[:, :, : len(STATS)] = fighters[:, :, : len(STATS)]
    out[:, :, _AT["level"]] = fighters[:, :, columns.LEVEL]
    out[:, :, _AT["friendship"]] = fighters[:, :, columns.FRIENDSHIP]
    out[:, :, _AT["weight"]] = fighters[:, :, columns.WEIGHT]
    types = fighters[:, :, columns.TYPE_1 : columns.TYPE_2 + 1]
    mask = _type_mask(types)
    first = _AT[_TYPE_NAMES[0]]
    out[:, :, first : first + NO_TYPE] = mask

    foe = np.array([1, 0])
    move_type = tables.moves[moves, MoveColumn.TYPE]
    foe_types = types[:, foe]
    chart = tables.type_chart
    effectiveness = percent(chart, move_type, foe_types[..., 0], foe_types[..., 1]) / 100
    stab = (types == move_type[:, :, None]).any(axis=2)
    out[:, :, _AT["stab"]] = stab
    out[:, :, _AT["effectiveness"]] = effectiveness
    hits = (out[:, :, _AT["min_hits"]] + out[:, :, _AT["max_hits"]]) / 2
    turns = 1 + out[:, :, _AT["charges"]] + out[:, :, _AT["recharges"]]
    out[:, :, _AT["effective_power"]] = (
        out[:, :, _AT["power"]]
        * np.where(stab, 1.5, 1.0)
        * effectiveness
        * hits
        * uses[:, :, columns.HIT_CHANCE]
        / turns
    )
    for ailment, takes in _ailments_that_take(mask[:, foe]).items():
        out[:, :, _AT[f"{ailment.name.lower()}_chance"]] *= takes

    foe_hp = fighters[:, foe, 0]
    out[:, :, _AT["hit_chance"]] = uses[:, :, columns.HIT_CHANCE]
    out[:, :, _AT["min_share"]] = np.minimum(uses[:, :, columns.MIN_DAMAGE] / foe_hp, 4)
    out[:, :, _AT["max_share"]] = np.minimum(uses[:, :, columns.MAX_DAMAGE] / foe_hp, 4)
    out[:, :, _AT["mean_share"]] = np.minimum(uses[:, :, columns.MEAN_DAMAGE] / foe_hp, 4)
    out[:, :, _AT["capped_share"]] = uses[:, :, columns.MEAN_CAPPED] / foe_hp
    out[:, :, _AT["share_per_turn"]] = (
        uses[:, :, columns.MEAN_CAPPED] * uses[:, :, columns.HIT_CHANCE] / foe_hp / turns
    )
    ko_in = uses[:, :, columns.KO_IN : columns.KO_IN + columns.USES]
    # The mean number of uses, those beyond the last one counting as one more.
    out[:, :, _AT["mean_uses"]] = 1 + (1 - ko_in).sum(axis=2)
    out[:, :, _AT["last_turn"]] = last_turns(tables, fighters)
    first = _AT["ko_in_1"]
    out[:, :, first : first + columns.USES] = ko_in
    return out


def log_odds(win: np.ndarray, loss: np.ndarray) -> np.ndarray:
    """Log-odds of chances to win and to lose, kept within what the exact solver can tell."""
    least = _MIN_PROBABILITY
    return np.log(np.maximum(win, least)) - np.log(np.maximum(loss, least))


def _race(ko_own: np.ndarray, ko_foe: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Chance to knock out first when both only attack, float64 (k,).

    ko_own, ko_foe: chance to be done after n uses (k, n); first: chance to move first (k,).
    """
    before_own = np.concatenate([np.zeros((len(ko_own), 1)), ko_own[:, :-1]], axis=1)
    before_foe = np.concatenate([np.zeros((len(ko_foe), 1)), ko_foe[:, :-1]], axis=1)
    exactly = ko_own - before_own
    as_first = (exactly * (1 - before_foe)).sum(axis=1)
    as_second = (exactly * (1 - ko_foe)).sum(axis=1)
    return first * as_first + (1 - first) * as_second


def _duel_columns(
    tables: GameTables,
    fighters: np.ndarray,
    forms: np.ndarray,
    uses: np.ndarray,
    ends: np.ndarray,
    sides: np.ndarray,
    side: int,
) -> np.ndarray:
    """What follows for the two, seen from ``side``: float32 (k, len(_DUEL_NAMES))."""
    out = np.empty((len(fighters), len(_DUEL_NAMES)), dtype=np.float32)
    own, foe = sides[:, side], sides[:, 1 - side]

    def put(name: str, values: np.ndarray) -> None:
        out[:, _DUEL_AT[name]] = values

    def gap(name: str) -> np.ndarray:
        return own[:, _AT[name]] - foe[:, _AT[name]]

    def ratio(name: str) -> np.ndarray:
        return np.log(own[:, _AT[name]] / foe[:, _AT[name]])

    lead = np.where(gap("priority") != 0, gap("priority"), gap("speed"))
    first = (np.sign(lead) + 1) / 2
    put("moves_first", first)
    put("speed_ratio", ratio("speed"))
    put("priority_gap", gap("priority"))
    put("level_gap", gap("level"))
    put("hp_ratio", ratio("hp"))
    totals = tables.base_stats.sum(axis=1)[forms]
    put("base_stat_gap", totals[:, side] - totals[:, 1 - side])
    put("effective_power_diff", gap("effective_power"))
    put("share_per_turn_diff", gap("share_per_turn"))
    put("mean_uses_diff", gap("mean_uses"))

    ko = uses[:, :, columns.KO_IN : columns.KO_IN + columns.USES]
    win = _race(ko[:, side], ko[:, 1 - side], first)
    loss = _race(ko[:, 1 - side], ko[:, side], 1 - first)
    put("race_win", win)
    put("race_loss", loss)
    put("race_log_odds", log_odds(win, loss))

    seen = ends if side == 0 else _other_view(ends)
    half = seen[:, columns.UNDECIDED] / 2
    put("closed_form_win", seen[:, columns.WIN_A])
    put("closed_form_loss", seen[:, columns.WIN_B])
    put("closed_form_undecided", seen[:, columns.UNDECIDED])
    put(
        "closed_form_log_odds",
        log_odds(seen[:, columns.WIN_A] + half, seen[:, columns.WIN_B] + half),
    )
    put("closed_form_turns", seen[:, columns.MEAN_TURNS])
    start = _DUEL_AT["win_by_turn_1"]
    out[:, start : start + columns.TURNS] = seen[
        :, columns.WIN_A_BY : columns.WIN_A_BY + columns.TURNS
    ]
    start = _DUEL_AT["loss_by_turn_1"]
    out[:, start : start + columns.TURNS] = seen[
        :, columns.WIN_B_BY : columns.WIN_B_BY + columns.TURNS
    ]
    return out


def names_without(*groups: str) -> tuple[str, ...]:
    """All feature names but those of some groups, in order."""
    dropped = {name for group in groups for name in FEATURE_GROUPS[group]}
    return tuple(name for name in FEATURE_NAMES if name not in dropped)
