"""What a battle is played with: tables of forms, moves and types, and set-ups of fighters.

The engine depends on these arrays and never on where they come from. All are plain NumPy
arrays, so that compiled loops read them without conversion. One row is one form or one move;
its index in the table is what the engine calls it, its game id is kept beside it.
"""

from dataclasses import dataclass, fields
from enum import IntEnum
from functools import cached_property
from typing import NamedTuple

import numpy as np

STATS = ("hp", "attack", "defense", "special_attack", "special_defense", "speed")
#: Stats that stages change, in the order of the ``*_change`` columns.
STAGED_STATS = (
    "attack",
    "defense",
    "special_attack",
    "special_defense",
    "speed",
    "accuracy",
    "evasion",
)
#: The 25 natures as (raised, lowered) indices into STATS; neutral ones name the same stat twice.
NATURES: dict[str, tuple[int, int]] = {
    name: (raised, lowered)
    for name, raised, lowered in (
        ("hardy", 1, 1),
        ("lonely", 1, 2),
        ("adamant", 1, 3),
        ("naughty", 1, 4),
        ("brave", 1, 5),
        ("bold", 2, 1),
        ("docile", 2, 2),
        ("impish", 2, 3),
        ("lax", 2, 4),
        ("relaxed", 2, 5),
        ("modest", 3, 1),
        ("mild", 3, 2),
        ("bashful", 3, 3),
        ("rash", 3, 4),
        ("quiet", 3, 5),
        ("calm", 4, 1),
        ("gentle", 4, 2),
        ("careful", 4, 3),
        ("quirky", 4, 4),
        ("sassy", 4, 5),
        ("timid", 5, 1),
        ("hasty", 5, 2),
        ("jolly", 5, 3),
        ("naive", 5, 4),
        ("serious", 5, 5),
    )
}
NATURE_NAMES = tuple(NATURES)

#: The order of types in every table; the engine's own rules (who cannot be burnt, ...) rely on it.
TYPES = (
    "normal",
    "fire",
    "water",
    "electric",
    "grass",
    "ice",
    "fighting",
    "poison",
    "ground",
    "flying",
    "psychic",
    "bug",
    "rock",
    "ghost",
    "dragon",
    "dark",
    "steel",
    "fairy",
)
#: Index of "no type" in the type chart: a second type that is not there, or Struggle's.
NO_TYPE = 18

#: "Flat rules": the default set-up of every fighter in the project.
DEFAULT_LEVEL = 50
DEFAULT_IV = 31
DEFAULT_AV = 0
DEFAULT_NATURE = "hardy"
DEFAULT_FRIENDSHIP = 70
#: A battle not decided after this many turns is a draw.
TURN_LIMIT = 100


class DamageClass(IntEnum):
    PHYSICAL = 0
    SPECIAL = 1
    STATUS = 2


class Target(IntEnum):
    OPPONENT = 0
    USER = 1
    FIELD = 2


class Ailment(IntEnum):
    """Conditions a move can inflict. The first seven values double as the status in the state."""

    NONE = 0
    PARALYSIS = 1
    BURN = 2
    POISON = 3
    BAD_POISON = 4
    SLEEP = 5
    FREEZE = 6
    CONFUSION = 7


