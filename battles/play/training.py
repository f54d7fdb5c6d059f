"""How a fighter was trained, as fields of the set-up page: level, nature, friendship, IVs, AVs."""

from dataclasses import dataclass

from django.utils.translation import pgettext

from battles.common import text
from battles.common.spread_query import SpreadInput
from battles.common.text import NATURE_LABELS, STAT_NAMES
from mlcore.engine.specs import NATURES
from mlcore.game.spreads import (
    FLAT,
    MAX_AV,
    MAX_FRIENDSHIP,
    MAX_IV,
    MAX_LEVEL,
    TRAINED,
    Spread,
)

#: Spreads to set with one button, by the name of the button.
PRESETS = {"standard": FLAT, "maxed": TRAINED}


@dataclass(frozen=True)
class StatFields:
    """A stat's row. ``nature`` is "raised", "lowered" or empty."""

    name: str
    nature: str
    iv: str
    av: str


@dataclass(frozen=True)
class TrainingFields:
    """What stands in the fields of one side; ``errors`` by field."""

    level: str
    friendship: str
    #: Value, name, whether it is chosen.
    natures: list[tuple[str, str, bool]]
    stats: list[StatFields]
    summary: str
    errors: dict[str, str]
    max_level: int = MAX_LEVEL
    max_friendship: int = MAX_FRIENDSHIP
    max_iv: int = MAX_IV
    max_av: int = MAX_AV

    @property
    def has_hidden_errors(self) -> bool:
        """Whether a field of the fold was refused."""
        return bool(self.errors.keys() - {"level"})


def fields_of(read: SpreadInput) -> TrainingFields:
    """The fields of a side; those that were refused show again what was typed."""
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

    ivs, avs = of_stats("ivs", spread.ivs), of_stats("avs", spread.avs)
    return TrainingFields(
        level=single("level"),
        friendship=single("friendship"),
        natures=[(name, text.nature_label(name), name == spread.nature) for name in NATURES],
        stats=[
            StatFields(
                name=str(name),
                nature="raised"
                if spread.raises == index
                else "lowered"
                if spread.lowers == index
                else "",
                iv=ivs[index],
                av=avs[index],
            )
            for index, name in enumerate(STAT_NAMES)
        ],
        summary=summary(spread),
        errors=read.errors,
    )


def summary(spread: Spread) -> str:
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
