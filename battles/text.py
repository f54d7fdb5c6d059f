"""Codes and numbers in words, in the language of the page."""

import re
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from pokedex.models import KeptMove, LearnMethod, LearnsetEntry

#: No-break space, as set before a per cent sign and between a number and its unit.
NBSP = "\u00a0"
#: How hard a hit lands, in per cent of neutral damage: code (also the icon's name) and sign.
MULTIPLIERS = {
    400: ("x4", "×4"),
    200: ("x2", "×2"),
    100: ("x1", "×1"),
    50: ("x-half", "×½"),
    25: ("x-quarter", "×¼"),
    0: ("x0", "×0"),
}
#: Less than this is no chance worth an advice.
HOPELESS = 0.01
#: Closer than this to one half, a prediction names no winner.
TOO_CLOSE = 0.025


def percent(probability: float) -> str:
    """``0.874`` as ``87 %``; never 0 % or 100 %, for no battle is certain."""
    if probability > 0.995:
        return f">{NBSP}99{NBSP}%"
    if probability < 0.005:
        return f"<{NBSP}1{NBSP}%"
    return f"{round(probability * 100)}{NBSP}%"


def odds(probability_a: float, name_a: str, name_b: str) -> str:
    """Who wins and how often, as one would say it."""
    if abs(probability_a - 0.5) < TOO_CLOSE:
        return _("Too close to call")
    name, probability = (
        (name_a, probability_a) if probability_a > 0.5 else (name_b, 1 - probability_a)
    )
    if round(probability * 100) >= 95:
        return _("%(name)s wins almost every time") % {"name": name}
    wins = round(probability * 10)
    if wins == 5:
        return _("%(name)s wins slightly more often") % {"name": name}
    return _("%(name)s wins about %(wins)d of 10") % {"name": name, "wins": wins}


def who_moves_first(code: str, name_a: str, name_b: str) -> str:
    """``code`` is "A", "B" or "tie"."""
    if code == "tie":
        return _("Equally fast: chance decides who moves first")
    return _("%(name)s moves first") % {"name": name_a if code == "A" else name_b}


def first_in_short(code: str, name_a: str, name_b: str) -> str:
    """``code`` is "A", "B" or "tie"; for the rows of a list."""
    if code == "tie":
        return _("chance decides who is first")
    return _("%(name)s first") % {"name": name_a if code == "A" else name_b}


def how_learned(entries: Sequence[LearnsetEntry], tm_number: int | None) -> str:
    """The easiest way to a move, in a few letters: by level, by machine, else by name."""
    levels = [entry.level for entry in entries if entry.level is not None]
    if levels:
        return _("Lv. %(level)d") % {"level": min(levels)}
    methods = {entry.method for entry in entries}
    if LearnMethod.TM in methods and tm_number:
        return _("TM %(number)02d") % {"number": tm_number}
    for method, words in (
        (LearnMethod.EVOLUTION, pgettext("learned", "on evolving")),
        (LearnMethod.TUTOR, pgettext("learned", "partner move")),
        (LearnMethod.SHAKE, pgettext("learned", "shake")),
        (LearnMethod.EVENT, pgettext("learned", "event")),
    ):
        if method in methods:
            return words
    return ""


def kept_from(kept: KeptMove) -> str:
    return _("kept from %(name)s") % {"name": kept.learned_as.name}


def moves_summary(chosen: Sequence[object], available: int) -> str:
    """What stands on the closed fold of a side's moves."""
    if chosen:
        return ngettext("%(count)d move chosen", "%(count)d moves chosen", len(chosen)) % {
            "count": len(chosen)
        }
    if not available:
        return _("none that deals damage")
    return ngettext("the only one it can learn", "all %(count)d it can learn", available) % {
        "count": available
    }


def monogram(name: str) -> str:
    """Two letters for a plate: of the first and the last word, or of the only one."""
    words = [word for word in re.split(r"[^\w]+", name) if word]
    if not words:
        return "?"
    if len(words) == 1:
        return words[0][:2].capitalize()
    return (words[0][0] + words[-1][0]).upper()


def listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def shortened(text: str, length: int = 40) -> str:
    """What somebody typed, fit to be repeated in a message."""
    text = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
    return text if len(text) <= length else text[: length - 1] + "…"
