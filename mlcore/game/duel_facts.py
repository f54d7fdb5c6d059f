"""Why a duel goes as it goes: a few facts of the rules, each with the side it speaks for.

These are facts and not parts of the prediction: what the model made of a duel is for the model
to say. Codes and numbers only; who shows them finds the words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from mlcore.engine.specs import Ailment, Effect, GameTables, MoveColumn, Setups
from mlcore.engine.stats import compute_stats
from mlcore.game import damage_calc
from mlcore.game.damage_calc import Damage, DamageKind
from mlcore.game.matchup import Side

SIDES: tuple[Side, Side] = ("a", "b")

_SPEED = -1
#: Below this a chance to survive or to miss is not worth a sentence.
_NOTABLE = 0.05


@dataclass(frozen=True)
class DuelFact:
    """One fact.

    code      what it is about, see ``find``
    of        the side whose move or Pokémon it tells of
    speaks_for  the side that it helps; None when it helps neither
    weight    how much it matters beside the others, for their order
    values    the numbers in it: percentages 0 to 100, probabilities 0 to 1, counts, stats
    """

    code: str
    of: Side
    speaks_for: Side | None
    weight: float
    values: Mapping[str, float]


def other(side: Side) -> Side:
    return "b" if side == "a" else "a"


def first_to_move(
    tables: GameTables, speed_a: int, speed_b: int, move_a: int, move_b: int
) -> Literal["A", "B", "tie"]:
    """Who acts first in a turn: by priority, then by speed."""
    priorities = tables.moves[:, MoveColumn.PRIORITY]
    of_a = (int(priorities[move_a]), speed_a)
    of_b = (int(priorities[move_b]), speed_b)
    return "tie" if of_a == of_b else "A" if of_a > of_b else "B"


def find(
    tables: GameTables,
    a: Setups,
    move_a: int,
    b: Setups,
    move_b: int,
    damage: Mapping[Side, Damage] | None = None,
) -> list[DuelFact]:
    """The facts of one duel (set-ups of length 1), the weightiest first.

    ``damage`` of each side's move, where it is known already.

    Codes: ``priority_first``, ``speed_first`` (values speed, other_speed), ``speed_tie``;
    ``effective``, ``resisted``, ``no_effect`` (percent); ``one_hit`` (probability),
    ``hits_needed`` (low, high), ``cannot_knock_out``; ``survives`` (probability, of the side
    that is hit first or not at all after its first hit); ``may_miss`` (probability);
    ``critical`` (probability); ``two_turns``, ``works_once``, ``needs_sleep``, ``reactive``,
    ``faints``, ``recoil`` (percent), ``drain`` (percent), ``ailment`` (ailment, percent),
    ``flinch`` (percent).
    """
    damage = damage or {
        "a": damage_calc.calculate(tables, a, np.array([move_a]), b),
        "b": damage_calc.calculate(tables, b, np.array([move_b]), a),
    }
    moves: dict[Side, int] = {"a": move_a, "b": move_b}
    facts = _order(tables, a, move_a, b, move_b)
    for side in SIDES:
        facts += _effect(damage[side], side)
        facts += _reach(damage[side], side)
        facts += _risks(damage[side], side)
        facts += _nature_of_move(tables, moves[side], damage[side], side)
    return sorted(facts, key=lambda fact: -fact.weight)


def _order(tables: GameTables, a: Setups, move_a: int, b: Setups, move_b: int) -> list[DuelFact]:
    speed = {
        "a": int(compute_stats(tables, a)[0, _SPEED]),
        "b": int(compute_stats(tables, b)[0, _SPEED]),
    }
    first = first_to_move(tables, speed["a"], speed["b"], move_a, move_b)
    if first == "tie":
        return [DuelFact("speed_tie", "a", None, 0.6, {"speed": speed["a"]})]
    side: Side = "a" if first == "A" else "b"
    priorities = tables.moves[[move_a, move_b], MoveColumn.PRIORITY]
    by_priority = priorities[0] != priorities[1]
    values = {"speed": speed[side], "other_speed": speed[other(side)]}
    return [DuelFact("priority_first" if by_priority else "speed_first", side, side, 0.8, values)]


def _effect(damage: Damage, side: Side) -> list[DuelFact]:
    if damage.kind[0] in (DamageKind.FIXED, DamageKind.RANDOM_LEVEL, DamageKind.HALF_HP):
        return []
    percent = int(damage.effectiveness[0])
    values = {"percent": percent}
    if damage.kind[0] == DamageKind.NOTHING:
        return [DuelFact("no_effect", side, other(side), 1.0, values)]
    if percent > 100:
        return [DuelFact("effective", side, side, 0.4 + percent / 1000, values)]
    if percent < 100:
        return [DuelFact("resisted", side, other(side), 0.7 - percent / 200, values)]
    return []


def _reach(damage: Damage, side: Side) -> list[DuelFact]:
    """How soon the move knocks out, and whether the other side stands after one use."""
    if damage.kind[0] in (DamageKind.NOTHING, DamageKind.REACTIVE) or damage.asleep_only[0]:
        return []
    chance = float(damage.knockout[0, 0])
    low, high = int(damage.fewest_uses[0]), int(damage.most_uses[0])
    if low == 0:
        return [DuelFact("cannot_knock_out", side, other(side), 0.5, {})]
    if chance > 0.5 or low == high == 1:
        return [DuelFact("one_hit", side, side, 0.95, {"probability": chance})]
    if chance > _NOTABLE:
        return [DuelFact("survives", other(side), other(side), 0.9, {"probability": 1 - chance})]
    speaks_for = side if high <= 2 else other(side) if low >= 4 else None
    return [DuelFact("hits_needed", side, speaks_for, 0.75, {"low": low, "high": high})]


def _risks(damage: Damage, side: Side) -> list[DuelFact]:
    facts = []
    accuracy = float(damage.accuracy[0])
    if 0 < accuracy < 1 - _NOTABLE / 2:
        miss = {"probability": 1 - accuracy}
        facts.append(DuelFact("may_miss", side, other(side), 0.35 + (1 - accuracy) / 2, miss))
    critical = float(damage.critical_chance[0])
    if critical > _NOTABLE:
        facts.append(DuelFact("critical", side, side, 0.3, {"probability": critical}))
    return facts


def _nature_of_move(tables: GameTables, move: int, damage: Damage, side: Side) -> list[DuelFact]:
    """What the move costs its user, and what it does besides damage."""
    row = tables.moves[move]
    foe = other(side)
    facts = []
    if damage.turns_per_use[0] > 1:
        facts.append(DuelFact("two_turns", side, foe, 0.65, {}))
    if damage.asleep_only[0]:
        facts.append(DuelFact("needs_sleep", side, foe, 1.0, {}))
    if damage.kind[0] == DamageKind.REACTIVE:
        facts.append(DuelFact("reactive", side, None, 0.7, {}))
    if row[MoveColumn.EFFECT] == Effect.SELF_DESTRUCT:
        facts.append(DuelFact("faints", side, foe, 0.85, {}))
    elif damage.only_once[0]:
        facts.append(DuelFact("works_once", side, foe, 0.85, {}))
    if damage.kind[0] == DamageKind.NOTHING:
        return facts
    if row[MoveColumn.RECOIL_PERCENT] > 0:
        facts.append(_percent("recoil", side, foe, 0.45, row[MoveColumn.RECOIL_PERCENT]))
    if row[MoveColumn.DRAIN_PERCENT] > 0:
        facts.append(_percent("drain", side, side, 0.45, row[MoveColumn.DRAIN_PERCENT]))
    if row[MoveColumn.AILMENT] != Ailment.NONE and row[MoveColumn.AILMENT_CHANCE] >= 10:
        values = {
            "ailment": int(row[MoveColumn.AILMENT]),
            "percent": int(row[MoveColumn.AILMENT_CHANCE]),
        }
        facts.append(DuelFact("ailment", side, side, 0.2 + values["percent"] / 300, values))
    if row[MoveColumn.FLINCH_CHANCE] >= 10:
        facts.append(_percent("flinch", side, side, 0.25, row[MoveColumn.FLINCH_CHANCE]))
    return facts


def _percent(code: str, of: Side, speaks_for: Side, weight: float, percent: int) -> DuelFact:
    return DuelFact(code, of, speaks_for, weight, {"percent": int(percent)})
