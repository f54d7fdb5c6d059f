"""What the damage tab takes for granted: stat stages, current HP, status and screens of a side.

In an address: ``attack_a=2&special_defense_a=-1&hp_a=80&status_a=burn&reflect_a=1``. What is
missing or blank is as at the start of a battle; so is what cannot be, and the page says so.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from battles.common.forms import SIDES
from battles.common.text import STAT_NAMES, listed, shortened
from mlcore.engine.specs import Ailment
from mlcore.game.damage_calc import MAX_STAGE, STAGED_STATS, STATUSES
from mlcore.game.damage_calc import Conditions as RulesConditions

STATUS_LABELS = {
    "paralysis": pgettext_lazy("status", "paralyzed"),
    "burn": pgettext_lazy("status", "burned"),
    "poison": pgettext_lazy("status", "poisoned"),
    "sleep": pgettext_lazy("status", "asleep"),
    "freeze": pgettext_lazy("status", "frozen"),
}
#: More HP than anyone has.
_MOST = 9999
ValueT = TypeVar("ValueT")
_WHOLE = re.compile(r"[+-]?[0-9]{1,4}")


@dataclass(frozen=True)
class Condition:
    """One side. ``stages`` in the order of STAGED_STATS; ``hp`` is None for full HP."""

    stages: tuple[int, ...] = (0,) * len(STAGED_STATS)
    hp: int | None = None
    status: str = ""
    reflect: bool = False
    light_screen: bool = False

    def to_rules(self) -> RulesConditions:
        return RulesConditions(
            stages=self.stages,
            hp=self.hp,
            status=int(STATUSES[self.status]) if self.status else int(Ailment.NONE),
            reflect=self.reflect,
            light_screen=self.light_screen,
        )


FRESH = Condition()
#: Values of a box that is ticked or not.
_CHECKED = {"": False, "0": False, "1": True}


@dataclass(frozen=True)
class Conditions:
    """What an address says of both sides. ``wrong``: name -> a value that cannot be."""

    sides: dict[str, Condition]
    is_critical: bool
    wrong: dict[str, str]

    @property
    def is_fresh(self) -> bool:
        return not self.is_critical and all(side == FRESH for side in self.sides.values())


def read_conditions(data: QueryDict) -> Conditions:
    """Everything that the damage tab takes for granted. HP are not yet compared with full HP."""
    wrong: dict[str, str] = {}

    def read(name: str, known: Callable[[str], ValueT | None], default: ValueT) -> ValueT:
        text = data.get(name, "").strip()
        value = known(text) if text else default
        if value is None:
            wrong[name] = text
        return default if value is None else value

    def checked(name: str) -> bool:
        return read(name, _CHECKED.get, False)

    sides = {
        side: Condition(
            stages=tuple(
                read(f"{stat}_{side}", _whole(-MAX_STAGE, MAX_STAGE), 0) for stat in STAGED_STATS
            ),
            hp=read(f"hp_{side}", _whole(1, _MOST), 0) or None,
            status=read(f"status_{side}", lambda text: text if text in STATUSES else None, ""),
            reflect=checked(f"reflect_{side}"),
            light_screen=checked(f"light_screen_{side}"),
        )
        for side in SIDES
    }
    return Conditions(sides, checked("critical"), wrong)


def in_words(wrong: dict[str, str], names: dict[str, str], full_hp: dict[str, int]) -> list[str]:
    """What cannot be, and what may be; by side: the Pokémon's name and its HP."""
    sentences = []
    for name, text in wrong.items():
        field, _sep, side = name.rpartition("_")
        words = {"pokemon": names.get(side, ""), "text": shortened(text)}
        if field in STAGED_STATS:
            sentence = _(
                "%(pokemon)s, %(stat)s: a stage must be a whole number from -%(most)d to "
                "+%(most)d, not “%(text)s”."
            )
            words |= {"stat": STAT_NAMES[1 + STAGED_STATS.index(field)], "most": MAX_STAGE}
        elif field == "hp":
            sentence = _(
                "%(pokemon)s: current HP must be a whole number from 1 to %(high)d, not “%(text)s”."
            )
            words["high"] = full_hp[side]
        elif field == "status":
            sentence = _(
                "%(pokemon)s: there is no status “%(text)s”. Allowed in the address: %(allowed)s."
            )
            words["allowed"] = listed(STATUSES)
        else:
            sentence = _("“%(name)s” in the address must be 1 or left out, not “%(text)s”.")
            words["name"] = name
        sentences.append(sentence % words)
    return sentences


def write_conditions(condition: Condition, side: str) -> list[tuple[str, str]]:
    """Names and values of an address; what is as at the start is left out."""
    pairs = [
        (stat, str(stage))
        for stat, stage in zip(STAGED_STATS, condition.stages, strict=True)
        if stage
    ]
    if condition.hp is not None:
        pairs.append(("hp", str(condition.hp)))
    if condition.status:
        pairs.append(("status", condition.status))
    pairs += [(name, "1") for name in ("reflect", "light_screen") if getattr(condition, name)]
    return [(f"{name}_{side}", value) for name, value in pairs]


def _whole(low: int, high: int) -> Callable[[str], int | None]:
    """Reads a whole number from ``low`` to ``high``."""

    def read(text: str) -> int | None:
        return int(text) if _WHOLE.fullmatch(text) and low <= int(text) <= high else None

    return read
