"""Finding things by what people type: names in part, out of order, or with typos."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from pokedex.lookup import normalize

ItemT = TypeVar("ItemT")
HashableT = TypeVar("HashableT", bound=Hashable)

#: How well a text fits, best first.
EXACT, START, WORD_START, WITHIN, TYPO = range(5)
#: How much worse a match is that is only in the other language.
FOREIGN = 1.5
#: Longest text that is looked at; the longest name has 24 characters.
MAX_LENGTH = 60

#: A name is close with this similarity: by typos anywhere, else by how it starts.
_SCORERS = ((OSA.normalized_similarity, 0.6), (JaroWinkler.normalized_similarity, 0.85))

#: Keys of the names that are compared with every text: the same thousand and a half each time.
_key = lru_cache(maxsize=4096)(normalize)


def _allowed_typos(key: str) -> int:
    """Short names differ by a letter anyway, so only long texts may be wrong in two."""
    return 0 if len(key) < 4 else 1 if len(key) < 7 else 2


def fit(text: str, names: Iterable[str], *, typos: bool = False) -> int | None:
    """How well ``text`` fits the best of ``names``, smaller is better; None when not at all.

    With ``typos`` a few typos are forgiven, also while the name is still being typed.
    """
    text = text[:MAX_LENGTH]
    key = _key(text)
    if not key:
        return None
    parts = [part for part in map(_key, text.split()) if part]
    fits = []
    for name in names:
        whole = _key(name)
        if whole == key:
            return EXACT
        if whole.startswith(key):
            fits.append(START)
        elif any(_key(w).startswith(key) for w in name.replace("-", " ").split()):
            fits.append(WORD_START)
        elif all(part in whole for part in parts):
            fits.append(WITHIN)
    if fits:
        return min(fits)
    if typos and (limit := _allowed_typos(key)):
        wholes = [_key(name) for name in names]
        if any(OSA.distance(key, whole, score_cutoff=limit) <= limit for whole in wholes):
            return TYPO
        starts = (whole[: len(key)] for whole in wholes)
        if len(key) >= 5 and any(OSA.distance(key, start, score_cutoff=1) <= 1 for start in starts):
            return TYPO + 1
    return None


def fit_in_language(
    text: str, names: Sequence[str], name: str, *, typos: bool = False
) -> float | None:
    """``fit``, worse by FOREIGN where ``name``, that of the page's language, fits less well.

    So it comes before an equal name in the other language, and before a whole one there that it
    begins with.
    """
    place = fit(text, names, typos=typos)
    if place is None:
        return None
    own = fit(text, (name,), typos=typos)
    return place if own is not None and own <= place else place + FOREIGN


def best_matches(
    text: str, items: Sequence[ItemT], names: Callable[[ItemT], Iterable[str]]
) -> list[ItemT]:
    """Items that fit ``text``, best first; with typos only where nothing fits without."""
    for typos in (False, True):
        ranked = [
            (place, index)
            for index, item in enumerate(items)
            if (place := fit(text, tuple(names(item)), typos=typos)) is not None
        ]
        if ranked:
            return [items[index] for _place, index in sorted(ranked)]
    return []


def closest(text: str, named: Mapping[str, HashableT], count: int = 3) -> list[HashableT]:
    """Up to ``count`` values whose names ``text`` may be a misspelling or a part of, best first."""
    key = normalize(text[:MAX_LENGTH])
    if not key:
        return []
    keys, values = [_key(name) for name in named], list(named.values())
    indices = [
        index
        for scorer, cutoff in _SCORERS
        for _name, _score, index in process.extract(
            key, keys, scorer=scorer, score_cutoff=cutoff, limit=None
        )
    ]
    if len(key) > 2:
        indices += [index for index, name in enumerate(keys) if key in name]
    return list(dict.fromkeys(values[index] for index in indices))[:count]
