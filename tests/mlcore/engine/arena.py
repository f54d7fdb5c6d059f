"""Battles for tests: two named fighters in any state, and turns with scripted or seeded rolls.

    battle = arena.battle(fighter("tauros", "body-slam"), fighter("snorlax", "rest", hp=60))
    battle.turn("body-slam", "rest", [NO_CRIT, MAX, fails(30)])
    assert battle.b.status == "sleep"

A scripted turn states every random number that the engine asks for, in order, and the odds with
which it asks. A missing roll, a leftover roll and a roll asked for with other odds each fail.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from mlcore.engine import choosing
from mlcore.engine import events as ev
from mlcore.engine import rng as rolls
from mlcore.engine import state as st
from mlcore.engine import turn as turns
from mlcore.engine.damage import fighter_details
from mlcore.engine.specs import (
    NATURE_NAMES,
    STAGED_STATS,
    STATS,
    TYPES,
    Ailment,
    GameTables,
    Setups,
)
from mlcore.engine.stats import compute_stats

if TYPE_CHECKING:
    from mlcore.game.gamedata import GameData

# Rolls ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Roll:
    """One random number: its value and the odds with which it must be asked for.

    numerator 0: a whole number below ``denominator``, each as likely.
    """

    value: int
    numerator: int
    denominator: int


def happens(numerator: int, denominator: int = 100) -> Roll:
    """A chance of numerator / denominator that comes true."""
    return Roll(1, numerator, denominator)


def fails(numerator: int, denominator: int = 100) -> Roll:
    """A chance of numerator / denominator that does not come true."""
    return Roll(0, numerator, denominator)


def pick(value: int, sides: int) -> Roll:
    """A whole number from 0 to ``sides`` - 1."""
    return Roll(value, 0, sides)


def percent(roll: int) -> Roll:
    """The damage roll, 85 to 100 per cent."""
    return pick(100 - roll, 16)


MAX, MIN = percent(100), percent(85)
NO_CRIT, CRIT = fails(1, 24), happens(1, 24)
#: An ordinary hit at full strength, without a critical hit.
HIT = [NO_CRIT, MAX]
#: A tie is won by A or by B.
A_FIRST, B_FIRST = pick(0, 2), pick(1, 2)
ACTS, FULLY_PARALYSED = fails(1, 4), happens(1, 4)
HITS_ITSELF, KEEPS_ITS_HEAD = happens(33), fails(33)
THAWS, STAYS_FROZEN = happens(1, 5), fails(1, 5)


# Fighters ------------------------------------------------------------------------------------

STATUS_NAMES = tuple(ailment.name.lower() for ailment in Ailment)[:7]
#: Columns that hold a move + 1.
_MOVE_COLUMNS = {"disabled", "encored", "charging", "locked", "last_move"}


@dataclass(frozen=True)
class Fighter:
    """Who enters a battle, and what is different from a fresh fighter under standard rules."""

    form: str
    moves: tuple[str, ...]
    level: int = 50
    nature: str = "hardy"
    friendship: int = 70
    ivs: int | Mapping[str, int] = 31
    avs: int | Mapping[str, int] = 0
    state: Mapping[str, object] = field(default_factory=dict)


def fighter(
    form: str,
    *moves: str,
    level: int = 50,
    nature: str = "hardy",
    friendship: int = 70,
    ivs: int | Mapping[str, int] = 31,
    avs: int | Mapping[str, int] = 0,
    **state: object,
) -> Fighter:
    """A fighter; other keywords are columns of the state in lower case.

    ``status`` is a name, ``stages`` a mapping of staged stats, ``pp`` a number for all slots,
    ``charging`` and its like a move.
    """
    return Fighter(form, moves, level, nature, friendship, ivs, avs, state)


def idle(*moves: str, form: str = "mew", **state: object) -> Fighter:
    """A fighter that does nothing, unless it is given moves."""
    return fighter(form, *(moves or ("splash",)), **state)


def first(*moves: str, **state) -> Fighter:
    """A fighter that acts before a Mew."""
    stages = {"speed": 1, **state.pop("stages", {})}
    return idle(*moves, stages=stages, **state)


def tough(*moves: str, **state: object) -> Fighter:
    """A target with HP to spare."""
    return idle(*moves, **{"hp": 900, "max_hp": 900, **state})


def accurate(accuracy: int) -> list[Roll]:
    """The roll of the accuracy check of a move that hits; none where it cannot miss."""
    return [] if accuracy in (0, 100) else [happens(accuracy)]


class Side:
    """One side of a battle: columns of the state by name, in lower case."""

    def __init__(self, battle: "ArenaBattle", index: int):
        self._battle = battle
        self._row = battle.state[index]

    def __getattr__(self, name: str) -> int:
        return int(self._row[getattr(st, name.upper())])

    @property
    def status(self) -> str:
        return STATUS_NAMES[self._row[st.STATUS]]

    @property
    def stages(self) -> dict[str, int]:
        """The stages that are not 0."""
        values = self._row[st.ATTACK_STAGE : st.EVASION_STAGE + 1]
        return {name: int(value) for name, value in zip(STAGED_STATS, values, strict=True) if value}

    @property
    def types(self) -> list[str]:
        return [TYPES[t] for t in self._row[st.TYPE_1 : st.TYPE_2 + 1] if t != st.NO_TYPE]

    @property
    def moves(self) -> dict[str, int]:
        """PP left by move."""
        slots = range(st.MOVE_SLOTS)
        names = self._battle.arena.tables.move_slugs
        return {
            names[self._row[st.MOVE_1 + slot]]: int(self._row[st.PP_1 + slot])
            for slot in slots
            if self._row[st.MOVE_1 + slot] >= 0
        }

    @property
    def lost(self) -> int:
        """HP that are missing."""
        return self.max_hp - self.hp

    def set(self, **state: object) -> None:
        """Put the fighter into a state, by lower-case names of columns."""
        for name, value in state.items():
            if name == "status":
                self._row[st.STATUS] = STATUS_NAMES.index(value)
            elif name == "stages":
                for stat, stage in value.items():
                    self._row[st.ATTACK_STAGE + STAGED_STATS.index(stat)] = stage
            elif name == "pp":
                self._row[st.PP_1 : st.PP_1 + st.MOVE_SLOTS] = value
            elif name in _MOVE_COLUMNS and isinstance(value, str):
                self._row[getattr(st, name.upper())] = self._battle.arena.move(value) + 1
            else:
                self._row[getattr(st, name.upper())] = value


# Battles -------------------------------------------------------------------------------------

_EVENT_NAMES = """
    TURN MOVE CANT MISS FAIL IMMUNE DAMAGE HEAL CRITICAL SUPER_EFFECTIVE RESISTED STATUS CURE
    STAGE START END ACTIVATE PREPARE HIT_COUNT ONE_HIT_KO RESET_STAGES TRANSFORM TYPE_CHANGE
    LEARN NOTHING FAINT WIN
