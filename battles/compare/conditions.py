"""What the damage tab takes for granted: stat stages, current HP, status and screens of a side.

In an address: ``attack_a=2&special_defense_a=-1&hp_a=80&status_a=burn&reflect_a=1``. What is
missing, blank or cannot be is as at the start of a battle.
"""

import re
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import pgettext_lazy

from mlcore.engine.specs import Ailment
from mlcore.game.damage_calc import STAGED_STATS, Conditions

#: Statuses as an address names them.
STATUSES = {
    "paralysis": (Ailment.PARALYSIS, pgettext_lazy("status", "paralyzed")),
    "burn": (Ailment.BURN, pgettext_lazy("status", "burned")),
    "poison": (Ailment.POISON, pgettext_lazy("status", "poisoned")),
    "sleep": (Ailment.SLEEP, pgettext_lazy("status", "asleep")),
    "freeze": (Ailment.FREEZE, pgettext_lazy("status", "frozen")),
}
MAX_STAGE = 6
_WHOLE = re.compile(r"[+-]?[0-9]{1,4}")


@dataclass(frozen=True)
class Condition:
    """One side. ``stages`` in the order of STAGED_STATS; ``hp`` is None for full HP."""

    stages: tuple[int, ...] = (0,) * len(STAGED_STATS)
    hp: int | None = None
    status: str = ""
    reflect: bool = False
    light_screen: bool = False

    @property
    def is_fresh(self) -> bool:
        return self == FRESH

    def to_rules(self) -> Conditions:
        return Conditions(
            stages=self.stages,
            hp=self.hp,
            status=int(STATUSES[self.status][0]) if self.status else int(Ailment.NONE),
            reflect=self.reflect,
            light_screen=self.light_screen,
        )


FRESH = Condition()


def read_conditions(data: QueryDict, side: str) -> Condition:
    status = data.get(f"status_{side}", "")
    hp = _number(data.get(f"hp_{side}", ""))
    return Condition(
        stages=tuple(
            max(-MAX_STAGE, min(MAX_STAGE, _number(data.get(f"{stat}_{side}", "")) or 0))
            for stat in STAGED_STATS
        ),
        hp=max(1, hp) if hp is not None else None,
        status=status if status in STATUSES else "",
        reflect=data.get(f"reflect_{side}", "") == "1",
        light_screen=data.get(f"light_screen_{side}", "") == "1",
    )


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


def _number(text: str) -> int | None:
    text = text.strip()
    return int(text) if _WHOLE.fullmatch(text) else None
