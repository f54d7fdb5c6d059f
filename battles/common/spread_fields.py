"""How a fighter was trained, as fields of a form: level, nature, friendship, IVs and AVs."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from django.utils.translation import get_language, pgettext

from battles.common import text
from battles.common.spread_query import SpreadInput
from battles.common.text import NATURE_LABELS, STAT_NAMES
from mlcore.engine.specs import NATURES
from mlcore.game.spreads import FLAT, MAX_AV, MAX_FRIENDSHIP, MAX_IV, MAX_LEVEL, Spread


@dataclass(frozen=True)
class StatInput:
    """A stat's row: what stands in its fields."""

    name: str
    #: "raised" or "lowered" by the nature, or nothing.
    nature: str
    iv: str
    av: str
    #: What they give in battle; empty if that is not known.
    result: str


@dataclass(frozen=True)
class NatureOption:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class SpreadFields:
    """What stands in the fields of one side; ``errors`` by field."""

    level: str
    friendship: str
    natures: list[NatureOption]
    stats: list[StatInput]
    errors: dict[str, str]
    max_level: int = MAX_LEVEL
    max_friendship: int = MAX_FRIENDSHIP
    max_iv: int = MAX_IV
    max_av: int = MAX_AV


def fields_of(read: SpreadInput, stats: np.ndarray | None = None) -> SpreadFields:
    """The fields of a side; those that were refused show again what was typed.

    ``stats``: what the values give in battle, int (6,).
    """
    spread = read.spread

    def single(name: str) -> str:
        given = read.given[name]
        typed = given[-1] if name in read.errors and given else str(getattr(spread, name))
        return text.shortened(typed, 12)

    def of_stats(name: str, values: tuple[int, ...]) -> list[str]:
        given = read.given[name]
        if name in read.errors and len(given) in (1, len(values)):
            return [value[:10] for value in given * (len(values) // len(given))]
        return [str(value) for value in values]

    natures = {spread.raises: "raised", spread.lowers: "lowered"}
    results = ["" for _ in STAT_NAMES] if stats is None or read.errors else map(str, stats)
    rows = zip(
        map(str, STAT_NAMES),
        [natures.get(index, "") for index in range(len(STAT_NAMES))],
        of_stats("ivs", spread.ivs),
        of_stats("avs", spread.avs),
        results,
        strict=True,
    )
    return SpreadFields(
        level=single("level"),
        friendship=single("friendship"),
        natures=[
            NatureOption(name, label, name == spread.nature)
            for name, label in _nature_labels(get_language())
        ],
        stats=[StatInput(*row) for row in rows],
        errors=read.errors,
    )


@lru_cache(maxsize=8)
def _nature_labels(language: str | None) -> list[tuple[str, str]]:
    """Name and label of every nature in the language of the moment."""
    return [(name, text.nature_label(name)) for name in NATURES]


def differences(spread: Spread) -> str:
    """What differs from the standard rules, beside the level; empty if nothing does."""
    words = []
    if spread.nature != FLAT.nature:
        words.append(str(NATURE_LABELS[spread.nature]))
    if spread.ivs != FLAT.ivs:
        words.append(text.values_in_short(pgettext("short", "IVs"), spread.ivs))
    if spread.avs != FLAT.avs:
        words.append(text.values_in_short(pgettext("short", "AVs"), spread.avs))
    if spread.friendship != FLAT.friendship:
        words.append(text.friendship_in_words(spread.friendship))
    return " · ".join(words)


def spread_summary(spread: Spread) -> str:
    """The level, and what else differs from the standard rules."""
    level, rest = text.level_in_words(spread.level), differences(spread)
    return f"{level} · {rest}" if rest else level