class Effect(IntEnum):
    """Named special effects: what a move does that its fields cannot say."""

    NONE = 0
    # damaging moves
    STRUGGLE = 1
    ONE_HIT_KO = 2
    LEVEL_DAMAGE = 3
    RANDOM_LEVEL_DAMAGE = 4
    HALF_HP_DAMAGE = 5
    COUNTER = 6
    MIRROR_COAT = 7
    BIDE = 8
    SELF_DESTRUCT = 9
    CHARGE = 10
    CHARGE_RAISE_DEFENSE = 11
    CHARGE_UNDERGROUND = 12
    CHARGE_AIRBORNE = 13
    RECHARGE = 14
    LOCK_IN = 15
    PARTIAL_TRAP = 16
    CRASH = 17
    RAGE = 18
    DOUBLE_WHEN_STATUSED = 19
    USE_TARGET_ATTACK = 20
    WEIGHT_POWER = 21
    FRIENDSHIP_POWER = 22
    TARGET_ASLEEP_ONLY = 23
    TARGET_ATTACKING_ONLY = 24
    FIRST_TURN_ONLY = 25
    BREAK_PROTECT = 26
    BREAK_SCREENS = 27
    RESET_TARGET_STAGES = 28
    RESET_ALL_STAGES = 29
    LEECH_SEED = 30
    LIGHT_SCREEN = 31
    REFLECT = 32
    CURE_USER = 33
    TRI_STATUS = 34
    # status moves (some of the above serve both)
    MIST = 40
    SUBSTITUTE = 41
    PROTECT = 42
    REST = 43
    ROOST = 44
    FOCUS_ENERGY = 45
    MINIMIZE = 46
    DISABLE = 47
    ENCORE = 48
    TAUNT = 49
    YAWN = 50
    MIMIC = 51
    TRANSFORM = 52
    METRONOME = 53
    MIRROR_MOVE = 54
    CONVERSION = 55
    FAILS_ALONE = 56
    DOES_NOTHING = 57


#: Effects that charge for a turn before they hit.
CHARGES = (
    Effect.CHARGE,
    Effect.CHARGE_RAISE_DEFENSE,
    Effect.CHARGE_UNDERGROUND,
    Effect.CHARGE_AIRBORNE,
)
#: Effects that take two turns for one hit.
TWO_TURNS = (*CHARGES, Effect.RECHARGE)
#: Effects that give back damage taken before.
REACTIVE = (Effect.COUNTER, Effect.MIRROR_COAT, Effect.BIDE)
#: Types that a status cannot be inflicted on, as of generation 7.
STATUS_IMMUNE_TYPES = {
    Ailment.PARALYSIS: ("electric",),
    Ailment.BURN: ("fire",),
    Ailment.POISON: ("poison", "steel"),
    Ailment.BAD_POISON: ("poison", "steel"),
    Ailment.FREEZE: ("ice",),
}
#: A critical hit happens once in so many hits, by stage; the last goes for all higher stages.
CRITICAL_ODDS = (24, 8, 2, 1)
#: Chances of 2, 3, 4 and 5 hits, in twentieths, of moves that hit two to five times.
TWO_TO_FIVE_HITS = (7, 7, 3, 3)


class MoveColumn(IntEnum):
    """Columns of ``GameTables.moves``."""

    TYPE = 0
    DAMAGE_CLASS = 1
    POWER = 2  # 0 when the move has none of its own
    ACCURACY = 3  # per cent; 0 means that it never misses
    PP = 4  # base PP; a battle starts with 8/5 of it
    PRIORITY = 5
    TARGET = 6
    CRITICAL_STAGE = 7
    ALWAYS_CRITS = 8
    MIN_HITS = 9
    MAX_HITS = 10
    DRAIN_PERCENT = 11
    RECOIL_PERCENT = 12
    HEAL_PERCENT = 13
    AILMENT = 14
    AILMENT_CHANCE = 15  # per cent
    FLINCH_CHANCE = 16
    ATTACK_CHANGE = 17
    DEFENSE_CHANGE = 18
    SPECIAL_ATTACK_CHANGE = 19
    SPECIAL_DEFENSE_CHANGE = 20
    SPEED_CHANGE = 21
    ACCURACY_CHANGE = 22
    EVASION_CHANGE = 23
    STAT_CHANGE_TARGET = 24
    STAT_CHANGE_CHANCE = 25
    FIXED_DAMAGE = 26
    EFFECT = 27
    BLOCKED_BY_PROTECT = 28
    BYPASSES_SUBSTITUTE = 29
    IS_POWDER = 30
    RESPECTS_TYPE_IMMUNITY = 31
    THAWS_USER = 32
    THAWS_TARGET = 33
    HITS_AIRBORNE = 34
    HITS_UNDERGROUND = 35
    DOUBLED_BY_AIRBORNE = 36
    DOUBLED_BY_UNDERGROUND = 37
    DOUBLED_BY_MINIMIZE = 38
    CAN_BE_MIRRORED = 39
    CALLED_BY_METRONOME = 40
    CAN_BE_ENCORED = 41
    CAN_BE_MIMICKED = 42


