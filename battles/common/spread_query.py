"""A spread in an address: level, nature, friendship, IVs and AVs of a side.

``level_a=100&nature_a=timid&friendship_a=255&ivs_a=31-0-31-31-31-31&avs_a=200``: a number for all
six stats, or six in the order HP, Attack, Defense, Special Attack, Special Defense, Speed. A form
sends six values of the same name, which mean the same. What is missing or blank follows
the standard rules.
"""

import re
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext as _

from battles.common.text import NATURE_LABELS, STAT_NAMES, shortened
from mlcore.engine.specs import (
    DEFAULT_AV,
    DEFAULT_FRIENDSHIP,
    DEFAULT_IV,
    DEFAULT_LEVEL,
    DEFAULT_NATURE,
    NATURES,
    STATS,
)
from mlcore.game.spreads import (
    FLAT,
    MAX_AV,
    MAX_FRIENDSHIP,
    MAX_IV,
    MAX_LEVEL,
    MIN_LEVEL,
    Spread,
)
from pokedex.lookup import normalize

#: Names of the values in an address, each followed by ``_a`` or ``_b``.
FIELDS = ("level", "nature", "friendship", "ivs", "avs")
#: More values of one name than this are not looked at.
_MAX_VALUES = 12
_WHOLE = re.compile(r"[+-]?[0-9]{1,9}")
_SEPARATORS = re.compile(r"[-,/.\s]+")


def write_spread(spread: Spread, side: str) -> list[tuple[str, str]]:
    """Names and values of an address; what follows the standard rules is left out."""
    pairs = []
    for name in FIELDS:
        value = getattr(spread, name)
        if value == getattr(FLAT, name):
            continue
        if isinstance(value, tuple):
            value = value[0] if len(set(value)) == 1 else "-".join(map(str, value))
        pairs.append((f"{name}_{side}", str(value)))
    return pairs


@dataclass
class SpreadInput:
    """What an address says about one side: values as given, what they mean, what is wrong.

    given    name -> texts, as the form shows them again
    errors   name -> one sentence
    spread   with the default where the given value cannot be used
    """

    given: dict[str, list[str]]
    errors: dict[str, str] = field(default_factory=dict)
    spread: Spread = FLAT


def read_spread(data: QueryDict, side: str) -> SpreadInput:
    """Read one side's values from a query string; anything may stand there."""
    given = {
        name: [value.strip()[:200] for value in data.getlist(f"{name}_{side}")[:_MAX_VALUES]]
        for name in FIELDS
    }
    read = SpreadInput(given)
    values = {
        "level": _number(read, "level", MIN_LEVEL, MAX_LEVEL, DEFAULT_LEVEL),
        "nature": _nature(read),
        "friendship": _number(read, "friendship", 0, MAX_FRIENDSHIP, DEFAULT_FRIENDSHIP),
        "ivs": _stats(read, "ivs", MAX_IV, DEFAULT_IV),
        "avs": _stats(read, "avs", MAX_AV, DEFAULT_AV),
    }
    read.spread = Spread(**values)  # type: ignore[arg-type]
    return read


def field_name(name: str) -> str:
    return {
        "level": _("Level"),
        "nature": _("Nature"),
        "friendship": _("Friendship"),
        "ivs": _("IVs"),
        "avs": _("AVs"),
    }[name]


def _number(read: SpreadInput, name: str, low: int, high: int, default: int) -> int:
    """The last value given, as Django reads repeated ones."""
    text = read.given[name][-1] if read.given[name] else ""
    if not text:
        return default
    value = int(text) if _WHOLE.fullmatch(text) else None
    if value is None or not low <= value <= high:
        read.errors[name] = _(
            "%(field)s must be a whole number from %(low)d to %(high)d, not “%(text)s”."
        ) % {"field": field_name(name), "low": low, "high": high, "text": shortened(text)}
        return default
    return value


def _nature(read: SpreadInput) -> str:
    text = read.given["nature"][-1] if read.given["nature"] else ""
    if not text:
        return DEFAULT_NATURE
    nature = nature_called(text)
    if nature is None:
        read.errors["nature"] = _(
            "There is no nature “%(text)s”. Choose one of the 25 natures, such as %(example)s."
        ) % {"text": shortened(text), "example": NATURE_LABELS["timid"]}
        return DEFAULT_NATURE
    return nature


def nature_called(text: str) -> str | None:
    """The nature with that name, in English or in the language of the page."""
    key = normalize(text)
    if key in NATURES:
        return key
    return next(
        (name for name, label in NATURE_LABELS.items() if normalize(str(label)) == key), None
    )


def _stats(read: SpreadInput, name: str, high: int, default: int) -> tuple[int, ...]:
    texts = read.given[name]
    if len(texts) == 1 and not _WHOLE.fullmatch(texts[0]):
        texts = [part for part in _SEPARATORS.split(texts[0]) if part]
    flat = (default,) * len(STATS)
    if not any(texts):
        return flat
    if len(texts) == 1:
        texts = texts * len(STATS)
    if len(texts) != len(STATS):
        read.errors[name] = _(
            "%(field)s: enter one number for all stats or six, in the order HP, Attack, "
            "Defense, Special Attack, Special Defense, Speed; you entered %(count)d."
        ) % {"field": field_name(name), "count": len(texts)}
        return flat
    values = []
    for stat, text in zip(STAT_NAMES, texts, strict=True):
        if not text:
            values.append(default)
        elif _WHOLE.fullmatch(text) and 0 <= int(text) <= high:
            values.append(int(text))
        else:
            read.errors[name] = _(
                "%(field)s, %(stat)s: must be a whole number from 0 to %(high)d, not “%(text)s”."
            ) % {
                "field": field_name(name),
                "stat": stat,
                "high": high,
                "text": shortened(text),
            }
            return flat
    return tuple(values)