"""
EVENT_NAME = {getattr(ev, name): name for name in _EVENT_NAMES.split()}


class ArenaBattle:
    """A battle in progress; ``a`` and ``b`` are its sides."""

    def __init__(self, arena: "Arena", a: Fighter, b: Fighter):
        self.arena = arena
        self.state = st.new_state()
        self.odds: list[tuple[int, int]] = []
        self.events: list[tuple[str, str, int, int]] = []
        for index, who in enumerate((a, b)):
            arena.enter(self.state, index, who)
        self.a, self.b = Side(self, 0), Side(self, 1)
        for side, who in ((self.a, a), (self.b, b)):
            side.set(**who.state)

    def slot(self, side: int, move: str | None) -> int:
        """The slot of a move, -1 for None: bound to a move, or left with Struggle."""
        if move is None:
            return -1
        slots = list(self.state[side, st.MOVE_1 : st.MOVE_1 + st.MOVE_SLOTS])
        slot = slots.index(self.arena.move(move))
        assert choosing.usable(self.state, self.arena.rules.moves, side, slot), f"{move} not usable"
        return slot

    def choices(self, side: int) -> list[str]:
        """What the side may choose: the move it is bound to, its usable moves, or Struggle."""
        names = self.arena.tables.move_slugs
        forced = choosing.forced_move(self.state, side)
        if forced != -2:
            return ["recharge" if forced == st.RECHARGE else names[forced]]
        slots = [
            k
            for k in range(st.MOVE_SLOTS)
            if choosing.usable(self.state, self.arena.rules.moves, side, k)
        ]
        return [names[self.state[side, st.MOVE_1 + slot]] for slot in slots] or ["struggle"]

    def turn(
        self,
        a: str | None,
        b: str | None,
        script: Sequence[Roll] | None = None,
        *,
        seed: int = 0,
    ) -> None:
        """Play one turn with scripted rolls, or with random ones of ``seed``."""
        assert not self.over, "the battle is over"
        slots = self.slot(0, a), self.slot(1, b)
        if script is None:
            source = rolls.random_source(seed, battle=int(self.state[st.FIELD, st.TURN]))
        else:
            source = rolls.scripted_source([roll.value for roll in script])
        log = ev.new_log(512)
        turns.play_turn(self.state, source, log, self.arena.rules, *slots)
        self.events = [
            (EVENT_NAME[code], "AB"[side], first, second)
            for code, side, first, second in ev.rows(log).tolist()
        ]
        if script is not None:
            self.odds = rolls.odds(source)
            wanted = [(roll.numerator, roll.denominator) for roll in script]
            assert not rolls.exhausted(source), f"asked for {self.odds}, scripted {wanted}"
            assert not rolls.leftover(source), f"asked for {self.odds}, scripted {wanted}"
            assert self.odds == wanted, f"asked for {self.odds}, scripted {wanted}"

    def names(self, *kinds: str) -> list[str]:
        """The turn's events as "SIDE KIND", all or those of some kinds."""
        return [f"{e[1]} {e[0]}" for e in self.events if not kinds or e[0] in kinds]

    def happened(self, kind: str, side: str | None = None) -> bool:
        """Whether an event of the kind occurred in the last turn."""
        return any(e[0] == kind and side in (None, e[1]) for e in self.events)

    @property
    def damages(self) -> list[tuple[str, int]]:
        """(side, HP left) of every loss of HP in the last turn."""
        return [(e[1], e[2]) for e in self.events if e[0] == "DAMAGE"]

    @property
    def turn_number(self) -> int:
        """Turns played so far."""
        return int(self.state[st.FIELD, st.TURN])

    @property
    def over(self) -> bool:
        return self.winner is not None

    @property
    def winner(self) -> str | None:
        """ "a", "b", "draw", or None while it goes on."""
        return (None, "a", "b", "draw")[self.state[st.FIELD, st.WINNER]]

    def copy(self) -> "ArenaBattle":
        """The same battle once more, to play on independently."""
        twin = object.__new__(ArenaBattle)
        twin.arena, twin.state = self.arena, self.state.copy()
        twin.odds, twin.events = list(self.odds), list(self.events)
        twin.a, twin.b = Side(twin, 0), Side(twin, 1)
        return twin

    def outcomes(self, a: str | None, b: str | None) -> Iterator[tuple[Fraction, "ArenaBattle"]]:
        """Every way the turn can go, each with its exact probability; they add up to 1.

        The turn is played again and again with a growing script: whenever the script is too
        short, the odds of the missing roll say which values it can have.
        """
        slots = self.slot(0, a), self.slot(1, b)
        log = ev.no_events()
        open_: list[tuple[tuple[int, ...], Fraction]] = [((), Fraction(1))]
        while open_:
            script, probability = open_.pop()
            source = rolls.scripted_source(script)
            after = self.copy()
            turns.play_turn(after.state, source, log, self.arena.rules, *slots)
            if not rolls.exhausted(source):
                assert not rolls.leftover(source)
                yield probability, after
                continue
            numerator, denominator = rolls.odds(source)[-1]
            if numerator:
                share = Fraction(numerator, denominator)
                open_.append(((*script, 1), probability * share))
                open_.append(((*script, 0), probability * (1 - share)))
            else:
                for value in range(denominator):
                    open_.append(((*script, value), probability / denominator))

    def probability(self, a: str | None, b: str | None, event) -> Fraction:
        """Exact probability that ``event(battle after the turn)`` is true."""
        total = Fraction(0)
        true = Fraction(0)
        for probability, after in self.outcomes(a, b):
            total += probability
            if event(after):
                true += probability
        assert total == 1
        return true


