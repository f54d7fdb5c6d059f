"""Replays recorded battles of the reference simulator on the engine, turn by turn.

    python -m tests.mlcore.engine.lockstep traces.jsonl

traces/README.md describes the records. The engine draws from a script made of the simulator's own
random numbers; the few that it does not need (an effect that is sure, a hit that missed its
target) are passed over. How the simulator settled a speed tie is not recorded, so both ways are
tried. A turn agrees when some way of settling its ties gives the same state and the same events.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from mlcore.engine import choosing
from mlcore.engine import events as ev
from mlcore.engine import rng as rolls
from mlcore.engine import state as st
from mlcore.engine import turn as turns
from tests.mlcore.engine.arena import Arena
from tests.mlcore.engine.golden import fighter_of

FOLDER = Path(__file__).parent / "traces"
_STATUS = ("", "par", "brn", "psn", "tox", "slp", "frz")
_STAGED = ("atk", "def", "spa", "spd", "spe", "accuracy", "evasion")
#: Conditions that are one number here and there.
_COUNTERS = {
    "confusion": st.CONFUSION,
    "substitute": st.SUBSTITUTE,
    "leechseed": st.SEEDED,
    "partiallytrapped": st.TRAPPED,
    "taunt": st.TAUNT_TURNS,
    "yawn": st.YAWN_TURNS,
    "focusenergy": st.FOCUSED,
    "minimize": st.MINIMIZED,
    "rage": st.RAGING,
    "mustrecharge": st.RECHARGING,
    "reflect": st.REFLECT,
    "lightscreen": st.LIGHT_SCREEN,
    "mist": st.MIST,
}
_CANT = {
    ev.CANT_RECHARGE: "recharge",
    ev.CANT_SLEEP: "slp",
    ev.CANT_FREEZE: "frz",
    ev.CANT_FLINCH: "flinch",
    ev.CANT_DISABLED: "disable",
    ev.CANT_TAUNT: "taunt",
    ev.CANT_PARALYSIS: "par",
    ev.CANT_NO_PP: "nopp",
}
_PLAIN = {
    ev.CRITICAL: "crit",
    ev.SUPER_EFFECTIVE: "supereffective",
    ev.RESISTED: "resisted",
    ev.IMMUNE: "immune",
    ev.MISS: "miss",
    ev.FAINT: "faint",
}


class Replay:
    """One trace on the engine."""

    def __init__(self, arena: Arena, trace: dict):
        self.arena, self.trace = arena, trace
        self.names = [slug.replace("-", "") for slug in arena.tables.move_slugs]
        self.battle = arena.battle(fighter_of(trace, "a"), fighter_of(trace, "b"))
        self.expected = [dict(side) for side in trace["states"]]
        for side, state in zip((self.battle.a, self.battle.b), self.expected, strict=True):
            self._begin(side, state)

    def _begin(self, side, state: dict) -> None:
        """Put a side into the state in which its trace begins."""
        status = _STATUS.index(state.get("status", ""))
        row = side._row
        row[st.HP], row[st.STATUS] = state["hp"], status
        row[st.STATUS_COUNTER] = state.get("sleep", state.get("toxic", 0))
        for i, stat in enumerate(_STAGED):
            row[st.ATTACK_STAGE + i] = state.get(f"{stat}_stage", 0)
        for name, column in _COUNTERS.items():
            row[column] = state.get(name, 0)

    # What the engine's state looks like in the words of a trace

    def _named(self, move: int) -> str:
        # Records name moves by the simulator's ids, which may be older than the slugs.
        return {"vicegrip": "visegrip"}.get(self.names[move], self.names[move])

    def described(self, state: np.ndarray, side: int) -> dict:
        row = [int(value) for value in state[side]]
        if row[st.HP] <= 0:
            return {"hp": 0}
        slots = [slot for slot in range(st.MOVE_SLOTS) if row[st.MOVE_1 + slot] >= 0]
        description = {
            "hp": row[st.HP],
            "moves": [self._named(row[st.MOVE_1 + slot]) for slot in slots],
            "pp": [row[st.PP_1 + slot] for slot in slots],
            "types": sorted(
                self.arena.tables.type_slugs[type_]
                for type_ in row[st.TYPE_1 : st.TYPE_2 + 1]
                if type_ != st.NO_TYPE
            ),
            "stats": row[st.ATTACK : st.SPEED + 1],
        }
        if row[st.STATUS]:
            description["status"] = _STATUS[row[st.STATUS]]
        if row[st.STATUS] == st.SLEEP:
            description["sleep"] = row[st.STATUS_COUNTER]
        if row[st.STATUS] == st.BAD_POISON:
            description["toxic"] = row[st.STATUS_COUNTER]
        for i, stat in enumerate(_STAGED):
            if row[st.ATTACK_STAGE + i]:
                description[f"{stat}_stage"] = row[st.ATTACK_STAGE + i]
        for name, column in _COUNTERS.items():
            if row[column]:
                description[name] = row[column]
        if row[st.LAST_MOVE]:
            description["last"] = self._named(row[st.LAST_MOVE] - 1)
        if row[st.ENCORED]:
            description["encore"] = [self._named(row[st.ENCORED] - 1), row[st.ENCORE_TURNS]]
        if row[st.DISABLED]:
            description["disable"] = [self._named(row[st.DISABLED] - 1), row[st.DISABLE_TURNS]]
        if row[st.STALL_TURNS]:
            description["stall"] = [row[st.STALL_COUNTER], row[st.STALL_TURNS]]
        if row[st.LOCKED]:
            move = self._named(row[st.LOCKED] - 1)
            description["lockedmove"] = [move, row[st.LOCK_TURNS], row[st.LOCK_LEFT]]
        if row[st.BIDE_TURNS]:
            description["bide"] = [row[st.BIDE_TURNS], row[st.BIDE_DAMAGE]]
        if row[st.CHARGING]:
            description["twoturnmove"] = self._named(row[st.CHARGING] - 1)
        return description

    def told(self, log: np.ndarray) -> list[str]:
        """The engine's events in the words of a trace."""
        lines = []
        for code, side, first, second in ev.rows(log).tolist():
            me = "AB"[side]
            if code == ev.MOVE:
                lines.append(f"{me} move {self._named(first)}")
            elif code == ev.CANT:
                lines.append(f"{me} cant {_CANT[first]}")
            elif code in (ev.DAMAGE, ev.HEAL):
                # The simulator does not mention the HP of a user that blows itself up.
                if second != ev.BY_SELF_DESTRUCT:
                    lines.append(f"{me} hp {first}")
            elif code in (ev.STATUS, ev.CURE):
                verb = "status" if code == ev.STATUS else "cure"
                lines.append(f"{me} {verb} {_STATUS[first]}")
            elif code in _PLAIN:
                lines.append(f"{me} {_PLAIN[code]}")
        return lines

    # Choices

    def choices(self, side: int) -> list[str]:
        state = self.battle.state
        forced = choosing.forced_move(state, side)
        if forced == st.RECHARGE:
            return ["recharge"]
        if forced >= 0:
            return [self._named(forced)]
        slots = [
            k
            for k in range(st.MOVE_SLOTS)
            if choosing.usable(state, self.arena.rules.moves, side, k)
        ]
        return [self._named(state[side, st.MOVE_1 + k]) for k in slots] or ["struggle"]

    def slot(self, side: int, move: str) -> int:
        """The slot of a chosen move, -1 when the side is bound or struggles."""
        state = self.battle.state
        if move == "recharge" or choosing.forced_move(state, side) != st.FREE_CHOICE:
            return -1
        slots = [int(state[side, st.MOVE_1 + k]) for k in range(st.MOVE_SLOTS)]
        index = self.arena.move(move)
        return slots.index(index) if index in slots else -1

    # Turns

    def ways(self, slots: tuple[int, int], draws: list) -> Iterator[tuple]:
        """Every way to play the turn with these draws: (state, events), or (None, what failed)."""
        open_: list[tuple[tuple[int, ...], int]] = [((), 0)]
        while open_:
            script, used = open_.pop()
            source = rolls.scripted_source(script)
            state, log = self.battle.state.copy(), ev.new_log(256)
            turns.play_turn(state, source, log, self.arena.rules, *slots)
            if rolls.exhausted(source):
                numerator, denominator = rolls.odds(source)[-1]
                values = _answers(draws, used, numerator, denominator)
                if not values:
                    yield None, f"no {numerator}/{denominator} after draw {used} of {draws}"
                open_ += [((*script, value), after) for value, after in values]
            elif over := [draw for draw in draws[used:] if not _may_be_left(draw, state)]:
                yield None, f"draws left over: {over} of {draws}"
            else:
                yield state, self.told(log)

    def play_turn(self, number: int) -> list[str]:
        """Play the turn; returns how it differs from the record, nothing when it agrees."""
        turn = self.trace["turns"][number]
        for side in (0, 1):
            could = turn["could"][side] or self.expected[side]["moves"]
            if sorted(self.choices(side)) != sorted(could):
                return [f"{'AB'[side]} can choose {self.choices(side)}, there {could}"]
        for known, changes in zip(self.expected, turn["changes"], strict=True):
            known.update(changes)
            for key in [key for key, value in known.items() if value is None]:
                del known[key]
        # A battle that is still being played has no winner yet.
        over = number == len(self.trace["turns"]) - 1 and "winner" in self.trace
        winners = {"A": st.A_WINS, "B": st.B_WINS, "draw": st.DRAW}
        winner = winners[self.trace["winner"]] if over else st.UNDECIDED
        nearest: list[str] | None = None
        for state, events in self.ways(
            (self.slot(0, turn["chose"][0]), self.slot(1, turn["chose"][1])), turn["draws"]
        ):
            if state is None:
                nearest = nearest or [events]
                continue
            differ = []
            if state[st.FIELD, st.WINNER] != winner:
                differ.append(f"winner {int(state[st.FIELD, st.WINNER])}")
            for side, expected in enumerate(self.expected):
                if over:
                    expected, actual = {"hp": expected["hp"]}, {"hp": int(state[side, st.HP])}
                else:
                    actual = self.described(state, side)
                differ += _differences("AB"[side], expected, actual)
            if not differ and events != turn["events"]:
                differ.append(f"events {events}, there {turn['events']}")
            if not differ:
                self.battle.state[:] = state
                return []
            if nearest is None or len(differ) < len(nearest):
                nearest = differ
        return nearest or ["no way to play it"]

    def run(self) -> list[str]:
        """Play the whole trace; returns what differs first."""
        for number, turn in enumerate(self.trace["turns"]):
            differ = self.play_turn(number)
            if differ:
                where = f"{self.trace['id']} turn {number + 1} ({', '.join(turn['chose'])})"
                return [f"{where}: {text}" for text in differ]
        return []


