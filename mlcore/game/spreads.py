"""How a fighter may be raised: what a set-up can say, in which bounds, and how it is read.

Commands (``duel_lines``) and the API read set-ups by these rules, so that the same set-up means
the same everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mlcore.engine.specs import (
    DEFAULT_AV,
    DEFAULT_FRIENDSHIP,
    DEFAULT_IV,
    DEFAULT_LEVEL,
    DEFAULT_NATURE,
    NATURE_NAMES,
    STATS,
    Setups,
)

MAX_LEVEL = 100
MAX_IV = 31
MAX_AV = 200
MAX_FRIENDSHIP = 255
SETUP_KEYS = ("level", "nature", "ivs", "avs", "friendship")
#: Short names of the stats, as Showdown spells them, and the long ones of the API.
STAT_KEYS = ("hp", "atk", "def", "spa", "spd", "spe")
_STAT_NAMES = (STAT_KEYS, STATS)


class WrongSetup(ValueError):
    """One value of a set-up that cannot be.

    field    its name, ``a.ivs.spe``
    code     ``wrong_type``, ``not_in_range``, ``not_a_choice`` or ``unknown_key``
    allowed  what would do: a text, or the values
    """

    def __init__(self, field: str, code: str, reason: str, allowed: str | tuple[str, ...]):
        super().__init__(reason)
        self.field = field
        self.code = code
        self.allowed = allowed


@dataclass(frozen=True)
class Raising:
    """A set-up without the fighter; nature is an index into NATURE_NAMES, stats as STATS."""

    level: int = DEFAULT_LEVEL
    nature: int = NATURE_NAMES.index(DEFAULT_NATURE)
    friendship: int = DEFAULT_FRIENDSHIP
    ivs: tuple[int, ...] = (DEFAULT_IV,) * len(STATS)
    avs: tuple[int, ...] = (DEFAULT_AV,) * len(STATS)


#: The set-up of who says nothing about it.
FLAT = Raising()


def read_raising(
    given: Mapping[str, Any], name: str, *, level: int = DEFAULT_LEVEL
) -> tuple[Raising, list[WrongSetup]]:
    """What ``given`` says about a set-up, and everything that is wrong with it.

    Keys that are not of SETUP_KEYS are not looked at. ``level`` is that of who names none. Where
    something is wrong the default stands in its place.
    """
    wrong: list[WrongSetup] = []
    values: dict[str, Any] = {"level": level}
    for key in SETUP_KEYS:
        if key in given:
            try:
                values[key] = _READERS[key](given[key], f"{name}.{key}")
            except WrongSetup as error:
                wrong.append(error)
    return Raising(**values), wrong


def to_setups(forms: np.ndarray, raisings: list[Raising] | Raising) -> Setups:
    """Fighters (k,) raised as ``raisings`` says: one each, or the same for all."""
    forms = np.asarray(forms, dtype=np.int32)
    each = [raisings] * len(forms) if isinstance(raisings, Raising) else raisings
    if all(raising == FLAT for raising in set(each)):
        return Setups.flat(forms)

    def column(name: str, *shape: int) -> np.ndarray:
        values = [getattr(raising, name) for raising in each]
        return np.array(values, dtype=np.int32).reshape(len(forms), *shape)

    return Setups(
        form=forms,
        level=column("level"),
        nature=column("nature"),
        friendship=column("friendship"),
        ivs=column("ivs", len(STATS)),
        avs=column("avs", len(STATS)),
    )


def integer(value: Any, field: str, low: int, high: int) -> int:
    """``value`` when it is an integer from ``low`` to ``high``; raises WrongSetup."""
    if isinstance(value, bool) or not isinstance(value, int):
        reason = f"{field} must be an integer from {low} to {high}, not {shown(value)}"
        raise WrongSetup(field, "wrong_type", reason, f"{low} to {high}")
    if not low <= value <= high:
        reason = f"{field} must be an integer from {low} to {high}, not {shown(value)}"
        raise WrongSetup(field, "not_in_range", reason, f"{low} to {high}")
    return value


def shown(value: Any) -> str:
    """A value in a message: short, and what it is where it has no short form."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case dict():
            return "an object"
        case list():
            return "a list"
        case int():
            return str(value) if abs(value) < 10**12 else "a huge number"
        case float():
            return "a number with a fraction"
        case _:
            text = str(value)
            return f'"{text}"' if text.isprintable() and len(text) <= 60 else "another text"


def _level(value: Any, field: str) -> int:
    return integer(value, field, 1, MAX_LEVEL)


def _friendship(value: Any, field: str) -> int:
    return integer(value, field, 0, MAX_FRIENDSHIP)


def _nature(value: Any, field: str) -> int:
    if isinstance(value, str) and value.strip().lower() in NATURE_NAMES:
        return NATURE_NAMES.index(value.strip().lower())
    reason = f"{field} must be one of {', '.join(NATURE_NAMES)}"
    raise WrongSetup(field, "not_a_choice", reason, NATURE_NAMES)


def _ivs(value: Any, field: str) -> tuple[int, ...]:
    return _stats(value, field, DEFAULT_IV, MAX_IV)


def _avs(value: Any, field: str) -> tuple[int, ...]:
    return _stats(value, field, DEFAULT_AV, MAX_AV)


def _stats(given: Any, field: str, default: int, high: int) -> tuple[int, ...]:
    """A number for all stats, or an object with some of them by one kind of names."""
    if not isinstance(given, dict):
        if isinstance(given, bool) or not isinstance(given, int):
            allowed = (
                f"an integer from 0 to {high} or an object with some of {', '.join(STAT_KEYS)}"
            )
            raise WrongSetup(field, "wrong_type", f"{field} must be {allowed}", allowed)
        return (integer(given, field, 0, high),) * len(STATS)
    names = next((each for each in _STAT_NAMES if set(given) <= set(each)), None)
    if names is None:
        known = next((each for each in _STAT_NAMES if set(given) - {"hp"} & set(each)), STAT_KEYS)
        unknown = next(key for key in given if key not in known)
        reason = f"{field}: unknown stat {shown(unknown)}; allowed: {', '.join(known)}"
        raise WrongSetup(field, "unknown_key", reason, known)
    return tuple(integer(given.get(key, default), f"{field}.{key}", 0, high) for key in names)


_READERS = {
    "level": _level,
    "nature": _nature,
    "ivs": _ivs,
    "avs": _avs,
    "friendship": _friendship,
}
