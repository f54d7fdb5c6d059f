"""A Pokémon's spread: level, nature, friendship, IVs and AVs, and in which bounds.

Pages, the API, pasted teams, JSON lines and stored battles all use this one type. JSON
(``read_spread``) and addresses (``battles.common.spread_query``) are two ways to write it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from mlcore.engine.specs import (
    DEFAULT_AV,
    DEFAULT_FRIENDSHIP,
    DEFAULT_IV,
    DEFAULT_LEVEL,
    DEFAULT_NATURE,
    NATURE_NAMES,
    NATURES,
    STATS,
    Setups,
)

MIN_LEVEL, MAX_LEVEL = 1, 100
MAX_IV = 31
MAX_AV = 200
MAX_FRIENDSHIP = 255
SPREAD_KEYS = ("level", "nature", "ivs", "avs", "friendship")
#: Short names of the stats, as Showdown spells them, and the long ones of the API.
STAT_KEYS = ("hp", "atk", "def", "spa", "spd", "spe")
_STAT_NAMES = (STAT_KEYS, STATS)


class SpreadError(ValueError):
    """One value of a spread that cannot be.

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
class Spread:
    """How a Pokémon was trained; stats in the order of STATS. By default the standard rules."""

    level: int = DEFAULT_LEVEL
    nature: str = DEFAULT_NATURE
    friendship: int = DEFAULT_FRIENDSHIP
    ivs: tuple[int, ...] = (DEFAULT_IV,) * len(STATS)
    avs: tuple[int, ...] = (DEFAULT_AV,) * len(STATS)

    @property
    def is_flat(self) -> bool:
        return self == FLAT

    @property
    def raises(self) -> int | None:
        """Index of the stat that the nature raises; None for a neutral one."""
        raised, lowered = NATURES[self.nature]
        return None if raised == lowered else raised

    @property
    def lowers(self) -> int | None:
        raised, lowered = NATURES[self.nature]
        return None if raised == lowered else lowered

    def setups(self, form: int) -> Setups:
        """The form with this index and this spread, as set-ups of length 1."""
        return to_setups(np.array([form]), self)


#: The standard rules.
FLAT = Spread()
#: As good as it gets.
TRAINED = Spread(level=MAX_LEVEL, friendship=MAX_FRIENDSHIP, avs=(MAX_AV,) * len(STATS))


def read_spread(
    given: Mapping[str, Any], name: str, *, level: int = DEFAULT_LEVEL
) -> tuple[Spread, list[SpreadError]]:
    """What ``given`` says about a spread, and everything that is wrong with it.

    Keys that are not of SPREAD_KEYS are ignored. ``level`` is used where none is given. Where
    something is wrong the default stands in its place.
    """
    wrong: list[SpreadError] = []
    values: dict[str, Any] = {"level": level}
    for key in SPREAD_KEYS:
        if key in given:
            try:
                values[key] = _READERS[key](given[key], f"{name}.{key}")
            except SpreadError as error:
                wrong.append(error)
    return Spread(**values), wrong


def to_setups(forms: np.ndarray, spreads: list[Spread] | Spread) -> Setups:
    """Fighters (k,) with these spreads: one each, or the same for all."""
    forms = np.asarray(forms, dtype=np.int32)
    if isinstance(spreads, Spread):
        spreads = [spreads] * len(forms)
    if all(spread == FLAT for spread in set(spreads)):
        return Setups.flat(forms)

    def column(values: list[Any], *shape: int) -> np.ndarray:
        return np.array(values, dtype=np.int32).reshape(len(forms), *shape)

    return Setups(
        form=forms,
        level=column([spread.level for spread in spreads]),
        nature=column([NATURE_NAMES.index(spread.nature) for spread in spreads]),
        friendship=column([spread.friendship for spread in spreads]),
        ivs=column([spread.ivs for spread in spreads], len(STATS)),
        avs=column([spread.avs for spread in spreads], len(STATS)),
    )


def integer(value: Any, field: str, low: int, high: int) -> int:
    """``value`` when it is an integer from ``low`` to ``high``; raises SpreadError."""
    is_integer = isinstance(value, int) and not isinstance(value, bool)
    if is_integer and low <= value <= high:
        return int(value)
    reason = f"{field} must be an integer from {low} to {high}, not {shown(value)}"
    code = "not_in_range" if is_integer else "wrong_type"
    raise SpreadError(field, code, reason, f"{low} to {high}")


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


def _nature(value: Any, field: str) -> str:
    if isinstance(value, str) and value.strip().lower() in NATURES:
        return value.strip().lower()
    reason = f"{field} must be one of {', '.join(NATURE_NAMES)}"
    raise SpreadError(field, "not_a_choice", reason, NATURE_NAMES)


def _stats(given: Any, field: str, default: int, high: int) -> tuple[int, ...]:
    """A number for all stats, or an object with some of them, each by its long or short name."""
    if not isinstance(given, dict):
        if isinstance(given, bool) or not isinstance(given, int):
            allowed = (
                f"an integer from 0 to {high} or an object with some of {', '.join(STAT_KEYS)}"
            )
            raise SpreadError(field, "wrong_type", f"{field} must be {allowed}", allowed)
        return (integer(given, field, 0, high),) * len(STATS)
    values: dict[int, int] = {}
    for key, value in given.items():
        index = next((keys.index(key) for keys in _STAT_NAMES if key in keys), None)
        if index is None:
            known = next(
                (keys for keys in _STAT_NAMES if set(given) - {"hp"} & set(keys)), STAT_KEYS
            )
            reason = f"{field}: unknown stat {shown(key)}; allowed: {', '.join(known)}"
            raise SpreadError(field, "unknown_key", reason, known)
        if index in values:
            names = " or ".join(keys[index] for keys in _STAT_NAMES)
            reason = f"{field} has a stat twice: {names}, not both"
            raise SpreadError(field, "repeated_stat", reason, STAT_KEYS)
        values[index] = integer(value, f"{field}.{key}", 0, high)
    return tuple(values.get(index, default) for index in range(len(STATS)))


_READERS: dict[str, Callable[[Any, str], Any]] = {
    "level": partial(integer, low=MIN_LEVEL, high=MAX_LEVEL),
    "nature": _nature,
    "ivs": partial(_stats, default=DEFAULT_IV, high=MAX_IV),
    "avs": partial(_stats, default=DEFAULT_AV, high=MAX_AV),
    "friendship": partial(integer, low=0, high=MAX_FRIENDSHIP),
}
