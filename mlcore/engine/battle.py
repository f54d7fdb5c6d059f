"""One battle, played turn by turn: what a page, a bot or a test holds in its hands."""

from collections.abc import Callable, Sequence

import numpy as np

from mlcore.engine import choosing, policies, search, turn
from mlcore.engine import events as ev
from mlcore.engine import state as st
from mlcore.engine.damage import fighter_details
from mlcore.engine.rng import random_source
from mlcore.engine.specs import GameTables, Setups
from mlcore.engine.stats import compute_stats

#: A way to choose: (battle, side) -> slot.
Policy = Callable[["Battle", int], int]


class IllegalChoice(ValueError):
    """A slot that may not be chosen now; says which ones may."""


class Battle:
    """A battle between two fighters with up to four moves each.

    fighters: set-ups of length 2, A then B. moves: move indices of each side. ``seed`` names
    the battle's random stream: the same seed and choices give the same battle.
    """

    def __init__(
        self,
        tables: GameTables,
        fighters: Setups,
        moves: tuple[Sequence[int], Sequence[int]],
        *,
        seed: int,
    ):
        self.tables = tables
        self.fighters = fighters
        self.state = st.new_state()
        self.rng = random_source(seed)
        self.log = ev.new_log()
        stats = compute_stats(tables, fighters)
        details = fighter_details(tables, fighters)
        for side in (0, 1):
            slots = np.full(st.MOVE_SLOTS, -1, dtype=np.int64)
            slots[: len(moves[side])] = moves[side]
            st.set_side(
                self.state,
                side,
                stats[side],
                details[side, 0],
                details[side, 1],
                details[side, 2:4],
                details[side, 4],
                tables.moves,
                slots,
            )

    @property
    def turn(self) -> int:
        """Turns played so far."""
        return int(self.state[st.FIELD, st.TURN])

    @property
    def winner(self) -> int | None:
        """0 or 1 for the side that won, -1 for a draw, None while it goes on."""
        value = int(self.state[st.FIELD, st.WINNER])
        return {st.UNDECIDED: None, st.A_WINS: 0, st.B_WINS: 1, st.DRAW: -1}[value]

    @property
    def points(self) -> float | None:
        """What side A has made of it: 1, 0, or 0.5 for a draw; None while it goes on."""
        return {None: None, 0: 1.0, 1: 0.0, -1: 0.5}[self.winner]

    @property
    def events(self) -> np.ndarray:
        """What has happened so far, int64 (n, 4), see events.py."""
        return ev.rows(self.log)

    def forced_move(self, side: int) -> int | None:
        """The move the side is bound to, state.RECHARGE, or None when it may choose."""
        move = int(choosing.forced_move(self.state, side))
        return None if move == st.FREE_CHOICE else move

    def choices(self, side: int) -> list[int]:
        """Slots the side may choose; empty when it is bound or has only Struggle left."""
        if self.winner is not None or self.forced_move(side) is not None:
            return []
        return [
            slot
            for slot in range(st.MOVE_SLOTS)
            if choosing.usable(self.state, self.tables.rules.moves, side, slot)
        ]

    def play(self, slot_a: int, slot_b: int) -> None:
        """Play one turn; -1 where a side has nothing to choose. Raises IllegalChoice."""
        if self.winner is not None:
            raise IllegalChoice("The battle is over.")
        for side, slot in ((0, slot_a), (1, slot_b)):
            allowed = self.choices(side) or [-1]
            if slot not in allowed:
                raise IllegalChoice(f"Side {'AB'[side]} may choose {allowed}, not {slot}.")
        turn.play_turn(self.state, self.rng, self.log, self.tables.rules, slot_a, slot_b)

    def play_out(self, policy_a: Policy, policy_b: Policy) -> int:
        """Play to the end; returns the winner."""
        while self.winner is None:
            self.play(policy_a(self, 0), policy_b(self, 1))
        assert self.winner is not None
        return self.winner


def random_choice(battle: Battle, side: int) -> int:
    """Any usable move."""
    return int(policies.choose_random(battle.state, battle.rng, battle.tables.rules.moves, side))


def strongest_damage(battle: Battle, side: int) -> int:
    """The move with the most expected damage now."""
    return int(policies.choose_strongest(battle.state, battle.rng, battle.tables.rules, side))


def guided_by(score: Callable[[Battle, int, list[int]], Sequence[float]]) -> Policy:
    """A policy that asks ``score(battle, side, slots)`` and takes the slot with the highest."""

    def choose(battle: Battle, side: int) -> int:
        slots = battle.choices(side)
        if len(slots) < 2:
            return slots[0] if slots else -1
        return slots[int(np.argmax(score(battle, side, slots)))]

    return choose


def searching(budget: int = policies.SEARCH_BUDGET) -> Policy:
    """The policy that looks ahead with ``budget`` playouts a decision."""
    copy, board, silence = st.new_state(), search.new_board(), ev.no_events()

    def choose(battle: Battle, side: int) -> int:
        return int(
            search.choose_search(
                battle.state,
                battle.rng,
                silence,
                battle.tables.rules,
                side,
                budget,
                copy,
                board,
            )
        )

    return choose
