"""Names as people type them: one key for every spelling of the same name."""

import unicodedata
from functools import lru_cache

# NFKD takes accents off letters but leaves ligatures and symbols alone.
_REPLACEMENTS = str.maketrans({"♀": "f", "♂": "m", "œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})
#: Keys of names in other games' spelling, and the key of this game's.
_OTHER_GAMES = {
    "bomboeuf": "bombeoeuf",
    "bombbeurk": "bombebeurk",
    "cruaile": "cruailes",
    "danseflamme": "danseflammes",
    "dansefleur": "dansefleurs",
    "poingdefeu": "poingfeu",
    "visegrip": "vicegrip",
    "volvie": "volevie",
}


#: Keys of texts that are no longer are remembered: no name is longer.
_SHORT = 60


def normalize(text: str) -> str:
    """The key of ``text``: lower-case letters and digits, without accents.

    ``Charizard-Mega-X`` and ``charizard mega x`` give ``charizardmegax``, ``Évoli`` gives
    ``evoli``, ``Nidoran♀`` gives ``nidoranf``, the later ``Vise Grip`` gives ``vicegrip``. The key
    of a key is the key itself.
    """
    return _key(text) if len(text) <= _SHORT else _key.__wrapped__(text)


def number_in(text: str) -> int | None:
    """The number of a text that is one, like ``#025``; None for any other."""
    digits = text.lstrip("#").lstrip("0")
    return int(digits) if digits.isascii() and digits.isdigit() else None


@lru_cache(maxsize=4096)
def _key(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.translate(_REPLACEMENTS).casefold())
    key = "".join(sign for sign in decomposed if sign.isalnum())
    return _OTHER_GAMES.get(key, key)
