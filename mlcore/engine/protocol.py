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
_CAUSE = {
    ev.BY_RECOIL: "[from] Recoil",
    ev.BY_CONFUSION: "[from] confusion",
    ev.BY_BURN: "[from] brn",
    ev.BY_POISON: "[from] psn",
    ev.BY_SEED: "[from] Leech Seed",
    ev.BY_DRAIN: "[from] drain",
    ev.BY_TRAP: "[from] partiallytrapped",
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
    st.TRAPPED: "partiallytrapped",
}
_SIDE_CONDITION = {
    st.REFLECT: "Reflect",
    st.LIGHT_SCREEN: "move: Light Screen",
    st.MIST: "Mist",
}
_ONE_TURN = {st.PROTECTED: "Protect", st.ROOSTED: "move: Roost"}


@dataclass(frozen=True)
class ProtocolNames:
    """What to call things: fighters A and B, moves and types by index."""

    fighters: tuple[str, str]
    players: tuple[str, str]
    move: Callable[[int], str]
    type: Callable[[int], str]


def to_protocol(
    log: np.ndarray, names: ProtocolNames, *, levels: Sequence[int], max_hp: Sequence[int]
) -> str:
    """The protocol text of a battle whose events are ``log`` (n, 4)."""
    who = [f"p{side + 1}a: {names.fighters[side]}" for side in (0, 1)]
    hp = [int(value) for value in max_hp]
    lines = [
        "|gametype|singles",
        *(f"|player|p{side + 1}|{names.players[side]}|" for side in (0, 1)),
        "|gen|7",
        "|tier|[Gen 7 Let's Go] Custom Game",
        "|start",
        *(
            f"|switch|{who[side]}|{names.fighters[side]}, L{levels[side]}|{hp[side]}/{hp[side]}"
            for side in (0, 1)
        ),
    ]
    status = ["", ""]

    def condition(side: int, left: int) -> str:
        if left <= 0:
            return "0 fnt"
        tail = f" {status[side]}" if status[side] else ""
        return f"{left}/{hp[side]}{tail}"

    for code, side, first, second in log.tolist():
        me = who[side] if side in (0, 1) else ""
        foe = who[1 - side] if side in (0, 1) else ""
        if code == ev.TURN:
            lines += ["|", f"|turn|{first}"] if first == 1 else ["|upkeep", f"|turn|{first}"]
        elif code == ev.MOVE:
            tail = "|[from]move: Metronome" if second else ""
            lines.append(f"|move|{me}|{names.move(first)}|{foe}{tail}")
        elif code == ev.CANT:
            lines.append(f"|cant|{me}|{_CANT[first]}")
        elif code == ev.MISS:
            lines.append(f"|-miss|{me}|{foe}")
        elif code in (ev.FAIL, ev.IMMUNE):
            lines.append(f"|-{'fail' if code == ev.FAIL else 'immune'}|{me}")
        elif code in (ev.DAMAGE, ev.HEAL):
            verb = "-damage" if code == ev.DAMAGE else "-heal"
            cause = f"|{_CAUSE[second]}" if second in _CAUSE else ""
            lines.append(f"|{verb}|{me}|{condition(side, first)}{cause}")
        elif code == ev.CRITICAL:
            lines.append(f"|-crit|{me}")
        elif code == ev.SUPER_EFFECTIVE:
            lines.append(f"|-supereffective|{me}")
        elif code == ev.RESISTED:
            lines.append(f"|-resisted|{me}")
        elif code == ev.STATUS:
            status[side] = _STATUS[first]
            lines.append(f"|-status|{me}|{status[side]}")
        elif code == ev.CURE:
            status[side] = ""
            lines.append(f"|-curestatus|{me}|{_STATUS[first]}")
        elif code == ev.STAGE:
            verb = "-boost" if second > 0 else "-unboost"
            lines.append(f"|{verb}|{me}|{_STATS[first]}|{abs(second)}")
        elif code in (ev.START, ev.END):
            lines.append(_condition_line(code, me, side, first, second, names))
        elif code == ev.ACTIVATE:
            what = {**_CONDITION, **_ONE_TURN}.get(first, "")
            lines.append(f"|-activate|{me}|{what}")
        elif code == ev.PREPARE:
            lines.append(f"|-prepare|{me}|{names.move(first)}")
        elif code == ev.HIT_COUNT:
            lines.append(f"|-hitcount|{foe}|{first}")
        elif code == ev.ONE_HIT_KO:
            lines.append("|-ohko")
        elif code == ev.RESET_STAGES:
            lines.append(f"|-clearboost|{me}")
        elif code == ev.TRANSFORM:
            lines.append(f"|-transform|{me}|{foe}")
        elif code == ev.TYPE_CHANGE:
            lines.append(f"|-start|{me}|typechange|{names.type(first)}")
        elif code == ev.LEARN:
            lines.append(f"|-start|{me}|Mimic|{names.move(first)}")
        elif code == ev.NOTHING:
            lines.append("|-nothing")
        elif code == ev.FAINT:
            lines.append(f"|faint|{me}")
        elif code == ev.WIN:
            lines.append("|tie" if side < 0 else f"|win|{names.players[side]}")
    return "\n".join(line for line in lines if line) + "\n"


def _condition_line(
    code: int, me: str, side: int, first: int, second: int, names: ProtocolNames
) -> str:
    if first in _SIDE_CONDITION:
        verb = "-sidestart" if code == ev.START else "-sideend"
        return f"|{verb}|p{side + 1}: {names.players[side]}|{_SIDE_CONDITION[first]}"
    if first in _ONE_TURN:
        return f"|-singleturn|{me}|{_ONE_TURN[first]}" if code == ev.START else ""
    if first not in _CONDITION:
        return ""
    verb = "-start" if code == ev.START else "-end"
    if code == ev.START and first == st.TRAPPED:
        return f"|-activate|{me}|move: {names.move(second)}"
    detail = f"|{names.move(second)}" if code == ev.START and first == st.DISABLED else ""
    return f"|{verb}|{me}|{_CONDITION[first]}{detail}"
