"""A battle's events as Pokémon Showdown's battle-log protocol, for its replay viewer.

One line per message, fields between bars, as the protocol's public description has them. Names
are given from outside, since the engine knows only codes and ids.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from mlcore.engine import events as ev
from mlcore.engine import state as st

_STATUS = {
    st.PARALYSIS: "par",
    st.BURN: "brn",
    st.POISON: "psn",
    st.BAD_POISON: "tox",
    st.SLEEP: "slp",
    st.FREEZE: "frz",
}
_STATS = ("atk", "def", "spa", "spd", "spe", "accuracy", "evasion")
_CANT = {
    ev.CANT_RECHARGE: "recharge",
    ev.CANT_SLEEP: "slp",
    ev.CANT_FREEZE: "frz",
    ev.CANT_FLINCH: "flinch",
    ev.CANT_DISABLED: "Disable",
    ev.CANT_TAUNT: "move: Taunt",
    ev.CANT_PARALYSIS: "par",
    ev.CANT_NO_PP: "nopp",
}
#: Reasons that name the move, too.
_CANT_WITH_MOVE = (ev.CANT_DISABLED, ev.CANT_TAUNT, ev.CANT_NO_PP)
_USED = {
    ev.USED_BY_METRONOME: "[from] move: Metronome",
    ev.USED_BY_MIRROR_MOVE: "[from] move: Mirror Move",
    ev.USED_LOCKED: "[from] lockedmove",
}
_DAMAGE = {
    ev.BY_RECOIL: "[from] Recoil",
    ev.BY_CONFUSION: "[from] confusion",
    ev.BY_BURN: "[from] brn",
    ev.BY_POISON: "[from] psn",
}
_CONDITION = {
    st.CONFUSION: "confusion",
    st.SEEDED: "move: Leech Seed",
    st.SUBSTITUTE: "Substitute",
    st.DISABLED: "Disable",
    st.DISABLE_TURNS: "Disable",
    st.ENCORED: "Encore",
    st.ENCORE_TURNS: "Encore",
    st.TAUNT_TURNS: "move: Taunt",
    st.YAWN_TURNS: "move: Yawn",
    st.FOCUSED: "move: Focus Energy",
    st.BIDE_TURNS: "move: Bide",
}
_SIDE_CONDITION = {
    st.REFLECT: "Reflect",
    st.LIGHT_SCREEN: "move: Light Screen",
    st.MIST: "Mist",
}
_ONE_TURN = {st.PROTECTED: "Protect", st.ROOSTED: "move: Roost"}
_ACTIVATED = {
    st.CONFUSION: "confusion",
    st.PROTECTED: "move: Protect",
    st.SUBSTITUTE: "move: Substitute|[damage]",
    st.BIDE_TURNS: "move: Bide",
}


@dataclass(frozen=True)
class ProtocolNames:
    """What to call things: fighters A and B, moves and types by index.

    ``fighters`` are species as the simulator spells them, ``Raichu-Alola``. ``struggle``: the index
    of the move that has no PP to lose; ``is_aimed``: whether a move is aimed at the foe.
    """

    fighters: tuple[str, str]
    players: tuple[str, str]
    move: Callable[[int], str]
    type: Callable[[int], str]
    is_aimed: Callable[[int], bool]
    struggle: int


def to_protocol(
    log: np.ndarray, names: ProtocolNames, *, levels: Sequence[int], max_hp: Sequence[int]
) -> str:
    """The protocol text of a battle whose events are ``log`` (n, 4)."""
    writer = _Writer(names, levels, max_hp)
    for code, side, first, second in log.tolist():
        writer.write(code, side, first, second)
    return "\n".join(writer.lines) + "\n"


class _Writer:
    """Lines so far, and what later lines need to know."""

    def __init__(self, names: ProtocolNames, levels: Sequence[int], max_hp: Sequence[int]) -> None:
        self.names = names
        self.who = [f"p{side + 1}a: {names.fighters[side]}" for side in (0, 1)]
        self.hp = [int(value) for value in max_hp]
        self.status = ["", ""]
        #: The last move: who used it, which it was, and its line.
        self.user, self.move, self.at = -1, -1, -1
        #: The move that holds each side.
        self.trap = ["", ""]
        #: Whether the sleep that comes next was brought by Yawn.
        self.is_drowsy = False
        self.lines = ["|gametype|singles"]
        for side in (0, 1):
            self.lines += [
                f"|player|p{side + 1}|{names.players[side]}|",
                f"|teamsize|p{side + 1}|1",
            ]
        self.lines += ["|gen|7", "|tier|[Gen 7 Let's Go] Custom Game", "|start"]
        for side in (0, 1):
            details = f"{names.fighters[side]}, L{levels[side]}"
            self.lines.append(f"|switch|{self.who[side]}|{details}|{self.hp[side]}/{self.hp[side]}")

    def add(self, *fields: object) -> None:
        """A line; empty fields at its end are left out."""
        self.lines.append("|" + "|".join(map(str, fields)).rstrip("|"))

    def write(self, code: int, side: int, first: int, second: int) -> None:
        names = self.names
        me = self.who[side] if side in (0, 1) else ""
        foe = self.who[1 - side] if side in (0, 1) else ""
        if code == ev.TURN:
            self.add("" if first == 1 else "upkeep")
            self.add("turn", first)
        elif code == ev.MOVE:
            self._move(side, first, second)
        elif code == ev.CANT:
            move = names.move(second) if first in _CANT_WITH_MOVE else ""
            self.add("cant", me, _CANT[first], move)
        elif code == ev.MISS:
            self._mark(side, "[miss]")
            self.add("-miss", me, foe)
        elif code == ev.FAIL:
            self._mark(side, "[still]")
            self.add("-fail", me)
        elif code == ev.IMMUNE:
            self.add("-immune", me)
        elif code == ev.DAMAGE:
            self.add("-damage", me, self._condition(side, first), self._damage(side, second))
        elif code == ev.HEAL:
            cause = {
                ev.BY_DRAIN: f"[from] drain|[of] {foe}",
                ev.BY_SEED: "[silent]",
                ev.BY_REST: "[silent]",
            }.get(second, "")
            self.add("-heal", me, self._condition(side, first), cause)
        elif code == ev.STATUS:
            self.status[side] = _STATUS[first]
            self.add("-status", me, _STATUS[first], self._sleep() if first == st.SLEEP else "")
        elif code == ev.CURE:
            self.status[side] = ""
            self.add("-curestatus", me, _STATUS[first], "[msg]")
        elif code == ev.STAGE:
            self.add("-boost" if second > 0 else "-unboost", me, _STATS[first], abs(second))
        elif code == ev.START:
            self._start(side, first, second)
        elif code == ev.END:
            self._end(side, first)
        elif code == ev.ACTIVATE:
            self.add("-activate", me, _ACTIVATED[first])
        elif code == ev.PREPARE:
            self._mark(side, "[still]")
            self.add("-prepare", me, names.move(first))
        elif code == ev.TYPE_CHANGE:
            self.add("-start", me, "typechange", names.type(first))
        elif code == ev.LEARN:
            self.add("-start", me, "Mimic", names.move(first))
        elif code == ev.WIN:
            self.add(*(("tie",) if side < 0 else ("win", names.players[side])))
        else:
            fields = {
                ev.CRITICAL: ("-crit", me),
                ev.SUPER_EFFECTIVE: ("-supereffective", me),
                ev.RESISTED: ("-resisted", me),
                ev.HIT_COUNT: ("-hitcount", foe, first),
                ev.ONE_HIT_KO: ("-ohko",),
                ev.RESET_STAGES: ("-clearboost", me),
                ev.TRANSFORM: ("-transform", me, foe),
                ev.NOTHING: ("-nothing",),
                ev.FAINT: ("faint", me),
            }
            self.add(*fields[code])

    def _move(self, side: int, move: int, how: int) -> None:
        names = self.names
        target = self.who[1 - side if names.is_aimed(move) else side]
        self.user, self.move, self.at = side, move, len(self.lines)
        self.is_drowsy = False
        self.add("move", self.who[side], names.move(move), target, _USED.get(how, ""))
        if move == names.struggle:
            self.add("-activate", self.who[side], "move: Struggle")

    def _mark(self, side: int, mark: str) -> None:
        """Say on the line of the side's move that it missed, or that nothing is to be shown."""
        if self.user == side and not self.lines[self.at].endswith(mark):
            if mark == "[still]":
                fields = self.lines[self.at].split("|")
                fields[4] = ""
                self.lines[self.at] = "|".join(fields)
            self.lines[self.at] += f"|{mark}"

    def _condition(self, side: int, left: int) -> str:
        if left <= 0:
            return "0 fnt"
        return f"{left}/{self.hp[side]} {self.status[side]}".rstrip()

    def _damage(self, side: int, cause: int) -> str:
        if cause == ev.BY_SEED:
            return f"[from] Leech Seed|[of] {self.who[1 - side]}"
        if cause == ev.BY_TRAP:
            return f"[from] move: {self.trap[side]}|[partiallytrapped]"
        if cause == ev.BY_CRASH:
            return f"[from] {self.names.move(self.move).lower().replace(' ', '')}"
        if cause == ev.BY_RECOIL and self.move == self.names.struggle:
            return "[from] recoil"
        return _DAMAGE.get(cause, "")

    def _sleep(self) -> str:
        if self.is_drowsy:
            self.is_drowsy = False
            return ""
        return f"[from] move: {self.names.move(self.move)}"

    def _start(self, side: int, condition: int, move: int) -> None:
        me, foe = self.who[side], self.who[1 - side]
        if condition in _SIDE_CONDITION:
            player = f"p{side + 1}: {self.names.players[side]}"
            self.add("-sidestart", player, _SIDE_CONDITION[condition])
        elif condition in _ONE_TURN:
            self.add("-singleturn", me, _ONE_TURN[condition])
        elif condition == st.TRAPPED:
            self.trap[side] = self.names.move(move)
            self.add("-activate", me, f"move: {self.trap[side]}", f"[of] {foe}")
        elif condition in _CONDITION:
            detail = {
                st.DISABLED: self.names.move(move),
                st.YAWN_TURNS: f"[of] {foe}",
                # A rampage that ends confuses its user.
                st.CONFUSION: "[fatigue]" if self.user == side else "",
            }.get(condition, "")
            self.add("-start", me, _CONDITION[condition], detail)

    def _end(self, side: int, condition: int) -> None:
        me = self.who[side]
        if condition in _SIDE_CONDITION:
            player = f"p{side + 1}: {self.names.players[side]}"
            self.add("-sideend", player, _SIDE_CONDITION[condition])
        elif condition == st.TRAPPED:
            self.add("-end", me, self.trap[side], "[partiallytrapped]")
        elif condition in _CONDITION:
            self.is_drowsy = condition == st.YAWN_TURNS
            silent = "[silent]" if condition == st.YAWN_TURNS else ""
            self.add("-end", me, _CONDITION[condition], silent)
