"""Scores by kind of duel."""

from typing import Any

import numpy as np

from mlcore.datasets import sampling
from mlcore.engine.specs import (
    CHARGES,
    DEFAULT_LEVEL,
    REACTIVE,
    DamageClass,
    Effect,
    MoveColumn,
    Setups,
)
from mlcore.game import move_strength
from mlcore.game.gamedata import GameData
from mlcore.learning import baselines, features
from mlcore.learning.training import FeatureView

#: A slice with fewer duels says too little to be shown or judged.
MIN_DUELS = 150
_MECHANICS: dict[str, tuple[Effect, ...]] = {
    "charge": CHARGES,
    "recharge": (Effect.RECHARGE,),
    "lock_in": (Effect.LOCK_IN,),
    "partial_trap": (Effect.PARTIAL_TRAP,),
    "crash": (Effect.CRASH,),
    "reactive": REACTIVE,
    "self_destruct": (Effect.SELF_DESTRUCT,),
    "one_hit_ko": (Effect.ONE_HIT_KO,),
    "fixed_damage": (Effect.LEVEL_DAMAGE, Effect.RANDOM_LEVEL_DAMAGE, Effect.HALF_HP_DAMAGE),
    "conditional": (
        Effect.TARGET_ASLEEP_ONLY,
        Effect.TARGET_ATTACKING_ONLY,
        Effect.FIRST_TURN_ONLY,
        Effect.DOUBLE_WHEN_STATUSED,
    ),
}


def slices(game: GameData, view: FeatureView) -> dict[str, np.ndarray]:
    """Named parts of a split, bool (k,) each; small ones are left out."""
    duels, tables = view.duels, game.tables
    moves = np.stack([tables.moves[duels.move_a], tables.moves[duels.move_b]], axis=1)
    effect = moves[:, :, MoveColumn.EFFECT]
    masks: dict[str, Any] = {}
    for name, effects in _MECHANICS.items():
        masks[f"mechanic: {name}"] = np.isin(effect, effects).any(axis=1)
    for name, column in (
        ("drain", MoveColumn.DRAIN_PERCENT),
        ("recoil", MoveColumn.RECOIL_PERCENT),
        ("priority", MoveColumn.PRIORITY),
        ("flinch", MoveColumn.FLINCH_CHANCE),
        ("ailment", MoveColumn.AILMENT_CHANCE),
        ("stat_change", MoveColumn.STAT_CHANGE_CHANCE),
    ):
        masks[f"mechanic: {name}"] = (moves[:, :, column] != 0).any(axis=1)
    masks["mechanic: multi_hit"] = (moves[:, :, MoveColumn.MAX_HITS] > 1).any(axis=1)
    special = move_strength.special_moves(tables)
    masks["mechanic: none"] = ~(special[duels.move_a] | special[duels.move_b])
    classes = moves[:, :, MoveColumn.DAMAGE_CLASS]
    masks["class: both physical"] = (classes == DamageClass.PHYSICAL).all(axis=1)
    masks["class: both special"] = (classes == DamageClass.SPECIAL).all(axis=1)
    masks["class: mixed"] = classes[:, 0] != classes[:, 1]

    at = {name: index for index, name in enumerate(features.FEATURE_NAMES)}
    own, foe = view.rows_ab[:, at["own_effectiveness"]], view.rows_ab[:, at["foe_effectiveness"]]
    masks["effectiveness: an immunity"] = (own == 0) | (foe == 0)
    masks["effectiveness: both weak"] = (own > 1) & (foe > 1)
    masks["effectiveness: both resist"] = (own < 1) & (foe < 1)
    masks["effectiveness: neutral"] = (own == 1) & (foe == 1)
    gap = np.abs(duels.a.level - duels.b.level)
    flat = is_flat(duels.a) & is_flat(duels.b)
    masks["set-up: flat rules"] = flat
    masks["set-up: others"] = ~flat
    masks["level gap: 1 to 10"] = (gap > 0) & (gap <= 10)
    masks["level gap: above 10"] = gap > 10
    # By the exact solver and not by the plays, which would choose duels by their luck.
    chance = baselines.closed_form(view.rows_ab)
    masks["close: 35 to 65 %"] = np.abs(chance - 0.5) < 0.15
    masks["decided: beyond 5 and 95 %"] = np.abs(chance - 0.5) > 0.45
    for kind in ("mega", "alola"):
        has = np.array([f"-{kind}" in slug for slug in tables.form_slugs])
        masks[f"form: {kind}"] = has[duels.a.form] | has[duels.b.form]
    for index, scenario in enumerate(sampling.SCENARIOS):
        masks[f"scenario: {scenario}"] = duels.scenario == index
    return {name: mask for name, mask in masks.items() if mask.sum() >= MIN_DUELS}


def is_flat(setups: Setups) -> np.ndarray:
    """bool (k,): raised by the default rules."""
    return (
        (setups.level == DEFAULT_LEVEL)
        & (setups.ivs == 31).all(axis=1)
        & (setups.avs == 0).all(axis=1)
        & (setups.friendship == 70)
        & (setups.nature == 0)
    )
