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


def _allowed_typos(key: str) -> int:
    """Short names differ by a letter anyway, so only long texts may be wrong in two."""
    return 0 if len(key) < 4 else 1 if len(key) < 7 else 2


@lru_cache(maxsize=1024)
def _asked(text: str) -> tuple[str, tuple[str, ...]]:
    """The key of a text that somebody typed, and of each of its words."""
    return normalize(text), tuple(filter(None, map(normalize, text.split())))


@lru_cache(maxsize=4096)
def _named(name: str) -> tuple[str, tuple[str, ...]]:
    """The key of a name, and of each of its words."""
    return normalize(name), tuple(map(normalize, name.replace("-", " ").split()))


def fit(text: str, names: Iterable[str], *, typos: bool = False) -> int | None:
    """How well ``text`` fits the best of ``names``, smaller is better; None when not at all.

    With ``typos`` a few typos are forgiven, also while the name is still being typed.
    """
    key, parts = _asked(text[:MAX_LENGTH])
    if not key:
        return None
    best: int | None = None
    wholes = []
    for whole, words in map(_named, names):
        if whole == key:
            return EXACT
        wholes.append(whole)
        # A part in a word is a part of the whole: most names end here.
        if parts[0] not in whole:
            continue
        if whole.startswith(key):
            place = START
        elif any(word.startswith(key) for word in words):
            place = WORD_START
        elif all(part in whole for part in parts):
            place = WITHIN
        else:
            continue
        best = place if best is None else min(best, place)
    return _typo(key, wholes) if best is None and typos else best


def _typo(key: str, wholes: list[str]) -> int | None:
    """How well a key with typos fits the best of these."""
    limit = _allowed_typos(key)
    if not limit:
        return None
    length = len(key)
    for whole in wholes:
        if (
            abs(len(whole) - length) <= limit
            and OSA.distance(key, whole, score_cutoff=limit) <= limit
        ):
            return TYPO
    if length >= 5:
        for whole in wholes:
            if OSA.distance(key, whole[:length], score_cutoff=1) <= 1:
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
    keys, values = [normalize(name) for name in named], list(named.values())
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