class Arena:
    """The game's tables and short ways to use them."""

    def __init__(self, game: "GameData", tables: GameTables | None = None):
        """``tables``: other tables than those of the game, for a game that is wrong on purpose."""
        self.game = game
        self.tables = tables = tables or game.tables
        self.rules = tables.rules
        self.form = game.form_index
        self.move = game.move_index

    def with_moves(self, moves: np.ndarray) -> "Arena":
        """The same arena with other moves."""
        return Arena(self.game, replace(self.tables, moves=moves))

    def setups(self, *fighters: Fighter) -> Setups:
        """The fighters as set-ups for bulk functions."""

        def per_stat(given: int | Mapping[str, int], default: int) -> list[int]:
            if isinstance(given, int):
                return [given] * len(STATS)
            assert set(given) <= set(STATS), given
            return [given.get(stat, default) for stat in STATS]

        def column(values: list) -> np.ndarray:
            return np.array(values, dtype=np.int32)

        return Setups(
            form=column([self.form(who.form) for who in fighters]),
            level=column([who.level for who in fighters]),
            nature=column([NATURE_NAMES.index(who.nature) for who in fighters]),
            friendship=column([who.friendship for who in fighters]),
            ivs=column([per_stat(who.ivs, 31) for who in fighters]),
            avs=column([per_stat(who.avs, 0) for who in fighters]),
        )

    def slots(self, who: Fighter) -> np.ndarray:
        """Move slots, int64 (4,), -1 for an empty one."""
        slots = np.full(st.MOVE_SLOTS, -1, dtype=np.int64)
        slots[: len(who.moves)] = [self.move(move) for move in who.moves]
        return slots

    def enter(self, state: np.ndarray, side: int, who: Fighter) -> None:
        """Put a fresh fighter on a side of a state."""
        setups = self.setups(who)
        level, friendship, type_1, type_2, weight = fighter_details(self.tables, setups)[0]
        st.set_side(
            state,
            side,
            compute_stats(self.tables, setups)[0],
            level,
            friendship,
            np.array([type_1, type_2], dtype=np.int64),
            weight,
            self.tables.moves,
            self.slots(who),
        )

    def battle(self, a: Fighter, b: Fighter) -> ArenaBattle:
        return ArenaBattle(self, a, b)