def _answers(draws: list, used: int, numerator: int, denominator: int) -> list[tuple[int, int]]:
    """Values for the roll that the engine asks for, each with the number of draws then used."""
    answers = []
    for position in range(used, len(draws)):
        draw = draws[position]
        if len(draw) == 3:
            if numerator and draw[0] * denominator == numerator * draw[1]:
                answers.append((draw[2], position + 1))
            break
        sides, value = draw
        if numerator and sides == denominator == 100:
            # The simulator draws a number below 100 for every effect.
            answers.append((int(value < numerator), position + 1))
        elif not numerator and sides == denominator:
            answers.append((value, position + 1))
        if sides != 100:
            break
    if not numerator and denominator == 2:
        answers += [(0, used), (1, used)]  # a speed tie
    return answers


def _may_be_left(draw: list, state: np.ndarray) -> bool:
    """Whether a draw may go unused: a sure effect, or one on a target that fell."""
    return draw[0] == 100 or (len(draw) == 2 and state[st.FIELD, st.WINNER] != st.UNDECIDED)


def _differences(side: str, there: dict, here: dict) -> list[str]:
    return [
        f"{side} {key} {here.get(key)}, there {there.get(key)}"
        for key in sorted({*there, *here})
        if there.get(key) != here.get(key)
    ]


def differences(arena: Arena, trace: dict) -> list[str]:
    """How the engine differs from a trace; empty when it agrees in every turn."""
    return Replay(arena, trace).run()


def read_traces(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def main(path: str) -> int:
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "predictiondex.settings")
    import django

    django.setup()
    from mlcore.game import gamedata

    arena = Arena(gamedata.load())
    battles = played = wrong = 0
    with Path(path).open(encoding="utf-8") as lines:
        for line in lines:
            trace = json.loads(line)
            differ = differences(arena, trace)
            battles, played = battles + 1, played + len(trace["turns"])
            wrong += bool(differ)
            for text in differ:
                print(text, flush=True)
    print(f"{battles} battles, {played} turns, {wrong} that differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