class Rules(NamedTuple):
    """What compiled code reads of the game: one argument, handed from kernel to kernel.

    moves      int64 (m, len(MoveColumn)), as in GameTables
    chart      int64 (19, 19), GameTables.type_chart
    metronome  int64: moves that Metronome can call, in the order of their ids
    struggle   index of Struggle
    """

    moves: np.ndarray
    chart: np.ndarray
    metronome: np.ndarray
    struggle: int


@dataclass(frozen=True, eq=False)
class GameTables:
    """The whole game as arrays; n forms, m moves, 18 types.

    base_stats    int64 (n, 6), columns STATS
    form_types    int64 (n, 2), second NO_TYPE when there is none
    weights       int64 (n,), hectograms
    moves         int64 (m, len(MoveColumn))
    type_chart    int64 (19, 19), per cent 0, 50, 100, 200 by [attacking, defending];
                  row and column NO_TYPE are 100
    usable        bool (n, m): the form learns the move or keeps it from an earlier evolution
    form_ids, move_ids  int64: the game's numbers; *_slugs: PokeAPI's spelling
    struggle      index of Struggle
    """

    base_stats: np.ndarray
    form_types: np.ndarray
    weights: np.ndarray
    moves: np.ndarray
    type_chart: np.ndarray
    usable: np.ndarray
    form_ids: np.ndarray
    move_ids: np.ndarray
    form_slugs: tuple[str, ...]
    move_slugs: tuple[str, ...]
    type_slugs: tuple[str, ...]
    struggle: int

    @cached_property
    def rules(self) -> Rules:
        """The tables as kernels read them, in the one layout that they are compiled for."""
        callable_ = np.flatnonzero(self.moves[:, MoveColumn.CALLED_BY_METRONOME])
        by_id = np.argsort(self.move_ids[callable_], kind="stable")
        return Rules(
            np.ascontiguousarray(self.moves, dtype=np.int64),
            np.ascontiguousarray(self.type_chart, dtype=np.int64),
            callable_[by_id].astype(np.int64),
            int(self.struggle),
        )

    @property
    def damaging(self) -> np.ndarray:
        """bool (m,): physical and special moves, Struggle excepted."""
        mask = self.moves[:, MoveColumn.DAMAGE_CLASS] != DamageClass.STATUS
        mask[self.struggle] = False
        return mask


@dataclass(frozen=True, eq=False)
class Setups:
    """A column of fighters, one per duel: who they are and how they were raised.

    form, level, nature (index into NATURE_NAMES), friendship   int32 (k,)
    ivs, avs                                                    int32 (k, 6), columns STATS
    """

    form: np.ndarray
    level: np.ndarray
    nature: np.ndarray
    friendship: np.ndarray
    ivs: np.ndarray
    avs: np.ndarray

    def __len__(self) -> int:
        return len(self.form)

    @classmethod
    def flat(cls, form: np.ndarray, *, level: int | np.ndarray = DEFAULT_LEVEL) -> "Setups":
        """Fighters under flat rules: IV 31, AV 0, neutral nature, friendship 70."""
        form = np.asarray(form, dtype=np.int32)
        count = len(form)

        def full(value, *shape):
            return np.full((count, *shape), value, dtype=np.int32)

        return cls(
            form=form,
            level=np.broadcast_to(np.asarray(level, dtype=np.int32), (count,)).copy(),
            nature=full(NATURE_NAMES.index(DEFAULT_NATURE)),
            friendship=full(DEFAULT_FRIENDSHIP),
            ivs=full(DEFAULT_IV, 6),
            avs=full(DEFAULT_AV, 6),
        )

    def take(self, rows: np.ndarray) -> "Setups":
        """The fighters at ``rows`` (indices or mask), as new set-ups."""
        return Setups(*(getattr(self, field.name)[rows] for field in fields(self)))

    @classmethod
    def concatenate(cls, parts: "list[Setups]") -> "Setups":
        return cls(
            *(np.concatenate([getattr(p, field.name) for p in parts]) for field in fields(cls))
        )
