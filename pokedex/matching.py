"""Finding things by what people type: names in part, out of order, or with slips of the finger."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TypeVar

from pokedex.lookup import normalize

ItemT = TypeVar("ItemT")

#: How well a text fits, best first.
EXACT, START, WORD_START, WITHIN, TYPO = range(5)
#: Maximum text length; the longest name has 24 characters.
MAX_LENGTH = 60

#: Keys of the names that are compared with every text: the same thousand and a half each time.
_key = lru_cache(maxsize=4096)(normalize)


def slips(wanted: str, name: str, limit: int) -> int:
    """Letters to add, drop, change or swap with their neighbor to make one into the other.

    Stops counting above ``limit`` and answers ``limit + 1``.
    """
    if abs(len(wanted) - len(name)) > limit:
        return limit + 1
    older: list[int] = []
    old = list(range(len(name) + 1))
    for i, sign in enumerate(wanted, start=1):
        new = [i]
        for j, other in enumerate(name, start=1):
            cost = min(old[j] + 1, new[j - 1] + 1, old[j - 1] + (sign != other))
            if i > 1 and j > 1 and sign == name[j - 2] and wanted[i - 2] == other:
                cost = min(cost, older[j - 2] + 1)
            new.append(cost)
        if min(new) > limit:
            return limit + 1
        older, old = old, new
    return min(old[-1], limit + 1)


def allowed_slips(key: str) -> int:
    """Short names differ by a letter anyway, so only long texts may be wrong in two."""
    return 0 if len(key) < 4 else 1 if len(key) < 7 else 2


def fit(text: str, names: Iterable[str], *, typos: bool = False) -> int | None:
    """How well ``text`` fits the best of ``names``, smaller is better; None when not at all.

    With ``typos`` a few slips are forgiven, also while the name is still being typed.
    """
    key = normalize(text[:MAX_LENGTH])
    if not key:
        return None
    parts = [part for part in map(normalize, text[:MAX_LENGTH].split()) if part]
    found = []
    for name in names:
        whole = _key(name)
        if whole == key:
            return EXACT
        if whole.startswith(key):
            found.append(START)
        elif any(_key(w).startswith(key) for w in name.replace("-", " ").split()):
            found.append(WORD_START)
        elif all(part in whole for part in parts):
            found.append(WITHIN)
    if found:
        return min(found)
    if typos and (limit := allowed_slips(key)):
        wholes = [_key(name) for name in names]
        if any(slips(key, each, limit) <= limit for each in wholes):
            return TYPO
        if len(key) >= 5 and any(slips(key, each[: len(key)], 1) <= 1 for each in wholes):
            return TYPO + 1
    return None


def best_matches(
    text: str, items: Sequence[ItemT], names: Callable[[ItemT], Iterable[str]]
) -> list[ItemT]:
    """Items that fit ``text``, best first; with slips only where nothing fits without."""
    for typos in (False, True):
        ranked = [
            (place, index)
            for index, item in enumerate(items)
            if (place := fit(text, tuple(names(item)), typos=typos)) is not None
        ]
        if ranked:
            return [items[index] for _place, index in sorted(ranked)]
    return []
